/// Several policies over the same calls. Each may be replayed on a thread of its own.
public final class PolicyReplay: @unchecked Sendable {
  private let run: PolicyRun
  /// What came of it; `nil` before it is over.
  public private(set) var result: Result<PolicyOutcome, PolicyRunError>?

  /// Makes the replay of a run that nobody else uses.
  public init(_ run: PolicyRun) { self.run = run }

  /// Replays calls to their end.
  ///
  /// - Parameter progress: hears how many have been taken, every ten thousand.
  public func replay(_ calls: some Sequence<TracedCall>, progress: (Int) -> Void = { _ in }) {
    var taken = 0
    do throws(PolicyRunError) {
      for call in calls {
        try run.take(call)
        taken += 1
        if taken % 10_000 == 0 { progress(taken) }
      }
      result = .success(try run.finish())
    } catch { result = .failure(error) }
  }
}
