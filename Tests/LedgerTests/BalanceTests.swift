import GuardModel
import Ledger
import Testing

@Suite struct BalanceTests {
  static func limit(_ text: String) throws -> BudgetLimit {
    guard case .limit(let limit) = try BudgetSpec(text) else { throw BudgetSpecError(text: text, problem: "unlimited") }
    return limit
  }

  @Test func aReplenishingBalanceDrainsExactly() throws {
    var balance = Balance.opening(try Self.limit("10 tokens/s burst 100"), at: 0, in: .utc)
    try balance.post(100, at: 0)
    #expect(balance.used(at: 0) == 100)
    #expect(balance.used(at: 99) == 100)
    #expect(balance.used(at: 100) == 99)
    #expect(balance.used(at: 5050) == 50)
    #expect(balance.used(at: 1_000_000) == 0)
  }

  @Test func drainingInManySmallStepsLosesNothing() throws {
    var balance = Balance.opening(try Self.limit("3 tokens/s burst 100"), at: 0, in: .utc)
    try balance.post(90, at: 0)
    for ms in stride(from: Int64(1), through: 1000, by: 1) { try balance.post(0, at: ms) }
    #expect(balance.used(at: 10_000) == 60)
  }

  /// What a refusal says is when it is really open: what has drained of the next unit is not waited for again.
  @Test(arguments: [
    ("4 calls/3h burst 8", Int64(8), Int64(1)), ("7 tokens/10s burst 100", 90, 60), ("10 tokens/s burst 100", 100, 37),
    ("3 calls/7s burst 3", 3, 1),
  ])
  func aReplenishingBudgetOpensWhenItSays(limit: String, used: Int64, charge: Int64) throws {
    let limit = try Self.limit(limit)
    let budget = Budget(scope: .user("ana"), limit: limit, origin: "test")
    let charge = Charge(tokens: charge, costMicroUSD: 0)
    var balance = Balance.opening(limit, at: 1000, in: .utc)
    try balance.post(used, at: 1000)
    func state(_ now: Int64) -> BudgetState { balance.state(of: budget, granted: 0, nowUnixMs: now) }
    for later in [Int64(0), 1, 333, 500, 999, 1400, 2333, 1_700_001] {
      let now = 1000 + later
      guard
        state(now).phase(after: charge) >= .hard || limit.unit == .tokens && state(now).phase(after: charge) >= .soft
      else { continue }
      let bound: Phase = state(now).phase(after: charge)
      let opens = try #require(state(now).opensAtUnixMs(for: charge, below: bound, nowUnixMs: now))
      #expect(state(opens).phase(after: charge) < bound, "\(later)")
      #expect(state(opens - 1).phase(after: charge) >= bound, "\(later)")
      #expect(state(now).credited(0).opensAtUnixMs(for: charge, below: bound, nowUnixMs: now) == opens)
      // Where the machine's clock was set back, it stands still until that has caught up.
      #expect(state(now).credited(0).opensAtUnixMs(for: charge, below: bound, nowUnixMs: now - 3_600_000) == opens)
      #expect(state(now).credited(1).opensAtUnixMs(for: charge, below: bound, nowUnixMs: now - 3_600_000) == opens)
    }
  }

  /// Of a bucket that has drained empty nothing drains until what is held is posted.
  @Test(arguments: [Int64(6001), 6500, 6999, 7000, 60_321]) func anEmptyBucketOpensNoSoonerForWhatIsHeld(now: Int64)
    throws
  {
    let limit = try Self.limit("10 tokens/10s burst 10")
    let budget = Budget(scope: .user("ana"), limit: limit, origin: "test")
    var balance = Balance.opening(limit, at: 1000, in: .utc)
    try balance.post(5, at: 1000)
    #expect(balance.used(at: now) == 0)
    try balance.hold(12)
    let charge = Charge(tokens: 1, costMicroUSD: 0)
    let opens = try #require(
      balance.state(of: budget, granted: 0, nowUnixMs: now).opensAtUnixMs(for: charge, nowUnixMs: now))
    balance.release(12)
    try balance.post(12, at: now)
    #expect(balance.state(of: budget, granted: 0, nowUnixMs: opens - 1).phase(after: charge) == .hard)
    #expect(balance.state(of: budget, granted: 0, nowUnixMs: opens).phase(after: charge) < .hard)
  }

  @Test func anEmptyBucketDoesNotSaveUp() throws {
    var balance = Balance.opening(try Self.limit("10 tokens/s burst 100"), at: 0, in: .utc)
    try balance.post(10, at: 3_600_000)
    #expect(balance.used(at: 3_600_000) == 10)
  }

  @Test func aChangedRateKeepsWhatHasDrained() throws {
    var balance = Balance.opening(try Self.limit("10 tokens/s burst 100"), at: 0, in: .utc)
    try balance.post(100, at: 0)
    balance.adopt(try Self.limit("1 tokens/s burst 100"), at: 5000)
    #expect(balance.used(at: 5000) == 50)
    #expect(balance.used(at: 10_000) == 45)
  }

  @Test func amountsThatOverflowAreRefused() throws {
    var balance = Balance.opening(try Self.limit("10 tokens/day"), at: 0, in: .utc)
    try balance.post(.max - 5, at: 0)
    #expect(throws: AmountOverflow.self) { try balance.hold(6) }
    #expect(throws: AmountOverflow.self) { try balance.post(6, at: 0) }
  }

  @Test func outputBucketsCoverEveryNumberOnce() {
    var previous: Int64 = -1
    for tokens in Array(Int64(0)...5000) + [1 << 40, (1 << 41) - 1] {
      let bucket = Learning.bucket(ofOutput: tokens)
      #expect(bucket >= previous)
      #expect(Learning.upperBound(ofBucket: bucket) >= tokens)
      #expect(tokens == 0 || Learning.upperBound(ofBucket: bucket - 1) < tokens || bucket == 0)
      previous = bucket
    }
  }

  @Test func thePercentileNeedsTwentyCalls() {
    #expect(Learning.p95([(bucket: 10, count: 19)]) == nil)
    #expect(Learning.p95([(bucket: 10, count: 19), (bucket: 40, count: 1)]) == Learning.upperBound(ofBucket: 10))
    #expect(Learning.p95([(bucket: 10, count: 18), (bucket: 40, count: 2)]) == Learning.upperBound(ofBucket: 40))
  }

  @Test func thePercentileIsReachedAtItsShare() {
    #expect(Learning.p95([(bucket: 10, count: 95), (bucket: 40, count: 5)]) == Learning.upperBound(ofBucket: 10))
    #expect(Learning.p95([(bucket: 10, count: 94), (bucket: 40, count: 6)]) == Learning.upperBound(ofBucket: 40))
  }

  /// A bit that has turned over in a count costs the estimate, and not every call from then on.
  @Test func countsOfAnySizeHaveAPercentile() {
    let many: Int64 = 1 << 62
    #expect(Learning.p95([(bucket: 10, count: many), (bucket: 40, count: 3)]) == Learning.upperBound(ofBucket: 10))
    #expect(Learning.p95([(bucket: 10, count: many), (bucket: 40, count: .max)]) == Learning.upperBound(ofBucket: 40))
    #expect(Learning.p95([(bucket: 10, count: .min), (bucket: 40, count: -1)]) == nil)
  }
}
