import GuardModel
import Ledger

/// What applies to the calls of a few users and operations, as the rules say: they say the same for each call, until they
/// change or what the ledger knows of the user.
struct RulesOfCalls {
  private struct Known {
    let user: String
    let operation: String?
    let inLedger: LedgerUser?
    let rules: Guard.Rules
  }

  /// The ones that were put together last; the oldest goes first.
  private var known: [Known] = []
  private static let most = 8

  /// What applies; `nil` where it has to be put together.
  func rules(_ user: String, _ inLedger: LedgerUser?, _ operation: String?) -> Guard.Rules? {
    let inLedger = Self.withoutCalls(inLedger)
    return known.first { $0.user == user && $0.operation == operation && $0.inLedger == inLedger }?.rules
  }

  /// Takes what applies.
  mutating func note(_ rules: Guard.Rules, _ user: String, _ inLedger: LedgerUser?, _ operation: String?) {
    known.removeAll { $0.user == user && $0.operation == operation }
    if known.count == Self.most { known.removeFirst() }
    known.append(Known(user: user, operation: operation, inLedger: Self.withoutCalls(inLedger), rules: rules))
  }

  /// A user without their last call, of which no rule is.
  private static func withoutCalls(_ user: LedgerUser?) -> LedgerUser? {
    var user = user
    user?.lastCallAtUnixMs = nil
    return user
  }
}
