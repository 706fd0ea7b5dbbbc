import Posix
import ScriptedServer
import Testing

@testable import Upstream

/// On a connection of HTTP/1 replies stand in a line, and nothing in them says which request each answers: one that nobody asked for
/// would answer the next request, which may be somebody else's.
@Suite(.serialized) struct UnaskedReplyTests {
  private static func reply(_ body: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// A server that says its say, and another reply a moment later.
  private func server(_ said: Locked<Int>) throws -> ScriptedServer {
    try ScriptedServer { exchange in
      exchange.send(Self.reply(exchange.head.target))
      let socket = exchange.socket
      try? Thread.start {
        Clock.sleep(ms: 2)
        try? socket.writeAll(Array(Self.reply("another's").utf8))
        said.use { $0 += 1 }
      }
      return true
    }
  }

  private func get(_ target: String, of server: ScriptedServer, with client: UpstreamClient, asked: Locked<Int>? = nil)
    throws -> String
  {
    var body: [UInt8] = []
    let mayLeave: (() -> Bool)? = asked.map { asked in
      {
        asked.use { $0 += 1 }
        return true
      }
    }
    try client.send(
      UpstreamRequest(method: "GET", url: server.url + target), mayLeave: mayLeave, onHead: { _ in true },
      onBody: {
        body += $0
        return true
      })
    return String(decoding: body, as: UTF8.self)
  }

  @Test(arguments: [false, true]) func itAnswersNobody(isAsked: Bool) throws {
    let (said, client, asked) = (Locked(0), try UpstreamClient(), Locked(0))
    let server = try server(said)
    for number in 1...5 {
      #expect(try get("/\(number)", of: server, with: client, asked: isAsked ? asked : nil) == "/\(number)")
      said.wait(atMostMs: 60_000, until: { $0 >= number }) { _ in }
      Clock.sleep(ms: 30)
    }
    #expect(asked.use { $0 } == (isAsked ? 5 : 0))
    #expect(server.connections.use { $0 } == 5)
  }

  /// A connection on which nothing came is used again.
  @Test func othersStayOpen() throws {
    let server = try ScriptedServer { exchange in
      exchange.send(Self.reply(exchange.head.target))
      return true
    }
    let client = try UpstreamClient()
    for number in 1...5 { #expect(try get("/\(number)", of: server, with: client) == "/\(number)") }
    #expect(server.connections.use { $0 } == 1)
  }
}
