import Configuration
import GuardModel
import IntentCache
import Ledger

/// Looking in the cache: the step between estimating a call and holding its charge.
///
/// Its phase decides how old and how similar an answer may be, so a call is planned first. What goes wrong with the cache
/// is handed to `onTrouble`, once, and then the cache is left alone: a call goes on without it.
public final class CacheStep {
  private let pipeline: Guard
  private let ledger: any Ledger
  private var cache: IntentCache?
  private var knownPlan: Plan?
  private var knownPolicy: CachePolicy?
  private let likeness: (any Likeness)?
  private let verifier: any Verifier
  private let asksJudge: Bool
  private let nowUnixMs: () -> Int64
  private let onTrouble: (CacheTrouble) -> Void
  private let onHit: ((CacheHit) -> Void)?
  /// Told why it could not be noted that an answer was given: it is given all the same, and may be the next time.
  public var onUnnoted: (CacheTrouble) -> Void = { _ in }
  /// Gives an answer in the form that is asked for; `nil` where it cannot be given so, and then there is none.
  public var inForm: (CacheFinding) -> CachedReply? = { $0.reply }
  /// The mark of that form, under which an answer is kept that cannot be given in another; `nil` where there is but one form.
  public var form: String?
  /// The keys of what was found and cannot be given in the form that is asked for: its answer in that form belongs under the
  /// form's own keys.
  public private(set) var barred: Set<CacheKeys> = []
  /// Whether an answer may have been missed for the cache's own trouble: it could not be read, or what it has is damaged.
  public private(set) var hasMissed = false
  /// Takes what an answer is charged under the caps of whoever looks, before it is recorded; says whether there was room for it.
  public var takes: (Charge) -> Bool = { _ in true }
  /// Told of what was taken for an answer that is not given after all.
  public var givesBack: (Charge) -> Void = { _ in }

  /// Makes the step.
  ///
  /// - Parameters:
  ///   - pipeline: the pipeline it stands in.
  ///   - ledger: where answers are recorded.
  ///   - cache: where answers are kept; `nil` for none.
  ///   - likeness: what finds similar requests; `nil` finds none.
  ///   - verifier: what stands before serving an answer to other words.
  ///   - asksJudge: whether whoever looks can ask a judge where no rule can tell: what is to be asked is handed out.
  ///   - onTrouble: told what is wrong with the cache.
  ///   - onHit: records that an answer was given; `nil` leaves that to the step.
  public init(
    _ pipeline: Guard, ledger: any Ledger, cache: IntentCache?, likeness: (any Likeness)? = nil,
    verifier: any Verifier = GuardVerifier(), asksJudge: Bool = false,
    nowUnixMs: @escaping () -> Int64, onTrouble: @escaping (CacheTrouble) -> Void, onHit: ((CacheHit) -> Void)? = nil
  ) {
    self.pipeline = pipeline
    self.ledger = ledger
    self.cache = cache
    self.likeness = likeness
    self.verifier = verifier
    self.asksJudge = asksJudge
    self.nowUnixMs = nowUnixMs
    self.onTrouble = onTrouble
    self.onHit = onHit
  }

  /// The rules of the cache for a call. One call asks for them several times.
  public func policy(_ plan: Plan) -> CachePolicy {
    if knownPlan === plan, let knownPolicy { return knownPolicy }
    let policy = pipeline.settings.cachePolicy(plan)
    (knownPlan, knownPolicy) = (plan, policy)
    return policy
  }

  /// What a call wants.
  public func mode(_ plan: Plan, stated: CacheMode?) -> CacheMode {
    pipeline.settings.cacheMode(plan, stated: stated, policy(plan))
  }

  /// The keys of a question, within the scope that the rules say.
  ///
  /// - Parameter ahead: its keys that were made before the call was planned; those of another scope are not taken.
  public func keys(_ question: CacheQuestion, _ plan: Plan, ahead: CacheKeys? = nil) -> CacheKeys {
    policy(plan).keys(question, plan, ahead: ahead)
  }

  /// Whether answers to similar requests matter to a call.
  public func looksFurther(_ plan: Plan, mode: CacheMode) -> Bool {
    let (policy, phase) = (policy(plan), Self.phase(of: plan))
    return policy.servesSimilar(mode, in: phase) || offers(plan, policy, mode) || judgeModel(plan, policy, mode) != nil
  }

  /// Whether a similar answer is named: near a limit, and to every call that is refused for whatever reason, as one is that
  /// wants an answer from the cache alone.
  private func offers(_ plan: Plan, _ policy: CachePolicy, _ mode: CacheMode) -> Bool {
    mode == .only || mode == .auto && plan.refusal != nil || policy.offersSimilar(mode, in: Self.phase(of: plan))
  }

  /// What is named to a call that was refused after it had been looked for: by a cap of its run, or in the line. To one that
  /// wanted no stored answer, the one that there is is named, too.
  public func offer(_ question: CacheQuestion, refused plan: Plan, mode: CacheMode) -> CacheOffer? {
    guard plan.refusal != nil, mode == .auto || mode == .only || mode == .refresh else { return nil }
    let (policy, phase) = (policy(plan), Self.phase(of: plan))
    let terms = CacheTerms(ttlMs: policy.ttlMs[phase], similarity: policy.similarity[phase])
    guard let finding = lookUp(keys(question, plan), terms, likeness: likeness)?.finding,
      finding.tier == .similar || mode == .refresh
    else { return nil }
    return CacheOffer(finding, at: nowUnixMs())
  }

  /// What the cache has, in the form that is asked for, and under which keys.
  private func lookUp(
    _ keys: CacheKeys, _ terms: CacheTerms, likeness: (any Likeness)?
  ) -> (finding: CacheFinding, reply: CachedReply, keys: CacheKeys)? {
    func find(_ keys: CacheKeys) -> CacheFinding? {
      let found = use { cache throws(CacheTrouble) in
        try cache.lookUp(keys, terms, likeness: likeness, verifier: self.verifier, nowUnixMs: self.nowUnixMs())
      }
      if found == nil || cache?.hasFoundDamage == true { hasMissed = true }
      return found ?? nil
    }
    guard let finding = find(keys) else { return nil }
    if let reply = inForm(finding) { return (finding, reply, keys) }
    barred.insert(keys)
    guard let own = form.map({ keys.inForm($0) }), let other = find(own) else { return nil }
    // What is older was to be replaced: whoever asks anew in one form means the answer, not its form.
    guard other.entry.id > finding.entry.id, let reply = inForm(other) else { return nil }
    return (other, reply, own)
  }

  /// Whom to ask. A call that wants an answer from the cache or none makes no other call either.
  private func judgeModel(_ plan: Plan, _ policy: CachePolicy, _ mode: CacheMode) -> String? {
    if !asksJudge || plan.request.operation == Self.judgeOperation || mode == .only { return nil }
    return policy.judgeModel
  }

  /// Looks for an answer to a call, records it where there is one, and names a similar one where the rules say so.
  ///
  /// - Parameters:
  ///   - keys: the question's keys, where they are known already.
  ///   - said: what the judge said, where it was asked: then it is not asked again, whatever else is found.
  public func find(
    _ question: CacheQuestion, _ plan: Plan, mode: CacheMode, keys known: CacheKeys? = nil, said: JudgeSaying? = nil
  ) throws(GuardError) -> CacheAnswer {
    guard let candidate = candidate(question, plan, mode: mode, keys: known) else { return .none(offer: nil) }
    let (finding, isServed) = (candidate.finding, candidate.isServed)
    var isJudged = false
    if finding.tier == .similar, !isServed {
      let offer = candidate.isOffered ? CacheOffer(finding, at: nowUnixMs()) : nil
      switch judgement(question.instruction, finding, plan, candidate.judgeModel, said) {
      case .same: isJudged = true
      case .different: return .none(offer: nil)
      case .unknown: return .none(offer: offer)
      case .toAsk(let model, let charge):
        return .judge(
          JudgeCase(
            asked: question.instruction, stored: finding.entry.instruction, model: model, charge: charge, offer: offer))
      }
    }
    let isNearLimit = finding.tier == .similar && mode != .similar && !isJudged
    guard
      let answer = try record(
        candidate, plan, isNearLimit: isNearLimit, isJudged: isJudged)
    else { return .none(offer: nil) }
    if let onHit {
      onHit(CacheHit(finding, candidate.keys, nowUnixMs: nowUnixMs()))
    } else {
      do throws(CacheTrouble) {
        try cache?.recordHit(finding, candidate.keys, nowUnixMs: nowUnixMs())
      } catch { onUnnoted(error) }
    }
    return .given(answer)
  }

  /// What `find` would come to: nothing is recorded, and no judge is asked.
  public func rehearse(_ question: CacheQuestion, _ plan: Plan, mode: CacheMode) -> CacheRehearsal {
    guard let candidate = candidate(question, plan, mode: mode) else { return .nothing(offer: nil) }
    let finding = candidate.finding
    if finding.tier == .similar, !candidate.isServed {
      let offer = candidate.isOffered ? CacheOffer(finding, at: nowUnixMs()) : nil
      let model = candidate.judgeModel
      switch known(question.instruction, finding.entry.instruction, model) {
      case true?: break
      case false?: return .nothing(offer: nil)
      case nil:
        let isWorth = model.map { chargeOfAsking(question.instruction, finding, plan, $0) != nil } ?? false
        return .nothing(offer: offer, judge: isWorth ? model : nil)
      }
    }
    let ageMs = finding.entry.ageMs(at: nowUnixMs())
    return .given(finding, ageMs: ageMs, isPastUsualAge: ageMs > candidate.policy.ttlMs[.ok])
  }

  /// An answer that was found, and what the rules say of it.
  private struct Candidate {
    let finding: CacheFinding
    let reply: CachedReply
    let keys: CacheKeys
    let policy: CachePolicy
    /// Whether a similar answer is given without being asked for by name.
    let isServed: Bool
    let isOffered: Bool
    /// Whom to ask about a similar one.
    let judgeModel: String?
  }

  private func candidate(
    _ question: CacheQuestion, _ plan: Plan, mode: CacheMode, keys known: CacheKeys? = nil
  ) -> Candidate? {
    guard mode != .off, mode != .refresh else { return nil }
    let (policy, phase, keys) = (policy(plan), Self.phase(of: plan), known ?? keys(question, plan))
    let isServed = policy.servesSimilar(mode, in: phase)
    let isOffered = !isServed && offers(plan, policy, mode)
    let model = judgeModel(plan, policy, mode)
    let terms = CacheTerms(
      ttlMs: policy.ttlMs[phase],
      similarity: looksFurther(plan, mode: mode) ? policy.similarity[phase] : nil)
    guard let (finding, reply, found) = lookUp(keys, terms, likeness: likeness) else { return nil }
    return Candidate(
      finding: finding, reply: reply, keys: found, policy: policy, isServed: isServed, isOffered: isOffered,
      judgeModel: model)
  }

  /// Whether an answer to the same request is kept that would cost nothing. Looking records nothing.
  public func couldAnswer(_ question: CacheQuestion, _ plan: Plan) -> Bool {
    let policy = policy(plan)
    guard pipeline.settings.cacheBar(plan) == nil, policy.hitCharge.thousandths == 0 else { return false }
    let terms = CacheTerms(ttlMs: policy.ttlMs[Self.phase(of: plan)])
    return lookUp(keys(question, plan), terms, likeness: nil) != nil
  }

  /// Whether a call makes up for a stored answer that was rejected.
  public func isOwed(_ question: CacheQuestion, _ plan: Plan) -> Bool {
    guard pipeline.settings.cacheBar(plan) == nil else { return false }
    let keys = keys(question, plan)
    return [keys, form.map { keys.inForm($0) }].contains { keys in
      guard let keys else { return false }
      return use { cache throws(CacheTrouble) in try cache.isOwed(keys, nowUnixMs: self.nowUnixMs()) } ?? false
    }
  }

  /// Notes that a call was refused that nothing had answered, for whoever asks why. One who looks makes no trouble of it.
  public func noteRefusal(_ question: CacheQuestion, _ plan: Plan) {
    try? cache?.recordRefusal(keys(question, plan), nowUnixMs: nowUnixMs())
  }

  /// Keeps an answer.
  public func store(
    _ reply: CachedReply, _ question: CacheQuestion, _ plan: Plan, usage: TokenUsage, costMicroUSD: Int64?,
    mode: CacheMode
  ) {
    guard
      let keeping = pipeline.settings.keeping(
        reply, keys(question, plan), plan, usage: usage, costMicroUSD: costMicroUSD, mode: mode, nowUnixMs: nowUnixMs())
    else { return }
    _ = use { cache throws(CacheTrouble) in try cache.store(keeping, likeness: self.likeness) }
  }

  // MARK: - The judge

  /// What a judge's calls are for.
  public static let judgeOperation = CallFacts.judgeOperation

  /// What is known of whether two requests want the same.
  private enum Judgement {
    case same
    case different
    case unknown
    /// Whoever looks may ask a model, for this much.
    case toAsk(model: String, Charge)
  }

  /// Whether two requests want the same, as a judge said before or just now, or what it is to be asked, where that is worth it.
  private func judgement(
    _ asked: String, _ finding: CacheFinding, _ plan: Plan, _ model: String?, _ said: JudgeSaying?
  ) -> Judgement {
    let stored = finding.entry.instruction
    func judgement(_ isSame: Bool?) -> Judgement { isSame.map { $0 ? .same : .different } ?? .unknown }
    guard let model else { return .unknown }
    if let known = known(asked, stored, model) { return judgement(known) }
    if let said { return judgement(said.stored == stored ? said.isSame : nil) }
    return chargeOfAsking(asked, finding, plan, model).map { .toAsk(model: model, $0) } ?? .unknown
  }

  /// What was said before of two requests, where there is a judge to ask; `nil` for nothing.
  private func known(_ asked: String, _ stored: String, _ model: String?) -> Bool? {
    if model == nil { return nil }
    let label = use { cache throws(CacheTrouble) in try cache.label(of: asked, stored) }
    return (label ?? nil)?.isSame
  }

  /// What a judge's call costs; `nil` where that is not less than what its yes would save (what the stored answer took, in
  /// money where both prices are known, else in tokens), or the budgets have no room for it: near a limit nothing is spent on a maybe, and
  /// no call is refused for what its judge took.
  private func chargeOfAsking(_ asked: String, _ finding: CacheFinding, _ plan: Plan, _ model: String) -> Charge? {
    let input = TokenCounter.tokens(
      in: JudgePrompt.text(asked, finding.entry.instruction), by: TokenizerFamily(model: model))
    let usage = TokenUsage(input: input, output: JudgePrompt.maxOutputTokens, exactness: .estimated)
    let settings = pipeline.settings
    let cost = settings.price(of: model).flatMap { try? $0.costMicroUSD(of: usage) }
    let weights = settings.weights(operation: Self.judgeOperation, model: model)
    guard let tokens = try? Charge.weighted(tokens: input + usage.output, by: weights) else { return nil }
    guard let saved = try? saving(by: finding, plan) else { return nil }
    let charge = Charge(tokens: tokens, costMicroUSD: cost)
    if let cost, let savedCost = saved.costMicroUSD {
      if cost >= savedCost { return nil }
    } else if tokens >= saved.tokens {
      return nil
    }
    guard Decision.on(charge, plan.states, nowUnixMs: nowUnixMs()).phase < .soft else { return nil }
    let fits = plan.states.allSatisfy { state in
      let unit = state.budget.limit.unit
      let both = try? Amount.sum(charge.amount(in: unit), plan.shape.charge.amount(in: unit))
      return both ?? .max <= state.remaining
    }
    return fits || plan.refusal != nil ? charge : nil
  }

  /// Uses the cache, unless it was in trouble before.
  private func use<Result>(_ body: (IntentCache) throws(CacheTrouble) -> Result) -> Result? {
    guard let cache else { return nil }
    do throws(CacheTrouble) { return try body(cache) } catch {
      onTrouble(error)
      self.cache = nil
      return nil
    }
  }

  /// The phase that decides about answers: that of the budgets. A call that is refused for another reason is not near a
  /// limit because of that.
  private static func phase(of plan: Plan) -> Phase {
    switch plan.refusal {
    case nil, .budget, .wouldDegrade, .queue, .notCached: plan.phase
    case .unknownPrice, .callLimit, .runCap: plan.decision.phase
    }
  }

  /// What a stored answer saves: what it took, at this call's weights and prices.
  private func saving(by finding: CacheFinding, _ plan: Plan) throws(AmountOverflow) -> Charge {
    let usage = finding.entry.usage
    let (all, surcharge) = try plan.shape.chargedTokens(usage.total())
    let priced = try plan.shape.price.map { price throws(AmountOverflow) in
      try price.costMicroUSD(of: usage, in: plan.shape.serviceTier)
    }
    return Charge(tokens: all - surcharge, costMicroUSD: priced ?? finding.entry.costMicroUSD)
  }

  /// Records that an answer is given; `nil` where what it is charged does not fit its budgets, or the caps of its run.
  private func record(
    _ candidate: Candidate, _ plan: Plan, isNearLimit: Bool, isJudged: Bool
  ) throws(GuardError) -> CachedAnswer? {
    let (finding, policy) = (candidate.finding, candidate.policy)
    let (saved, charge): (Charge, Charge)
    do throws(AmountOverflow) {
      let whole = try saving(by: finding, plan)
      let factor = policy.hitCharge.thousandths
      charge = Charge(
        tokens: try Amount.scaledUp(whole.tokens, by: factor, over: 1000),
        // Money is what the provider takes, and it takes nothing.
        costMicroUSD: 0)
      saved = Charge(tokens: whole.tokens - charge.tokens, costMicroUSD: whole.costMicroUSD)
    } catch { throw .overflow(error) }
    let call = CachedCall(
      facts: plan.answeredFacts, tier: finding.tier, saved: saved, charge: charge, budgets: plan.states.map(\.budget),
      answer: "\(finding.entry.id)/\(candidate.keys.mark)")
    let isTaken = charge.tokens > 0
    if isTaken, !takes(charge) { return nil }
    do throws(LedgerError) {
      switch try ledger.recordCached(call, nowUnixMs: nowUnixMs()) {
      case .recorded(let entry):
        return CachedAnswer(
          finding: finding, mark: candidate.keys.mark, reply: candidate.reply,
          ageMs: finding.entry.ageMs(at: nowUnixMs()),
          isPastUsualAge: finding.entry.ageMs(at: nowUnixMs()) > policy.ttlMs[.ok], isNearLimit: isNearLimit,
          isJudged: isJudged,
          saved: saved, charge: charge, entry: entry)
      case .overBudget:
        if isTaken { givesBack(charge) }
        return nil
      }
    } catch {
      if isTaken { givesBack(charge) }
      throw .ledger(error)
    }
  }
}
