/// How a provider serves a call, where it sells the same model at several prices.
public enum ServiceTier: String, Hashable, Sendable, CaseIterable {
  /// As everybody is served who asks for nothing else.
  case standard
  /// Later, when there is room.
  case flex
  /// Before others.
  case priority
  /// Faster than that.
  case ultrafast
  /// Together with others, within a day.
  case batch
  /// In a way that llmguard has no name for.
  case other

  /// What a request or a reply says; `nil` where it says nothing, or leaves the choice to the provider.
  ///
  /// *Source:* OpenAI's API reference, `service_tier` (`fast` is another name of `priority`); Anthropic's (`standard_only`);
  /// Groq's (`on_demand`); Gemini's `serviceTier` and its `usageMetadata.trafficType`.
  public init?(said text: String) {
    var name = text.lowercased()[...]
    for prefix in ["service_tier_", "on_demand_"] where name.hasPrefix(prefix) { name = name.dropFirst(prefix.count) }
    switch name {
    case "", "auto", "unspecified", "traffic_type_unspecified": return nil
    case "default", "standard_only", "on_demand": self = .standard
    case "fast": self = .priority
    default: self = ServiceTier(rawValue: String(name)) ?? .other
    }
  }
}
