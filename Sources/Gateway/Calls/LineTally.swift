import Posix

/// The calls of a gateway that never had their turn: the ledger knows nothing of them. And those that were refused and whose
/// answers wait.
final class LineTally: Sendable {
  private struct State {
    /// The clients of those that wait, by the order in which they came.
    var waiting: [Int: Socket] = [:]
    /// The same of those that were refused.
    var refused: [Int: Socket] = [:]
    var lost = 0
    var last = 0

    mutating func next() -> Int {
      last += 1
      return last
    }
  }

  private let state = Locked(State())

  /// Nobody waits any more whose client has left, though its thread may not have seen that yet.
  var now: CallsInLine {
    state.use { state in
      let waiting = state.waiting.values.count { $0.pending != .end }
      return CallsInLine(
        waiting: waiting, lost: state.lost + state.waiting.count - waiting,
        refused: state.refused.values.count { $0.pending != .end })
    }
  }

  /// A call begins to wait. - Returns: its place here.
  func enter(_ client: Socket) -> Int {
    state.use { state in
      let place = state.next()
      state.waiting[place] = client
      return place
    }
  }

  /// It waits no longer.
  func leave(_ place: Int) { state.use { $0.waiting[place] = nil } }

  /// Its client has left, before its turn came.
  func lose(_ place: Int) {
    state.use { state in if state.waiting.removeValue(forKey: place) != nil { state.lost += 1 } }
  }

  /// A call was refused; its answer waits while something is done.
  func refuse(_ client: Socket, during wait: () -> Void) {
    let place = state.use { state in
      let place = state.next()
      state.refused[place] = client
      return place
    }
    wait()
    state.use { $0.refused[place] = nil }
  }
}

/// How many calls wait for their turn, and how many did whose clients left.
public struct CallsInLine: Hashable, Sendable {
  /// Those that wait.
  public internal(set) var waiting = 0
  /// Those whose clients left.
  public internal(set) var lost = 0
  /// Those that were refused and whose clients wait for that answer alone.
  public internal(set) var refused = 0
}

extension Gateway {
  /// The calls that have not had their turn, or will not have one.
  public var callsInLine: CallsInLine { line.now }
}
