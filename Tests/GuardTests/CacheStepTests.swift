import Configuration
import GuardModel
import Ledger
import Posix
import Testing

@testable import Guard
@testable import IntentCache

/// Looking in the cache, by phase and policy.
@Suite struct CacheStepTests {
  /// Texts are as alike as the words they share.
  struct WordLikeness: Likeness {
    func signs(of text: String) -> UInt64? { text.utf8.reduce(0) { $0 | 1 << (UInt64($1) % 64) } }
    func thousandths(_ a: String, _ b: String) -> Int64 {
      let (x, y) = (Set(a.split(separator: " ")), Set(b.split(separator: " ")))
      return Int64(1000 * x.intersection(y).count / max(1, x.union(y).count))
    }
  }

  /// Forbids other numbers.
  struct SameNumbers: Verifier {
    func verdict(asked: String, stored: String) -> Verdict {
      asked.filter(\.isNumber) == stored.filter(\.isNumber) ? .same : .different("numbers")
    }
  }

  /// Answers from a script, and counts.
  final class ScriptedJudge {
    var answers: [Bool?]
    var asked: [JudgeCase] = []
    /// Says it from what it is asked, in place of the script.
    var says: ((JudgeCase) -> Bool)?
    init(_ answers: [Bool?]) { self.answers = answers }
    func isSame(_ toJudge: JudgeCase) -> Bool? {
      asked.append(toJudge)
      if let says { return says(toJudge) }
      return answers.isEmpty ? nil : answers.removeFirst()
    }
  }

  final class Bench {
    let folder: String
    var settings = Settings()
    let ledger = MemoryLedger(zone: .utc)
    var now: Int64 = 1_790_000_000_000
    var troubles: [CacheTrouble.Kind] = []
    var likeness: any Likeness = WordLikeness()
    var verifier: any Verifier = SameNumbers()

    init() throws {
      folder = try Folder.makeTemporary(prefix: "llmguard-test")
      settings.cache.similarity = PhaseValues(ok: 880, warn: 850, soft: 800, hard: 750)
    }
    deinit { try? Folder.removeTree(folder) }

    var path: String { folder + "/cache.sqlite3" }

    func pipeline() -> Guard { Guard(settings: settings, ledger: ledger, nowUnixMs: { self.now }) }

    func step(asksJudge: Bool = false) throws -> CacheStep {
      CacheStep(
        pipeline(), ledger: ledger, cache: try IntentCache(path: path), likeness: likeness,
        verifier: verifier, asksJudge: asksJudge, nowUnixMs: { self.now },
        onTrouble: { self.troubles.append($0.kind) })
    }

    func request(_ user: String = "ana", tokens: Int64 = 100, operation: String = "default") -> CallRequest {
      CallRequest(
        user: user, operation: operation, model: "m", maxOutputTokens: tokens - 10, countedInputTokens: 10,
        run: "\(now)",
        program: "test")
    }

    func question(_ text: String) -> CacheQuestion {
      CacheQuestion(surroundings: [1], payload: [2], instruction: text)
    }

    /// Makes a call and stores its answer.
    func call(_ text: String, tokens: Int64 = 100) throws {
      guard case .admitted(let held) = try pipeline().admit(request(tokens: tokens)) else {
        Issue.record("refused")
        return
      }
      let usage = TokenUsage(input: 10, output: tokens - 10, exactness: .exact)
      let settled = try pipeline().settle(held, usage: usage, ending: .complete)
      try step().store(
        CachedReply(body: Array(text.utf8)), question(text), held.plan, usage: settled.usage,
        costMicroUSD: settled.charge.costMicroUSD, mode: .auto)
      now += 1000
    }

    /// Looks, asks the judge what is handed out, keeps what it says, and looks again.
    func ask(
      _ text: String, mode: CacheMode = .auto, user: String = "ana", tokens: Int64 = 100,
      operation: String = "default", judge: ScriptedJudge? = nil
    ) throws -> CacheAnswer {
      let plan = try pipeline().plan(request(user, tokens: tokens, operation: operation))
      let step = try step(asksJudge: judge != nil)
      let found = try step.find(question(text), plan, mode: mode)
      guard let judge, case .judge(let toJudge) = found else { return found }
      let isSame = judge.isSame(toJudge)
      if let isSame {
        let label = CacheLabel.judged(
          toJudge.asked, toJudge.stored, isSame: isSame, by: toJudge.model, atUnixMs: now)
        try IntentCache(path: path).store([], hits: [], labels: [label])
      }
      return try step.find(question(text), plan, mode: mode, said: JudgeSaying(of: toJudge, isSame: isSame))
    }

    func limit(_ text: String) throws {
      guard case .limit(let limit) = try BudgetSpec(text) else {
        Issue.record("not read")
        return
      }
      settings.tiers["default"]?.budgets = [limit]
    }
  }

  private func answer(_ found: CacheAnswer) -> (tier: CacheTier, text: String)? {
    guard case .given(let answer) = found else { return nil }
    return (answer.finding.tier, String(decoding: answer.finding.reply.body, as: UTF8.self))
  }

  private func offer(_ found: CacheAnswer) -> String? {
    if case .none(let offer) = found { offer?.instruction } else { nil }
  }

  @Test func anAnswerTakesNothingAndIsRecorded() throws {
    let bench = try Bench()
    try bench.call("three names for a cat")
    let before = try bench.ledger.usage(UsageQuery())[0].sums
    let found = try bench.ask("three names for a cat")
    #expect(answer(found)?.tier == .exact)
    let after = try bench.ledger.usage(UsageQuery())[0].sums
    #expect(after.chargeTokens == before.chargeTokens)
    #expect([after.calls, after.cached, after.savedTokens] == [1, 1, 100])
    let entry = try #require(try bench.ledger.entries(limit: 1).first)
    #expect(entry.kind == .cached && entry.cacheTier == .exact && entry.facts?.degraded == false)
  }

  @Test func similarIsNeverServedUnasked() throws {
    let bench = try Bench()
    try bench.call("please give three names for a black cat")
    let text = "please give three names for a black cat now"
    #expect(answer(try bench.ask(text)) == nil)
    #expect(offer(try bench.ask(text)) == nil, "nothing is offered while there is plenty left")
    #expect(answer(try bench.ask(text, mode: .similar))?.tier == .similar)
    #expect(answer(try bench.ask(text, mode: .off)) == nil)
    #expect(answer(try bench.ask(text, mode: .refresh)) == nil)
    #expect(
      offer(try bench.ask(text, mode: .only)) == "please give three names for a black cat", "it is refused otherwise")
  }

  @Test func nearALimitItIsOfferedAndALooserOneIsEnough() throws {
    let bench = try Bench()
    try bench.call("please give three names for a black cat")
    // 7 of 9 words shared: below .85, above .75.
    let text = "please give three names for a white cat"
    #expect(answer(try bench.ask(text, mode: .similar)) == nil)
    try bench.limit("240 tokens/day")
    #expect(offer(try bench.ask(text)) == nil, "warn wants more")
    #expect(
      offer(try bench.ask("please give three names for a black cat now")) == "please give three names for a black cat")
    try bench.limit("150 tokens/day")
    #expect(try bench.pipeline().plan(bench.request()).refusal == .budget)
    #expect(offer(try bench.ask(text)) == "please give three names for a black cat")
    #expect(answer(try bench.ask(text, mode: .similar))?.tier == .similar)
  }

  @Test func whereTheRulesSaySoItIsServedInPlaceOfARefusal() throws {
    let bench = try Bench()
    try bench.call("please give three names for a black cat")
    try bench.limit("150 tokens/day")
    bench.settings.operations["default"] = Operation(name: "default")
    bench.settings.operations["default"]?.cache.nearLimit = .serve
    let found = try bench.ask("please give three names for a white cat")
    guard case .given(let given) = found else {
      Issue.record("not given")
      return
    }
    #expect(given.isNearLimit && given.finding.tier == .similar)
    try bench.limit("100000 tokens/day")
    #expect(answer(try bench.ask("please give three names for a white cat")) == nil, "not while there is plenty left")
  }

  @Test func guardsAreNeverRelaxed() throws {
    let bench = try Bench()
    bench.settings.cache.nearLimit = .serve
    try bench.call("please give 3 names for a black cat")
    try bench.limit("150 tokens/day")
    let text = "please give 5 names for a black cat"
    #expect(answer(try bench.ask(text)) == nil)
    #expect(answer(try bench.ask(text, mode: .similar)) == nil)
    #expect(offer(try bench.ask(text)) == nil)
  }

  @Test func anOlderAnswerIsGoodNearALimit() throws {
    let bench = try Bench()
    try bench.call("names")
    bench.now += 2 * 86_400_000
    #expect(answer(try bench.ask("names")) == nil)
    try bench.call("names of dogs", tokens: 100)
    try bench.limit("190 tokens/day")
    guard case .given(let given) = try bench.ask("names") else {
      Issue.record("not given")
      return
    }
    #expect(given.isPastUsualAge)
  }

  @Test func aFractionIsTakenFromTheBudgets() throws {
    let bench = try Bench()
    bench.settings.cache.hitCharge = try #require(Multiplier("0.25"))
    try bench.call("names")
    try bench.limit("1000 tokens/day")
    #expect(answer(try bench.ask("names"))?.tier == .exact)
    #expect(try bench.pipeline().states(user: "ana").states.map(\.posted) == [125])
    // Money is what the provider takes, and it takes nothing.
    guard case .given(let given) = try bench.ask("names") else {
      Issue.record("not given")
      return
    }
    #expect(given.charge == Charge(tokens: 25, costMicroUSD: 0))
    #expect(given.saved.tokens == 75, "what it takes all the same is not saved")
    try bench.limit("20 tokens/hour")
    #expect(answer(try bench.ask("names")) == nil, "25 do not fit")
  }

  @Test func anOperationThatIsKeptOutStaysOut() throws {
    let bench = try Bench()
    bench.settings.operations["secret"] = Operation(name: "secret")
    bench.settings.operations["secret"]?.cache.mode = .off
    let plan = try bench.pipeline().plan(bench.request(operation: "secret"))
    #expect(try bench.step().mode(plan, stated: .similar) == .off)
    let other = try bench.pipeline().plan(bench.request())
    #expect(try bench.step().mode(other, stated: .similar) == .similar)
    #expect(try bench.step().mode(other, stated: nil) == .auto)
  }

  /// The answer is there, whether it can be counted or not.
  @Test func anAnswerThatCannotBeNotedIsGivenAllTheSame() throws {
    let bench = try Bench()
    try bench.call("names")
    try File.remove(bench.path + ".flights")
    try Folder.makePrivate(bench.path + ".flights")
    let step = try bench.step()
    var unnoted: [CacheTrouble.Kind] = []
    step.onUnnoted = { unnoted.append($0.kind) }
    let plan = try bench.pipeline().plan(bench.request())
    for _ in 0..<2 { #expect(answer(try step.find(bench.question("names"), plan, mode: .auto))?.tier == .exact) }
    #expect(bench.troubles.isEmpty, "no call goes on without the cache")
    #expect(unnoted == [.other, .other])
  }

  @Test func troubleIsToldOnceAndTheCallGoesOn() throws {
    let bench = try Bench()
    try bench.call("names")
    let step = try bench.step()
    let plan = try bench.pipeline().plan(bench.request())
    for suffix in ["-wal", "-shm"] { try File.remove(bench.path + suffix) }
    try File.replace(bench.path, with: [UInt8](repeating: 0x41, count: 9000))
    for _ in 0..<3 {
      let found = try step.find(bench.question("names"), plan, mode: .auto)
      #expect(answer(found) == nil)
    }
    #expect(bench.troubles == [.damaged])
  }

  // MARK: - The judge

  private func judged(_ answers: [Bool?], limit: String = "100000 tokens/day") throws -> (Bench, ScriptedJudge) {
    let bench = try Bench()
    bench.settings.cache.judgeModel = "judge"
    try bench.call("please give three names for a black cat", tokens: 2000)
    return (bench, ScriptedJudge(answers))
  }

  private let reworded = "please give three names for a black cat now"

  @Test func aJudgeDecidesOnceAndIsRemembered() throws {
    let (bench, judge) = try judged([true])
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge))?.tier == .similar)
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge))?.tier == .similar)
    #expect(judge.asked.count == 1)
    let label = try #require(try IntentCache(path: bench.path).labels().first)
    #expect(label.isSame && label.source == "judge judge")
  }

  @Test func whatAJudgeSaidNoToIsNotAskedAgain() throws {
    let (bench, judge) = try judged([false])
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge)) == nil)
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge)) == nil)
    #expect(judge.asked.count == 1)
    #expect(
      answer(try bench.ask(reworded, mode: .similar, tokens: 2000, judge: judge)) == nil, "a no holds for every mode")
  }

  @Test func aJudgeThatDoesNotAnswerSaysNothing() throws {
    let (bench, judge) = try judged([nil, true])
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge)) == nil)
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge))?.tier == .similar)
  }

  @Test func aJudgeIsNotAskedWhereItCostsMoreThanItSaves() throws {
    let bench = try Bench()
    bench.settings.cache.judgeModel = "judge"
    try bench.call("please give three names for a black cat", tokens: 60)
    let judge = ScriptedJudge([true])
    #expect(answer(try bench.ask(reworded, tokens: 60, judge: judge)) == nil)
    #expect(judge.asked.isEmpty)
  }

  /// What a call holds says nothing of what it would take: the stored answer does.
  @Test func aJudgeIsNotAskedForAnAnswerThatCostLessThanIt() throws {
    let bench = try Bench()
    bench.settings.cache.judgeModel = "judge"
    try bench.call("please give three names for a black cat", tokens: 60)
    let judge = ScriptedJudge([true])
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge)) == nil)
    #expect(judge.asked.isEmpty)
  }

  /// A rehearsal knows of a pair what its call would know, and asks nobody.
  @Test func aRehearsalKnowsWhatAJudgeSaid() throws {
    for (said, isGiven) in [(true, true), (false, false)] {
      let (bench, judge) = try judged([said])
      let plan = try bench.pipeline().plan(bench.request(tokens: 2000))
      func rehearse() throws -> CacheRehearsal {
        try bench.step(asksJudge: true).rehearse(bench.question(reworded), plan, mode: .auto)
      }
      #expect(try rehearse() == .nothing(offer: nil, judge: "judge"))
      #expect(judge.asked.isEmpty)
      _ = try bench.ask(reworded, tokens: 2000, judge: judge)
      if case .given(let finding, _, _) = try rehearse() {
        #expect(isGiven && finding.tier == .similar)
      } else {
        #expect(try rehearse() == .nothing(offer: nil) && !isGiven)
      }
      #expect(judge.asked.count == 1)
    }
  }

  @Test func aJudgesOwnCallsAreNotJudged() throws {
    let (bench, judge) = try judged([true])
    #expect(answer(try bench.ask(reworded, tokens: 2000, operation: CacheStep.judgeOperation, judge: judge)) == nil)
    #expect(judge.asked.isEmpty)
  }

  /// Before a call is planned its keys are known, but for its tier; those of another scope are not taken for its own.
  @Test(arguments: [CacheScope.user, .tier, .all]) func keysAreMadeBeforeTheDesk(scope: CacheScope) throws {
    let bench = try Bench()
    bench.settings.cache.scope = scope
    let (question, request) = (bench.question("explain git rebase"), bench.request())
    let plan = try bench.pipeline().plan(request)
    let ahead = bench.settings.cacheKeys(question, beforePlanning: request)
    #expect((ahead == nil) == (scope == .tier))
    let keys = bench.settings.cacheKeys(question, plan)
    #expect(try bench.step().keys(question, plan, ahead: ahead) == keys)
    #expect(try bench.step().keys(question, plan, ahead: CacheKeys(question, scope: "user eve")) == keys)
  }

  @Test func withoutAModelNobodyIsAsked() throws {
    let bench = try Bench()
    try bench.call("please give three names for a black cat", tokens: 2000)
    let judge = ScriptedJudge([true])
    #expect(answer(try bench.ask(reworded, tokens: 2000, judge: judge)) == nil)
    #expect(judge.asked.isEmpty)
  }
}
