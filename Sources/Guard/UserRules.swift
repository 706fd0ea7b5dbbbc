import Configuration
import GuardModel
import Ledger

/// The configuration and what the ledger knows of a user, together.
extension Settings {
  /// The tier and the budgets that apply to a user's calls.
  public func budgets(
    of user: String, _ known: LedgerUser?, operation: String?
  ) throws(SettingsError) -> (tier: Tier, budgets: [Budget]) {
    try budgets(
      user: user, ledgerTier: known?.tier, ledgerBudgets: known?.budgets ?? [], lowered: known?.lowered ?? [],
      operation: operation)
  }

  /// The same, with the quotas of some operations.
  public func budgets(
    of user: String, _ known: LedgerUser?, operations: [String]
  ) throws(SettingsError) -> (tier: Tier, budgets: [Budget]) {
    let (tier, common) = try budgets(of: user, known, operation: nil)
    return (tier, common + operations.flatMap { quotas(of: user, operation: $0, tier: tier) })
  }

  /// The tier a user is in, by name.
  public func tierName(of known: LedgerUser) -> String {
    (tierLockPlace(of: known.name) == nil ? known.tier : nil) ?? users[known.name]?.tier ?? defaultTier
  }

  /// What a user's calls give up first. Where the administrator has locked it, what was chosen before does not hold.
  public func sacrifice(_ chosen: Sacrifice?) -> Sacrifice {
    lockPlace(of: "prefer") == nil ? chosen ?? prefer : prefer
  }

  /// What each of a user's runs may take.
  ///
  /// - Parameter stated: what the run's command line says, which comes first.
  /// - Returns: the stated limits, then the user's own, then the configuration's; of those that the administrator has locked
  ///   the tightest.
  public func runLimits(of known: LedgerUser?, stated: RunLimits = RunLimits()) -> RunLimits {
    stated.or(known?.runLimits ?? RunLimits()).or(runLimits).tightened(by: lockedRunLimits)
  }
}
