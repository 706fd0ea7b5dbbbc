import GuardModel
import IntentCache
import Ledger

/// What the cache has for a call.
public enum CacheAnswer: Hashable, Sendable {
  /// An answer, recorded as given.
  case given(CachedAnswer)
  /// None; perhaps a similar one to offer.
  case none(offer: CacheOffer?)
  /// One that a judge has to be asked about first. Only where whoever looks asks it.
  case judge(JudgeCase)

  /// A similar answer to name.
  public var offer: CacheOffer? {
    switch self {
    case .given: nil
    case .none(let offer): offer
    case .judge(let toJudge): toJudge.offer
    }
  }
}

/// What the cache would do for a call, as far as can be said without doing it.
public enum CacheRehearsal: Hashable, Sendable {
  /// It would give this answer, which may be older than it might be if no budget were tight.
  case given(CacheFinding, ageMs: Int64, isPastUsualAge: Bool)
  /// It has none; perhaps a similar one to offer, and a judge that would be asked whether that will do.
  case nothing(offer: CacheOffer?, judge: String? = nil)
}

/// An answer from the cache that is given to a call.
public struct CachedAnswer: Hashable, Sendable {
  /// What was found.
  public let finding: CacheFinding
  /// Which request it answers, among those that the entry answered: the mark of its keys.
  public let mark: String
  /// Its answer, in the form that was asked for.
  public let reply: CachedReply
  /// How old it is; below 0 where it is from later than now, as a clock that was set back leaves it.
  public let ageMs: Int64
  /// Whether it is older than it might be if no budget were tight.
  public let isPastUsualAge: Bool
  /// Whether it is given because a budget is nearly used up: it is similar, and nobody asked for that.
  public let isNearLimit: Bool
  /// Whether a judge said that the requests want the same.
  public let isJudged: Bool
  /// What was saved.
  public let saved: Charge
  /// What it is charged.
  public let charge: Charge
  /// The ledger's entry.
  public let entry: Int64

  /// Whether it may not be what was asked for: it answered a similar request, is older than an answer may be while no budget is
  /// tight, or nobody knows how old it is, as its time is later than now. Such a one is never given without saying so.
  public var isSubstitute: Bool { finding.tier == .similar || isPastUsualAge || isFromLater }

  /// Whether its time is later than now by more than a clock is set right in passing.
  public var isFromLater: Bool { ageMs < -Self.mostAheadMs }

  /// In milliseconds.
  private static let mostAheadMs: Int64 = 1000

  /// `41/3fa92c`: the entry and the request that it answers, by which it can be rejected.
  public var name: String { "\(finding.entry.id)/\(mark)" }
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
  /// Why it would fit.
  public let tier: CacheTier

  init(_ finding: CacheFinding, at nowUnixMs: Int64) {
    entry = finding.entry.id
    instruction = finding.entry.instruction
    ageMs = finding.entry.ageMs(at: nowUnixMs)
    likeness = finding.likeness
    tier = finding.tier
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
