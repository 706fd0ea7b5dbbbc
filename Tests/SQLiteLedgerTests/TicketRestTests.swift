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

  @Test func whatAProviderHasLeftIsSharedByAll() throws {
    let (first, second) = (try open(), try open())
    func enter(_ ledger: SQLiteLedger, _ tokens: Int64 = 10) throws -> TicketID {
      var request = TicketTests.request()
      (request.lanes, request.tokens) = ([Lane(name: "model m", limits: LaneLimits())], tokens)
      return try ledger.enter(request, nowUnixMs: 2000)
    }
    try first.remember(
      SaidRests(
        [LaneRest(.calls, left: 1, untilUnixMs: 5000), LaneRest(.tokens, left: 50, untilUnixMs: 7000)],
        sentAtUnixMs: 900), lane: "model m", nowUnixMs: 1000)
    #expect(try second.pausedLanes(nowUnixMs: 4999) == ["model m"])
    let rests = [LaneRest(.calls, left: 1, untilUnixMs: 5000), LaneRest(.tokens, left: 50, untilUnixMs: 7000)]
    #expect(try second.heldLanes(nowUnixMs: 1500) == [HeldLane(lane: "model m", rests: rests)])
    try first.pause(lane: "model m", untilUnixMs: 1600, nowUnixMs: 1500)
    #expect(
      try second.heldLanes(nowUnixMs: 1500) == [HeldLane(lane: "model m", pausedUntilUnixMs: 1600, rests: rests)])
    #expect(try second.heldLanes(nowUnixMs: 7000) == [])
    let (a, b, large) = (try enter(first), try enter(second), try enter(second, 60))
    #expect(try first.standing(of: a, nowUnixMs: 2000) == .started)
    func waits(_ estimateMs: Int64, _ cause: ProviderHold.Cause, until: Int64) -> Standing {
      .waiting(ahead: 0, estimateMs: estimateMs, hold: ProviderHold(cause, untilUnixMs: until))
    }
    let call = ProviderHold.Cause.rest(.calls, left: 1, taken: 1)
    #expect(try second.standing(of: b, nowUnixMs: 2000) == waits(3000, call, until: 5000))
    #expect(try second.standing(of: b, nowUnixMs: 5000) == .started)
    let tokens = ProviderHold.Cause.rest(.tokens, left: 50, taken: 20)
    #expect(try second.standing(of: large, nowUnixMs: 5000) == waits(2000, tokens, until: 7000))
    // A reply that came late, to a call of before, says more than is left: the smaller counts.
    try first.remember(
      SaidRests([LaneRest(.tokens, left: 1000, untilUnixMs: 7100)], sentAtUnixMs: 950), lane: "model m", nowUnixMs: 5000
    )
    guard case .waiting = try second.standing(of: large, nowUnixMs: 5001) else {
      Issue.record("it started although too little is left")
      return
    }
    // What a call of later is told is news; what the call just begun takes of it, it may not have counted.
    try first.remember(
      SaidRests([LaneRest(.tokens, left: 60, untilUnixMs: 8000)], sentAtUnixMs: 5001), lane: "model m", nowUnixMs: 5002)
    let more = ProviderHold.Cause.rest(.tokens, left: 60, taken: 10)
    #expect(try second.standing(of: large, nowUnixMs: 5003) == waits(2997, more, until: 8000))
    try first.remember(
      SaidRests([LaneRest(.tokens, left: 70, untilUnixMs: 9000)], sentAtUnixMs: 5002), lane: "model m", nowUnixMs: 5003)
    #expect(try second.standing(of: large, nowUnixMs: 5004) == .started)
    #expect(try second.pausedLanes(nowUnixMs: 9000).isEmpty)
  }

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

  /// A small call for which enough would be left waits behind a large one for which there is not: for the same reason, as long.
  @Test func whoWaitsBehindAnotherIsToldWhatThatOneWaitsFor() throws {
    let ledger = try open()
    try say(ledger, 20, sent: 1000, at: 1010)
    let (large, small) = (try enter(ledger, 40, at: 1500), try enter(ledger, 5, at: 1501))
    let hold = ProviderHold(.rest(.tokens, left: 20, taken: 0), untilUnixMs: 61_010)
    #expect(try ledger.standing(of: large, nowUnixMs: 1510) == .waiting(ahead: 0, estimateMs: 59_500, hold: hold))
    #expect(try ledger.standing(of: small, nowUnixMs: 1510) == .waiting(ahead: 1, estimateMs: 59_500, hold: hold))
    // In another lane nobody is told of it.
    var request = TicketTests.request()
    request.lanes = [Lane(name: "user ana", limits: LaneLimits(concurrency: 1))]
    let first = try ledger.enter(request, nowUnixMs: 1502)
    let second = try ledger.enter(request, nowUnixMs: 1503)
    #expect(try ledger.standing(of: first, nowUnixMs: 1510) == .started)
    #expect(try ledger.standing(of: second, nowUnixMs: 1510) == .waiting(ahead: 0, estimateMs: nil))
  }

  /// What those take that may start now is taken already.
  @Test func whatCallsTakeThatMayStartIsNotLeft() throws {
    let ledger = try open()
    try say(ledger, 50, sent: 1000, at: 1010)
    let (_, second) = (try enter(ledger, 40, at: 3000), try enter(ledger, 40, at: 3001))
    let hold = ProviderHold(.rest(.tokens, left: 50, taken: 40), untilUnixMs: 61_010)
    #expect(try ledger.standing(of: second, nowUnixMs: 3010) == .waiting(ahead: 0, estimateMs: 58_000, hold: hold))
  }
}
