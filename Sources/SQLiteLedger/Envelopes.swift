import GuardModel
import Ledger
import Posix
import SQLite

/// Envelopes of runs. They hold, and record nothing: what is spent is told by the calls.
extension SQLiteLedger {
  /// Owner locks of envelopes lie above those of tickets.
  private static func lockNumber(_ envelope: Int64) -> Int64 { 1 << 49 &+ envelope }

  /// Holds a run's share on every budget or on none.
  public func holdEnvelope(_ request: EnvelopeRequest, nowUnixMs: Int64) throws(LedgerError) -> EnvelopeOutcome {
    var taken: Int64?
    do throws(LedgerError) {
      let outcome: EnvelopeOutcome = try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
        if try writer.row("SELECT 1 FROM envelope WHERE run = ?", [.text(request.run)]) != nil {
          return .alreadyHeld
        }
        var accounts = try self.accounts(of: request.parts.map(\.budget), writer)
        for (account, part) in zip(accounts, request.parts) {
          let state = self.state(of: account, writer)
          if !state.hasRoom(for: part.amount) { return .doesNotFit(state, amount: part.amount) }
        }
        try writer.run(
          "INSERT INTO envelope (run, pid) VALUES (?, ?)", [.text(request.run), .integer(Int64(ProcessInfo.id))])
        let id = try writer.row("SELECT last_insert_rowid()")?.integer(0) ?? 0
        // As with holds: an envelope that anybody can see has an owner's lock, or its owner is dead.
        do throws(PosixError) { _ = try self.owners.acquire(Self.lockNumber(id)) } catch { throw .owner(error) }
        taken = id
        for (index, part) in request.parts.enumerated() where part.amount > 0 {
          do throws(AmountOverflow) { try accounts[index].balance.hold(part.amount) } catch { throw .overflow }
          let balance = try writer.store(accounts[index].balance, id: accounts[index].id, key: part.budget.key)
          try writer.run(
            "INSERT INTO envelope_part (envelope, balance, remaining) VALUES (?, ?, ?)",
            [.integer(id), .integer(balance), .integer(part.amount)])
        }
        self.ownEnvelopes.insert(id)
        return .held
      }
      if let taken { openGroup?.whenLost.append { self.forgetEnvelope(taken) } }
      return outcome
    } catch {
      if let taken { forgetEnvelope(taken) }
      throw error
    }
  }

  private func forgetEnvelope(_ id: Int64) {
    owners.release(Self.lockNumber(id))
    _ = ownEnvelopes.remove(id)
  }

  /// Gives back what is left of a run's envelope.
  public func releaseEnvelope(run: String, nowUnixMs: Int64) throws(LedgerError) {
    let ids = try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      let ids = try writer.rows("SELECT id FROM envelope WHERE run = ?", [.text(run)]).map { $0.integer(0) }
      for id in ids { try self.endEnvelope(id, writer) }
      return ids
    }
    for id in ids where ownEnvelopes.contains(id) { forgetEnvelope(id) }
  }

  /// Gives back the envelopes whose owners are gone.
  func releaseDeadEnvelopes(nowUnixMs: Int64) throws(LedgerError) {
    let open = try read { connection throws(SQLiteError) in
      try connection.rows(Self.openEnvelopes).map { $0.integer(0) }
    }
    var dead: [Int64] = []
    for id in open where !ownEnvelopes.contains(id) {
      do throws(PosixError) {
        if try !owners.isHeldElsewhere(Self.lockNumber(id)) { dead.append(id) }
      } catch { throw Self.error(error, path: path) }
    }
    if dead.isEmpty { return }
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      for id in dead { try self.endEnvelope(id, writer) }
    }
  }

  private func endEnvelope(_ id: Int64, _ writer: Writer) throws(WriteFailure) {
    let parts = try writer.rows("SELECT balance, remaining FROM envelope_part WHERE envelope = ?", [.integer(id)])
    for part in parts { try add(-part.integer(1), toPendingOf: part.integer(0), writer) }
    try writer.run("DELETE FROM envelope_part WHERE envelope = ?", [.integer(id)])
    try writer.run("DELETE FROM envelope WHERE id = ?", [.integer(id)])
  }

  private func add(_ amount: Int64, toPendingOf balance: Int64, _ writer: Writer) throws(WriteFailure) {
    try writer.run("UPDATE balance SET pending = pending + ? WHERE id = ?", [.integer(amount), .integer(balance)])
  }

  // MARK: - Calls of a run

  private static let openEnvelopes = "SELECT id FROM envelope"

  private static let partsSQL = """
    SELECT p.balance, p.remaining, p.envelope FROM envelope e JOIN envelope_part p ON p.envelope = e.id WHERE e.run = ?
    """

  /// Reads budgets as they stand for the calls of a run.
  public func states(of budgets: [Budget], inRun run: String, nowUnixMs: Int64) throws(LedgerError) -> [BudgetState] {
    let states = try states(of: budgets, nowUnixMs: nowUnixMs)
    if let memory = try groupMemory(), try !known({ () throws(SQLiteError) in try memory.hasEnvelopes() }) {
      return states
    }
    return try read { connection throws(SQLiteError) in
      // Asked first, as whoever looks for the dead has asked: what is prepared already costs next to nothing.
      if try connection.row(Self.openEnvelopes) == nil { return states }
      let parts = try connection.rows(Self.partsSQL, [.text(run)])
      if parts.isEmpty { return states }
      let stored = try storedClock()
      let now = max(stored, nowUnixMs)
      return try states.map { state throws(SQLiteError) in
        let key = SQLiteValue.text(state.budget.key.storageText)
        let balance = try connection.row(BalanceRow.current, [key, .integer(now), .integer(now)])?.integer(0)
        return state.credited(parts.first { $0.integer(0) == balance }?.integer(1) ?? 0)
      }
    }
  }

  /// What a run's envelope still holds, by balance.
  func envelopeCredits(run: String, _ writer: Writer) throws(WriteFailure) -> [Int64: Int64] {
    // What is done with a group's memory is done where there are no envelopes.
    if writer.memory != nil { return [:] }
    if try writer.row(Self.openEnvelopes) == nil { return [:] }
    let parts = try writer.rows(Self.partsSQL, [.text(run)]).map { ($0.integer(0), $0.integer(1)) }
    return Dictionary(parts, uniquingKeysWith: { $1 })
  }

  func states(of budgets: [Budget], inRun run: String, _ writer: Writer) throws(WriteFailure) -> [BudgetState] {
    let credits = try envelopeCredits(run: run, writer)
    let states = try states(of: budgets, writer)
    if credits.isEmpty { return states }
    return try states.map { state throws(WriteFailure) in
      let balance = try writer.balance(of: state.budget.key)?.id
      return state.credited(balance.flatMap { credits[$0] } ?? 0)
    }
  }

  /// Lets a hold take its charge from its run's envelope as far as that reaches.
  func draw(_ hold: HoldID, run: String, _ amounts: [(balance: Int64, amount: Int64)], _ writer: Writer)
    throws(WriteFailure)
  {
    for part in try writer.rows(Self.partsSQL, [.text(run)]) {
      let balance = part.integer(0)
      guard let amount = amounts.first(where: { $0.balance == balance })?.amount else { continue }
      let taken = min(amount, part.integer(1))
      if taken == 0 { continue }
      try writer.run(
        "UPDATE envelope_part SET remaining = remaining - ? WHERE envelope = ? AND balance = ?",
        [.integer(taken), .integer(part.integer(2)), .integer(balance)])
      try add(-taken, toPendingOf: balance, writer)
      try writer.run(
        "INSERT INTO envelope_draw (hold, balance, amount, envelope) VALUES (?, ?, ?, ?)",
        [.integer(hold.number), .integer(balance), .integer(taken), .integer(part.integer(2))])
    }
  }

  /// Puts back into the envelope what a call did not use of what it drew.
  ///
  /// - Parameter charge: what it used; `nil` for nothing at all.
  func putBack(_ hold: HoldID, _ charge: Charge?, _ writer: Writer) throws(WriteFailure) {
    if writer.memory != nil { return }
    // Most calls drew from none: looking costs less than deleting.
    let draws = try writer.rows(Self.drawsOfHold, [.integer(hold.number)])
    if draws.isEmpty { return }
    try writer.run("DELETE FROM envelope_draw WHERE hold = ?", [.integer(hold.number)])
    for draw in draws {
      let balance = draw.integer(0)
      guard let unit = try writer.balance(id: balance)?.key?.unit else { continue }
      let left = max(0, draw.integer(1) - (charge?.amount(in: unit) ?? 0))
      let part = try writer.row(
        """
        UPDATE envelope_part SET remaining = remaining + ? WHERE balance = ? AND envelope = ? RETURNING 1
        """, [.integer(left), .integer(balance), .integer(draw.integer(2))])
      if part != nil, left > 0 { try add(left, toPendingOf: balance, writer) }
    }
  }

  static let drawsOfHold = "SELECT balance, amount, envelope FROM envelope_draw WHERE hold = ?"
}
