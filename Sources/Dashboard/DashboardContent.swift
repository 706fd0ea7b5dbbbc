import GuardModel
import Ledger

/// What a dashboard shows: everything it draws, already summed up.
public struct DashboardContent: Sendable {
  /// A user's budgets.
  public struct Standing: Sendable {
    /// Whose.
    public var user: String
    /// In which tier.
    public var tier: String
    /// As they stand.
    public var states: [BudgetState]
    /// Whether the tier is gone, so that nobody can tell which budgets apply.
    public var isWithoutTier: Bool

    /// Makes a standing.
    public init(user: String, tier: String, states: [BudgetState], isWithoutTier: Bool = false) {
      self.isWithoutTier = isWithoutTier
      self.user = user
      self.tier = tier
      self.states = states
    }
  }

  /// What the most used budget went to, for the words on top.
  struct Highlight: Sendable {
    var user: String
    var state: BudgetState
    /// Since when it has counted in its window.
    var sinceUnixMs: Int64?
    /// The operation that took most of it, and the share in percent.
    var largest: (operation: String, percent: Int64)?
  }

  /// Sums over a day, a user, an operation and a model: calls that are not shown one by one.
  struct Earlier: Sendable {
    var day: String
    var startUnixMs: Int64
    var user: String
    var operation: String
    var model: String
    var sums: UsageSums
  }

  /// The instant of making it.
  public let nowUnixMs: Int64
  /// In which times are shown.
  public let zone: ZoneOffsets
  /// The first instant.
  public let sinceUnixMs: Int64
  /// The first instant no longer shown.
  public let untilUnixMs: Int64
  let standings: [Standing]
  let highlights: [Highlight]
  let total: UsageSums
  let previous: UsageSums
  let timeline: Timeline
  let byUser: [(name: String, sums: UsageSums)]
  let sizes: [CallSize]
  let isSampled: Bool
  let calls: [CallRecord]
  let earlier: [Earlier]
  let left: UsageSums

  /// How many of the latest calls the distribution and the scripts are made of.
  static let mostSizes = 20_000
  /// How many calls are shown one by one.
  static let mostCalls = 1000
  /// How many sums of earlier calls are shown; the others are one.
  static let mostEarlier = 1500

  /// Reads a range of a ledger.
  ///
  /// - Parameters:
  ///   - standings: the budgets to show.
  ///   - user: only this user; `nil` for everybody.
  /// - Throws: `LedgerError`, and `.overflow` when a sum does not fit.
  public init(
    of ledger: any Ledger, sinceUnixMs: Int64, untilUnixMs: Int64?, user: String? = nil, standings: [Standing],
    zone: ZoneOffsets, nowUnixMs: Int64
  ) throws(LedgerError) {
    self.nowUnixMs = nowUnixMs
    self.zone = zone
    self.standings = standings
    let end = untilUnixMs ?? .max
    func rows(_ groups: [UsageDimension], _ since: Int64, _ until: Int64) throws(LedgerError) -> [UsageRow] {
      try ledger.usage(UsageQuery(sinceUnixMs: since, untilUnixMs: until, user: user, groupBy: groups))
    }
    let parts = try rows([.quarterHour, .user, .operation, .phase], sinceUnixMs, end)
    let quarters = parts.compactMap { Int64($0.group[0]) }
    let first = quarters.min().map { max($0, sinceUnixMs) } ?? sinceUnixMs
    // What is in the future by a clock that ran ahead is shown, too.
    let last = min(end, max(nowUnixMs, (quarters.max() ?? 0) + 1))
    self.sinceUnixMs = untilUnixMs == nil && sinceUnixMs <= 0 ? first : sinceUnixMs
    self.untilUnixMs = max(last, self.sinceUnixMs + 1)
    total = try Self.sum(parts)
    let length = self.untilUnixMs - self.sinceUnixMs
    previous = try Self.sum(rows([], max(0, self.sinceUnixMs - length), self.sinceUnixMs))
    do throws(AmountOverflow) {
      timeline = try Timeline(
        parts, since: max(first, self.sinceUnixMs), rangeStart: self.sinceUnixMs, until: self.untilUnixMs, zone: zone,
        nowUnixMs: nowUnixMs)
      byUser = try Self.grouped(parts, by: 1).sorted {
        ($0.sums.chargeTokens, $1.name) > ($1.sums.chargeTokens, $0.name)
      }
    } catch { throw .overflow }
    sizes = try ledger.sizes(
      UsageQuery(sinceUnixMs: sinceUnixMs, untilUnixMs: end, user: user), limit: Self.mostSizes)
    isSampled = sizes.count == Self.mostSizes
    var calls = try ledger.calls(
      CallQuery(sinceUnixMs: sinceUnixMs, untilUnixMs: end, user: user, limit: Self.mostCalls + 1))
    var older: (shown: [Earlier], left: UsageSums) = ([], UsageSums())
    if calls.count > Self.mostCalls, let oldest = calls.last?.endedAtUnixMs {
      // The line between the two parts is a whole millisecond, so that no call is in both or in neither.
      calls.removeAll { $0.endedAtUnixMs == oldest }
      let sums = try rows([.quarterHour, .user, .operation, .model], sinceUnixMs, oldest + 1)
      do throws(AmountOverflow) { older = try Self.days(sums, zone) } catch { throw .overflow }
    }
    self.calls = calls
    (earlier, left) = older
    highlights = try Self.highlights(standings, ledger, nowUnixMs)
  }

  private static func sum(_ rows: [UsageRow]) throws(LedgerError) -> UsageSums {
    var total = UsageSums()
    for row in rows { do throws(AmountOverflow) { try total.add(row.sums) } catch { throw .overflow } }
    return total
  }

  static func grouped(
    _ rows: [UsageRow], by place: Int
  ) throws(AmountOverflow) -> [(name: String, sums: UsageSums)] {
    var found: [String: UsageSums] = [:]
    for row in rows { try found[row.group[place], default: UsageSums()].add(row.sums) }
    return found.map { ($0.key, $0.value) }
  }

  /// Earlier calls by day; the newest days first, and those beyond the most as one.
  private static func days(
    _ rows: [UsageRow], _ zone: ZoneOffsets
  ) throws(AmountOverflow) -> (shown: [Earlier], left: UsageSums) {
    var found: [[String]: Earlier] = [:]
    for row in rows {
      let instant = Int64(row.group[0]) ?? 0
      let day = CivilTime.date(instant, in: zone)
      let key = [day] + row.group[1...]
      var part =
        found[key]
        ?? Earlier(
          day: day, startUnixMs: instant, user: row.group[1], operation: row.group[2], model: row.group[3],
          sums: UsageSums())
      try part.sums.add(row.sums)
      part.startUnixMs = min(part.startUnixMs, instant)
      found[key] = part
    }
    let sorted = found.values.sorted {
      ($0.day, $0.sums.chargeTokens, $0.user, $0.operation, $0.model)
        > ($1.day, $1.sums.chargeTokens, $1.user, $1.operation, $1.model)
    }
    var left = UsageSums()
    for part in sorted.dropFirst(mostEarlier) { try left.add(part.sums) }
    return (Array(sorted.prefix(mostEarlier)), left)
  }

  /// The three budgets of which most is taken, and what they went to.
  private static func highlights(
    _ standings: [Standing], _ ledger: any Ledger, _ nowUnixMs: Int64
  ) throws(LedgerError) -> [Highlight] {
    let used = standings.flatMap { standing in standing.states.map { (standing.user, $0) } }
      .filter { $0.1.taken > 0 && $0.1.takenPercent >= 50 }
      .sorted { ($0.1.takenPercent, $1.0) > ($1.1.takenPercent, $0.0) }
    var highlights: [Highlight] = []
    for (user, state) in used.prefix(3) {
      var highlight = Highlight(user: user, state: state, sinceUnixMs: try ledger.countedSince(state))
      if let window = state.window, state.budget.key.operation == nil {
        // What was used before it was taken back to zero is not of it.
        let since = highlight.sinceUnixMs ?? window.startUnixMs
        let rows = try ledger.usage(
          UsageQuery(sinceUnixMs: since, untilUnixMs: nowUnixMs + 1, user: user, groupBy: [.operation]))
        let whole = try sum(rows)
        let unit = state.budget.limit.unit
        if rows.count > 1, let most = rows.max(by: { amount($0.sums, unit) < amount($1.sums, unit) }) {
          let percent = DashboardWords.wholePercent(amount(most.sums, unit), of: amount(whole, unit))
          highlight.largest = (most.group[0], percent)
        }
      }
      highlights.append(highlight)
    }
    return highlights
  }

  static func amount(_ sums: UsageSums, _ unit: BudgetUnit) -> Int64 {
    switch unit {
    case .tokens: sums.chargeTokens
    case .money: sums.costMicroUSD
    case .calls: sums.calls
    }
  }
}
