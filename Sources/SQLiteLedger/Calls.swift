import GuardModel
import Ledger
import Posix
import SQLite

/// The life of a call: reserve, settle, void, refuse, recover.
extension SQLiteLedger {
  /// Holds a charge on every budget or on none.
  public func reserve(_ request: ReservationRequest, nowUnixMs: Int64) throws(LedgerError) -> ReservationOutcome {
    try request.checkAmounts()
    var taken: Int64?
    do throws(LedgerError) {
      let outcome = try write(nowUnixMs: nowUnixMs, isOfACall: true) { writer throws(WriteFailure) in
        try self.reserve(request, writer, &taken)
      }
      if let taken { openGroup?.whenLost.append { self.forget(taken) } }
      return outcome
    } catch {
      if let taken { forget(taken) }
      throw error
    }
  }

  /// - Parameter taken: the number of the hold, once its owner's lock is taken.
  private func reserve(
    _ request: ReservationRequest, _ writer: Writer, _ taken: inout Int64?
  ) throws(WriteFailure) -> ReservationOutcome {
    if let first = try writer.row(Self.byIdempotencyKey, [.text(request.idempotencyKey)])?.integer(0) {
      let hold = HoldID(first)
      // Whoever took it for theirs would call and pay nothing: what has ended is settled once.
      if try writer.ending(of: hold) != nil { throw .ledger(.unknownHold(hold)) }
      return .held(hold, try states(of: request.budgets, inRun: request.envelope, writer))
    }
    var accounts = try accounts(of: request.budgets, writer)
    let credits = try envelopeCredits(run: request.envelope, writer)
    let states = accounts.map { account in
      state(of: account, writer).credited(account.id.flatMap { credits[$0] } ?? 0)
    }
    var facts = request.facts
    if let claim = request.attempt {
      facts.attempt = try Attempts.count(claim.key, claim.escalation.windowMs, writer) + 1
      if !claim.isPriced(like: facts.attempt) { return .attemptMoved(facts.attempt, states) }
    }
    let decision = Decision.on(request.charge, states, nowUnixMs: writer.nowUnixMs)
    if decision.phase > request.decidedPhase { return .phaseMoved(decision, states) }
    let amounts = try hold(request.charge, on: &accounts, writer)
    let hold = HoldID(try writer.nextSequence())
    // The owner's lock is taken before anybody can see the hold: a hold without a lock is one whose owner died.
    do throws(PosixError) { _ = try owners.acquire(hold.number) } catch { throw .owner(error) }
    taken = hold.number
    try enter(hold, request, facts, amounts, writer)
    if !credits.isEmpty {
      try draw(hold, run: request.envelope, amounts, writer)
      return .held(hold, try self.states(of: request.budgets, inRun: request.envelope, writer))
    }
    return .held(
      hold,
      accounts.map { account in
        let balance = Self.first(account.budget, in: accounts).map { accounts[$0].balance } ?? account.balance
        return balance.state(of: account.budget, granted: account.granted, nowUnixMs: writer.nowUnixMs)
      })
  }

  private static func first(_ budget: Budget, in accounts: [Account]) -> Int? {
    accounts.firstIndex { $0.budget.key == budget.key }
  }

  /// Holds a charge on all accounts, or on none. - Returns: what is held of which balance.
  private func hold(
    _ charge: Charge, on accounts: inout [Account], _ writer: Writer
  ) throws(WriteFailure) -> [(balance: Int64, amount: Int64)] {
    // Budgets with one key share a balance, and it holds the charge once.
    let held = accounts.indices.filter { $0 == Self.first(accounts[$0].budget, in: accounts) }
    for index in held {
      let amount = charge.amount(in: accounts[index].budget.limit.unit)
      do throws(AmountOverflow) { try accounts[index].balance.hold(amount) } catch { throw .overflow }
    }
    return try held.map { index throws(WriteFailure) in
      let (account, amount) = (accounts[index], charge.amount(in: accounts[index].budget.limit.unit))
      return (try writer.store(account.balance, id: account.id, key: account.budget.key), amount)
    }
  }

  /// Writes a hold down, and keeps it in mind.
  private func enter(
    _ hold: HoldID, _ request: ReservationRequest, _ facts: CallFacts, _ amounts: [(balance: Int64, amount: Int64)],
    _ writer: Writer
  ) throws(WriteFailure) {
    var record = EntryRecord(
      Entry(
        sequence: 0, kind: .reserve, atUnixMs: 0, hold: hold, facts: facts, charge: request.charge,
        surchargeTokens: request.attempt?.surchargeTokens, note: request.degradedBy))
    record.balances = amounts.map(\.balance)
    record.whenAbandoned = request.whenAbandoned
    record.idempotencyKey = request.idempotencyKey
    try writer.append(record)
    try writer.run(
      "INSERT INTO hold (id, pid) VALUES (?, ?)", [.integer(hold.number), .integer(Int64(ProcessInfo.id))])
    if let claim = request.attempt { try Attempts.remember(claim.key, hold, writer) }
    ownHolds.insert(hold.number)
    ownReservations[hold.number] = record
  }

  private static let byIdempotencyKey = "SELECT sequence FROM entry WHERE idempotency_key = ?"

  /// Replaces a hold by what the call took.
  public func settle(
    _ hold: HoldID, _ settlement: Settlement, nowUnixMs: Int64
  ) throws(LedgerError) -> SettlementReceipt {
    try settlement.checkAmounts()
    let receipt = try write(nowUnixMs: nowUnixMs, isOfACall: true) { writer throws(WriteFailure) in
      try self.settle(hold, settlement, writer)
    }
    letGo(hold)
    return receipt
  }

  private func settle(
    _ hold: HoldID, _ settlement: Settlement, _ writer: Writer
  ) throws(WriteFailure) -> SettlementReceipt {
    guard let reserved = try closed(hold, writer) else {
      guard let first = try writer.ending(of: hold), first.entry.kind == .settle, first.entry.ending != .abandoned
      else {
        throw .ledger(.unknownHold(hold))
      }
      return SettlementReceipt(entry: first.entry.sequence, overrunTokens: first.overrunTokens ?? 0)
    }
    let held = reserved.entry.charge ?? .zero
    try post(settlement.charge, insteadOf: held, on: reserved.balances, writer)
    try putBack(hold, settlement.charge, writer)
    let overrun = max(0, settlement.charge.tokens - held.tokens)
    var record = EntryRecord(
      Entry(
        sequence: 0, kind: .settle, atUnixMs: 0, hold: hold, facts: reserved.entry.facts, usage: settlement.usage,
        charge: settlement.charge, ending: settlement.ending, surchargeTokens: settlement.surchargeTokens))
    (record.entry.unpriced, record.entry.note) = (settlement.unpriced, settlement.reason)
    if let stamp = settlement.priceStamp { record.entry.facts?.priceStamp = stamp }
    record.balances = reserved.balances
    record.overrunTokens = overrun
    let sequence = try writer.append(record)
    if !settlement.isAnswered { try Attempts.forget(hold, writer) }
    if let facts = reserved.entry.facts {
      try learn(facts, settlement, writer)
      try Rollup.add(.settled(settlement, facts, overrun), of: facts, writer)
      try met(facts.user, writer)
    }
    return SettlementReceipt(entry: sequence, overrunTokens: overrun)
  }

  /// Gives a hold back.
  public func void(_ hold: HoldID, reason: String, nowUnixMs: Int64) throws(LedgerError) {
    try write(nowUnixMs: nowUnixMs, isOfACall: true) { writer throws(WriteFailure) in
      try self.void(hold, reason: reason, writer)
    }
    letGo(hold)
  }

  private func void(_ hold: HoldID, reason: String, _ writer: Writer) throws(WriteFailure) {
    guard let reserved = try closed(hold, writer) else {
      if try writer.ending(of: hold)?.entry.kind == .void { return }
      throw .ledger(.unknownHold(hold))
    }
    try post(nil, insteadOf: reserved.entry.charge ?? .zero, on: reserved.balances, writer)
    try putBack(hold, nil, writer)
    var record = EntryRecord(
      Entry(
        sequence: 0, kind: .void, atUnixMs: 0, hold: hold, facts: reserved.entry.facts, charge: reserved.entry.charge,
        note: reason))
    record.balances = reserved.balances
    try writer.append(record)
    try Attempts.forget(hold, writer)
  }

  /// Records that a call was refused.
  @discardableResult
  public func recordRefusal(_ refusal: Refusal, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    try write(nowUnixMs: nowUnixMs, isOfACall: true) { writer throws(WriteFailure) in
      var entry = Entry(
        sequence: 0, kind: .refuse, atUnixMs: 0, facts: refusal.facts, charge: refusal.charge,
        note: refusal.note)
      entry.route = refusal.route
      let sequence = try writer.append(EntryRecord(entry))
      try Rollup.add(.refused, of: refusal.facts, writer)
      return sequence
    }
  }

  /// Records that a request goes out which nobody can meter.
  public func recordUnmetered(_ call: UnmeteredCall, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    try write(nowUnixMs: nowUnixMs, isOfACall: true) { writer throws(WriteFailure) in
      var entry = Entry(sequence: 0, kind: .unmetered, atUnixMs: 0, facts: call.facts)
      entry.route = call.route
      let sequence = try writer.append(EntryRecord(entry))
      try Rollup.add(.unmetered, of: call.facts, writer)
      try self.met(call.facts.user, writer)
      return sequence
    }
  }

  /// Settles or voids the holds whose owners are gone.
  public func recover(nowUnixMs: Int64) throws(LedgerError) -> [RecoveredHold] {
    if let memory = try groupMemory() {
      let (holds, hasEnvelopes) = try known { () throws(SQLiteError) in
        (try memory.othersHolds(self.ownHolds.contains), try memory.hasEnvelopes())
      }
      var isOver = hasEnvelopes
      for id in holds where !isOver { isOver = try isAbandoned(id) }
      if !isOver { return [] }
    }
    let abandoned = try abandonedHolds()
    try releaseDeadEnvelopes(nowUnixMs: nowUnixMs)
    if abandoned.isEmpty { return [] }
    return try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in try self.recover(abandoned, writer) }
  }

  /// The open holds whose owners are gone.
  func abandonedHolds() throws(LedgerError) -> [Int64] {
    let open = try read { connection throws(SQLiteError) in
      try connection.rows("SELECT id FROM hold ORDER BY id").map { $0.integer(0) }
    }
    var abandoned: [Int64] = []
    for id in open where try isAbandoned(id) { abandoned.append(id) }
    return abandoned
  }

  func recover(_ abandoned: [Int64], _ writer: Writer) throws(WriteFailure) -> [RecoveredHold] {
    var recovered: [RecoveredHold] = []
    for id in abandoned {
      guard let row = try writer.row("SELECT pid FROM hold WHERE id = ?", [.integer(id)]),
        let reserved = try writer.entry(id), let facts = reserved.entry.facts
      else { continue }
      let charge = reserved.entry.charge ?? .zero
      let action = reserved.whenAbandoned ?? .charge
      switch action {
      case .charge:
        let usage = TokenUsage(
          input: facts.estimatedInput, output: facts.estimatedOutput, exactness: .estimated)
        _ = try settle(
          HoldID(id),
          Settlement(
            usage: usage, charge: charge, ending: .abandoned, surchargeTokens: reserved.entry.surchargeTokens ?? 0),
          writer)
      case .void: try void(HoldID(id), reason: RecoveredHold.note, writer)
      }
      let hold = HoldRecord(
        id: HoldID(id), facts: facts, charge: charge, reservedAtUnixMs: reserved.entry.atUnixMs,
        ownerPID: Int32(truncatingIfNeeded: row.integer(0)))
      recovered.append(RecoveredHold(hold: hold, action: action))
    }
    return recovered
  }

  /// The calls under way.
  public func holds() throws(LedgerError) -> [HoldRecord] {
    try read { connection throws(SQLiteError) in
      try connection.rows(Self.openHolds + " ORDER BY hold.id").compactMap(Self.holdRecord)
    }
  }

  /// The calls whose owners are gone, and which nobody has settled since: whoever comes next does. None where nobody's life is told,
  /// as beside a copy.
  public func abandonedCalls() throws(LedgerError) -> [HoldRecord] {
    guard File.isRegular(path + ".owners") else { return [] }
    var abandoned: [HoldRecord] = []
    for hold in try holds() where try isAbandoned(hold.id.number) { abandoned.append(hold) }
    if abandoned.isEmpty { return [] }
    // Whoever settled one in the meantime has let go of its life.
    let open = Set(try holds().map(\.id))
    return abandoned.filter { open.contains($0.id) }
  }

  /// The call under way that was reserved under a key.
  public func hold(named idempotencyKey: String) throws(LedgerError) -> HoldRecord? {
    try read { connection throws(SQLiteError) in
      try connection.row(Self.openHolds + " WHERE entry.idempotency_key = ?", [.text(idempotencyKey)])
        .flatMap(Self.holdRecord)
    }
  }

  private static let openHolds =
    "SELECT sequence, \(EntryRecord.columns), pid FROM hold JOIN entry ON entry.sequence = hold.id"

  private static func holdRecord(_ row: Row) -> HoldRecord? {
    let record = EntryRecord(row)
    guard let facts = record.entry.facts else { return nil }
    return HoldRecord(
      id: HoldID(record.entry.sequence), facts: facts, charge: record.entry.charge ?? .zero,
      reservedAtUnixMs: record.entry.atUnixMs,
      ownerPID: Int32(truncatingIfNeeded: row.integer(EntryRecord.columnCount + 1)))
  }

  // MARK: - Parts

  private func isAbandoned(_ id: Int64) throws(LedgerError) -> Bool {
    if ownHolds.contains(id) { return false }
    do throws(PosixError) { return try !owners.isHeldElsewhere(id) } catch { throw Self.error(error, path: path) }
  }

  private func letGo(_ hold: HoldID) {
    if openGroup == nil { forget(hold.number) } else { openGroup?.whenCommitted.append { self.forget(hold.number) } }
  }

  private func forget(_ hold: Int64) {
    ownReservations[hold] = nil
    if ownHolds.remove(hold) { owners.release(hold) }
  }

  /// Takes a hold away, and gives the entry that took it; `nil` where it is not open.
  private func closed(_ hold: HoldID, _ writer: Writer) throws(WriteFailure) -> EntryRecord? {
    guard try writer.changes(Self.deleteHold, [.integer(hold.number)]) == 1 else { return nil }
    if let own = ownReservations[hold.number] { return own }
    guard let reserved = try writer.entry(hold.number) else { throw .ledger(.unknownHold(hold)) }
    return reserved
  }

  /// Replaces a held charge by a posted one (or by nothing) on the balances that held it.
  private func post(
    _ charge: Charge?, insteadOf held: Charge, on balances: [Int64], _ writer: Writer
  ) throws(WriteFailure) {
    for id in balances {
      guard let (stored, current) = try writer.balance(id: id), let key = stored else { continue }
      var balance = current
      balance.release(held.amount(in: key.unit))
      if let charge {
        do throws(AmountOverflow) {
          try balance.post(charge.amount(in: key.unit), at: writer.nowUnixMs)
        } catch { throw .overflow }
      }
      _ = try writer.store(balance, id: id, key: key)
    }
  }

  private func learn(_ facts: CallFacts, _ settlement: Settlement, _ writer: Writer) throws(WriteFailure) {
    guard settlement.ending == .complete else { return }
    let output = settlement.outputOfOne
    let exact = settlement.usage.exactness == .exact ? facts.model : nil
    if let memory = writer.memory {
      return try writer.known { () throws(SQLiteError) in
        try memory.learn(output: output, facts.operation, facts.model ?? "")
        if let exact { try memory.learn(estimated: facts.estimatedInput, actual: settlement.usage.input, exact) }
      }
    }
    let bucket: [SQLiteValue] = [
      .text(facts.operation), .text(facts.model ?? ""), .integer(Learning.bucket(ofOutput: output)),
    ]
    // Most calls are like those before.
    if try writer.changes(Self.addToOutput, bucket) == 0 { try writer.run(Self.addOutput, bucket + [.integer(1)]) }
    guard let exact else { return }
    var sums = try writer.row(Self.learnedInput, [.text(exact)]).map(Self.learning) ?? Learning.Input()
    sums.add(estimated: facts.estimatedInput, actual: settlement.usage.input)
    try writer.run(
      Self.storeInput,
      [.text(exact), .integer(sums.settlements), .integer(sums.estimated), .integer(sums.actual)])
  }

  static let addToOutput =
    "UPDATE learned_output SET calls = calls + 1 WHERE operation = ? AND model = ? AND bucket = ?"
  static let addOutput = """
    INSERT INTO learned_output (operation, model, bucket, calls) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls
    """
  static let learnedOutput =
    "SELECT bucket, calls FROM learned_output WHERE operation = ? AND model = ? ORDER BY bucket"
  static let storeInput =
    "INSERT OR REPLACE INTO learned_input (model, settlements, estimated, actual) VALUES (?, ?, ?, ?)"
  private static let deleteHold = "DELETE FROM hold WHERE id = ?"

  /// Prepares the statements that settling a call runs. Whoever waits for the call has the time, and its end is sooner.
  public func prepareToSettle() {
    // What cannot be prepared now is prepared when it is run, and that tells why.
    try? connection.prepare([
      Self.deleteHold, BalanceRow.byID, BalanceRow.update, Self.drawsOfHold, Writer.insertCall,
      Self.addToOutput, Rollup.Few.ofCalls.update, Self.metKnownUser,
    ])
  }

  static let learnedInput = "SELECT settlements, estimated, actual FROM learned_input WHERE model = ?"
  static func learning(_ row: Row) -> Learning.Input {
    Learning.Input(settlements: row.integer(0), estimated: row.integer(1), actual: row.integer(2))
  }
}
