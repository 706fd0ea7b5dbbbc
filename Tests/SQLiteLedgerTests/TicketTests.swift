import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Testing

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

  @Test func startsArePacedOverAMinute() throws {
    let ledger = try open()
    let limits = LaneLimits(callsPerMinute: 2)
    for _ in 1...2 {
      let id = try ledger.enter(Self.request("ana", limits), nowUnixMs: 1000)
      #expect(try ledger.standing(of: id, nowUnixMs: 1000) == .started)
      try ledger.leave(id)
    }
    let third = try ledger.enter(Self.request("ana", limits), nowUnixMs: 2000)
    #expect(try ledger.standing(of: third, nowUnixMs: 60_999) == .waiting(ahead: 0, estimateMs: nil))
    #expect(try ledger.standing(of: third, nowUnixMs: 61_000) == .started)
  }

  @Test func aProvidersPauseHoldsEverybody() throws {
    let ledger = try open()
    try ledger.pause(lane: "user ana", untilUnixMs: 5000, nowUnixMs: 1000)
    try ledger.pause(lane: "user ana", untilUnixMs: 4000, nowUnixMs: 1000)
    let ana = try ledger.enter(Self.request(), nowUnixMs: 1000)
    let ben = try ledger.enter(Self.request("ben"), nowUnixMs: 1000)
    #expect(try ledger.standing(of: ana, nowUnixMs: 2000) == .waiting(ahead: 0, estimateMs: 3000))
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
    #expect(try ledger.standing(of: last, nowUnixMs: 4000) == .waiting(ahead: 1, estimateMs: 2000))
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
