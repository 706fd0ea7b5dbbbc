/// A command line told apart: what is asked, and everything around it that must be equal for an answer to be given again.
public struct ClientQuestion: Hashable, Sendable {
  /// What is asked, where the command line says it.
  public var asked: String?
  /// Request bodies as they stand on the command line; `@FILE` names a file.
  public var bodies: [String] = []
  /// Every other word, in order.
  public var surroundings: [String] = []
}

extension Client {
  /// Tells a command line apart.
  ///
  /// - Returns: `nil` where the call may do more than answer, or is asked something that its command line does not show.
  public func question(_ arguments: [String]) -> ClientQuestion? {
    guard onlyAnswers, !arguments.dropFirst().contains(where: isUnseen) else { return nil }
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
        question.asked = operands.map { arguments[$0] }.joined(separator: " ")
        taken.formUnion(operands)
      } else if prompts.count == 1, let (index, prefix) = prompts.first {
        question.asked = String(arguments[index].dropFirst(prefix.count))
        taken.insert(index)
      }
    }
    question.surroundings = arguments.indices.dropFirst().map { taken.contains($0) ? "\0" : arguments[$0] }
    return question
  }

  /// Whether a word is an option with which a call must be made.
  private func isUnseen(_ word: String) -> Bool {
    guard word.hasPrefix("-"), word.utf8.count > 1 else { return false }
    for option in unseenOptions {
      if word == option || word.hasPrefix(option + "=") { return true }
      if option.utf8.count == 2, option != "--", !word.hasPrefix("--"), bodyOptions.isEmpty, word.hasPrefix(option) {
        return true
      }
    }
    return !bodyOptions.isEmpty && !word.hasPrefix("--") && isBundleUnseen(word)
  }

  /// Whether one of several letters run together, such as `-sSo`, is such an option. A letter that takes a value ends them.
  private func isBundleUnseen(_ word: String) -> Bool {
    for letter in word.dropFirst() {
      let option = "-\(letter)"
      if unseenOptions.contains(option) { return true }
      if valueOptions.contains(option) || bodyOptions.contains(option) { return false }
    }
    return false
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
