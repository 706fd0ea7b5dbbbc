import Guard
import Intent
import IntentCache
import Posix
import Providers

/// What a command line asks for, as the cache compares it.
extension GuardedRun {
  /// What a call asks for, where its answer could be given again: all that it is asked has been seen, and it does nothing
  /// but answer. A command that llmguard does not know is taken at its user's word: `--prompt-from` with `--cache`.
  func cacheQuestion(
    _ prompt: PromptText, _ line: [String], _ model: String?, _ maximum: Int64?
  ) -> CacheQuestion? {
    let variables = Self.clientVariables
    guard fingerprint(prompt) != nil, Self.isText(line + variables.map(\.1)) else { return nil }
    var surroundings = CacheQuestion.Surroundings()
    surroundings.add(File.name(of: line.first ?? ""))
    surroundings.add(model)
    surroundings.add(maximum.map(String.init))
    for (name, value) in variables { surroundings.add("\(name)=\(value)") }
    // What is marked up for a person is not for a script.
    if client?.isPlainOnTerminals != true, FileDescriptor.output.isTerminal { surroundings.add("on a terminal") }
    guard let client else {
      guard arguments[RunCommand.cache] != nil else { return nil }
      // Nobody knows what it reads: it must be that very program, as it is now, in that folder.
      surroundings.add(Folder.current)
      Self.add(file: Self.program(line.first ?? ""), to: &surroundings)
      for word in line.dropFirst() { surroundings.add(word) }
      return CacheQuestion(surroundings: surroundings, asked: [], payload: prompt.payload)
    }
    guard let parts = client.question(line) else { return nil }
    add(parts.surroundings, of: client, to: &surroundings)
    if client.bodyOptions.isEmpty {
      let asked = parts.asked ?? ""
      if NamedFiles.areRead(from: asked, readsMedia: client.readsNamedMedia) { return nil }
      let question = CacheQuestion(
        surroundings: surroundings, asked: Array(asked.utf8), payload: prompt.payload, isAboutText: prompt.isAboutText)
      if question.isFleeting { return nil }
      guard parts.giveTask else { return question }
      // "--system 'translate into German'": what is asked is what is worked on.
      surroundings.add(asked)
      return CacheQuestion(surroundings: surroundings, asked: [], payload: prompt.payload)
    }
    let bodies = parts.bodies.filter { !$0.hasPrefix("@") }.map { Array($0.utf8) } + prompt.bodies
    guard bodies.count == 1, parts.bodies.count == 1 else { return nil }
    return HTTPQuestion.question(body: bodies[0], surroundings: surroundings, isWorded: !parts.areContinued)
  }

  /// What a call asks for as it goes out, where that is something cheaper than what was asked for, or would with more room:
  /// its answer is kept under that.
  func loweredQuestions(_ prompt: PromptText, _ plan: Plan) -> [CacheQuestion] {
    plan.loweredShapes.compactMap { shape in
      let question = cacheQuestion(prompt, line(for: plan, as: shape, prompt), shape.model, shape.maxOutputTokens)
      if let question { prompt.question.tell(question) }
      return question
    }
  }

  /// Adds words, and of those that name a file, such as a model's weights or a grammar, which file that is now. What stands
  /// in the prompt's own files has been read.
  private func add(_ words: [String], of client: Client, to surroundings: inout CacheQuestion.Surroundings) {
    var isPromptFile = false
    for word in words {
      surroundings.add(word)
      let value =
        word.hasPrefix("-") ? word.split(separator: "=", maxSplits: 1).dropFirst().first.map(String.init) : word
      if let value, !isPromptFile, !value.isEmpty, value != "\0", File.isRegular(value) {
        Self.add(file: value, to: &surroundings)
      }
      isPromptFile = client.promptFileOptions.contains(word)
    }
  }

  /// Adds which file stands at a path, as it is now.
  private static func add(file path: String, to surroundings: inout CacheQuestion.Surroundings) {
    surroundings.add(path.hasPrefix("/") ? path : "\(Folder.current ?? "")/\(path)")
    for number in File.changeMark(path) { surroundings.add(String(number)) }
  }

  /// Where a program is.
  private static func program(_ name: String) -> String {
    if name.contains("/") { return name }
    let folders = (Environment.value("PATH") ?? "").split(separator: ":").map(String.init)
    return Program.find(name, in: folders) ?? name
  }

  /// Whether all words are what was typed: bytes that are no text all look alike once they are repaired.
  private static func isText(_ words: [String]) -> Bool {
    !words.contains { $0.unicodeScalars.contains("\u{FFFD}") }
  }

  /// Variables that clients take their server, their model or their settings from; keys aside.
  ///
  /// *Source:* the clients' and the SDKs' references; `DEFAULT_MODEL` and `API_BASE_URL` are sgpt's, `LLAMA_ARG_…` are
  /// llama-cli's.
  private static var clientVariables: [(String, String)] {
    let marks = [
      "OPENAI", "ANTHROPIC", "OLLAMA", "LLM", "LLAMA", "GEMINI", "GOOGLE", "AICHAT", "AZURE", "MODS", "SGPT", "CLAUDE",
      "MISTRAL", "GROQ", "OPENROUTER", "DEEPSEEK", "XAI_", "TOGETHER", "FIREWORKS", "COHERE", "CO_API", "PERPLEXITY",
      "CEREBRAS", "ZHIPUAI", "AI21", "REPLICATE",
      "HF_", "HUGGINGFACE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT", "VERTEX",
      "DEFAULT_MODEL",
      "API_BASE_URL", "USE_LITELLM",
    ]
    return Environment.values(beginningWithOneOf: marks).filter { name, _ in
      !name.hasPrefix("LLMGUARD_") && !name.hasSuffix("KEY") && !name.hasSuffix("TOKEN")
    }.sorted { $0.key < $1.key }
  }
}

/// Files that a prompt names: some clients read them, and what is in them is not seen here.
enum NamedFiles {
  /// How the names of pictures and sounds end. *Source:* Ollama's `extractFileNames`, and what others take.
  private static let media = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".wav", ".mp3"]

  /// Whether a file may be read for a prompt.
  ///
  /// - Parameter readsMedia: whether the client finds the paths of pictures wherever they stand, blanks in them and all: then
  ///   whatever looks like one is taken for one.
  static func areRead(from text: String, readsMedia: Bool) -> Bool {
    if readsMedia, namesMedia(text) { return true }
    return text.split(whereSeparator: \.isWhitespace).contains { word in
      var name = word.drop { "@'\"([{<".contains($0) }
      if name.hasSuffix(".") { name = name.dropLast() }
      return isFile(name) || isFile(name.prefix { $0 != "'" && $0 != "\"" })
        || isFile(name.prefix { $0 != "," && $0 != ")" && $0 != "?" && $0 != "!" && $0 != ";" && $0 != "]" })
    }
  }

  private static func isFile(_ name: Substring) -> Bool {
    (name.contains("/") || name.dropLast().contains(".")) && name.utf8.count < 1000 && File.exists(String(name))
  }

  /// Whether something that may be a path stands before the ending of a picture.
  private static func namesMedia(_ text: String) -> Bool {
    let small = text.lowercased()
    guard let slash = small.firstIndex(where: { $0 == "/" || $0 == "\\" }) else { return false }
    return media.contains { small[slash...].contains($0) }
  }
}

extension ClientQuestion {
  /// Whether what is asked may be a text that something is done to: the system's words say more than who answers and how.
  fileprivate var giveTask: Bool { hasSystemFile || !systems.allSatisfy(SystemManner.isAll) }

  /// Whether the body's prompt goes on as a text does, and each blank at its end counts: it is sent to no chat.
  fileprivate var areContinued: Bool {
    surroundings.contains { word in
      let path = word.split(whereSeparator: { $0 == "?" || $0 == "#" }).first ?? ""
      return path.hasSuffix("/completions") && !path.hasSuffix("/chat/completions")
    }
  }
}
