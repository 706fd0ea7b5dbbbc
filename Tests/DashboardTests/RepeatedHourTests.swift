import Dashboard
import GuardModel
import Ledger
import Testing

/// The hour that comes twice where the clocks go back.
@Suite struct RepeatedHourTests {
  /// 2026-10-25 00:00 UTC, 02:00 in Berlin; an hour later it is 02:00 again.
  private static let first: Int64 = 1_792_886_400_000

  @Test func itHasTwoBars() throws {
    let berlin = ZoneOffsets(name: "Berlin") { $0 < Self.first / 1000 + 3600 ? 7200 : 3600 }
    let ledger = MemoryLedger(zone: berlin)
    for (index, minutes) in [Int64(5), 65, 70].enumerated() {
      let at = Self.first + minutes * 60_000
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "review", model: "m", run: "r", program: "p", phase: .ok,
        estimatedInput: 100, estimatedOutput: 100)
      let request = ReservationRequest(
        idempotencyKey: "\(index)", facts: facts, charge: Charge(tokens: 200, costMicroUSD: 10), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: at) else { continue }
      let usage = TokenUsage(input: 1000, output: 0, exactness: .exact)
      _ = try ledger.settle(
        hold, Settlement(usage: usage, charge: Charge(tokens: 1000, costMicroUSD: 10), ending: .complete),
        nowUnixMs: at)
    }
    let html = Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: Self.first - 3_600_000, untilUnixMs: Self.first + 3 * 3_600_000, standings: [],
        zone: berlin, nowUnixMs: Self.first + 86_400_000)
    ).html
    #expect(html.contains("<title>2026-10-25 02:00+02:00, ana: 1k</title>"))
    #expect(html.contains("<title>2026-10-25 02:00+01:00, ana: 2k</title>"))
    // So does the table of calls, and so do the range's ends; an hour that comes once has none.
    for time in ["02:05:00+02:00", "02:05:00+01:00", "02:10:00+01:00"] {
      #expect(html.contains(">2026-10-25 \(time)</td>"), "\(time)")
    }
    #expect(html.contains("<p>2026-10-25 01:00 to 2026-10-25 04:00, Berlin</p>"))
    // On the axis each stands where it was, by the clock.
    let chart = html.components("id=\"tokens-user-title\"")[1].components("</svg>").first {
      $0.contains("role=\"img\"")
    }
    let names = try #require(chart).components("<text class=\"axis ").compactMap { part -> String? in
      let text = String(part.components(">")[1].components("<")[0])
      return text.count == 5 && text.contains(":") ? text : nil
    }
    #expect(names == ["02:00", "02:00", "03:00"] || names == ["01:00", "02:00", "02:00", "03:00"], "\(names)")
  }
}
