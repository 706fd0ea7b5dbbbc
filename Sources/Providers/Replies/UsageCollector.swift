import GuardModel
import Posix
import TextFormats

/// Puts together what the parts of a reply say.
struct UsageCollector {
  private(set) var reply = ProviderReply()
  private var charged = ChargedTools()
  private var sources: Int64 = 0
  /// Whether an answer of a stream was said to have ended.
  private var hasEnding = false
  /// Whether it is a list, as of embeddings.
  private var isList = false
  /// What Anthropic's usage says of the message itself so far, and what each step beside it took: `nil` where it does not
  /// tell.
  private var stated: TokenUsage?
  private var beside: [TokenUsage?] = []

  mutating func read(_ part: JSONValue) {
    reply.model = part["model"]?.stringValue ?? part["modelVersion"]?.stringValue ?? reply.model
    if Self.isError(part) { reply.isError = true }
    readTier(part["service_tier"])
    isList = part["object"]?.stringValue == "list"
    if part["object"]?.stringValue == "response", let status = part["status"]?.stringValue {
      reply.isPending = status == "queued" || status == "in_progress"
      reply.isOver = !reply.isPending
      reply.id = part["id"]?.stringValue
    }
    if part["choices"] == nil, let name = part["request_id"]?.stringValue { reply.deferredName = name }
    // OpenAI's responses and Anthropic's first event wrap the object that holds the usage.
    for wrapped in [part["response"], part["message"]] {
      if let wrapped, case .object = wrapped { read(wrapped) }
    }
    charged.read(part, model: reply.model)
    noteEnd(part)
    if let usage = part["usage"] ?? part["x_groq"]?["usage"] ?? part["delta"]?["usage"], case .object = usage {
      readUsage(usage)
    } else if let usage = part["meta"], usage["billed_units"]?.objectValue ?? usage["tokens"]?.objectValue != nil {
      readCohere(usage, isNumbers: part["embeddings"] != nil)
    } else if let usage = part["usageMetadata"], case .object = usage {
      readGemini(usage)
    } else if let reason = part["done_reason"]?.stringValue, Self.reasonsOfNoAnswer.contains(reason) {
      reply.hasNoAnswer = true
      set(UsageCounts())
    } else if part["done"]?.boolValue == true || part["embeddings"] != nil,
      part["eval_count"] != nil || part["prompt_eval_count"] != nil
    {
      // Ollama's last line, or its embeddings, which are not said to be done.
      var counts = UsageCounts()
      (counts.input, counts.output) = (part["prompt_eval_count"] ?? 0, part["eval_count"] ?? 0)
      set(counts)
    }
  }

  /// Whether a part says that something went wrong.
  static func isError(_ part: JSONValue) -> Bool {
    part["error"].map { $0 != .null } ?? false || part["type"]?.stringValue == "error"
  }

  /// Of a request without a prompt, which has a model loaded, or let go. *Source:* Ollama's API documentation, "Load a model".
  private static let reasonsOfNoAnswer: Set = ["load", "unload"]

  /// Sees whether a part's usage is that of a whole answer: Anthropic's first event and those of servers that tell it again and
  /// again come before the end.
  private mutating func noteEnd(_ part: JSONValue) {
    noteBlock(part)
    if let type = part["type"]?.stringValue {
      if type == "message_start" { reply.isUsageSoFar = true }
      if type == "message_delta", part["usage"] != nil { reply.isUsageSoFar = part["delta"]?["stop_reason"] == .null }
      if type == "message_stop" { reply.isUsageSoFar = false }
    } else if let all = (part["candidates"] ?? part["choices"])?.arrayValue {
      hasEnding =
        hasEnding
        || all.contains { ($0["finishReason"] ?? $0["finish_reason"])?.stringValue != nil || isWhole($0) }
      // Some tell what was taken beside an empty word behind the end.
      if hasEnding || all.isEmpty {
        reply.isUsageSoFar = false
      } else if part["usageMetadata"] != nil || part["usage"]?.objectValue != nil {
        reply.isUsageSoFar = true
      }
    }
  }

  /// Whether an answer is one that came at once. Perplexity tells what it has said so far beside each piece.
  private func isWhole(_ choice: JSONValue) -> Bool { choice["message"]?.objectValue != nil && choice["delta"] == nil }

  /// Takes in that a stream says that it is over.
  mutating func noteDone() { reply.isUsageSoFar = false }

  /// *Source:* Google's API reference, `PromptFeedback`: of a prompt that was blocked there are no candidates.
  private mutating func noteBlock(_ part: JSONValue) {
    if let all = part["candidates"]?.arrayValue, !all.isEmpty {
      reply.hasNoAnswer = false
    } else if let reason = part["promptFeedback"]?["blockReason"], reason != .null {
      reply.hasNoAnswer = true
    }
  }

  /// Ten thousand dollars.
  private static let mostMicroUSD: Int64 = 10_000_000_000

  /// In a stream the last word counts: what is asked for stands in the first.
  private mutating func readTier(_ stated: JSONValue?) {
    if let text = stated?.stringValue, let tier = ServiceTier(said: text) { reply.serviceTier = tier }
  }

  private mutating func readUsage(_ usage: JSONValue) {
    readTier(usage["service_tier"])
    reply.speed = usage["speed"]?.stringValue ?? reply.speed
    reply.place = usage["inference_geo"]?.stringValue ?? reply.place
    // No call costs so much: then its price decides, and the sums of others stay what can be counted.
    if let stated = MoneyText.stated(usage), stated <= Self.mostMicroUSD { reply.costMicroUSD = stated }
    // *Source:* xAI's reference: each source of a live search is charged, which its cost holds where it is told.
    sources = max(sources, usage["num_sources_used"]?.int64Value ?? 0)
    var counts = UsageCounts()
    if usage["prompt_tokens"] != nil || usage["completion_tokens"] != nil {
      (counts.input, counts.output) = (usage["prompt_tokens"] ?? 0, usage["completion_tokens"] ?? 0)
      counts.readDetails(usage["prompt_tokens_details"], usage["completion_tokens_details"])
      // DeepSeek's and Moonshot's own names, by their references.
      counts.cached = counts.cached ?? usage["prompt_cache_hit_tokens"] ?? usage["cached_tokens"]
      if isList {
        counts.addHiddenInput(total: usage["total_tokens"])
      } else {
        counts.addHiddenOutput(total: usage["total_tokens"], model: reply.model)
      }
    } else if usage["billed_units"]?.objectValue ?? usage["tokens"]?.objectValue != nil {
      return readCohere(usage)
    } else if usage["input_tokens"] == nil, usage["output_tokens"] == nil {
      // Of lists of numbers the total is the input, and some providers say nothing else. *Source:* Voyage AI's API reference.
      guard isList, usage["total_tokens"] != nil else { return }
      counts.addHiddenInput(total: usage["total_tokens"])
      if counts.unnamedInput == 0 { counts.input = usage["total_tokens"] ?? .null }
    } else if usage["input_tokens_details"]?["cached_tokens"] != nil
      || usage["output_tokens_details"]?["reasoning_tokens"] != nil
    {
      (counts.input, counts.output) = (usage["input_tokens"] ?? 0, usage["output_tokens"] ?? 0)
      counts.readDetails(usage["input_tokens_details"], usage["output_tokens_details"])
      counts.addHiddenOutput(total: usage["total_tokens"], model: reply.model)
    } else {
      readAnthropic(usage, &counts)
      if usage["cache_read_input_tokens"] == nil {
        counts.addHiddenOutput(total: usage["total_tokens"], model: reply.model)
      }
    }
    set(counts)
    addBeside(usage["iterations"])
  }

  /// What Cohere charges; all that its model read, beside it, has words of its own in it.
  ///
  /// *Source:* its reference of `usage` and `meta`, and its SDK's `ApiMetaBilledUnits`.
  private mutating func readCohere(_ usage: JSONValue, isNumbers: Bool = false) {
    guard let billed = usage["billed_units"]?.objectValue ?? usage["tokens"]?.objectValue else { return }
    var counts = UsageCounts()
    (counts.input, counts.output) = (billed["input_tokens"] ?? .null, billed["output_tokens"] ?? .null)
    counts.cached = usage["cached_tokens"]
    if isNumbers {
      counts.output = 0
      // Whether the input holds what pictures took is not said.
      if let pictures = billed["image_tokens"]?.int64Value, UsageCounts.possible.contains(pictures) {
        let texts = counts.input.int64Value ?? 0
        (counts.input, counts.isGuessed) = (.int(texts &+ pictures), texts > 0 && pictures > 0)
      }
    }
    set(counts)
  }

  /// Anthropic's input excludes what was read from and written to its cache. Later events are totals, not additions, and
  /// hold what has changed: the rest was said at the beginning.
  private func readAnthropic(_ usage: JSONValue, _ counts: inout UsageCounts) {
    let known = stated
    // What is null has not changed; where nothing is known before it, it says nothing.
    func count(_ key: String, _ before: Int64?) -> JSONValue {
      guard let stated = usage[key], stated != .null || before == nil else { return .int(before ?? 0) }
      return stated
    }
    counts.input = count("input_tokens", known.map { $0.input - $0.cachedInput - $0.cacheWrite })
    counts.output = count("output_tokens", known?.output)
    counts.cached = count("cache_read_input_tokens", known?.cachedInput)
    let kept = usage["cache_creation"]
    counts.written = count("cache_creation_input_tokens", known?.cacheWrite)
    counts.writtenHour = kept?["ephemeral_1h_input_tokens"] ?? .int(known?.cacheWriteHour ?? 0)
    // Whoever leaves the total out has said it by its parts.
    if usage["cache_creation_input_tokens"] == nil, let kept, kept != .null {
      let parts = ["ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens"].map { key -> Int64? in
        guard let stated = kept[key], stated != .null else { return 0 }
        return stated.int64Value.flatMap { UsageCounts.possible.contains($0) ? $0 : nil }
      }
      // A sum of what cannot be would be less than what was kept.
      let sum = parts.reduce(0 as Int64?) { sum, part in sum.flatMap { sum in part.map { sum + $0 } } }
      counts.written = .int(sum.map { max(counts.written?.int64Value ?? 0, $0) } ?? -1)
    }
    counts.searches = usage["server_tool_use"]?["web_search_requests"] ?? .int(known?.webSearches ?? 0)
    counts.reasoning = usage["output_tokens_details"]?["thinking_tokens"] ?? .int(known?.reasoning ?? 0)
    counts.cacheIsExtra = true
  }

  /// Anthropic's totals leave out what was taken to shorten the conversation, and what another model was asked meanwhile.
  /// *Source:* its reference of `usage.iterations`.
  private mutating func addBeside(_ iterations: JSONValue?) {
    guard let message = reply.usage else { return }
    stated = message
    if let items = iterations?.arrayValue {
      beside = []
      for item in items where ["compaction", "advisor_message"].contains(item["type"]?.stringValue) {
        // Each by a reader of its own: what one does not say is not what the one before it took.
        var collector = UsageCollector()
        collector.readUsage(item)
        beside.append(collector.reply.usage)
      }
    }
    if beside.isEmpty { return }
    let all = [message] + beside.compactMap { $0 }
    func sum(_ part: KeyPath<TokenUsage, Int64>) -> Int64 { all.reduce(0) { $0 + $1[keyPath: part] } }
    reply.usage = TokenUsage(
      input: sum(\.input), output: sum(\.output), cachedInput: sum(\.cachedInput), cacheWrite: sum(\.cacheWrite),
      reasoning: sum(\.reasoning), cacheWriteHour: sum(\.cacheWriteHour), audioInput: message.audioInput,
      audioOutput: message.audioOutput, toolInput: message.toolInput, webSearches: message.webSearches,
      otherTools: message.otherTools, exactness: all.count > beside.count ? .exact : .estimated)
  }

  /// Thoughts are beside the candidates, unless the total says they are among them.
  private mutating func readGemini(_ usage: JSONValue) {
    readTier(usage["serviceTier"] ?? usage["trafficType"])
    // What is none may be left out, but for the prompt; what stands there and is no whole number is not believed.
    func count(_ key: String) -> Int64? {
      guard let stated = usage[key], stated != .null else { return 0 }
      return stated.int64Value
    }
    func possible(_ count: Int64?) -> Int64? { count.flatMap { UsageCounts.possible.contains($0) ? $0 : nil } }
    // What is made of them below is less than what a count holds, since each of them can be.
    guard let prompt = possible(usage["promptTokenCount"]?.int64Value),
      let candidates = possible(count("candidatesTokenCount"))
    else {
      reply.usage = nil
      return
    }
    let statedTools = possible(count("toolUsePromptTokenCount"))
    // What cannot be takes nothing away from the rest.
    let tools = statedTools ?? 0
    let sum = prompt + candidates + tools
    let total = possible(usage["totalTokenCount"]?.int64Value)
    let told = possible(count("thoughtsTokenCount"))
    // Thoughts that cannot be are what the total holds beside the rest; without one nobody knows how many they were.
    guard let thoughts = told ?? (total.map { $0 >= sum } == true ? 0 : nil) else {
      reply.usage = nil
      return
    }
    let parts = total == sum ? candidates : candidates + thoughts
    // Whatever the total holds beside its parts was not for nothing.
    let output = max(parts, (total ?? 0) - prompt - tools)
    func sound(_ details: JSONValue?) -> JSONValue? {
      details?.arrayValue?.first { $0["modality"]?.stringValue == "AUDIO" }?["tokenCount"]
    }
    var counts = UsageCounts()
    (counts.input, counts.output) = (.int(prompt + tools), .int(output))
    (counts.cached, counts.reasoning) = (usage["cachedContentTokenCount"], .int(min(thoughts, output)))
    counts.isGuessed = output > parts || told == nil || statedTools == nil
    counts.unnamedOutput = output - parts
    counts.tools = usage["toolUsePromptTokenCount"]
    // What was kept of it has the price of what was kept, whatever it was.
    let kept = possible(sound(usage["cacheTokensDetails"])?.int64Value) ?? 0
    counts.audioInput = sound(usage["promptTokensDetails"]).map { audio in
      audio.int64Value.map { .int($0 - min($0, kept)) } ?? audio
    }
    counts.audioOutput = sound(usage["candidatesTokensDetails"])
    set(counts)
  }

  /// Takes counts that can be: whole, not negative, and below a trillion. Of tools that were used more often than can be, it is
  /// known that they were used, and not what that cost.
  private mutating func set(_ stated: UsageCounts) {
    var counts = stated
    counts.leaveOutImpossible()
    var unknownUses: Int64 = 0
    func uses(_ number: Int64?) -> Int64 {
      if let number, UsageCounts.possibleUses.contains(number) { return number }
      unknownUses = 1
      return 0
    }
    let searches = counts.searches.map { $0 == .null ? 0 : uses($0.int64Value) } ?? 0
    let sources = uses(sources)
    func count(_ value: JSONValue?) -> Int64? {
      guard let value, value != .null else { return 0 }
      guard let number = value.int64Value, UsageCounts.possible.contains(number) else { return nil }
      return number
    }
    guard counts.input != .null, counts.output != .null, let input = count(counts.input),
      let output = count(counts.output), let cached = count(counts.cached),
      let written = count(counts.written), let writtenHour = count(counts.writtenHour),
      let reasoning = count(counts.reasoning), let audioInput = count(counts.audioInput),
      let audioOutput = count(counts.audioOutput), let tools = count(counts.tools)
    else {
      reply.usage = nil
      return
    }
    // Whoever tells the usage again and again tells what it is so far: it does not become less.
    if !counts.cacheIsExtra, let known = reply.usage, known.input + known.output > input + output { return }
    (reply.unnamedInput, reply.unnamedOutput) = (counts.unnamedInput, counts.unnamedOutput)
    reply.usage = TokenUsage(
      input: counts.cacheIsExtra ? input + cached + written : input, output: output, cachedInput: cached,
      cacheWrite: written, reasoning: reasoning, cacheWriteHour: writtenHour, audioInput: audioInput,
      audioOutput: audioOutput, toolInput: tools, webSearches: max(searches, charged.searches),
      otherTools: max(charged.others, sources, unknownUses),
      exactness: counts.isGuessed || unknownUses > 0 ? .estimated : .exact)
  }
}
