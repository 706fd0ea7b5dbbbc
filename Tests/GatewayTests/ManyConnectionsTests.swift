import Posix
import Testing

@testable import Gateway

/// More connections than there is room for.
@Suite(.serialized) struct ManyConnectionsTests {
  @Test func idleConnectionsMakeRoomForThoseThatWork() throws {
    let harness = try ConnectionTests.harness { $0.limits.connections = 8 }
    let idle = try (1...40).map { _ in try harness.connect() }
    defer { for client in idle { client.close() } }
    for _ in 1...5 { #expect(try harness.post(ConnectionTests.call).status == 200) }
  }

  /// Ten thousand who come and say nothing take no more places than there are; whoever speaks is heard.
  @Test func tenThousandIdleConnectionsDoNotBarAnybody() throws {
    OpenFiles.allowMost()
    let harness = try ConnectionTests.harness()
    let most = GatewayLimits().connections
    // Both ends are in this process. Where it may not have so many files, as many as it may.
    let count = min(10_000, OpenFiles.limit - 4 * most)
    try #require(count > 2 * most, "too few open files: \(OpenFiles.limit)")
    let client = try harness.connect()
    var idle: [TestClient] = []
    defer { for client in idle + [client] { client.close() } }
    for number in 1...count {
      idle.append(try harness.connect())
      guard number % 100 == 0 else { continue }
      // One that comes behind them: when it has its answer, all before it have been let in.
      #expect(try harness.post(ConnectionTests.call).status == 200)
      // One that works between the others is not idle for long, and is not the one that goes.
      #expect(try client.exchange("GET", harness.path("/v1/models")).status == 200, "after \(number)")
    }
    #expect(try harness.post(ConnectionTests.call).status == 200)
    let end = Clock.monotonicNanoseconds + 30_000_000_000
    var open = count
    while open > most, Clock.monotonicNanoseconds < end { open = idle.filter { $0.socket.pending == .nothing }.count }
    #expect(open <= most, "\(open) of \(count) are still there")
    // Those that went were told nothing wrong: nothing at all.
    #expect(throws: TestClient.Problem.noReply) { try idle[0].reply() }
  }

  @Test func whoeverSaysNothingForLongIsLetGo() throws {
    let harness = try ConnectionTests.harness { $0.limits.idleMs = 100 }
    let silent = try harness.connect()
    let used = try harness.connect()
    defer { for client in [silent, used] { client.close() } }
    #expect(try used.exchange("GET", harness.path("/v1/models")).status == 200)
    // The end comes by itself: reading waits for it.
    for client in [silent, used] { #expect(throws: TestClient.Problem.noReply) { try client.reply() } }
    #expect(try harness.post(ConnectionTests.call).status == 200)
  }

  /// Who has only just come, or has asked what was not read yet, is not idle: all that come at once are answered, or told to come back.
  @Test func aBurstIsAnsweredOrToldToComeBack() throws {
    let harness = try GatewayHarness(configure: { $0.limits.connections = 4 }) { exchange in
      Clock.sleep(ms: 300)
      exchange.reply(ConnectionTests.reply)
      return true
    }
    let clients = try (1...24).map { _ in try harness.connect() }
    defer { for client in clients { client.close() } }
    for client in clients {
      try client.send("POST", harness.path("/v1/chat/completions"), body: Array(ConnectionTests.call.utf8))
    }
    let statuses = clients.map { (try? $0.reply().status) ?? 0 }
    #expect(statuses.contains(200) && Set(statuses).isSubset(of: [200, 429]), "\(statuses)")
  }

  /// Where all are at work, the next one is told to come back, and those at work go on.
  @Test func oneTooManyIsToldToComeBack() throws {
    let isFree = Locked(false)
    let arrived = Locked(0)
    let harness = try GatewayHarness(configure: { $0.limits.connections = 2 }) { exchange in
      arrived.use { $0 += 1 }
      isFree.wait(until: { $0 }) { _ in }
      exchange.reply(ConnectionTests.reply)
      return true
    }
    let working = try (1...2).map { _ in try harness.connect() }
    defer { for client in working { client.close() } }
    for (number, client) in working.enumerated() {
      let body = #"{"model":"m","messages":[{"role":"user","content":"\#(number)"}]}"#
      try client.send("POST", harness.path("/v1/chat/completions"), body: Array(body.utf8))
    }
    arrived.wait(until: { $0 == 2 }) { _ in }
    let third = try harness.connect()
    defer { third.close() }
    let reply = try third.reply()
    #expect(reply.status == 429)
    #expect(reply.json?["error"]?["code"]?.stringValue == "too_many_connections", "\(reply.text)")
    #expect(reply.head.fields["Retry-After"] == "1")
    isFree.use { $0 = true }
    for client in working { #expect(try client.reply().status == 200) }
    #expect(try harness.ledger().filter { $0.kind == .settle }.count == 2)
  }
}
