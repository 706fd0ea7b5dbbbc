/// How often each tier is right, over pairs of which it is known.
public struct PairEvaluation: Sendable {
  /// What a tier, or all pairs, came to.
  public struct Tally: Sendable, Equatable {
    /// Pairs that match.
    public var hits = 0
    /// Those among them that need another answer.
    public var falseHits = 0
    /// Pairs that one answer serves, whether they match or not.
    public var same = 0
    /// All pairs.
    public var pairs = 0

    /// Makes a tally of nothing.
    public init() {}

    /// The share of hits that are right; nil without a hit.
    public var precision: Double? { hits == 0 ? nil : Double(hits - falseHits) / Double(hits) }
    /// The share of pairs of one answer that match; nil without such a pair.
    public var recall: Double? { same == 0 ? nil : Double(hits - falseHits) / Double(same) }

    mutating func add(isHit: Bool, isSame: Bool) {
      pairs += 1
      if isSame { same += 1 }
      if isHit { hits += 1 }
      if isHit, !isSame { falseHits += 1 }
    }
  }

  /// By tier, over all pairs.
  public private(set) var tiers: [CacheTier: Tally] = [:]
  /// By kind of pair, then by tier.
  public private(set) var kinds: [String: [CacheTier: Tally]] = [:]
  /// How many pairs there were.
  public private(set) var count = 0
  /// Pairs that would be answered unasked, and wrongly.
  public private(set) var falseHits: [LabelledPair] = []
  private let threshold: Float

  /// Begins an evaluation.
  ///
  /// - Parameter threshold: from which similarity on the similar tier matches.
  public init(threshold: Float) { self.threshold = threshold }

  /// Adds a pair.
  public mutating func add(_ pair: LabelledPair) {
    count += 1
    let match = CacheTier.match(pair, threshold: threshold)
    for tier in CacheTier.allCases {
      let isHit = tier == match || tier == .served && (match == .exact || match == .intent)
      tiers[tier, default: Tally()].add(isHit: isHit, isSame: pair.isSame)
      kinds[pair.kind, default: [:]][tier, default: Tally()].add(isHit: isHit, isSame: pair.isSame)
    }
    if !pair.isSame, match == .exact || match == .intent { falseHits.append(pair) }
  }
}
