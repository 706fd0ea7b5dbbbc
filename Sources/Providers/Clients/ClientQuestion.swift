/// A command line told apart: what is asked, and everything around it that must be equal for an answer to be given again.
public struct ClientQuestion: Hashable, Sendable {
  /// What is asked, where the command line says it.
  public var asked: String?
  /// Request bodies as they stand on the command line; `@FILE` names a file.
  public var bodies: [String] = []
  /// What the system is told, where what is asked stands elsewhere.
  public var systems: [String] = []
  /// Whether the system is told what stands in a file.
  public var hasSystemFile = false
  /// Every other word, in order.
  public var surroundings: [String] = []
}

extension Client {
  /// Tells a command line apart.
  ///
  /// - Returns: `nil` where the call may do more than answer, is asked something that its command line does not show, or
  ///   has an answer that cannot be given again.
  public func question(_ arguments: [String]) -> ClientQuestion? {
    guard showsQuestion(arguments), !arguments.dropFirst().contains(where: { holds($0, one: unkeptOptions) }) else {
      return nil
    }
    var question = ClientQuestion()
    var taken: Set<Int> = []
    var operands: [Int] = []
    var prompts: [(index: Int, prefix: String)] = []
    for part in parts(arguments) {
      switch part {
      case .operand(let index): operands.append(index)
      case .promptText(let index, let prefix): prompts.append((index, prefix))
      case .body(let index, let prefix):
        question.bodies.append(String(arguments[index].dropFirst(prefix.count)))
        taken.insert(index)
      case .model, .maximum, .promptFile, .other: break
      }
    }
    if bodyOptions.isEmpty {
      if !operands.isEmpty {
        // `joined` would make the language's runtime look through all that the program's types conform to.
        question.asked = operands.dropFirst().reduce(into: arguments[operands[0]]) { $0 += " " + arguments[$1] }
        question.systems = prompts.map { String(arguments[$0.index].dropFirst($0.prefix.count)) }
        taken.formUnion(operands)
      } else if prompts.count == 1, let (index, prefix) = prompts.first {
        question.asked = String(arguments[index].dropFirst(prefix.count))
        taken.insert(index)
      }
    }
    // Of a client's options for files those of the system say so: "--sf", "-sysf", "--system-prompt-file".
    question.hasSystemFile = arguments.dropFirst().contains { word in
      promptFileOptions.contains { ($0.contains("sys") || $0 == "--sf") && word.hasPrefix($0) }
    }
    question.surroundings = arguments.indices.dropFirst().map { taken.contains($0) ? "\0" : arguments[$0] }
    return question
  }

  /// Whether a command line shows all that its call is asked: nothing of it stands in pictures, templates, roles or in the
  /// folder that an agent works in.
  public func showsQuestion(_ arguments: [String]) -> Bool {
    onlyAnswers && !arguments.dropFirst().contains { holds($0, one: unseenOptions) }
  }

  /// Whether a word is one of some options, alone, with its value, or among letters run together.
  func holds(_ word: String, one options: [String]) -> Bool {
    guard word.hasPrefix("-"), word.utf8.count > 1 else { return false }
    for option in options where word == option || word.hasPrefix(option + "=") { return true }
    if word.hasPrefix("--") { return bodyOptions.isEmpty ? false : isShortened(word, one: options) }
    return bundle(word, holds: options)
  }

  /// Whether one of several letters run together, such as `-sSo`, is such an option. A letter that takes a value ends them.
  private func bundle(_ word: String, holds options: [String]) -> Bool {
    for (place, letter) in word.dropFirst().enumerated() {
      if place > 0, !runsLettersTogether { return false }
      let option = "-\(letter)"
      if options.contains(option) { return true }
      let takers = [valueOptions, bodyOptions, modelOptions, maxTokensOption, promptOptions, promptFileOptions]
      if takers.contains(where: { $0.contains(option) }) { return false }
    }
    return false
  }

  /// Whether a long option is the beginning of such a one, and of no other that is known: curl takes it for that.
  private func isShortened(_ word: String, one options: [String]) -> Bool {
    let name = word.prefix { $0 != "=" }
    if name.utf8.count < 4 || bodyOptions.contains(String(name)) || valueOptions.contains(String(name)) { return false }
    return options.contains { $0.hasPrefix(name) }
  }
}

extension Client {
  /// The command line that asks a model one thing, and nothing else.
  ///
  /// - Returns: `nil` where the client takes its question in another way than as an argument.
  public func asking(_ question: String, of model: String, maxOutputTokens: Int64, program: String) -> [String]? {
    guard bodyOptions.isEmpty, onlyAnswers, !modelOptions.isEmpty || modelIsOperand, !promptOptions.contains("-p")
    else {
      return nil
    }
    var line = [program]
    if let word = requiredWords.first { line.append(word) }
    if let option = modelOptions.first { line += [option, model] } else { line.append(model) }
    if !maxTokensOption.isEmpty { line += maxTokensOption + [String(maxOutputTokens)] }
    return line + [question]
  }
}
