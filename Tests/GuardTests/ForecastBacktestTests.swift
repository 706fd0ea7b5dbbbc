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

  private static let shares: [Int64] = [70, 75, 80, 85, 90, 95]

  /// At half of the window: the whole trace is one, and the budget ends in its second half.
  @Test(
    .enabled(if: isThere, "the trace ../shared/data/azure-llm-trace-code.csv is not there"), arguments: shares)
  func theExhaustionTimeIsWithin15Percent(percent: Int64) throws {
    let calls = try Self.trace().calls
    let first = try #require(calls.first).atUnixMs
    let lengthMs = try #require(calls.last).atUnixMs - first + 1
    // The budget's own window is longer, so that an instant has to be told.
    let error = try #require(try Self.errorPermille(calls, first, lengthMs, percent, windowMs: 2 * lengthMs))
    #expect(error <= 150, "\(percent) %: \(error) thousandths of the window")
  }

  /// The same in shorter windows, one after the other, each beginning a quarter of its length after the one before: which
  /// share of the instants lies within 15 %. Nothing was fitted to them; the bounds say what was measured.
  @Test(
    .enabled(if: isThere, "the trace ../shared/data/azure-llm-trace-code.csv is not there"),
    arguments: [(40, 1000), (30, 950), (20, 910), (15, 890), (10, 740)] as [(Int64, Int)])
  func inShorterWindowsFewerAre(minutes: Int64, permille: Int) throws {
    let calls = try Self.trace().calls
    let (begin, end) = (try #require(calls.first).atUnixMs, try #require(calls.last).atUnixMs)
    let lengthMs = minutes * 60_000
    var (within, all) = (0, 0)
    for first in stride(from: begin, through: end + 1 - lengthMs, by: Int(lengthMs / 4)) {
      let window = calls.filter { $0.atUnixMs >= first && $0.atUnixMs < first + lengthMs }
      for share in Self.shares {
        guard let error = try Self.errorPermille(window, first, lengthMs, share, windowMs: lengthMs) else { continue }
        all += 1
        if error <= 150 { within += 1 }
      }
    }
    #expect(all >= 10)
    #expect(within * 1000 >= permille * all, "\(within) of \(all) instants")
  }

  /// How far from the truth the instant is that is told at half of a window for a budget of a share of its use; `nil` where
  /// the budget ends before. Where none is told, the window's end stands for it.
  private static func errorPermille(
    _ calls: [TracedCall], _ first: Int64, _ lengthMs: Int64, _ percent: Int64, windowMs: Int64
  ) throws -> Int64? {
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
    if ends < now { return nil }
    let seen = calls.filter { $0.atUnixMs < now }
    var slices = [Int64](repeating: 0, count: Forecast.slices)
    for call in seen {
      slices[Int((call.atUnixMs - first) * Int64(slices.count) / (now - first))] += Int64(call.input + call.output)
    }
    let budget = try #require(BudgetLimit(unit: .tokens, amount: limit, rule: .rolling(seconds: lengthMs / 1000 + 1)))
    let state = BudgetState(
      budget: Budget(scope: .user("ana"), limit: budget, origin: "test"),
      window: Window(startUnixMs: first, endUnixMs: first + windowMs), posted: slices.reduce(0, +), pending: 0,
      granted: 0)
    let forecast = Forecast(
      runs: [], calls: [:], states: [state], recent: [state.budget.key: slices], nowUnixMs: now)
    var told = first + windowMs
    if case .between(_, let expected, _) = forecast.budgets[0].exhaustion { told = expected }
    return abs(told - ends) * 1000 / lengthMs
  }
}
