import GuardModel
import Ledger
import Posix
import Testing

@testable import SQLiteLedger

/// What is recorded and told in ways that nobody would miss soon.
@Suite struct RecordingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  private func both() throws -> [any Ledger] { [try open(), MemoryLedger(zone: .utc)] }

  /// A budget refuses by its name; policies say each their own, and count as none.
  @Test func refusalsByPoliciesAreCountedTogether() throws {
    let facts = try SQLiteLedgerTests.request("a", tokens: 1).facts
    let budget = try SQLiteLedgerTests.budget().key
    for ledger in try both() {
      for policy in ["the run may make 0 calls", "its price is not known"] {
        _ = try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: nil, policy: policy), nowUnixMs: 1)
      }
      _ = try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: 1)
      _ = try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: budget), nowUnixMs: 1)
      #expect(
        try ledger.refusals(sinceUnixMs: 0, untilUnixMs: 10) == [
          RefusalSums(user: "ana", budget: nil, refusals: 3),
          RefusalSums(user: "ana", budget: budget.label, refusals: 1),
        ])
    }
  }

  /// What was told may be told again by the ledger's clock, which the last call has set, and not by the machine's.
  @Test func aNoticeEndsByTheLedgersClock() throws {
    for ledger in try both() {
      let notice = Notice(key: "ana/day/warn", untilUnixMs: 100, note: "80 %", user: "ana")
      #expect(try ledger.take(notice, nowUnixMs: 50))
      #expect(try !ledger.take(notice, nowUnixMs: 60))
      _ = try ledger.reserve(SQLiteLedgerTests.request("later", tokens: 1), nowUnixMs: 150)
      #expect(try ledger.take(notice, nowUnixMs: 60))
    }
  }

  /// An answer from the cache that is charged is safe before it is given, and known outside the database.
  @Test func anAnswerThatIsChargedIsMadeSafe() throws {
    let ledger = try open()
    let facts = try SQLiteLedgerTests.request("a", tokens: 1).facts
    func record(_ charge: Charge) throws {
      let call = CachedCall(facts: facts, tier: .exact, saved: Charge(tokens: 9, costMicroUSD: nil), charge: charge)
      _ = try ledger.recordCached(call, nowUnixMs: 1)
    }
    try record(Charge(tokens: 2, costMicroUSD: nil))
    #expect(ledger.recordedHead?.sequence == 1)
    // One that takes nothing waits for nothing: what comes after makes it safe.
    try record(.zero)
    #expect(ledger.recordedHead?.sequence == 1)
    try record(Charge(tokens: 2, costMicroUSD: nil))
    #expect(ledger.recordedHead?.sequence == 3)
  }
}
