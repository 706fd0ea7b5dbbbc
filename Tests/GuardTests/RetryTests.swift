import Configuration
import Guard
import GuardModel
import Ledger
import Testing

/// Asking for the same again gets dearer, for tokens and not for money.
@Suite final class RetryTests {
  let ledger = MemoryLedger(zone: .utc)
  var now: Int64 = 1_790_000_000_000
  private var runs = 0

  static let plenty = "[tier.default]\nbudgets = ['1M tokens/day']\n"

  func request(_ what: UInt8?, user: String = "ana", operation: String = "default") -> CallRequest {
    runs += 1
    return CallRequest(
      user: user, operation: operation, model: "gpt-4o", maxOutputTokens: 100, countedInputTokens: 100,
      run: "run-\(runs)", program: "test", fingerprint: what.map { Fingerprint([$0]) })
  }

  func pipeline(_ toml: String = plenty) -> Guard {
    Guard(settings: GuardTests.settings(toml), ledger: ledger, nowUnixMs: { [self] in now })
  }

  /// Makes a call; what was held for it and posted.
  @discardableResult
  func call(_ request: CallRequest, _ pipeline: Guard? = nil, fails: Bool = false) throws -> [Int64] {
    let pipeline = pipeline ?? self.pipeline()
    guard case .admitted(let held) = try pipeline.admit(request) else { return [] }
    if fails {
      try pipeline.giveBack(held, reason: "upstream")
      return [held.plan.shape.charge.tokens]
    }
    let usage = TokenUsage(input: 100, output: 0, exactness: .exact)
    let settled = try pipeline.settle(held, usage: usage, ending: .complete)
    return [held.plan.shape.charge.tokens, settled.charge.tokens, settled.surchargeTokens]
  }

  @Test func eachStepIsHeldAndPosted() throws {
    let calls = try (1...6).map { _ in try call(request(1)) }
    #expect(
      calls == [[200, 100, 0], [200, 100, 0], [300, 150, 50], [400, 200, 100], [600, 300, 200], [600, 300, 200]])
    let sums = try #require(try ledger.usage(UsageQuery()).first?.sums)
    #expect([sums.retries, sums.surchargeTokens, sums.chargeTokens] == [5, 550, 1150])
    #expect(sums.costMicroUSD == 6 * 250, "money is what the provider takes")
  }

  @Test func otherThingsAreNoRetries() throws {
    for _ in 1...4 { try call(request(1)) }
    #expect(try call(request(2))[0] == 200, "something else")
    #expect(try call(request(1, user: "ben"))[0] == 200, "somebody else")
    #expect(try call(request(1, operation: "review"))[0] == 200, "for something else")
    #expect(try call(request(nil))[0] == 200, "nobody can tell")
  }

  @Test func aCallThatFailedUpstreamDidNotHappen() throws {
    for _ in 1...9 { #expect(try call(request(1), fails: true) == [200]) }
  }

  @Test func attemptsAreForgottenAfterTheWindow() throws {
    for _ in 1...4 { try call(request(1)) }
    now += 1_800_000
    #expect(try call(request(1))[0] == 200)
  }

  @Test func tiersAndOperationsHaveTheirOwn() throws {
    let rules =
      Self.plenty + "escalation = [1, 4]\nretry_window = '1min'\n[operation.draft]\nescalation = [1]\n"
    let pipeline = pipeline(rules)
    #expect(try (1...3).map { _ in try call(request(1), pipeline)[0] } == [200, 800, 800])
    #expect(try (1...3).map { _ in try call(request(1, operation: "draft"), pipeline)[0] } == [200, 200, 200])
    now += 60_000
    #expect(try call(request(1), pipeline)[0] == 200)
  }

  @Test func oneOfManyAtOnceIsTheFirst() throws {
    let pipeline = pipeline(Self.plenty + "escalation = [1, 2, 3]\n")
    let requests = (1...64).map { _ in request(1) }
    // All are planned before any is held: each sees itself as the first.
    #expect(try requests.allSatisfy { try pipeline.plan($0).attempt == 1 })
    let held = try requests.map { request -> Int64 in
      guard case .admitted(let call) = try pipeline.admit(request) else { return 0 }
      return call.plan.shape.charge.tokens
    }
    #expect(held == [200, 400] + [Int64](repeating: 600, count: 62))
  }

  @Test func aStaleClaimIsDecidedAgain() throws {
    let key = AttemptKey(user: "ana", operation: "default", fingerprint: Fingerprint([1]))
    func reserve(_ number: Int64, _ run: String) throws -> ReservationOutcome {
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "default", model: nil, run: run, program: "p", phase: .ok, estimatedInput: 1,
        estimatedOutput: 1)
      return try ledger.reserve(
        ReservationRequest(
          idempotencyKey: run, facts: facts, charge: Charge(tokens: 1, costMicroUSD: nil), budgets: [],
          attempt: AttemptClaim(key: key, number: number, escalation: .standard)), nowUnixMs: now)
    }
    guard case .held = try reserve(1, "a"), case .held = try reserve(1, "b") else {
      Issue.record("the first two cost the same")
      return
    }
    #expect(try reserve(1, "c") == .attemptMoved(3, []))
  }
}
