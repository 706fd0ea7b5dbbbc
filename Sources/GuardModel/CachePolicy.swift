/// Who may be given an answer that was made for somebody.
public enum CacheScope: String, Hashable, Sendable, CaseIterable {
  /// Only the user it was made for.
  case user
  /// Everybody in that user's tier.
  case tier
  /// Everybody.
  case all
}

/// What a call wants of the cache.
public enum CacheMode: String, Hashable, Sendable, CaseIterable {
  /// The same answer to the same request, where nothing speaks against it.
  case auto
  /// Neither look nor store.
  case off
  /// Do not look; store the new answer in place of the old one.
  case refresh
  /// An answer from the cache, or none.
  case only
  /// Also the answer to a similar request.
  case similar
}

/// What happens to a similar answer when a budget is nearly used up.
public enum NearLimit: String, Hashable, Sendable, CaseIterable {
  /// It is named, with how to take it.
  case offer
  /// It is given, in the soft phase, and in the hard one in place of a refusal; marked.
  case serve
}

/// One value for each phase.
public struct PhaseValues<Value: Hashable & Sendable>: Hashable, Sendable {
  private var values: [Value]

  /// Makes it of the values for `ok`, `warn`, `soft` and `hard`.
  public init(ok: Value, warn: Value, soft: Value, hard: Value) { values = [ok, warn, soft, hard] }

  /// Makes it of a list: one value for all phases, or four; `nil` for any other number.
  public init?(_ list: [Value]) {
    switch list.count {
    case 1: values = Array(repeating: list[0], count: 4)
    case 4: values = list
    default: return nil
    }
  }

  /// The value of a phase.
  public subscript(_ phase: Phase) -> Value {
    switch phase {
    case .ok: values[0]
    case .warn: values[1]
    case .soft: values[2]
    case .hard: values[3]
    }
  }

  /// All four, in the order of the phases.
  public var list: [Value] { values }
}

/// What a tier or an operation says of the cache over the general rules; `nil` leaves them as they are.
public struct CacheRules: Hashable, Sendable {
  /// What its calls want of the cache: `auto`, `off` or `similar`.
  public var mode: CacheMode?
  /// What happens near a limit.
  public var nearLimit: NearLimit?
  /// How long an answer is good, by phase.
  public var ttlMs: PhaseValues<Int64>?

  /// No rules.
  public init() {}
}

/// The rules of the cache.
///
/// As a budget tightens, answers stay good longer and a looser likeness is enough, because then an answer that is nearly
/// right beats none. What guards forbid stays forbidden in every phase.
public struct CachePolicy: Hashable, Sendable {
  /// What calls want that do not say.
  public var mode = CacheMode.auto
  /// Who may be given whose answers.
  public var scope = CacheScope.user
  /// What happens near a limit.
  public var nearLimit = NearLimit.offer
  /// How long an answer is good, by phase.
  public var ttlMs = PhaseValues<Int64>(ok: day, warn: 3 * day, soft: 7 * day, hard: 14 * day)
  /// How alike a similar request must be, by phase, in thousandths.
  public var similarity = PhaseValues<Int64>(ok: 900, warn: 850, soft: 800, hard: 750)
  /// What part of the call's charge an answer from the cache is charged.
  public var hitCharge = Multiplier(thousandths: 0) ?? .one
  /// The most bytes the cache keeps.
  public var maximumBytes: Int64 = 512 << 20
  /// The most bytes of one answer.
  public var maximumEntryBytes: Int64 = 4 << 20
  /// The model that is asked whether two requests want the same; `nil` asks none.
  public var judgeModel: String?

  private static let day: Int64 = 86_400_000

  /// The rules without any configuration.
  public init() {}

  /// The same with what a tier says, and an operation over it.
  public func applying(_ tier: CacheRules, _ operation: CacheRules?) -> CachePolicy {
    var policy = self
    for rules in [tier, operation].compactMap({ $0 }) {
      policy.mode = rules.mode ?? policy.mode
      policy.nearLimit = rules.nearLimit ?? policy.nearLimit
      policy.ttlMs = rules.ttlMs ?? policy.ttlMs
    }
    return policy
  }

  /// Whether a similar answer is given to a call without its asking.
  public func servesSimilar(_ mode: CacheMode, in phase: Phase) -> Bool {
    mode == .similar || (mode != .off && nearLimit == .serve && phase >= .soft)
  }

  /// Whether a similar answer is named to a call that is not given it.
  public func offersSimilar(_ mode: CacheMode, in phase: Phase) -> Bool {
    (mode == .auto || mode == .only) && phase >= .warn
  }
}
