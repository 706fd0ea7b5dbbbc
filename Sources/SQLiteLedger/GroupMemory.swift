import GuardModel
import Ledger
import SQLite

/// What is known of the ledger while a group of writes has it for itself, and from one group to the next for as long as
/// nobody else has written.
///
/// Calls read the same few rows again and again, and each adds to the same few sums. Here the rows are read once, and the
/// sums are written once for all calls of a group: before its commit, or before anything else reads them from the database.
final class GroupMemory {
  /// A balance whose window is open, the only one of its key that has not ended.
  struct Account {
    let key: BudgetKey
    let id: Int64
    var balance: Balance
    var isChanged = false
  }

  /// The top-ups of a budget that have not expired.
  fileprivate struct TopUps {
    let key: BudgetKey
    let all: [(amount: Int64, expiresAtUnixMs: Int64)]
  }

  fileprivate struct Inputs {
    let model: String
    var sums: Learning.Input
    var isChanged = false
  }

  fileprivate struct Outputs {
    let operation: String
    let model: String
    /// In the order of their buckets.
    var counts: [(bucket: Int64, count: Int64)]
    /// Those that are not written yet.
    var new: [(bucket: Int64, count: Int64)] = []
  }

  fileprivate struct Sums {
    let quarterUnixMs: Int64
    let facts: CallFacts
    var sums: UsageSums
  }

  fileprivate struct Pause {
    let lane: String
    let untilUnixMs: Int64
    let setAtUnixMs: Int64
  }

  /// A count of attempts that holds until one is added or taken away.
  fileprivate struct Attempt {
    let key: AttemptKey
    let windowMs: Int64
    let nowUnixMs: Int64
    let count: Int64
  }

  /// All that is known: an operation that fails takes back what it changed by putting back what was.
  struct State {
    fileprivate var accounts: [Account] = []
    fileprivate var topUps: [TopUps] = []
    fileprivate var inputs: [Inputs] = []
    fileprivate var outputs: [Outputs] = []
    fileprivate var sums: [Sums] = []
    fileprivate var met: [(user: String, atUnixMs: Int64)] = []
    fileprivate var users: [(name: String, user: LedgerUser?)] = []
    fileprivate var pauses: [Pause]?
    fileprivate var attempt: Attempt?
    var othersHolds: [Int64]?
    fileprivate var hasEnvelopes: Bool?
    fileprivate var hasDraws: Bool?
    fileprivate(set) var isChanged = false
  }

  private let connection: Connection
  var state = State()

  init(_ connection: Connection) { self.connection = connection }

  /// Whether it has grown beyond what is quickly looked through; it is then begun anew.
  var isLarge: Bool {
    max(state.accounts.count, state.topUps.count, state.inputs.count, state.outputs.count, state.users.count) > 64
  }

  // MARK: - Balances

  /// The balance of a budget that is in force; `nil` when no window is open.
  func balance(of key: BudgetKey, at nowUnixMs: Int64) throws(SQLiteError) -> (id: Int64, balance: Balance)? {
    let known = state.accounts.first { account in
      account.key == key && account.balance.window.startUnixMs <= nowUnixMs
        && nowUnixMs < account.balance.window.endUnixMs
    }
    if let known { return (known.id, known.balance) }
    let rows = try connection.rows(Self.notEnded, [.text(key.storageText), .integer(nowUnixMs)])
    let found = rows.map(BalanceRow.read)
    // After a clock was set back there may be several; then the database says each time which.
    if found.count == 1, found[0].balance.window.startUnixMs <= nowUnixMs {
      state.accounts.append(Account(key: key, id: found[0].id, balance: found[0].balance))
    }
    return found.filter { $0.balance.window.startUnixMs <= nowUnixMs }.first
  }

  private static let notEnded =
    "SELECT \(BalanceRow.columns) FROM balance WHERE key = ? AND end_ms > ? ORDER BY end_ms, id"

  /// A balance by its number, where it is known.
  func balance(id: Int64) -> (key: BudgetKey, balance: Balance)? {
    state.accounts.first { $0.id == id }.map { ($0.key, $0.balance) }
  }

  /// Takes a changed balance. - Returns: `false` where it is not among the known ones.
  func store(_ balance: Balance, id: Int64) -> Bool {
    guard let index = state.accounts.firstIndex(where: { $0.id == id }) else { return false }
    state.accounts[index].balance = balance
    state.accounts[index].isChanged = true
    state.isChanged = true
    return true
  }

  /// Top-ups in force for a budget.
  func granted(_ key: BudgetKey, at nowUnixMs: Int64) throws(SQLiteError) -> Int64 {
    func sum(_ topUps: TopUps) -> Int64 {
      topUps.all.reduce(0) { $1.expiresAtUnixMs > nowUnixMs ? $0 &+ $1.amount : $0 }
    }
    if let known = state.topUps.first(where: { $0.key == key }) { return sum(known) }
    let rows = try connection.rows(
      "SELECT amount, expires_ms FROM top_up WHERE key = ? AND expires_ms > ?",
      [.text(key.storageText), .integer(nowUnixMs)])
    let topUps = TopUps(key: key, all: rows.map { ($0.integer(0), $0.integer(1)) })
    state.topUps.append(topUps)
    return sum(topUps)
  }

  // MARK: - What past calls showed

  /// What past settlements of a model and operation showed.
  func learned(model: String?, operation: String) throws(SQLiteError) -> Learned {
    let input = try model.map { model throws(SQLiteError) in state.inputs[try inputs(of: model)].sums }
    let output = state.outputs[try outputs(operation, model ?? "")]
    return Learned(
      exactSettlements: input?.settlements ?? 0, estimatedInput: input?.estimated ?? 0,
      actualInput: input?.actual ?? 0, p95Output: Learning.p95(output.counts))
  }

  private func inputs(of model: String) throws(SQLiteError) -> Int {
    if let index = state.inputs.firstIndex(where: { $0.model == model }) { return index }
    let sums = try connection.row(SQLiteLedger.learnedInput, [.text(model)]).map(SQLiteLedger.learning)
    state.inputs.append(Inputs(model: model, sums: sums ?? Learning.Input()))
    return state.inputs.count - 1
  }

  private func outputs(_ operation: String, _ model: String) throws(SQLiteError) -> Int {
    if let index = state.outputs.firstIndex(where: { $0.model == model && $0.operation == operation }) { return index }
    let rows = try connection.rows(SQLiteLedger.learnedOutput, [.text(operation), .text(model)])
    state.outputs.append(
      Outputs(operation: operation, model: model, counts: rows.map { ($0.integer(0), $0.integer(1)) }))
    return state.outputs.count - 1
  }

  /// Learns from a call's output.
  func learn(output tokens: Int64, _ operation: String, _ model: String) throws(SQLiteError) {
    let index = try outputs(operation, model)
    let bucket = Learning.bucket(ofOutput: tokens)
    state.outputs[index].counts.count(bucket)
    state.outputs[index].new.count(bucket)
    state.isChanged = true
  }

  /// Learns from a call's input.
  func learn(estimated: Int64, actual: Int64, _ model: String) throws(SQLiteError) {
    let index = try inputs(of: model)
    state.inputs[index].sums.add(estimated: estimated, actual: actual)
    state.inputs[index].isChanged = true
    state.isChanged = true
  }

  // MARK: - Sums and users

  /// Adds to the sums of a quarter hour. - Returns: `false` where they do not fit.
  func add(_ addition: UsageSums, of facts: CallFacts, _ quarterUnixMs: Int64) -> Bool {
    state.isChanged = true
    let index = state.sums.firstIndex { known in
      known.quarterUnixMs == quarterUnixMs && known.facts.user == facts.user && known.facts.operation == facts.operation
        && known.facts.model == facts.model && known.facts.tier == facts.tier && known.facts.phase == facts.phase
    }
    guard let index else {
      state.sums.append(Sums(quarterUnixMs: quarterUnixMs, facts: facts, sums: addition))
      return true
    }
    do throws(AmountOverflow) {
      try state.sums[index].sums.add(addition)
      return true
    } catch { return false }
  }

  /// Notes that a user called.
  func met(_ user: String, at nowUnixMs: Int64) {
    state.isChanged = true
    if let index = state.met.firstIndex(where: { $0.user == user }) {
      state.met[index].atUnixMs = nowUnixMs
    } else {
      state.met.append((user, nowUnixMs))
    }
    guard let index = state.users.firstIndex(where: { $0.name == user }) else { return }
    if state.users[index].user?.removed == false {
      state.users[index].user?.lastCallAtUnixMs = nowUnixMs
    } else {
      state.users.remove(at: index)
    }
  }

  /// One user's assignments.
  func user(_ name: String) throws(SQLiteError) -> LedgerUser? {
    if let known = state.users.first(where: { $0.name == name }) { return known.user }
    try flush()
    let user = try connection.row(SQLiteLedger.userByName, [.text(name)]).map(SQLiteLedger.user)
    state.users.append((name, user))
    return user
  }

  // MARK: - Others

  /// How many attempts are remembered, where that was counted at the same moment and nothing has changed since. Where there
  /// were none, there are none later: time only takes away.
  func attempts(_ key: AttemptKey, _ windowMs: Int64, at nowUnixMs: Int64) -> Int64? {
    guard let known = state.attempt, known.windowMs == windowMs, known.key == key,
      known.nowUnixMs == nowUnixMs || known.count == 0 && known.nowUnixMs < nowUnixMs
    else { return nil }
    return known.count
  }

  /// Takes a count of attempts.
  func note(_ count: Int64, attemptsAt key: AttemptKey, _ windowMs: Int64, at nowUnixMs: Int64) {
    state.attempt = Attempt(key: key, windowMs: windowMs, nowUnixMs: nowUnixMs, count: count)
  }

  /// An attempt was added or taken away.
  func forgetAttempts() { state.attempt = nil }

  /// The holds that others had open when the ledger was last read. Their owners may have died since.
  func othersHolds(_ isOwn: (Int64) -> Bool) throws(SQLiteError) -> [Int64] {
    if let known = state.othersHolds { return known }
    let holds = try connection.rows("SELECT id FROM hold ORDER BY id").map { $0.integer(0) }.filter { !isOwn($0) }
    state.othersHolds = holds
    return holds
  }

  /// Whether any run has an envelope.
  func hasEnvelopes() throws(SQLiteError) -> Bool {
    if let known = state.hasEnvelopes { return known }
    let has = try connection.row("SELECT 1 FROM envelope LIMIT 1") != nil
    state.hasEnvelopes = has
    return has
  }

  /// Whether any open hold has drawn from an envelope.
  func hasDraws() throws(SQLiteError) -> Bool {
    if let known = state.hasDraws { return known }
    let has = try connection.row("SELECT 1 FROM envelope_draw LIMIT 1") != nil
    state.hasDraws = has
    return has
  }

  /// The lanes that are paused.
  func pausedLanes(at nowUnixMs: Int64, setUntilUnixMs: Int64) throws(SQLiteError) -> Set<String> {
    if state.pauses == nil {
      let rows = try connection.rows(
        "SELECT lane, until_ms, set_ms FROM lane_pause UNION ALL SELECT lane, until_ms, set_ms FROM lane_rest")
      state.pauses = rows.map {
        Pause(lane: $0.text(0), untilUnixMs: $0.integer(1), setAtUnixMs: $0.integer(2))
      }
    }
    guard let pauses = state.pauses, !pauses.isEmpty else { return [] }
    return Set(pauses.filter { $0.untilUnixMs > nowUnixMs && $0.setAtUnixMs <= setUntilUnixMs }.map(\.lane))
  }

  // MARK: - Writing

  /// Writes what is not written yet.
  func flush() throws(SQLiteError) {
    guard state.isChanged else { return }
    for index in state.accounts.indices where state.accounts[index].isChanged {
      try write(state.accounts[index])
      state.accounts[index].isChanged = false
    }
    for index in state.inputs.indices where state.inputs[index].isChanged {
      let (model, sums) = (state.inputs[index].model, state.inputs[index].sums)
      try connection.run(
        SQLiteLedger.storeInput,
        [.text(model), .integer(sums.settlements), .integer(sums.estimated), .integer(sums.actual)])
      state.inputs[index].isChanged = false
    }
    for index in state.outputs.indices where !state.outputs[index].new.isEmpty {
      let outputs = state.outputs[index]
      for (bucket, count) in outputs.new {
        try connection.run(
          SQLiteLedger.addOutput,
          [.text(outputs.operation), .text(outputs.model), .integer(bucket), .integer(count)])
      }
      state.outputs[index].new = []
    }
    for sums in state.sums {
      try Rollup.store(sums.sums, of: sums.facts, quarterUnixMs: sums.quarterUnixMs, connection)
    }
    state.sums = []
    for (user, atUnixMs) in state.met {
      let known = try connection.run(SQLiteLedger.metKnownUser, [.integer(atUnixMs), .text(user)])
      if known == 0 { try connection.run(SQLiteLedger.metUser, [.text(user), .integer(atUnixMs)]) }
    }
    state.met = []
    state.isChanged = false
  }

  private func write(_ account: Account) throws(SQLiteError) {
    try connection.run(BalanceRow.update, BalanceRow.values(account.balance) + [.integer(account.id)])
  }
}

extension [(bucket: Int64, count: Int64)] {
  /// Counts one more in a bucket, in the order of the buckets.
  fileprivate mutating func count(_ bucket: Int64) {
    let index = firstIndex { $0.bucket >= bucket } ?? count
    if index < count, self[index].bucket == bucket {
      self[index].count += 1
    } else {
      insert((bucket, 1), at: index)
    }
  }
}
