import GuardModel
import Ledger
import Testing

@testable import SQLiteLedger

/// What a provider says is left, and what calls take of it until it has counted them.
@Suite struct TicketRestTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  private func enter(_ ledger: SQLiteLedger, _ tokens: Int64, at now: Int64) throws -> TicketID {
    var request = TicketTests.request()
    (request.lanes, request.tokens) = ([Lane(name: "model m", limits: LaneLimits())], tokens)
    return try ledger.enter(request, nowUnixMs: now)
  }

  private func say(
    _ ledger: SQLiteLedger, _ left: Int64, sent: Int64, at now: Int64, _ unit: LaneRest.Unit = .tokens,
    to ticket: TicketID? = nil, isFar: Bool = false
  ) throws {
    let rest = LaneRest(unit, left: left, untilUnixMs: now + 60_000)
    try ledger.remember(
      SaidRests(
        isFar ? [] : [rest], corrections: isFar ? [rest] : [], sentAtUnixMs: sent, tickets: ticket.map { [$0] } ?? []),
      lane: "model m", nowUnixMs: now)
  }

  private func isWaiting(_ standing: Standing) -> Bool { standing != .started }

  /// A script that calls one time after the other, at a provider whose limit refills as fast as the script calls.
  @Test func aNewerReplyIsBelieved() throws {
    let ledger = try open()
    try say(ledger, 159_000, sent: 1000, at: 1010)
    for call in Int64(0)..<20 {
      let now = 1100 + call * 20
      let ticket = try enter(ledger, 31_000, at: now)
      #expect(try ledger.standing(of: ticket, nowUnixMs: now) == .started, "call \(call)")
      try say(ledger, 159_000, sent: now, at: now + 10, to: ticket)
      try ledger.leave(ticket)
    }
    let rest = try #require(try ledger.heldLanes(nowUnixMs: 2000).first?.rests.first)
    #expect(rest.left == 159_000 && rest.taken == 0)
  }

  /// What a call was to take is taken as long as it is under way and its reply has not begun.
  @Test func whatHasEndedTakesNothing() throws {
    let (first, second) = (try open(), try open())
    try say(first, 50, sent: 1000, at: 1000)
    let a = try enter(first, 40, at: 3000)
    #expect(try first.standing(of: a, nowUnixMs: 3000) == .started)
    let b = try enter(second, 40, at: 3001)
    #expect(try isWaiting(second.standing(of: b, nowUnixMs: 3001)))
    let rest = try #require(try second.heldLanes(nowUnixMs: 3001).first?.rests.first)
    #expect(rest.left == 50 && rest.taken == 40)
    // It failed before the provider had it.
    try first.leave(a)
    #expect(try second.standing(of: b, nowUnixMs: 3002) == .started)
  }

  /// A reply that has begun has counted its own call, however long it goes on.
  @Test func aCallWhoseReplyHasBegunIsCounted() throws {
    let ledger = try open()
    try say(ledger, 50, sent: 1000, at: 1000)
    let a = try enter(ledger, 40, at: 3000)
    #expect(try ledger.standing(of: a, nowUnixMs: 3000) == .started)
    try say(ledger, 45, sent: 3000, at: 3100, to: a)
    let b = try enter(ledger, 40, at: 3101)
    #expect(try ledger.standing(of: b, nowUnixMs: 3101) == .started)
    let c = try enter(ledger, 4, at: 3102)
    #expect(try ledger.standing(of: c, nowUnixMs: 3102) == .started)
    #expect(try isWaiting(ledger.standing(of: enter(ledger, 2, at: 3103), nowUnixMs: 3103)))
  }

  /// Of many who come together no more go out than the provider has left, in whatever order its replies come.
  @Test(arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]]) func aBurstTakesNoMoreThanIsLeft(order: [Int]) throws {
    let ledgers = try (0..<4).map { _ in try open() }
    try say(ledgers[0], 4, sent: 1000, at: 1000, .calls)
    var tickets: [TicketID] = []
    for (index, ledger) in ledgers.enumerated() {
      tickets.append(try enter(ledger, 1, at: 5000 + Int64(index)))
      #expect(try ledger.standing(of: tickets[index], nowUnixMs: 5000 + Int64(index)) == .started)
    }
    let fifth = try enter(ledgers[0], 1, at: 5010)
    #expect(try isWaiting(ledgers[0].standing(of: fifth, nowUnixMs: 5010)))
    // The provider got them in another order than they were sent: 3, 1, 0, 2.
    let left = [0: Int64(1), 1: 2, 2: 0, 3: 3]
    for (place, index) in order.enumerated() {
      let now = 5100 + Int64(place)
      try say(ledgers[index], left[index] ?? 0, sent: 5000 + Int64(index), at: now, .calls, to: tickets[index])
      #expect(try isWaiting(ledgers[0].standing(of: fifth, nowUnixMs: now)), "after reply \(place)")
      try ledgers[index].leave(tickets[index])
      #expect(try isWaiting(ledgers[0].standing(of: fifth, nowUnixMs: now)), "after call \(place)")
    }
    // A call of before, whose reply comes last, knows nothing of them.
    try say(ledgers[1], 4, sent: 4500, at: 5200, .calls)
    #expect(try isWaiting(ledgers[0].standing(of: fifth, nowUnixMs: 5201)))
    try say(ledgers[1], 1, sent: 5200, at: 5300, .calls)
    #expect(try ledgers[0].standing(of: fifth, nowUnixMs: 5301) == .started)
  }

  /// There is enough again for calls of one size: those of another are told, too. Where nothing is remembered, nothing needs to be.
  @Test func whatIsFarCorrectsWhatIsRemembered() throws {
    let ledger = try open()
    try say(ledger, 9000, sent: 900, at: 1000, isFar: true)
    #expect(try ledger.heldLanes(nowUnixMs: 1000).isEmpty)
    try say(ledger, 20, sent: 1000, at: 1010)
    let large = try enter(ledger, 40, at: 1500)
    #expect(try isWaiting(ledger.standing(of: large, nowUnixMs: 1500)))
    try say(ledger, 9000, sent: 1600, at: 1700, isFar: true)
    #expect(try ledger.standing(of: large, nowUnixMs: 1701) == .started)
    #expect(try ledger.heldLanes(nowUnixMs: 61_010).isEmpty, "it holds no longer than what it corrects")
  }
}
