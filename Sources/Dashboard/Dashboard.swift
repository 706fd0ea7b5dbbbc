import Digest
import GuardModel
import Ledger
import Terminal

/// A dashboard: one HTML file that needs nothing else, neither a network nor a font, and runs no script but its own.
public struct Dashboard {
  private let content: DashboardContent
  private let isLive: Bool

  /// Makes a dashboard.
  ///
  /// - Parameters:
  ///   - content: what it shows.
  ///   - isLive: whether it looks for news by itself, at the address it came from.
  public init(_ content: DashboardContent, isLive: Bool = false) {
    self.content = content
    self.isLive = isLive
  }

  /// What the page may do, for its own head and for a server's header. Scripts and styles are named by their hashes, so
  /// that no text on the page could be one, even if it were not escaped.
  public static func policy(isLive: Bool) -> String {
    func hash(_ text: String) -> String { "'sha256-\(Base64.text(SHA256.hash(Array(text.utf8))))'" }
    return "default-src 'none'; script-src \(hash(DashboardScript.text)); style-src \(hash(DashboardStyle.text)); "
      + "connect-src \(isLive ? "'self'" : "'none'"); img-src data:; base-uri 'none'; form-action 'none'"
  }

  /// The page.
  public var html: String {
    let title = "LLM use · \(CivilTime.date(content.nowUnixMs, in: content.zone))"
    return "<!DOCTYPE html>\n<html lang=\"en\"\(isLive ? " data-live=\"\"" : "")>\n<head>\n<meta charset=\"utf-8\">\n"
      + "<meta http-equiv=\"Content-Security-Policy\" content=\"\(Self.policy(isLive: isLive))\">\n"
      + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      + "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      + "<title>\(Markup.text(title))</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\(DashboardStyle.text)</style>\n"
      + "</head>\n<body>\n\(header)<main id=\"main\">\n\(sections.joined(separator: "\n"))\n</main>\n\(footer)"
      + "<script>\(DashboardScript.text)</script>\n</body>\n</html>\n"
  }

  private func instant(_ unixMs: Int64) -> String {
    "\(CivilTime.date(unixMs, in: content.zone)) \(CivilTime.time(unixMs, in: content.zone))"
      + CivilTime.mark(unixMs, in: content.zone)
  }

  private var header: String {
    "<header><h1>LLM use</h1><p>\(instant(content.sinceUnixMs)) to \(instant(content.untilUnixMs)), "
      + "\(Markup.text(content.zone.name))</p></header>\n"
  }

  private var footer: String {
    "<footer><p>Made by llmguard at <time>\(Markup.text(CivilTime.rfc3339(content.nowUnixMs, in: content.zone)))</time>. "
      + "A <b>degraded</b> call went out cheaper than it was asked for, as a budget was used up; a <b>charge</b> is tokens "
      + "weighted by operation, model and retries; <b>cost</b> is what the provider takes; "
      + "<b>~</b> marks tokens that llmguard counted itself.</p></footer>\n"
  }

  private func section(_ title: String, _ body: String) -> String {
    let id = "part-" + String(title.lowercased().map { $0 == " " ? "-" : $0 })
    return "<section aria-labelledby=\"\(id)\"><h2 id=\"\(id)\">\(title)</h2>\(body)</section>"
  }

  private var sections: [String] {
    [
      "<section class=\"words\" aria-label=\"In words\">\(words)</section>", figures,
      section(
        "Budgets", BudgetBars(standings: content.standings, nowUnixMs: content.nowUnixMs, zone: content.zone).html),
      section("Over time", "<div class=\"charts\">\(timeCharts)</div>"),
      section("What calls are like", "<div class=\"charts\">\(shapeCharts)</div>"),
      section("Calls", CallsTable(content: content).html),
    ]
  }

  private var words: String {
    let sentences = DashboardWords(content: content).sentences
    return "<ul>" + sentences.map { "<li>\(Markup.sentence($0))</li>" }.joined() + "</ul>"
  }

  private var figures: String {
    let total = content.total
    var all = [
      ("Calls", HumanNumber.count(total.calls)), ("Tokens", HumanNumber.count(total.tokens)),
      (
        "Cost",
        DashboardWords.cost(microUSD: total.costMicroUSD, total.costBound)
      ),
      ("Degraded", DashboardWords.share(total.degraded, of: total.calls)),
      ("Refused", DashboardWords.share(total.refusals, of: total.requests)),
    ]
    if total.cached > 0 { all.append(("From the cache", DashboardWords.share(total.cached, of: total.answered))) }
    if total.unmetered > 0 { all.append(("Unmetered", HumanNumber.count(total.unmetered))) }
    return "<dl class=\"figures\">"
      + all.map { name, value in
        // What may be longer than its place on a narrow page has smaller letters there.
        let look = value.count > 6 ? " class=\"long\"" : ""
        return "<div><dt>\(name)</dt><dd\(look)>\(Markup.text(value))</dd></div>"
      }.joined() + "</dl>"
  }

  private func chart(
    _ id: String, _ title: String, _ series: [StackedChart.Series], isShare: Bool = false,
    isMoney: Bool = false
  ) -> String {
    StackedChart(
      id: id, title: title, step: content.timeline.step.rawValue, names: content.timeline.bins.map(\.name),
      notes: content.timeline.bins.map(\.note), series: series, isMoney: isMoney, isShare: isShare,
      nothing: id.hasPrefix("money") && content.total.callsOfUnknownPrice > 0
        ? "No cost is known in this range." : "Nothing in this range."
    ).html
  }

  private var timeCharts: String {
    let timeline = content.timeline
    let step = (timeline.step == .hour ? "an " : "a ") + timeline.step.rawValue
    var charts = [
      chart(
        "tokens-operation", "Tokens \(step), by operation", timeline.series(\.byOperation) { $0.tokens }),
      chart("tokens-user", "Tokens \(step), by user", timeline.series(\.byUser) { $0.tokens }),
      chart(
        "money-operation", "Cost \(step), by operation", timeline.series(\.byOperation) { $0.costMicroUSD },
        isMoney: true),
      chart("money-user", "Cost \(step), by user", timeline.series(\.byUser) { $0.costMicroUSD }, isMoney: true),
      chart("phases", "Phases, as shares of what was asked for", phases, isShare: true),
      chart("retries", "Charge \(step): usual, and for asking again", surcharges),
    ]
    if content.total.cached > 0 {
      charts.append(
        chart(
          "cache", "Answers, as shares: from the cache, and from providers", answers, isShare: true))
    }
    return charts.joined()
  }

  private func series(_ name: String, _ look: String, _ value: (Timeline.Bin) -> Int64) -> StackedChart.Series {
    StackedChart.Series(name: name, look: look, values: content.timeline.bins.map(value))
  }

  private var phases: [StackedChart.Series] {
    let all = [
      series("ok", "ok") { $0.byPhase["ok"]?.answered ?? 0 },
      series("warn", "warn") { $0.byPhase["warn"]?.answered ?? 0 },
      series("soft", "soft") { $0.byPhase["soft"]?.answered ?? 0 },
      // What the cache has is given beyond the hard limit, too: it takes nothing.
      series("answered beyond hard", "s6") { $0.byPhase["hard"]?.answered ?? 0 },
      series("refused", "hard") { $0.sums.refusals }, series("unmetered", "s7") { $0.sums.unmetered },
    ]
    return all.filter { $0.values.contains { $0 > 0 } }
  }

  private var surcharges: [StackedChart.Series] {
    let all = [
      series("usual", "s0") { max(0, $0.sums.chargeTokens - $0.sums.surchargeTokens) },
      series("for asking again", "warn") { $0.sums.surchargeTokens },
    ]
    return all.filter { $0.values.contains { $0 > 0 } }
  }

  private var answers: [StackedChart.Series] {
    [series("from the cache", "ok") { $0.sums.cached }, series("from providers", "s7") { $0.sums.calls }]
  }

  private var shapeCharts: String {
    let basis = content.isSampled ? "Of the latest \(HumanNumber.count(Int64(content.sizes.count))) calls." : ""
    var scripts: [String: (calls: Int64, charge: Int64, cost: Int64, bound: CostBound)] = [:]
    for size in content.sizes {
      var sum = scripts[size.program] ?? (0, 0, 0, .exact)
      sum.calls += 1
      sum.charge = (try? Amount.sum(sum.charge, size.charge.tokens)) ?? .max
      sum.cost = (try? Amount.sum(sum.cost, size.charge.costMicroUSD ?? 0)) ?? .max
      sum.bound = sum.bound + size.costBound
      scripts[size.program] = sum
    }
    let top = scripts.sorted { ($0.value.charge, $1.key) > ($1.value.charge, $0.key) }.prefix(10).map { name, sum in
      RankChart.Item(
        name: name, value: sum.charge,
        shown: "\(HumanNumber.count(sum.charge)) · \(DashboardWords.cost(microUSD: sum.cost, sum.bound)) · "
          + DashboardWords.count(sum.calls, "call"))
    }
    return RankChart(id: "sizes", title: "Tokens a call", items: sizes, note: basis).html
      + RankChart(id: "scripts", title: "Scripts by charge", items: Array(top), note: basis).html
  }

  /// How many calls took how many tokens: from a power of two to the next.
  private var sizes: [RankChart.Item] {
    var counts: [Int: Int64] = [:]
    for size in content.sizes { counts[size.tokens <= 1 ? 0 : 63 - size.tokens.leadingZeroBitCount, default: 0] += 1 }
    guard let first = counts.keys.min(), let last = counts.keys.max() else { return [] }
    return (first...last).map { power in
      let (low, high) = (power == 0 ? 0 : Int64(1) << power, power >= 62 ? Int64.max : (Int64(1) << (power + 1)) - 1)
      let count = counts[power] ?? 0
      return RankChart.Item(
        name: "\(HumanNumber.count(low)) to \(HumanNumber.count(high))", value: count,
        shown: DashboardWords.count(count, "call"), look: "s1")
    }
  }
}
