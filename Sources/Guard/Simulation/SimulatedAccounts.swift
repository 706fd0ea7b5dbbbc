import Configuration
import GuardModel
import Ledger

/// Budgets and their balances in a simulation: what a ledger keeps, without its file.
struct SimulatedAccounts {
  /// A budget with the balance of the window that is open.
  private struct Account {
    let budget: Budget
    /// The tier of its user.
    let tier: String
    var balance: Balance?
    /// Windows that ended while calls were under way.
    var ended: [Balance] = []
  }

  private let zone: ZoneOffsets
  private var accounts: [Account] = []
  private var places: [BudgetKey: Int] = [:]
  private(set) var overruns: [PolicyOutcome.Scope: PolicyOverrun] = [:]

  init(zone: ZoneOffsets) { self.zone = zone }

  /// The places of some budgets.
  mutating func places(of budgets: [Budget], tier: String) -> [Int] {
    budgets.map { budget in
      if let place = places[budget.key] { return place }
      accounts.append(Account(budget: budget, tier: tier))
      places[budget.key] = accounts.count - 1
      return accounts.count - 1
    }
  }

  /// The states of some budgets.
  mutating func states(_ places: [Int], _ now: Int64) -> [BudgetState] {
    var states: [BudgetState] = []
    states.reserveCapacity(places.count)
    for place in places {
      endWindow(place, now)
      let budget = accounts[place].budget
      states.append(
        accounts[place].balance?.state(of: budget, granted: 0, nowUnixMs: now)
          ?? Balance.unused(budget, granted: 0, nowUnixMs: now, in: zone))
    }
    return states
  }

  /// Holds a charge on some budgets.
  mutating func hold(_ charge: Charge, _ places: [Int], _ now: Int64) throws(AmountOverflow) {
    for place in places {
      endWindow(place, now)
      let limit = accounts[place].budget.limit
      var balance = accounts[place].balance ?? .opening(limit, at: now, in: zone)
      try balance.hold(charge.amount(in: limit.unit))
      accounts[place].balance = balance
    }
  }

  /// Posts a charge in place of one held, in the window in which it was held.
  mutating func settle(
    _ held: Charge, _ charge: Charge, _ places: [Int], heldAt: Int64, _ now: Int64
  ) throws(AmountOverflow) {
    for place in places {
      let unit = accounts[place].budget.limit.unit
      if accounts[place].balance?.window.contains(heldAt) == true {
        accounts[place].balance?.release(held.amount(in: unit))
        try accounts[place].balance?.post(charge.amount(in: unit), at: now)
      } else if let index = accounts[place].ended.firstIndex(where: { $0.window.contains(heldAt) }) {
        accounts[place].ended[index].release(held.amount(in: unit))
        try accounts[place].ended[index].post(charge.amount(in: unit), at: now)
        if accounts[place].ended[index].pending == 0 { count(accounts[place].ended.remove(at: index), place) }
      }
    }
  }

  /// Posts a charge that nothing was held for.
  mutating func post(_ charge: Charge, _ places: [Int], _ now: Int64) throws(AmountOverflow) {
    for place in places {
      endWindow(place, now)
      let limit = accounts[place].budget.limit
      var balance = accounts[place].balance ?? .opening(limit, at: now, in: zone)
      try balance.post(charge.amount(in: limit.unit), at: now)
      accounts[place].balance = balance
    }
  }

  private mutating func endWindow(_ place: Int, _ now: Int64) {
    guard let balance = accounts[place].balance, balance.window.endUnixMs <= now else { return }
    accounts[place].balance = nil
    if balance.pending > 0 { accounts[place].ended.append(balance) } else { count(balance, place) }
  }

  private mutating func count(_ balance: Balance, _ place: Int) {
    let limit = accounts[place].budget.limit
    // A bucket has no window to overrun.
    if case .replenishing = limit.rule { return }
    let scope = PolicyOutcome.Scope(
      tier: accounts[place].tier, operation: accounts[place].budget.key.operation, unit: limit.unit)
    overruns[scope, default: PolicyOverrun()].count(used: balance.posted - balance.forgiven, limit: limit.capacity)
  }

  /// Counts what is still open.
  mutating func close() {
    for place in accounts.indices {
      for balance in accounts[place].ended + [accounts[place].balance].compactMap({ $0 }) { count(balance, place) }
      (accounts[place].ended, accounts[place].balance) = ([], nil)
    }
  }
}

/// What settlements taught, in a simulation. One thread uses it at a time.
final class SimulatedLearning: @unchecked Sendable {
  private var outputs: [String: [String: Output]] = [:]
  /// Of the operation that is looked at.
  private var current: [String: Output] = [:]
  private var operation = ""

  private struct Output {
    var counts: [(bucket: Int64, count: Int64)] = []
    var p95: Int64?
  }

  /// Turns to an operation.
  func look(at operation: String) {
    if operation == self.operation { return }
    outputs[self.operation] = current
    current = outputs[operation] ?? [:]
    self.operation = operation
  }

  /// What was learned of a model, for the operation that is looked at.
  func learned(_ model: String?) -> Learned {
    // What the ledger recorded is corrected already, and a trace's is the provider's own count: a second correction would
    // hold less than was held.
    Learned(exactSettlements: 0, estimatedInput: 0, actualInput: 0, p95Output: current[model ?? ""]?.p95)
  }

  /// Learns from a settlement.
  func learn(_ operation: String, _ model: String?, _ usage: TokenUsage) {
    look(at: operation)
    let bucket = Learning.bucket(ofOutput: usage.output)
    var output = current[model ?? ""] ?? Output()
    let place = output.counts.firstIndex { $0.bucket >= bucket } ?? output.counts.count
    if place < output.counts.count, output.counts[place].bucket == bucket {
      output.counts[place].count += 1
    } else {
      output.counts.insert((bucket, 1), at: place)
    }
    output.p95 = Learning.p95(output.counts)
    current[model ?? ""] = output
  }
}
