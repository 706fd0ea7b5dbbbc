import Testing

@testable import Guard

/// When a call of a script comes, whose call before it ended later than it had.
@Suite struct RunOrderTests {
  /// Two calls: the first from 0 to 100, the second at 500.
  private func order(isOfOneRun: Bool) -> (RunOrder, TracedCall, TracedCall) {
    let order = RunOrder([
      TracedStep(follows: -1, isOfOneRun: false, endedAtUnixMs: 100),
      TracedStep(follows: 0, isOfOneRun: isOfOneRun, endedAtUnixMs: 600),
    ])
    var first = TracedCall(atUnixMs: 0, user: 0, operation: 0, model: 0, input: 1, output: 1, durationMs: 100)
    var second = TracedCall(atUnixMs: 500, user: 0, operation: 0, model: 0, input: 1, output: 1, durationMs: 100)
    (first.step, second.step) = (0, 1)
    return (order, first, second)
  }

  /// What lies between two calls of a run takes as long as it did; between two runs there may be a schedule.
  @Test(arguments: [(true, 350 as Int64, 750 as Int64), (false, 350, 500), (false, 900, 900), (true, 100, 500)])
  func whatCameAfterTheEndIsLaterByAsMuch(isOfOneRun: Bool, ended: Int64, expected: Int64) {
    var (order, first, second) = order(isOfOneRun: isOfOneRun)
    #expect(order.arrival(of: first) == 0)
    #expect(order.end(first, ended).isEmpty)
    #expect(order.arrival(of: second) == expected)
  }

  /// What comes while the one before it is under way is told by its end, and kept until then.
  @Test func whatIsWaitedForTells() {
    var (order, first, second) = order(isOfOneRun: true)
    #expect(order.arrival(of: first) == 0 && order.arrival(of: second) == nil)
    let told = order.end(first, 800)
    #expect(told.map(\.step) == [1] && told.map(\.atUnixMs) == [1200])
    #expect(order.call(1)?.atUnixMs == 500 && order.call(1) == nil)
  }
}
