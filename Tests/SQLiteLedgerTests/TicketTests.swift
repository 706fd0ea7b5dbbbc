import GuardModel
import Ledger
import Posix
import Testing

@testable import SQLite
@testable import SQLiteLedger

@Suite struct TicketTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  static func request(_ user: String = "ana", _ limits: LaneLimits = LaneLimits(concurrency: 1)) -> TicketRequest {
    TicketRequest(
      user: user, operation: "default", program: "test", priority: .normal,
      lanes: [Lane(name: "user \(user)", limits: limits)], tokens: 10)
  }

  @Test func oneGoesAndTheOthersWait() throws {
    let (first, second) = (try open(), try open())
    let a = try first.enter(Self.request(), nowUnixMs: 1000)
    let b = try second.enter(Self.request(), nowUnixMs: 1001)
    #expect(try second.standing(of: b, nowUnixMs: 1002) == .waiting(ahead: 0, estimateMs: nil))
    #expect(try first.standing(of: a, nowUnixMs: 1002) == .started)
    #expect(try first.standing(of: a, nowUnixMs: 1003) == .started)
    #expect(try second.standing(of: b, nowUnixMs: 1003) == .waiting(ahead: 0, estimateMs: nil))
    #expect(try first.tickets(nowUnixMs: 1003).map(\.id) == [a, b])
    try first.leave(a)
    try first.leave(a)
    #expect(try second.standing(of: b, nowUnixMs: 1004) == .started)
    try second.leave(b)
    #expect(throws: LedgerError.unknownTicket(b)) { try second.standing(of: b, nowUnixMs: 1005) }
  }

  /// Whoever waits looks a hundred times a second, and a server's calls wait for weeks: each look is the same few statements.
  @Test func aLongWaitIsNoMoreToRememberThanAShortOne() throws {
    let ledger = try open()
    let going = try ledger.enter(Self.request(), nowUnixMs: 1000)
    #expect(try ledger.standing(of: going, nowUnixMs: 1000) == .started)
    let waiting = try ledger.enter(Self.request(), nowUnixMs: 1001)
    func look(at now: Int64) throws {
      #expect(try ledger.standing(of: waiting, nowUnixMs: now) == .waiting(ahead: 0, estimateMs: nil))
      #expect(try ledger.tickets(nowUnixMs: now).count == 2 && ledger.heldLanes(nowUnixMs: now).isEmpty)
      #expect(try ledger.limits(on: Self.request().lanes, tokens: 10, nowUnixMs: now).count == 1)
    }
    try look(at: 1002)
    let statements = ledger.connection.texts
    for now in Int64(1003)..<1100 { try look(at: now) }
    #expect(ledger.connection.texts == statements)
  }

  /// Somebody else may have written to the file.
  @Test func aNumberBeyondAllIsNobodys() throws {
    let ledger = try open()
    _ = try ledger.enter(Self.request(), nowUnixMs: 1000)
    try Connection(path: folder.ledger).execute("UPDATE ticket SET id = \(Int64.max)")
    #expect(throws: LedgerError.self) { try ledger.tickets(nowUnixMs: 1001) }
  }

  /// Where one goes at a time, none is under way between two: who had the turns before counts all the same.
  @Test func aBurstDoesNotBarTheOthersWhereOneGoesAtATime() throws {
    func shared(_ user: String) -> TicketRequest {
      var request = Self.request(user)
      request.lanes = [Lane(name: "provider p", limits: LaneLimits(concurrency: 1))]
      return request
    }
    let ledger = try open()
    var waiting = try (0..<5).map { ("ana", try ledger.enter(shared("ana"), nowUnixMs: 1000 + $0)) }
    var served: [String] = []
    for now in stride(from: Int64(2000), to: 9000, by: 1000) {
      let turn = try waiting.indices.filter { try ledger.standing(of: waiting[$0].1, nowUnixMs: now) == .started }
      guard let first = turn.first else { break }
      let (user, ticket) = waiting.remove(at: first)
      served.append(user)
      if served.count == 1 {
        waiting += try (0..<2).map { ("ben", try ledger.enter(shared("ben"), nowUnixMs: now + $0)) }
      }
      try ledger.leave(ticket)
    }
    #expect(served == ["ana", "ben", "ana", "ben", "ana", "ana", "ana"])
    let again = try ledger.enter(shared("ana"), nowUnixMs: 20_000)
    let other = try ledger.enter(shared("ben"), nowUnixMs: 20_001)
    #expect(try ledger.standing(of: other, nowUnixMs: 20_002) != .started, "when nobody waited, all was forgotten")
    #expect(try ledger.standing(of: again, nowUnixMs: 20_002) == .started)
  }

  @Test func theDeadLeaveByThemselves() throws {
    let second = try open()
    var first: SQLiteLedger? = try open()
    let a = try #require(try first?.enter(Self.request(), nowUnixMs: 1000))
    _ = try first?.standing(of: a, nowUnixMs: 1000)
    _ = try first?.enter(Self.request(), nowUnixMs: 1000)
    let b = try second.enter(Self.request(), nowUnixMs: 1001)
    #expect(try second.standing(of: b, nowUnixMs: 1002) == .waiting(ahead: 1, estimateMs: nil))
    first = nil
    #expect(try second.standing(of: b, nowUnixMs: 1003) == .started)
    #expect(try second.tickets(nowUnixMs: 1004).map(\.id) == [b])
  }

  /// A turn that is taken over is its new owner's alone: it stands as long as that lives, whatever becomes of the first.
  @Test func aTurnIsTakenOver() throws {
    let (first, third) = (try open(), try open())
    var second: SQLiteLedger? = try open()
    let a = try first.enter(Self.request(), nowUnixMs: 1000)
    #expect(try second?.takeOver(a, nowUnixMs: 1001) == nil, "it has no turn yet")
    #expect(try first.standing(of: a, nowUnixMs: 1002) == .started)
    let c = try third.enter(Self.request(), nowUnixMs: 1002)
    let b = try #require(try second?.takeOver(a, nowUnixMs: 1003))
    let line = try third.tickets(nowUnixMs: 1004).sorted { $0.id.number < $1.id.number }
    #expect(line.map(\.id) == [c, b])
    #expect(line.map(\.arrivedAtUnixMs) == [1002, 1000], "whoever waits came when he came")
    try first.leave(a)
    #expect(try third.standing(of: c, nowUnixMs: 1006) == .waiting(ahead: 0, estimateMs: nil))
    #expect(try third.takeOver(a, nowUnixMs: 1006) == nil, "it is not there any more")
    second = nil
    #expect(try third.standing(of: c, nowUnixMs: 1007) == .started)
  }

  @Test func startsArePacedOverAMinute() throws {
    let ledger = try open()
    let limits = LaneLimits(callsPerMinute: 2)
    for _ in 1...2 {
      let id = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1000)
      #expect(try ledger.standing(of: id, nowUnixMs: 1000) == .started)
      try ledger.leave(id)
    }
    let third = try ledger.enter(Self.request("ana", limits), nowUnixMs: 2000)
    #expect(try ledger.standing(of: third, nowUnixMs: 3000) == .waiting(ahead: 0, estimateMs: 58_000))
    let fourth = try ledger.enter(Self.request("ana", limits), nowUnixMs: 3000)
    let fifth = try ledger.enter(Self.request("ana", limits), nowUnixMs: 3000)
    #expect(try ledger.standing(of: fourth, nowUnixMs: 3000) == .waiting(ahead: 1, estimateMs: 58_000))
    #expect(try ledger.standing(of: fifth, nowUnixMs: 3000) == .waiting(ahead: 2, estimateMs: 118_000))
    #expect(try ledger.standing(of: third, nowUnixMs: 60_999) == .waiting(ahead: 0, estimateMs: 1))
    #expect(try ledger.standing(of: third, nowUnixMs: 61_000) == .started)
  }

  /// A limit of a minute that has room says nothing of how long others take to end.
  @Test func aWaitForOthersToEndIsNotNoWait() throws {
    let ledger = try open()
    let limits = LaneLimits(concurrency: 1, callsPerMinute: 1000)
    let first = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1000)
    #expect(try ledger.standing(of: first, nowUnixMs: 1000) == .started)
    let second = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1000)
    #expect(try ledger.standing(of: second, nowUnixMs: 1001) == .waiting(ahead: 0, estimateMs: nil))
  }

  /// A burst within a limit of calls per minute says nothing of how fast it goes on.
  @Test func aWaitIsNotEstimatedFromTheBurstThatMadeIt() throws {
    let ledger = try open()
    let limits = LaneLimits(concurrency: 3, callsPerMinute: 3)
    for number: Int64 in 0...2 {
      let id = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1000 + number)
      #expect(try ledger.standing(of: id, nowUnixMs: 1000 + number) == .started)
      try ledger.leave(id)
    }
    let next = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1500)
    #expect(try ledger.standing(of: next, nowUnixMs: 1500) == .waiting(ahead: 0, estimateMs: 59_500))
    #expect(try ledger.standing(of: next, nowUnixMs: 21_500) == .waiting(ahead: 0, estimateMs: 39_500))
  }

  @Test func aProvidersPauseHoldsEverybody() throws {
    let ledger = try open()
    try ledger.pause(lane: "user ana", untilUnixMs: 5000, nowUnixMs: 1000)
    try ledger.pause(lane: "user ana", untilUnixMs: 4000, nowUnixMs: 1000)
    let ana = try ledger.enter(Self.request(), nowUnixMs: 1000)
    let ben = try ledger.enter(Self.request("ben"), nowUnixMs: 1000)
    let hold = ProviderHold(.pause, untilUnixMs: 5000)
    #expect(try ledger.standing(of: ana, nowUnixMs: 2000) == .waiting(ahead: 0, estimateMs: 3000, hold: hold))
    #expect(try ledger.standing(of: ben, nowUnixMs: 2000) == .started)
    #expect(try ledger.standing(of: ana, nowUnixMs: 5000) == .started)
  }

  @Test func aWaitIsEstimatedFromRecentStarts() throws {
    let ledger = try open()
    let limits = LaneLimits(concurrency: 1)
    for second: Int64 in 0...3 {
      let id = try ledger.enter(Self.request("ana", limits), nowUnixMs: second * 1000)
      _ = try ledger.standing(of: id, nowUnixMs: second * 1000)
      if second < 3 { try ledger.leave(id) }
    }
    _ = try ledger.enter(Self.request("ana", limits), nowUnixMs: 4000)
    let last = try ledger.enter(Self.request("ana", limits), nowUnixMs: 4000)
    // One after the other they take a second each: the one under way should end now, and the next one in a second. One that
    // lasts longer may last as much longer again.
    #expect(try ledger.standing(of: last, nowUnixMs: 4000) == .waiting(ahead: 1, estimateMs: 1000))
    #expect(try ledger.standing(of: last, nowUnixMs: 4700) == .waiting(ahead: 1, estimateMs: 1700))
  }

  /// One call does not tell how long calls last.
  @Test func aWaitIsNotEstimatedFromOneCall() throws {
    let ledger = try open()
    let limits = LaneLimits(concurrency: 1)
    let first = try ledger.enter(Self.request("ana", limits), nowUnixMs: 0)
    #expect(try ledger.standing(of: first, nowUnixMs: 0) == .started)
    try ledger.leave(first)
    let second = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1000)
    #expect(try ledger.standing(of: second, nowUnixMs: 1000) == .started)
    let third = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1500)
    #expect(try ledger.standing(of: third, nowUnixMs: 1500) == .waiting(ahead: 0, estimateMs: nil))
  }

  /// Calls of two seconds one after another, some time after the first: each waits as long as is told.
  @Test func aWaitIsAsLongAsTheCallsBeforeLast() throws {
    let ledger = try open()
    let limits = LaneLimits(concurrency: 1)
    for start: Int64 in [0, 2000, 4000] {
      let id = try ledger.enter(Self.request("ana", limits), nowUnixMs: start)
      #expect(try ledger.standing(of: id, nowUnixMs: start) == .started)
      try ledger.leave(id)
    }
    // Nothing for a while, then five at once.
    var ids: [TicketID] = []
    for _ in 0..<5 { ids.append(try ledger.enter(Self.request("ana", limits), nowUnixMs: 15_000)) }
    #expect(try ledger.standing(of: ids[0], nowUnixMs: 15_000) == .started)
    let told = try ids.dropFirst().map { try ledger.standing(of: $0, nowUnixMs: 15_500) }
    #expect(
      told == [
        .waiting(ahead: 0, estimateMs: 1500), .waiting(ahead: 1, estimateMs: 3500),
        .waiting(ahead: 2, estimateMs: 5500), .waiting(ahead: 3, estimateMs: 7500),
      ])
    // When it should have ended nothing is told of the next one; when it has not, it may last as much longer again.
    #expect(try ledger.standing(of: ids[1], nowUnixMs: 17_000) == .waiting(ahead: 0, estimateMs: nil))
    #expect(try ledger.standing(of: ids[1], nowUnixMs: 18_000) == .waiting(ahead: 0, estimateMs: 1000))
  }

  /// Two at once, of four seconds each, that began a second apart.
  @Test func whereSeveralAreUnderWayTheFirstToEndCounts() throws {
    let ledger = try open()
    let limits = LaneLimits(concurrency: 2)
    var running: [TicketID] = []
    for start: Int64 in [0, 1000, 4000, 5000, 8000, 9000] {
      let id = try ledger.enter(Self.request("ana", limits), nowUnixMs: start)
      if running.count == 2 { try ledger.leave(running.removeFirst()) }
      #expect(try ledger.standing(of: id, nowUnixMs: start) == .started)
      running.append(id)
    }
    let ids = try (0..<5).map { _ in try ledger.enter(Self.request("ana", limits), nowUnixMs: 9500) }
    let told = try ids.map { try ledger.standing(of: $0, nowUnixMs: 10_000) }
    #expect(
      told
        == [(0, 2000), (1, 3000), (2, 6000), (3, 7000), (4, 10_000)].map {
          .waiting(ahead: Int64($0.0), estimateMs: Int64($0.1))
        })
  }

  @Test func ticketsSurviveAsTheyWere() throws {
    let ledger = try open()
    var request = Self.request("çelik")
    request.lanes.append(
      Lane(name: "model m", limits: LaneLimits(concurrency: 2, callsPerMinute: 3, tokensPerMinute: 4)))
    request.priority = .low
    _ = try ledger.enter(request, nowUnixMs: 1000)
    #expect(try open().tickets(nowUnixMs: 1000).map(\.request) == [request])
  }
}

extension TicketTests {
  @Test func aPauseIsKnownWithoutLimits() throws {
    let ledger = try open()
    #expect(try ledger.pausedLanes(nowUnixMs: 1000).isEmpty)
    try ledger.pause(lane: "model m", untilUnixMs: 5000, nowUnixMs: 1000)
    #expect(try ledger.pausedLanes(nowUnixMs: 4999) == ["model m"])
    #expect(try ledger.pausedLanes(nowUnixMs: 5000).isEmpty)
    let lane = Lane(name: "model m", limits: LaneLimits())
    var request = Self.request()
    request.lanes = [lane]
    let id = try ledger.enter(request, nowUnixMs: 2000)
    let hold = ProviderHold(.pause, untilUnixMs: 5000)
    #expect(try ledger.standing(of: id, nowUnixMs: 2000) == .waiting(ahead: 0, estimateMs: 3000, hold: hold))
    #expect(try ledger.standing(of: id, nowUnixMs: 5000) == .started)
  }

  @Test func aClockThatIsSetBackStopsNobody() throws {
    let ledger = try open()
    let hour: Int64 = 3_600_000
    let limits = LaneLimits(callsPerMinute: 1)
    let early = try ledger.enter(Self.request("ana", limits), nowUnixMs: 10 * hour)
    #expect(try ledger.standing(of: early, nowUnixMs: 10 * hour) == .started)
    try ledger.leave(early)
    try ledger.pause(lane: "user ana", untilUnixMs: 10 * hour + 50_000, nowUnixMs: 10 * hour)
    try ledger.remember(
      SaidRests([LaneRest(.calls, left: 0, untilUnixMs: 10 * hour)], sentAtUnixMs: 9 * hour), lane: "user ana",
      nowUnixMs: 9 * hour)
    let waiting = try ledger.enter(Self.request("ana", limits), nowUnixMs: 10 * hour)
    // The clock is set back by five hours: neither the start nor the pause lies in the past.
    let now = 5 * hour
    let later = try ledger.enter(Self.request("ana", limits), nowUnixMs: now + 1)
    #expect(try ledger.tickets(nowUnixMs: now + 2).map(\.id) == [waiting, later], "who came first is first")
    #expect(try ledger.standing(of: later, nowUnixMs: now + 2) == .waiting(ahead: 0, estimateMs: 60_000))
    #expect(try ledger.standing(of: waiting, nowUnixMs: now + 2) == .started)
    // And forwards: the minute is over at once.
    #expect(try ledger.standing(of: later, nowUnixMs: 20 * hour) == .started)
  }

  @Test func aQueueOfTheDeadIsEmpty() throws {
    let living = try open()
    for number in 0..<20 {
      // Each in a ledger of its own, which is let go: its owner's locks are gone.
      let dead = try open()
      let id = try dead.enter(Self.request(), nowUnixMs: 1000 + Int64(number))
      if number < 3 { _ = try dead.standing(of: id, nowUnixMs: 1000 + Int64(number)) }
    }
    let id = try living.enter(Self.request(), nowUnixMs: 2000)
    #expect(try living.standing(of: id, nowUnixMs: 2001) == .started)
    #expect(try living.tickets(nowUnixMs: 2002).map(\.id) == [id])
  }

  @Test func whatIsLostWithItsGroupHasNoOwner() throws {
    guard case .limit(let limit) = try BudgetSpec("1000 tokens/day") else {
      Issue.record("not read")
      return
    }
    let part = EnvelopeRequest.Part(budget: Budget(scope: .user("ana"), limit: limit, origin: "test"), amount: 600)
    let envelope = EnvelopeRequest(run: "night", parts: [part])
    let ledger = try open()
    var lost: TicketID?
    #expect(throws: LedgerError.self) {
      try ledger.group {
        lost = try? ledger.enter(Self.request(), nowUnixMs: 1000)
        _ = try? ledger.holdEnvelope(envelope, nowUnixMs: 1000)
        // Nothing is left that could be committed.
        try? ledger.connection.execute("ROLLBACK")
      }
    }
    #expect(!ledger.ownTickets.contains(try #require(lost).number) && !ledger.ownEnvelopes.contains(1))
    // Others get the same numbers; when they are dead, nobody else's lock keeps what they had.
    var other: SQLiteLedger? = try open()
    #expect(try other?.enter(Self.request(), nowUnixMs: 1001) == lost)
    #expect(try other?.holdEnvelope(envelope, nowUnixMs: 1001) == .held)
    other = nil
    let third = try open()
    #expect(try third.tickets(nowUnixMs: 1002).isEmpty)
    _ = try third.recover(nowUnixMs: 1002)
    #expect(try third.states(of: [part.budget], nowUnixMs: 1002)[0].pending == 0)
  }

  @Test func anEnvelopeOfTheDeadIsGivenBack() throws {
    guard case .limit(let limit) = try BudgetSpec("1000 tokens/day") else {
      Issue.record("not read")
      return
    }
    let budget = Budget(scope: .user("ana"), limit: limit, origin: "test")
    var dead: SQLiteLedger? = try open()
    let request = EnvelopeRequest(run: "night", parts: [EnvelopeRequest.Part(budget: budget, amount: 600)])
    #expect(try dead?.holdEnvelope(request, nowUnixMs: 1000) == .held)
    let living = try open()
    _ = try living.recover(nowUnixMs: 1001)
    #expect(try living.states(of: [budget], nowUnixMs: 1001)[0].pending == 600, "its owner lives")
    dead = nil
    _ = try living.recover(nowUnixMs: 1002)
    #expect(try living.states(of: [budget], nowUnixMs: 1002)[0].pending == 0)
    #expect(try living.verify().isEmpty)
  }
}
