import Guard
import GuardModel
import Ledger
import Posix

/// A look at a user's budgets for a reply that does not depend on them: it is taken beside the request, by the desk's own
/// thread, and a ledger that is busy or gone holds nothing up.
final class StandingLook: Sendable {
  private enum State {
    case awaited
    case seen([BudgetState])
    /// The ledger cannot be used.
    case failed
  }

  private let state = Locked(State.awaited)
  private let startNs = Clock.monotonicNanoseconds
  /// How long a reply may wait for it. Most providers take longer, and then nothing waits.
  private static let mostMs: Int64 = 100

  fileprivate init() {}

  fileprivate func take(_ states: [BudgetState]?) { state.use { $0 = states.map { .seen($0) } ?? .failed } }

  /// The budgets as they stood during the request; `nil` where that is not known in time. It waits for a moment at most, and
  /// not at all where another reply has waited for the same.
  var states: [BudgetState]? {
    let leftMs = Self.mostMs - (Clock.monotonicNanoseconds - startNs) / 1_000_000
    return state.wait(
      atMostMs: max(0, leftMs), until: { if case .awaited = $0 { false } else { true } },
      { if case .seen(let states) = $0 { states } else { nil } })
  }
}

/// The looks that the ledger has not come to yet, by their users. Those who want the same meanwhile share one, so that none
/// pile up before a ledger that stands still.
final class StandingLooks: Sendable {
  private let pending = Locked<[String: StandingLook]>([:])

  /// Looks how a user's budgets stand from now on, without waiting.
  func begin(_ user: String, at desk: LedgerDesk) -> StandingLook {
    let (look, isNew) = pending.use { pending -> (StandingLook, Bool) in
      if let look = pending[user] { return (look, false) }
      let look = StandingLook()
      pending[user] = look
      return (look, true)
    }
    if !isNew { return look }
    desk.post(
      isKept: false,
      { [pending] tools in
        pending.use { if $0[user] === look { $0[user] = nil } }
        look.take(try? tools.pipeline.states(user: user).states)
      },
      lost: { [pending] _ in
        pending.use { if $0[user] === look { $0[user] = nil } }
        look.take(nil)
      })
    desk.flushSoon()
    return look
  }
}
