import Posix

/// The calls of a gateway that never had their turn: the ledger knows nothing of them. And those that were refused and whose
/// answers wait.
final class LineTally: Sendable {
  private struct State {
    /// The clients of those that wait, and the runs inside that they belong to, by the order in which they came.
    var waiting: [Int: (client: Socket, run: String?)] = [:]
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
      let waiting = state.waiting.values.count { $0.client.pending != .end }
      return CallsInLine(
        waiting: waiting, lost: state.lost + state.waiting.count - waiting,
        refused: state.refused.values.count { $0.pending != .end })
    }
  }

  /// A call begins to wait. - Returns: its place here.
  ///
  /// - Parameter run: the run inside that it belongs to.
  func enter(_ client: Socket, of run: String?) -> Int {
    state.use { state in
      let place = state.next()
      state.waiting[place] = (client, run)
      return place
    }
  }

  /// It waits no longer.
  func leave(_ place: Int) { state.use { $0.waiting[place] = nil } }

  /// Whether it waits still, and is not lost.
  func holds(_ place: Int) -> Bool { state.use { $0.waiting[place] != nil } }

  /// Its client has left, before its turn came. - Returns: whether that was not known.
  func lose(_ place: Int) -> Bool {
    state.use { state in
      if state.waiting.removeValue(forKey: place) == nil { return false }
      state.lost += 1
      return true
    }
  }

  /// Those whose clients have left are lost, also where their threads have not seen that yet. - Returns: the runs that they belong to.
  ///
  /// - Parameter isMeant: which runs are looked at.
  func loseThoseLeft(where isMeant: (String?) -> Bool) -> [String?] {
    state.use { state in
      let left = state.waiting.filter { isMeant($0.value.run) && $0.value.client.pending == .end }
      for place in left.keys { state.waiting[place] = nil }
      state.lost += left.count
      return left.values.map(\.run)
    }
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
