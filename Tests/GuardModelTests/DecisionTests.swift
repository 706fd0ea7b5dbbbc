import SeededGenerator
import Testing

@testable import GuardModel

@Suite struct BudgetStateTests {
  @Test func addsUp() throws {
    let it = try state("100 tokens/day", posted: 70, pending: 20, granted: 50)
    #expect((it.taken, it.limit, it.remaining, it.takenPercent) == (90, 150, 60, 60))
    #expect(it.phase == .ok)
    #expect(it.phase(after: Charge(tokens: 30, costMicroUSD: nil)) == .warn)
    #expect(it.projected(Charge(tokens: 30, costMicroUSD: nil)) == 120)
  }

  /// At the limit of a budget in calls nothing is left: the next one is refused.
  @Test func callsAreUsedUpAtTheirLimit() throws {
    #expect(try state("2 calls/day", posted: 2).phase == .hard)
    #expect(try state("2 calls/day", posted: 1, pending: 1).phase == .hard)
    #expect(try state("10 calls/day", posted: 9).phase == .warn)
    #expect(try state("10 tokens/day", posted: 10).phase == .soft)
  }

  /// However little a call takes, however far a tier lets calls go, and whatever was topped up.
  @Test(arguments: [(0, 120, 0), (1, 120, 0), (9, 1000, 0), (5, 120, 1_000_000)] as [(Int64, Int64, Int64)])
  func nothingFitsIntoAPause(tokens: Int64, hard: Int64, granted: Int64) throws {
    let thresholds = try #require(PhaseThresholds(warnPercent: 80, softPercent: 100, hardPercent: hard))
    let it = BudgetState(
      budget: Budget(scope: .user("bob"), limit: .pause, thresholds: thresholds, origin: Budget.pauseOrigin),
      window: Window(startUnixMs: 0, endUnixMs: 10_000), posted: 0, pending: 0, granted: granted)
    let charge = Charge(tokens: tokens, costMicroUSD: nil)
    #expect((it.phase, it.phase(after: charge), it.room, it.room(below: .soft)) == (.hard, .hard, 0, 0))
    let decision = Decision.on(charge, [try state("100 tokens/day"), it], nowUnixMs: 0)
    #expect((decision.phase, decision.opensAtUnixMs, decision.waitsForCalls) == (.hard, nil, false))
    #expect(decision.tightest == it)
  }

  /// A pause lets nothing out, so nothing else is told, however far beyond its limit another budget is.
  @Test func aPauseIsToldBeforeABudgetThatIsUsedUp() throws {
    let pause = BudgetState(
      budget: Budget(scope: .user("bob"), limit: .pause, origin: Budget.pauseOrigin), window: nil, posted: 0,
      pending: 0, granted: 0)
    let usedUp = try state("8 tokens/day", posted: 8000)
    let charge = Charge(tokens: 10, costMicroUSD: nil)
    for order in [[usedUp, pause], [pause, usedUp]] {
      #expect(Decision.on(charge, order, nowUnixMs: 0).tightest == pause)
    }
  }

  @Test func saturatesInsteadOfOverflowing() throws {
    let it = try state("100 tokens/day", posted: .max, pending: .max, granted: .max)
    #expect((it.taken, it.limit, it.remaining) == (.max, .max, 0))
    #expect(try state("1 tokens/day", posted: .max).takenPercent == .max)
    #expect(try state("1 tokens/day", posted: .max).projected(Charge(tokens: .max, costMicroUSD: 0)) == .max)
    #expect(try state("10 tokens/day", posted: 25).remaining == 0)
  }

  /// What cannot be counted is no percentage, and told as none; for the order of budgets it is the largest.
  @Test func aPercentageThatCannotBeCountedIsNone() throws {
    let it = try state("1 tokens/day", posted: .max / 100 + 1, pending: 7)
    #expect(it.percent(it.posted) == nil && it.postedPercent == .max && it.takenPercent == .max)
    #expect(it.percent(.max / 100) == .max / 100 * 100 && it.percent(0) == 0 && it.percent(-5) == 0)
    #expect(try state("3 tokens/day", posted: 2).percent(2) == 66)
  }

  @Test func theBurstIsTheCapacity() throws {
    #expect(try state("10 tokens/min burst 50", posted: 40).remaining == 10)
  }

  @Test func chargesByUnit() throws {
    let charge = Charge(tokens: 5, costMicroUSD: 7)
    #expect([.tokens, .money, .calls].map(charge.amount) == [5, 7, 1])
    #expect(Charge(tokens: 5, costMicroUSD: nil).amount(in: .money) == 0)
    #expect(Charge(tokens: -5, costMicroUSD: -7) == .zero)
  }

  @Test(
    arguments: [
      // limit, posted, charge, opens
      ("100 tokens/day", 0, 121, nil),  // more than the budget ever allows
      ("100 tokens/day", 0, 120, 1000),  // fits now
      ("100 tokens/day", 50, 71, 10_000),  // fits in the next window
      ("100 tokens/min burst 100", 50, 71, 1600),  // one unit over the ceiling drains in 600 ms
      ("7 tokens/min burst 100", 121, 1, 18_143),  // rounded up: two units at seven a minute
      ("7 tokens/min burst 100", 0, 121, nil),
    ] as [(String, Int64, Int64, Int64?)])
  func opensAgain(_ text: String, _ posted: Int64, _ tokens: Int64, _ opens: Int64?) throws {
    let it = try state(text, posted: posted)
    #expect(it.opensAtUnixMs(for: Charge(tokens: tokens, costMicroUSD: nil), nowUnixMs: 1000) == opens)
  }

  /// What has drained of the next unit is not waited for again, and nothing drains before the machine's clock has caught up with
  /// the ledger's.
  @Test(
    arguments: [(0, 0, 1600), (30_000, 0, 1300), (0, 5000, 5600), (30_000, 5000, 5300), (0, 1000, 1600)]
      as [(
        Int64, Int64, Int64
      )])
  func aBucketDrainsByTheLedgersClock(drained: Int64, at clock: Int64, opens: Int64) throws {
    let it = BudgetState(
      budget: try state("100 tokens/min burst 100").budget, window: nil, posted: 50, pending: 0, granted: 0,
      drainedPart: drained, drainedAtUnixMs: clock)
    #expect(it.opensAtUnixMs(for: Charge(tokens: 71, costMicroUSD: nil), nowUnixMs: 1000) == opens)
  }

  @Test func theMomentABucketOpensIsTheFirst() throws {
    var random = Seeded(6)
    for _ in 0..<2000 {
      let refill = Int64.random(in: 1...1000, using: &random)
      let burst = Int64.random(in: 1...1000, using: &random)
      let posted = Int64.random(in: 0...3000, using: &random)
      let charge = Charge(tokens: Int64.random(in: 1...1500, using: &random), costMicroUSD: nil)
      let it = try state("\(refill) tokens/min burst \(burst)", posted: posted)
      guard let opens = it.opensAtUnixMs(for: charge, nowUnixMs: 0) else {
        #expect(charge.tokens > it.budget.thresholds.ceiling(ofLimit: burst))
        continue
      }
      func drained(_ ms: Int64) -> Int64 { max(0, posted - ms * refill / 60_000) }
      #expect(try state("\(refill) tokens/min burst \(burst)", posted: drained(opens)).phase(after: charge) != .hard)
      if opens > 0 {
        let before = try state("\(refill) tokens/min burst \(burst)", posted: drained(opens - 1))
        #expect(before.phase(after: charge) == .hard)
      }
    }
  }
}

@Suite struct DecisionTests {
  private let ten = Charge(tokens: 10, costMicroUSD: 1_000_000)

  @Test func noBudgetMeansNoLimit() {
    #expect(Decision.on(ten, [], nowUnixMs: 1000) == Decision.on(.zero, [], nowUnixMs: 5))
    #expect(Decision.on(ten, [], nowUnixMs: 1000).phase == .ok)
  }

  @Test func theLatestPhaseDecides() throws {
    let easy = try state("1000 tokens/day")
    let warned = try state("100 tokens/hour", posted: 75)
    let soft = try state("$2/month", posted: 1_000_000)
    for order in [[easy, warned, soft], [soft, easy, warned], [warned, soft, easy]] {
      let decision = Decision.on(ten, order, nowUnixMs: 1000)
      #expect(decision.phase == .soft)
      #expect(decision.tightest == soft)
      #expect(decision.opensAtUnixMs == nil)
    }
  }

  @Test func withinAPhaseTheLargerShareDecides() throws {
    let a = try state("100 tokens/day", posted: 80)
    let b = try state("100 tokens/hour", posted: 85)
    #expect(Decision.on(ten, [a, b], nowUnixMs: 0).tightest == b)
    #expect(Decision.on(ten, [b, a], nowUnixMs: 0).tightest == b)
  }

  @Test func opensWhenEveryBudgetDoes() throws {
    let hour = try state("100 tokens/hour", posted: 120, endsAtUnixMs: 5000)
    let day = try state("100 tokens/day", posted: 115, endsAtUnixMs: 9000)
    let never = try state("8 tokens/month", endsAtUnixMs: 99_000)
    let free = try state("1000 tokens/week", endsAtUnixMs: 50_000)
    #expect(Decision.on(ten, [hour, free], nowUnixMs: 1000).opensAtUnixMs == 5000)
    #expect(Decision.on(ten, [hour, day, free], nowUnixMs: 1000).opensAtUnixMs == 9000)
    #expect(Decision.on(ten, [hour, never], nowUnixMs: 1000).opensAtUnixMs == nil)
    #expect(Decision.on(ten, [hour, never], nowUnixMs: 1000).phase == .hard)
  }

  /// A call that used and itself would let through waits for the calls under way, and not for a window.
  @Test func whatIsOnlyHeldOpensWhenCallsEnd() throws {
    let held = try state("100 tokens/day", pending: 115, endsAtUnixMs: 9000)
    let alone = Decision.on(ten, [held], nowUnixMs: 1000)
    #expect(alone.phase == .hard && alone.waitsForCalls && alone.opensAtUnixMs == nil)
    // Where another budget is used up, that one says when.
    let used = try state("100 tokens/hour", posted: 115, pending: 3, endsAtUnixMs: 5000)
    let both = Decision.on(ten, [held, used], nowUnixMs: 1000)
    #expect(both.phase == .hard && !both.waitsForCalls && both.opensAtUnixMs == 5000)
    // What does not fit without them, either.
    let partly = try state("100 tokens/day", posted: 111, pending: 1, endsAtUnixMs: 9000)
    #expect(!Decision.on(ten, [partly], nowUnixMs: 1000).waitsForCalls)
    #expect(Decision.on(ten, [partly], nowUnixMs: 1000).opensAtUnixMs == 9000)
    let never = try state("8 tokens/month", pending: 1)
    #expect(!Decision.on(ten, [never], nowUnixMs: 1000).waitsForCalls)
    #expect(!Decision.on(ten, [try state("100 tokens/day", pending: 75)], nowUnixMs: 1000).waitsForCalls)
    let bucket = try state("7 tokens/min burst 100", posted: 100, pending: 20)
    #expect(Decision.on(ten, [bucket], nowUnixMs: 1000).waitsForCalls)
  }

  /// A call that ends has been a call: a budget in calls opens when its window ends, and sooner only by what is given back.
  @Test func aCallUnderWayHasTakenItsCall() throws {
    let held = try state("1 call/hour", pending: 1, endsAtUnixMs: 9000)
    let decision = Decision.on(ten, [held], nowUnixMs: 1000)
    #expect(decision.phase == .hard && !decision.waitsForCalls && decision.opensAtUnixMs == 9000)
    #expect(decision.fitsWithoutHolds, "it may be its own")
    let tokens = try state("100 tokens/day", pending: 115, endsAtUnixMs: 20_000)
    let both = Decision.on(ten, [held, tokens], nowUnixMs: 1000)
    #expect(!both.waitsForCalls && both.opensAtUnixMs == 9000 && both.tightest == held)
    #expect(Decision.on(ten, [tokens], nowUnixMs: 1000).fitsWithoutHolds)
    let used = try state("2 calls/hour", posted: 2, pending: 0, endsAtUnixMs: 9000)
    #expect(!Decision.on(ten, [used], nowUnixMs: 1000).fitsWithoutHolds)
  }

  /// What the budget alone never lets out may go out with a top-up.
  @Test func aTopUpLetsOutWhatTheBudgetNeverWould() throws {
    let it = BudgetState(
      budget: try state("5 tokens/day").budget, window: Window(startUnixMs: 0, endUnixMs: 9000), posted: 0, pending: 0,
      granted: 20)
    #expect(it.opensAtUnixMs(for: ten, nowUnixMs: 1000) == 1000)
    #expect(try state("5 tokens/day").opensAtUnixMs(for: ten, nowUnixMs: 1000) == nil)
  }

  @Test func labelsSayWhichBudget() throws {
    func label(_ text: String, _ scope: BudgetScope = .user("a")) throws -> String {
      BudgetKey(scope: scope, limit: try limit(text)).label
    }
    #expect(try label("1 tokens/day") == "daily token budget")
    #expect(
      try label("1 calls/6h", .operation(user: "a", operation: "analyze")) == "6h call budget of operation analyze")
    #expect(try label("$1/month") == "monthly money budget")
  }
}
