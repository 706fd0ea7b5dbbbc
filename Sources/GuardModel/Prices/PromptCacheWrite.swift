/// What a call asks its provider to keep of its input: keeping costs more than reading it once.
public struct PromptCacheWrite: Hashable, Sendable {
  /// The input tokens up to the last mark. What the provider has of them already costs less.
  public let tokens: Int64
  /// Whether any of it is kept for an hour, and not for minutes: then all of it counts so.
  public let isForAnHour: Bool

  /// Makes one.
  public init(tokens: Int64, isForAnHour: Bool) {
    self.tokens = tokens
    self.isForAnHour = isForAnHour
  }
}
