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

  /// What `budget set` and the configuration say already: whoever changes one of several budgets states the others again.
  public struct OwnBudgets: Sendable {
    /// By user, as `budget set` assigned them.
    public var assigned: [String: [BudgetLimit]]
    /// By user, as the configuration has them.
    public var configured: [String: [BudgetLimit]]
    /// Of operations, as the configuration has them.
    public var quotas: [String: [BudgetLimit]]

    /// Gathers them.
    public init(
      assigned: [String: [BudgetLimit]] = [:], configured: [String: [BudgetLimit]] = [:],
      quotas: [String: [BudgetLimit]] = [:]
    ) {
      (self.assigned, self.configured, self.quotas) = (assigned, configured, quotas)
    }
  }

  /// The advice, the most urgent first.
  public let items: [Item]

  /// The most pieces that are given.
  static let most = 20
  /// Below this many ended windows nothing is said of a budget.
  static let leastWindows = 5

  /// A budget that should be another one.
  private struct Change {
    var kind: String
    var finding: String
    var remedy: String
    var budget: Budget
    var next: BudgetLimit
    /// The share of the windows in which it was in the way.
    var share: Int64 = 0
  }

  /// Works the advice out.
  ///
  /// - Parameters:
  ///   - metrics: the numbers of a range.
  ///   - budgets: the budgets in force.
  ///   - own: what is said of them already.
  ///   - past: what calls wanted of them in the range.
  ///   - range: the range as `--since` takes it.
  public init(metrics: Metrics, budgets: [Budget], own: OwnBudgets, past: [BudgetKey: BudgetPast], range: String) {
    var tight: [Change] = []
    var loose: [Change] = []
    for budget in budgets {
      guard let seen = past[budget.key], seen.windows.count >= Self.leastWindows else { continue }
      if let found = Self.tight(budget, seen) { tight.append(found) }
      if let found = Self.loose(budget, seen) { loose.append(found) }
    }
    tight.sort { ($0.share, $1.finding) > ($1.share, $0.finding) }
    let general = Self.general(metrics)
    tight = Array(tight.prefix(Self.most))
    loose = Array(loose.prefix(max(0, Self.most - tight.count - general.count)))
    var told: Set<BudgetScope> = []
    func items(_ changes: [Change]) -> [Item] {
      changes.map {
        Self.item($0, all: tight + loose, own, range, isFirst: told.insert(Self.place($0.budget)).inserted)
      }
    }
    let limits = items(tight)
    self.items = Array((limits + general + items(loose)).prefix(Self.most))
  }

  private static func tight(_ budget: Budget, _ past: BudgetPast) -> Change? {
    let (limit, count) = (budget.limit.capacity, Int64(past.windows.count))
    let full = Int64(past.windows.filter { $0.posted >= limit }.count)
    let refusing = Int64(past.windows.filter { $0.refusals > 0 }.count)
    let hindered = Int64(past.windows.filter { $0.posted >= limit || $0.refusals > 0 }.count)
    guard hindered * 5 >= count, let wanted = Distribution(past.windows.map(\.wanted)).percentile(95),
      let next = changed(budget, to: (try? Amount.scaledUp(wanted, by: 110, over: 100)) ?? .max),
      next.capacity > limit, let share = FixedPoint(hindered, over: count)
    else { return nil }
    let name = "the \(budget.key.label) (\(budget.limit), \(budget.origin))"
    var finding =
      full > 0 || refusing == 0
      ? "\(budget.key.user) used \(name) up in \(full) of \(count) windows"
      : "\(name) refused calls of \(budget.key.user) in \(refusing) of \(count) windows"
    if full > 0, refusing > 0 { finding += ", and it refused calls in \(refusing)" }
    finding +=
      "; 95 % of the windows stayed within \(HumanNumber.amount(wanted, in: budget.limit.unit))"
      + (past.windows.contains { $0.wanted > $0.posted } ? ", with what was refused" : "")
    return Change(
      kind: "tight_budget", finding: finding, remedy: "a limit of \(next) would have let them through", budget: budget,
      next: next, share: share.millionths)
  }

  private static func loose(_ budget: Budget, _ past: BudgetPast) -> Change? {
    let limit = budget.limit.capacity
    guard past.windows.count >= 14, past.refused == 0, past.degraded == 0,
      let used = past.windows.map(\.posted).max(), used > 0, let most = past.windows.map(\.wanted).max(),
      max(most, past.peak) < limit / 4,
      let roomy = try? Amount.scaledUp(past.peak, by: 125, over: 100), let twice = try? Amount.sum(most, most),
      let next = changed(budget, to: max(twice, roomy)), next.capacity < limit,
      let share = FixedPoint(used, over: limit)
    else { return nil }
    let finding =
      "\(budget.key.user) never used more than \(share.percent) of the \(budget.key.label) (\(budget.limit), \(budget.origin)) "
      + "in \(past.windows.count) windows"
    let remedy =
      roomy > twice
      ? "\(next) would have room for the most they ever used and held at once, \(HumanNumber.amount(past.peak, in: budget.limit.unit))"
      : "\(next) would be twice the most they ever used"
        + (most > used ? ", with what other budgets refused" : "")
    return Change(kind: "loose_budget", finding: finding, remedy: remedy, budget: budget, next: next)
  }

  /// Where a budget is set: all quotas of an operation stand in one place, whoever's they are.
  private static func place(_ budget: Budget) -> BudgetScope {
    budget.key.operation.map { .operation(user: "", operation: $0) } ?? .user(budget.key.user)
  }

  /// A piece of advice. What is done for one place is one command, for a second one would undo the first.
  private static func item(
    _ change: Change, all: [Change], _ own: OwnBudgets, _ range: String, isFirst: Bool
  ) -> Item {
    let place = place(change.budget)
    let here = all.filter { Self.place($0.budget) == place }
    var item = Item(kind: change.kind, finding: change.finding, remedy: change.remedy)
    if !isFirst {
      item.remedy += "; what is said above sets it, too"
      return item
    }
    if here.contains(where: { $0.budget.isLowered }) {
      item.remedy += "; 'llmguard budget lower' set this limit, and changes it"
      return item
    }
    let quotas = change.budget.key.operation.map { own.quotas[$0] ?? [] }
    let configured = quotas ?? own.configured[change.budget.key.user] ?? []
    let assigned = quotas == nil ? own.assigned[change.budget.key.user] ?? [] : []
    if quotas == nil {
      let limits = merged(assigned, here).map { ShellWord.text($0.description) }.joined(separator: " ")
      item.command = "llmguard budget set \(ShellWord.text(change.budget.key.user)) \(limits)"
    }
    // What 'budget set' assigned holds under any configuration: no policy shows a change of it.
    let isAssigned = here.contains { one in assigned.contains { isSame($0, one.next) } }
    if !isAssigned {
      let table =
        change.budget.key.operation.map { "[operation.\(TOMLWriter.key($0))]" }
        ?? "[user.\(TOMLWriter.key(change.budget.key.user))]"
      let limits = merged(configured, here).map { "\"\($0)\"" }.joined(separator: ", ")
      item.simulation =
        "with \(table) budgets = [\(limits)] in a copy of your llmguard.toml, new.toml: "
        + "llmguard simulate --policy new.toml --since \(range)"
    }
    return item
  }

  /// Limits with some of them changed; those that several users should have otherwise are the largest of these.
  private static func merged(_ limits: [BudgetLimit], _ changes: [Change]) -> [BudgetLimit] {
    var merged = limits
    var isChanged: Set<Int> = []
    for change in changes {
      guard let place = merged.firstIndex(where: { isSame($0, change.next) }) else {
        isChanged.insert(merged.count)
        merged.append(change.next)
        continue
      }
      if isChanged.insert(place).inserted || change.next.capacity > merged[place].capacity {
        merged[place] = change.next
      }
    }
    return merged
  }

  private static func isSame(_ a: BudgetLimit, _ b: BudgetLimit) -> Bool {
    a.unit == b.unit && a.windowName == b.windowName
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
    if sums.requests >= 20, let refused = FixedPoint(sums.refusals, over: sums.requests), refused.millionths >= 50_000 {
      add(
        "refusals", "\(refused.percent) of what was asked for was refused (\(sums.refusals) of \(sums.requests))",
        "'llmguard usage report --by user' shows who, 'llmguard usage list --refused' which calls, and 'llmguard usage show CALL' "
          + "by which budget")
    }
    if let retries = metrics.value("retry_after_warning_ratio"), retries.millionths >= 200_000, sums.retries >= 5 {
      add(
        "retries_after_warning",
        "\(retries.percent) of the calls that went out in warn or soft asked for the same again",
        "answers may be cut too short: raise ladder.max_tokens, or the limit before which the ladder begins")
    }
    let overrun = metrics.value("overrun_ratio")
    let isOverrun = overrun.map { $0.millionths >= 100_000 } ?? false
    // Of so many calls half took half of what was held, or less.
    let calls = metrics.sizes.uses.count
    let use = metrics.sizes.medianUse.flatMap { calls >= 20 && $0.millionths <= 500_000 ? $0 : nil }
    if use != nil, let held = metrics.sizes.held, !isOverrun {
      add(
        "estimates", "\(held) (\(calls) calls)",
        "calls ask for far more output than they get: a smaller maximum in the scripts holds less of the budgets")
    }
    if let overrun, isOverrun {
      // Some take more than their estimates, and others far less: no one maximum is right for both.
      add(
        "overruns",
        "\(overrun.percent) of the charge was more than was held"
          + (use.map { ", and half of the calls took \($0.percent) or less of it (\(calls) calls)" } ?? ""),
        use != nil
          ? "long and short answers are estimated alike: state each call's own maximum (--max-tokens), or give the long ones "
            + "an operation of their own, whose length is learned"
          : "calls answer longer than they are estimated: state their maximum (--max-tokens), or raise default_max_tokens"
      )
    }
    if sums.callsOfUnknownCost > 0, sums.callsOfUnknownCost * 10 >= sums.calls {
      let what =
        sums.callsOfUnknownPrice == 0
        ? "a discount" : sums.callsOfUnknownDiscount == 0 ? "the price" : "the price or a discount"
      add(
        "unknown_prices", "\(what) of \(sums.callsOfUnknownCost) of \(sums.calls) calls is unknown",
        "state it in the configuration (\(PriceEntry.text())), or import a list: llmguard price import FILE")
    }
    if sums.unmetered > 0 {
      let share = FixedPoint.share(sums.unmetered, of: sums.sent).map { " (\($0) of what went out)" } ?? ""
      add(
        "unmetered", "\(RunReport.count(sums.unmetered, "request")) went out that nobody can meter\(share)",
        "'llmguard usage list' shows where they went; 'llmguard run --strict' refuses such requests")
    }
    return items
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
