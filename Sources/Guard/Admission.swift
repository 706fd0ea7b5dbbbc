import Configuration
import GuardModel
import Ledger

/// The pipeline's answer to a call.
public enum Admission: Hashable, Sendable {
  /// The call may go out, as its plan says.
  case admitted(HeldCall)
  /// The call may not go out; the plan says why. The refusal is recorded.
  case refused(Plan)
}

/// A call whose charge is held.
public struct HeldCall: Hashable, Sendable {
  /// The hold.
  public let hold: HoldID
  /// How the call goes out.
  public let plan: Plan
  /// The budgets after the hold.
  public let states: [BudgetState]
  /// In which file of the ledger the hold is; see `Ledger.replacements`.
  let replacements: Int64

  /// The same call, with its budgets as they stand by now.
  public func with(_ states: [BudgetState]) -> HeldCall {
    HeldCall(hold: hold, plan: plan, states: states, replacements: replacements)
  }
}

/// A call that has ended.
public struct Settled: Hashable, Sendable {
  /// Its tokens.
  public let usage: TokenUsage
  /// What was posted.
  public let charge: Charge
  /// The part of its tokens that is there because it was a retry.
  public let surchargeTokens: Int64
  /// What its usage holds that nobody knows the price of: the cost is then the least it can be.
  public let unpriced: [UsagePart]
  /// Which price was used; `nil` when the price is unknown.
  public let priceStamp: String?
  /// How it ended.
  public let ending: CallEnding
  /// What the ledger said.
  public let receipt: SettlementReceipt
}

/// Why the pipeline failed. A refusal is not a failure.
public enum GuardError: Error, Hashable, Sendable {
  /// The ledger could not be used.
  case ledger(LedgerError)
  /// The configuration does not fit the ledger, such as a tier that no longer exists.
  case settings(SettingsError)
  /// An estimate or a charge does not fit.
  case overflow(AmountOverflow)
  /// The budgets changed faster than a call could be decided.
  case unsettledDecision

  /// What happened, for a person.
  public var message: String {
    switch self {
    case .ledger(let error): error.description
    case .settings(let error): error.description
    case .overflow(let error): error.description
    case .unsettledDecision: "the budgets kept changing while the call was being decided"
    }
  }

  /// Whether the ledger cannot be used: what failing open is for.
  public var isLedgerUnusable: Bool { if case .ledger(let error) = self { error.isLedgerUnusable } else { false } }

  /// Whether the amounts of the call itself do not fit.
  public var isOverflow: Bool {
    switch self {
    case .overflow, .ledger(.overflow): true
    default: false
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .ledger(let error): error.hint
    case .settings(let error): error.hint
    case .overflow: "use smaller amounts for --estimate and --max-tokens; nothing was recorded"
    case .unsettledDecision: "try again"
    }
  }
}
