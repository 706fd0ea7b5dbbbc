import GuardModel

/// What an entry records.
public enum EntryKind: String, Hashable, Sendable, CaseIterable {
  /// A charge was held.
  case reserve
  /// A call was settled.
  case settle
  /// A hold was given back.
  case void
  /// A call was refused.
  case refuse
  /// A call was answered from the cache.
  case cached
  /// A request went to a provider that nobody can meter.
  case unmetered
  /// A top-up.
  case grant
  /// A budget was taken back to zero.
  case reset
  /// A window that had ended was closed.
  case close
  /// A user's tier, budgets or existence changed.
  case user
  /// The ledger's clock was set back.
  case clock
  /// Somebody was told of something, or could not be.
  case notice
  /// A backup took the ledger's place, and goes on from here. An older llmguard takes it for a change of a user.
  case restore
}

/// An immutable row of the ledger.
public struct Entry: Hashable, Sendable {
  /// Its number, from 1, without gaps.
  public var sequence: Int64
  /// What it records.
  public var kind: EntryKind
  /// When, by the ledger's clock.
  public var atUnixMs: Int64
  /// The hold it belongs to, for `reserve`, `settle` and `void`.
  public var hold: HoldID?
  /// The call, for entries that concern one.
  public var facts: CallFacts?
  /// Its tokens, for `settle`.
  public var usage: TokenUsage?
  /// What was held, posted, given back or refused.
  public var charge: Charge?
  /// How the call ended, for `settle`.
  public var ending: CallEnding?
  /// The part of the charged tokens that a retry's price added; `nil` when none did.
  public var surchargeTokens: Int64?
  /// What was saved, for `cached`.
  public var saved: Charge?
  /// Why the stored answer fitted, for `cached`.
  public var cacheTier: CacheTier?
  /// What its usage holds that nobody knows the price of, for `settle`; the cost is then the least it can have been.
  public var unpriced: [UsagePart] = []
  /// The kind of route, for `unmetered` and for a `refuse` of such a request.
  public var route: String?
  /// The user concerned.
  public var user: String?
  /// Who did it, for entries a person or cron made.
  public var actor: String?
  /// The reason, the change, or the budget, for a person.
  public var note: String?

  /// Makes an entry.
  public init(
    sequence: Int64, kind: EntryKind, atUnixMs: Int64, hold: HoldID? = nil, facts: CallFacts? = nil,
    usage: TokenUsage? = nil, charge: Charge? = nil, ending: CallEnding? = nil,
    surchargeTokens: Int64? = nil, user: String? = nil, actor: String? = nil, note: String? = nil
  ) {
    self.sequence = sequence
    self.kind = kind
    self.atUnixMs = atUnixMs
    self.hold = hold
    self.facts = facts
    self.usage = usage
    self.charge = charge
    self.ending = ending
    self.surchargeTokens = surchargeTokens == 0 ? nil : surchargeTokens
    self.user = user
    self.actor = actor
    self.note = note
  }
}

/// Something `verify` found.
public struct LedgerProblem: Hashable, Sendable, CustomStringConvertible {
  /// Where: `entry 812`, `balance 3 (daily token budget of alice)`, `chain head`.
  public var place: String
  /// What is wrong there.
  public var problem: String
  /// The statement of SQL that takes away what is wrong; `nil` where no statement does.
  public var remedy: String?

  /// Makes a problem.
  public init(place: String, problem: String, remedy: String? = nil) {
    self.place = place
    self.problem = problem
    self.remedy = remedy
  }

  /// Where and what.
  public var description: String { "\(place): \(problem)" }
}
