import GuardModel
import SeededGenerator
import Testing

/// When calls may start under limits of a minute: never sooner than the line itself lets them.
@Suite struct LanePaceTests {
  private func use(_ starts: [(Int64, Int64)]) -> LaneUse {
    var use = LaneUse()
    use.starts = starts.map { (atUnixMs: $0.0, tokens: $0.1) }
    return use
  }

  @Test func withoutLimitsOfAMinuteNothingIsSaid() {
    #expect(LaneUse().paceMs(of: [1], under: LaneLimits(concurrency: 1), nowUnixMs: 0) == nil)
  }

  @Test func callsPerMinute() {
    let limits = LaneLimits(callsPerMinute: 2)
    let use = use([(1000, 1), (31_000, 1)])
    #expect(use.paceMs(of: [1], under: limits, nowUnixMs: 41_000) == 20_000)
    #expect(use.paceMs(of: [1, 1], under: limits, nowUnixMs: 41_000) == 50_000)
    #expect(use.paceMs(of: [1, 1, 1, 1], under: limits, nowUnixMs: 41_000) == 110_000)
    #expect(use.paceMs(of: [1], under: limits, nowUnixMs: 61_000) == 0)
  }

  @Test func tokensPerMinute() {
    let limits = LaneLimits(tokensPerMinute: 100)
    let use = use([(1000, 60), (31_000, 30)])
    #expect(use.paceMs(of: [10], under: limits, nowUnixMs: 41_000) == 0)
    #expect(use.paceMs(of: [11], under: limits, nowUnixMs: 41_000) == 20_000)
    #expect(use.paceMs(of: [71], under: limits, nowUnixMs: 41_000) == 50_000)
    #expect(use.paceMs(of: [70, 31], under: limits, nowUnixMs: 41_000) == 80_000, "the second waits for the first")
    #expect(use.paceMs(of: [500], under: limits, nowUnixMs: 41_000) == 50_000, "larger than a minute: alone")
    #expect(use.paceMs(of: [.max, .max], under: limits, nowUnixMs: 41_000) == 110_000)
  }

  @Test func aPauseComesFirst() {
    var use = use([])
    use.pausedUntilUnixMs = 5000
    #expect(use.paceMs(of: [1, 1], under: LaneLimits(callsPerMinute: 1), nowUnixMs: 1000) == 64_000)
  }

  /// So many starts later one has ended; of two the longer is told.
  @Test func howLongCallsLastIsToldByLaterStarts() {
    #expect(use([(0, 1), (1000, 1)]).lengthMs(under: 1) == nil, "one alone tells nothing")
    #expect(use([(0, 1), (1000, 1), (4000, 1)]).lengthMs(under: 1) == 3000)
    #expect(use([(0, 1), (1000, 1), (4000, 1), (6000, 1)]).lengthMs(under: 1) == 2000)
    #expect(use([(0, 1), (1000, 1), (4000, 1), (6000, 1)]).lengthMs(under: 2) == 5000)
    #expect(use([(0, 1), (1000, 1), (4000, 1)]).lengthMs(under: 0) == nil)
  }

  /// Against the line itself, step by step.
  @Test(arguments: 1...40) func itIsWhatTheLineDoes(seed: UInt64) {
    var random = Seeded(seed)
    let limits = LaneLimits(
      callsPerMinute: Bool.random(using: &random) ? Int64.random(in: 1...4, using: &random) : nil,
      tokensPerMinute: Int64.random(in: 1...100, using: &random))
    let line = (0..<Int.random(in: 1...6, using: &random)).map { _ in Int64.random(in: 0...120, using: &random) }
    var lane = LaneUse()
    for at in (0..<3).map({ _ in Int64.random(in: 0...60, using: &random) * 1000 }).sorted() {
      lane.start(Int64.random(in: 0...60, using: &random), atUnixMs: at)
    }
    let told = lane.paceMs(of: line, under: limits, nowUnixMs: 60_000)
    var now: Int64 = 60_000
    for tokens in line {
      while !lane.hasRoom(for: tokens, under: limits, nowUnixMs: now) { now += 1000 }
      lane.start(tokens, atUnixMs: now)
    }
    #expect(told == now - 60_000, "\(limits) \(line)")
  }
}
