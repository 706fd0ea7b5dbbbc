import Guard
import GuardModel
import Ledger
import Posix
import Testing

/// Forecasts held against what came.
///
/// The rule: each call of the trace goes to one of 200 users, the k-th with the weight 1/k; a user has three scripts, and a
/// call belongs to each with equal weight. A run of a script is 3 to 7 of its calls in a row. All numbers are drawn by a
/// linear congruential generator from the seed.
@Suite struct ForecastBacktestTests {
  static let path =
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/shared/data/azure-llm-trace-code.csv"
  static var isThere: Bool { File.exists(path) }

  static func trace() throws -> Trace {
    try TraceFile.read(try File.readAll(path), user: "user", operation: "default", model: "gpt-4o")
  }

  struct Generator {
    var state: UInt64
    mutating func next(below bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
  }

  @Test(
    .enabled(if: isThere, "the trace ../shared/data/azure-llm-trace-code.csv is not there"),
    arguments: [1, 2, 3, 4, 5] as [UInt64])
  func theP90RangeCoversNineOfTenRuns(seed: UInt64) throws {
    var random = Generator(state: seed)
    let weights = (1...200).map { 1_000_000 / UInt64($0) }
    let total = weights.reduce(0, +)
    struct Script {
      var history: [PastRun] = []
      var calls: [PastCall] = []
      var length = 5
    }
    var scripts: [Int: Script] = [:]
    var (within, all) = (0, 0)
    for call in try Self.trace().calls {
      var draw = random.next(below: total)
      var user = 0
      while draw >= weights[user] {
        draw -= weights[user]
        user += 1
      }
      let key = user * 3 + Int(random.next(below: 3))
      var script = scripts[key] ?? Script()
      let tokens = Int64(call.input + call.output)
      script.calls.append(ForecastTests.call("run", tokens, at: call.atUnixMs))
      if script.calls.count == script.length {
        var use = PastUse()
        for call in script.calls { use.add(call) }
        let run = try #require(use.runs.first)
        let forecast = Forecast(runs: script.history, calls: [:], states: [], recent: [:], nowUnixMs: call.atUnixMs)
        if let range = forecast.next[.tokens] {
          all += 1
          if run.use.chargeTokens <= range.p90 { within += 1 }
        }
        script.history.append(run)
        script.calls = []
        script.length = 3 + Int(random.next(below: 5))
      }
      scripts[key] = script
    }
    #expect(all > 300)
    #expect((850...950).contains(within * 1000 / all), "\(within) of \(all) runs")
  }

  /// At half of the window: the whole trace is one, and the budget ends in its second half.
  @Test(
    .enabled(if: isThere, "the trace ../shared/data/azure-llm-trace-code.csv is not there"),
    arguments: [70, 75, 80, 85, 90, 95] as [Int64])
  func theExhaustionTimeIsWithin15Percent(percent: Int64) throws {
    let calls = try Self.trace().calls
    let first = try #require(calls.first).atUnixMs
    let lengthMs = try #require(calls.last).atUnixMs - first + 1
    let total = calls.reduce(Int64(0)) { $0 + Int64($1.input + $1.output) }
    let limit = total * percent / 100
    var used: Int64 = 0
    let ends = try #require(
      calls.first { call in
        used += Int64(call.input + call.output)
        return used >= limit
      }
    ).atUnixMs
    let now = first + lengthMs / 2
    let seen = calls.filter { $0.atUnixMs < now }
    var slices = [Int64](repeating: 0, count: Forecast.slices)
    for call in seen {
      slices[Int((call.atUnixMs - first) * Int64(slices.count) / (now - first))] += Int64(call.input + call.output)
    }
    let budget = try #require(BudgetLimit(unit: .tokens, amount: limit, rule: .rolling(seconds: lengthMs / 1000 + 1)))
    let state = BudgetState(
      budget: Budget(scope: .user("ana"), limit: budget, origin: "test"),
      window: Window(startUnixMs: first, endUnixMs: first + 2 * lengthMs), posted: slices.reduce(0, +), pending: 0,
      granted: 0)
    let forecast = Forecast(
      runs: [], calls: [:], states: [state], recent: [state.budget.key: slices], nowUnixMs: now)
    guard case .between(_, let expected, _) = forecast.budgets[0].exhaustion else {
      Issue.record("no instant: \(forecast.budgets[0].exhaustion)")
      return
    }
    let errorPermille = abs(expected - ends) * 1000 / lengthMs
    #expect(errorPermille <= 150, "\(percent) %: \(errorPermille) thousandths of the window")
  }
}
