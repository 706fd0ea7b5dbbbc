import GuardModel
import Ledger
import Testing

@testable import SQLiteLedger

/// What lasts for a while, when the ledger's clock is set back.
@Suite struct RepairedClockTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Where the ledger's clock is set back, what a provider asked for lasts as long as it was asked for: from then on, if the clock
  /// was ahead by then, and else as it stands.
  @Test(arguments: [true, false]) func whatAProviderAskedForLastsAsLong(wasAhead: Bool) throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    let (now, ahead): (Int64, Int64) = (3_600_000, 6 * 3_600_000)
    try ledger.change(.tier("t"), of: "ana", actor: "test", nowUnixMs: ahead)
    let asked = wasAhead ? ahead : now
    try ledger.pause(lane: "model m", untilUnixMs: asked + 50_000, nowUnixMs: asked)
    try ledger.remember(
      SaidRests([LaneRest(.calls, left: 0, untilUnixMs: asked + 40_000)], sentAtUnixMs: asked), lane: "model m",
      nowUnixMs: asked)
    #expect(try ledger.repairClock(reason: "r", actor: "test", nowUnixMs: now) == ahead - now)
    let held = try #require(try ledger.heldLanes(nowUnixMs: now).first)
    #expect(held.lane == "model m" && held.pausedUntilUnixMs == now + 50_000)
    #expect(held.rests == [LaneRest(.calls, left: 0, untilUnixMs: now + 40_000)])
  }
}
