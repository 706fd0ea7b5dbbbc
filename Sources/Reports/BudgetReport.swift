import GuardModel
import Ledger
import Terminal
import TextFormats

/// A user's budgets at a glance: how much is used, with a bar, and when it starts anew.
public struct BudgetReport: Sendable {
  private let user: String
  private let tier: String
  private let states: [BudgetState]
  private let nowUnixMs: Int64
  private let problem: String?
  private let earlier: [BudgetKey: Int64]

  /// Makes a report of budgets as they stand.
  ///
  /// - Parameters:
  ///   - problem: why nobody can tell which budgets apply, in place of the budgets; `nil` as a rule.
  ///   - earlier: what calls took of the open windows before their budgets began to count.
  public init(
    user: String, tier: String, states: [BudgetState], nowUnixMs: Int64, problem: String? = nil,
    earlier: [BudgetKey: Int64] = [:]
  ) {
    self.earlier = earlier
    self.problem = problem
    self.user = user
    self.tier = tier
    self.states = states
    self.nowUnixMs = nowUnixMs
  }

  /// The report for a terminal, or tab-separated exact values in a pipe.
  public func text(_ style: Style) -> String {
    guard style.isTerminal else { return table(style).tabSeparated(style) }
    let title = style.apply(.bold, TerminalText.safe(user)) + " (tier \(TerminalText.safe(tier)))\n"
    if let problem { return title + "  \(TerminalText.safe(problem))\n" }
    if states.isEmpty { return title + "  no budget applies: nothing is limited\n" }
    return title + states.map { line($0, style) }.joined()
  }

  /// What is said of a pause, which is no budget to anybody who reads of it.
  static let pause = "all calls paused"
  /// The same in a pipe and in JSON: the limit that it is made of is nothing that anybody could set.
  public static let pauseForPrograms = "paused"

  private func line(_ state: BudgetState, _ style: Style) -> String {
    if state.budget.isPause {
      return "  \(style.apply(.bad, Self.pause)), until 'llmguard budget resume \(ShellWord.text(user))'\n"
    }
    let unit = state.budget.limit.unit
    let bar = Bar.text(
      percent: state.postedPercent, heldPercent: state.takenPercent - state.postedPercent,
      columns: style.columns >= 100 ? 32 : 20, isUnicode: style.isUnicode)
    let look = Self.look(state.phase)
    let share = HumanNumber.percent(ofLimit: state.percent(state.posted))
    let percent = String(repeating: " ", count: max(1, 6 - share.count)) + share
    var details = ["\(HumanNumber.use(state.posted, of: state.limit, in: unit)) used"]
    if state.pending > 0 {
      details.append(
        "\(HumanNumber.amount(state.pending, in: unit)) held for calls under way (\(HumanNumber.percent(ofLimit: state.percent(state.taken))) with them)"
      )
    }
    if state.granted > 0 { details.append("\(HumanNumber.amount(state.granted, in: unit)) topped up") }
    if let earlier = earlier[state.budget.key] {
      details.append("began to count within this window: \(HumanNumber.amount(earlier, in: unit)) before are not in it")
    }
    details.append(reset(state))
    let lead = 2 + TerminalText.width(bar + percent) + 2 + state.phase.rawValue.count + 2
    let label = TerminalText.wrapped(TerminalText.safe(state.budget.key.label), to: max(16, style.columns - lead))
    return "  \(style.apply(look, bar))\(percent)  \(style.apply(look, state.phase.rawValue))  "
      + label.joined(separator: "\n" + String(repeating: " ", count: lead)) + "\n      "
      + CallStory.wrapped(
        TerminalText.safe("\(details.joined(separator: ", ")) (\(state.budget.origin))"), indent: 6,
        columns: style.columns)
      + "\n"
  }

  /// A row a budget, for several users.
  public static func table(_ reports: [BudgetReport], _ style: Style) -> Table {
    // People get what there is something to say of; programs get everything.
    let isHeld = reports.contains { $0.states.contains { $0.pending > 0 } }
    let isNew = reports.contains { !$0.earlier.isEmpty }
    let shown = columns.indices.filter { place in
      let key = columns[place].key
      if style.isTerminal, key == "taken_percent" || key == "held" && !isHeld || key == "earlier" && !isNew {
        return false
      }
      return !style.isTerminal || !toldInOneCell.contains(key)
    }
    var table = Table(shown.map { columns[$0] })
    for report in reports {
      for row in report.rows(style) { table.add(shown.map { row[$0] }) }
    }
    return table
  }

  /// Programs get these for themselves; people are told in the budget's own cell.
  private static let toldInOneCell: Set<String> = ["operation", "topped_up"]

  private static let columns = [
    Table.Column("User", key: "user", canShrink: true),
    Table.Column("Tier", key: "tier", canShrink: true, dispensability: 4),
    Table.Column("Budget", key: "budget", canShrink: true, readableWidth: 24),
    Table.Column("Used", key: "used", isNumber: true),
    Table.Column("Limit", key: "limit", isNumber: true, dispensability: 3),
    Table.Column("%", key: "used_percent", isNumber: true),
    Table.Column("Phase", key: "phase"), Table.Column("Resets in", key: "window_end_unix_ms"),
    Table.Column("From", key: "origin", canShrink: true, dispensability: 5),
    Table.Column("Operation", key: "operation"),
    Table.Column("Topped up", key: "topped_up", isNumber: true),
    Table.Column("Held", key: "held", isNumber: true, dispensability: 1),
    Table.Column("With held", key: "taken_percent", isNumber: true),
    Table.Column("Not counted", key: "earlier", isNumber: true, dispensability: 2),
  ]

  private func table(_ style: Style) -> Table { Self.table([self], style) }

  private func rows(_ style: Style) -> [[Table.Cell]] {
    if let problem {
      return [
        Self.columns.map { column in
          switch column.key {
          case "user": Table.Cell(user)
          case "tier": Table.Cell(tier)
          case "budget": Table.Cell(problem, look: .bad)
          default: Table.Cell("")
          }
        }
      ]
    }
    // For programs nothing is written out in words: of many users that takes as long as all the rest.
    func cell(_ shown: @autoclosure () -> String, exact: String, look: Style.Look? = nil) -> Table.Cell {
      Table.Cell(style.isTerminal ? shown() : exact, exact: exact, look: look)
    }
    return states.map { state in
      let unit = state.budget.limit.unit
      let end = state.window.flatMap { $0.endUnixMs == .max ? nil : $0.endUnixMs }
      return [
        Table.Cell(user), Table.Cell(tier),
        cell(
          state.budget.isPause
            ? Self.pause
            : state.budget.limit.description
              + (state.granted > 0 ? " + \(HumanNumber.amount(state.granted, in: unit))" : "")
              + (state.budget.key.operation.map { " for \($0)" } ?? ""),
          exact: state.budget.isPause ? Self.pauseForPrograms : state.budget.limit.description),
        cell(
          state.budget.isPause ? "" : HumanNumber.amount(state.posted, in: unit, of: state.limit),
          exact: String(state.posted)),
        cell(
          state.budget.isPause ? "" : HumanNumber.limit(state.limit, in: unit),
          exact: String(state.budget.isPause ? 0 : state.limit)),
        Self.percent(state.percent(state.posted)), Table.Cell(state.phase.rawValue, look: Self.look(state.phase)),
        cell(resetInShort(state), exact: end.map(String.init) ?? ""), Table.Cell(state.budget.origin),
        Table.Cell(state.budget.key.operation ?? ""), Table.Cell(String(state.granted)),
        cell(HumanNumber.amount(state.pending, in: unit), exact: String(state.pending)),
        Self.percent(state.percent(state.taken)),
        cell(
          earlier[state.budget.key].map { HumanNumber.amount($0, in: unit) } ?? "",
          exact: String(earlier[state.budget.key] ?? 0), look: .warning),
      ]
    }
  }

  private static func percent(_ value: Int64?) -> Table.Cell {
    Table.Cell(HumanNumber.percentFigure(ofLimit: value), exact: value.map(String.init) ?? "")
  }

  static func look(_ phase: Phase) -> Style.Look {
    switch phase {
    case .ok: .good
    case .warn: .warning
    case .soft: .serious
    case .hard: .bad
    }
  }

  private func reset(_ state: BudgetState) -> String {
    if case .replenishing = state.budget.limit.rule { return "refills all the time" }
    guard let window = state.window else { return "begins with the next call" }
    return "resets in \(HumanNumber.duration(milliseconds: max(0, window.endUnixMs - nowUnixMs)))"
  }

  private func resetInShort(_ state: BudgetState) -> String {
    if state.budget.isPause { return "resumed" }
    if case .replenishing = state.budget.limit.rule { return "refills" }
    guard let window = state.window else { return "not begun" }
    return HumanNumber.duration(milliseconds: max(0, window.endUnixMs - nowUnixMs))
  }
}
