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

    /// Takes in what the ledger says with a hold.
    mutating func note(_ state: BudgetState, _ hold: HoldID) {
      // What ended in another window is no part of this one.
      if self.state.window != state.window { ended = [:] }
      self.state = state
      underWay.insert(hold)
    }

    /// Takes in that a call has ended. - Returns: how the budget stands without that.
    mutating func end(_ call: HeldCall, _ held: BudgetState, _ posted: Charge?) -> BudgetState {
      guard underWay.contains(call.hold), state.window == held.window else { return held }
      let now = now
      let unit = held.budget.limit.unit
      ended[call.hold] = Change(
        posted: posted?.amount(in: unit) ?? 0, released: call.plan.shape.charge.amount(in: unit))
      return now
    }

    /// Takes in that the ledger has heard of an end, or never will.
    mutating func forget(_ hold: HoldID, isInLedger: Bool) {
      if let change = ended.removeValue(forKey: hold), isInLedger {
        state = state.changed(posted: change.posted, released: change.released)
      }
      underWay.remove(hold)
    }

    /// How it stands with all that has ended.
    var now: BudgetState { ended.values.reduce(state) { $0.changed(posted: $1.posted, released: $1.released) } }
  }

  private let balances = Locked<[BudgetKey: Balance]>([:])

  /// Takes in what the ledger says with a hold. To be done with the ledger's work, in its order.
  func note(_ call: HeldCall) {
    balances.use { balances in
      // Each balance is changed where it stands: what is taken out and put back is copied with its tables.
      for state in call.states { balances[state.budget.key, default: Balance(state: state)].note(state, call.hold) }
    }
  }

  /// Takes in that a call has ended; the ledger will hear of it.
  ///
  /// - Parameter posted: what it is charged; `nil` for nothing at all.
  /// - Returns: the budgets as they stand with its hold still there, and without its charge.
  func end(_ call: HeldCall, posted: Charge?) -> [BudgetState] {
    balances.use { balances in
      call.states.map { state in
        guard let place = balances.index(forKey: state.budget.key) else { return state }
        return balances.values[place].end(call, state, posted)
      }
    }
  }

  /// Takes in that the ledger has heard of it, or never will. To be done with the ledger's work.
  func forget(_ call: HeldCall, isInLedger: Bool) {
    balances.use { balances in
      for state in call.states {
        guard let place = balances.index(forKey: state.budget.key) else { continue }
        balances.values[place].forget(call.hold, isInLedger: isInLedger)
        if balances.values[place].underWay.isEmpty { balances.remove(at: place) }
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
