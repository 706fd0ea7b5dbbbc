import Configuration
import GuardModel
import Ledger
import Testing

@testable import Guard

/// Scripts that ask for one thing after the other, replayed: what would really have come of them.
@Suite struct SerialReplayTests {
  static let start: Int64 = 1_790_000_000_000

  static func rules(_ limit: String, delay: String) -> String {
    """
    [tier.default]
    budgets = ["\(limit)"]
    ladder = { models = { big = "small" }, max_tokens = 1000, delay = "\(delay)" }
    [model.big]
    price = { input = 10.0, output = 10.0 }

    """
  }

  /// What came of calls.
  struct Sums: Equatable {
    var refused: Int64 = 0
    var degraded: Int64 = 0
    var charge: Int64 = 0
    var cost: Int64 = 0
  }

  /// Calls of a script as the pipeline lets them out, each begun when the one before it has ended, 100 ms for each to come
  /// back, and 10 ms between two; what holds for them is held for 316 tokens and used 31 at most.
  static func real(_ calls: Int, _ toml: String, callsPerRun: Int = 60, counted: Int64 = 16, maximum: Int64 = 300)
    throws -> (
      past: [PastCall], sums: Sums
    )
  {
    final class Now { var ms = SerialReplayTests.start }
    let now = Now()
    let ledger = MemoryLedger(zone: .utc)
    let pipeline = Guard(settings: GuardTests.settings(toml), ledger: ledger, nowUnixMs: { now.ms })
    var past: [PastCall] = []
    var entry: Int64 = 0
    for index in 0..<calls {
      now.ms += 10
      var request = CallRequest(
        user: "ana", operation: "default", model: "big", maxOutputTokens: maximum, countedInputTokens: counted,
        run: "run-\(index / callsPerRun)",
        program: "p", canChangeModel: true, canCapTokens: true)
      request.number = Int64(index)
      entry += 1
      let (first, arrived) = (entry, now.ms)
      switch try pipeline.admit(request) {
      case .refused(let plan):
        past.append(
          PastCall(
            facts: plan.facts, arrivedAtUnixMs: arrived, endedAtUnixMs: arrived, usage: nil, charge: plan.shape.charge,
            entries: first...first, refusedBy: "a budget"))
      case .admitted(let held):
        now.ms += (held.plan.degradation?.delayMs ?? 0) + 100
        let usage = TokenUsage(input: 16, output: 13 + Int64(index % 3), exactness: .exact)
        _ = try pipeline.settle(held, usage: usage, ending: .complete)
        entry += 1
        let (tokens, _) = try held.plan.shape.chargedTokens(usage.total())
        past.append(
          PastCall(
            facts: held.plan.facts, arrivedAtUnixMs: arrived, endedAtUnixMs: now.ms, usage: usage,
            charge: Charge(tokens: tokens, costMicroUSD: try held.plan.shape.price?.costMicroUSD(of: usage)),
            held: held.plan.shape.charge, entries: first...entry))
      }
    }
    let sums = try #require(try ledger.usage(UsageQuery()).first).sums
    return (
      past,
      Sums(refused: sums.refusals, degraded: sums.degraded, charge: sums.chargeTokens, cost: sums.costMicroUSD)
    )
  }

  /// A history of calls that are told one by one.
  final class Past: CallHistory {
    let calls: [PastCall]
    init(_ calls: [PastCall]) { self.calls = calls }
    func pastCalls(_ query: HistoryQuery, _ body: (PastCall) -> Bool) throws(LedgerError) {
      for call in calls where !body(call) { return }
    }
  }

  static func trace(_ past: [PastCall], under toml: String) throws -> Trace {
    let settings = GuardTests.settings(toml)
    return try Trace(
      history: Past(past), HistoryQuery(), price: settings.price(of:),
      delayMs: { settings.delayMs(of: $0, chosen: nil) }
    )
  }

  static func replayed(_ trace: Trace, _ toml: String, _ scheme: PolicyRun.Scheme = .guarded) throws -> Sums {
    let total = try SimulationTests.replay(trace, toml, scheme).total
    return Sums(
      refused: total.refused, degraded: total.degraded, charge: total.chargeTokens, cost: total.costMicroUSD)
  }

  /// The time that a degraded call took holds the ladder's delay already.
  @Test(arguments: ["0s", "1s", "5s"]) func aDelayIsReplayedOnce(delay: String) throws {
    let rules = Self.rules("1000 tokens/day", delay: delay)
    let (past, sums) = try Self.real(36, rules)
    #expect(sums.degraded > 3 && sums.refused > 3, "\(sums)")
    let trace = try Self.trace(past, under: rules)
    #expect(trace.calls.filter { $0.durationMs == 100 }.count == past.filter { $0.usage != nil }.count)
    #expect(try Self.replayed(trace, rules) == sums)
  }

  /// What the ledger recorded of a call was corrected by what was learned before it: a replay does not correct it again.
  @Test(arguments: [16, 40, 60, 8] as [Int64]) func whatWasCorrectedIsNotCorrectedAgain(counted: Int64) throws {
    for limit in stride(from: 150, through: 400, by: 10) {
      let rules =
        "[tier.default]\nbudgets = ['\(limit) tokens/day']\n"
        + "ladder = { models = {}, max_tokens = 1000, delay = '0s' }\n"
      let (past, sums) = try Self.real(30, rules, counted: counted, maximum: 20)
      let estimates = Set(past.map(\.facts.estimatedInput))
      #expect((estimates.count == 1) == (counted == 16), "the count was corrected: \(estimates)")
      #expect(try Self.replayed(Self.trace(past, under: rules), rules) == sums, "\(limit)")
    }
  }

  /// Whoever gives up time first waits longer, where nothing else is given up.
  @Test func aLongerDelayIsReplayedOnceToo() throws {
    let rules = Self.rules("1000 tokens/day", delay: "1s")
    let patient = "prefer = \"delay\"\n" + rules
    let settings = GuardTests.settings(patient)
    func facts(_ model: String, degraded: Bool = true) -> CallFacts {
      CallFacts(
        user: "ana", tier: "default", operation: "default", model: model, requestedModel: model == "big" ? nil : "big",
        run: "r", program: "p", phase: .soft, degraded: degraded, estimatedInput: 1, estimatedOutput: 1)
    }
    func delay(_ facts: CallFacts, lasted: Int64, _ settings: Settings = settings, chosen: Sacrifice? = nil) -> Int64 {
      settings.delayMs(
        of: PastCall(
          facts: facts, arrivedAtUnixMs: 0, endedAtUnixMs: lasted, usage: nil, charge: .zero, entries: 1...2),
        chosen: chosen)
    }
    #expect(delay(facts("big"), lasted: 4200) == 4000)
    #expect(delay(facts("big"), lasted: 1200) == 1000, "it was not as long as that")
    #expect(delay(facts("small"), lasted: 9000) == 1000)
    #expect(delay(facts("big", degraded: false), lasted: 9000) == 0)
    #expect(delay(facts("small"), lasted: 300) == 300, "the rules were others: no call took less than nothing")
    let plain = GuardTests.settings(rules)
    #expect(delay(facts("big"), lasted: 9000, plain) == 1000)
    #expect(delay(facts("big"), lasted: 9000, plain, chosen: .delay) == 4000)
    let own = GuardTests.settings(rules + "[operation.default]\nladder = { delay = \"3s\" }\n")
    #expect(delay(facts("small"), lasted: 9000, own) == 3000)
  }

  /// What follows a call that now goes out later comes later, too: a tighter policy does to a serial script what it would
  /// really do.
  @Test(arguments: ["0s", "1s", "5s"], [1, 6, 60]) func aSerialScriptStaysSerial(delay: String, callsPerRun: Int) throws
  {
    let roomy = Self.rules("20k tokens/day", delay: delay)
    let (past, before) = try Self.real(60, roomy, callsPerRun: callsPerRun)
    #expect(before.degraded == 0 && before.refused == 0)
    let tight = Self.rules("1k tokens/day", delay: delay)
    let (_, really) = try Self.real(60, tight, callsPerRun: callsPerRun)
    #expect(really.degraded > 3 && really.refused > 3, "\(really)")
    #expect(try Self.replayed(try Self.trace(past, under: roomy), tight) == really)
  }

  /// What was refused would have taken its time under a policy with more room, and what came after it waited.
  @Test func whatWasRefusedTakesItsTimeInTheLine() throws {
    let tight = Self.rules("1k tokens/day", delay: "1s")
    let (past, before) = try Self.real(60, tight)
    #expect(before.refused > 3)
    let trace = try Self.trace(past, under: tight)
    // Two of 316 at once would be too many.
    let single = "[tier.default]\nbudgets = []\nconcurrency = 1\n"
    let total = try SimulationTests.replay(trace, single).total
    #expect(total.calls == 60 && total.refused == 0 && total.queued == 0)
  }

  /// A wall is hit by one after the other as well: the counter is raised before the next one comes.
  @Test func aWallMeetsASerialScript() throws {
    let tight = Self.rules("1k tokens/day", delay: "1s")
    let (past, _) = try Self.real(60, tight)
    let wall = try SimulationTests.replay(
      try Self.trace(past, under: tight), "[tier.default]\nbudgets = ['1k tokens/day']\n", .hardWall)
    #expect(wall.total.refused > 0 && wall.overruns[.tokens]?.beyond ?? 999 <= 316, "\(wall.overruns)")
  }

  /// What went out together still does; only what had waited for another's end waits for it again.
  @Test func whatWasTogetherStaysTogether() throws {
    func past(_ run: String, _ from: Int64, _ to: Int64, _ entries: ClosedRange<Int64>, user: String = "ana")
      -> PastCall
    {
      PastCall(
        facts: CallFacts(
          user: user, tier: "default", operation: "default", model: "big", run: run, program: "p", phase: .ok,
          estimatedInput: 10, estimatedOutput: 300),
        arrivedAtUnixMs: Self.start + from, endedAtUnixMs: Self.start + to,
        usage: TokenUsage(input: 10, output: 10, exactness: .exact), charge: Charge(tokens: 20, costMicroUSD: 200),
        held: Charge(tokens: 310, costMicroUSD: 3100), entries: entries)
    }
    // Two at once; one of another user; one after the first of the two; one of another run after that; one after all.
    let calls = [
      past("r", 0, 100, 1...4), past("r", 5, 200, 2...7), past("s", 110, 220, 5...8, user: "ben"),
      past("r", 150, 250, 6...9), past("t", 210, 260, 10...11), past("r", 300, 400, 12...13),
    ]
    let trace = try Self.trace(calls, under: Self.rules("20k tokens/day", delay: "0s"))
    #expect(trace.calls.map { $0.step >= 0 ? trace.steps[Int($0.step)].follows : -2 } == [-1, -1, -1, 0, 3, 3])
    #expect(trace.steps.map(\.isOfOneRun).filter { $0 }.count == 2)
  }
}
