import HTTPWire
import Posix
import ScriptedServer
import Testing

@testable import Upstream

/// Requests through libcurl to a server on the loopback address.
@Suite(.serialized) struct UpstreamTests {
  /// What came back, put together.
  final class Reply {
    var head: HTTPResponseHead?
    var body: [UInt8] = []
    var pieces = 0
    var error: UpstreamError?
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private func send(
    _ request: UpstreamRequest, with client: UpstreamClient, for socket: Socket? = nil,
    onBody: @escaping () -> Bool = { true }, mayLeave: (() -> Bool)? = nil
  ) -> Reply {
    let reply = Reply()
    do throws(UpstreamError) {
      try client.send(
        request, for: socket, mayLeave: mayLeave,
        onHead: { bytes in
          reply.head = try? HTTPResponseHead(reading: bytes)
          return reply.head != nil
        },
        onBody: { bytes in
          reply.body += bytes
          reply.pieces += 1
          return onBody()
        })
    } catch { reply.error = error }
    return reply
  }

  /// Answers with what was asked.
  private static func echo(_ exchange: ScriptedServer.Exchange) -> Bool {
    let fields = exchange.head.fields.map { "\($0.name)=\($0.text)" }.joined(separator: "|")
    let text = "\(exchange.head.method) \(exchange.head.target) \(exchange.body.count) \(fields)"
    let body = exchange.head.method == "HEAD" ? "" : text
    exchange.send("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(body)")
    return true
  }

  @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS"])
  func aRequestWithoutABodyGoesOutAsItIs(method: String) throws {
    let server = try ScriptedServer(Self.echo)
    let fields: [(String, [UInt8])] = [("X-One", Array("1".utf8)), ("X-None", []), ("x-one", Array("2".utf8))]
    let reply = send(
      UpstreamRequest(method: method, url: server.url + "/a/../b?x=%20", fields: fields), with: try UpstreamClient())
    #expect(reply.error == nil)
    #expect(reply.head?.status == 200)
    #expect(reply.head?.fields["x-a"] == "b")
    let host = server.url.dropFirst(7)
    let expected = "\(method) /a/../b?x=%20 0 Host=\(host)|X-One=1|X-None=|x-one=2"
    #expect(reply.text == (method == "HEAD" ? "" : expected))
  }

  @Test(arguments: ["POST", "PUT", "PATCH"])
  func bodiesGoOutWholeWithTheirLength(method: String) throws {
    let server = try ScriptedServer(Self.echo)
    let client = try UpstreamClient()
    let bytes = [UInt8](repeating: 0, count: 100_000)
    let host = server.url.dropFirst(7)
    let whole = send(UpstreamRequest(method: method, url: server.url + "/", body: .bytes(bytes)), with: client)
    #expect(whole.text == "\(method) / 100000 Host=\(host)|Content-Length=100000")
    for length in [Int64(100_000), nil] {
      var left = 100_000
      let next: (UnsafeMutableRawBufferPointer) -> Int? = { buffer in
        let count = min(left, buffer.count, 777)
        left -= count
        return count
      }
      let streamed = send(
        UpstreamRequest(method: method, url: server.url + "/", body: .stream(length: length, next: next)), with: client)
      let framing = length == nil ? "Transfer-Encoding=chunked" : "Content-Length=100000"
      #expect(streamed.text == "\(method) / 100000 Host=\(host)|\(framing)")
    }
    #expect(server.connections.use { $0 } == 3, "what can be sent once alone takes no connection that may be closed")
  }

  /// What a crowd needed once is closed a while later: each connection keeps files open.
  @Test func connectionsThatNobodyUsesAreClosed() throws {
    let here = Locked(0)
    let server = try ScriptedServer { exchange in
      if exchange.head.target == "/crowd" {
        here.use { $0 += 1 }
        _ = here.wait(atMostMs: 20_000, until: { $0 >= 6 }) { $0 }
      }
      return Self.echo(exchange)
    }
    let client = try UpstreamClient(idleMs: 2000)
    @Sendable func get(_ path: String) -> UpstreamError? {
      send(UpstreamRequest(method: "GET", url: server.url + path), with: client).error
    }
    let errors = Locked<[UpstreamError]>([])
    Thread.together(
      (0..<6).map { _ in { @Sendable in if let error = get("/crowd") { errors.use { $0.append(error) } } } })
    #expect(errors.use { $0 } == [])
    #expect(client.idleSets == 6)
    // One that is used stays.
    for _ in 0..<8 {
      Clock.sleep(ms: 300)
      #expect(get("/") == nil)
    }
    #expect(client.idleSets == 1)
    #expect(server.connections.use { $0 } == 6)
  }

  /// What libcurl was told of one request is not told to the next.
  @Test func aRequestHasNothingOfTheOneBefore() throws {
    let server = try ScriptedServer(Self.echo)
    let client = try UpstreamClient()
    let host = server.url.dropFirst(7)
    func post(_ path: String, _ count: Int, _ fields: [(String, [UInt8])]) -> Reply {
      let body = UpstreamRequest.Body.bytes([UInt8](repeating: 0x61, count: count))
      return send(UpstreamRequest(method: "POST", url: server.url + path, fields: fields, body: body), with: client)
    }
    let (one, two) = (Array("1".utf8), Array("2".utf8))
    #expect(post("/a", 70_000, [("X-One", one)]).text == "POST /a 70000 Host=\(host)|X-One=1|Content-Length=70000")
    #expect(post("/b?c", 3, [("X-Two", two)]).text == "POST /b?c 3 Host=\(host)|X-Two=2|Content-Length=3")
    #expect(post("/", 0, []).text == "POST / 0 Host=\(host)|Content-Length=0")
    let got = send(UpstreamRequest(method: "GET", url: server.url + "/d"), with: client)
    #expect(got.text == "GET /d 0 Host=\(host)")
    // Neither one that was given up, nor one that failed, leaves anything.
    let body = UpstreamRequest.Body.bytes(Array("given up".utf8))
    let given = send(
      UpstreamRequest(method: "POST", url: server.url + "/e", body: body), with: client, onBody: { false })
    #expect(given.error == .cancelled)
    #expect(send(UpstreamRequest(method: "POST", url: "http://127.0.0.1:1/", body: body), with: client).error != nil)
    #expect(post("/f", 5, [("X-One", one)]).text == "POST /f 5 Host=\(host)|X-One=1|Content-Length=5")
  }

  @Test func eachPartOfAStreamArrivesAtOnce() throws {
    let server = try ScriptedServer { exchange in
      exchange.send("HTTP/1.1 103 Hint\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for word in ["one", "two"] {
        exchange.send("3\r\n\(word)\r\n")
        // The next part follows only when this one was seen: a reply that is held back would never end.
        let deadline = Clock.monotonicNanoseconds + 60_000_000_000
        while Self.seen.use({ $0 }) < (word == "one" ? 1 : 2), Clock.monotonicNanoseconds < deadline {
          Clock.sleep(ms: 1)
        }
      }
      exchange.send("0\r\nX-Trailer: t\r\n\r\n")
      return true
    }
    Self.seen.use { $0 = 0 }
    let reply = send(UpstreamRequest(method: "GET", url: server.url), with: try UpstreamClient()) {
      Self.seen.use { $0 += 1 }
      return true
    }
    #expect(reply.error == nil)
    #expect(reply.text == "onetwo")
    #expect(reply.pieces == 2)
    #expect(reply.head?.status == 200)
    #expect(reply.head?.fields["X-Trailer"] == nil)
  }

  private static let seen = Locked(0)

  @Test func aReplyThatIsCutIsAnError() throws {
    let server = try ScriptedServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
      return false
    }
    let reply = send(UpstreamRequest(method: "GET", url: server.url), with: try UpstreamClient())
    #expect(reply.text == "half")
    guard case .broken? = reply.error else {
      Issue.record("\(String(describing: reply.error))")
      return
    }
  }

  /// Whoever counts what leaves is asked when the server was reached, on a new connection as on one that is used again, and may
  /// say no: then nothing leaves.
  @Test func whatIsAboutToLeaveIsAskedOnce() throws {
    let seen = Locked(0)
    let server = try ScriptedServer { exchange in
      seen.use { $0 += 1 }
      exchange.reply("ok")
      return true
    }
    let client = try UpstreamClient()
    var (asked, answer) = (0, true)
    let isAsked = {
      asked += 1
      #expect(seen.use { $0 } == asked - 1)
      return answer
    }
    let request = UpstreamRequest(method: "POST", url: server.url + "/", body: .bytes(Array("abc".utf8)))
    for count in 1...3 {
      #expect(send(request, with: client, mayLeave: isAsked).error == nil)
      #expect(asked == count && seen.use { $0 } == count)
    }
    #expect(send(request, with: client).error == nil, "nobody is asked")
    seen.use { $0 = 3 }
    answer = false
    #expect(send(request, with: client, mayLeave: isAsked).error == .cancelled)
    #expect(asked == 4 && seen.use { $0 } == 3)
    answer = true
    let nowhere = UpstreamRequest(method: "GET", url: "http://127.0.0.1:9/")
    guard case .unreachable? = send(nowhere, with: client, mayLeave: isAsked).error else {
      Issue.record("somebody is there")
      return
    }
    #expect(asked == 4, "nobody was reached")
  }

  @Test func aServerThatIsNotThereIsNamed() throws {
    let listener = try Socket.listening()
    let port = listener.port
    listener.close()
    let client = try UpstreamClient()
    for url in ["http://127.0.0.1:\(port)/", "http://no-such-host.invalid/", "gopher://127.0.0.1/", "http://"] {
      let reply = send(UpstreamRequest(method: "GET", url: url), with: client)
      guard case .unreachable(let reason)? = reply.error else {
        Issue.record("\(url): \(String(describing: reply.error))")
        continue
      }
      #expect(!reason.isEmpty)
      #expect(reply.error?.hint.isEmpty == false)
    }
  }

  @Test func aConnectionThatStandsStillTimesOut() throws {
    let server = try ScriptedServer { exchange in
      _ = exchange.waitForEnd()
      return false
    }
    var request = UpstreamRequest(method: "GET", url: server.url)
    request.idleTimeoutSeconds = 1
    guard case .timedOut? = send(request, with: try UpstreamClient()).error else {
      Issue.record("it did not time out")
      return
    }
  }

  @Test func whoWantsNoMoreIsServedNoMore() throws {
    let ended = Locked<Int64?>(nil)
    let server = try ScriptedServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegin")
      let ms = exchange.waitForEnd(limitMs: 20_000)
      ended.use { $0 = ms }
      return false
    }
    let reply = send(UpstreamRequest(method: "GET", url: server.url), with: try UpstreamClient()) { false }
    #expect(reply.error == .cancelled)
    #expect(ended.wait(atMostMs: 60_000, until: { $0 != nil }) { $0 } != nil, "the server sees the end")
  }

  /// The client leaves while the provider thinks; what it has sent besides must not hide that.
  @Test(arguments: [false, true])
  func theClientsLeavingCancels(hasSentMore: Bool) throws {
    let listener = try Socket.listening()
    defer { listener.close() }
    let user = try Socket.connected(to: listener.port)
    let accepted = try listener.accept()
    defer { accepted.close() }
    if hasSentMore { try user.writeAll(Array("GET /next".utf8)) }
    let cancelledMs = Locked<Int64?>(nil)
    let server = try ScriptedServer { exchange in
      user.close()
      let ms = exchange.waitForEnd(limitMs: 20_000) ?? -1
      cancelledMs.use { $0 = ms }
      return false
    }
    let reply = send(UpstreamRequest(method: "GET", url: server.url), with: try UpstreamClient(), for: accepted)
    #expect(reply.error == .cancelled)
    // Otherwise the provider is waited for, however long it thinks. How soon anybody looks stands below.
    #expect(cancelledMs.wait(atMostMs: 90_000, until: { $0 != nil }) { $0 ?? -1 } >= 0)
  }

  @Test func manyThreadsShareAClient() throws {
    let server = try ScriptedServer(Self.echo)
    let client = try UpstreamClient()
    let answers = Locked<[String]>([])
    for number in 0..<8 {
      try Thread.start {
        for round in 0..<5 {
          let reply = self.send(UpstreamRequest(method: "GET", url: server.url + "/\(number)/\(round)"), with: client)
          answers.use { $0.append(String(reply.text.prefix { $0 != "H" })) }
        }
      }
    }
    let all = answers.wait(until: { $0.count == 40 }) { Set($0) }
    #expect(all == Set((0..<8).flatMap { number in (0..<5).map { "GET /\(number)/\($0) 0 " } }))
    #expect(server.connections.use { $0 } <= 8)
  }

  /// Clients that send nothing more are looked at from time to time: soon at first, and a hundred that stay cost nearly nothing.
  @Test(arguments: [(0, 25), (200, 25), (800, 100), (8000, 1000), (.max, 1000)] as [(Int64, Int64)])
  func thoseWhoStayAreLookedAtLessOften(waitedMs: Int64, pauseMs: Int64) {
    #expect(Transfer.pauseMs(afterMs: waitedMs) == pauseMs)
  }

  /// A server that turns a long body away by its head is heard where it may be asked first: what is on its way to one that hangs up
  /// would have its answer thrown away.
  @Test(arguments: [(2_000_000, true, true), (2_000_000, false, false), (100_000, true, false)])
  func aServerIsAskedForALongBodyWhereItMayBe(length: Int, mayAskFirst: Bool, isAsked: Bool) throws {
    let listener = try Socket.listening()
    defer { listener.shutdown() }
    let seen = Locked("")
    try Thread.start {
      while let socket = try? listener.accept() {
        var (all, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while all.firstRange(of: Array("\r\n\r\n".utf8)) == nil,
          let count = try? buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0
        { all += buffer[..<count] }
        seen.use { $0 = String(decoding: all, as: UTF8.self) }
        if seen.use({ $0 }).contains("Expect: 100-continue") {
          try? socket.writeAll(Array("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno".utf8))
        } else {
          while let count = try? buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0 {
            all += buffer[..<count]
            if all.count >= length { break }
          }
          try? socket.writeAll(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))
        }
        socket.shutdown()
        socket.close()
      }
      listener.close()
    }
    var request = UpstreamRequest(
      method: "POST", url: "http://127.0.0.1:\(listener.port)/", body: .bytes([UInt8](repeating: 0x61, count: length)))
    request.mayAskFirst = mayAskFirst
    let reply = send(request, with: try UpstreamClient())
    #expect(reply.error == nil && reply.head?.status == (isAsked ? 401 : 200) && reply.text == (isAsked ? "no" : "ok"))
    // Nothing of the body was on its way.
    if isAsked { #expect(seen.use { $0 }.hasSuffix("\r\n\r\n")) }
  }
}
