import GuardModel
import Terminal

/// Budgets against their use, with lines where their phases begin.
///
/// Every part of the table has its role in so many words: a page that is too narrow for columns shows the rows as grids, and a
/// browser takes what is displayed in another way for no part of a table.
struct BudgetBars {
  let standings: [DashboardContent.Standing]
  let nowUnixMs: Int64
  let zone: ZoneOffsets

  /// How many are drawn.
  private static let most = 24

  var html: String {
    let all = standings.flatMap { standing in standing.states.map { (standing.user, $0) } }
      .sorted { (Self.urgency($0.1), $1.0) > (Self.urgency($1.1), $0.0) }
    if all.isEmpty, !standings.contains(where: \.isWithoutTier) {
      // Of people who have not called nobody knows whom the budgets are for: that is not to have none.
      let text =
        standings.isEmpty
        ? "Nobody has called yet: no budget has begun." : "No budget applies to anybody here: nothing is limited."
      return Markup.element("p", [("class", "none")], text)
    }
    let gone = standings.filter(\.isWithoutTier)
    let rows =
      gone.prefix(Self.most).map(rowWithoutTier).joined() + all.prefix(Self.most).map { row($0.0, $0.1) }.joined()
    var more =
      all.count > Self.most
      ? Markup.element(
        "p", [("class", "note")],
        "\(Self.left(all.count, "budget")) used less \(all.count == Self.most + 1 ? "is" : "are") left out.") : ""
    if gone.count > Self.most {
      more += Markup.element(
        "p", [("class", "note")],
        "\(Self.left(gone.count, "more user")) \(gone.count == Self.most + 1 ? "is" : "are") in tiers that do not exist."
      )
    }
    let table = Markup.element(
      "table", [("class", "budgets"), ("role", "table")],
      head + Markup.element("tbody", [("role", "rowgroup")], rows))
    return Markup.element(
      "div", [("class", "flow"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Budgets, a table to scroll")],
      table) + more
  }

  /// What comes first: whoever is paused, who gets no call out at all, and then what is used up most.
  private static func urgency(_ state: BudgetState) -> Int64 { state.budget.isPause ? .max : state.takenPercent }

  /// How many have no room, to the last one.
  private static func left(_ count: Int, _ thing: String) -> String {
    HumanNumber.exact(Int64(count - most)) + " " + thing + (count == most + 1 ? "" : "s")
  }

  /// Where the lines are, as far as all budgets agree.
  private var lines: String {
    let all = Set(standings.flatMap(\.states).map(\.budget.thresholds))
    guard all.count == 1, let one = all.first else { return "; lines where warnings, degradation and refusals begin" }
    return "; lines at \(one.warnPercent), \(one.softPercent) and \(one.hardPercent) %"
  }

  private var head: String {
    func cell(_ text: String, _ look: String? = nil) -> String {
      Markup.element("th", [("scope", "col"), ("role", "columnheader")] + (look.map { [("class", $0)] } ?? []), text)
    }
    let cells = [
      cell("Who"), cell("Budget"), cell("Used\(lines)", "wide"), cell("%", "n"), cell("Phase"), cell("Starts anew"),
    ]
    return Markup.element("thead", [("role", "rowgroup")], Markup.element("tr", [("role", "row")], cells.joined()))
  }

  private func rowWithoutTier(_ standing: DashboardContent.Standing) -> String {
    let text = "the tier '\(standing.tier)' does not exist: calls are refused"
    return Markup.element(
      "tr", [("role", "row")],
      Markup.element("th", [("scope", "row"), ("role", "rowheader")], Markup.text(standing.user))
        + Markup.element("td", [("colspan", "5"), ("role", "cell")], Markup.text(text)))
  }

  /// A user who is paused: nothing is measured, and no call goes out.
  private func pause(of user: String) -> String {
    Markup.element(
      "tr", [("role", "row")],
      Markup.element("th", [("scope", "row"), ("role", "rowheader")], Markup.text(user))
        + Markup.element("td", [("colspan", "3"), ("role", "cell")], "all calls paused")
        + Markup.element("td", [("role", "cell")], Markup.element("span", [("class", "phase hard")], "hard"))
        + Markup.element("td", [("role", "cell")], "when resumed"))
  }

  private func row(_ user: String, _ state: BudgetState) -> String {
    if state.budget.isPause { return pause(of: user) }
    let (thresholds, unit) = (state.budget.thresholds, state.budget.limit.unit)
    let amounts = HumanNumber.use(state.posted, of: state.limit, in: unit)
    let held = state.pending > 0 ? ", \(HumanNumber.amount(state.pending, in: unit)) held" : ""
    let label =
      "\(amounts) used, \(HumanNumber.percent(ofLimit: state.percent(state.posted)))\(held.isEmpty ? "" : held + ", \(HumanNumber.percent(ofLimit: state.percent(state.taken))) with it"), phase "
      + state.phase.rawValue
    // The bar's end is a little above where calls are refused.
    let whole = max(thresholds.hardPercent + 10, 110)
    func x(_ percent: Int64) -> Int64 { min(percent, whole) * 4000 / whole }
    var body = "<rect class=\"track\" y=\"3\" width=\"400\" height=\"10\" rx=\"2\"/>"
    func bar(_ part: String, _ percent: Int64) -> String {
      "<rect class=\"\(part)\" y=\"3\" width=\"\(Markup.tenths(x(percent)))\" height=\"10\" rx=\"2\"/>"
    }
    // What is only held shows, paler, where it goes beyond what is used.
    if state.pending > 0 { body += bar("\(state.phase.rawValue) held", state.takenPercent) }
    body += bar(state.phase.rawValue, state.postedPercent)
    for percent in Set([thresholds.warnPercent, thresholds.softPercent, thresholds.hardPercent]).sorted() {
      let place = Markup.tenths(x(percent))
      body +=
        "<line class=\"tick\" x1=\"\(place)\" x2=\"\(place)\" y1=\"0\" y2=\"16\"><title>\(percent) %</title></line>"
    }
    let picture =
      "<svg class=\"budget\" viewBox=\"0 0 400 16\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(Markup.text(label))\">"
      + body + "</svg><span class=\"small\">\(Markup.text(amounts + held))</span>"
    return Markup.element(
      "tr", [("role", "row")],
      Markup.element("th", [("scope", "row"), ("role", "rowheader")], Markup.text(user))
        + Markup.element("td", [("role", "cell")], Markup.text(state.budget.key.label))
        + Markup.element("td", [("class", "wide"), ("role", "cell")], picture)
        + Markup.element(
          "td", [("class", "n"), ("role", "cell")],
          Markup.text(HumanNumber.percentFigure(ofLimit: state.percent(state.posted))) + Self.narrow(" %"))
        + Markup.element(
          "td", [("role", "cell")],
          Markup.element("span", [("class", "phase \(state.phase.rawValue)")], state.phase.rawValue))
        + Markup.element("td", [("role", "cell")], reset(state)))
  }

  /// What the heading of a column says, for a page that is too narrow for columns.
  private static func narrow(_ text: String) -> String {
    Markup.element("span", [("class", "narrow")], Markup.text(text))
  }

  private func reset(_ state: BudgetState) -> String {
    if case .replenishing = state.budget.limit.rule { return "refills all the time" }
    guard let window = state.window, window.endUnixMs != .max else {
      return Self.narrow("starts anew ") + "with the next call"
    }
    let left = HumanNumber.duration(milliseconds: max(0, window.endUnixMs - nowUnixMs))
    return Self.narrow("starts anew ") + Markup.text("in \(left)")
  }
}
