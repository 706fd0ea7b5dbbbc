import GuardModel
import Ledger
import Terminal

/// Calls in rows that can be sorted and filtered: the latest one by one, earlier ones summed up by day.
struct CallsTable {
  let content: DashboardContent

  var html: String {
    if content.calls.isEmpty, content.earlier.isEmpty {
      return Markup.element("p", [("class", "none")], "Nothing in this range.")
    }
    let rows = content.calls.map(row) + content.earlier.map(row)
    return filter
      + Markup.element(
        "div",
        [("class", "scroll tall"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Calls, a table to scroll")],
        Markup.element("table", [("id", "calls")], head + Markup.element("tbody", [], rows.joined())))
      + paper(rows.count) + note
  }

  /// How many rows are printed, as the style sheet has it.
  private static let mostOnPaper = 60

  /// That paper has not all of them.
  private func paper(_ rows: Int) -> String {
    guard rows > Self.mostOnPaper else { return "" }
    return Markup.element("p", [("class", "note paper")], "On paper stand the first \(Self.mostOnPaper) rows.")
  }

  private var filter: String {
    let all = content.calls.count + content.earlier.count
    return "<div class=\"filter\"><label for=\"filter\">Show rows that hold</label>"
      + "<input id=\"filter\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"a user, an operation, refused …\">"
      + "<output id=\"count\" for=\"filter\" aria-live=\"polite\">\(all) \(all == 1 ? "row" : "rows")</output></div>"
  }

  private var note: String {
    guard !content.earlier.isEmpty else { return "" }
    var text =
      "The latest \(content.calls.count) calls stand one by one; earlier ones are summed up by day, user, operation "
      + "and model."
    if content.left.requests > 0 {
      text += " \(DashboardWords.count(content.left.requests, "call")) of the earliest days are in the charts alone."
    }
    return Markup.element("p", [("class", "note")], Markup.text(text))
  }

  private var head: String {
    let columns = [
      ("When", ""), ("User", ""), ("Operation", ""), ("Model", ""), ("Outcome", ""), ("Calls", "n"), ("Tokens", "n"),
      ("Charge", "n"), ("Cost", "n"),
    ]
    let cells = columns.map { title, look in
      Markup.element(
        "th", [("scope", "col"), ("class", look), ("aria-sort", title == "When" ? "descending" : "none")],
        Markup.element("button", [("type", "button")], title))
    }
    return Markup.element("thead", [], Markup.element("tr", [], cells.joined()))
  }

  private func number(_ value: Int64, _ shown: String? = nil) -> String {
    Markup.element("td", [("class", "n"), ("data-v", String(value))], Markup.text(shown ?? HumanNumber.count(value)))
  }

  private func when(_ unixMs: Int64, _ shown: String) -> String {
    Markup.element("td", [("data-v", String(unixMs))], Markup.text(shown))
  }

  private func texts(_ texts: [String]) -> String { texts.map { "<td>\(Markup.text($0))</td>" }.joined() }

  private func row(_ call: CallRecord) -> String {
    let outcome = Self.outcome(call)
    let usage = call.entry.usage
    let tokens = usage.map { (try? Amount.sum($0.input, $0.output)) ?? .max } ?? 0
    let mark = usage?.exactness == .estimated ? "~" : ""
    let cost: String
    if let posted = call.posted {
      cost = number(
        posted.costMicroUSD ?? -1,
        posted.costMicroUSD.map { HumanNumber.money(microUSD: $0) + UsagePart.bound(call.entry.unpriced).mark }
          ?? "unknown")
    } else if call.entry.kind == .unmetered {
      cost = number(-1, "unknown")
    } else {
      cost = number(0, "–")
    }
    let (ended, zone) = (call.endedAtUnixMs, content.zone)
    let time = CivilTime.clock(ended, in: zone) + CivilTime.mark(ended, in: zone)
    let model =
      call.entry.route.map { "\(call.facts.provider ?? "unknown") \($0)" } ?? call.facts.model ?? "unknown"
    return "<tr>"
      + when(ended, "\(CivilTime.date(ended, in: zone)) \(time)")
      + texts([call.facts.user, call.facts.operation, model])
      + "<td><span class=\"phase \(outcome.look)\">\(outcome.text)</span></td>" + number(1)
      + number(tokens, usage == nil ? "–" : mark + HumanNumber.count(tokens))
      + number(call.posted?.tokens ?? 0, call.posted == nil ? "–" : nil)
      + cost + "</tr>"
  }

  private func row(_ part: DashboardContent.Earlier) -> String {
    let sums = part.sums
    let parts = [
      (sums.refusals, "refused"), (sums.degraded, "degraded"), (sums.failed, "failed"), (sums.cached, "cached"),
      (sums.unmetered, "unmetered"),
    ]
    let outcome = parts.filter { $0.0 > 0 }.map { "\(HumanNumber.count($0.0)) \($0.1)" }.joined(separator: ", ")
    let mark = sums.estimatedInput > 0 || sums.estimatedOutput > 0 ? "~" : ""
    let cost = DashboardWords.cost(microUSD: sums.costMicroUSD, sums.costBound)
    return "<tr class=\"sum\">" + when(part.startUnixMs, part.day)
      + texts([
        part.user, part.operation, part.model.isEmpty ? "unknown" : part.model, outcome.isEmpty ? "ok" : outcome,
      ])
      + number(sums.requests) + number(sums.tokens, mark + HumanNumber.count(sums.tokens))
      + number(sums.chargeTokens)
      + number(sums.costMicroUSD, cost) + "</tr>"
  }

  /// Two words that are ours, for an outcome and its look.
  private static func outcome(_ call: CallRecord) -> (text: String, look: String) {
    switch call.entry.kind {
    case .refuse: return ("refused", "hard")
    case .void: return ("given back", "back")
    case .cached: return ("cached", "ok")
    case .unmetered: return ("unmetered", "warn")
    default: break
    }
    switch call.entry.ending {
    case .failed: return ("failed", "hard")
    case .abandoned: return ("abandoned", "hard")
    case .complete, nil:
      if call.facts.degraded { return ("degraded", "soft") }
      if call.facts.attempt > 1 { return ("retry", "warn") }
      return call.facts.phase == .warn ? ("warned", "warn") : ("ok", "ok")
    }
  }
}
