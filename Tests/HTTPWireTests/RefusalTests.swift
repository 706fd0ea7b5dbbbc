import HTTPWire
import Testing

/// Requests that two readers could take for different ones, or that are too much: refused, never repaired.
@Suite struct RefusalTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n"
  static let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

  private func refusal(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Int? {
    let reading = Reading(text, limits: limits)
    #expect(Reading(byBytes: text, limits: limits) == reading, "pieces change nothing")
    return reading.fault?.status
  }

  @Test(arguments: [
    "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", "GET / http/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.11\r\nHost: a\r\n\r\n", "GET / HTTP/11\r\nHost: a\r\n\r\n", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET  HTTP/1.1\r\nHost: a\r\n\r\n", "GET a/b HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", "GET https://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "GET / HTTP/1.1\rHost: a\r\n\r\n", "GET / HTTP/1.1\r\nX: a\rb\r\nHost: a\r\n\r\n",
    "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
  ])
  func malformedHeads(text: String) { #expect(refusal(text) == 400) }

  @Test(arguments: [
    " X: folded\r\n", "X: a\r\n\tb\r\n", "X : a\r\n", "X\t: a\r\n", ": a\r\n", "X\r\n", "X Y: a\r\n", "X: a\0b\r\n",
    "X: \u{1}\r\n", "X: \u{7F}\r\n", "X(: a\r\n", "\u{B}X: a\r\n", "Xä: a\r\n",
  ])
  func malformedFields(field: String) { #expect(refusal(Self.get + field + "\r\n") == 400) }

  @Test(arguments: [
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 5, 5\r\n", "Content-Length: +5\r\n", "Content-Length: -5\r\n", "Content-Length: 0x5\r\n",
    "Content-Length: 5 5\r\n", "Content-Length:\r\n", "Content-Length: five\r\n", "Content-Length: 5.0\r\n",
    "Content-Length: ٥\r\n", "Transfer-Encoding:\r\n", "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding: chunked, gzip\r\n", "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: ,\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked;q=1\r\n",
    "Transfer-Encoding: \u{B}chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: \"chunked\"\r\n",
    "Content-Length: 5\r\nTransfer-Encoding: identity\r\n",
  ])
  func framingThatIsNotPlain(fields: String) { #expect(refusal(Self.get + fields + "\r\nhello") == 400) }

  /// With a body that a reader of one line alone would find whole.
  @Test(arguments: ["", ",", " , "]) func aSecondTransferEncodingIsRefused(other: String) {
    let head = "POST / HTTP/1.1\r\nHost: a\r\n"
    let (empty, chunked) = ("Transfer-Encoding:\(other)\r\n", "Transfer-Encoding: chunked\r\n")
    for lines in [empty + chunked, chunked + empty] { #expect(refusal(head + lines + "\r\n0\r\n\r\n") == 400) }
  }

  /// With a body that a reader of chunks would find whole.
  @Test(arguments: ["", "xchunked", "identity", "\u{B}chunked", "\"chunked\"", "chunked;q=1", "chunked x", "gzip"])
  func aCodingThatIsNotChunkedIsRefused(coding: String) {
    #expect(refusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(coding)\r\n\r\n0\r\n\r\n") == 400)
  }

  /// What stands behind would be another head to whoever took a carriage return for the end of a line, or a longer chunk.
  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\rbHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloo\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n0\r\n\r\n",
  ])
  func whatIsWholeToAnotherReaderIsRefused(text: String) { #expect(refusal(text) == 400) }

  @Test(arguments: ["a b", "a/b", "a?b", "<a>", "a@b", "a\\b", "\"a\"", "\u{E4}"])
  func whatIsNoHostIsRefused(host: String) { #expect(refusal("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == 400) }

  @Test func anUnknownCodingIsNotImplemented() {
    #expect(refusal(Self.get + "Transfer-Encoding: gzip, chunked\r\n\r\n") == 501)
    #expect(refusal(Self.get + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n") == 501)
  }

  @Test func chunkedIsUnknownToTheOldVersion() {
    #expect(refusal("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400)
  }

  @Test(arguments: [
    "\r\n", " 5\r\nhello\r\n", "+5\r\nhello\r\n", "-5\r\nhello\r\n", "0x5\r\nhello\r\n", "g\r\n", "5 \r\nhello\r\n",
    "5\nhello\r\n", "5\r\nhello\n", "5\r\nhelloo\r\n", "5\r\nhello0\r\n\r\n", "5;\r\nhello\r\n", "5;=a\r\nhello\r\n",
    "5;a=\r\nhello\r\n", "5;a=\"b\r\nhello\r\n", "5;a=\"\u{1}\"\r\nhello\r\n", "5;a=b c\r\nhello\r\n",
    "5,\r\nhello\r\n",
    "5;a\rb\r\nhello\r\n", "0\r\nX: a\n\r\n", "0\r\n X: a\r\n\r\n", "0\r\nX : a\r\n\r\n",
    "0\r\nContent-Length: 5\r\n\r\n",
    "0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\nHost: b\r\n\r\n",
  ])
  func malformedChunks(body: String) { #expect(refusal(Self.chunked + body) == 400) }

  @Test(arguments: ["7fffffffffffffff", "8000000000000000", "ffffffffffffffffff", "00000000000000005"])
  func chunksBeyondAnyBody(size: String) { #expect(refusal(Self.chunked + size + "\r\nhello\r\n") == 413) }

  @Test(arguments: [
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
    ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505), ("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501),
    (get + "Content-Length: 9223372036854775808\r\n\r\n", 413), (get + "Expect: a-miracle\r\n\r\n", 417),
  ])
  func whatIsUnderstoodAndNotTaken(text: String, status: Int) { #expect(refusal(text) == status) }

  @Test(arguments: [
    "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell", chunked + "5\r\nhel", chunked + "5\r\nhello\r\n",
    chunked + "0\r\n",
  ])
  func whatEndsInTheMiddle(text: String) { #expect(refusal(text) == 400) }

  @Test func limitsHoldToTheByte() {
    var limits = HTTPLimits()
    limits.startLineBytes = 20
    limits.fieldsBytes = 30
    limits.fieldCount = 3
    limits.chunkLineBytes = 4
    limits.bodyBytes = 6
    let long = "GET /" + String(repeating: "a", count: 6)
    #expect(refusal(long + " HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == nil)
    #expect(refusal(long + "a HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == 414)
    #expect(refusal(long + String(repeating: "a", count: 40), limits: limits) == 414)
    // "Host: a" and "X: ..." take 9 and 21 bytes with their ends.
    let value = String(repeating: "v", count: 16)
    #expect(refusal(Self.get + "X: \(value)\r\n\r\n", limits: limits) == nil)
    #expect(refusal(Self.get + "X: \(value)v\r\n\r\n", limits: limits) == 431)
    #expect(refusal(Self.get + "X: \(value)vvvvvvvvvvv", limits: limits) == 431)
    #expect(refusal(Self.get + "A:\r\nB:\r\n\r\n", limits: limits) == nil)
    #expect(refusal(Self.get + "A:\r\nB:\r\nC:\r\n\r\n", limits: limits) == 431)
    #expect(refusal(Self.get + "Content-Length: 6\r\n\r\n123456", limits: limits) == nil)
    #expect(refusal(Self.get + "Content-Length: 7\r\n\r\n", limits: limits) == 413)
    limits.fieldsBytes = 40
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(refusal(chunked + "3;ab\r\n123\r\n3\r\n456\r\n0\r\n\r\n", limits: limits) == nil)
    #expect(refusal(chunked + "3;abc\r\n123\r\n0\r\n\r\n", limits: limits) == 400)
    #expect(refusal(chunked + "3\r\n123\r\n4\r\n4567\r\n0\r\n\r\n", limits: limits) == 413)
    #expect(refusal(chunked + "0\r\nA: \(value)\(value)\(value)\r\n\r\n", limits: limits) == 431)
  }

  @Test func nothingIsReadBehindAFault() throws {
    var reader = HTTPRequestReader()
    reader.append(Array("BAD\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    let first = try #require(throws: HTTPFault.self) { try reader.next() }
    reader.append(Array(Self.get.utf8))
    #expect(throws: first) { try reader.next() }
    #expect(throws: first) { try reader.connectionEnded() }
    #expect(!reader.isIdle)
  }

  @Test func noFaultQuotesTheMessage() {
    for text in ["GET /?key=sk-secret HTTP/9.9\r\n\r\n", Self.get + "Authorization sk-secret\r\n\r\n"] {
      #expect(Reading(text).fault?.description.contains("secret") == false)
    }
  }
}
