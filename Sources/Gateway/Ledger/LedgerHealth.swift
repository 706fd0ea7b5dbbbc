import Ledger
import Posix

/// Whether calls can be held: looked at once a second at most, however many ask, and by nobody who asks.
public final class LedgerHealth: Sendable {
  /// What was found.
  public enum State: Equatable, Sendable {
    /// What a call writes can be written, and read.
    case up
    /// It cannot.
    case down(LedgerError)
    /// Nobody knows yet: a look takes longer than whoever asks is let wait.
    case unanswered
  }

  private struct Known {
    var state = State.unanswered
    /// When it was found.
    var foundNs: Int64?
    /// Since when it is looked at anew.
    var begunNs: Int64?
  }

  /// How long what was found is told again: whoever needs no key must not be able to have the ledger written all the time.
  private static let freshNs: Int64 = 1_000_000_000
  /// How long a look may take until whoever asks is told that there is no answer: probes give up after a second or a few.
  private static let patienceNs: Int64 = 800_000_000

  private let desk: LedgerDesk
  private let known = Locked(Known())
  private let tell: @Sendable (State) -> Void

  /// Makes one over a desk.
  ///
  /// - Parameter tell: hears of what was found where it is not what was found before.
  public init(_ desk: LedgerDesk, tell: @escaping @Sendable (State) -> Void) {
    (self.desk, self.tell) = (desk, tell)
  }

  /// How it stands.
  public func state() -> State {
    let now = Clock.monotonicNanoseconds
    let begins = known.use { known in
      if known.begunNs != nil || known.foundNs.map({ now - $0 < Self.freshNs }) ?? false { return false }
      known.begunNs = now
      return true
    }
    // A locked ledger is waited for much longer than a probe waits, so another thread does it.
    if begins { do throws(PosixError) { try Thread.start { [self] in look() } } catch { look() } }
    let leftNs = known.use { $0.begunNs.map { $0 + Self.patienceNs - now } ?? 0 }
    return known.wait(atMostMs: max(0, leftNs / 1_000_000), until: { $0.begunNs == nil }) { known in
      known.begunNs == nil ? known.state : .unanswered
    }
  }

  private func look() {
    let state: State
    // Calls write more than a look does: what room is left may do for the one and not for the others.
    let full = desk.takeFullDisk()
    do throws(LedgerError) {
      let work = try desk.perform { tools in
        Result { () throws(LedgerError) in try tools.ledger.writeNothingNew() }
      }
      try work.value.get()
      state = full.map(State.down) ?? .up
    } catch {
      _ = desk.takeFullDisk()
      state = .down(error)
    }
    let before = known.use { known in
      defer { known = Known(state: state, foundNs: Clock.monotonicNanoseconds) }
      return known.foundNs == nil ? State.up : known.state
    }
    if before != state { tell(state) }
  }
}
