/// A known LLM command as data: where its model, its maximum and its prompt stand on its command line, and how it tells
/// what it used.
public struct Client: Hashable, Sendable {
  /// What it is called: `ollama run`.
  public var name: String
  /// The program's name without folder.
  public var program: String
  /// Words of which one must stand on the command line, such as `run`, or `-p` and `--print`; none when empty.
  public var requiredWords: [String] = []
  /// Options that hold the model.
  public var modelOptions: [String] = []
  /// Whether the first operand after the required word is the model.
  public var modelIsOperand = false
  /// The words before the maximum of output tokens: `-o max_tokens`; none when it cannot be set.
  public var maxTokensOption: [String] = []
  /// Options whose values are part of the prompt.
  public var promptOptions: [String] = []
  /// Options that name a file that is part of the prompt.
  public var promptFileOptions: [String] = []
  /// Options whose values are a request body in JSON; `@FILE` names a file that holds it.
  public var bodyOptions: [String] = []
  /// Other options with a value, which is not prompt.
  public var valueOptions: [String] = []
  /// Words that say that the call goes on with an earlier conversation: the same words then ask for something new.
  public var conversationOptions: [String] = []
  /// Whether a call does nothing but answer, so that the answer can be given again.
  public var onlyAnswers = false
  /// Words with which a call does more, or is asked something its command line does not show.
  public var unseenOptions: [String] = []
  /// Words with which an answer cannot be given again, though all that is asked is seen, such as where it is written to.
  public var unkeptOptions: [String] = []
  /// Words that, as the first operand, name the call and are no part of it.
  public var callWords: [String] = []
  /// Words with which a client talks with whoever is at its standard input, question after question.
  public var dialogueWords: [String] = []
  /// Words without which it does so, too; none where it answers once.
  public var singleTurnWords: [String] = []
  /// Words that, as the first operand, make something else of the command than a call, such as `models`.
  public var otherCommands: [String] = []
  /// Whether one-letter options may be run together: `-qC`.
  public var runsLettersTogether = true
  /// Whether it reads the pictures and sounds that a prompt names by their paths.
  public var readsNamedMedia = false
  /// Whether piped standard input is part of the prompt.
  public var readsInput = true
  /// Whether it writes the same to a terminal as into a pipe: others colour and wrap their answers there.
  public var isPlainOnTerminals = false
  /// How it tells what it used.
  public var usage: UsageSource = .none

  /// How a client tells what a call used.
  public enum UsageSource: Hashable, Sendable {
    /// It does not: the answer's text is counted.
    case none
    /// Its output is the provider's reply, with its usage.
    case reply
    /// It prints numbers: POSIX extended expressions, each with one group.
    case patterns(input: String, output: String, onError: Bool)
  }

  /// Makes a client of a program.
  public init(name: String, program: String) {
    self.name = name
    self.program = program
  }

  /// Whether a command line asks its program for something else than a call: its version, its help, a list of models.
  public func otherWords(in arguments: [String]) -> Bool {
    let words = arguments.dropFirst()
    if words.count == 1, let word = words.first, ["--version", "--help", "-h", "-V"].contains(word) { return true }
    return words.first.map(otherCommands.contains) ?? false
  }

  /// Whether a command line begins a conversation with whoever is at standard input.
  public func opensDialogue(_ arguments: [String]) -> Bool {
    let words = arguments.dropFirst()
    return words.contains(where: dialogueWords.contains)
      || !singleTurnWords.isEmpty && !words.contains(where: singleTurnWords.contains)
  }

  /// The first client that a command line is a call of.
  public static func matching(_ arguments: [String], in clients: [Client]) -> Client? {
    guard let program = arguments.first?.split(separator: "/").last.map(String.init) else { return nil }
    return clients.first { client in
      client.program == program
        && (client.requiredWords.isEmpty || arguments.dropFirst().contains { client.requiredWords.contains($0) })
    }
  }
}

/// What a command line says of its call.
public struct ClientCall: Hashable, Sendable {
  /// The model; `nil` when it does not say.
  public var model: String?
  /// The most output tokens; `nil` when it does not say.
  public var maxOutputTokens: Int64?
  /// Texts that are part of the prompt.
  public var promptTexts: [String] = []
  /// Files that are part of the prompt; `-` is standard input.
  public private(set) var promptFiles: [String] = []
  /// What is asked for, without the parameters that do not change the question.
  public var questions: [RequestBody.Question] = []
  /// Whether it goes on with an earlier conversation.
  public var continuesConversation = false
  /// Whether a word of its own says what is asked. Clients that are given none ask whoever is at the terminal.
  public var hasOperand = false
  /// Whether `rewrite` can change the model.
  public var canChangeModel = false
  /// Whether `rewrite` can change the maximum.
  public var canCapTokens = false

  /// Nothing known.
  public init() {}

  /// Whether a path is one of the names of standard input.
  public static func isStandardInput(_ path: String) -> Bool {
    ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(path)
  }

  mutating func add(promptFile path: String) { promptFiles.append(Self.isStandardInput(path) ? "-" : path) }
}
