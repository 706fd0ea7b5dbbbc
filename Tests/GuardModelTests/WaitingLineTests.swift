import GuardModel
import Testing

@Suite struct WaitingLineTests {
  static func lane(_ name: String, _ concurrency: Int64? = nil, calls: Int64? = nil, tokens: Int64? = nil) -> Lane {
    Lane(name: name, limits: LaneLimits(concurrency: concurrency, callsPerMinute: calls, tokensPerMinute: tokens))
  }

  static func call(
    _ ticket: Int64, _ user: String = "ana", _ priority: Priority = .normal, at arrived: Int64 = 0,
    lanes: [Lane] = [lane("user ana", 1)], tokens: Int64 = 10
  ) -> WaitingCall {
    WaitingCall(
      ticket: ticket, user: user, priority: priority, arrivedAtUnixMs: arrived, lanes: lanes, tokens: tokens)
  }

  static func tickets(_ calls: [WaitingCall]) -> [Int64] { calls.map(\.ticket) }

  @Test func aUsersCallsKeepTheirOrder() {
    let calls = (1...9).map { Self.call($0, at: 100 - $0 % 2) }
    #expect(Self.tickets(WaitingLine.order(calls, begun: [:])) == [1, 3, 5, 7, 9, 2, 4, 6, 8])
  }

  @Test func priorityIsAHeadStartAndNoMore() {
    let calls = [Self.call(1), Self.call(2, "ben", .low), Self.call(3, "cem", .high, at: 29_999)]
    #expect(Self.tickets(WaitingLine.order(calls, begun: [:])) == [3, 1, 2])
    let later = [Self.call(1), Self.call(2, "ben", .low), Self.call(3, "cem", .high, at: 60_001)]
    #expect(Self.tickets(WaitingLine.order(later, begun: [:])) == [1, 2, 3])
  }

  @Test func aBurstOfOneUserDoesNotBarTheOthers() {
    let burst = (1...100).map { Self.call($0) } + [Self.call(101, "ben", at: 4000)]
    #expect(Self.tickets(WaitingLine.order(burst, begun: [:])).prefix(3) == [1, 101, 2])
    #expect(Self.tickets(WaitingLine.order(burst, begun: ["ana": 2])).first == 101)
  }

  /// Between two calls of a lane that carries one at a time none is under way.
  @Test func aBurstDoesNotBarTheOthersWhereOneGoesAtATime() {
    var waiting = (1...30).map { Self.call($0) } + (101...104).map { Self.call($0, "ben", at: 2000) }
    var (begun, served): ([String: Int64], [String]) = (["ana": 2], [])
    while let next = WaitingLine.order(waiting, begun: begun).first {
      served.append(next.user)
      begun[next.user, default: 0] += 1
      waiting.removeAll { $0 == next }
    }
    #expect(served.prefix(8) == ["ben", "ben", "ana", "ben", "ana", "ben", "ana", "ana"])
    #expect(WaitingLine.memoryBeginsAtUnixMs(waiting) == nil)
    waiting = [Self.call(1, at: 7), Self.call(2, at: 5)]
    #expect(WaitingLine.memoryBeginsAtUnixMs(waiting) == 5)
  }

  @Test func nobodyStarves() {
    // One waits at low priority behind a running call, while an urgent call of a new user comes every second.
    var calls = [Self.call(0, "old", .low)]
    var served: Int64?
    for second in 1...120 where served == nil {
      calls.append(Self.call(Int64(second), "new \(second)", .high, at: Int64(second) * 1000))
      let first = WaitingLine.order(calls, begun: ["old": 1]).first
      if first?.ticket == 0 { served = Int64(second) }
      calls.removeAll { $0 == first }
    }
    #expect(served == 65)
    calls =
      [Self.call(0, "old", .low)] + (1...120).map { Self.call(Int64($0), "new \($0)", .high, at: Int64($0) * 1000) }
    let place = WaitingLine.order(calls, begun: ["old": 1]).firstIndex { $0.ticket == 0 }
    #expect(place == 64, "of those who come later, only the ones of the first 65 seconds go before")
  }

  @Test func roomIsSharedOut() {
    let lane = Self.lane("user ana", 3)
    let calls = (1...5).map { Self.call($0, lanes: [lane]) }
    var use = LaneUse()
    use.running = 1
    let turns = WaitingLine.turns(calls, lanes: ["user ana": use], begun: ["ana": 1], nowUnixMs: 0)
    #expect(Self.tickets(turns.start) == [1, 2])
    #expect(Self.tickets(turns.wait) == [3, 4, 5])
  }

  @Test func aFullLaneDoesNotStopTheOthers() {
    let (own, shared) = (Self.lane("user ana", 1), Self.lane("model m", 5))
    var use = LaneUse()
    use.running = 1
    let calls = [Self.call(1, lanes: [own, shared]), Self.call(2, "ben", lanes: [Self.lane("user ben", 1), shared])]
    let turns = WaitingLine.turns(calls, lanes: ["user ana": use], begun: [:], nowUnixMs: 0)
    #expect(Self.tickets(turns.start) == [2])
  }

  @Test func aLargeCallIsNotOvertakenForEver() {
    let lane = Self.lane("model m", tokens: 100)
    var use = LaneUse()
    use.start(50, atUnixMs: 0)
    let calls = [
      Self.call(1, lanes: [lane], tokens: 60), Self.call(2, "ben", lanes: [lane], tokens: 10),
    ]
    let turns = WaitingLine.turns(calls, lanes: ["model m": use], begun: [:], nowUnixMs: 1000)
    #expect(turns.start.isEmpty)
    let later = WaitingLine.turns(calls, lanes: ["model m": use], begun: [:], nowUnixMs: 60_000)
    #expect(Self.tickets(later.start) == [1, 2])
  }

  @Test func aCallLargerThanAMinuteStartsAlone() {
    let lane = Self.lane("model m", tokens: 100)
    let large = Self.call(1, lanes: [lane], tokens: 1000)
    #expect(WaitingLine.turns([large], lanes: [:], begun: [:], nowUnixMs: 0).start.count == 1)
    var use = LaneUse()
    use.start(1, atUnixMs: 0)
    #expect(WaitingLine.turns([large], lanes: ["model m": use], begun: [:], nowUnixMs: 59_999).start.isEmpty)
  }

  @Test func startsAreCountedOverAMinute() {
    let limits = LaneLimits(callsPerMinute: 2)
    var use = LaneUse()
    use.start(1, atUnixMs: 1000)
    use.start(1, atUnixMs: 30_000)
    #expect(!use.hasRoom(for: 1, under: limits, nowUnixMs: 60_999))
    #expect(use.hasRoom(for: 1, under: limits, nowUnixMs: 61_000))
  }

  /// What a provider has left is taken by those who start; the next ones wait until it has more.
  @Test func whatAProviderHasLeftIsNotTakenTwice() {
    var use = LaneUse()
    use.rests = [LaneRest(.calls, left: 2, untilUnixMs: 500), LaneRest(.tokens, left: 100, untilUnixMs: 900)]
    #expect(!use.hasRoom(for: 101, under: LaneLimits(), nowUnixMs: 0))
    #expect(use.hasRoom(for: 100, under: LaneLimits(), nowUnixMs: 0))
    use.start(60, atUnixMs: 0)
    #expect(!use.hasRoom(for: 41, under: LaneLimits(), nowUnixMs: 1))
    #expect(use.hasRoom(for: 40, under: LaneLimits(), nowUnixMs: 1))
    use.start(0, atUnixMs: 1)
    #expect(!use.hasRoom(for: 0, under: LaneLimits(), nowUnixMs: 499), "both calls are taken")
    #expect(use.hasRoom(for: 40, under: LaneLimits(), nowUnixMs: 500))
    #expect(!use.hasRoom(for: 41, under: LaneLimits(), nowUnixMs: 899))
    #expect(use.hasRoom(for: 1_000_000, under: LaneLimits(), nowUnixMs: 900), "a large call is late, not never")
  }

  @Test func aPauseHoldsEverybody() {
    var use = LaneUse()
    use.pausedUntilUnixMs = 500
    #expect(!use.hasRoom(for: 1, under: LaneLimits(), nowUnixMs: 499))
    #expect(use.hasRoom(for: 1, under: LaneLimits(), nowUnixMs: 500))
  }
}
