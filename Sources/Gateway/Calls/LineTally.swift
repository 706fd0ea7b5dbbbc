import Posix

/// The calls of a gateway that never had their turn: the ledger knows nothing of them.
final class LineTally: Sendable {
  private let counts = Locked(CallsInLine())

  var now: CallsInLine { counts.use { $0 } }

  /// A call begins to wait.
  func enter() { counts.use { $0.waiting += 1 } }

  /// It waits no longer.
  func leave() { counts.use { $0.waiting -= 1 } }

  /// Its client has left, before its turn came.
  func lose() { counts.use { $0.lost += 1 } }
}

/// How many calls wait for their turn, and how many did whose clients left.
public struct CallsInLine: Hashable, Sendable {
  /// Those that wait.
  public internal(set) var waiting = 0
  /// Those whose clients left.
  public internal(set) var lost = 0
}

extension Gateway {
  /// The calls that have not had their turn.
  public var callsInLine: CallsInLine { line.now }
}
