import Configuration
import GuardModel
import Ledger
import Testing

@testable import Guard

/// What a policy would have done.
@Suite struct SimulationTests {
  static let start: Int64 = 1_790_000_000_000

  /// Calls of 100 tokens in and 100 out by one user, a minute apart.
  static func trace(_ count: Int, model: String? = "big", everyMs: Int64 = 60_000, maximum: Int32 = 100) -> Trace {
    var trace = Trace()
    let place = model.map { trace.models.place(of: $0) } ?? -1
    for index in 0..<count {
      var call = TracedCall(
        atUnixMs: start + Int64(index) * everyMs, user: trace.users.place(of: "ana"),
        operation: trace.operations.place(of: "default"), model: place, input: 100, output: 100, durationMs: 1000)
      call.maximum = maximum
      trace.calls.append(call)
    }
    return trace
  }

  static func replay(
    _ trace: Trace, _ toml: String = GuardTests.free, _ scheme: PolicyRun.Scheme = .guarded
  ) throws -> PolicyOutcome {
    let replay = PolicyReplay(
      PolicyRun(settings: GuardTests.settings(toml), scheme: scheme, zone: .utc, names: trace))
    replay.replay(trace.calls)
    return try #require(replay.result).get()
  }

  /// The same calls through the pipeline over a ledger: what the simulation must agree with.
  static func pipeline(_ trace: Trace, _ toml: String) throws -> (refused: Int64, degraded: Int64, charge: Int64) {
    final class Now { var ms: Int64 = 0 }
    let now = Now()
    let ledger = MemoryLedger(zone: .utc)
    let pipeline = Guard(settings: GuardTests.settings(toml), ledger: ledger, nowUnixMs: { now.ms })
    for (index, call) in trace.calls.enumerated() {
      now.ms = call.atUnixMs
      let request = CallRequest(
        user: trace.users.names[Int(call.user)], operation: trace.operations.names[Int(call.operation)],
        model: call.model < 0 ? nil : trace.models.names[Int(call.model)],
        maxOutputTokens: call.maximum < 0 ? nil : Int64(call.maximum), countedInputTokens: Int64(call.countedInput),
        run: "run-\(index)", program: "p", fingerprint: call.question == 0 ? nil : Fingerprint([UInt8(call.question)]),
        canChangeModel: true, canCapTokens: true)
      guard case .admitted(let held) = try pipeline.admit(request) else { continue }
      now.ms += Int64(call.durationMs)
      let output = min(Int64(call.output), held.plan.shape.maxOutputTokens ?? .max)
      _ = try pipeline.settle(
        held, usage: TokenUsage(input: Int64(call.input), output: output, exactness: .exact), ending: .complete)
    }
    let sums = try #require(try ledger.usage(UsageQuery()).first).sums
    return (sums.refusals, sums.degraded, sums.chargeTokens)
  }

  @Test(arguments: [
    GuardTests.free, RetryTests.plenty, "[tier.default]\nbudgets = ['30 calls/hour', '9k tokens/2h']\n",
  ])
  func itAgreesWithThePipelineCallByCall(_ toml: String) throws {
    var trace = Self.trace(60)
    for index in trace.calls.indices {
      // Sizes, maxima and questions differ, and come again.
      trace.calls[index].input = Int32(50 + index * 37 % 200)
      trace.calls[index].countedInput = trace.calls[index].input + Int32(index % 5)
      trace.calls[index].maximum = index % 3 == 0 ? -1 : 100
      trace.calls[index].question = UInt64(1 + index % 20 / 4)
    }
    let outcome = try Self.replay(trace, toml)
    let (refused, degraded, charge) = try Self.pipeline(trace, toml)
    #expect(outcome.total.refused == refused)
    #expect(outcome.total.degraded == degraded)
    #expect(outcome.total.chargeTokens == charge)
    #expect(outcome.total.calls == 60)
  }

  @Test func degradationRefusesLessThanAWall() throws {
    let trace = Self.trace(10)
    let wall = try Self.replay(trace, GuardTests.free, .hardWall)
    #expect(wall.total.refusedByBudget == 5)
    let guarded = try Self.replay(trace)
    #expect(guarded.total.refusedByBudget < 5)
    #expect(guarded.total.degraded > 0)
    #expect(guarded.overruns[.tokens]?.worstPermille ?? 0 <= 200, "the ceiling is 120 %")
  }

  @Test func aWallIsReadBeforeACallAndRaisedAfterIt() throws {
    // All at once: nobody has been counted when the others come.
    let burst = Self.trace(20, everyMs: 1)
    let wall = try Self.replay(burst, GuardTests.free, .hardWall)
    #expect(wall.total.refused == 0)
    #expect(wall.overruns[.tokens] == overrun(beyond: 3000, limits: 1000, worst: 3000))
    let guarded = try Self.replay(burst)
    #expect(guarded.overruns[.tokens]?.beyond ?? 0 <= 200)
  }

  private func overrun(beyond: Int64, limits: Int64, worst: Int64) -> PolicyOverrun {
    var overrun = PolicyOverrun()
    (overrun.beyond, overrun.limits, overrun.worstPermille) = (beyond, limits, worst)
    return overrun
  }

  @Test func whatIsTooMuchAtOnceWaits() throws {
    let rules = "[tier.default]\nbudgets = []\nconcurrency = 2\n"
    let outcome = try Self.replay(Self.trace(6, everyMs: 1), rules)
    #expect(outcome.total.refused == 0)
    #expect(outcome.total.queued == 4)
    #expect(outcome.total.waitMs(percentile: 50) == 998)
    #expect(outcome.total.waitMs(percentile: 95) == 1996)
    let wall = try Self.replay(Self.trace(6, everyMs: 1), rules, .hardWall)
    #expect(wall.total.refusedByQueue == 4)
  }

  @Test func whoWaitsTooLongIsRefused() throws {
    let rules = "queue_wait = '1500ms'\n[tier.default]\nbudgets = []\nconcurrency = 1\n"
    let outcome = try Self.replay(Self.trace(6, everyMs: 1), rules)
    #expect(outcome.total.refusedByQueue == 4)
    #expect(outcome.total.waitsMs == [999])
  }

  @Test func aRateMakesRoomByTime() throws {
    let rules = "queue_wait = '5min'\n[tier.default]\nbudgets = []\ncalls_per_minute = 2\n"
    let outcome = try Self.replay(Self.trace(5, everyMs: 1), rules)
    #expect(outcome.total.refused == 0)
    #expect(outcome.total.waitsMs == [59_998, 59_998, 119_996])
  }

  @Test func retriesAreSurchargedOrTakenToBeCached() throws {
    var trace = Self.trace(5)
    for index in trace.calls.indices { trace.calls[index].question = 7 }
    let outcome = try Self.replay(trace, RetryTests.plenty)
    #expect(outcome.total.surcharged == 3)
    #expect(outcome.total.surchargeTokens == 100 + 200 + 400)
    let replay = PolicyReplay(
      PolicyRun(
        settings: GuardTests.settings(RetryTests.plenty), zone: .utc, names: trace, assumedCachePercent: 100))
    replay.replay(trace.calls)
    let cached = try #require(replay.result).get().total
    #expect(cached.cached == 4)
    #expect(cached.chargeTokens == 200)
  }

  /// An answer from the cache takes what `hit_charge` says, and is not given where that does not fit.
  @Test func anAnswerIsChargedAsTheRulesSay() throws {
    var trace = Self.trace(5)
    for index in trace.calls.indices { trace.calls[index].question = 7 }
    func replayed(_ rules: String) throws -> PolicyTally {
      let settings = GuardTests.settings("[cache]\nhit_charge = 0.25\n" + rules)
      let replay = PolicyReplay(PolicyRun(settings: settings, zone: .utc, names: trace, assumedCachePercent: 100))
      replay.replay(trace.calls)
      return try #require(replay.result).get().total
    }
    let roomy = try replayed("[tier.default]\nbudgets = ['1M tokens/day', '1 call/day']\nhard = 100\n")
    #expect(roomy.cached == 4 && roomy.refused == 0 && roomy.chargeTokens == 200 + 4 * 50)
    let weighed = try replayed("[operation.default]\nweight = 2\n[tier.default]\nbudgets = []\n")
    #expect(weighed.cached == 4 && weighed.chargeTokens == 2 * 400)
    let tight = try replayed("[tier.default]\nbudgets = ['320 tokens/day']\nhard = 100\n")
    #expect(tight.cached == 2 && tight.refused == 2 && tight.chargeTokens == 300)
  }

  @Test func operationsAndTiersAreToldApart() throws {
    var trace = Self.trace(4)
    trace.calls[3].operation = Int16(trace.operations.place(of: "review"))
    let outcome = try Self.replay(trace, "[tier.default]\nbudgets = []\n[operation.review]\nweight = 2\n")
    #expect(outcome.groups.map(\.group.operation) == ["default", "review"])
    #expect(outcome.groups.map(\.tally.chargeTokens) == [600, 400])
  }

  // MARK: - The past

  /// A history of calls that are told one by one.
  private final class Past: CallHistory {
    let calls: [PastCall]
    init(_ calls: [PastCall]) { self.calls = calls }
    func pastCalls(_ query: HistoryQuery, _ body: (PastCall) -> Bool) throws(LedgerError) {
      for call in calls where !body(call) { return }
    }
  }

  /// A call of a model whose tokens cost ten millionths of a dollar each, held for an output and answered with another.
  private static func past(
    _ index: Int64, held: Int64, usage: TokenUsage?, degraded: Bool = false, costMicroUSD: Int64? = nil,
    refusedBy policy: String? = nil
  ) -> PastCall {
    let total = usage.map { $0.input + $0.output } ?? 100 + held
    let facts = CallFacts(
      user: "ana", tier: "default", operation: "default", model: degraded ? "mid" : "big",
      requestedModel: degraded ? "big" : nil, run: "r", program: "p", phase: degraded ? .soft : .ok, degraded: degraded,
      estimatedInput: 100, estimatedOutput: held)
    let at = start + index * 60_000
    return PastCall(
      facts: facts, arrivedAtUnixMs: at, endedAtUnixMs: at + 1000, usage: usage,
      charge: Charge(tokens: total, costMicroUSD: costMicroUSD ?? total * 10), entries: index...index,
      refusedByPolicy: policy)
  }

  private static func replayed(_ calls: [PastCall], _ toml: String) throws -> PolicyTally {
    let settings = GuardTests.settings(toml)
    return try replay(Trace(history: Past(calls), HistoryQuery(), price: settings.price(of:)), toml).total
  }

  private static let roomy = """
    [tier.default]
    budgets = ["1M tokens/day"]
    ladder = { max_tokens = 50 }
    [model.big]
    price = { input = 10.0, output = 10.0, cached_input = 1.0 }

    """

  /// Answers keep what they took, be they longer or shorter than what was held for them; only one that was refused is its
  /// estimate.
  @Test func answersOfThePastKeepWhatTheyTook() throws {
    func usage(_ output: Int64) -> TokenUsage { TokenUsage(input: 100, output: output, exactness: .exact) }
    let calls = [
      Self.past(0, held: 1000, usage: usage(2000)), Self.past(1, held: 0, usage: usage(80)),
      Self.past(2, held: 1000, usage: usage(30)), Self.past(3, held: 70, usage: nil),
    ]
    let total = try Self.replayed(calls, Self.roomy)
    #expect(total.tokens == 2100 + 180 + 130 + 170)
    #expect(total.chargeTokens == total.tokens && total.costMicroUSD == total.tokens * 10)
    #expect(total.refused == 0 && total.degraded == 0)
    let wall = try Self.replay(
      Trace(history: Past(calls), HistoryQuery(), price: { _ in nil }), Self.roomy, .hardWall
    ).total
    #expect(wall.tokens == total.tokens)
  }

  /// What its own run refused, no policy would have let out; what the rules refused, others may.
  @Test func whatItsRunRefusedStaysRefused() throws {
    let own: [RefusalReason] = [
      .runCap(.calls(1)), .runCap(.tokens(5, used: 0, held: 0)), .runCap(.cost(microUSD: 5, used: 0, held: 0)),
      .runCap(.duration), .notCached(),
    ]
    let rules: [RefusalReason] = [
      .unknownPrice(model: nil), .queue(ahead: 1, waitedMs: 0),
      .queue(ahead: 1, waitedMs: 0, hold: ProviderHold(.pause, untilUnixMs: 1)),
    ]
    let past = (own + rules).enumerated().map { index, reason in
      Self.past(Int64(index), held: 50, usage: nil, refusedBy: reason.policy)
    }
    let tally = try Self.replayed(past, Self.roomy)
    #expect(tally.calls == 8 && tally.refused == 5 && tally.refusedOtherwise == 5)
    #expect(tally.tokens == 3 * 150)
  }

  /// Nine answers of 1,100 tokens that were held for 200 do not fit in 8,000: a replay that cut them would let all through.
  @Test func aPolicyMeetsWhatTheAnswersTook() throws {
    let calls = (0..<9).map { index in
      Self.past(Int64(index), held: 100, usage: TokenUsage(input: 100, output: 1000, exactness: .exact))
    }
    let tight = "[tier.default]\nbudgets = ['8k tokens/day']\nhard = 100\n"
    #expect(try Self.replayed(calls, tight).refusedByBudget == 1)
    // Where a policy lowers the maximum, the answers are cut.
    let capped = "[operation.default]\nmax_tokens_per_call = 150\n" + Self.roomy
    #expect(try Self.replayed(calls, capped).tokens == 9 * 150)
  }

  /// Parts of the input that are cheaper stay cheaper, and a cost that the provider said stays, while nothing else changes.
  @Test func costsOfThePastAreKept() throws {
    let cached = TokenUsage(input: 100, output: 100, cachedInput: 60, exactness: .exact)
    let calls = [
      Self.past(0, held: 100, usage: cached, costMicroUSD: 1460),
      Self.past(1, held: 100, usage: TokenUsage(input: 100, output: 100, exactness: .exact), costMicroUSD: 7),
    ]
    #expect(try Self.replayed(calls, Self.roomy).costMicroUSD == 1460 + 7)
    // A call that is cut costs what is left of it.
    let capped = "[operation.default]\nmax_tokens_per_call = 150\n" + Self.roomy
    #expect(try Self.replayed(calls, capped).costMicroUSD == 960 + 1500)
  }

  // MARK: - Traces

  @Test func aTraceIsRead() throws {
    let text = """
      TIMESTAMP,ContextTokens,GeneratedTokens,model,User\r
      2023-11-16 18:17:03.9799600,4808,10,gpt-4o,ana\r

      2023-11-16T18:17:02Z,3,8,,ben\r
      """
    let trace = try TraceFile.read(Array(text.utf8), user: "me", operation: "default", model: "m")
    #expect(trace.calls.map(\.atUnixMs) == [1_700_158_622_000, 1_700_158_623_979], "in the order of time")
    #expect(trace.calls.map(\.input) == [3, 4808])
    #expect(trace.calls.map { trace.models.names[Int($0.model)] } == ["m", "gpt-4o"])
    #expect(trace.users.names == ["ana", "ben"])
    #expect(trace.calls[1].durationMs == 700)
  }

  /// What a trace says to be the most that a call asked for, it did not exceed.
  @Test func theMaximumOfATraceHolds() throws {
    let text =
      "TIMESTAMP,ContextTokens,GeneratedTokens,max_tokens\n2023-11-16 18:17:02,3,80,50\n2023-11-16 18:17:03,3,8,50\n"
    let trace = try TraceFile.read(Array(text.utf8), user: "me", operation: "default", model: "m")
    #expect(trace.calls.map(\.output) == [50, 8] && trace.calls.map(\.maximum) == [50, 50])
  }

  /// As where a call is made; and as a spreadsheet writes it.
  @Test func aMaximumOfNothingIsNone() throws {
    func trace(_ maximum: String) throws -> Trace {
      let text =
        "\u{FEFF}TIMESTAMP,ContextTokens,GeneratedTokens,max_tokens\n2023-11-16 18:17:02,3,80,\(maximum)\n"
      return try TraceFile.read(Array(text.utf8), user: "me", operation: "default", model: "m")
    }
    #expect(try trace("0").calls == trace("").calls)
    #expect(try trace("0").calls.map(\.output) == [80] && trace("1").calls.map(\.output) == [1])
  }

  @Test(
    arguments: [
      ("", "line 1: the file is empty"), ("a,b,c\n", "line 1: the head line names no column 'TIMESTAMP'"),
      ("TIMESTAMP,ContextTokens\n", "line 1: the head line names no column 'GeneratedTokens'"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,2", "line 2: TIMESTAMP is not a time"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,-1,2", "line 2: ContextTokens is not a number"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,1", "line 2: GeneratedTokens is not a number"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-13-16 18:17:03,1,2", "line 2: TIMESTAMP is not a time"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens,user\n2023-11-16 18:17:03,1,2,a\u{1B}b", "line 2: this user name"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,99999999999,2", "line 2: ContextTokens"),
    ])
  func aTraceThatCannotBeReadNamesItsLine(text: String, problem: String) {
    let error = #expect(throws: TraceFile.Fault.self) {
      try TraceFile.read(Array(text.utf8), user: "me", operation: "default", model: nil)
    }
    #expect(error?.description.hasPrefix(problem) == true, "\(error?.description ?? "")")
  }
}
