import GuardModel
import Ledger
import Posix
import SQLite
import SQLiteLedger
import Testing

@Suite struct MigrationTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Folder.makePrivate(folder.path + "/state")
    try Connection(path: folder.ledger).execute(version1Ledger)
  }

  @Test func anOlderLedgerIsReadInFullAndGoesOn() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    #expect(try ledger.verify() == [])
    let before = try #require(try ledger.usage(UsageQuery()).first?.sums)
    #expect([before.calls, before.refusals, before.chargeTokens, before.retries] == [1, 1, 13, 0])
    #expect(try ledger.entries(limit: 9).compactMap(\.facts?.attempt) == [1, 1, 1])

    let key = AttemptKey(user: "ana", operation: "default", fingerprint: Fingerprint([1]))
    for number: Int64 in 1...3 {
      var request = try SQLiteLedgerTests.request("run-\(number)", tokens: 10)
      request.attempt = AttemptClaim(key: key, number: number, escalation: .standard, surchargeTokens: number)
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1_795_535_200_000) else {
        Issue.record("not held")
        return
      }
      var settlement = SQLiteLedgerTests.settlement(12)
      settlement.surchargeTokens = number
      _ = try ledger.settle(hold, settlement, nowUnixMs: 1_795_535_200_000)
    }
    #expect(try ledger.verify() == [])
    let after = try #require(try ledger.usage(UsageQuery()).first?.sums)
    #expect([after.calls, after.retries, after.surchargeTokens] == [4, 2, 6])
  }

  /// Sums that an older format did not keep are made from its entries.
  @Test func whatTheSumsLackedIsMadeUp() throws {
    let connection = try Connection(path: folder.ledger)
    try connection.execute(
      "DROP TRIGGER entry_no_update; UPDATE entry SET cached_input = 4, reasoning = 2 WHERE kind = 'settle'")
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    let sums = try #require(try ledger.usage(UsageQuery()).first?.sums)
    #expect([sums.cachedInput, sums.cacheWrite, sums.reasoning, sums.unmetered] == [4, 0, 2, 0])
    #expect(try !ledger.verify().contains { $0.place == "rollups" })
  }

  /// Of a price that was unknown before sums told the bounds of a cost apart, the sum is the least.
  @Test func aPriceThatWasUnknownIsSo() throws {
    let connection = try Connection(path: folder.ledger)
    try connection.execute(
      """
      DROP TRIGGER entry_no_update; UPDATE entry SET cost_micro_usd = NULL WHERE kind = 'settle';
      UPDATE rollup SET cost_micro_usd = 0, unknown_cost = 1 WHERE calls = 1;
      """)
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    let sums = try #require(try ledger.usage(UsageQuery()).first?.sums)
    #expect(sums.callsOfUnknownCost == 1 && sums.costBound == .atLeast)
    #expect(try !ledger.verify().contains { $0.place == "rollups" })
  }

  /// Every column that later formats added is part of the chain.
  @Test(arguments: [
    "provider = 'x'", "waited_ms = 1", "cache_write_hour = 1", "audio_input = 1", "audio_output = 1", "tool_input = 1",
    "web_searches = 1", "unpriced = 'web_searches'", "route = 'images'",
  ])
  func aChangedColumnBreaksTheChain(change: String) throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    #expect(try ledger.verify() == [])
    let connection = try Connection(path: folder.ledger)
    try connection.execute("DROP TRIGGER entry_no_update; UPDATE entry SET \(change) WHERE sequence = 2")
    #expect(try ledger.verify().contains { $0.place == "entry 2" })
  }

  @Test func aChangedAttemptBreaksTheChain() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    let connection = try Connection(path: folder.ledger)
    try connection.execute("DROP TRIGGER entry_no_update; UPDATE entry SET attempt = 2 WHERE sequence = 2")
    #expect(try ledger.verify().first?.place == "entry 2")
  }
}
