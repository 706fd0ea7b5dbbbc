import GuardModel
import Ledger
import SQLite

/// Calls that were answered from the cache.
extension SQLiteLedger {
  /// A budget with its balance in the open window, or in the one that would open now.
  typealias Account = (id: Int64?, budget: Budget, balance: Balance, granted: Int64)

  /// The balances of budgets.
  func accounts(of budgets: [Budget], _ writer: Writer) throws(WriteFailure) -> [Account] {
    var accounts: [Account] = []
    for budget in budgets {
      var (id, balance): (Int64?, Balance) =
        try writer.balance(of: budget.key).map { ($0.id, $0.balance) }
        ?? (nil, .opening(budget.limit, at: writer.nowUnixMs, in: zone))
      balance.adopt(budget.limit, at: writer.nowUnixMs)
      accounts.append((id, budget, balance, try writer.granted(budget.key)))
    }
    return accounts
  }

  /// What a budget's balance says.
  func state(of account: Account, _ writer: Writer) -> BudgetState {
    account.id == nil
      ? Balance.unused(account.budget, granted: account.granted, nowUnixMs: writer.nowUnixMs, in: zone)
      : account.balance.state(of: account.budget, granted: account.granted, nowUnixMs: writer.nowUnixMs)
  }

  /// Notes that a user called.
  func met(_ user: String, _ writer: Writer) throws(WriteFailure) {
    if let memory = writer.memory {
      memory.met(user, at: writer.nowUnixMs)
    } else if try writer.changes(Self.metKnownUser, [.integer(writer.nowUnixMs), .text(user)]) == 0 {
      try writer.run(Self.metUser, [.text(user), .integer(writer.nowUnixMs)])
    }
  }

  /// Prepared in half the time that `metUser` takes.
  static let metKnownUser = "UPDATE user SET last_call_ms = ?, removed = 0 WHERE name = ?"

  static let metUser = """
    INSERT INTO user (name, last_call_ms) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET last_call_ms = excluded.last_call_ms, removed = 0
    """

  /// Records that a call was answered from the cache.
  public func recordCached(_ call: CachedCall, nowUnixMs: Int64) throws(LedgerError) -> CachedOutcome {
    try call.checkAmounts()
    // What a power cut forgets of an answer that takes nothing was free.
    return try write(nowUnixMs: nowUnixMs, isOfACall: true, isFree: call.charge == .zero) {
      writer throws(WriteFailure) in
      var accounts = try self.accounts(of: call.chargedBudgets, writer)
      let states = accounts.map { self.state(of: $0, writer) }
      let decision = Decision.on(call.charge, states, nowUnixMs: writer.nowUnixMs)
      if decision.phase == .hard { return .overBudget(decision, states) }
      var ids: [Int64] = []
      for index in accounts.indices
      where index == accounts.firstIndex(where: { $0.budget.key == accounts[index].budget.key }) {
        let amount = call.charge.amount(in: accounts[index].budget.limit.unit)
        do throws(AmountOverflow) { try accounts[index].balance.post(amount, at: writer.nowUnixMs) } catch {
          throw .overflow
        }
        ids.append(try writer.store(accounts[index].balance, id: accounts[index].id, key: accounts[index].budget.key))
      }
      var entry = Entry(sequence: 0, kind: .cached, atUnixMs: 0, facts: call.facts, charge: call.charge)
      (entry.saved, entry.cacheTier, entry.note) = (call.saved, call.tier, call.note)
      var record = EntryRecord(entry)
      record.balances = ids
      let sequence = try writer.append(record)
      try Rollup.add(.cached(charge: call.charge, saved: call.saved), of: call.facts, writer)
      try self.met(call.facts.user, writer)
      return .recorded(sequence)
    }
  }
}
