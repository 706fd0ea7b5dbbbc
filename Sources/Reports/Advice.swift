import GuardModel
import Ledger
import Terminal
import TextFormats

/// What the numbers say about the limits: which are too tight or too loose, and what to change. Empty when nothing is.
public struct Advice: Sendable {
  /// One piece of advice.
  public struct Item: Hashable, Sendable {
    /// What it is about, for programs: `tight_budget`, `pent_up_demand`.
    public var kind: String
    /// What was seen, with its figures.
    public var finding: String
    /// What to do.
    public var remedy: String
    /// The command line that does it, if one does.
    public var command: String?
    /// How to see the effect before.
    public var simulation: String?
  }

  /// The advice, the most urgent first.
  public let items: [Item]

  /// The most pieces that are given.
  static let most = 20
  /// Below this many ended windows nothing is said of a budget.
  static let leastWindows = 5

  /// Works the advice out.
  ///
  /// - Parameters:
  ///   - metrics: the numbers of a range.
  ///   - budgets: the budgets in force.
  ///   - windows: the windows that ended in the range.
  ///   - range: the range as `--since` takes it.
  public init(metrics: Metrics, budgets: [Budget], windows: [WindowRecord], range: String) {
    let byKey = Dictionary(grouping: windows, by: \.key)
    var tight: [(share: Int64, item: Item)] = []
    var loose: [Item] = []
    for budget in budgets {
      guard let ended = byKey[budget.key], ended.count >= Self.leastWindows else { continue }
      if let found = Self.tight(budget, ended, range) { tight.append(found) }
      if let found = Self.loose(budget, ended, range) { loose.append(found) }
    }
    let limits = tight.sorted { ($0.share, $1.item.finding) > ($1.share, $0.item.finding) }.map(\.item)
    items = Array((limits + Self.general(metrics) + loose).prefix(Self.most))
  }

  private static func tight(_ budget: Budget, _ ended: [WindowRecord], _ range: String) -> (share: Int64, item: Item)? {
    let limit = budget.limit.capacity
    let full = Int64(ended.filter { $0.posted >= limit }.count)
    guard full * 5 >= Int64(ended.count), let wanted = Distribution(ended.map(\.posted)).percentile(95),
      let next = changed(budget, to: (try? Amount.scaledUp(wanted, by: 110, over: 100)) ?? .max),
      next.capacity > limit, let share = FixedPoint(full, over: Int64(ended.count))
    else { return nil }
    let finding =
      "\(budget.key.user) used the \(budget.key.label) (\(budget.limit), \(budget.origin)) up in \(full) of \(ended.count) windows; "
      + "95 % of the windows stayed within \(amount(wanted, budget.limit.unit))"
    return (
      share.millionths,
      item("tight_budget", finding, "a limit of \(next) would have let them through", budget, next, range)
    )
  }

  private static func loose(_ budget: Budget, _ ended: [WindowRecord], _ range: String) -> Item? {
    let limit = budget.limit.capacity
    guard ended.count >= 14, let most = ended.map(\.posted).max(), most > 0, most < limit / 4,
      let next = changed(budget, to: (try? Amount.sum(most, most)) ?? .max), next.capacity < limit,
      let share = FixedPoint(most, over: limit)
    else { return nil }
    let finding =
      "\(budget.key.user) never used more than \(share.percent) of the \(budget.key.label) (\(budget.limit), \(budget.origin)) "
      + "in \(ended.count) windows"
    return item("loose_budget", finding, "\(next) would be twice the most they ever used", budget, next, range)
  }

  private static func item(
    _ kind: String, _ finding: String, _ remedy: String, _ budget: Budget, _ next: BudgetLimit, _ range: String
  ) -> Item {
    let isUsers = budget.key.operation == nil
    let table =
      budget.key.operation.map { "[operation.\(TOMLWriter.key($0))]" } ?? "[user.\(TOMLWriter.key(budget.key.user))]"
    return Item(
      kind: kind, finding: finding, remedy: remedy,
      command: isUsers ? "llmguard budget set \(shell(budget.key.user)) \(shell(next.description))" : nil,
      simulation: "with \(table) budgets = [\"\(next)\"] in a copy of your llmguard.toml, new.toml: "
        + "llmguard simulate --policy new.toml --since \(range)")
  }

  /// The same budget with another amount, rounded up to two figures.
  private static func changed(_ budget: Budget, to amount: Int64) -> BudgetLimit? {
    var power: Int64 = 1
    while amount / power >= 100 { power *= 10 }
    let (rounded, overflow) = (amount / power + (amount % power > 0 ? 1 : 0)).multipliedReportingOverflow(by: power)
    if overflow || rounded <= 0 { return nil }
    return BudgetLimit(unit: budget.limit.unit, amount: rounded, rule: budget.limit.rule)
  }

  private static func general(_ metrics: Metrics) -> [Item] {
    var items: [Item] = []
    func add(_ kind: String, _ finding: String, _ remedy: String) {
      items.append(Item(kind: kind, finding: finding, remedy: remedy, command: nil, simulation: nil))
    }
    if metrics.resetToCall.count >= 3, let median = metrics.resetToCall.percentile(50), median < 300_000 {
      add(
        "pent_up_demand",
        "half of those who had used a budget up came back within \(HumanNumber.duration(milliseconds: median)) of its reset "
          + "(\(metrics.resetToCall.count) resets)",
        "work waits for the reset: the limits hold it up rather than spare it")
    }
    let sums = metrics.sums
    if sums.asked >= 20, let refused = FixedPoint(sums.refusals, over: sums.asked), refused.millionths >= 50_000 {
      add(
        "refusals", "\(refused.percent) of what was asked for was refused (\(sums.refusals) of \(sums.asked))",
        "'llmguard usage report --by user' shows who, 'llmguard usage list --phase hard' by which budget")
    }
    if let retries = metrics.value("retry_after_warning_ratio"), retries.millionths >= 200_000, sums.retries >= 5 {
      add(
        "retries_after_warning",
        "\(retries.percent) of the calls that went out in warn or soft asked for the same again",
        "answers may be cut too short: raise ladder.max_tokens, or the limit before which the ladder begins")
    }
    if let error = metrics.value("estimate_error_median_ratio"), metrics.estimatesLookedAt >= 20,
      error.millionths >= 1_000_000
    {
      add(
        "estimates",
        "half of the estimates were off by \(error.percent) or more of what the calls took "
          + "(\(metrics.estimatesLookedAt) calls)",
        "calls ask for far more output than they get: a smaller maximum in the scripts holds less of the budgets")
    }
    if let overrun = metrics.value("overrun_ratio"), overrun.millionths >= 100_000 {
      add(
        "overruns", "\(overrun.percent) of the charge was more than was held",
        "calls answer longer than they are estimated: state their maximum (--max-tokens), or raise default_max_tokens")
    }
    if sums.callsOfUnknownCost > 0, sums.callsOfUnknownCost * 10 >= sums.calls {
      add(
        "unknown_prices", "the price of \(sums.callsOfUnknownCost) of \(sums.calls) calls is unknown",
        "state it in the configuration ([model.\"NAME\"] price = …), or import a list: llmguard price import FILE")
    }
    if sums.unmetered > 0 {
      let share = FixedPoint(sums.unmetered, over: sums.sent).map { " (\($0.percent) of what went out)" } ?? ""
      add(
        "unmetered", "\(RunReport.count(sums.unmetered, "request")) went out that nobody can meter\(share)",
        "'llmguard usage list' shows where they went; 'llmguard run --strict' refuses such requests")
    }
    return items
  }

  private static func amount(_ value: Int64, _ unit: BudgetUnit) -> String {
    switch unit {
    case .tokens: "\(HumanNumber.count(value)) tokens"
    case .money: HumanNumber.money(microUSD: value)
    case .calls: HumanNumber.counted(value, "call")
    }
  }

  /// A word of a shell's command line.
  static func shell(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_./".unicodeScalars.contains($0))
    }
    if isPlain, !text.isEmpty, !text.hasPrefix("-") { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// A finding a paragraph, with what to do beneath; nothing when there is nothing to say.
  public func text(_ style: Style) -> String {
    items.map { item in
      let columns = min(style.isTerminal ? style.columns : 100, 110)
      func line(_ text: String, _ indent: Int) -> String {
        String(repeating: " ", count: indent)
          + CallStory.wrapped(TerminalText.safe(text), indent: indent, columns: columns) + "\n"
      }
      // What goes on stands under its own beginning, not under the bullet.
      var text =
        "• " + CallStory.wrapped(TerminalText.safe("\(item.finding)."), indent: 2, columns: columns) + "\n"
        + line("\(item.remedy).", 2)
      if let command = item.command { text += "  \(style.apply(.bold, TerminalText.safe(command)))\n" }
      if let simulation = item.simulation { text += line("to see the effect before: \(simulation)", 2) }
      return text
    }.joined(separator: "\n")
  }

  /// One object.
  public var json: JSONValue {
    [
      "schema": 1,
      "advice": .array(
        items.map { item in
          [
            "kind": .string(item.kind), "finding": .string(item.finding), "remedy": .string(item.remedy),
            "command": .string(orNull: item.command), "simulation": .string(orNull: item.simulation),
          ]
        }),
    ]
  }
}
