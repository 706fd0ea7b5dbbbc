import GuardModel
import Ledger
import Testing

@testable import LLMGuardCLI

@Suite struct BurnRateTests {
  private static let hour: Int64 = 3_600_000
  private static let now: Int64 = 1_795_535_200_000

  /// A past of so many hours with so many tokens each, and a last hour.
  private func rate(hours: Int64, tokens: Int64, last: Int64) throws -> BurnRate? {
    let ledger = MemoryLedger(zone: .utc)
    func call(_ tokens: Int64, at instant: Int64) throws {
      let facts = CallFacts(
        user: "ana", tier: "free", operation: "o", model: "m", run: "r", program: "p", phase: .ok,
        estimatedInput: tokens,
        estimatedOutput: 0)
      let request = ReservationRequest(
        idempotencyKey: "\(instant)", facts: facts, charge: Charge(tokens: tokens, costMicroUSD: 0), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: instant) else {
        Issue.record("not held")
        return
      }
      let usage = TokenUsage(input: tokens, output: 0, exactness: .exact)
      _ = try ledger.settle(
        hold, Settlement(usage: usage, charge: Charge(tokens: tokens, costMicroUSD: 0), ending: .complete),
        nowUnixMs: instant)
    }
    for hour in (1...hours).reversed() { try call(tokens, at: Self.now - (hour + 1) * Self.hour) }
    try call(last, at: Self.now - 1000)
    return try BurnRate(of: "ana", in: ledger, nowUnixMs: Self.now)
  }

  @Test(
    arguments: [
      (30, 500, 2000, true), (30, 500, 1999, false), (30, 100, 900, false), (24, 1, 1000, true), (23, 500, 90_000, nil),
    ] as [(Int64, Int64, Int64, Bool?)])
  func fourTimesTheUsualIsUnusual(hours: Int64, tokens: Int64, last: Int64, isUnusual: Bool?) throws {
    #expect(try rate(hours: hours, tokens: tokens, last: last)?.isUnusual == isUnusual)
  }

  /// Each user is looked at once in a quarter of an hour, whoever else calls meanwhile.
  @Test func usersThatAlternateAreLookedAtOnce() {
    var looks = QuarterlyLooks()
    let first = [("ana", 7), ("ben", 7), ("ana", 7), ("ben", 7), ("ana", 8), ("ben", 8), ("ana", 8), ("ana", 7)].map {
      looks.isFirst($0, inQuarter: $1)
    }
    #expect(first == [true, true, false, false, true, true, false, true])
  }
}
