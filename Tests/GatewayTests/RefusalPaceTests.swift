import Configuration
import GuardModel
import HTTPWire
import Ledger
import Posix
import Testing

@testable import Gateway

/// Whoever is refused again and again waits for it.
@Suite(.serialized) struct RefusalPaceTests {
  /// How many a number of clients get in a minute, each of whom asks anew at once.
  private static func inAMinute(clients: Int, weight: Double = 1) -> Int {
    let pace = RefusalPace()
    var count = 0
    var freeAtMs = [Int64](repeating: 1, count: clients)
    while let next = freeAtMs.indices.min(by: { freeAtMs[$0] < freeAtMs[$1] }), freeAtMs[next] < 60_000 {
      freeAtMs[next] += 1 + pace.delayMs("ana", weight: weight, nowMs: freeAtMs[next])
      count += 1
    }
    return count
  }

  @Test func aLoopIsRefusedTwiceASecond() {
    #expect((60...150).contains(Self.inAMinute(clients: 1)), "\(Self.inAMinute(clients: 1))")
    #expect(Self.inAMinute(clients: 64) < 1000)
    #expect(Self.inAMinute(clients: 384) < 4000)
    #expect(Self.inAMinute(clients: 1, weight: 0.1) > 500)
  }

  @Test func aFewAreAnsweredAtOnce() {
    let pace = RefusalPace()
    for _ in 1...20 { #expect(pace.delayMs("ana", nowMs: 5) == 0) }
    #expect(pace.delayMs("ana", nowMs: 5) == 50)
    #expect(pace.delayMs("ana", nowMs: 5) == 100)
    #expect(pace.delayMs("bob", nowMs: 5) == 0)
    for _ in 1...1000 { #expect(pace.delayMs("ana", nowMs: 5) <= 10_000) }
    #expect(pace.delayMs("ana", nowMs: 20_005) == 0)
    // One a second always is.
    for second in 1...100 { #expect(pace.delayMs("cy", nowMs: Int64(second) * 1000) == 0) }
  }

  /// Others are not waited for, nor are calls that go out; and all refusals are in the ledger.
  @Test func whoeverIsRefusedInALoopWaits() throws {
    let harness = try GatewayHarness(budgets: ["100 tokens/day"], identity: { $0.mayNameUser = true }) { exchange in
      exchange.reply(ConnectionTests.reply)
      return true
    }
    func ask(_ most: Int, user: String, number: Int = 0) throws -> (status: Int, ms: Int64) {
      let startMs = Clock.sinceStartMs
      let status = try harness.post(
        fields: ["x-llmguard-user": user],
        #"{"model":"m","max_tokens":\#(most),"messages":[{"role":"user","content":"\#(number)"}]}"#
      ).status
      return (status, Clock.sinceStartMs - startMs)
    }
    var refused: [(status: Int, ms: Int64)] = []
    for number in 1...26 { refused.append(try ask(5000, user: "bea", number: number)) }
    #expect(refused.allSatisfy { $0.status == 429 })
    // Less than three of them have faded meanwhile.
    #expect(refused[24].ms >= 100, "\(refused.map(\.ms))")
    #expect(refused[..<15].allSatisfy { $0.ms < refused[25].ms }, "\(refused.map(\.ms))")
    #expect(try ask(9, user: "bea").status == 200)
    #expect(try ask(9, user: "cy").status == 200)
    #expect(harness.gateway.summary.refusals == 26)
    #expect(try harness.ledger().count(where: { $0.kind == .refuse }) == 26)
  }

  /// A server that ends does not wait for it.
  @Test func theEndIsNotKeptUp() throws {
    let harness = try GatewayHarness(budgets: ["100 tokens/day"]) { exchange in
      exchange.reply(ConnectionTests.reply)
      return true
    }
    for _ in 1...1000 { _ = harness.gateway.refusals.delayMs("ana", nowMs: Clock.sinceStartMs) }
    let client = try harness.connect()
    defer { client.close() }
    let call = #"{"model":"m","max_tokens":5000,"messages":[]}"#
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(call.utf8))
    let endNs = Clock.monotonicNanoseconds + 20_000_000_000
    while harness.gateway.summary.refusals == 0, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
    let startMs = Clock.sinceStartMs
    harness.gateway.finish {
      Clock.sleep(ms: 5)
      return true
    }
    #expect(try client.reply().status == 429)
    #expect(Clock.sinceStartMs - startMs < 5000)
  }

  /// That refusals come late is told, and a client that waits for one alone is known; one that has left does not wait.
  @Test func whoWaitsForARefusalIsKnown() throws {
    let harness = try GatewayHarness(budgets: ["100 tokens/day"]) { exchange in
      exchange.reply(ConnectionTests.reply)
      return true
    }
    func told() -> Int { harness.news.all.count { if case .slowedRefusals("ana") = $0 { true } else { false } } }
    let call = #"{"model":"m","max_tokens":5000,"messages":[]}"#
    #expect(try harness.post(call).status == 429)
    #expect(told() == 0)
    for _ in 1...1000 { _ = harness.gateway.refusals.delayMs("ana", nowMs: Clock.sinceStartMs) }
    let client = try harness.connect()
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(call.utf8))
    let endNs = Clock.monotonicNanoseconds + 20_000_000_000
    while harness.gateway.callsInLine.refused == 0, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
    #expect(harness.gateway.callsInLine == CallsInLine(waiting: 0, lost: 0, refused: 1))
    #expect(harness.gateway.callsUnderWay == 1 && told() == 1)
    client.close()
    #expect(harness.gateway.callsInLine.refused == 0)
  }
}
