import GuardModel
import TextFormats

/// A call as a provider takes it: what it asks for, and how to ask for something else.
public struct ProviderRequest: Sendable {
  /// Its form.
  public let format: WireFormat
  /// The path and the query, as they came.
  public let target: String
  /// The body, as it came.
  public let body: [UInt8]
  /// The same, read.
  public let json: JSONValue
  /// The model.
  public let model: String
  /// The most output tokens of all answers together; `nil` when the call says no maximum. Of two conflicting maxima the
  /// larger: which of them a provider obeys is not known for all.
  public let maxOutputTokens: Int64?
  /// The prompt's tokens, counted from its text.
  public let countedInputTokens: Int64
  /// The tokens of an answer that is told in advance: those that prove to be no part of it are charged as output besides.
  /// *Source:* OpenAI's guide, "Predicted Outputs".
  public let predictedTokens: Int64
  /// How much of them is written to the provider's prompt cache where nothing of it is there yet.
  public let promptCacheWrite: PromptCacheWrite?
  /// What is asked for, without the parameters that vary an answer; for recognising retries.
  public let question: RequestBody.Question
  /// The words of the user's last message; `nil` where there are none.
  public let instruction: String?
  /// How the reply is streamed; `nil` when it comes whole.
  public let streaming: WireFormat.Streaming?
  /// Whether the client asked for the usage in a stream, or the form needs no asking.
  public let asksForUsage: Bool

  /// Whether the provider goes on with it after its reply, which says nothing of what it takes.
  ///
  /// *Source:* OpenAI's API reference, `background` of responses; xAI's, `deferred` of chat completions.
  public var goesOnAfterReply: Bool { json["background"]?.boolValue == true || json["deferred"]?.boolValue == true }

  /// Whether the prompt stands in the answer again. *Source:* OpenAI's API reference, `echo` of legacy completions.
  public var repeatsPrompt: Bool { json["echo"]?.boolValue == true }

  /// Whether its answer is text, and none of it stood in the call.
  public var takesTextAlone: Bool { !format.answersWithNumbers && !repeatsPrompt }

  /// How it wants to be served; standard where it leaves that to the provider. Where the form knows nothing that costs less, it is
  /// served as any other, or refused; and a batch is made by other routes, whatever a single call says.
  ///
  /// *Source:* OpenAI's API reference, `service_tier` of chat completions and responses alone; Gemini's, `serviceTier`;
  /// Anthropic's, which has `auto` and `standard_only`.
  public var serviceTier: ServiceTier {
    let isGemini = format == .gemini
    let stated = json["service_tier"] ?? (isGemini ? json["serviceTier"] : nil)
    var said = stated?.stringValue.flatMap(ServiceTier.init(said:)) ?? .standard
    let hasFlex = isGemini || format == .openAIChat || format == .openAIResponses
    if said == .batch || said == .flex && !hasFlex { said = .standard }
    guard format == .anthropicMessages else { return said }
    return ServiceTier(said, speed: json["speed"]?.stringValue, place: json["inference_geo"]?.stringValue)
  }

  /// The models that it can be changed to; `nil` for any.
  public let reachableModels: Set<String>?

  /// The provider's deployments, each with its model.
  let deployments: [String: String]
  /// The deployment that the path names.
  private let deployment: Deployment?
  /// Whether the path names the model.
  let hasModelInPath: Bool
  /// Whether no maximum can be set of what it writes: the provider takes none, or compactions take none.
  public let isUnbounded: Bool
  /// Whether the maximum can be changed: numbers are not written token by token.
  public var canCapTokens: Bool { !isUnbounded && !format.answersWithNumbers }
  /// How many answers are asked for: each may take the maximum.
  public let answers: Int64
  /// The paths of the maxima that the body has.
  private let maximumPaths: [[String]]
  private let needsModel: Bool

  /// The model of a call that names none.
  private static let unnamed = "unnamed"
  /// What the call's own maximum is called in its body, for a person; `nil` where it states none.
  public let maximumName: String?

  /// Why a call cannot be read.
  public struct Unreadable: Error, Hashable, Sendable {
    /// What is wrong, for a person.
    public let message: String
    /// Whether all of it can be read, and its maximum is less than nothing or more than can be counted.
    public var isMaximumOutOfRange = false
  }

  /// Reads a call.
  ///
  /// - Parameters:
  ///   - format: its form.
  ///   - target: the path and the query.
  ///   - body: the body, not compressed.
  ///   - deployments: the models behind the names that the provider's calls give in place of a model.
  ///   - takesMaximum: whether the provider takes a maximum of output tokens.
  ///   - needsModel: whether the provider takes no call that names no model; else such a one is one of `unnamed`.
  /// - Throws: `Unreadable`: what cannot be read cannot be metered.
  public init(
    _ format: WireFormat, target: String, body: [UInt8], deployments: [String: String] = [:], takesMaximum: Bool = true,
    needsModel: Bool = true
  ) throws(Unreadable) {
    let json = try Self.read(body)
    isUnbounded =
      !format.answersWithNumbers && (!takesMaximum || format == .openAIResponses && ResponsePath.isCompaction(target))
    self.format = format
    self.target = target
    self.body = body
    self.json = json
    self.deployments = deployments
    do throws(Deployment.Ambiguous) { deployment = format.isOpenAI ? try Deployment(in: target) : nil } catch {
      throw Unreadable(message: "the path can be read as naming another deployment")
    }
    let agent = format == .openAIChat && json["model"] == nil ? json["agent_id"]?.stringValue : nil
    reachableModels = deployment == nil && deployments.isEmpty && agent == nil ? nil : Set(deployments.values)
    self.needsModel = needsModel
    let unnamed = needsModel || !format.isOpenAI ? nil : json["models"]?.arrayValue?.first?.stringValue ?? Self.unnamed
    (model, hasModelInPath, streaming) = try Self.asked(
      format, target, json, deployment, deployments, agent ?? unnamed)
    asksForUsage =
      format != .openAIChat && format != .openAICompletions
      || json["stream_options"]?["include_usage"]?.boolValue == true
    answers = Self.answers(format, json)
    maximumPaths = Self.maximumPaths(format).filter { path in
      Self.value(at: path, in: json).map { $0 != .null } ?? false
    }
    let most: Int64?
    (most, maximumName) = try Self.maximum(at: maximumPaths, format, json)
    let (product, isTooMuch) = (most ?? 0).multipliedReportingOverflow(by: answers)
    maxOutputTokens = format.answersWithNumbers ? 0 : most.map { _ in isTooMuch ? Int64.max : product }
    var counter = PromptCounter(format, model: model)
    counter.count(json)
    countedInputTokens = counter.tokens
    promptCacheWrite = counter.cacheWrite
    var predicted = PromptCounter(format, model: model)
    if format == .openAIChat, let prediction = json["prediction"] { predicted.count(prediction) }
    predictedTokens = predicted.tokens
    question =
      RequestBody.Question(json, isWorded: !format.answersWithNumbers)
      ?? RequestBody.Question(asked: String(decoding: body, as: UTF8.self))
    instruction = RequestBody.instruction(in: json)
  }

  private static func read(_ body: [UInt8]) throws(Unreadable) -> JSONValue {
    let json: JSONValue
    do throws(TextFormatError) { json = try JSONParser.parse(body, options: .lenient) } catch {
      // Where nothing of it could be read, what was expected first says nothing.
      throw Unreadable(
        message: error.position.line == 1 && error.position.column == 1
          ? "the body is not JSON" : "the body is not JSON: \(error)")
    }
    guard case .object(let object) = json else { throw Unreadable(message: "the body is not a JSON object") }
    if let fault = AmbiguousNames.fault(in: object, body) { throw Unreadable(message: fault) }
    return json
  }

  /// The model that is asked, whether the path names it, and how it is to stream its reply.
  private static func asked(
    _ format: WireFormat, _ target: String, _ json: JSONValue, _ deployment: Deployment?,
    _ deployments: [String: String], _ other: String?
  ) throws(Unreadable) -> (model: String, isInPath: Bool, WireFormat.Streaming?) {
    let path = target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    let isGemini = format == .gemini || format == .geminiEmbed
    let parts = isGemini || format == .anthropicMessages || format == .openAIChat ? PathText.parts(path) : []
    if namesOthers(String(path)) { throw Unreadable(message: "servers can read more than one model in its path") }
    let asked: (model: String, isInPath: Bool, WireFormat.Streaming?)
    if isGemini, let place = GeminiPath(parts) {
      let isEvents = target.dropFirst(path.count).dropFirst().split(separator: "&").contains("alt=sse")
      asked = (place.model, true, place.verb == "streamGenerateContent" ? (isEvents ? .events : .array) : nil)
    } else if let place = VertexPath(parts) {
      asked = (place.model, true, streaming(format, json["stream"]?.boolValue))
    } else {
      // Mistral's agents have a model, which their calls do not name. *Source:* its reference, "Agents completion".
      let isUnnamed = json["model"] == nil || other != nil && (json["model"] == .null || json["model"] == "")
      let named = deployment?.name ?? (isUnnamed ? other ?? format.modelOfNone : json["model"]?.stringValue)
      guard let name = named, !name.isEmpty else {
        throw Unreadable(message: "the body names no model")
      }
      asked = (deployments[name] ?? name, false, streaming(format, json["stream"]?.boolValue))
    }
    // A client that escapes its query has its key there.
    let inPath = deployment?.name ?? (asked.isInPath ? asked.model : "")
    if inPath.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
      throw Unreadable(message: "the model's name in its path cannot be one: it holds an escaped '?' or '#'")
    }
    // It is kept with the call, in a ledger from which nothing is ever taken away.
    do throws(NameError) { try Name.check("model", asked.model, maximumBytes: 512) } catch {
      throw Unreadable(message: "the model's name cannot be one: \(error.problem)")
    }
    return asked
  }

  /// Whether some server may see a call of another model in a path than is seen here.
  private static func namesOthers(_ path: String) -> Bool {
    let others = PathText.otherReadings(of: path)
    if others.isEmpty { return false }
    func named(_ parts: [String]) -> [String?] {
      let deployments = parts.dropLast().lastIndex { PathText.plain($0) == "deployments" }
      return [GeminiPath(parts)?.model, VertexPath(parts)?.model, deployments.map { parts[$0 + 1] }]
    }
    let usual = named(PathText.parts(path))
    return others.contains { WireFormat.of($0) != nil && named($0) != usual }
  }

  /// The largest maximum of those that are stated, and what it is called.
  private static func maximum(
    at paths: [[String]], _ format: WireFormat, _ json: JSONValue
  ) throws(Unreadable) -> (most: Int64?, name: String?) {
    var (most, name): (Int64?, String?) = (nil, nil)
    for path in paths {
      guard let stated = value(at: path, in: json) else { continue }
      guard let maximum = wholeNumber(stated) else {
        let isTooMuch = isWholeNumber(stated)
        throw Unreadable(
          message: "'\(path.joined(separator: "."))' is \(isTooMuch ? "too large" : "not a whole number")",
          isMaximumOutOfRange: isTooMuch)
      }
      // Nothing, and the servers' numbers for it, mean no maximum where they are allowed at all.
      if maximum < -1, format != .ollamaChat, format != .ollamaGenerate {
        throw Unreadable(
          message: "'\(path.joined(separator: "."))' is less than nothing", isMaximumOutOfRange: true)
      }
      if maximum > most ?? 0 { (most, name) = (maximum, path.joined(separator: ".")) }
    }
    return (most, name)
  }

  /// A whole number, also one that is written as a text, which some servers take for the number; `nil` for anything else.
  private static func wholeNumber(_ value: JSONValue) -> Int64? {
    guard let text = value.stringValue else { return value.int64Value }
    return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
  }

  /// Whether a value is written as a whole number that is not below zero, of whatever size.
  private static func isWholeNumber(_ value: JSONValue) -> Bool {
    let text = value.stringValue ?? value.numberValue?.text ?? ""
    return !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// How many answers are written, each up to the maximum: those that are only compared cost as much as those that are sent.
  ///
  /// *Source:* OpenAI's API reference: `n` of chat completions; `n` and `best_of` of legacy completions, whose `prompt` may be
  /// several; Gemini's: `candidateCount`. Other forms have one answer.
  private static func answers(_ format: WireFormat, _ json: JSONValue) -> Int64 {
    let paths: [[String]] =
      switch format {
      case .openAIChat: [["n"]]
      case .openAICompletions: [["n"], ["best_of"]]
      case .gemini:
        ["generationConfig", "generation_config"].flatMap { [[$0, "candidateCount"], [$0, "candidate_count"]] }
      default: []
      }
    let each = paths.compactMap { value(at: $0, in: json).map(count) }.max() ?? 1
    var prompts: Int64 = 1
    if format == .openAICompletions {
      if case .array(let elements)? = json["prompt"] {
        // An array of numbers is one prompt, told in tokens.
        if case .number? = elements.first {} else { prompts = Int64(elements.count) }
      }
    }
    let (all, isTooMuch) = max(1, each).multipliedReportingOverflow(by: max(1, prompts))
    return isTooMuch ? mostAnswers : min(mostAnswers, all)
  }

  /// More than any server counts: OpenAI gives 128, servers of one's own as many as fit.
  private static let mostAnswers = Int64(Int32.max)

  private static func count(_ value: JSONValue) -> Int64 {
    wholeNumber(value) ?? (isWholeNumber(value) ? mostAnswers : 1)
  }

  /// The same call with other values; every other byte stays as the client sent it.
  ///
  /// - Parameters:
  ///   - model: another model.
  ///   - maxOutputTokens: another maximum for all answers together. Of several in the body those that are smaller stay.
  ///   - addsUsage: whether a stream is to tell its usage.
  public func edited(model: String? = nil, maxOutputTokens: Int64? = nil, addsUsage: Bool = false)
    -> (target: String, body: [UInt8])
  {
    var (target, body) = (target, body)
    func set(_ path: [String], _ value: JSONValue) { body = JSONEdit.setting(path, to: value, in: body) ?? body }
    if let model, model != self.model {
      if hasModelInPath {
        target = Self.replacingModel(of: target, by: model)
        if json["model"] != nil { set(["model"], .string(model)) }
      } else if let deployment {
        if let other = name(of: model) { target = deployment.replaced(in: target, by: other) }
      } else if !deployments.isEmpty {
        if let other = name(of: model) { set(["model"], .string(other)) }
      } else {
        set(["model"], .string(model))
      }
    }
    if let maxOutputTokens, maxOutputTokens != self.maxOutputTokens, canCapTokens {
      let each = max(1, maxOutputTokens / answers)
      for path in maximumPaths.isEmpty ? [Self.maximumPaths(format)[0]] : maximumPaths {
        // Of two the one that a provider obeys may be the smaller one: none is raised.
        if let own = Self.value(at: path, in: json)?.int64Value, (1..<each).contains(own) { continue }
        set(path, .int(each))
      }
      if let (path, value) = thinking(under: each) { set(path, value) }
    }
    if addsUsage, streaming != nil, !asksForUsage { set(["stream_options", "include_usage"], true) }
    return (target, body)
  }

  /// Whether its client asked for the usage in OpenRouter's way, which other servers read over. *Source:* OpenRouter's
  /// documentation, "Usage Accounting".
  public var wantsUsage: Bool { json["usage"]?["include"]?.boolValue == true }

  /// Whether a maximum has room for a token of each of its answers.
  public func fits(_ most: Int64) -> Bool { !canCapTokens || most >= answers }

  /// What is wrong where it has not, for a person.
  public static func excess(of answers: Int64, over most: Int64) -> String {
    "a call asks for \(answers) answers, and --max-tokens \(most) has not a token for each of them"
  }

  /// The same call with a lower maximum, where it may ask for more or for any number of tokens.
  ///
  /// - Parameter most: the most output tokens of all its answers together; `nil` changes nothing.
  /// - Throws: `Unreadable`, which a call that was read once is not.
  public func asking(atMost most: Int64?) throws(Unreadable) -> ProviderRequest {
    guard let most, canCapTokens, most < maxOutputTokens ?? .max else { return self }
    let (target, body) = edited(maxOutputTokens: most)
    return try ProviderRequest(
      format, target: target, body: body, deployments: deployments, needsModel: needsModel)
  }

  /// What calls name in place of a model: the model, or its deployment where there are such.
  public func wireName(of model: String) -> String { deployments.isEmpty ? model : name(of: model) ?? model }

  /// The deployment of a model: of several the first by its name.
  private func name(of model: String) -> String? {
    deployments.filter { $0.value == model }.keys.min()
  }

  private static func replacingModel(of target: String, by model: String) -> String {
    let query = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    // Where it is written in another way, it is written as it is read: there the model stands.
    let path = PathText.plainly(target[..<query])
    let target = path + target[query...]
    guard let colon = path.lastIndex(of: ":"), let slash = path[..<colon].lastIndex(of: "/") else { return target }
    let before = path[..<slash]
    // The folder is part of a tuned model's name.
    guard let folder = before.lastIndex(of: "/"), let name = PathText.parts(path[folder..<slash]).first,
      let common = GeminiPath.common[name]
    else { return target[...slash] + model + target[colon...] }
    let other = model.hasPrefix(name + "/") ? model : common + "/" + model
    return "\(target[...folder])\(other)\(target[colon...])"
  }

  private static func streaming(_ format: WireFormat, _ stated: Bool?) -> WireFormat.Streaming? {
    switch format {
    case .ollamaChat, .ollamaGenerate: stated == false ? nil : .lines
    case .openAIEmbeddings, .ollamaEmbed, .geminiEmbed, .cohereEmbed: nil
    case .cohereEarlierChat: stated == true ? .lines : nil
    default: stated == true ? .events : nil
    }
  }

  /// Where the maximum stands; the first is where a missing one is put.
  private static func maximumPaths(_ format: WireFormat) -> [[String]] {
    switch format {
    case .openAIChat: [["max_completion_tokens"], ["max_tokens"]]
    case .openAIResponses: [["max_output_tokens"]]
    case .openAICompletions, .anthropicMessages, .cohereChat, .cohereEarlierChat: [["max_tokens"]]
    case .anthropicComplete: [["max_tokens_to_sample"]]
    case .gemini:
      // Each name may be spelled in either way. *Source:* Protocol Buffers' documentation, "ProtoJSON Format".
      ["maxOutputTokens", "max_output_tokens"].flatMap { [["generationConfig", $0], ["generation_config", $0]] }
    case .ollamaChat, .ollamaGenerate: [["options", "num_predict"]]
    case .openAIEmbeddings, .ollamaEmbed, .geminiEmbed, .cohereEmbed: []
    }
  }

  private static func value(at path: [String], in json: JSONValue) -> JSONValue? {
    path.reduce(Optional(json)) { $0?[$1] }
  }
}
