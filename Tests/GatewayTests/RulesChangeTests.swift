import GuardModel
import Ledger
import Posix
import Providers
import ScriptedServer
import Testing

@testable import Gateway

/// The rules change while calls are on their way.
@Suite(.serialized) struct RulesChangeTests {
  /// A call that came when nothing was limited, and whose body is still coming, waits for its turn as any other.
  @Test func aLimitHoldsForCallsThatHaveCome() throws {
    let (underWay, most) = (Locked(0), Locked(0))
    let harness = try GatewayHarness { exchange in
      let now = underWay.use { count in
        count += 1
        return count
      }
      most.use { $0 = max($0, now) }
      Clock.sleep(ms: 100)
      underWay.use { $0 -= 1 }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let clients = try (0..<4).map { _ in try harness.connect() }
    defer { for client in clients { client.close() } }
    let (begin, end) = (MeteredCallTests.chat.prefix(9), MeteredCallTests.chat.dropFirst(9))
    for client in clients {
      try client.send(
        "POST", harness.path("/v1/chat/completions"),
        fields: ["Content-Length": "\(MeteredCallTests.chat.utf8.count)"], body: Array(begin.utf8))
    }
    // Their heads were read.
    Clock.sleep(ms: 300)
    harness.gateway.change({ $0.settings.tiers["default"]?.lane = LaneLimits(concurrency: 1) }, alongside: { _ in })
    for client in clients { try client.write(String(end)) }
    for client in clients { #expect(try client.reply().status == 200) }
    #expect(most.use { $0 } == 1)
    #expect(try harness.ledger().count(where: { $0.kind == .settle }) == 4)
  }

  /// Those who wait when the rules change wait by the new ones from then on, in the places that they have.
  @Test(arguments: [nil, LaneLimits(concurrency: 2)]) func whoWaitsGoesByTheNewLimits(limits: LaneLimits?) throws {
    let (underWay, isLate) = (Locked(0), Locked(true))
    let harness = try GatewayHarness(settings: { $0.tiers["default"]?.lane = LaneLimits(concurrency: 1) }) { exchange in
      underWay.use { $0 += 1 }
      let endNs = Clock.monotonicNanoseconds + 60_000_000_000
      while isLate.use({ $0 }), Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    func arrive(_ count: Int) -> Bool {
      let endNs = Clock.monotonicNanoseconds + 20_000_000_000
      while underWay.use({ $0 }) < count, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
      return underWay.use { $0 } == count
    }
    let clients = try (0..<3).map { _ in try harness.connect() }
    defer { for client in clients { client.close() } }
    for client in clients {
      try client.send("POST", harness.path("/v1/chat/completions"), body: Array(MeteredCallTests.chat.utf8))
    }
    let endNs = Clock.monotonicNanoseconds + 20_000_000_000
    while harness.waiting < 2, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
    #expect(arrive(1))
    harness.gateway.change({ $0.settings.tiers["default"]?.lane = limits ?? LaneLimits() }, alongside: { _ in })
    #expect(arrive(limits == nil ? 3 : 2))
    isLate.use { $0 = false }
    for client in clients { #expect(try client.reply().status == 200) }
    #expect(try harness.ledger().count(where: { $0.kind == .settle }) == 3)
  }

  /// What is held is settled by the price, the weight and the budget that it was held by; nothing stays held, nothing is free.
  @Test func whatIsHeldIsSettledByTheRulesThatItWasHeldBy() throws {
    let (seen, isLate) = (Locked(0), Locked(true))
    let harness = try GatewayHarness(
      budgets: ["$1/day"],
      settings: { settings in
        settings.prices["big"] = Self.price(1_000_000)
        settings.modelWeights["big"] = Multiplier("2")
      }
    ) { exchange in
      seen.use { $0 += 1 }
      let endNs = Clock.monotonicNanoseconds + 60_000_000_000
      while isLate.use({ $0 }), Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(MeteredCallTests.chat.utf8))
    while seen.use({ $0 }) == 0 { Clock.sleep(ms: 5) }
    harness.gateway.change(
      { options in
        options.settings.prices["big"] = Self.price(9_000_000)
        options.settings.modelWeights["big"] = Multiplier("5")
        if case .limit(let limit)? = try? BudgetSpec("1 calls/day") {
          options.settings.tiers["default"]?.budgets = [limit]
        }
      }, alongside: { _ in })
    isLate.use { $0 = false }
    #expect(try client.reply().status == 200)
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .settle])
    #expect(entries.last?.charge?.costMicroUSD == 33 && entries.last?.charge?.tokens == 66)
  }

  private static func price(_ microUSD: Int64) -> ModelPrice {
    ModelPrice(
      inputMicroUSDPerMillion: microUSD, outputMicroUSDPerMillion: microUSD, asOf: "2026-11-01", source: "config")
  }
}
