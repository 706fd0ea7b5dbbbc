import Dashboard
import GuardModel
import Ledger
import Testing

@Suite struct DashboardTests {
  static let now: Int64 = 1_795_535_200_000

  /// Texts that would be markup, script, style or a trick in a page that does not escape.
  static let payloads = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)",
    "</title></style></script><script>alert(1)</script>", "javascript:alert(1)", "&lt;script&gt;", "`${alert(1)}`",
    "]]><!--", "--><script>alert(1)</script>", "\u{202E}gpj.exe", "a\u{0}b\u{1B}[31m", "é \u{1F408} \u{2028}x",
  ]

  private func ledger(calls: [(user: String, operation: String, model: String, program: String)]) throws -> MemoryLedger
  {
    let ledger = MemoryLedger(zone: .utc)
    for (index, call) in calls.enumerated() {
      let now = Self.now - Int64(calls.count - index) * 1000
      let facts = CallFacts(
        user: call.user, tier: call.user, operation: call.operation, model: call.model, requestedModel: call.model,
        run: "r",
        program: call.program, phase: .soft, degraded: true, estimatedInput: 100, estimatedOutput: 100)
      let request = ReservationRequest(
        idempotencyKey: "\(index)", facts: facts, charge: Charge(tokens: 200, costMicroUSD: 10), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { continue }
      let usage = TokenUsage(input: 100, output: 100, exactness: .exact)
      _ = try ledger.settle(
        hold, Settlement(usage: usage, charge: Charge(tokens: 200, costMicroUSD: 10), ending: .complete), nowUnixMs: now
      )
      try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: now)
    }
    return ledger
  }

  private func page(
    _ ledger: MemoryLedger, standings: [DashboardContent.Standing] = [], isLive: Bool = false,
    since: Int64 = now - 86_400_000
  ) throws -> String {
    Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: since, untilUnixMs: nil, standings: standings, zone: .utc, nowUnixMs: Self.now),
      isLive: isLive
    ).html
  }

  private func standing(
    _ user: String, limit: Int64, used: Int64, held: Int64 = 0, hours: Int64
  ) throws -> DashboardContent.Standing {
    guard case .limit(let limit) = try BudgetSpec("\(limit) tokens/day") else { throw AmountOverflow() }
    let window = Window(startUnixMs: Self.now - hours * 3_600_000, endUnixMs: Self.now + (24 - hours) * 3_600_000)
    let state = BudgetState(
      budget: Budget(scope: .user(user), limit: limit, origin: user), window: window, posted: used, pending: held,
      granted: 0)
    return DashboardContent.Standing(user: user, tier: user, states: [state])
  }

  @Test(arguments: payloads) func hostileNamesAreText(payload: String) throws {
    let html = try page(
      ledger(calls: [(payload, payload, payload, payload), ("ana", payload, "m", "p")]),
      standings: [standing(payload, limit: 100, used: 90, hours: 6)])
    #expect(!html.contains("<script>alert"))
    #expect(!html.contains("<img"))
    #expect(!html.contains("<svg onload"))
    #expect(!html.contains(payload) || payload == "javascript:alert(1)" || payload.hasPrefix("é"), "\(payload)")
    for scalar in html.unicodeScalars where scalar != "\n" {
      #expect(scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\u{202E}" && scalar != "\u{2028}")
    }
    // Two elements of this name open, and two close: the page's own.
    #expect(html.components("<script").count == 2 && html.components("</script").count == 2)
    #expect(html.components("<style").count == 2)
    let handlers = html.components(" on").filter { $0.first.map(\.isLetter) == true && $0.prefix(12).contains("=\"") }
    #expect(handlers == [])
  }

  @Test func thePageNeedsNothingElse() throws {
    let html = try page(ledger(calls: [("ana", "review", "m", "p")]))
    for word in ["http://", "https://", "src=", "@import", "url(", "<link rel=\"stylesheet", "style=\""] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("<link rel=\"icon\" href=\"data:,\">"))
    #expect(html.contains("default-src 'none'"))
    #expect(html.contains("connect-src 'none'"))
    #expect(!html.contains("data-live"))
    #expect(try page(ledger(calls: []), isLive: true).contains("connect-src 'self'"))
  }

  @Test func thePolicyNamesTheScriptByItsHash() throws {
    // Worked out by: printf %s "$script" | openssl dgst -sha256 -binary | base64
    let policy = Dashboard.policy(isLive: false)
    #expect(policy.components("'sha256-").count == 3)
    #expect(!policy.contains("unsafe"))
    #expect(!policy.contains("\""))
  }

  @Test(
    arguments: [
      // 82 % in 14 hours: the rest lasts 3 h 4 min.
      (1000, 820, 14, "ana has used 82 % of the daily token budget; at the rate since 01:46 it is used up at 18:51."),
      (
        1000, 600, 14,
        "ana has used 60 % of the daily token budget; at the rate since 01:46 it is used up on 2026-11-25 at 01:06."
      ),
      (
        1000, 550, 20, "ana has used 55 % of the daily token budget; at the rate since 2026-11-23 19:46 it lasts."
      ),
      (
        1000, 1100, 20,
        "ana has used 110 % of the daily token budget; calls are degraded, and refused where they would take "
          + "it above 120 %, until it starts anew in 4 h."
      ),
      (
        1, .max / 7, 20,
        "ana has used over 9,999,999 % of the daily token budget; calls are refused until it starts anew in 4 h."
      ),
      (1000, 1300, 20, "ana has used 130 % of the daily token budget; calls are refused until it starts anew in 4 h."),
    ] as [(Int64, Int64, Int64, String)])
  func wordsSayWhereABudgetGoes(limit: Int64, used: Int64, hours: Int64, sentence: String) throws {
    let html = try page(
      MemoryLedger(zone: .utc), standings: [standing("ana", limit: limit, used: used, hours: hours)])
    #expect(html.contains("<li>\(sentence)</li>"))
  }

  /// A budget that began in the middle of its window has its own rate: what was used before it is none of it.
  @Test func aBudgetIsAsOldAsItIs() throws {
    let ledger = MemoryLedger(zone: .utc)
    guard case .limit(let limit) = try BudgetSpec("1000 tokens/day") else { throw AmountOverflow() }
    let budget = Budget(scope: .user("ana"), limit: limit, origin: "user ana")
    func call(_ key: String, _ tokens: Int64, _ budgets: [Budget], minutesAgo: Int64) throws {
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .ok, estimatedInput: tokens,
        estimatedOutput: 0)
      let now = Self.now - minutesAgo * 60_000
      let request = ReservationRequest(
        idempotencyKey: key, facts: facts, charge: Charge(tokens: tokens, costMicroUSD: 0), budgets: budgets)
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { throw AmountOverflow() }
      let usage = TokenUsage(input: tokens, output: 0, exactness: .exact)
      _ = try ledger.settle(
        hold, Settlement(usage: usage, charge: request.charge, ending: .complete), nowUnixMs: now)
    }
    try call("early", 5000, [], minutesAgo: 300)
    try call("late", 600, [budget], minutesAgo: 30)
    let states = try ledger.states(of: [budget], nowUnixMs: Self.now)
    let html = try page(ledger, standings: [DashboardContent.Standing(user: "ana", tier: "t", states: states)])
    // 600 in half an hour: the other 400 last 20 minutes.
    #expect(
      html.contains(
        "<li>ana has used 60 % of the daily token budget; at the rate since 15:16 it is used up at 16:06.</li>"))
  }

  /// A name that is written from the right turns no word or figure around it, and one that holds such a mark is still text.
  @Test(arguments: [
    ("مرحبا", "<bdi>مرحبا</bdi>"), ("שלום <b>", "<bdi>שלום &lt;b&gt;</bdi>"),
    ("א\u{2069}</bdi>", "<bdi>א\\u{2069}&lt;/bdi&gt;</bdi>"), ("\u{2068}ana", "\\u{2068}ana"), ("ana", "ana"),
  ])
  func namesAreSetApartInSentences(name: String, shown: String) throws {
    let html = try page(
      ledger(calls: [(name, "o", "m", "p")]), standings: [standing(name, limit: 1000, used: 550, hours: 20)])
    #expect(
      html.contains(
        "<li>\(shown) has used 55 % of the daily token budget; at the rate since 2026-11-23 19:46 it lasts.</li>"))
    #expect(html.contains(" shown \(shown) made 1 call with 200 tokens for $0.00001.</li>"))
    let sentences = String(String(html.components("<section class=\"words\"")[1]).components("</section>")[0])
    #expect(sentences.components("<bdi>").count == sentences.components("</bdi>").count)
  }

  /// Small sums of money have many figures: neither the axis nor the tile cuts them, and a long name is cut beside its key.
  @Test func longFiguresAndNamesFit() throws {
    let long = String(repeating: "x", count: 120)
    let html = try page(ledger(calls: [(long, "o", "m", "p")]))
    // Its longest name is "$0.000005": nine figures of 7, 2 from the edge, and the bars begin 6 behind it.
    #expect(
      html.contains("<text class=\"axis end\" x=\"65\" y=\"12\">$0.00001</text>"), "\(html.components("axis end"))")
    #expect(html.contains("<line class=\"grid\" x1=\"71\" x2=\"440\""))
    #expect(html.contains("<line class=\"grid\" x1=\"46\" x2=\"440\""), "the axis of tokens is short")
    #expect(html.contains("<dd>200</dd>") && html.contains("<dd class=\"long\">$0.00001</dd>"))
    #expect(html.contains("<bdi title=\"\(long)\">\(long)</bdi>"))
    #expect(html.contains("aria-live=\"polite\">2 rows</output>"))
  }

  /// The name under the last of many bars stays in the picture.
  @Test func theLastNameOfAnAxisIsWhole() throws {
    let ledger = MemoryLedger(zone: .utc)
    let facts = CallFacts(
      user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .hard, estimatedInput: 1,
      estimatedOutput: 1)
    for day in (0...40).reversed() {
      try ledger.recordRefusal(
        Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: Self.now - Int64(day) * 86_400_000)
    }
    let html = try page(ledger, since: Self.now - 41 * 86_400_000)
    let axis = String(html.components("phases-title\">").last ?? "")
    let labels = String(axis.components("</svg>")[0]).components("<text class=\"axis ").dropFirst().filter {
      $0.contains("y=\"183\"")
    }
    #expect(labels.count > 3, "\(labels)")
    #expect(labels.last?.hasPrefix("end\" x=\"440\"") == true, "\(labels)")
    #expect(labels.dropLast().allSatisfy { $0.hasPrefix("middle") }, "\(labels)")
  }

  /// What calls under way hold is beside what is used: in the words, the bar, and what the bar is called.
  @Test func usedAndHeldAreToldApart() throws {
    let html = try page(
      MemoryLedger(zone: .utc), standings: [standing("ana", limit: 1000, used: 700, held: 200, hours: 20)])
    #expect(
      html.contains(
        "<li>ana has used 70 % of the daily token budget, and 90 % is taken with what calls under way hold; at the rate since 2026-11-23 19:46 it is used up at 18:00.</li>"
      ))
    #expect(
      html.contains("aria-label=\"700 of 1k tokens used, 70 %, 200 tokens held, 90 % with it, phase warn\""))
    #expect(html.contains("<rect class=\"warn held\""))
    #expect(html.contains("700 of 1k tokens, 200 tokens held</span>"))
    #expect(
      try !page(MemoryLedger(zone: .utc), standings: [standing("ana", limit: 9, used: 7, hours: 20)]).contains("held\"")
    )
  }

  @Test func manyCallsAreSummedUpAndNoneIsLost() throws {
    let calls = (0..<2500).map { ("user \($0 % 7)", "operation \($0 % 11)", "m", "p") }
    let html = try page(ledger(calls: calls))
    // The latest thousand endings stand one by one; each has 1 in its column of calls, the sums have the rest.
    let cells = html.components("<td class=\"n\" data-v=\"").dropFirst().compactMap { Int64($0.prefix { $0 != "\"" }) }
    #expect(html.contains("class=\"sum\""))
    #expect(cells.count % 4 == 0)
    let counted = stride(from: 0, to: cells.count, by: 4).reduce(Int64(0)) { $0 + cells[$1] }
    #expect(counted == 5000)
    #expect(html.utf8.count < 1_000_000)
  }

  /// The page stays small whatever is in it: more calls and users than it shows, each with the longest and most hostile name.
  @Test func thePageIsBoundedWhateverItShows() throws {
    let calls = (0..<6000).map { index -> (String, String, String, String) in
      let name = "\(index)" + String(repeating: "<\"&'>", count: 20)
      return (name, name, name, name)
    }
    let standings = try (0..<500).map {
      try standing("\($0)" + String(repeating: "<", count: 100), limit: 10, used: 5, hours: 9)
    }
    let html = try page(ledger(calls: calls), standings: standings)
    #expect(html.contains("of the earliest days are in the charts alone"), "more than it shows one by one or by day")
    #expect(html.utf8.count < 5_000_000, "\(html.utf8.count) bytes")
  }

  /// A single bar is as wide as others, and its name is under its middle.
  @Test(arguments: [Int64(1), 2, 5]) func eachNameIsUnderItsBar(hours: Int64) throws {
    let html = try page(
      ledger(calls: [("ana", "o", "m", "p")]), since: Self.now - Self.now % 3_600_000 - (hours - 1) * 3_600_000)
    let chart = String(
      String(html.components("id=\"part-over-time\"")[1]).components("</svg>").first {
        $0.contains("role=\"img\"")
      } ?? "")
    let bar = try #require(chart.components("<rect class=\"s0\" ").last.map(String.init))
    let name = try #require(chart.components("<text class=\"axis middle\" ").last.map(String.init))
    func number(_ name: String, _ text: String) throws -> Double {
      try #require(Double(String(text.components("\(name)=\"")[1]).components("\"")[0]))
    }
    let middle = try number("x", bar) + number("width", bar) / 2
    #expect(abs(middle - (try number("x", name))) < 0.3, "\(bar) \(name)")
  }

  /// On a telephone the columns' headings are not there: the cells say what they hold.
  @Test func aNarrowPageSaysWhatBudgetsCellsHold() throws {
    let html = try page(ledger(calls: []), standings: [try standing("ana", limit: 1000, used: 820, hours: 14)])
    #expect(html.contains("<td class=\"n\" role=\"cell\">82<span class=\"narrow\"> %</span></td>"))
    #expect(html.contains("<td role=\"cell\"><span class=\"narrow\">starts anew </span>in 10 h</td>"))
    #expect(html.contains(".narrow{display:none}\n@media screen and (max-width:44rem){"))
  }

  /// The range begins and ends within an hour: the hours of both ends are in the charts, as they are in the sums.
  @Test func theRunningHourIsInTheCharts() throws {
    // 2026-11-24 14:00 UTC; the calls end in the seconds before 14:24:05.
    let now = Self.now - Self.now % 3_600_000 + 24 * 60_000 + 5000
    let ledger = MemoryLedger(zone: .utc)
    for (index, minutes) in [Int64(110), 70, 30, 20, 3, 1].enumerated() {
      let at = now - minutes * 60_000
      let facts = CallFacts(
        user: minutes < 24 ? "noa" : "ana", tier: "t", operation: "review", model: "m", run: "r", program: "p",
        phase: .ok, estimatedInput: 100, estimatedOutput: 100)
      let request = ReservationRequest(
        idempotencyKey: "\(index)", facts: facts, charge: Charge(tokens: 200, costMicroUSD: 10), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: at) else { continue }
      _ = try ledger.settle(
        hold,
        Settlement(
          usage: TokenUsage(input: 1000, output: 1, exactness: .exact), charge: Charge(tokens: 1001, costMicroUSD: 10),
          ending: .complete), nowUnixMs: at)
    }
    func charts(_ since: Int64, _ until: Int64? = nil) throws -> String {
      let html = Dashboard(
        try DashboardContent(
          of: ledger, sinceUnixMs: since, untilUnixMs: until, standings: [], zone: .utc, nowUnixMs: now)
      ).html
      return String(String(html.components("id=\"part-over-time\"")[1]).components("</section>")[0])
    }
    let hour = CivilTime.time(now, in: .utc).prefix(2)
    let page = try charts(now - 2 * 3_600_000)
    #expect(page.contains(">noa</th>"), "a user of that hour")
    #expect(page.contains("\(hour):00 (so far)</th>"))
    #expect(page.contains("\(hour):00 (so far), noa: 3k</title>"), "three calls")
    #expect(page.contains(":00, is shown so far.</p>"))
    // Another end than now is told as what it is; a whole hour has no remark.
    #expect(try charts(now - 2 * 3_600_000, now - 60_000).contains("\(hour):00 (to \(hour):23)</th>"))
    let start = now - now % 3_600_000
    let whole = try charts(start - 3_600_000, start)
    #expect(!whole.contains("so far") && !whole.contains(" (to ") && !whole.contains(" (from "))
  }

  @Test func sharesOfABarComeToAllOfIt() throws {
    let ledger = MemoryLedger(zone: .utc)
    let phases: [(Phase, Int)] = [(.ok, 83), (.warn, 2), (.soft, 4)]
    for (phase, count) in phases {
      for index in 0..<count {
        let facts = CallFacts(
          user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: phase,
          degraded: phase == .soft, estimatedInput: 1, estimatedOutput: 1)
        let request = ReservationRequest(
          idempotencyKey: "\(phase)-\(index)", facts: facts, charge: Charge(tokens: 2, costMicroUSD: 1), budgets: [])
        guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Self.now - 1000) else { continue }
        let usage = TokenUsage(input: 1, output: 1, exactness: .exact)
        _ = try ledger.settle(
          hold, Settlement(usage: usage, charge: request.charge, ending: .complete), nowUnixMs: Self.now - 1000)
      }
    }
    let html = try page(ledger)
    let all = html.components("</title></rect>").compactMap { part -> String? in
      part.hasSuffix(" %)") ? String(part.split(separator: "(").last ?? "") : nil
    }
    #expect(all == ["93.3 %)", "2.2 %)", "4.5 %)"], "\(all)")
    #expect(html.contains("4.5 % of the calls were degraded"))
  }

  @Test(arguments: [(0, nil), (1, "25 %"), (3, "50 %")])
  func whatIsUnmeteredWasAskedFor(refusals: Int, share: String?) throws {
    let ledger = MemoryLedger(zone: .utc)
    let facts = CallFacts(
      user: "ana", tier: "t", operation: "o", model: nil, run: "r", program: "p", phase: .ok, estimatedInput: 0,
      estimatedOutput: 0)
    for _ in 0..<3 {
      _ = try ledger.recordUnmetered(UnmeteredCall(facts: facts, route: "images"), nowUnixMs: Self.now - 1000)
    }
    for _ in 0..<refusals {
      try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: Self.now - 1000)
    }
    let html = try page(ledger)
    #expect(html.contains("<dt>Refused</dt><dd>\(share ?? "0 %")</dd>"))
    #expect(html.contains("<li>3 requests went out unmetered: what they took is unknown, and in no sum.</li>"))
    #expect(html.contains(" nobody called.") == false, "three requests are no nobody")
    #expect(html.contains(" made no call that could be metered.</li>") == (refusals == 0))
    if let share { #expect(html.contains("<li>\(share) of what was asked for was refused.</li>")) }
    #expect(html.contains(">unmetered</th>"), "the shares of what was asked for have it")
  }

  @Test func aCostThatIsNotKnownIsNoZero() throws {
    let ledger = MemoryLedger(zone: .utc)
    let costs: [(String, Int64?)] = [("mystery", nil), ("half", nil), ("half", 1_230_000), ("known", 2_340_000)]
    for (index, (program, cost)) in costs.enumerated() {
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "review", model: "m", run: "r", program: program, phase: .ok,
        estimatedInput: 1, estimatedOutput: 1)
      let charge = Charge(tokens: 300, costMicroUSD: cost)
      let request = ReservationRequest(idempotencyKey: "\(index)", facts: facts, charge: charge, budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Self.now - 1000) else { continue }
      _ = try ledger.settle(
        hold,
        Settlement(usage: TokenUsage(input: 1, output: 1, exactness: .exact), charge: charge, ending: .complete),
        nowUnixMs: Self.now - 1000)
    }
    let html = try page(ledger)
    #expect(html.contains(">300 · unknown · 1 call</td>"))
    #expect(html.contains(">600 · $1.23+ · 2 calls</td>"))
    #expect(html.contains(">300 · $2.34 · 1 call</td>"))
    #expect(html.contains("<dt>Cost</dt><dd>$3.57+</dd>"))
  }

  @Test(arguments: [1, 30, 400, 4000]) func anyRangeHasAHandfulOfBars(days: Int64) throws {
    let html = try page(ledger(calls: [("ana", "review", "m", "p")]), since: Self.now - days * 86_400_000)
    #expect(html.components("<rect class=\"s0\"").count > 4)
    #expect(html.utf8.count < 200_000)
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The parts between the occurrences of a text.
  func components(_ separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }
}
