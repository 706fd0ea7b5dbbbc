import GuardModel
import Ledger

/// Whether a user spends much faster than their own past says.
///
/// The last hour is compared with the hours of the two weeks before in which the user spent anything: four times their mean
/// is unusual. With fewer than a day of such hours nothing is known, and small change is never told.
struct BurnRate {
  /// Charged tokens of the last hour.
  let now: Int64
  /// The mean of an active hour before.
  let usual: Int64

  private static let hourMs: Int64 = 3_600_000
  private static let leastHours: Int64 = 24
  private static let leastTokens: Int64 = 1000
  private static let factor: Int64 = 4

  /// Reads a user's spending; `nil` while too little is known.
  init?(of user: String, in ledger: any Ledger, nowUnixMs: Int64) throws(LedgerError) {
    let start = nowUnixMs - Self.hourMs
    now =
      try ledger.usage(UsageQuery(sinceUnixMs: start, untilUnixMs: nowUnixMs + 1, user: user)).first?.sums.chargeTokens
      ?? 0
    let rows = try ledger.usage(
      UsageQuery(sinceUnixMs: start - 14 * 24 * Self.hourMs, untilUnixMs: start, user: user, groupBy: [.quarterHour]))
    var hours: Set<Int64> = []
    var total: Int64 = 0
    for row in rows where row.sums.chargeTokens > 0 {
      hours.insert((Int64(row.group[0]) ?? 0) / Self.hourMs)
      total = (try? Amount.sum(total, row.sums.chargeTokens)) ?? .max
    }
    guard hours.count >= Self.leastHours else { return nil }
    usual = total / Int64(hours.count)
  }

  /// Whether it is unusual.
  var isUnusual: Bool {
    now >= Self.leastTokens && now / Self.factor >= max(1, usual)
  }
}

/// Whose spending was looked at in a quarter of an hour. Looking takes milliseconds, and calls of many users alternate.
struct QuarterlyLooks {
  private var quarter: Int64 = -1
  private var users: Set<String> = []

  /// Notes that a user is looked at. - Returns: whether that user was not yet.
  mutating func isFirst(_ user: String, inQuarter quarter: Int64) -> Bool {
    if quarter != self.quarter { (self.quarter, users) = (quarter, []) }
    return users.insert(user).inserted
  }
}
