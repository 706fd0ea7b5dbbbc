import GuardModel

/// A call that has ended, from the entry that ended it: settled, refused, given back, answered from the cache, or let out
/// unmetered. A hold in whose place another entry tells of the call is none (``Replacement``).
public struct CallRecord: Hashable, Sendable {
  /// Its number: that of its reservation, or for one that held nothing of its only entry.
  public var number: Int64
  /// The entry that ended it.
  public var entry: Entry
  /// What is known of it.
  public var facts: CallFacts
  /// When its charge was held; `nil` when it never was.
  public var reservedAtUnixMs: Int64?
  /// What was held; `nil` when nothing was.
  public var held: Charge?
  /// Charged tokens beyond what was held.
  public var overrunTokens: Int64

  /// Makes a record.
  public init(
    number: Int64, entry: Entry, facts: CallFacts, reservedAtUnixMs: Int64?, held: Charge?, overrunTokens: Int64
  ) {
    self.number = number
    self.entry = entry
    self.facts = facts
    self.reservedAtUnixMs = reservedAtUnixMs
    self.held = held
    self.overrunTokens = overrunTokens
  }

  /// When it ended.
  public var endedAtUnixMs: Int64 { entry.atUnixMs }

  /// Where it stands among the others.
  public var place: CallQuery.Place { CallQuery.Place(atUnixMs: entry.atUnixMs, sequence: entry.sequence) }

  /// What it took: nothing for one that was refused or given back.
  public var posted: Charge? { entry.kind == .settle || entry.kind == .cached ? entry.charge : nil }
}

extension EntryKind {
  /// The kinds of entries that end a call.
  public static let endings: [EntryKind] = [.settle, .refuse, .void, .cached, .unmetered]
}

/// Which calls to read, in which order.
public struct CallQuery: Hashable, Sendable {
  /// Where a call stands in time. Calls that ended in the same millisecond stand in the order of their entries.
  public struct Place: Hashable, Sendable, Comparable {
    /// When it ended.
    public var atUnixMs: Int64
    /// The entry that ended it.
    public var sequence: Int64

    /// Makes a place.
    public init(atUnixMs: Int64, sequence: Int64) {
      self.atUnixMs = atUnixMs
      self.sequence = sequence
    }

    /// Earlier places come first.
    public static func < (a: Place, b: Place) -> Bool { (a.atUnixMs, a.sequence) < (b.atUnixMs, b.sequence) }
  }

  /// The order, and where reading goes on.
  public enum Order: Hashable, Sendable {
    /// The newest first, from before a place on.
    case newestFirst(before: Place?)
    /// The oldest first, from after a place on.
    case oldestFirst(after: Place?)
    /// In the order in which they were recorded, after an entry: for following.
    case asRecorded(after: Int64)
  }

  /// The first instant; `nil` for the beginning.
  public var sinceUnixMs: Int64?
  /// The first instant no longer read; `nil` for no end.
  public var untilUnixMs: Int64?
  /// Only this user.
  public var user: String?
  /// Only this operation.
  public var operation: String?
  /// Only this model.
  public var model: String?
  /// Only this run.
  public var run: String?
  /// Only calls that went out, or were refused, in this phase.
  public var phase: Phase?
  /// Only calls that were refused, by whatever: a budget, a cap, the line.
  public var isRefusedOnly: Bool
  /// The order.
  public var order: Order
  /// The most to read.
  public var limit: Int

  /// Makes a query.
  public init(
    sinceUnixMs: Int64? = nil, untilUnixMs: Int64? = nil, user: String? = nil, operation: String? = nil,
    model: String? = nil, run: String? = nil, phase: Phase? = nil, isRefusedOnly: Bool = false,
    order: Order = .newestFirst(before: nil), limit: Int
  ) {
    self.sinceUnixMs = sinceUnixMs
    self.untilUnixMs = untilUnixMs
    self.user = user
    self.operation = operation
    self.model = model
    self.run = run
    self.phase = phase
    self.isRefusedOnly = isRefusedOnly
    self.order = order
    self.limit = limit
  }

  /// Whether a call is one of those.
  func includes(_ call: CallRecord) -> Bool {
    let facts = call.facts
    guard !call.entry.isReplaced, call.entry.atUnixMs >= sinceUnixMs ?? .min, call.entry.atUnixMs < untilUnixMs ?? .max,
      user ?? facts.user == facts.user, operation ?? facts.operation == facts.operation,
      model == nil || model == facts.model, run ?? facts.run == facts.run, phase ?? facts.phase == facts.phase,
      !isRefusedOnly || call.entry.kind == .refuse
    else { return false }
    switch order {
    case .newestFirst(let place?): return call.place < place
    case .oldestFirst(let place?): return call.place > place
    case .newestFirst(nil), .oldestFirst(nil): return true
    case .asRecorded(let sequence): return call.entry.sequence > sequence
    }
  }
}

/// The size of a settled call: what distributions and the errors of estimates are made of.
public struct CallSize: Hashable, Sendable {
  /// When it ended.
  public var endedAtUnixMs: Int64
  /// Whose it was.
  public var user: String
  /// What it was for.
  public var operation: String
  /// The model; empty when not known.
  public var model: String
  /// The user's tier at the time.
  public var tier: String
  /// The phase it went out in.
  public var phase: Phase
  /// The run it belonged to.
  public var run: String
  /// The program of its run.
  public var program: String
  /// What was charged.
  public var charge: Charge
  /// Estimated tokens, in and out.
  public var estimated: Int64
  /// Tokens, in and out.
  public var tokens: Int64
  /// Those of the estimate that went in.
  public var estimatedInput: Int64
  /// Those that went in.
  public var input: Int64
  /// Who counted them.
  public var exactness: Exactness
  /// How long it waited for its turn; `nil` when it did not stand in the line.
  public var waitedMs: Int64?
  /// What its cost is, where not all of it is known.
  public var costBound: CostBound

  /// The size of a call; `nil` for one that was not settled.
  public init?(_ call: CallRecord) {
    guard call.entry.kind == .settle, let usage = call.entry.usage else { return nil }
    let facts = call.facts
    self.init(
      endedAtUnixMs: call.endedAtUnixMs, user: facts.user, operation: facts.operation, model: facts.model ?? "",
      tier: facts.tier, phase: facts.phase, run: facts.run, program: facts.program, charge: call.entry.charge ?? .zero,
      estimated: facts.estimatedInput + facts.estimatedOutput,
      tokens: usage.input + usage.output, estimatedInput: facts.estimatedInput, input: usage.input,
      exactness: usage.exactness, waitedMs: facts.waitedMs,
      costBound: UsagePart.bound(call.entry.unpriced, ofCostMicroUSD: call.entry.charge?.costMicroUSD))
  }

  /// Makes a size.
  public init(
    endedAtUnixMs: Int64, user: String, operation: String, model: String, tier: String, phase: Phase, run: String,
    program: String, charge: Charge, estimated: Int64, tokens: Int64, estimatedInput: Int64, input: Int64,
    exactness: Exactness, waitedMs: Int64? = nil, costBound: CostBound = .exact
  ) {
    self.endedAtUnixMs = endedAtUnixMs
    self.user = user
    self.operation = operation
    self.model = model
    self.tier = tier
    self.phase = phase
    self.run = run
    self.program = program
    self.charge = charge
    self.estimated = estimated
    self.tokens = tokens
    self.estimatedInput = estimatedInput
    self.input = input
    self.exactness = exactness
    self.waitedMs = waitedMs
    self.costBound = costBound
  }
}

/// How often a user was refused, and by what.
public struct RefusalSums: Hashable, Sendable {
  /// The user.
  public var user: String
  /// The budget in words; `nil` when it was no budget but a policy, such as an unknown price or a full line.
  public var budget: String?
  /// How often.
  public var refusals: Int64

  /// Makes a sum.
  public init(user: String, budget: String?, refusals: Int64) {
    self.user = user
    self.budget = budget
    self.refusals = refusals
  }
}

/// A budget's window as the ledger keeps it.
public struct WindowRecord: Hashable, Sendable {
  /// The budget.
  public var key: BudgetKey
  /// When it counts.
  public var window: Window
  /// Settled in it, ever.
  public var posted: Int64

  /// Makes a record.
  public init(key: BudgetKey, window: Window, posted: Int64) {
    self.key = key
    self.window = window
    self.posted = posted
  }
}
