/// A command line that cannot be understood: what is wrong, and what to do.
public struct UsageError: Error, Hashable, Sendable {
  /// What is wrong.
  public let message: String
  /// What to do.
  public let hint: String

  /// Makes an error for a fault that only the command itself can see.
  public init(_ message: String, hint: String) {
    self.message = message
    self.hint = hint
  }

  /// - Parameter words: the words that options take, with their options: `--csv` is hardly anything but `--format csv`.
  static func unknownOption(
    _ name: String, known: [String], words: [(option: String, word: String)] = [], command: String
  ) -> UsageError {
    // An amount below nothing, or a name, rather than an option.
    if name.utf8.dropFirst().first.map({ (0x30...0x39).contains($0) }) == true {
      return UsageError(
        "unknown option '\(name)'",
        hint: "an argument that begins with '-' stands after '--'; '\(command) --help' lists all options")
    }
    let meant = words.filter { name == "--" + $0.word }.map { "\($0.option) \($0.word)" }
    let nearest =
      (NearestName.suggestion(for: name, among: known) ?? long(of: name, known) ?? sameSense(name, known)
      ?? (meant.count == 1 ? meant[0] : nil)).map { "did you mean '\($0)'? " }
    return UsageError("unknown option '\(name)'", hint: (nearest ?? "") + "'\(command) --help' lists all options")
  }

  /// What other commands, and other programs, call the same.
  private static let sameSenses: [[String]] = [
    ["--undo", "--take-back"], ["--since", "--from"], ["--until", "--to"],
    ["--listen", "--port", "--address", "--host", "--bind"],
    ["--output", "--file", "-o"], ["--limit", "--count", "--lines"],
  ]

  /// The only option that means what was typed.
  private static func sameSense(_ name: String, _ known: [String]) -> String? {
    let meant = known.filter { option in sameSenses.contains { $0.contains(name) && $0.contains(option) } }
    return meant.count == 1 ? meant[0] : nil
  }

  /// The only long option that begins with a letter, small or capital: `--version` for `-V`.
  private static func long(of name: String, _ known: [String]) -> String? {
    guard name.utf8.count == 2 else { return nil }
    let letter = name.dropFirst().lowercased()
    let long = known.filter { $0.hasPrefix("--\(letter)") }
    return long.count == 1 && !letter.isEmpty && letter != "-" ? long[0] : nil
  }

  /// What any group of commands may be asked for.
  static let commonVerbs: Set = ["add", "edit", "get", "list", "path", "remove", "set", "show"]

  /// - Parameters:
  ///   - elsewhere: the commands that have one of that very name: where they are few, one of those may be meant.
  ///   - options: the options there: one of that very name is meant.
  static func unknownCommand(
    _ name: String, known: [String], elsewhere: [String], options: [String], command: String
  ) -> UsageError {
    if options.contains("--\(name)") {
      return UsageError(
        "'\(name)' is not a command of \(command)",
        hint: "did you mean '--\(name)'? '\(command) --help' lists the commands and the options")
    }
    let others = (1...2).contains(elsewhere.count) ? elsewhere.map { "\($0) \(name)" }.joined(separator: "' or '") : nil
    let nearest = (NearestName.suggestion(for: name, among: known) ?? others).map { "did you mean '\($0)'? " } ?? ""
    return UsageError("'\(name)' is not a command of \(command)", hint: nearest + "'\(command) --help' lists them")
  }

  static func missingCommand(command: String, known: [String]) -> UsageError {
    UsageError("\(command) needs a command", hint: "one of: \(known.joined(separator: ", "))")
  }

  static func missingValue(_ option: OptionSpec, command: String) -> UsageError {
    UsageError(
      "\(option.name) needs a value", hint: "write \(option.name) \(option.metavar ?? ""): \(option.summary)")
  }

  static func missingSecond(_ option: OptionSpec, after value: String) -> UsageError {
    UsageError(
      "\(option.name) \(value) needs a file after it",
      hint: "write \(option.name) \(value) FILE, or \(option.name) \(value):FILE")
  }

  /// - Parameter value: what stands behind the letter, with the '=' that it begins with.
  static func equalsSign(_ option: OptionSpec, _ name: String, _ value: String) -> UsageError {
    UsageError(
      "\(name)\(shown(value)): no '=' stands behind a short option",
      hint: "write \(name) VALUE\(name == option.name ? "" : " or \(option.name)=VALUE")")
  }

  static func unexpectedValue(_ name: String) -> UsageError {
    UsageError("\(name) takes no value", hint: "write \(name) alone")
  }

  static func repeated(_ option: OptionSpec) -> UsageError {
    let long = option.names.filter { $0.hasPrefix("--") }.map { "'\($0)'" }
    return UsageError(
      "\(option.name) is given twice",
      hint: (long.count > 1 ? "\(long.joined(separator: " and ")) are one option: " : "") + "keep the one that is meant"
    )
  }

  static func badValue(
    _ option: OptionSpec, _ value: String, _ problem: ValueProblem, command: String
  ) -> UsageError {
    // What looks like an option is hardly what was meant.
    let isOption = value.hasPrefix("-") && value.dropFirst().first.map { $0.isNumber || $0 == "." } != true
    return UsageError(
      "\(option.name): '\(shown(value))' \(problem.words)",
      hint: isOption
        ? "write \(option.name) \(option.metavar ?? ""): \(option.summary)"
        : problem.hint ?? remedy(option, problem.words, command: command))
  }

  static func badValue(_ operand: OperandSpec, _ value: String, _ problem: ValueProblem) -> UsageError {
    UsageError("\(operand.name): '\(shown(value))' \(problem.words)", hint: problem.hint ?? operand.summary)
  }

  /// As much of a value as says which it is.
  private static func shown(_ value: String) -> String {
    let most = 80
    guard value.unicodeScalars.count > most else { return value }
    return String(String.UnicodeScalarView(value.unicodeScalars.prefix(most - 1))) + "…"
  }

  /// What to do about a bad value. The problem names the words that an option takes, and so does its summary: what they do
  /// says more.
  private static func remedy(_ option: OptionSpec, _ problem: String, command: String) -> String {
    guard let words = option.completion.choices,
      words.allSatisfy({ problem.contains($0) && option.summary.contains($0) })
    else {
      return option.summary
    }
    let meaning = option.details.hasSuffix(".") ? String(option.details.dropLast()) : option.details
    if !meaning.isEmpty {
      return meaning.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "'")
    }
    return (option.defaultText.map { "leave it out for \($0); " } ?? "") + "'\(command) --help' describes it"
  }

  /// - Parameter taken: what an option took as its file, which may have been meant for the operand.
  static func missingOperand(
    _ operand: OperandSpec, command: String, _ taken: (option: String, value: String, file: String)? = nil
  ) -> UsageError {
    if let taken {
      return UsageError(
        "\(command) needs \(operand.name), and '\(taken.file)' was taken for the file of \(taken.option) \(taken.value)",
        hint: "name both: \(command) \(taken.option) \(taken.value) FILE \(operand.name)")
    }
    return UsageError("\(command) needs \(operand.name)", hint: "\(operand.name): \(operand.summary)")
  }

  static func extraOperand(_ value: String, command: String) -> UsageError {
    UsageError("'\(value)' is one argument too many", hint: "'\(command) --help' shows what it takes")
  }
}
