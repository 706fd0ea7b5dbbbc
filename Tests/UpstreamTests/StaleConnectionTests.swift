import Posix
import ScriptedServer
import Testing

@testable import Upstream

/// Servers close connections that stand idle. That shows when the next request is on its way, which then goes out on another one.
@Suite(.serialized) struct StaleConnectionTests {
  /// A server that closes each connection in the face of its second request, when some of it has come.
  private final class Impatient: Sendable {
    let listener: Socket
    /// What came, whole.
    let bodies = Locked<[Int]>([])

    init() throws {
      listener = try Socket.listening()
      let (listener, bodies) = (listener, bodies)
      try Thread.start {
        while let socket = try? listener.accept() {
          try? Thread.start {
            if let count = Self.count(from: socket) {
              bodies.use { $0.append(count) }
              try? socket.writeAll(Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))
              var one = [UInt8](repeating: 0, count: 1)
              _ = try? one.withUnsafeMutableBytes { try socket.read(into: $0) }
            }
            // What was not read of the request makes it a reset.
            socket.close()
          }
        }
        listener.close()
      }
    }

    deinit { listener.shutdown() }

    /// Reads a request that ends with a mark, and with the lines behind its body where it has such: to close the connection before
    /// these came would break off a request that was to arrive. - Returns: how many bytes `a` its body has.
    private static func count(from socket: Socket) -> Int? {
      var (head, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
      // How many there are in its body, of which each byte is looked at once: there may be millions.
      var found: Int?
      var (isMarked, isChunked, tail) = (false, false, [UInt8]())
      while true {
        let count = (try? buffer.withUnsafeMutableBytes { try socket.read(into: $0) }) ?? 0
        if count == 0 { return nil }
        var new = buffer[..<count]
        if found == nil {
          head += new
          guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
          (found, new) = (0, head[end.upperBound...])
          isMarked = head.starts(with: Array("GET".utf8))
          let fields = String(decoding: head[..<end.lowerBound], as: UTF8.self).lowercased()
          isChunked = fields.contains("\r\ntransfer-encoding: chunked")
        }
        let (some, hasMark) = new.withUnsafeBytes { bytes in
          bytes.reduce(into: (0, false)) { result, byte in
            if byte == UInt8(ascii: "a") { result.0 += 1 }
            if byte == UInt8(ascii: ".") { result.1 = true }
          }
        }
        found = (found ?? 0) + some
        isMarked = isMarked || hasMark
        tail = Array((tail + new.suffix(4)).suffix(4))
        if isMarked, !isChunked || tail == Array("\r\n\r\n".utf8) { return found }
      }
    }

    var url: String { "http://127.0.0.1:\(listener.port)/" }
  }

  private func send(_ request: UpstreamRequest, with client: UpstreamClient) throws {
    try client.send(request, onHead: { _ in true }, onBody: { _ in true })
  }

  @Test(arguments: [Int64?.none, 3000, 2_000_000], [false, true])
  func aBodyArrivesWhole(length: Int64?, isStream: Bool) throws {
    let (server, client) = (try Impatient(), try UpstreamClient())
    let count = Int(length ?? 5000)
    let body = [UInt8](repeating: UInt8(ascii: "a"), count: count - 1) + [UInt8(ascii: ".")]
    for _ in 0..<3 {
      try send(UpstreamRequest(method: "GET", url: server.url), with: client)
      var request = UpstreamRequest(method: "POST", url: server.url, body: .bytes(body))
      if isStream {
        var sent = 0
        request.body = .stream(length: length) { buffer in
          let count = min(buffer.count, body.count - sent)
          buffer.copyBytes(from: body[sent..<(sent + count)])
          sent += count
          return count
        }
        if length == nil { request.trailers = { [("X-Sum", Array("1".utf8))] } }
      }
      try send(request, with: client)
    }
    #expect(server.bodies.use { $0.filter { $0 > 0 } } == Array(repeating: count - 1, count: 3))
  }

  /// A server that answers the first request of each connection, and closes it in answer to the second one when it has had that for a
  /// while.
  private static func closing(afterMs ms: Int64, asked: Locked<Int>) throws -> ScriptedServer {
    let first = Locked<Set<Int32>>([])
    return try ScriptedServer { exchange in
      if first.use({ $0.insert(exchange.socket.descriptor.number).inserted }) {
        if exchange.head.target == "/asked" { asked.use { $0 += 1 } }
        exchange.reply("ok")
        return true
      }
      asked.use { $0 += 1 }
      Clock.sleep(ms: ms)
      first.use { _ = $0.remove(exchange.socket.descriptor.number) }
      return false
    }
  }

  /// What a server had for a while it may have worked on: a call that went out again would be made, and paid, twice.
  @Test(arguments: ["POST", "PATCH"], [10, 200_000])
  func whatAServerHadForAWhileIsNotSentAgain(method: String, bytes: Int) throws {
    let (asked, client) = (Locked(0), try UpstreamClient())
    let server = try Self.closing(afterMs: SecondSending.limitMs + 200, asked: asked)
    try send(UpstreamRequest(method: "GET", url: server.url + "/"), with: client)
    let body = [UInt8](repeating: UInt8(ascii: "a"), count: bytes)
    #expect(throws: UpstreamError.broken("it was closed before a reply came")) {
      try send(UpstreamRequest(method: method, url: server.url + "/asked", body: .bytes(body)), with: client)
    }
    #expect(asked.use { $0 } == 1)
    // The next one finds a connection.
    try send(UpstreamRequest(method: "GET", url: server.url + "/"), with: client)
  }

  /// A libcurl that cannot ask before it sends again (before 7.80) is not given the choice: each call has a connection of its own.
  @Test func whatCannotBeKeptBackHasAConnectionOfItsOwn() throws {
    var library = try CurlLibrary.load()
    library.asksWhenReady = false
    let (asked, client) = (Locked(0), UpstreamClient(library))
    let server = try Self.closing(afterMs: SecondSending.limitMs + 200, asked: asked)
    try send(UpstreamRequest(method: "GET", url: server.url + "/"), with: client)
    for number in 1...2 {
      let call = UpstreamRequest(method: "POST", url: server.url + "/asked", body: .bytes(Array("aa".utf8)))
      try send(call, with: client)
      #expect(asked.use { $0 } == number)
    }
  }

  @Test(arguments: [("GET", 1200), ("PUT", 1200), ("DELETE", 1200), ("POST", 0)] as [(String, Int64)])
  func whatMayBeAskedTwiceOrWasHardlyThereIsSentAgain(method: String, afterMs: Int64) throws {
    let (asked, client) = (Locked(0), try UpstreamClient())
    let server = try Self.closing(afterMs: afterMs, asked: asked)
    try send(UpstreamRequest(method: "GET", url: server.url + "/"), with: client)
    let body = method == "PUT" || method == "POST" ? UpstreamRequest.Body.bytes(Array("aa".utf8)) : .none
    try send(UpstreamRequest(method: method, url: server.url + "/asked", body: body), with: client)
    #expect(asked.use { $0 } == 2)
  }

  @Test func onlyTheFirstMomentLetsACallLeaveAgain() {
    let limit = SecondSending.limitMs * 1_000_000
    for (method, isLate) in [("POST", false), ("PATCH", false), ("X", false), ("GET", true), ("PUT", true)] {
      var sending = SecondSending(method)
      #expect(sending.mayLeaveAgain(atNs: 5))
      let early = [sending.mayLeave(atNs: 7), sending.mayLeave(atNs: 6 + limit)]
      #expect(early == [true, true] && !sending.wasKeptBack)
      #expect(sending.mayLeaveAgain(atNs: 7 + limit) == isLate)
      let late = sending.mayLeave(atNs: 7 + limit)
      #expect(late == isLate && sending.wasKeptBack == !isLate)
    }
  }

  /// Over a long time that happens often: no request is lost, however many went out again before.
  @Test func everyRequestArrives() throws {
    let (server, client) = (try Impatient(), try UpstreamClient())
    for number in 1...25 {
      try send(UpstreamRequest(method: "POST", url: server.url, body: .bytes(Array("aa.".utf8))), with: client)
      #expect(server.bodies.use { $0.count } == number)
    }
  }
}
