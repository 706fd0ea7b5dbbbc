import HTTPWire
import Posix
import Testing

@testable import Gateway

/// A server keeps no memory that nobody needs, however its clients go.
@Suite(.serialized) struct KeptMemoryTests {
  /// A server that counts how often it gives memory back.
  private func withServer(_ body: (GatewayServer, Locked<Int>) throws -> Void) throws {
    let count = Locked(0)
    let server = GatewayServer(
      on: try Socket.listening(), limits: GatewayLimits(), admits: { _ in true }, giveBack: { count.use { $0 += 1 } }
    ) { client, _ in
      (try? client.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))) != nil && client.skipBody()
    }
    try server.start()
    defer { server.stop() }
    try body(server, count)
  }

  private func ask(_ client: Socket) throws {
    var buffer = [UInt8](repeating: 0, count: 1000)
    try client.writeAll(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
    #expect(try buffer.withUnsafeMutableBytes { try client.read(into: $0) } > 0)
  }

  /// Waits until it has, once more than so often.
  private func wasGivenBack(_ count: Locked<Int>, after before: Int) -> Bool {
    count.wait(atMostMs: 20_000, until: { $0 > before }) { $0 > before }
  }

  /// Nobody is left who could come to rest.
  @Test func whatClientsLeaveBehindIsGivenBack() throws {
    try withServer { server, count in
      // That of its start, and of its first calls.
      while count.use({ $0 }) <= 25 {
        let before = count.use { $0 }
        let client = try Socket.connected(to: server.port)
        try ask(client)
        client.close()
        #expect(wasGivenBack(count, after: before))
      }
      let client = try Socket.connected(to: server.port)
      try ask(client)
      // Before it leaves: this thread may stand still for longer than the server waits.
      let before = count.use { $0 }
      client.close()
      #expect(wasGivenBack(count, after: before))
    }
  }

  /// While one is served for long, what others needed once is given back.
  @Test func whatIsSeldomUsedIsGivenBackAtWork() throws {
    let memory = KeptMemory(more: {})
    let first = memory.lookMs(64)
    #expect(first < memory.lookMs(1))
    for _ in 0..<100 { memory.giveBackSeldomUsed(64) }
    #expect(memory.lookMs(64) > first)
    try withServer { server, count in
      // One alone would only pay for it.
      for many in [1, 40] {
        let clients = try (0..<many).map { _ in try Socket.connected(to: server.port) }
        defer { for client in clients { client.close() } }
        for client in clients { try client.writeAll(Array("GET / HTTP/1.1\r\nHost: x\r\n".utf8)) }
        Clock.sleep(ms: 200)
        let before = count.use { $0 }
        if many == 1 {
          #expect(!count.wait(atMostMs: 500, until: { $0 > before }) { $0 > before })
        } else {
          #expect(wasGivenBack(count, after: before))
        }
      }
    }
  }
}
