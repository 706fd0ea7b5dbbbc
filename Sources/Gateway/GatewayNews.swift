import Guard

/// What happens in a gateway that a person may want to hear of.
public enum GatewayNews: Sendable {
  /// A call went out.
  case admitted(Plan)
  /// A call was answered from the cache.
  case cached(CachedAnswer, Plan)
  /// A call was refused.
  case refused(Plan)
  /// A call went out unmetered, or was turned away, because the pipeline failed.
  case failed(GuardError, isOpen: Bool)
  /// A call has run but could not be settled.
  case unsettled(GuardError)
  /// The provider could not be asked.
  case unreachable(message: String, hint: String)
  /// A request that nobody can meter went to a provider.
  case unmetered(provider: String, isRefused: Bool)
}
