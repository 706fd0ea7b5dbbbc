import Guard
import GuardModel
import Ledger
import Posix

/// How the budgets of calls under way stand by now, as far as this gateway knows: what a reply says of them is not what they were
/// when its call was held, where others have come and gone since.
///
/// A hold brings the ledger's own word. What has ended since, and waits in the ledger's line, is added until the next word has it.
/// A budget with no call under way is forgotten. What other processes did since the last word is not known.
final class BalanceBoard: Sendable {
  private struct Change {
    var posted: Int64
    var released: Int64
  }

  private struct Balance {
    /// The ledger's last word, with what was settled since.
    var state: BudgetState
    /// What has ended and is not in it, by its hold.
    var ended: [HoldID: Change] = [:]
    var underWay: Set<HoldID> = []

    /// How it stands with all that has ended.
    var now: BudgetState { ended.values.reduce(state) { $0.changed(posted: $1.posted, released: $1.released) } }
  }

  private let balances = Locked<[BudgetKey: Balance]>([:])

  /// Takes in what the ledger says with a hold. To be done with the ledger's work, in its order.
  func note(_ call: HeldCall) {
    balances.use { balances in
      for state in call.states {
        var balance = balances[state.budget.key] ?? Balance(state: state)
        // What ended in another window is no part of this one.
        if balance.state.window != state.window { balance.ended = [:] }
        balance.state = state
        balance.underWay.insert(call.hold)
        balances[state.budget.key] = balance
      }
    }
  }

  /// Takes in that a call has ended; the ledger will hear of it.
  ///
  /// - Parameter posted: what it is charged; `nil` for nothing at all.
  /// - Returns: the budgets as they stand with its hold still there, and without its charge.
  func end(_ call: HeldCall, posted: Charge?) -> [BudgetState] {
    balances.use { balances in
      call.states.map { state in
        let key = state.budget.key
        guard var balance = balances[key], balance.underWay.contains(call.hold), balance.state.window == state.window
        else { return state }
        let now = balance.now
        let unit = state.budget.limit.unit
        balance.ended[call.hold] = Change(
          posted: posted?.amount(in: unit) ?? 0, released: call.plan.shape.charge.amount(in: unit))
        balances[key] = balance
        return now
      }
    }
  }

  /// Takes in that the ledger has heard of it, or never will. To be done with the ledger's work.
  func forget(_ call: HeldCall, isInLedger: Bool) {
    balances.use { balances in
      for key in call.states.map(\.budget.key) {
        guard var balance = balances[key] else { continue }
        if let change = balance.ended.removeValue(forKey: call.hold), isInLedger {
          balance.state = balance.state.changed(posted: change.posted, released: change.released)
        }
        balance.underWay.remove(call.hold)
        balances[key] = balance.underWay.isEmpty ? nil : balance
      }
    }
  }

  /// Whether no call is under way.
  var isEmpty: Bool { balances.use { $0.isEmpty } }

  /// The budgets of a call under way as they stand.
  func now(_ call: HeldCall) -> [BudgetState] {
    balances.use { balances in
      call.states.map { state in
        guard let balance = balances[state.budget.key], balance.state.window == state.window else { return state }
        return balance.now
      }
    }
  }
}

extension BudgetState {
  /// The same after something was settled.
  fileprivate func changed(posted: Int64, released: Int64) -> BudgetState {
    BudgetState(
      budget: budget, window: window, posted: (try? Amount.sum(self.posted, posted)) ?? .max,
      pending: max(0, pending - released), granted: granted, countsFromUnixMs: countsFromUnixMs,
      drainedPart: drainedPart, drainedAtUnixMs: drainedAtUnixMs)
  }
}
