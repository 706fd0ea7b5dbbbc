import GuardModel

/// The number of a hold: unique in its ledger, never used again.
public struct HoldID: Hashable, Sendable, CustomStringConvertible {
  /// The number, ≥ 1.
  public let number: Int64
  /// Wraps a number.
  public init(_ number: Int64) { self.number = number }
  /// The number in decimal.
  public var description: String { String(number) }
}

/// What is known of a call before it leaves, and recorded with it. Never a prompt, an argument or a key.
public struct CallFacts: Hashable, Sendable {
  /// Who is charged.
  public var user: String
  /// The tier the user was in.
  public var tier: String
  /// What the call is for.
  public var operation: String
  /// The model it goes to; `nil` when not known.
  public var model: String?
  /// The model that was asked for, when degradation changed it.
  public var requestedModel: String?
  /// The run it belongs to.
  public var run: String
  /// The program of the run, its name without folder or arguments: what reports and forecasts call it by.
  public var program: String
  /// The phase it was decided in.
  public var phase: Phase
  /// Whether its model, its maximum or its start was changed by the soft phase.
  public var degraded: Bool
  /// Estimated input tokens.
  public var estimatedInput: Int64
  /// Estimated or maximal output tokens.
  public var estimatedOutput: Int64
  /// Which price was used: `built-in 2026-11-01`; `nil` when the price is unknown.
  public var priceStamp: String?
  /// Which attempt at the same thing it is: 1 for a first call, more for a retry.
  public var attempt: Int64
  /// The provider it goes to; `nil` when not known.
  public var provider: String?
  /// How long it waited for its turn; `nil` when nothing made it stand in the line.
  public var waitedMs: Int64?

  /// What calls are for that ask a judge about an answer of the cache: none of them is one of the run's own.
  public static let judgeOperation = Operation.judges

  /// Whether it asks a judge.
  public var isJudges: Bool { operation == Self.judgeOperation }

  /// Makes the facts of a call.
  public init(
    user: String, tier: String, operation: String, model: String?, requestedModel: String? = nil, run: String,
    program: String, phase: Phase, degraded: Bool = false, estimatedInput: Int64, estimatedOutput: Int64,
    priceStamp: String? = nil, attempt: Int64 = 1, provider: String? = nil, waitedMs: Int64? = nil
  ) {
    self.user = user
    self.tier = tier
    self.operation = operation
    self.model = model
    self.requestedModel = requestedModel
    self.run = run
    self.program = program
    self.phase = phase
    self.degraded = degraded
    self.estimatedInput = estimatedInput
    self.estimatedOutput = estimatedOutput
    self.priceStamp = priceStamp
    self.attempt = attempt
    self.provider = provider
    self.waitedMs = waitedMs
  }
}

/// A request to hold a charge.
public struct ReservationRequest: Hashable, Sendable {
  /// Names the request: a second reservation with the same key is the first one.
  public var idempotencyKey: String
  /// What is recorded.
  public var facts: CallFacts
  /// What is held.
  public var charge: Charge
  /// On which budgets.
  public var budgets: [Budget]
  /// What happens if the owner dies.
  public var whenAbandoned: AbandonedHoldPolicy
  /// Which attempt at the same thing it was decided as; `nil` when what it asks for cannot be told.
  public var attempt: AttemptClaim?
  /// Whose envelope it draws from: that of its run, or of a run inside that.
  public var envelope: String
  /// The budget on whose account it goes out cheaper than it was asked for, in words; `nil` for any other call.
  public var degradedBy: String?

  /// Makes a request.
  public init(
    idempotencyKey: String, facts: CallFacts, charge: Charge, budgets: [Budget],
    whenAbandoned: AbandonedHoldPolicy = .charge, attempt: AttemptClaim? = nil, envelope: String? = nil,
    degradedBy: String? = nil
  ) {
    self.envelope = envelope ?? facts.run
    self.degradedBy = degradedBy
    self.idempotencyKey = idempotencyKey
    self.facts = facts
    self.charge = charge
    self.budgets = budgets
    self.whenAbandoned = whenAbandoned
    self.attempt = attempt
  }

  /// The phase the caller decided in; the call leaves in this phase or an earlier one.
  public var decidedPhase: Phase { facts.phase }
}

/// The ledger's answer to a reservation.
public enum ReservationOutcome: Hashable, Sendable {
  /// Held. The states are those after the hold.
  case held(HoldID, [BudgetState])
  /// Nothing is held: inside the transaction the call would have left in a later phase. Decide again on these states.
  case phaseMoved(Decision, [BudgetState])
  /// Nothing is held: inside the transaction the call is another attempt than the one decided for, and costs more or less.
  /// Decide again for this number.
  case attemptMoved(Int64, [BudgetState])
}

/// What a call really took.
public struct Settlement: Hashable, Sendable {
  /// Its tokens.
  public var usage: TokenUsage
  /// What is posted.
  public var charge: Charge
  /// How it ended.
  public var ending: CallEnding
  /// The part of the charged tokens that is there because it was a retry; ≥ 0, within `charge.tokens`.
  public var surchargeTokens: Int64
  /// What the usage holds that nobody knows the price of: then the charge's cost is the least it can be.
  public var unpriced: [UsagePart]
  /// Which price was used, where that is not the one that was held with; `nil` leaves that.
  public var priceStamp: String?
  /// Whether anything of an answer reached whoever asked. Where nothing did, asking again is no retry.
  public var isAnswered: Bool
  /// Why its answer did not come whole, where that is known.
  public var reason: String?
  /// How many answers its output is of: what is learned of outputs is learned of one.
  public var answers: Int64

  /// The output of one answer, rounded up.
  public var outputOfOne: Int64 { answers > 1 ? (usage.output + (answers - 1)) / answers : usage.output }

  /// Makes a settlement.
  public init(
    usage: TokenUsage, charge: Charge, ending: CallEnding, surchargeTokens: Int64 = 0, unpriced: [UsagePart] = [],
    priceStamp: String? = nil, isAnswered: Bool = true, answers: Int64 = 1, reason: String? = nil
  ) {
    self.reason = reason
    self.isAnswered = isAnswered
    self.answers = answers
    self.usage = usage
    self.charge = charge
    self.ending = ending
    self.surchargeTokens = surchargeTokens
    self.unpriced = unpriced
    self.priceStamp = priceStamp
  }
}

/// How a call ended.
public enum CallEnding: String, Hashable, Sendable, CaseIterable {
  /// The answer came whole.
  case complete
  /// The command failed or was stopped: what it took is what is known.
  case failed
  /// The owner died; the estimate was charged.
  case abandoned
}

/// The ledger's answer to a settlement.
public struct SettlementReceipt: Hashable, Sendable {
  /// The entry's sequence number.
  public var entry: Int64
  /// Charged tokens beyond the hold, ≥ 0.
  public var overrunTokens: Int64

  /// Makes a receipt.
  public init(entry: Int64, overrunTokens: Int64) {
    self.entry = entry
    self.overrunTokens = overrunTokens
  }
}

/// A call that was refused.
public struct Refusal: Hashable, Sendable {
  /// The call, with `hard` as its phase.
  public var facts: CallFacts
  /// What it would have taken.
  public var charge: Charge
  /// The budget that refused it; `nil` for a policy, such as an unknown price.
  public var budget: BudgetKey?
  /// The kind of route, for a request that nobody can meter.
  public var route: String?
  /// The policy in words, where it was no budget.
  public var policy: String?

  /// What the note of a refusal begins with where it was no budget.
  public static let policyMark = "policy: "

  /// Why it was refused, as it is recorded: the budget, or the policy behind its mark.
  public var note: String? { budget?.label ?? policy.map { Self.policyMark + $0 } }

  /// The budget in a refusal's note, in words; `nil` for a policy.
  public static func budget(inNote note: String?) -> String? { note.flatMap { $0.hasPrefix(policyMark) ? nil : $0 } }

  /// The policy in a refusal's note, in words; `nil` for a budget.
  public static func policy(inNote note: String?) -> String? {
    note.flatMap { $0.hasPrefix(policyMark) ? String($0.dropFirst(policyMark.count)) : nil }
  }

  /// Whether a refusal's note says that its user was paused. There the pause stands as the limit that it is made of, which is
  /// nothing that anybody could set.
  public static func isPause(inNote note: String?) -> Bool { note == pauseNote }

  private static let pauseNote = BudgetKey(scope: .user(""), limit: .pause).label

  /// A note as it is shown: `paused` for a pause, and any other as it is.
  public static func shown(_ note: String?) -> String? { isPause(inNote: note) ? Budget.pauseOrigin : note }

  /// Makes a refusal.
  public init(facts: CallFacts, charge: Charge, budget: BudgetKey?, route: String? = nil, policy: String? = nil) {
    self.facts = facts
    self.policy = policy
    self.charge = charge
    self.budget = budget
    self.route = route
  }
}

/// A hold in the ledger.
public struct HoldRecord: Hashable, Sendable {
  /// Its number.
  public var id: HoldID
  /// What is known of the call.
  public var facts: CallFacts
  /// What is held.
  public var charge: Charge
  /// When it was taken.
  public var reservedAtUnixMs: Int64
  /// The owner's process id, for display; whether it lives is told by its lock.
  public var ownerPID: Int32

  /// Makes a record.
  public init(id: HoldID, facts: CallFacts, charge: Charge, reservedAtUnixMs: Int64, ownerPID: Int32) {
    self.id = id
    self.facts = facts
    self.charge = charge
    self.reservedAtUnixMs = reservedAtUnixMs
    self.ownerPID = ownerPID
  }
}

/// A hold that was recovered from a dead owner.
public struct RecoveredHold: Hashable, Sendable {
  /// The hold.
  public var hold: HoldRecord
  /// What became of it.
  public var action: AbandonedHoldPolicy
  /// Why such a hold was given back, in its entry.
  public static let note = "the owner died"

  /// Makes a record of a recovery.
  public init(hold: HoldRecord, action: AbandonedHoldPolicy) {
    self.hold = hold
    self.action = action
  }
}
