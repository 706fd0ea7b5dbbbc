/// Hears what the pipeline did with calls, after it was done. It cannot change or fail anything.
public protocol CallObserver: AnyObject {
  /// A call's charge is held: the call may go out.
  func admitted(_ call: HeldCall)

  /// A call was refused, and the refusal is recorded.
  func refused(_ plan: Plan)

  /// A call was settled.
  func settled(_ call: HeldCall, _ settled: Settled)
}
