import GuardModel
import Ledger
import Terminal

/// What the numbers mean, in plain sentences.
struct DashboardWords {
  let content: DashboardContent

  /// The sentences, the most urgent first.
  var sentences: [String] {
    content.highlights.map(budget)
      + [spend, change, refused, again, cached, unknown, discounts, bothUnknown, unmetered].compactMap { $0 }
  }

  /// `ci-bot used 82 % of the daily token budget, half of it for analyze; at the rate since 00:00 it is used up at 16:40.`
  private func budget(_ highlight: DashboardContent.Highlight) -> String {
    let state = highlight.state
    var text =
      "\(Markup.isolated(highlight.user)) has used \(HumanNumber.percent(ofLimit: state.percent(state.posted))) of the \(state.budget.key.label)"
    if let (operation, percent) = highlight.largest {
      text += ", \(Self.part(percent)) of it for \(Markup.isolated(operation))"
    }
    if state.pending > 0 {
      text +=
        ", and \(HumanNumber.percent(ofLimit: state.percent(state.taken))) is taken with what calls under way hold"
    }
    if state.taken >= state.limit {
      switch state.phase {
      case .hard: text += "; calls are refused"
      default:
        text +=
          "; calls are degraded, and refused where they would take it above \(state.budget.thresholds.hardPercent) %"
      }
      if let window = state.window, window.endUnixMs != .max {
        text += state.phase == .hard ? "" : ","
        text +=
          " until it starts anew in \(HumanNumber.duration(milliseconds: max(0, window.endUnixMs - content.nowUnixMs)))"
      }
      return text + "."
    }
    return text + (ending(highlight).map { "; \($0)" } ?? "") + "."
  }

  private static func part(_ percent: Int64) -> String {
    switch percent {
    case 100...: "all"
    case 90..<100: "nearly all"
    case 70..<90: "most"
    case 55..<70: "more than half"
    case 45..<55: "half"
    default: "\(percent) %"
    }
  }

  /// When the budget is used up at the rate since it counts in its window, where that is before the window ends.
  private func ending(_ highlight: DashboardContent.Highlight) -> String? {
    let state = highlight.state
    guard let window = state.window, let since = highlight.sinceUnixMs, state.remaining > 0,
      let pace = UsePace(of: state, sinceUnixMs: since, nowUnixMs: content.nowUnixMs)
    else { return nil }
    func date(_ instant: Int64) -> String? {
      let date = CivilTime.date(instant, in: content.zone)
      return date == CivilTime.date(content.nowUnixMs, in: content.zone) ? nil : date
    }
    func time(_ instant: Int64) -> String {
      CivilTime.time(instant, in: content.zone) + CivilTime.mark(instant, in: content.zone)
    }
    let beginning = [date(since), date(since) != nil && time(since) == "00:00" ? nil : time(since)].compactMap { $0 }
    let rate = "at the rate since \(beginning.joined(separator: " ")) it"
    guard let end = pace.end(of: state.remaining), end < window.endUnixMs else { return "\(rate) lasts" }
    return "\(rate) is used up " + (date(end).map { "on \($0) " } ?? "") + "at \(time(end))"
  }

  private var range: String {
    let hours = (content.untilUnixMs - content.sinceUnixMs + 1_800_000) / 3_600_000
    let days = (hours + 12) / 24
    return hours < 48 ? "In the \(max(1, hours)) \(hours > 1 ? "hours" : "hour") shown" : "In the \(days) days shown"
  }

  private var spend: String? {
    let total = content.total
    if total.requests == 0 { return "\(range) nobody called." }
    // Who was refused all calls made none; where nobody made any, that is told of all.
    let calling = content.byUser.filter { $0.sums.calls > 0 }
    let users = calling.isEmpty ? content.byUser : calling
    let who = users.count == 1 ? Markup.isolated(users[0].name) : "\(HumanNumber.exact(Int64(users.count))) users"
    if total.asked == 0 { return "\(range) \(who) made no call that could be metered." }
    let bound = total.boundOfCalls
    let known = HumanNumber.money(microUSD: total.costMicroUSD)
    let cost =
      bound.mayBeMore && total.costMicroUSD == 0
      ? "at a cost that is unknown"
      : bound == .atLeast ? "for \(known) and more" : "for \(bound.words)\(known)"
    // `68 calls of 2k tokens` would read as the size of each.
    return "\(range) \(who) made \(Self.count(total.calls, "call")) with \(Self.count(total.tokens, "token")) "
      + "\(total.calls == 1 ? "" : "in all ")\(cost)."
  }

  private var change: String? {
    let (before, after) = (content.previous.chargeTokens, content.total.chargeTokens)
    guard before > 0, after > 0, let permille = try? Amount.scaledDown(after, by: 1000, over: before) else {
      return nil
    }
    let percent = (abs(permille - 1000) + 5) / 10
    if percent == 0 { return "That is as much as in the time of the same length before it." }
    // So many times next to nothing says nothing.
    if permille >= 100_000 { return "In the time of the same length before it, next to nothing was used." }
    if permille >= 2000 {
      return
        "That is \(permille / 1000).\(permille % 1000 / 100) times as much as in the time of the same length before it."
    }
    return "That is \(percent) % \(permille > 1000 ? "more" : "less") than in the time of the same length before it."
  }

  private var refused: String? {
    let total = content.total
    var parts: [String] = []
    if total.degraded > 0 {
      parts.append("\(Self.share(total.degraded, of: total.calls)) of the calls were degraded")
    }
    if total.refusals > 0 {
      var text = "\(Self.share(total.refusals, of: total.requests)) of what was asked for was refused"
      if let most = content.byUser.max(by: { $0.sums.refusals < $1.sums.refusals }), content.byUser.count > 1 {
        text +=
          ", \(Self.part(Self.wholePercent(most.sums.refusals, of: total.refusals))) of it to \(Markup.isolated(most.name))"
      }
      parts.append(text)
    }
    if parts.isEmpty { return total.calls > 0 ? "No call was refused or degraded." : nil }
    let text = parts.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private var again: String? {
    guard content.total.surchargeTokens > 0 else { return nil }
    return "Asking for the same again added \(HumanNumber.count(content.total.surchargeTokens)) tokens to the charge, "
      + "\(Self.share(content.total.surchargeTokens, of: content.total.chargeTokens)) of it."
  }

  private var cached: String? {
    guard content.total.cached > 0 else { return nil }
    let money =
      content.total.savedMicroUSD > 0 ? " and \(HumanNumber.money(microUSD: content.total.savedMicroUSD))" : ""
    return "The cache answered \(Self.share(content.total.cached, of: content.total.answered)) of the calls, and saved "
      + "\(HumanNumber.count(content.total.savedTokens)) tokens\(money)."
  }

  private var unknown: String? {
    let calls = content.total.callsOfUnknownPrice - content.total.callsOfCostAbout
    guard calls > 0 else { return nil }
    return
      "The price of \(Self.count(calls, "call")) is unknown, wholly or in part; the sums of money hold what is known."
  }

  private var discounts: String? {
    guard content.total.callsOfCostAtMost > 0 else { return nil }
    return
      "A discount of \(Self.count(content.total.callsOfCostAtMost, "call")) is unknown; the sums of money hold the "
      + "full price, which is the most that it can be."
  }

  private var bothUnknown: String? {
    guard content.total.callsOfCostAbout > 0 else { return nil }
    return
      "\(Self.count(content.total.callsOfCostAbout, "call")) may have cost more or less than the sums of money hold: "
      + "a price and a discount are unknown."
  }

  private var unmetered: String? {
    guard content.total.unmetered > 0 else { return nil }
    let isOne = content.total.unmetered == 1
    return
      "\(Self.count(content.total.unmetered, "request")) went out unmetered: what \(isOne ? "it" : "they") took is unknown, "
      + "and in no sum."
  }

  /// What is known of a cost: a sum that leaves prices out has a `+`, one that leaves discounts out a `-`, and one that knows
  /// nothing is no zero.
  static func cost(microUSD: Int64, _ bound: CostBound) -> String {
    if bound.mayBeMore, microUSD == 0 { return "unknown" }
    return HumanNumber.money(microUSD: microUSD) + bound.mark
  }

  /// A share, rounded, with one decimal below 10 %. What is not all is not 100 %.
  static func share(_ part: Int64, of whole: Int64) -> String {
    guard whole > 0, part > 0, let units = try? Amount.scaledDown(part, by: 100_000, over: whole) else { return "0 %" }
    let tenths = (units + 50) / 100
    if tenths == 0 { return "less than 0.1 %" }
    if tenths < 100, tenths % 10 != 0 { return "\(tenths / 10).\(tenths % 10) %" }
    return HumanNumber.percent(wholePercent(part, of: whole))
  }

  /// A share in whole percent, rounded. What is not all is not 100.
  static func wholePercent(_ part: Int64, of whole: Int64) -> Int64 {
    guard whole > 0, part > 0, let units = try? Amount.scaledDown(part, by: 100_000, over: whole) else { return 0 }
    let percent = (units + 500) / 1000
    return percent == 100 && part < whole ? 99 : percent
  }

  static func count(_ value: Int64, _ word: String) -> String {
    "\(HumanNumber.count(value)) \(word)\(value == 1 ? "" : "s")"
  }
}
