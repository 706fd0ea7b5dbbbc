/// Where a number of tokens comes from.
public enum Exactness: String, Hashable, Sendable {
  /// The provider said so.
  case exact
  /// llmguard counted text.
  case estimated
}

/// The tokens of one call, as they are priced.
///
/// Invariants: all ≥ 0; `cachedInput + cacheWrite ≤ input`; `cacheWriteHour ≤ cacheWrite`; `audioInput ≤ input`;
/// `toolInput ≤ input`; `reasoning ≤ output`; `audioOutput ≤ output`.
public struct TokenUsage: Hashable, Sendable {
  /// All tokens that went in, cached ones included.
  public var input: Int64
  /// All tokens that came out, reasoning included.
  public var output: Int64
  /// The part of the input that the provider read from its prompt cache.
  public var cachedInput: Int64
  /// The part of the input that the provider wrote to its prompt cache.
  public var cacheWrite: Int64
  /// The part of the output that was reasoning.
  public var reasoning: Int64
  /// The part of what was written to the prompt cache that is kept for an hour, and not for minutes.
  public var cacheWriteHour: Int64
  /// The part of the input that was sound.
  public var audioInput: Int64
  /// The part of the output that was sound.
  public var audioOutput: Int64
  /// The part of the input that tools of the provider's own added: what a search found.
  public var toolInput: Int64
  /// Searches of the web that the provider made for the call, and charges one by one.
  public var webSearches: Int64
  /// Uses of other tools of the provider's own that it charges apart, and whose prices nobody here knows. They are not kept with the
  /// call, whose entry says that its cost leaves them out.
  public var otherTools: Int64
  /// Whether the provider or llmguard counted.
  public var exactness: Exactness

  /// Makes a usage; negative counts become zero and parts are cut to their wholes.
  public init(
    input: Int64, output: Int64, cachedInput: Int64 = 0, cacheWrite: Int64 = 0, reasoning: Int64 = 0,
    cacheWriteHour: Int64 = 0, audioInput: Int64 = 0, audioOutput: Int64 = 0, toolInput: Int64 = 0,
    webSearches: Int64 = 0, otherTools: Int64 = 0, exactness: Exactness
  ) {
    self.input = max(0, input)
    self.output = max(0, output)
    self.cachedInput = min(max(0, cachedInput), self.input)
    self.cacheWrite = min(max(0, cacheWrite), self.input - self.cachedInput)
    self.reasoning = min(max(0, reasoning), self.output)
    self.cacheWriteHour = min(max(0, cacheWriteHour), self.cacheWrite)
    self.audioInput = min(max(0, audioInput), self.input)
    self.audioOutput = min(max(0, audioOutput), self.output)
    self.toolInput = min(max(0, toolInput), self.input)
    self.webSearches = max(0, webSearches)
    self.otherTools = max(0, otherTools)
    self.exactness = exactness
  }

  /// The same with less output; its parts are cut with it.
  public func cut(toOutput most: Int64) -> TokenUsage {
    if most >= output { return self }
    return TokenUsage(
      input: input, output: most, cachedInput: cachedInput, cacheWrite: cacheWrite, reasoning: reasoning,
      cacheWriteHour: cacheWriteHour, audioInput: audioInput, audioOutput: audioOutput, toolInput: toolInput,
      webSearches: webSearches, otherTools: otherTools, exactness: exactness)
  }

  /// Whether some of it has a price that differs from that of plain input and output.
  public var hasParts: Bool {
    [cachedInput, cacheWrite, reasoning, cacheWriteHour, audioInput, audioOutput, toolInput, webSearches].contains {
      $0 > 0
    }
  }

  /// Input plus output.
  ///
  /// - Throws: `AmountOverflow` when the sum does not fit.
  public func total() throws(AmountOverflow) -> Int64 { try Amount.sum(input, output) }
}

/// What of a usage may have a price of its own that nobody knows.
public enum UsagePart: String, Hashable, Sendable, CaseIterable {
  /// Input kept in the provider's cache for an hour.
  case cacheWriteHour = "cache_write_1h"
  /// Sound that went in.
  case audioInput = "audio_input"
  /// Sound that came out.
  case audioOutput = "audio_output"
  /// Searches of the web.
  case webSearches = "web_searches"
  /// Other tools of the provider's own.
  case tools
  /// How it was served.
  case serviceTier = "service_tier"
  /// How it was served, where that is no dearer than the usual way.
  case serviceDiscount = "service_discount"
  /// What is more than the ledger keeps of a call.
  case excess = "above_limit"

  /// Its name for people.
  public var words: String {
    switch self {
    case .cacheWriteHour: "input cached for an hour"
    case .audioInput: "audio input"
    case .audioOutput: "audio output"
    case .webSearches: "web searches"
    case .tools: "the provider's tools"
    case .serviceTier: "its service tier"
    case .serviceDiscount: "its service tier, which is no dearer,"
    case .excess: "what is more than is kept of a call"
    }
  }

  /// What a cost is where the price of some parts is unknown: the least it can be, as a rule; the most where only what makes it
  /// cheaper is unknown.
  public static func bound(_ parts: [UsagePart]) -> CostBound {
    parts.reduce(.exact) { $0 + ($1 == .serviceDiscount ? .atMost : .atLeast) }
  }

  /// The same of a call, of whose cost nothing may be known: that is at least nothing.
  public static func bound(_ parts: [UsagePart], ofCostMicroUSD cost: Int64?) -> CostBound {
    cost == nil ? .atLeast : bound(parts)
  }

  /// Parts as one text: `audio_input,web_searches`; `nil` for none.
  public static func text(_ parts: [UsagePart]) -> String? {
    parts.isEmpty ? nil : parts.map(\.rawValue).joined(separator: ",")
  }

  /// Reads a `text`.
  public static func read(_ text: String?) -> [UsagePart] {
    (text ?? "").split(separator: ",").compactMap { UsagePart(rawValue: String($0)) }
  }
}
