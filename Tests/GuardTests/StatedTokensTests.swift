import Configuration
import GuardModel
import Ledger
import Testing

@testable import Guard

/// Calls of which only the sum of their tokens is stated: nobody knows how many of them are written.
@Suite struct StatedTokensTests {
  private static let toml = """
    [tier.default]
    budgets = ["$0.03/day"]
    hard = 100
    [model.writer]
    price = { input = 2.5, output = 10 }
    [model.reader]
    price = { input = 10, output = 0 }
    """

  private func pipeline() -> Guard {
    let settings = ConfigReader.read([ConfigSource(path: "t", bytes: Array(Self.toml.utf8), kind: .user)]) { _ in true }
      .settings
    return Guard(settings: settings, ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
  }

  private func request(_ run: String, _ model: String, maximum: Int64? = nil) -> CallRequest {
    var request = GuardTests.request(run, input: 0, maximum: maximum, model: model)
    request.statedTokens = 1000
    return request
  }

  @Test(
    arguments: [
      ("writer", nil, 10_000), ("writer", 400, 5500), ("writer", 5000, 10_000), ("reader", nil, 10_000),
      ("reader", 400, 10_000),
    ] as [(String, Int64?, Int64)])
  func theirDearerSideIsHeld(_ model: String, _ maximum: Int64?, _ costMicroUSD: Int64) throws {
    let charge = try pipeline().plan(request("a", model, maximum: maximum)).shape.charge
    #expect(charge == Charge(tokens: 1000, costMicroUSD: costMicroUSD))
  }

  /// Three calls of a cent each, whichever of their tokens they wrote, are a budget of three cents; a fourth does not go out,
  /// nor as a shorter one.
  @Test(arguments: ["writer", "reader"]) func noBudgetIsOverspent(model: String) throws {
    let pipeline = pipeline()
    for run in 1...3 {
      guard case .admitted(let call) = try pipeline.admit(request("\(run)", model)) else {
        Issue.record("call \(run) was refused")
        return
      }
      let written: Int64 = model == "writer" ? 1000 : 0
      let usage = TokenUsage(input: 1000 - written, output: written, exactness: .estimated)
      let settled = try pipeline.settle(call, usage: usage, ending: .complete)
      #expect(settled.charge.costMicroUSD == 10_000)
    }
    if case .admitted(let call) = try pipeline.admit(request("4", model)) { Issue.record("\(call.plan.shape)") }
  }
}
