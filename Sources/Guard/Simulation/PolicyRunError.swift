import Configuration
import GuardModel

/// Why a replay stopped.
public enum PolicyRunError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A user is in a tier that the policy does not have.
  case settings(SettingsError)
  /// An amount does not fit.
  case overflow

  /// What happened.
  public var description: String {
    switch self {
    case .settings(let error): error.description
    case .overflow: AmountOverflow().description
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .settings(let error): error.hint
    case .overflow: "the trace holds amounts that cannot be counted together; use a shorter one"
    }
  }
}
