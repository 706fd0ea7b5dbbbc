import Configuration
import Guard
import GuardModel
import Ledger
import Testing

/// What a call asks its provider to keep costs more than reading it, and is held so.
@Suite struct PromptCacheHoldTests {
  private static let toml = """
    [tier.default]
    budgets = ["1000000 tokens/day"]
    [model.big]
    price = { input = 10.0, output = 50.0, cached_input = 1.0, cache_write = 12.5, cache_write_1h = 20.0 }
    [model.plain]
    price = { input = 10.0, output = 50.0 }
    [model.free-to-keep]
    price = { input = 10.0, output = 50.0, cached_input = 1.0, cache_write = 0.0 }
    """

  // 1,000 tokens in and 100 out: 10,000 and 5,000 millionths of a dollar.
  @Test(
    arguments: [
      ("big", nil, 15_000), ("big", PromptCacheWrite(tokens: 0, isForAnHour: false), 15_000),
      ("big", PromptCacheWrite(tokens: 400, isForAnHour: false), 16_000),
      ("big", PromptCacheWrite(tokens: 1000, isForAnHour: false), 17_500),
      ("big", PromptCacheWrite(tokens: 1000, isForAnHour: true), 25_000),
      ("big", PromptCacheWrite(tokens: 9999, isForAnHour: true), 25_000),
      ("plain", PromptCacheWrite(tokens: 1000, isForAnHour: true), 15_000),
      // Nobody knows whether it is kept, and what is not is read.
      ("free-to-keep", PromptCacheWrite(tokens: 1000, isForAnHour: false), 15_000),
    ] as [(String, PromptCacheWrite?, Int64)])
  func itIsHeld(_ model: String, _ write: PromptCacheWrite?, _ costMicroUSD: Int64) throws {
    let settings = ConfigReader.read([ConfigSource(path: "t", bytes: Array(Self.toml.utf8), kind: .user)]) { _ in true }
      .settings
    let pipeline = Guard(settings: settings, ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
    var request = GuardTests.request("run", input: 1000, maximum: 100, model: model)
    request.promptCacheWrite = write
    #expect(try pipeline.plan(request).shape.charge == Charge(tokens: 1100, costMicroUSD: costMicroUSD))
    // Whoever states the whole call's tokens has said what it takes.
    request.statedTokens = 1100
    #expect(try pipeline.plan(request).shape.charge == Charge(tokens: 1100, costMicroUSD: 15_000))
  }

  /// What an operation allows one call is allowed with it.
  @Test func aCallsLimitCountsIt() throws {
    var request = GuardTests.request("a")
    request.promptCacheWrite = PromptCacheWrite(tokens: 100, isForAnHour: false)
    let price = "[model.big]\nprice = { input = 10.0, output = 10.0, cache_write = 12.5 }\n"
    let settings = GuardTests.settings(price + "[operation.default]\nmax_cost_per_call = '$0.0015'")
    let plan = try Guard(settings: settings, ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
      .plan(request)
    #expect(plan.shape.maxOutputTokens == 25)
    #expect(plan.shape.charge.costMicroUSD == 1500)
  }
}
