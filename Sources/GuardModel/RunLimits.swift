/// What each run may take at most, as a rule that stands: the configuration's, or a user's own.
///
/// Invariant of everything that reads one: limits are greater than zero.
public struct RunLimits: Hashable, Sendable, CustomStringConvertible {
  /// Charged tokens.
  public var tokens: Int64?
  /// Money in millionths of a dollar.
  public var costMicroUSD: Int64?
  /// Calls.
  public var calls: Int64?
  /// Milliseconds after which no call goes out.
  public var durationMs: Int64?

  /// Limits; what is left out is not limited.
  public init(tokens: Int64? = nil, costMicroUSD: Int64? = nil, calls: Int64? = nil, durationMs: Int64? = nil) {
    self.tokens = tokens
    self.costMicroUSD = costMicroUSD
    self.calls = calls
    self.durationMs = durationMs
  }

  /// Whether nothing is limited.
  public var areNone: Bool { self == RunLimits() }

  /// These, and where they say nothing, the others.
  public func or(_ others: RunLimits) -> RunLimits {
    merged(with: others) { $0 ?? $1 }
  }

  /// The tighter of each.
  public func tightened(by others: RunLimits) -> RunLimits {
    merged(with: others) { own, other in
      guard let own, let other else { return own ?? other }
      return min(own, other)
    }
  }

  /// The first limit that is looser than another's, as the two stand: `$2 is more than $0.50`.
  public func excess(over others: RunLimits) -> String? {
    func looser(_ own: Int64?, _ other: Int64?) -> Bool {
      own.map { mine in other.map { mine > $0 } ?? false } ?? false
    }
    let parts: [(Bool, RunLimits, RunLimits)] = [
      (looser(tokens, others.tokens), RunLimits(tokens: tokens), RunLimits(tokens: others.tokens)),
      (
        looser(costMicroUSD, others.costMicroUSD), RunLimits(costMicroUSD: costMicroUSD),
        RunLimits(costMicroUSD: others.costMicroUSD)
      ),
      (looser(calls, others.calls), RunLimits(calls: calls), RunLimits(calls: others.calls)),
      (
        looser(durationMs, others.durationMs), RunLimits(durationMs: durationMs),
        RunLimits(durationMs: others.durationMs)
      ),
    ]
    return parts.first { $0.0 }.map { "\($0.1) is more than \($0.2)" }
  }

  /// The limits in words: `50k tokens, $0.50, 20 calls, 2h`.
  public var description: String {
    let parts = [
      tokens.map { BudgetLimit.amountText($0, .tokens) }, costMicroUSD.map { BudgetLimit.amountText($0, .money) },
      calls.map { BudgetLimit.amountText($0, .calls) },
      durationMs.map { $0 % 1000 == 0 ? BudgetLimit.shortDuration($0 / 1000) : "\($0)ms" },
    ].compactMap { $0 }
    return parts.isEmpty ? "no limit" : parts.joined(separator: ", ")
  }

  /// What there is in place of a standing limit of nothing, which no run would get past.
  public static let remedyForNothing =
    "give more than nothing, or take it out; one run that is to make no call: llmguard run --max-calls 0; a user: llmguard budget pause"

  private func merged(with others: RunLimits, _ pick: (Int64?, Int64?) -> Int64?) -> RunLimits {
    RunLimits(
      tokens: pick(tokens, others.tokens), costMicroUSD: pick(costMicroUSD, others.costMicroUSD),
      calls: pick(calls, others.calls), durationMs: pick(durationMs, others.durationMs))
  }
}
