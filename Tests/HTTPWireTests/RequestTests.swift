import HTTPWire
import Testing

/// Requests that are read. Each is read at once and a byte at a time, to the same effect.
@Suite struct RequestTests {
  private func read(_ text: String) -> [Reading.Request] {
    let reading = Reading(text)
    #expect(reading.fault == nil)
    #expect(Reading(byBytes: text) == reading)
    #expect(reading.requests.allSatisfy { $0.trailers != nil }, "every request ends")
    return reading.requests
  }

  @Test func aRequestIsReadWithItsFieldsAndBody() throws {
    let request = try #require(
      read(
        "POST /v1/chat?a=1&b=?2 HTTP/1.1\r\nHost: x:8\r\ncontent-LENGTH:5\r\nX-A:  b c\t \r\nX-a: d,e , F\r\n\r\nhello"
      ).first)
    #expect(request.head.method == "POST")
    #expect(request.head.target == "/v1/chat?a=1&b=?2")
    #expect(request.head.path == "/v1/chat")
    #expect(request.head.query == "a=1&b=?2")
    #expect(request.head.authority == "x:8")
    #expect(request.head.framing == .length(5))
    #expect(request.head.fields["x-a"] == "b c")
    #expect(request.head.fields.elements(of: "X-A") == ["b c", "d", "e", "f"])
    #expect(request.head.fields.map(\.name) == ["Host", "content-LENGTH", "X-A", "X-a"])
    #expect(request.text == "hello")
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "a"),
    ("GET http://b:1/p?q HTTP/1.1\r\nHost: a\r\n\r\n", "/p?q", "b:1"),
    ("GET HTTP://b HTTP/1.1\r\nHost: a\r\n\r\n", "/", "b"),
    ("GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n", "/?q", "b"),
    ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "a"),
    ("GET /a|b%20\"c\" HTTP/1.1\r\nHost:\r\n\r\n", "/a|b%20\"c\"", ""),
    ("GET /old HTTP/1.0\r\n\r\n", "/old", ""),
    ("GET /newer HTTP/1.7\r\nHost: a\r\n\r\n", "/newer", "a"),
    ("\r\nGET /late HTTP/1.1\r\nHost: a\r\n\r\n", "/late", "a"),
  ])
  func targetsAreReadInEveryForm(text: String, target: String, authority: String) {
    let requests = read(text)
    #expect(requests.map(\.head.target) == [target])
    #expect(requests.map(\.head.authority) == [authority])
  }

  @Test(arguments: [
    ("5\r\nhello\r\n0\r\n\r\n", "hello"),
    ("1\r\nh\r\n4;a=b\r\nello\r\n000\r\n\r\n", "hello"),
    ("A ; name ; n = \"q;\\\"\\r\"  ;x=tok\r\n0123456789\r\n0;last\r\n\r\n", "0123456789"),
    ("00000000000000f\r\n123456789abcdef\r\n0\r\nExpires: never\r\nX-Sum: 7\r\n\r\n", "123456789abcdef"),
    ("0\r\n\r\n", ""),
    ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
  ])
  func chunkedBodiesAreReadWithExtensionsAndTrailers(body: String, text: String) {
    let requests = read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n" + body)
    #expect(requests.map(\.text) == [text])
    #expect(requests.first?.head.framing == .chunked)
    #expect(requests.first?.trailers?["x-sum"] == (body.contains("X-Sum") ? "7" : nil))
  }

  @Test func pipelinedRequestsAreToldApart() {
    let requests = read(
      "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET"
        + "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n/ HT\r\n0\r\n\r\n"
        + "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n" + "\r\nDELETE /4 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(requests.map(\.head.target) == ["/1", "/2", "/3", "/4"])
    #expect(requests.map(\.text) == ["GET", "/ HT", "", ""])
  }

  @Test(arguments: [
    ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
    ("1.1", "Connection: x\r\nConnection: a, CLOSE\r\n", false),
    ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true), ("1.1", "Connection: closed\r\n", true),
  ])
  func connectionsAreKeptAsAsked(version: String, field: String, keeps: Bool) {
    #expect(read("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n").map(\.head.keepsAlive) == [keeps])
  }

  @Test(arguments: [
    ("1.1", "Expect: 100-Continue\r\nContent-Length: 1\r\n", "x", true),
    ("1.1", "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", true),
    ("1.1", "Content-Length: 1\r\n", "x", false),
    ("1.1", "Expect: 100-continue\r\nContent-Length: 0\r\n", "", false),
    ("1.0", "Expect: 100-continue\r\nContent-Length: 1\r\n", "x", false),
  ])
  func theClientThatWaitsIsKnown(version: String, fields: String, body: String, waits: Bool) {
    #expect(read("POST / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\(body)").map(\.head.expectsContinue) == [waits])
  }

  @Test func aValueMayHoldAnyEncoding() throws {
    let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX-Name: J".utf8) + [0xF6, 0x72, 0x67] + Array("\r\n\r\n".utf8)
    let field = try #require(Reading([bytes]).requests.first?.head.fields.values(of: "x-name").first)
    #expect(field == [0x4A, 0xF6, 0x72, 0x67])
  }

  @Test func aLargeChunkIsHandedOutAsItArrives() throws {
    var reader = HTTPRequestReader()
    reader.append(Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3B9ACA00\r\n".utf8))
    guard case .head? = try reader.next() else { throw HTTPFault(0, "no head") }
    #expect(try reader.next() == nil)
    for _ in 0..<50 {
      reader.append([UInt8](repeating: 7, count: 100_000))
      var count = 0
      while case .body(let bytes)? = try reader.next() {
        count += bytes.count
        #expect(bytes.count <= 65_536)
      }
      #expect(count == 100_000)
    }
  }

  @Test func aReaderIsIdleBetweenRequestsAlone() throws {
    var reader = HTTPRequestReader()
    #expect(reader.isIdle)
    reader.append(Array("G".utf8))
    #expect(!reader.isIdle)
    reader.append(Array("ET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
    while let event = try reader.next() {
      if case .head = event { #expect(!reader.isIdle) }
    }
    #expect(reader.isIdle)
    try reader.connectionEnded()
  }

  /// Of a request whose head is refused it is known whose it is, as far as its first line came.
  @Test(
    arguments: [
      ("POST /a/b HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", "/a/b"),
      ("POST /a/b HTTP/1.1\r\nbad field\r\n\r\n", "/a/b"), ("POST /a HTTP/2.0\r\n\r\n", "/a"),
      ("GET /\(String(repeating: "a", count: 20_000))", "/\(String(repeating: "a", count: 507))"),
      ("GET http://x/a HTTP/3.0\r\n\r\n", nil), ("\u{16}\u{3}\u{1}", nil), ("one\r\n\r\n", nil),
    ] as [(String, String?)])
  func theTargetOfARefusedHeadIsKnown(text: String, target: String?) {
    var reader = HTTPRequestReader()
    #expect(reader.refusedTarget == nil)
    reader.append(Array(text.utf8))
    #expect(throws: HTTPFault.self) { try reader.next() }
    #expect(reader.refusedTarget == target)
  }
}
