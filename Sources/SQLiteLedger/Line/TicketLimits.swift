import GuardModel
import Ledger
import SQLite

/// Which limits keep calls waiting.
extension SQLiteLedger {
  /// The limits that keep a call from starting now.
  public func limits(on lanes: [Lane], tokens: Int64, nowUnixMs: Int64) throws(LedgerError) -> [LaneLimit] {
    let reached = try reachedLimits(on: lanes, tokens: tokens, nowUnixMs: nowUnixMs)
    return reached.isEmpty ? lanes.flatMap(\.all) : reached
  }

  /// The limits of a call's lanes that keep it from starting now, whoever else waits.
  public func reachedLimits(on lanes: [Lane], tokens: Int64, nowUnixMs: Int64) throws(LedgerError) -> [LaneLimit] {
    let line = try living(nowUnixMs)
    return lanes.flatMap { lane -> [LaneLimit] in
      let kind = (line.lanes[lane.name] ?? LaneUse()).reached(by: tokens, under: lane.limits, nowUnixMs: nowUnixMs)
      return lane.all.filter { $0.kind == kind }
    }
  }
}
