import Configuration
import Guard
import GuardModel
import Ledger
import SQLiteLedger

/// What the administrator's file locks, for commands that change limits.
enum SystemLocks {
  /// Fails where a budget was locked, so that no command may add to it.
  static func check(_ key: BudgetKey, tier: Tier, _ settings: Settings, remedy: String) throws(Failure) {
    guard let place = settings.lockPlace(of: key, tier: tier) else { return }
    throw Failure(
      "the \(key.label) of \(key.user) is locked by \(place)", hint: "\(remedy), or ask whoever keeps the system file",
      status: Failure.Status.configuration)
  }

  /// Fails where budgets of a user's own would be more than what was locked.
  static func check(
    _ limits: [BudgetLimit], of user: String, _ settings: Settings, _ ledger: SQLiteLedger
  ) throws(Failure) {
    var known = try BudgetOwnCommands.known(user, ledger)
    known.budgets = limits
    known.lowered = []
    let (tier, budgets) = try BudgetOwnCommands.rules(of: known, settings, operations: [])
    for limit in limits {
      let key = BudgetKey(scope: .user(user), limit: limit)
      guard let budget = budgets.first(where: { $0.key == key }), budget.limit != limit,
        let place = settings.lockPlace(of: key, tier: tier)
      else { continue }
      throw Failure(
        "'\(limit)' is more than the \(budget.limit) of \(budget.origin), which is locked by \(place)",
        hint: "give less, or ask whoever keeps the system file", status: Failure.Status.configuration)
    }
  }
}

extension RunLimits {
  /// Fails where limits of runs are looser than what was locked.
  static func check(_ limits: RunLimits, against settings: Settings) throws(Failure) {
    guard let excess = limits.excess(over: settings.lockedRunLimits) else { return }
    let place =
      settings.lockPlace(of: "run", "budget") ?? settings.lockPlace(of: "run", "max_calls")
      ?? settings.lockPlace(of: "run", "max_duration") ?? "the system file"
    throw Failure(
      "\(excess) for one run, which is locked by \(place)", hint: "give less, or ask whoever keeps the system file",
      status: Failure.Status.configuration)
  }
}
