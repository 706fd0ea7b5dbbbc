import Configuration
import Dashboard
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger

extension DashboardContent {
  /// How many users' budgets are read.
  private static let mostUsers = 500

  /// Reads what a dashboard shows: the range, and the budgets of everybody or of one user.
  static func read(
    _ ledger: SQLiteLedger, _ settings: Settings, sinceUnixMs: Int64, untilUnixMs: Int64?, user: String?,
    zone: ZoneOffsets
  ) throws(Failure) -> DashboardContent {
    let now = Clock.unixMs
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
      .sorted { ($0.lastCallAtUnixMs ?? 0, $1.name) > ($1.lastCallAtUnixMs ?? 0, $0.name) }
    let shown =
      try user.map { name throws(Failure) in
        [try Failure.ledger { () throws(LedgerError) in try ledger.user(name) } ?? LedgerUser(name: name)]
      } ?? Array(known.prefix(mostUsers))
    let all = try UserStanding.of(shown, settings, ledger, nowUnixMs: now).map { one in
      Standing(user: one.user, tier: one.tier, states: one.states, isWithoutTier: one.problem != nil)
    }
    return try Failure.ledger { () throws(LedgerError) in
      try DashboardContent(
        of: ledger, sinceUnixMs: sinceUnixMs, untilUnixMs: untilUnixMs, user: user, standings: all, zone: zone,
        nowUnixMs: now)
    }
  }
}
