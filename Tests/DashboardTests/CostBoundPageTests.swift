import GuardModel
import Ledger
import Testing

@testable import Dashboard

/// The page says whether a sum is the least or the most that its calls can have cost.
@Suite struct CostBoundPageTests {
  static let most: [UsagePart] = [.serviceDiscount]
  static let least: [UsagePart] = [.audioInput]

  private func page(_ calls: [[UsagePart]]) throws -> String {
    let ledger = MemoryLedger(zone: .utc)
    let now = DashboardTests.now
    for (index, unpriced) in calls.enumerated() {
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "review", model: "m", run: "r", program: "p", phase: .ok, estimatedInput: 1,
        estimatedOutput: 1)
      let charge = Charge(tokens: 300, costMicroUSD: 1_230_000)
      let request = ReservationRequest(idempotencyKey: "\(index)", facts: facts, charge: charge, budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now - 1000) else { continue }
      _ = try ledger.settle(
        hold,
        Settlement(
          usage: TokenUsage(input: 1, output: 1, exactness: .exact), charge: charge, ending: .complete,
          unpriced: unpriced), nowUnixMs: now - 1000)
    }
    return Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: now - 86_400_000, untilUnixMs: nil, standings: [], zone: .utc, nowUnixMs: now),
      isLive: false
    ).html
  }

  @Test(arguments: [
    ([], "for $2.46.", "$2.46"), (least, "for $2.46 and more.", "$2.46+"), (most, "for at most $2.46.", "$2.46-"),
    (most + least, "for about $2.46.", "$2.46±"),
  ])
  func aSumSaysWhatItIs(unpriced: [UsagePart], words: String, shown: String) throws {
    let html = try page([unpriced, []])
    #expect(html.contains(words))
    #expect(html.contains("<dt>Cost</dt><dd>\(shown)</dd>"))
    #expect(html.contains(" · \(shown) · 2 calls</td>"))
    #expect(html.contains("The price of 1 call is unknown, wholly or in part") == (unpriced == Self.least))
    #expect(html.contains("A discount of 1 call is unknown; ") == (unpriced == Self.most))
    #expect(html.contains("1 call may have cost more or less than ") == (unpriced == Self.most + Self.least))
  }

  @Test func neitherHoldsOfBoth() throws {
    let html = try page([Self.most, Self.least])
    #expect(html.contains("for about $2.46.") && html.contains("<dt>Cost</dt><dd>$2.46±</dd>"))
    #expect(html.contains(" · $2.46± · 2 calls</td>"))
    #expect(html.contains("The price of 1 call is unknown") && html.contains("A discount of 1 call is unknown; "))
  }
}
