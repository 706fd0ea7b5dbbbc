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
  private let likeness: (any Likeness)?
  private let verifier: any Verifier
  private let nowUnixMs: () -> Int64
  private let onTrouble: (CacheTrouble) -> Void

  /// Makes the step.
  ///
  /// - Parameters:
  ///   - pipeline: the pipeline it stands in.
  ///   - ledger: where answers are recorded.
  ///   - cache: where answers are kept; `nil` for none.
  ///   - likeness: what finds similar requests; `nil` finds none.
  ///   - verifier: what stands before serving an answer to other words.
  ///   - onTrouble: told what is wrong with the cache.
  public init(
    _ pipeline: Guard, ledger: any Ledger, cache: IntentCache?, likeness: (any Likeness)? = nil,
    verifier: any Verifier = GuardVerifier(), nowUnixMs: @escaping () -> Int64,
    onTrouble: @escaping (CacheTrouble) -> Void
  ) {
    self.pipeline = pipeline
    self.ledger = ledger
    self.cache = cache
    self.likeness = likeness
    self.verifier = verifier
    self.nowUnixMs = nowUnixMs
    self.onTrouble = onTrouble
  }

  /// The rules of the cache for a call.
  public func policy(_ plan: Plan) -> CachePolicy {
    let settings = pipeline.settings
    return settings.cache.applying(
      settings.tiers[plan.tier]?.cache ?? CacheRules(), settings.operations[plan.request.operation]?.cache)
  }

  /// What a call wants: as it says itself, else as the rules say. Calls of an operation that is kept out of the cache stay
  /// out of it.
  public func mode(_ plan: Plan, stated: CacheMode?) -> CacheMode {
    let policy = policy(plan)
    return policy.mode == .off ? .off : stated ?? policy.mode
  }

  /// The keys of a question, within the scope that the rules say.
  public func keys(_ question: CacheQuestion, _ plan: Plan) -> CacheKeys {
    let scope =
      switch policy(plan).scope {
      case .user: "user \(plan.request.user)"
      case .tier: "tier \(plan.tier)"
      case .all: "all"
      }
    return CacheKeys(question, scope: scope)
  }

  /// Looks for an answer to a call, records it where there is one, and names a similar one where the rules say so.
  public func find(
    _ question: CacheQuestion, _ plan: Plan, mode: CacheMode
  ) throws(GuardError) -> CacheAnswer {
    guard mode != .off, mode != .refresh else { return .none(offer: nil) }
    let (policy, phase, keys) = (policy(plan), Self.phase(of: plan), keys(question, plan))
    let isServed = policy.servesSimilar(mode, in: phase)
    let isOffered = !isServed && policy.offersSimilar(mode, in: phase)
    let terms = CacheTerms(
      ttlMs: policy.ttlMs[phase], similarity: isServed || isOffered ? policy.similarity[phase] : nil)
    let found = use { cache throws(CacheTrouble) in
      try cache.lookUp(keys, terms, likeness: self.likeness, verifier: self.verifier, nowUnixMs: self.nowUnixMs())
    }
    guard let finding = found ?? nil else { return .none(offer: nil) }
    if finding.tier == .similar, isOffered { return .none(offer: CacheOffer(finding, at: nowUnixMs())) }
    guard let answer = try record(finding, plan, policy, isNearLimit: finding.tier == .similar && mode != .similar)
    else { return .none(offer: nil) }
    _ = use { cache throws(CacheTrouble) in try cache.recordHit(finding, keys, nowUnixMs: self.nowUnixMs()) }
    return .given(answer)
  }

  /// Keeps an answer.
  public func store(
    _ reply: CachedReply, _ question: CacheQuestion, _ plan: Plan, usage: TokenUsage, costMicroUSD: Int64?,
    mode: CacheMode
  ) {
    guard mode != .off, mode != .only else { return }
    let keys = keys(question, plan)
    let facts = CacheFacts(
      user: plan.request.user, operation: plan.request.operation, model: plan.shape.model, usage: usage,
      costMicroUSD: costMicroUSD)
    _ = use { cache throws(CacheTrouble) in
      try cache.store(reply, for: keys, facts, likeness: self.likeness, nowUnixMs: self.nowUnixMs())
    }
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
    case .unknownPrice, .callLimit: plan.decision.phase
    }
  }

  /// Records that an answer is given; `nil` where what it is charged does not fit.
  private func record(
    _ finding: CacheFinding, _ plan: Plan, _ policy: CachePolicy, isNearLimit: Bool
  ) throws(GuardError) -> CachedAnswer? {
    let (saved, charge): (Charge, Charge)
    do throws(AmountOverflow) {
      let usage = finding.entry.usage
      let (all, surcharge) = try plan.shape.chargedTokens(usage.total())
      let priced = try plan.shape.price.map { price throws(AmountOverflow) in try price.costMicroUSD(of: usage) }
      saved = Charge(tokens: all - surcharge, costMicroUSD: priced ?? finding.entry.costMicroUSD)
      let factor = policy.hitCharge.thousandths
      charge = Charge(
        tokens: try Amount.scaledUp(saved.tokens, by: factor, over: 1000),
        costMicroUSD: try saved.costMicroUSD.map { cost throws(AmountOverflow) in
          try Amount.scaledUp(cost, by: factor, over: 1000)
        } ?? (factor == 0 ? 0 : nil))
    } catch { throw .overflow(error) }
    let call = CachedCall(
      facts: plan.answeredFacts, tier: finding.tier, saved: saved, charge: charge, budgets: plan.states.map(\.budget))
    do throws(LedgerError) {
      switch try ledger.recordCached(call, nowUnixMs: nowUnixMs()) {
      case .recorded(let entry):
        return CachedAnswer(
          finding: finding, ageMs: finding.entry.ageMs(at: nowUnixMs()),
          isPastUsualAge: finding.entry.ageMs(at: nowUnixMs()) > policy.ttlMs[.ok], isNearLimit: isNearLimit,
          saved: saved, charge: charge, entry: entry)
      case .overBudget: return nil
      }
    } catch { throw .ledger(error) }
  }
}

/// What the cache has for a call.
public enum CacheAnswer: Hashable, Sendable {
  /// An answer, recorded as given.
  case given(CachedAnswer)
  /// None; perhaps a similar one to offer.
  case none(offer: CacheOffer?)
}

/// An answer from the cache that is given to a call.
public struct CachedAnswer: Hashable, Sendable {
  /// What was found.
  public let finding: CacheFinding
  /// How old it is.
  public let ageMs: Int64
  /// Whether it is older than it might be if no budget were tight.
  public let isPastUsualAge: Bool
  /// Whether it is given because a budget is nearly used up: it is similar, and nobody asked for that.
  public let isNearLimit: Bool
  /// What was saved.
  public let saved: Charge
  /// What it is charged.
  public let charge: Charge
  /// The ledger's entry.
  public let entry: Int64
}

/// A similar answer that is named and not given.
public struct CacheOffer: Hashable, Sendable {
  /// The entry.
  public let entry: Int64
  /// What was asked then.
  public let instruction: String
  /// How old it is.
  public let ageMs: Int64
  /// How alike the requests are, in thousandths.
  public let likeness: Int64

  init(_ finding: CacheFinding, at nowUnixMs: Int64) {
    entry = finding.entry.id
    instruction = finding.entry.instruction
    ageMs = finding.entry.ageMs(at: nowUnixMs)
    likeness = finding.likeness
  }
}

extension Plan {
  /// What the ledger records of a call that the cache answers: it went out as asked, or rather not at all.
  var answeredFacts: CallFacts {
    var facts = facts
    (facts.model, facts.requestedModel, facts.degraded) = (request.model, nil, false)
    return facts
  }
}
