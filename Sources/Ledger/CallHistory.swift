import GuardModel

/// A call of the past, as the ledger knows it.
public struct PastCall: Hashable, Sendable {
  /// What was known of it before it left.
  public var facts: CallFacts
  /// When it was held, or refused.
  public var arrivedAtUnixMs: Int64
  /// When it was settled, or refused.
  public var endedAtUnixMs: Int64
  /// Its tokens; `nil` when it was refused.
  public var usage: TokenUsage?
  /// What was posted; for a refused call what it would have taken.
  public var charge: Charge
  /// What of it has a price that nobody knew, so that it cost more or less than was posted.
  public var unpriced: [UsagePart]
  /// What was held for it while it was under way; `nil` when nothing was.
  public var held: Charge?
  /// The numbers of the entries that held and that ended it: they tell what was under way at once, to the last call.
  public var entries: ClosedRange<Int64>
  /// The budget that refused it, in words; `nil` for what was not refused, or was by a policy.
  public var refusedBy: String?
  /// The policy that refused it, in words; `nil` for what was not refused, or was by a budget.
  public var refusedByPolicy: String?
  /// What the call would have been charged that the cache answered, in tokens; `nil` for one that went out or was refused. Its
  /// charge is what the answer was.
  public var answeredTokens: Int64?

  /// Makes a record.
  public init(
    facts: CallFacts, arrivedAtUnixMs: Int64, endedAtUnixMs: Int64, usage: TokenUsage?, charge: Charge,
    unpriced: [UsagePart] = [], held: Charge? = nil, entries: ClosedRange<Int64>, refusedBy: String? = nil,
    refusedByPolicy: String? = nil, answeredTokens: Int64? = nil
  ) {
    self.answeredTokens = answeredTokens
    self.refusedBy = refusedBy
    self.refusedByPolicy = refusedByPolicy
    self.unpriced = unpriced
    self.held = held
    self.entries = entries
    self.facts = facts
    self.arrivedAtUnixMs = arrivedAtUnixMs
    self.endedAtUnixMs = endedAtUnixMs
    self.usage = usage
    self.charge = charge
  }
}

/// Which calls of the past are wanted.
public struct HistoryQuery: Hashable, Sendable {
  /// Those that ended then or later.
  public var sinceUnixMs: Int64 = 0
  /// Only this user's.
  public var user: String?
  /// Only those of runs of this program.
  public var program: String?
  /// Only those for this operation.
  public var operation: String?
  /// Those that the cache answered, too.
  public var hasAnswered = false

  /// All of them that went out or were refused.
  public init() {}
}

/// A ledger that tells its calls one by one: what forecasts and simulations rest on.
public protocol CallHistory: AnyObject {
  /// Hands out calls in the order they ended, until the body has enough.
  func pastCalls(_ query: HistoryQuery, _ body: (PastCall) -> Bool) throws(LedgerError)
}
