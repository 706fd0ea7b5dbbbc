import Posix
import TextFormats

/// What a model thinks before it answers is charged as output, and may be shown to nobody.
extension ProviderRequest {
  /// Whether this call may have taken more than the text that came of it, where its stream breaks off or its usage is not told.
  ///
  /// *Source:* OpenAI's documentation, "Reasoning models": reasoning tokens are not visible via the API, and are billed as output;
  /// Anthropic's, "Extended thinking": models from Claude 4 on show a summary, and all that was thought is billed; Gemini's,
  /// "Thinking": models of the generation 2.5 and later think unless they are told not to; xAI's, "Reasoning": what `grok-4` thinks
  /// is not shown.
  ///
  /// - Parameters:
  ///   - model: the model that is asked; the call's own where another is not named.
  ///   - showsThoughts: whether something that was thought is among what came.
  public func mayThinkUnseen(model asked: String?, showsThoughts: Bool) -> Bool {
    switch format {
    case .ollamaChat, .ollamaGenerate, .cohereChat, .cohereEarlierChat, .openAIEmbeddings, .ollamaEmbed, .geminiEmbed,
      .cohereEmbed, .openAICompletions, .anthropicComplete:
      return false
    case .anthropicMessages: return statesThinking ?? showsThoughts
    case .gemini, .openAIChat, .openAIResponses:
      if statesThinking == false { return false }
      let model = asked ?? model
      if Self.thinksUnseen(model) { return true }
      // What these show is a summary.
      return statesThinking == true && (!showsThoughts || Self.thinksWhenTold(Self.plainName(model)))
    }
  }

  /// Whether the call says that its model is to think; `nil` where it leaves that to the model.
  private var statesThinking: Bool? {
    if let effort = (json["reasoning_effort"] ?? json["reasoning"]?["effort"])?.stringValue { return effort != "none" }
    if let type = json["thinking"]?["type"]?.stringValue { return type != "disabled" }
    for name in ["generationConfig", "generation_config"] {
      let thinking = json[name]?["thinkingConfig"] ?? json[name]?["thinking_config"]
      if let budget = (thinking?["thinkingBudget"] ?? thinking?["thinking_budget"])?.int64Value { return budget != 0 }
    }
    return nil
  }

  /// Whether a model of this name thinks by itself, and shows nothing of it.
  ///
  /// *Source:* Azure's documentation, "Azure OpenAI models" (`gpt-35-turbo`: no points in a name); OpenAI's, "Fine-tuning"
  /// (`ft:o4-mini-…:organisation::…`), and "codex-mini-latest" (an `o4-mini`); Gemini's, "Models" (`gemini-flash-latest`: the newest
  /// of its kind) and "Thinking" (2.5 Flash-Lite does not think unless it is told to); xAI's, "Models" (`grok-build-latest` and
  /// `grok-latest` are other names of `grok-4.5` and `grok-4.3`).
  public static func thinksUnseen(_ model: String) -> Bool {
    let name = plainName(model)
    func generation(_ prefix: String) -> Int? {
      guard name.hasPrefix(prefix) else { return nil }
      return Int(name.dropFirst(prefix.count).prefix { $0.isNumber })
    }
    if generation("o") != nil || name.hasPrefix("codex-mini") { return true }
    if let major = generation("gpt-") {
      // 3.5 and 4.1 without their points.
      return major >= 5 && !(30..<50).contains(major) && !ByteSearch.holds("-chat", in: name) && !thinksWhenTold(name)
    }
    if let major = generation("grok-") { return major >= 4 && !ByteSearch.holds("non-reasoning", in: name) }
    if name == "grok-latest" || name == "grok-build-latest" { return true }
    if let major = generation("gemini-") {
      return major >= 3 || name.hasPrefix("gemini-2.5") && !name.hasPrefix("gemini-2.5-flash-lite")
    }
    // Without a number it is the newest, which is of the third generation or later.
    return name.hasPrefix("gemini-") && name.hasSuffix("-latest")
  }

  /// Whoever sells on what another makes puts its name first, and so does whoever tunes it.
  private static func plainName(_ model: String) -> String {
    var name = model.lowercased()
    if name.utf8.contains(UInt8(ascii: "/")) { name = name.split(separator: "/").last.map(String.init) ?? "" }
    return name.hasPrefix("ft:") ? String(name.dropFirst(3)) : name
  }

  /// Whether a model can think, and does so only where the call says how much: their smaller, larger and coding kin think by
  /// themselves.
  ///
  /// *Source:* OpenAI's API reference, `reasoning.effort` (`gpt-5.1` defaults to `none`), and its guides to GPT-5.2, 5.4 and 5.5 (by
  /// default `none`, `none` and `medium`).
  private static func thinksWhenTold(_ name: String) -> Bool {
    ["gpt-5.1", "gpt-5.2", "gpt-5.4"].contains { name == $0 || name.hasPrefix($0 + "-20") }
  }
}
