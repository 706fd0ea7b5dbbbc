import Posix

/// The memory that a server keeps without need: when it is given back, and how much.
final class KeptMemory: Sendable {
  private struct State {
    /// From when on the program's code is given back at the next occasion.
    var codeIsDueNs: Int64 = 0
    /// How often it was looked at while many clients were there.
    var looks = 0
    var hadCrowd = false
  }

  private let state = Locked(State())
  private let giveBackMore: @Sendable () -> Void

  /// - Parameter more: gives back memory that others hold.
  init(more: @escaping @Sendable () -> Void) { giveBackMore = more }

  /// The first calls execute much that is never executed again, and in a crowd all of it while none has ended: so often it is
  /// looked at in short turns.
  private static let firstLooks = 12
  private static let (firstLookMs, laterLookMs): (Int64, Int64) = (25, 250)
  /// The least time between two moments after that: the call that comes next maps what it needs again, which takes it 0.1 ms.
  private static let codeRestNs: Int64 = 60_000_000_000
  /// So many clients are a crowd. Fewer would only pay for what is given back while they wait.
  static let crowd = 32

  /// How long to wait until the next look where all are at rest: who is there already may ask again at any time.
  static let restMs: Int64 = 5000

  /// How long to wait while clients wait for answers.
  ///
  /// - Parameter count: how many are there.
  func lookMs(_ count: Int) -> Int64 {
    if count < Self.crowd { return Self.laterLookMs }
    return state.useQuietly { state, _ in state.looks < Self.firstLooks ? Self.firstLookMs : Self.laterLookMs }
  }

  /// Somebody has come. - Parameter count: how many are there now.
  func noteClient(_ count: Int) {
    if count < Self.crowd { return }
    let isFirst = state.useQuietly { state, _ in
      defer { state.hadCrowd = true }
      return !state.hadCrowd
    }
    // Before all of them execute what they do for the first time.
    if isFirst { ProgramCode.giveBack(inPieces: true) }
  }

  /// While clients wait for answers: what is seldom used. - Parameter count: how many are there.
  func giveBackSeldomUsed(_ count: Int) {
    if count < Self.crowd { return }
    let isFirst = state.useQuietly { state, _ in
      state.looks += 1
      return state.looks <= Self.firstLooks
    }
    if isFirst || isCodeDue() {
      ProgramCode.giveBack(inPieces: true)
      giveBackMore()
    }
  }

  /// Where nobody does: all that is not needed until the next request comes.
  func giveBack() {
    Heap.giveBack()
    giveBackMore()
    if isCodeDue() { ProgramCode.giveBack() }
  }

  private func isCodeDue() -> Bool {
    let now = Clock.monotonicNanoseconds
    return state.useQuietly { state, _ in
      if now < state.codeIsDueNs { return false }
      state.codeIsDueNs = now + Self.codeRestNs
      return true
    }
  }
}
