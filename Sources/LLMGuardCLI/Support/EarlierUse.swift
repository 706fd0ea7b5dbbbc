import GuardModel
import Ledger
import SQLiteLedger

/// What calls took of open windows before a budget began to count in them: one that comes by the configuration in the middle
/// of its window begins with nothing, as one that is set on the command line does.
///
/// Only windows of the calendar begin before their budget can; the others begin with its first call.
struct EarlierUse {
  private let ledger: SQLiteLedger
  private let nowUnixMs: Int64
  /// Posted in the open windows, ever; read when it is needed.
  private var posted: [BudgetKey: [Window: Int64]]?
  /// What calls for an operation took.
  private struct Use {
    var operation: String
    var charge: Charge
    var calls: Int64
  }
  /// What each user's calls took in a window, by operation.
  private var taken: [Window: [String: [Use]]] = [:]
  private let user: String?

  /// - Parameter user: the only user who is asked for; `nil` for all.
  init(_ ledger: SQLiteLedger, user: String?, nowUnixMs: Int64) {
    self.ledger = ledger
    self.user = user
    self.nowUnixMs = nowUnixMs
  }

  /// By budget; those that have counted all along are not in it.
  mutating func of(_ states: [BudgetState]) throws(Failure) -> [BudgetKey: Int64] {
    var result: [BudgetKey: Int64] = [:]
    for state in states {
      let key = state.budget.key
      guard key.isCalendar, let window = state.window else { continue }
      let all = try all(of: key, in: window)
      // What is used was posted: most budgets have all of it, and nothing else need be read.
      if all <= state.posted { continue }
      let counted = try posted(on: key, in: window)
      if all <= counted { continue }
      let left = Int64(clamping: Int128(all) - Int128(counted) - Int128(try straddling(key, window)))
      if left > 0 { result[key] = left }
    }
    return result
  }

  /// What was ever posted on a budget in its window, taken back to zero or not.
  private mutating func posted(on key: BudgetKey, in window: Window) throws(Failure) -> Int64 {
    if let posted { return posted[key]?[window] ?? 0 }
    let open = try Failure.ledger { () throws(LedgerError) in
      try ledger.windows(endingFrom: nowUnixMs + 1, until: .max)
    }
    var found: [BudgetKey: [Window: Int64]] = [:]
    for record in open {
      let before = found[record.key]?[record.window] ?? 0
      found[record.key, default: [:]][record.window] = (try? Amount.sum(before, record.posted)) ?? .max
    }
    posted = found
    return found[key]?[window] ?? 0
  }

  private mutating func all(of key: BudgetKey, in window: Window) throws(Failure) -> Int64 {
    if taken[window] == nil {
      // A clock that ran ahead leaves calls beyond the window's end: those are not before the budget.
      let query = UsageQuery(
        sinceUnixMs: window.startUnixMs, untilUnixMs: window.endUnixMs, user: user, groupBy: [.user, .operation])
      var found: [String: [Use]] = [:]
      for row in try Failure.ledger({ () throws(LedgerError) in try ledger.usage(query) }) {
        let charge = Charge(tokens: row.sums.chargeTokens, costMicroUSD: row.sums.costMicroUSD)
        found[row.group[0], default: []].append(Use(operation: row.group[1], charge: charge, calls: row.sums.calls))
      }
      taken[window] = found
    }
    var sum: Int64 = 0
    for use in taken[window]?[key.user] ?? [] where key.operation ?? use.operation == use.operation {
      sum = (try? Amount.sum(sum, key.unit == .calls ? use.calls : use.charge.amount(in: key.unit))) ?? .max
    }
    return sum
  }

  /// So many of a window's first calls are looked at.
  private static let mostStraddling = 200

  /// What calls took that were held before the window began and ended in it: they count in the window before.
  private func straddling(_ key: BudgetKey, _ window: Window) throws(Failure) -> Int64 {
    let query = CallQuery(
      sinceUnixMs: window.startUnixMs, user: key.user, operation: key.operation, order: .oldestFirst(after: nil),
      limit: Self.mostStraddling)
    var sum: Int64 = 0
    for call in try Failure.ledger({ () throws(LedgerError) in try ledger.calls(query) }) {
      guard let posted = call.posted, let reserved = call.reservedAtUnixMs, reserved < window.startUnixMs else {
        continue
      }
      sum = (try? Amount.sum(sum, posted.amount(in: key.unit))) ?? .max
    }
    return sum
  }
}
