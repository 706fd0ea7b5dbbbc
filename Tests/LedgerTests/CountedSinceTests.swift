import GuardModel
import Ledger
import Testing

/// Since when a budget counts in its window.
@Suite struct CountedSinceTests {
  static let midnight: Int64 = 1_795_478_400_000
  static let hour: Int64 = 3_600_000
  let ledger = MemoryLedger(zone: .utc)

  private func budget() throws -> Budget {
    guard case .limit(let limit) = try BudgetSpec("1000 tokens/day") else { throw AmountOverflow() }
    return Budget(scope: .user("ana"), limit: limit, origin: "test")
  }

  private func call(_ hour: Int64, _ budgets: [Budget], user: String = "ana") throws {
    let now = Self.midnight + hour * Self.hour
    let facts = CallFacts(
      user: user, tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .ok, estimatedInput: 10,
      estimatedOutput: 0)
    let charge = Charge(tokens: 10, costMicroUSD: 0)
    let request = ReservationRequest(
      idempotencyKey: "\(user) \(hour)", facts: facts, charge: charge, budgets: budgets)
    guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { throw AmountOverflow() }
    let usage = TokenUsage(input: 10, output: 0, exactness: .exact)
    _ = try ledger.settle(hold, Settlement(usage: usage, charge: charge, ending: .complete), nowUnixMs: now)
  }

  /// The hour of the day since which it counts, at 20:00.
  private func hour() throws -> Int64? {
    let states = try ledger.states(of: [budget()], nowUnixMs: Self.midnight + 20 * Self.hour)
    return try ledger.countedSince(states[0]).map { ($0 - Self.midnight) / Self.hour }
  }

  @Test func oneThatWasThereCountsFromTheBeginning() throws {
    #expect(try hour() == 0, "nothing was used")
    try call(5, [], user: "ben")
    try call(9, [budget()])
    #expect(try hour() == 0)
  }

  @Test func oneThatCameLaterCountsFromItsFirstCall() throws {
    try call(5, [])
    try call(9, [budget()])
    #expect(try hour() == 9)
  }

  @Test func oneThatWasSetCountsFromThen() throws {
    try call(5, [])
    try ledger.change(
      .budgets([budget().limit]), of: "ana", actor: "root", nowUnixMs: Self.midnight + 7 * Self.hour)
    try call(9, [budget()])
    #expect(try hour() == 7)
    // Another one, after it began to count, is none of its business.
    try ledger.change(.budgets([]), of: "ana", actor: "root", nowUnixMs: Self.midnight + 10 * Self.hour)
    #expect(try hour() == 7)
  }

  /// What was changed of its user's other rules before its first call says nothing of it.
  @Test func anotherChangeIsNotItsBeginning() throws {
    guard case .limit(let other) = try BudgetSpec("7 calls/day") else { throw AmountOverflow() }
    for change in [UserChange.budgets([other]), .tier("pro")] {
      try ledger.change(change, of: "ana", actor: "root", nowUnixMs: Self.midnight + 7 * Self.hour)
    }
    try call(9, [budget()])
    #expect(try hour() == 0)
  }

  @Test func oneThatWasResetCountsFromThen() throws {
    try call(9, [budget()])
    _ = try ledger.reset(
      budget().key, reason: "why", actor: "root", nowUnixMs: Self.midnight + 11 * Self.hour)
    #expect(try hour() == 11)
  }
}
