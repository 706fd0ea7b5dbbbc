import GuardModel
import Ledger
import Posix
import SQLite

/// The waiting line in the ledger's database. Tickets are worth nothing after a reboot, so they are not synced.
extension SQLiteLedger: CallQueue {
  /// The line at an instant.
  struct Line {
    var tickets: [TicketRecord] = []
    var lanes: [String: LaneUse] = [:]
    /// When the calls were sent whose replies told what a provider has left, as its lane has it.
    var restsSentAtUnixMs: [String: [Int64]] = [:]
    /// Calls under way whose own reply has told what is left: what they take is counted in it.
    var counted: Set<TicketID> = []
    /// Turns that have ended while somebody waited.
    var ended: [(user: String, startedAtUnixMs: Int64)] = []

    /// Calls by user that are under way, or began since the first of those who wait came.
    private func begun(_ waiting: [WaitingCall]) -> [String: Int64] {
      var counts: [String: Int64] = [:]
      for ticket in tickets where ticket.startedAtUnixMs != nil { counts[ticket.request.user, default: 0] += 1 }
      guard let since = WaitingLine.memoryBeginsAtUnixMs(waiting) else { return counts }
      for turn in ended where turn.startedAtUnixMs >= since { counts[turn.user, default: 0] += 1 }
      return counts
    }

    /// Whose turn it is.
    func turns(_ nowUnixMs: Int64) -> (start: [WaitingCall], wait: [WaitingCall]) {
      let waiting = tickets.filter { $0.startedAtUnixMs == nil }.map { ticket in
        WaitingCall(
          ticket: ticket.id.number, user: ticket.request.user, priority: ticket.request.priority,
          arrivedAtUnixMs: ticket.arrivedAtUnixMs, lanes: ticket.request.lanes, tokens: ticket.request.tokens)
      }
      return WaitingLine.turns(waiting, lanes: lanes, begun: begun(waiting), nowUnixMs: nowUnixMs)
    }
  }

  /// Takes a ticket.
  public func enter(_ request: TicketRequest, nowUnixMs: Int64) throws(LedgerError) -> TicketID {
    try enter(request, nowUnixMs: nowUnixMs, begins: {})
  }

  /// The same.
  ///
  /// - Parameter begins: is called when nobody has to be waited for any more, and before the ticket can be seen.
  public func enter(
    _ request: TicketRequest, nowUnixMs: Int64, begins: () -> Void
  ) throws(LedgerError) -> TicketID {
    var taken: Int64?
    do throws(LedgerError) {
      let id = try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
        begins()
        let id = try self.insert(request, nowUnixMs, writer)
        // As with holds: a ticket that anybody can see has an owner's lock, or its owner is dead.
        do throws(PosixError) { _ = try self.owners.acquire(Self.ticketLock(id)) } catch { throw .owner(error) }
        taken = id
        self.ownTickets.insert(id)
        return id
      }
      openGroup?.whenLost.append { self.forgetTicket(id) }
      return TicketID(id)
    } catch {
      if let taken { forgetTicket(taken) }
      throw error
    }
  }

  private func insert(_ request: TicketRequest, _ nowUnixMs: Int64, _ writer: Writer) throws(WriteFailure) -> Int64 {
    try writer.run(
      """
      INSERT INTO ticket (user, operation, program, priority, lanes, tokens, arrived_ms, pid)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(request.user), .text(request.operation), .text(request.program), .text(request.priority.rawValue),
        .text(LaneText.write(request.lanes)), .integer(request.tokens), .integer(nowUnixMs),
        .integer(Int64(ProcessInfo.id)),
      ])
    return try writer.row("SELECT last_insert_rowid()")?.integer(0) ?? 0
  }

  /// Takes over a ticket whose turn has come, as it stands: it is this process's own, and ends with it.
  ///
  /// - Returns: its new number; `nil` where it is not there any more, or still waits.
  public func takeOver(_ ticket: TicketID, nowUnixMs: Int64) throws(LedgerError) -> TicketID? {
    var taken: Int64?
    do throws(LedgerError) {
      let new = try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) -> TicketID? in
        try writer.run(
          """
          INSERT INTO ticket (user, operation, program, priority, lanes, tokens, arrived_ms, started_ms, pid)
          SELECT user, operation, program, priority, lanes, tokens, arrived_ms, started_ms, ?2 FROM ticket
          WHERE id = ?1 AND started_ms IS NOT NULL
          """, [.integer(ticket.number), .integer(Int64(ProcessInfo.id))])
        guard try writer.row("SELECT changes()")?.integer(0) == 1,
          let id = try writer.row("SELECT last_insert_rowid()")?.integer(0)
        else { return nil }
        do throws(PosixError) { _ = try self.owners.acquire(Self.ticketLock(id)) } catch { throw .owner(error) }
        taken = id
        self.ownTickets.insert(id)
        try writer.run("DELETE FROM ticket WHERE id = ?", [.integer(ticket.number)])
        return TicketID(id)
      }
      if let new { openGroup?.whenLost.append { self.forgetTicket(new.number) } }
      return new
    } catch {
      if let taken { forgetTicket(taken) }
      throw error
    }
  }

  private func forgetTicket(_ id: Int64) {
    if ownTickets.remove(id) { owners.release(Self.ticketLock(id)) }
  }

  /// Where a ticket stands; one whose turn it is starts.
  public func standing(of ticket: TicketID, nowUnixMs: Int64) throws(LedgerError) -> Standing {
    if replacing?.lostTickets.contains(ticket.number) == true { throw .unknownTicket(ticket) }
    let seen = try read { connection throws(SQLiteError) in
      try self.line(nowUnixMs, rows: { sql, values throws(SQLiteError) in try connection.rows(sql, values) })
    }
    let alive = try living(seen)
    if let place = try place(of: ticket, in: alive, nowUnixMs) { return place }
    return try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      let current = try self.line(nowUnixMs, rows: { sql, values throws(WriteFailure) in try writer.rows(sql, values) })
      let alive: Line
      do throws(LedgerError) { alive = try self.living(current) } catch { throw .ledger(error) }
      let living = Set(alive.tickets.map(\.id))
      for dead in current.tickets where !living.contains(dead.id) {
        try writer.run("DELETE FROM ticket WHERE id = ?", [.integer(dead.id.number)])
      }
      do throws(LedgerError) {
        if let place = try self.place(of: ticket, in: alive, nowUnixMs) { return place }
      } catch { throw .ledger(error) }
      try self.start(ticket, in: alive, nowUnixMs, writer)
      return .started
    }
  }

  private func start(_ ticket: TicketID, in line: Line, _ now: Int64, _ writer: Writer) throws(WriteFailure) {
    guard let record = line.tickets.first(where: { $0.id == ticket }) else { return }
    try writer.run("UPDATE ticket SET started_ms = ? WHERE id = ?", [.integer(now), .integer(ticket.number)])
    try writer.run(
      "DELETE FROM lane_start WHERE at_ms <= ? OR at_ms > ?",
      [.integer(now - LaneUse.windowMs), .integer(now + Self.clockPlayMs)])
    for lane in record.request.lanes {
      try writer.run(
        "INSERT INTO lane_start (at_ms, lane, tokens) VALUES (?, ?, ?)",
        [.integer(now), .text(lane.name), .integer(record.request.tokens)])
    }
  }

  /// Leaves the line.
  public func leave(_ ticket: TicketID) throws(LedgerError) {
    if replacing?.lostTickets.remove(ticket.number) == true { return }
    try write(nowUnixMs: 0) { writer throws(WriteFailure) in
      // A turn is remembered as long as somebody waits who was there when it began.
      try writer.run(
        """
        INSERT INTO turn (user, started_ms) SELECT user, started_ms FROM ticket
        WHERE id = ?1 AND started_ms >= (\(Self.firstWaiting))
        """, [.integer(ticket.number)])
      try writer.run("DELETE FROM ticket WHERE id = ?", [.integer(ticket.number)])
      try writer.run(
        "DELETE FROM turn WHERE started_ms < coalesce((\(Self.firstWaiting)), \(Int64.max))", [])
    }
    forgetTicket(ticket.number)
  }

  /// Everybody in the line.
  public func tickets(nowUnixMs: Int64) throws(LedgerError) -> [TicketRecord] {
    let line = try living(nowUnixMs)
    let turns = line.turns(nowUnixMs)
    let order = (turns.start + turns.wait).map { TicketID($0.ticket) }
    let running = line.tickets.filter { $0.startedAtUnixMs != nil }
    return running + order.compactMap { id in line.tickets.first { $0.id == id } }
  }

  /// Lets nothing start in a lane until an instant.
  public func pause(lane: String, untilUnixMs: Int64, nowUnixMs: Int64) throws(LedgerError) {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      try writer.run(
        "DELETE FROM lane_pause WHERE until_ms <= ? OR set_ms > ?",
        [.integer(nowUnixMs), .integer(nowUnixMs + Self.clockPlayMs)])
      try writer.run(
        """
        INSERT INTO lane_pause (lane, until_ms, set_ms) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET until_ms = max(until_ms, excluded.until_ms), set_ms = excluded.set_ms
        """, [.text(lane), .integer(untilUnixMs), .integer(nowUnixMs)])
    }
  }

  /// The lanes in which a provider holds calls back now.
  public func pausedLanes(nowUnixMs: Int64) throws(LedgerError) -> Set<String> {
    if let memory = try groupMemory() {
      return try known { () throws(SQLiteError) in
        try memory.pausedLanes(at: nowUnixMs, setUntilUnixMs: nowUnixMs + Self.clockPlayMs)
      }
    }
    return try read { connection throws(SQLiteError) in
      Set(
        try connection.rows(
          Self.pausedLanes, [.integer(nowUnixMs), .integer(nowUnixMs + Self.clockPlayMs)]
        ).map { $0.text(0) })
    }
  }

  static let pausedLanes =
    "SELECT lane FROM lane_pause WHERE until_ms > ?1 AND set_ms <= ?2 "
    + "UNION ALL SELECT lane FROM lane_rest WHERE until_ms > ?1 AND set_ms <= ?2"

  /// Something that changes when anybody may have entered, started or left: two equal marks mean that nothing has.
  public var changeMark: [Int64] { File.changeMark(path + "-wal") }

  // MARK: - Parts

  /// The line of those that are alive.
  func living(_ nowUnixMs: Int64) throws(LedgerError) -> Line {
    try living(
      try read { connection throws(SQLiteError) in
        try self.line(nowUnixMs, rows: { sql, values throws(SQLiteError) in try connection.rows(sql, values) })
      })
  }

  /// The line goes by the machine's clock, which may be set: what happened later than it shows by more than this happened
  /// before it was set back, and counts no more.
  static let clockPlayMs: Int64 = 1000

  /// When the first of those who wait came.
  private static let firstWaiting = "SELECT min(arrived_ms) FROM ticket WHERE started_ms IS NULL"

  /// Owner locks of tickets lie above those of holds.
  static func ticketLock(_ ticket: Int64) -> Int64 { 1 << 48 &+ ticket }

  /// The line as the database has it. Texts do not name the instant: a connection keeps each that it has run.
  private func line<Failure: Error>(
    _ nowUnixMs: Int64, rows: (String, [SQLiteValue]) throws(Failure) -> [Row]
  ) throws(Failure) -> Line {
    var line = Line()
    let latest = SQLiteValue.integer(nowUnixMs + Self.clockPlayMs)
    for row in try rows(
      "SELECT lane, at_ms, tokens FROM lane_start WHERE at_ms > ? AND at_ms <= ? ORDER BY at_ms",
      [.integer(nowUnixMs - LaneUse.windowMs), latest])
    {
      line.lanes[row.text(0), default: LaneUse()].starts.append((row.integer(1), row.integer(2)))
    }
    for row in try rows(
      "SELECT lane, until_ms FROM lane_pause WHERE until_ms > ? AND set_ms <= ?", [.integer(nowUnixMs), latest])
    {
      line.lanes[row.text(0), default: LaneUse()].pausedUntilUnixMs = row.integer(1)
    }
    for row in try rows(
      "SELECT lane, unit, left, until_ms, sent_ms FROM lane_rest WHERE until_ms > ? AND set_ms <= ?",
      [.integer(nowUnixMs), latest])
    {
      guard let unit = LaneRest.Unit(rawValue: row.text(1)) else { continue }
      line.lanes[row.text(0), default: LaneUse()].rests.append(
        LaneRest(unit, left: row.integer(2), untilUnixMs: row.integer(3)))
      line.restsSentAtUnixMs[row.text(0), default: []].append(row.integer(4))
    }
    line.tickets = try rows(
      """
      SELECT id, user, operation, program, priority, lanes, tokens, arrived_ms, started_ms, pid, counted FROM ticket
      ORDER BY id
      """, []
    ).map { row in
      if row.integer(10) != 0 { line.counted.insert(TicketID(row.integer(0))) }
      return TicketRecord(
        id: TicketID(row.integer(0)),
        request: TicketRequest(
          user: row.text(1), operation: row.text(2), program: row.text(3),
          priority: Priority(rawValue: row.text(4)) ?? .normal, lanes: LaneText.read(row.text(5)),
          tokens: row.integer(6)), arrivedAtUnixMs: row.integer(7), startedAtUnixMs: row.optionalInteger(8),
        ownerPID: Int32(truncatingIfNeeded: row.integer(9)))
    }
    line.ended = try rows("SELECT user, started_ms FROM turn WHERE started_ms <= ?", [latest]).map {
      ($0.text(0), $0.integer(1))
    }
    // Those who wait are numbered in the order they came: after a clock was set back, none came later than one behind it, nor
    // later than now. A turn that was taken over has a new number and its old time.
    var bound = nowUnixMs
    for index in line.tickets.indices.reversed() {
      let arrived = min(bound, line.tickets[index].arrivedAtUnixMs)
      line.tickets[index].arrivedAtUnixMs = arrived
      if line.tickets[index].startedAtUnixMs == nil { bound = arrived }
    }
    return line
  }

  /// The line without those whose owners are gone.
  private func living(_ line: Line) throws(LedgerError) -> Line {
    var line = line
    var alive: [TicketRecord] = []
    for ticket in line.tickets {
      do throws(PosixError) {
        let number = Self.ticketLock(ticket.id.number)
        let isOwn = ownTickets.contains(ticket.id.number)
        let isHeld = try owners.isHeldElsewhere(number)
        if isOwn || isHeld { alive.append(ticket) }
      } catch { throw Self.error(error, path: path) }
    }
    line.tickets = alive
    for ticket in alive where ticket.startedAtUnixMs != nil {
      for lane in ticket.request.lanes { line.lanes[lane.name, default: LaneUse()].running += 1 }
    }
    takeFromRests(&line)
    return line
  }

  /// Where a ticket stands; `nil` when it is its turn.
  private func place(of ticket: TicketID, in line: Line, _ nowUnixMs: Int64) throws(LedgerError) -> Standing? {
    guard let own = line.tickets.first(where: { $0.id == ticket }) else { throw .unknownTicket(ticket) }
    if own.startedAtUnixMs != nil { return .started }
    let turns = line.turns(nowUnixMs)
    guard let place = turns.wait.firstIndex(where: { $0.ticket == ticket.number }) else { return nil }
    let names = Set(own.request.lanes.map(\.name))
    let ahead = Int64(turns.wait[..<place].filter { $0.lanes.contains { names.contains($0.name) } }.count)
    // Who may start now starts before.
    let before = turns.start + turns.wait[..<place]
    let hold = line.hold(own.request, behind: turns.wait[..<place], after: turns.start, nowUnixMs)
    return .waiting(ahead: ahead, estimateMs: estimate(before, own.request, line, hold, nowUnixMs), hold: hold)
  }

  /// How long a wait may be, by the slowest lane: until the limits of a minute, a pause and a provider's own limit let the
  /// calls before it and itself start; and where calls wait for others to end, until those under way have lasted as long as
  /// the latest did. `nil` when nothing tells.
  private func estimate(
    _ before: [WaitingCall], _ request: TicketRequest, _ line: Line, _ hold: ProviderHold?, _ nowUnixMs: Int64
  ) -> Int64? {
    var longest = hold.map { $0.untilUnixMs - nowUnixMs }
    for lane in request.lanes {
      let use = line.lanes[lane.name] ?? LaneUse()
      let calls = before.filter { $0.lanes.contains { $0.name == lane.name } }.map(\.tokens) + [request.tokens]
      let paceMs = use.paceMs(of: calls, under: lane.limits, nowUnixMs: nowUnixMs)
      // A limit of a minute that lets the call start at once does not tell what it waits for.
      if let paceMs, paceMs > 0 { longest = max(longest ?? 0, paceMs) }
      guard let most = lane.limits.concurrency, let lengthMs = use.lengthMs(under: most) else { continue }
      let running = line.tickets.filter { $0.request.lanes.contains { $0.name == lane.name } }
        .compactMap(\.startedAtUnixMs)
      let waitMs = LaneUse.placeMs(
        after: calls.count - 1, running: running, atOnce: most, lengthMs: lengthMs, nowUnixMs: nowUnixMs)
      // What may end at any time tells nothing.
      if waitMs > 0 { longest = max(longest ?? 0, waitMs) }
    }
    return longest
  }
}

/// Lanes as one text: names hold no control characters.
enum LaneText {
  static func write(_ lanes: [Lane]) -> String {
    lanes.map { lane in
      let limits = [lane.limits.concurrency, lane.limits.callsPerMinute, lane.limits.tokensPerMinute]
      return ([lane.name] + limits.map { $0.map(String.init) ?? "" }).joined(separator: "\u{1F}")
    }.joined(separator: "\u{1E}")
  }

  static func read(_ text: String) -> [Lane] {
    text.split(separator: "\u{1E}").compactMap { part in
      let fields = part.split(separator: "\u{1F}", omittingEmptySubsequences: false)
      guard fields.count == 4 else { return nil }
      return Lane(
        name: String(fields[0]),
        limits: LaneLimits(
          concurrency: Int64(fields[1]), callsPerMinute: Int64(fields[2]), tokensPerMinute: Int64(fields[3])))
    }
  }
}
