import GuardModel
import Ledger
import Terminal

/// What happens now, on one screen: budgets, calls under way and waiting, the last hour's spending, the last calls.
public struct WatchView: Sendable {
  /// A budget and whose it is.
  public struct Standing: Sendable {
    /// Whose.
    public var user: String
    /// As it stands.
    public var state: BudgetState

    /// Makes a standing.
    public init(user: String, state: BudgetState) {
      self.user = user
      self.state = state
    }
  }

  /// The budgets; the most used ones are shown.
  public var standings: [Standing]
  /// How many users' budgets are not among them.
  public var leftOutUsers: Int
  /// Users whose tiers are gone: which budgets apply nobody can tell.
  public var withoutTier: [(user: String, tier: String)]
  /// The calls under way.
  public var holds: [HoldRecord]
  /// How many calls wait for their turn.
  public var waiting: Int
  /// Charged tokens of each of the last minutes, the oldest first.
  public var perMinute: [Int64]
  /// The last calls, the newest first.
  public var calls: [CallRecord]
  /// Where times are shown.
  public var zone: ZoneOffsets
  /// The instant.
  public var nowUnixMs: Int64

  /// Makes a view.
  public init(
    standings: [Standing], leftOutUsers: Int = 0, withoutTier: [(user: String, tier: String)] = [], holds: [HoldRecord],
    waiting: Int,
    perMinute: [Int64], calls: [CallRecord],
    zone: ZoneOffsets, nowUnixMs: Int64
  ) {
    self.standings = standings
    self.leftOutUsers = leftOutUsers
    self.withoutTier = withoutTier
    self.holds = holds
    self.waiting = waiting
    self.perMinute = perMinute
    self.calls = calls
    self.zone = zone
    self.nowUnixMs = nowUnixMs
  }

  /// The lines of a screen: never more than there is room for, none wider than it.
  public func lines(_ style: Style, height: Int) -> [String] {
    if style.columns >= Self.leastColumns { return picture(style, height: height) }
    // Too narrow for its parts: without colours a line can be cut anywhere.
    let plain = Style(
      isColored: false, isTerminal: true, columns: Self.leastColumns, isUnicode: style.isUnicode)
    return picture(plain, height: height).map { cut($0, style.columns) }
  }

  private static let leastColumns = 72

  private func picture(_ style: Style, height: Int) -> [String] {
    let room = max(0, height - 2)
    var lines = [head(style), ""]
    let budgets = budgetLines(style)
    let shownBudgets = Array(budgets.prefix(max(1, room * 2 / 5)))
    let unread =
      leftOutUsers > 0
      ? style.apply(
        .dim,
        "  without \(HumanNumber.exact(Int64(leftOutUsers))) \(leftOutUsers == 1 ? "user" : "users") who called earlier"
      ) : ""
    lines += section("Budgets", rest: budgets.count - shownBudgets.count, unread, shownBudgets, style)
    let held = holdLines(style)
    let shownHolds = Array(held.prefix(max(1, room / 5)))
    let line = waiting > 0 ? ", \(waiting) waiting" : ""
    lines += section("Under way: \(holds.count)\(line)", rest: held.count - shownHolds.count, "", shownHolds, style)
    lines += spending(style)
    let left = height - lines.count - 1
    if left > 0 { lines += [style.apply(.bold, "Last calls")] + callLines(style, left) }
    return lines.prefix(height).map { $0 }
  }

  private func head(_ style: Style) -> String {
    let title =
      style.apply(.bold, "llmguard") + "  \(CivilTime.clock(nowUnixMs, in: zone)) \(TerminalText.safe(zone.name))"
    let keys = "q quits"
    let plain = "llmguard  \(CivilTime.clock(nowUnixMs, in: zone)) \(TerminalText.safe(zone.name))"
    let gap = style.columns - TerminalText.width(plain) - keys.count
    return gap > 1 ? title + String(repeating: " ", count: gap) + style.apply(.dim, keys) : cut(plain, style.columns)
  }

  private func section(_ title: String, rest: Int, _ remark: String, _ lines: [String], _ style: Style) -> [String] {
    let more = rest > 0 ? style.apply(.dim, "  and \(HumanNumber.exact(Int64(rest))) more") : ""
    return [style.apply(.bold, title) + more + remark] + lines + [""]
  }

  private func cut(_ text: String, _ columns: Int) -> String {
    TerminalText.truncated(text, to: max(0, columns))
  }

  private func fitted(_ text: String, _ columns: Int) -> String {
    let text = cut(TerminalText.safe(text), columns)
    return text + String(repeating: " ", count: max(0, columns - TerminalText.width(text)))
  }

  private func budgetLines(_ style: Style) -> [String] {
    let gone = withoutTier.map { user, tier in
      let text = "  \(user): the tier '\(tier)' does not exist, calls are refused"
      return style.apply(.bad, cut(TerminalText.safe(text), style.columns))
    }
    if standings.isEmpty { return gone.isEmpty ? [style.apply(.dim, "  none applies")] : gone }
    let paused = standings.filter(\.state.budget.isPause).map {
      style.apply(.bad, cut("  \(TerminalText.safe($0.user)): \(BudgetReport.pause)", style.columns))
    }
    let sorted = standings.filter { !$0.state.budget.isPause }.sorted {
      ($0.state.takenPercent, $1.user) > ($1.state.takenPercent, $0.user)
    }
    let isWide = style.columns >= 110
    let barColumns = isWide ? 40 : 16
    let userColumns = min(isWide ? 20 : 12, sorted.map { TerminalText.width(TerminalText.safe($0.user)) }.max() ?? 0)
    let labelColumns = sorted.map { TerminalText.width(TerminalText.safe($0.state.budget.key.label)) }.max() ?? 0
    return gone + paused
      + sorted.map { standing in
        let state = standing.state
        let look = BudgetReport.look(state.phase)
        let percent = state.postedPercent > 9999 ? "9,999+" : HumanNumber.exact(state.postedPercent)
        let bar = Bar.text(
          percent: state.postedPercent, heldPercent: state.takenPercent - state.postedPercent, columns: barColumns,
          isUnicode: style.isUnicode)
        let start = "  \(fitted(standing.user, userColumns))  "
        let share = String(repeating: " ", count: max(1, 4 - percent.count)) + percent + " %"
        let used = userColumns + 4 + barColumns + share.count
        var rest = "  \(fitted(state.budget.key.label, min(labelColumns, isWide ? 40 : 20)))"
        rest += "  \(reset(state))"
        if isWide {
          rest += "  \(amount(state.posted, state, of: state.limit)) of \(amount(state.limit, state, isLimit: true))"
        }
        if isWide, state.pending > 0 { rest += ", \(amount(state.pending, state)) held" }
        return start + style.apply(look, bar) + style.apply(look, share) + cut(rest, style.columns - used)
      }
  }

  private func reset(_ state: BudgetState) -> String {
    if case .replenishing = state.budget.limit.rule { return "refills all the time" }
    guard let window = state.window, window.endUnixMs != .max else { return "begins with a call" }
    return "resets in \(HumanNumber.duration(milliseconds: max(0, window.endUnixMs - nowUnixMs)))"
  }

  private func amount(_ value: Int64, _ state: BudgetState, of limit: Int64? = nil, isLimit: Bool = false) -> String {
    let unit = state.budget.limit.unit
    // Most budgets count tokens, and there is little room.
    if unit == .tokens { return isLimit ? HumanNumber.limit(value) : HumanNumber.count(value, of: limit) }
    return isLimit ? HumanNumber.limit(value, in: unit) : HumanNumber.amount(value, in: unit, of: limit)
  }

  private func holdLines(_ style: Style) -> [String] {
    if holds.isEmpty { return [style.apply(.dim, "  nothing")] }
    return holds.sorted { $0.reservedAtUnixMs < $1.reservedAtUnixMs }.map { hold in
      let age = HumanNumber.duration(milliseconds: max(0, nowUnixMs - hold.reservedAtUnixMs))
      let names = [hold.facts.user, hold.facts.operation, hold.facts.model ?? "unknown", hold.facts.program]
      let text = "  for \(age), \(HumanNumber.count(hold.charge.tokens)) tokens held  \(names.joined(separator: " · "))"
      return cut(TerminalText.safe(text), style.columns)
    }
  }

  private func spending(_ style: Style) -> [String] {
    let peak = perMinute.max() ?? 0
    let sum = perMinute.reduce(0) { (try? Amount.sum($0, $1)) ?? .max }
    let now = perMinute.last ?? 0
    let title = style.apply(.bold, "Tokens a minute")
    let words =
      "  now \(HumanNumber.count(now)), at most \(HumanNumber.count(peak)), "
      + "\(HumanNumber.count(sum)) in \(perMinute.count) minutes"
    let columns = max(1, min(perMinute.count * (style.columns >= 130 ? 2 : 1), style.columns - 2))
    let wide = columns >= perMinute.count * 2 ? 2 : 1
    let shown = perMinute.suffix(columns / wide)
    let spark = shown.map { String(repeating: Self.spark($0, of: peak, isUnicode: style.isUnicode), count: wide) }
    return [title + style.apply(.dim, words), "  " + spark.joined(), ""]
  }

  /// One column of eight heights; nothing spent is a dot on the line.
  static func spark(_ value: Int64, of peak: Int64, isUnicode: Bool) -> String {
    let heights = isUnicode ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : [".", ":", "-", "=", "+", "*", "%", "#"]
    guard value > 0, peak > 0 else { return isUnicode ? "·" : " " }
    let place = (try? Amount.scaledDown(value, by: 7, over: peak)) ?? 7
    return heights[Int(min(7, place))]
  }

  private func callLines(_ style: Style, _ count: Int) -> [String] {
    if calls.isEmpty { return [style.apply(.dim, "  none yet")] }
    let list = CallList(Array(calls.prefix(count)), zone: zone, nowUnixMs: nowUnixMs)
    let inner = Style(
      isColored: style.isColored, isTerminal: true, columns: style.columns - 2, isUnicode: style.isUnicode)
    return list.lines(inner).split(separator: "\n").map { "  " + $0 }
  }
}
