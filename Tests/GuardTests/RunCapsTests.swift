import GuardModel
import Testing

@testable import Guard

/// What one run may take.
@Suite struct RunCapsTests {
  private func caps(_ change: (inout RunCaps) -> Void) -> RunUse {
    var caps = RunCaps()
    change(&caps)
    return RunUse(caps)
  }

  /// As a disk may have changed it in the ledger.
  @Test(arguments: [Int64.min, .max]) func aTimeBeyondAllIsNoTrap(durationMs: Int64) {
    let caps = RunCaps(RunLimits(durationMs: durationMs), startedMs: 5)
    #expect(caps.endsAtMs == (durationMs > 0 ? Int64.max : Int64.min + 5))
  }

  @Test func callsAreCountedWhileTheyAreUnderWayAndGivenBack() {
    var use = caps { $0.calls = 2 }
    let charge = Charge(tokens: 5, costMicroUSD: nil)
    #expect(use.take(charge, nowMs: 0) == nil)
    #expect(use.take(charge, nowMs: 0) == nil)
    #expect(use.take(charge, nowMs: 0) == .calls(2))
    use.settle(charge, charge)
    #expect(use.take(charge, nowMs: 0) == .calls(2))
    use.settle(charge, nil)
    #expect(use.take(charge, nowMs: 0) == nil)
  }

  @Test func whatIsHeldGivesWayToWhatWasTaken() {
    var use = caps { $0.tokens = 100 }
    let held = Charge(tokens: 80, costMicroUSD: nil)
    #expect(use.take(held, nowMs: 0) == nil)
    #expect(use.take(Charge(tokens: 21, costMicroUSD: nil), nowMs: 0) == .tokens(100, used: 0, held: 80))
    use.settle(held, Charge(tokens: 30, costMicroUSD: nil))
    #expect(use.take(Charge(tokens: 70, costMicroUSD: nil), nowMs: 0) == nil)
    #expect(use.take(Charge(tokens: 1, costMicroUSD: nil), nowMs: 0) == .tokens(100, used: 30, held: 70))
  }

  @Test func aCallOfUnknownPriceDoesNotFitUnderMoney() {
    var use = caps { $0.costMicroUSD = 10 }
    #expect(use.take(Charge(tokens: 1, costMicroUSD: nil), nowMs: 0) == .cost(microUSD: 10, used: 0, held: 0))
    #expect(use.take(Charge(tokens: 1, costMicroUSD: 10), nowMs: 0) == nil)
    #expect(use.take(Charge(tokens: 1, costMicroUSD: 1), nowMs: 0) == .cost(microUSD: 10, used: 0, held: 10))
  }

  /// Only what fits beside what is used can wait for calls under way; what they hold may be free again.
  @Test func whatFitsBesideWhatIsUsedWaitsForCallsUnderWay() {
    let tokens = RunCap.tokens(100, used: 30, held: 60)
    #expect(tokens.waitsForCalls(Charge(tokens: 70, costMicroUSD: nil)))
    #expect(!tokens.waitsForCalls(Charge(tokens: 71, costMicroUSD: nil)))
    #expect(!RunCap.tokens(100, used: 95, held: 0).waitsForCalls(Charge(tokens: 5, costMicroUSD: nil)))
    let cost = RunCap.cost(microUSD: 10, used: 4, held: 6)
    #expect(cost.waitsForCalls(Charge(tokens: 1, costMicroUSD: 6)))
    #expect(!cost.waitsForCalls(Charge(tokens: 1, costMicroUSD: 7)))
    #expect(!cost.waitsForCalls(Charge(tokens: 1, costMicroUSD: nil)), "a call of unknown price never fits")
    #expect(!RunCap.calls(3).waitsForCalls(.zero) && !RunCap.duration.waitsForCalls(.zero))
  }

  @Test func timeEnds() {
    var use = caps { $0.endsAtMs = 10 }
    #expect(use.take(.zero, nowMs: 9) == nil)
    #expect(use.take(.zero, nowMs: 10) == .duration)
  }

  /// A call that the run did not make takes its tokens, and none of its calls.
  @Test func anExtraCallIsNoneOfTheRuns() {
    var caps = RunCaps()
    (caps.calls, caps.tokens) = (1, 250)
    var use = RunUse(caps)
    let charge = Charge(tokens: 100, costMicroUSD: nil)
    #expect(use.take(charge, isExtra: true, nowMs: 0) == nil)
    #expect(use.take(charge, nowMs: 0) == nil)
    #expect(use.take(charge, isExtra: true, nowMs: 0) == .tokens(250, used: 0, held: 200))
    use.settle(charge, nil, isExtra: true)
    #expect(use.take(charge, nowMs: 0) == .calls(1), "what was given back was no call")
    #expect(use.take(charge, isExtra: true, nowMs: 0) == nil)
  }

  /// What the ledger keeps of it is read by people: money is in dollars.
  @Test func whatIsRecordedSaysDollars() {
    let reason = RefusalReason.runCap(.cost(microUSD: 20, used: 0, held: 0))
    #expect(reason.policy == "the run may cost $0.00002")
  }
}
