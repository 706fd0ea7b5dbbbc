import HTTPWire
import Testing

/// Replies: heads that are read and written, and bodies by their framing.
@Suite struct ResponseTests {
  private func head(_ text: String) throws -> HTTPResponseHead { try HTTPResponseHead(reading: Array(text.utf8)) }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, "OK", 1), ("HTTP/1.0 404 Not  Found\r\n\r\n", 404, "Not  Found", 0),
    ("HTTP/1.1 299 \r\n", 299, "", 1), ("HTTP/1.1 503\r\n\r\n", 503, "", 1),
    ("HTTP/2 200 \r\nA: b\r\n\r\n", 200, "", 1),
  ])
  func headsAreRead(text: String, status: Int, reason: String, minor: Int) throws {
    let head = try head(text)
    #expect(head.status == status)
    #expect(head.reason == reason)
    #expect(head.minorVersion == minor)
    #expect(head.fields["a"] == (text.contains("A:") ? "b" : nil))
  }

  @Test(arguments: [
    "", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/x 200\r\n\r\n",
    "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 200 O\0K\r\n\r\n", "HTTP/1.1 200 OK\r\nA\r\n\r\n", "HTTP/1.1 200 OK",
    "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\n\r\nbody", "HTTP/1.1 000 X\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
    "ICY 200 OK\r\n\r\n", "HTTP/1.1x 200 OK\r\n\r\n",
  ])
  func malformedHeadsAreRefused(text: String) { #expect(throws: HTTPFault.self) { try head(text) } }

  @Test(arguments: [
    ("200 OK\r\nContent-Length: 3\r\n", "GET", BodyFraming.length(3)),
    ("200 OK\r\nContent-Length: 3\r\n", "HEAD", .length(0)),
    ("204 X\r\nContent-Length: 3\r\n", "GET", .length(0)),
    ("304 X\r\nTransfer-Encoding: chunked\r\n", "GET", .length(0)),
    ("100 X\r\n", "GET", .length(0)), ("200 OK\r\nTransfer-Encoding: chunked\r\n", "POST", .chunked),
    ("200 OK\r\n", "GET", .untilClose),
  ])
  func bodiesAreFramed(text: String, method: String, framing: BodyFraming) throws {
    #expect(try head("HTTP/1.1 " + text + "\r\n").framing(requestMethod: method) == framing)
  }

  @Test func framingThatIsNotPlainIsRefused() throws {
    for fields in ["Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n"]
    {
      let head = try head("HTTP/1.1 200 OK\r\n" + fields)
      #expect(throws: HTTPFault.self) { try head.framing(requestMethod: "GET") }
    }
  }

  /// Whoever read it before may have seen another length.
  @Test(arguments: [
    "Content-Length:\r\n 3\r\n", "Content-Length : 3\r\n", "content-length\t: 3\r\n",
    "Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding : chunked\r\n",
    "X : a\r\nTransfer-Encoding: a\r\n chunked\r\n",
    "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: 3, 4\r\n", "Content-Length: x\r\n",
    "Content-Length:\r\n",
  ])
  func framingIsNeverMended(fields: String) {
    #expect(throws: HTTPFault.self) {
      try HTTPResponseHead(mending: Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8))
    }
  }

  @Test func whatMeansOneThingIsMended() throws {
    let text = "HTTP/1.1 200 OK\nX: a\n  b\nY : c\nContent-Length: 3\nContent-Length: 3\n\n"
    let head = try HTTPResponseHead(mending: Array(text.utf8))
    #expect(head.fields["X"] == "a b" && head.fields["Y"] == "c")
  }

  @Test func aHeadThatIsWrittenReadsEqual() throws {
    var head = HTTPResponseHead(429, fields: ["Retry-After": "7", "X-B": "ä"])
    head.fields.append("x-b", "2")
    let bytes = HTTPWriter.head(head)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nX-B: ä\r\nx-b: 2\r\n\r\n")
    #expect(try HTTPResponseHead(reading: bytes) == head)
  }

  @Test func noValueEndsItsLine() throws {
    let head = HTTPResponseHead(200, reason: "a\r\nb", fields: ["X-Model": "m\r\nSet-Cookie: a\0"])
    let read = try HTTPResponseHead(reading: HTTPWriter.head(head))
    #expect(read.fields.map(\.name) == ["X-Model"])
    #expect(read.fields["x-model"] == "m??Set-Cookie: a?")
    #expect(read.reason == "a??b")
  }

  @Test func fieldsAreReplacedAndTakenOutByAnySpelling() {
    var fields: HTTPFields = ["A": "1", "b": "2", "a": "3"]
    fields.set("B", "4")
    #expect(fields.map { $0.name + $0.text } == ["A1", "a3", "B4"])
    fields.remove("a")
    #expect(fields.count == 1)
  }

  private func body(_ framing: BodyFraming, _ pieces: [[UInt8]], ends: Bool) throws -> (
    text: String, trailers: HTTPFields?
  ) {
    var body = try HTTPResponseBody(framing)
    var bytes: [UInt8] = []
    var trailers: HTTPFields?
    func take(_ event: HTTPBodyReader.Event) {
      switch event {
      case .bytes(let more): bytes += more
      case .end(let fields): trailers = fields
      }
    }
    for piece in pieces {
      body.append(piece)
      while let event = try body.next() { take(event) }
    }
    if ends, let event = try body.connectionEnded() { take(event) }
    return (String(decoding: bytes, as: UTF8.self), trailers)
  }

  @Test func chunksThatAreWrittenReadEqual() throws {
    let sent = HTTPWriter.chunk("hello ".utf8) + HTTPWriter.chunk([]) + HTTPWriter.chunk("0123456789abcdefg".utf8)
    let wire = sent + HTTPWriter.lastChunk(trailers: ["X-Sum": "9"])
    #expect(String(decoding: wire, as: UTF8.self) == "6\r\nhello \r\n11\r\n0123456789abcdefg\r\n0\r\nX-Sum: 9\r\n\r\n")
    let read = try body(.chunked, wire.map { [$0] }, ends: true)
    #expect(read.text == "hello 0123456789abcdefg")
    #expect(read.trailers == ["X-Sum": "9"])
    #expect(try body(.chunked, [sent], ends: false).trailers == nil)
    #expect(throws: HTTPFault.self) { try body(.chunked, [sent], ends: true) }
  }

  @Test func aBodyLastsUntilItsEnd() throws {
    #expect(try body(.untilClose, [Array("abc".utf8)], ends: false) == ("abc", nil))
    #expect(try body(.untilClose, [Array("abc".utf8)], ends: true) == ("abc", HTTPFields()))
    #expect(try body(.length(2), [Array("abc".utf8)], ends: false) == ("ab", HTTPFields()))
    #expect(try body(.length(0), [], ends: true) == ("", HTTPFields()))
    #expect(throws: HTTPFault.self) { try body(.length(4), [Array("abc".utf8)], ends: true) }
  }
}

private func == (a: (text: String, trailers: HTTPFields?), b: (String, HTTPFields?)) -> Bool {
  a.text == b.0 && a.trailers == b.1
}
