import GuardModel
import Ledger
import Testing

@testable import LLMGuardCLI

@Suite struct BurnRateTests {
  private static let hour: Int64 = 3_600_000
  private static let now: Int64 = 1_795_535_200_000

  /// What calls come to: each of so many milliseconds before now, and so many tokens.
  private func rate(_ calls: [(Int64, Int64)]) throws -> BurnRate? {
    let ledger = MemoryLedger(zone: .utc)
    for (place, call) in calls.sorted(by: { $0.0 > $1.0 }).enumerated() {
      let (tokens, instant) = (call.1, Self.now - call.0)
      let facts = CallFacts(
        user: "ana", tier: "free", operation: "o", model: "m", run: "r", program: "p", phase: .ok,
        estimatedInput: tokens,
        estimatedOutput: 0)
      let request = ReservationRequest(
        idempotencyKey: "\(place)", facts: facts, charge: Charge(tokens: tokens, costMicroUSD: 0), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: instant) else {
        Issue.record("not held")
        return nil
      }
      let usage = TokenUsage(input: tokens, output: 0, exactness: .exact)
      _ = try ledger.settle(
        hold, Settlement(usage: usage, charge: Charge(tokens: tokens, costMicroUSD: 0), ending: .complete),
        nowUnixMs: instant)
    }
    return try BurnRate(of: "ana", in: ledger, nowUnixMs: Self.now)
  }

  /// A past of so many hours with so many tokens each, and a last hour.
  private func rate(hours: Int64, tokens: Int64, last: Int64) throws -> BurnRate? {
    let past: [(Int64, Int64)] = (1...hours).map { (($0 + 1) * Self.hour, tokens) }
    return try rate(past + [(1000, last)])
  }

  @Test(
    arguments: [
      (30, 500, 2000, true), (30, 500, 1999, false), (30, 100, 900, false), (24, 1, 1000, true), (23, 500, 90_000, nil),
      (24, 1, 999, false),
    ] as [(Int64, Int64, Int64, Bool?)])
  func fourTimesTheUsualIsUnusual(hours: Int64, tokens: Int64, last: Int64, isUnusual: Bool?) throws {
    #expect(try rate(hours: hours, tokens: tokens, last: last)?.isUnusual == isUnusual)
  }

  /// The past is two weeks of hours in which something was spent, each once, and the last hour is none of them.
  @Test func thePastIsTwoWeeksOfActiveHours() throws {
    let day = 24 * Self.hour
    let hours: [(Int64, Int64)] = (2...25).map { ($0 * Self.hour, 100) }
    // Two calls of one hour are one hour of both.
    let quarter = Self.hour / 4
    #expect(try rate(hours + [(2 * Self.hour + quarter, 140)])?.usual == 105)
    #expect(try rate(Array(hours.dropLast()) + [(3 * Self.hour + quarter, 100)]) == nil)
    // A day before the two weeks tells nothing of today.
    #expect(try rate(hours.map { ($0.0 + 14 * day, 100) }) == nil)
    #expect(try rate(hours + [(16 * day, 90_000)])?.usual == 100)
    // What is older than an hour is the past.
    let both = try #require(try rate(hours + [(Self.hour - 1000, 7), (Self.hour + 1000, 500)]))
    #expect(both.now == 7)
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
