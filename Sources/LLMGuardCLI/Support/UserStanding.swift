import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// A user's budgets as they stand, for whoever shows several users: one whose tier is gone is no reason not to show the
/// others.
struct UserStanding {
  let user: String
  let tier: String
  /// None where the tier is gone.
  let states: [BudgetState]
  /// The tier is not in the configuration (any more): nobody can tell which budgets apply, and the user's calls are refused.
  let problem: SettingsError?

  static func of(
    _ user: String, _ pipeline: Guard, operations: [String]
  ) throws(Failure) -> UserStanding {
    do throws(GuardError) {
      let (tier, states) = try pipeline.states(user: user, operations: operations)
      return UserStanding(user: user, tier: tier, states: states, problem: nil)
    } catch {
      guard case .settings(let problem) = error, case .unknownTier(let name, _, _) = problem else {
        throw Failure(error)
      }
      return UserStanding(user: user, tier: name, states: [], problem: problem)
    }
  }

  /// Those of many users: what is known of them was read at once, and so are their budgets.
  static func of(
    _ users: [LedgerUser], _ settings: Settings, _ ledger: SQLiteLedger, nowUnixMs: Int64
  ) throws(Failure) -> [UserStanding] {
    let operations = settings.operations.keys.sorted()
    var all: [Budget] = []
    var parts: [(user: String, tier: String, budgets: Range<Int>, problem: SettingsError?)] = []
    for user in users {
      let start = all.count
      do throws(SettingsError) {
        let (tier, budgets) = try settings.budgets(of: user.name, user, operations: operations)
        all += budgets
        parts.append((user.name, tier.name, start..<all.count, nil))
      } catch {
        parts.append((user.name, settings.tierName(of: user), start..<start, error))
      }
    }
    let budgets = all
    let states = try Failure.ledger { () throws(LedgerError) in try ledger.states(of: budgets, nowUnixMs: nowUnixMs) }
    return parts.map {
      UserStanding(user: $0.user, tier: $0.tier, states: Array(states[$0.budgets]), problem: $0.problem)
    }
  }

  /// Those of some users whose tier is gone.
  static func withoutTier(_ users: [LedgerUser], _ settings: Settings) -> [SettingsError] {
    users.compactMap { user -> SettingsError? in
      do throws(SettingsError) {
        _ = try settings.budgets(of: user.name, user, operation: nil)
        return nil
      } catch { return error }
    }
  }

  /// Those whom the ledger knows and whose tier is gone. Nobody where there is no ledger, or it cannot be read: that is told
  /// elsewhere.
  static func withoutTier(_ settings: Settings, _ context: Context) -> [SettingsError] {
    do throws(Failure) {
      guard File.exists(try context.ledgerPath()) else { return [] }
      let ledger = try context.readingLedger(settings)
      let users = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
      return withoutTier(users, settings)
    } catch { return [] }
  }
}
