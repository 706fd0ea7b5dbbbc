import GuardModel
import TextFormats

/// What a model may think before it answers, where a call is held to a lower maximum.
extension ProviderRequest {
  /// The least that can be asked for. *Source:* Anthropic's documentation, "Extended thinking": `budget_tokens` is at least 1,024 and
  /// less than `max_tokens`.
  private static let leastThinkingBudget: Int64 = 1024

  /// What has to be changed, so that a provider takes a lower maximum; `nil` where nothing has to. What it would not have taken as it
  /// was sent stays, and so does a budget that is larger from the beginning, as it may be with tools between thoughts.
  func thinking(under maximum: Int64) -> (path: [String], value: JSONValue)? {
    guard format == .anthropicMessages, let thinking = json["thinking"], thinking["type"]?.stringValue == "enabled",
      let budget = thinking["budget_tokens"]?.int64Value, let asked = maxOutputTokens, budget > 0, budget < asked,
      budget >= maximum
    else { return nil }
    let least = Self.leastThinkingBudget
    // No room for the least: it answers without. To let it have more would be more than it was allowed, and is held for it.
    if maximum <= least { return (["thinking"], ["type": "disabled"]) }
    let part = (try? Amount.scaledDown(maximum, by: budget, over: asked)) ?? least
    return (["thinking", "budget_tokens"], .int(max(least, part)))
  }
}
