import GuardModel

/// What a provider's reply says of itself.
public struct ProviderReply: Hashable, Sendable {
  /// The tokens; `nil` when the reply does not say, or says what cannot be.
  public var usage: TokenUsage?
  /// The model that answered.
  public var model: String?
  /// The part of its output that no count names: a total holds it beside them.
  public var unnamedOutput: Int64 = 0
  /// The same of the input of a list of numbers.
  public var unnamedInput: Int64 = 0
  /// Whether the reply is an error.
  public var isError = false
  /// Whether the provider is still at work on it: its answer, and what it took, are fetched later.
  public var isPending = false
  /// The name by which its answer can be fetched later, of OpenAI's responses.
  public var id: String?
  /// The name by which a completion can be fetched later, where the reply says nothing else.
  var deferredName: String?
  /// Whether it says of such an answer that nothing more comes.
  public var isOver = false
  /// The cost, where the provider states it.
  public var costMicroUSD: Int64?
  /// Whether its usage is what it took so far: where the rest does not come, nobody knows what that was.
  public var isUsageSoFar = false
  /// Whether it says that nothing was answered: a prompt that was blocked, or a model that was only loaded.
  public var hasNoAnswer = false
  /// How it was served, where the provider says: that need not be as it was asked.
  public var serviceTier: ServiceTier?
  /// How fast it was, and where, in Anthropic's words.
  var speed: String?
  var place: String?

  /// How it was served: of what the provider does not say, as it was asked.
  ///
  /// - Parameter asked: how it was asked to be served.
  public func served(asked: ServiceTier) -> ServiceTier? {
    let wasFast = asked == .fast || asked == .fastInUS
    let wasInUS = asked == .us || asked == .fastInUS
    if speed == nil, place == nil, !wasFast && !wasInUS { return serviceTier }
    return ServiceTier(
      serviceTier ?? .standard, speed: speed ?? (wasFast ? "fast" : nil), place: place ?? (wasInUS ? "us" : nil))
  }

  /// Nothing known.
  public init() {}
}
