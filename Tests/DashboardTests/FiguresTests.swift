import Dashboard
import GuardModel
import Ledger
import Testing

/// The figures on top of the page, and the words for what becomes of calls.
@Suite struct FiguresTests {
  private static let now: Int64 = 1_795_535_200_000

  /// A page of two calls of ana, of which one went out degraded.
  ///
  /// - Parameter refused: who asked, too, and was refused.
  private func page(refused: String? = nil) throws -> String {
    let ledger = MemoryLedger(zone: .utc)
    if let refused {
      let facts = CallFacts(
        user: refused, tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .hard, estimatedInput: 1,
        estimatedOutput: 1)
      try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: Self.now - 1000)
    }
    for isDegraded in [false, true] {
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: isDegraded ? .soft : .ok,
        degraded: isDegraded, estimatedInput: 1, estimatedOutput: 1)
      let request = ReservationRequest(
        idempotencyKey: "\(isDegraded)", facts: facts, charge: Charge(tokens: 2, costMicroUSD: 1607), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Self.now - 1000) else { continue }
      let usage = TokenUsage(input: 1, output: 1, exactness: .exact)
      _ = try ledger.settle(
        hold, Settlement(usage: usage, charge: request.charge, ending: .complete), nowUnixMs: Self.now - 1000)
    }
    return Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: Self.now - 86_400_000, untilUnixMs: nil, standings: [], zone: .utc,
        nowUnixMs: Self.now)
    ).html
  }

  /// Whoever was refused each time is none of those who made the calls.
  @Test(arguments: [nil, "ben"]) func whoMadeTheCallsIsToldOfThoseWhoMadeSome(refused: String?) throws {
    let html = try page(refused: refused)
    let line = html.components("<li>").first { $0.contains(" made 2 calls ") } ?? "nobody"
    #expect(line.contains("ana") && !line.contains("users"), "\(line)")
  }

  /// A figure is as large as the others beside it where there is room: only on a narrow page a long one is smaller.
  @Test func aLongFigureIsSmallOnANarrowPageAlone() throws {
    let html = try page()
    #expect(html.contains("<dd class=\"long\">$0.00321</dd>"))
    let parts = html.components("@media screen and (max-width:44rem){")
    #expect(parts.count == 2)
    #expect(!parts[0].contains(".long"), "at every width")
    #expect(parts[1].components("@media")[0].contains(".figures dd.long{font-size:"))
  }

  /// What the budget did to a call has one name, in the words, the figures and the table; the chart is of phases.
  @Test func whatIsDegradedIsCalledSo() throws {
    let html = try page()
    #expect(!html.contains("ade cheaper"))
    #expect(html.contains("<dt>Degraded</dt><dd>50 %</dd>"))
    #expect(html.contains("50 % of the calls were degraded"))
    // A call of the soft phase may have gone out unchanged, or have been answered from the cache.
    #expect(html.contains("<bdi title=\"soft\">soft</bdi>"))
  }

  /// Answers that the cache gave beyond the hard limit are part of what was asked for.
  @Test func answersBeyondTheHardLimitAreShown() throws {
    let ledger = MemoryLedger(zone: .utc)
    for (phase, count) in [(Phase.ok, 3), (.hard, 1)] {
      for _ in 0..<count {
        let facts = CallFacts(
          user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: phase, estimatedInput: 1,
          estimatedOutput: 1)
        let call = CachedCall(facts: facts, tier: .exact, saved: Charge(tokens: 2, costMicroUSD: 1))
        guard case .recorded = try ledger.recordCached(call, nowUnixMs: Self.now - 1000) else { continue }
      }
    }
    let content = try DashboardContent(
      of: ledger, sinceUnixMs: Self.now - 86_400_000, untilUnixMs: nil, standings: [], zone: .utc, nowUnixMs: Self.now)
    let html = Dashboard(content).html
    let chart = html.components("phases-title\">").last?.components("</figure>").first ?? ""
    #expect(chart.contains("ok: 3 (75 %)") && chart.contains("answered beyond hard: 1 (25 %)"), "\(chart)")
  }

  /// A third is as much as another third, though three of them, each rounded, are not all.
  @Test(arguments: [
    ([1, 1, 1], ["33.3 %", "33.3 %", "33.3 %"]), ([2, 2, 3], ["28.6 %", "28.6 %", "42.9 %"]),
    ([9999, 1, 0], ["99.9 %"]), ([4, 0, 0], ["100 %"]), ([1, 1, 0], ["50 %", "50 %"]),
  ])
  func equalPartsAreEqualShares(counts: [Int], shares: [String]) throws {
    let ledger = MemoryLedger(zone: .utc)
    for (phase, count) in zip([Phase.ok, .warn, .soft], counts) {
      for _ in 0..<count {
        let facts = CallFacts(
          user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: phase, estimatedInput: 1,
          estimatedOutput: 1)
        let call = CachedCall(facts: facts, tier: .exact, saved: Charge(tokens: 2, costMicroUSD: 1))
        guard case .recorded = try ledger.recordCached(call, nowUnixMs: Self.now - 1000) else { continue }
      }
    }
    let content = try DashboardContent(
      of: ledger, sinceUnixMs: Self.now - 86_400_000, untilUnixMs: nil, standings: [], zone: .utc, nowUnixMs: Self.now)
    let chart = Dashboard(content).html.components("phases-title\">").last?.components("</figure>").first ?? ""
    let told = chart.components(")</title></rect>").dropLast().compactMap { $0.components(" (").last }
    #expect(told.map(String.init) == shares, "\(told)")
  }

  /// 3 of 7 are 43 %, as every other share is rounded.
  @Test func whoWasRefusedMostIsARoundedShare() throws {
    let (ledger, now) = (MemoryLedger(zone: .utc), Int64(1_792_886_400_000))
    for (index, user) in ["ana", "ana", "ana", "ben", "ben", "cem", "cem"].enumerated() {
      let facts = CallFacts(
        user: user, tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .hard, estimatedInput: 1,
        estimatedOutput: 1)
      try ledger.recordRefusal(
        Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: now - 1000 * Int64(index))
    }
    let html = Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: now - 86_400_000, untilUnixMs: nil, standings: [], zone: .utc, nowUnixMs: now),
      isLive: false
    ).html
    #expect(html.contains("refused, 43 % of it to ana"))
  }

  /// A page of calls on three days: who took what.
  private func page(_ calls: [(user: String, tokens: Int64, microUSD: Int64)]) throws -> String {
    let ledger = MemoryLedger(zone: .utc)
    for (index, call) in calls.enumerated() {
      let now = Self.now - Int64(calls.count - index) * 86_400_000
      let facts = CallFacts(
        user: call.user, tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .ok,
        estimatedInput: call.tokens, estimatedOutput: 0)
      let charge = Charge(tokens: call.tokens, costMicroUSD: call.microUSD)
      let request = ReservationRequest(idempotencyKey: "\(index)", facts: facts, charge: charge, budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { continue }
      let usage = TokenUsage(input: call.tokens, output: 0, exactness: .exact)
      _ = try ledger.settle(hold, Settlement(usage: usage, charge: charge, ending: .complete), nowUnixMs: now)
    }
    return Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: Self.now - 30 * 86_400_000, untilUnixMs: nil, standings: [], zone: .utc,
        nowUnixMs: Self.now)
    ).html
  }

  /// What stands above a total gives it to the last unit: 3 × 1,340 are 4,020, and not 4k beside 1.3k.
  @Test func aColumnOfNumbersAddsUpToItsTotal() throws {
    let html = try page([("ana", 1340, 2_345_000), ("ana", 1340, 2_345_000), ("ana", 1340, 2_345_000)])
    let charts = html.components("<figcaption id=\"").dropFirst()
    for (id, part, total) in [("tokens-user", "1,340", "4,020"), ("money-user", "$2.345", "$7.035")] {
      let chart = try #require(charts.first { $0.hasPrefix(id) })
      #expect(chart.components("<td class=\"n\">\(part)</td>").count == 4, "\(chart)")
      #expect(
        chart.contains("<tfoot><tr><th scope=\"row\">total</th><td class=\"n\">\(total)</td></tr></tfoot>"), "\(chart)")
    }
  }

  /// Whoever is blue where tokens are drawn is blue where money is.
  @Test func aNameHasOneColourOnThePage() throws {
    let html = try page([("ana", 3000, 10), ("ben", 2000, 900), ("cem", 1000, 400)])
    for (id, names) in [("tokens-user", ["ana", "ben", "cem"]), ("money-user", ["ben", "cem", "ana"])] {
      let chart = try #require(html.components("<figcaption id=\"").first { $0.hasPrefix(id) })
      let legend = chart.components("<li>").dropFirst()
      #expect(legend.map { name in names.first { name.contains("title=\"\($0)\"") } ?? "" } == names)
      let looks = ["ana": "s0", "ben": "s1", "cem": "s2"]
      for (entry, name) in zip(legend, names) {
        #expect(entry.contains("<rect class=\"\(looks[name] ?? "")\""), "\(entry)")
      }
    }
  }
}
