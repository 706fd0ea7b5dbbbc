import GuardModel
import Ledger
import Terminal

/// How a call ended, in one word for programs and a few for people.
public enum CallOutcome: String, Hashable, Sendable, CaseIterable {
  /// The answer came whole.
  case complete
  /// The command failed or was stopped; what it took was charged.
  case failed
  /// Its llmguard did not settle it: it was killed, or the ledger could not be written. The estimate was charged.
  case abandoned
  /// It was not let out.
  case refused
  /// It was answered from the cache.
  case cached
  /// It did not happen, or the provider answered with an error, and its charge was given back.
  case givenBack = "given_back"
  /// It went to a provider, and nobody can tell what it took.
  case unmetered

  /// The outcome of a call.
  public init(_ call: CallRecord) {
    switch call.entry.kind {
    case .refuse: self = .refused
    case .void: self = .givenBack
    case .cached: self = .cached
    case .unmetered: self = .unmetered
    default:
      switch call.entry.ending {
      case .failed: self = .failed
      case .abandoned: self = .abandoned
      case .complete, nil: self = .complete
      }
    }
  }

  /// A refusal's note for people: a budget, or a policy.
  ///
  /// - Parameter isBare: whether it stands by itself, and not behind `refused by`.
  static func reason(_ note: String, of article: String = "", isBare: Bool = false) -> String {
    if Refusal.isPause(inNote: note) { return isBare ? "all calls were paused" : "a pause of all calls" }
    guard note.hasPrefix(Refusal.policyMark) else { return article + note }
    return (isBare ? "" : "a policy: ") + note.dropFirst(Refusal.policyMark.count)
  }

  /// For people, with what was unusual about the call.
  static func words(_ call: CallRecord) -> (text: String, look: Style.Look?) {
    switch CallOutcome(call) {
    case .refused: ("refused", .bad)
    case .givenBack where call.entry.isChargedElsewhere: ("charged elsewhere", .dim)
    case .givenBack: ("given back", .dim)
    case .cached: ("cached", .good)
    case .unmetered: ("unmetered", .warning)
    case .failed: ("failed", .bad)
    case .abandoned: ("abandoned", .bad)
    case .complete:
      call.facts.degraded
        ? ("degraded", .serious)
        : call.facts.attempt > 1 ? ("retry \(call.facts.attempt - 1)", .warning) : ("ok", nil)
    }
  }
}
