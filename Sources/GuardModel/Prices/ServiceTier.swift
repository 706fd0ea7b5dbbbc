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
  /// With more output in a second: Anthropic's fast mode.
  case fast
  /// In the United States alone.
  case us
  /// Fast, and in the United States alone.
  case fastInUS = "fast_us"
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
    case "us", "fast_us": self = .other
    default: self = ServiceTier(rawValue: String(name)) ?? .other
    }
  }
}

extension ServiceTier {
  /// A tier in Anthropic's terms, which say the speed and the place apart.
  ///
  /// *Source:* its documentation, "Fast mode" and "Data residency": `speed` and `inference_geo` of requests and of a reply's
  /// usage. Whatever takes place anywhere is `global`; of older models it is `not_available`.
  ///
  /// - Parameters:
  ///   - said: the tier without both.
  ///   - speed: as it is said; `nil` for the usual one.
  ///   - place: as it is said; `nil` for anywhere.
  public init(_ said: ServiceTier, speed: String?, place: String?) {
    let isFast = speed?.lowercased() == "fast"
    switch place?.lowercased() {
    case nil, "", "global", "not_available": self = isFast ? .fast : said
    case "us": self = isFast ? .fastInUS : .us
    default: self = .other
    }
    // What both at once cost nobody knows.
    if self != said, said != .standard { self = .other }
  }
}
