/// How an argument can be completed in a shell.
public enum Completion: Hashable, Sendable {
  /// Not at all.
  case none
  /// A file.
  case file
  /// A folder.
  case folder
  /// A program on `PATH`.
  case program
  /// One of some words.
  case words([String])
  /// Some words, separated by commas.
  case list([String])
  /// Names that only the program knows: `llmguard complete KIND -- WORD…` prints them, one on each line. The words are those
  /// before the cursor, from the program's or a command's own on.
  case names(kind: String)

  /// Whether it is a path.
  var isPath: Bool { self == .file || self == .folder }

  /// The words that are offered, alone or together.
  var choices: [String]? {
    switch self {
    case .words(let words), .list(let words): words
    case .none, .file, .folder, .program, .names: nil
    }
  }
}

/// An option of a command, declared once: parsing, help, man pages and completions all read it here.
public struct OptionSpec: Sendable {
  /// Its names, long first: `--user`, `-u`.
  public let names: [String]
  /// What stands for its value in help: `NAME`; `nil` for a flag.
  public let metavar: String?
  /// One line, without a full stop.
  public let summary: String
  /// More for `--help` and the man page: whole sentences.
  public let details: String
  /// The environment variable that sets it, too.
  public let environment: String?
  /// The key of the configuration that sets it, too.
  public let configKey: String?
  /// What holds without it, for people.
  public let defaultText: String?
  /// How its value is completed.
  public let completion: Completion
  /// Values that take the next argument, a file, as well: `--report junit FILE` is `--report junit:FILE`.
  public let leads: [String]
  /// Whether it may be given more than once.
  public let isRepeatable: Bool
  /// What `--no-NAME` does, in one line; `nil` where there is none.
  public let negation: String?
  /// What is wrong with a value; `nil` for a good one.
  let problem: @Sendable (String) -> ValueProblem?

  /// The first name.
  public var name: String { names[0] }

  /// Whether `--no-NAME` exists.
  public var isNegatable: Bool { negation != nil }

  /// What one of its spellings does, in one line.
  func summary(of spelling: String) -> String { names.contains(spelling) ? summary : negation ?? summary }

  /// The names as they are shown: `-u, --user NAME`.
  var shown: String {
    let sorted = names.sorted { $0.utf8.count < $1.utf8.count }
    let first = isNegatable ? sorted.map { $0.hasPrefix("--") ? "--[no-]\($0.dropFirst(2))" : $0 } : sorted
    return first.joined(separator: ", ") + (metavar.map { " \($0)" } ?? "")
  }
}

/// An option with a value of a type.
public struct Option<Value: Sendable>: Sendable {
  /// Its declaration.
  public let spec: OptionSpec
  let read: @Sendable (String) -> Result<Value, ValueProblem>

  /// Declares an option.
  ///
  /// - Parameters:
  ///   - names: long first.
  ///   - metavar: what stands for the value.
  ///   - leads: values that take the next argument, a file, as well; the value is then both with a `:` between them.
  ///   - read: reads the value, or says what is wrong with it in words that follow the value: `is not a whole number`.
  public init(
    _ names: String..., metavar: String, summary: String, details: String = "", environment: String? = nil,
    configKey: String? = nil, defaultText: String? = nil, completion: Completion = .none, leads: [String] = [],
    isRepeatable: Bool = false, read: @escaping @Sendable (String) -> Result<Value, ValueProblem>
  ) {
    self.read = read
    spec = OptionSpec(
      names: names, metavar: metavar, summary: summary, details: details, environment: environment,
      configKey: configKey, defaultText: defaultText, completion: completion, leads: leads, isRepeatable: isRepeatable,
      negation: nil,
      problem: { text in
        if case .failure(let problem) = read(text) { problem } else { nil }
      })
  }
}

/// An option without a value.
public struct Flag: Sendable {
  /// Its declaration.
  public let spec: OptionSpec

  /// Declares a flag.
  ///
  /// - Parameter negation: what `--no-NAME` does, in one line; without one there is none.
  public init(
    _ names: String..., summary: String, details: String = "", environment: String? = nil, configKey: String? = nil,
    negation: String? = nil
  ) {
    spec = OptionSpec(
      names: names, metavar: nil, summary: summary, details: details, environment: environment, configKey: configKey,
      defaultText: nil, completion: .none, leads: [], isRepeatable: false, negation: negation,
      problem: { _ in nil })
  }
}

/// What is wrong with a value, in words that follow it.
public struct ValueProblem: Error, Hashable, Sendable {
  /// The words, such as `is not a whole number`.
  public let words: String
  /// What to write instead; `nil` where the words or the option's own say it.
  public let hint: String?
  /// Makes a problem.
  public init(_ words: String, hint: String? = nil) { (self.words, self.hint) = (words, hint) }

  /// That of a path in bytes that are no text.
  static let repaired = ValueProblem(
    "is not UTF-8, as the names of llmguard's own files have to be; nothing was started",
    hint: "give the file a name in UTF-8, or name it by a link that has one")
}

extension Option where Value == String {
  /// Declares an option whose value is any text.
  public init(
    _ names: String..., metavar: String, summary: String, details: String = "", environment: String? = nil,
    configKey: String? = nil, defaultText: String? = nil, completion: Completion = .none, isRepeatable: Bool = false
  ) {
    read = { .success($0) }
    spec = OptionSpec(
      names: names, metavar: metavar, summary: summary, details: details, environment: environment,
      configKey: configKey, defaultText: defaultText, completion: completion, leads: [], isRepeatable: isRepeatable,
      negation: nil, problem: { _ in nil })
  }
}

/// Readers of common values.
public enum ValueReader {
  /// A whole number in a range; its digits may stand in groups, as they are printed or as programs write them: `5,000`, `5_000`.
  public static func wholeNumber(_ range: ClosedRange<Int64>) -> @Sendable (String) -> Result<Int64, ValueProblem> {
    { text in
      var tooFew: ValueProblem { ValueProblem("is less than \(grouped(range.lowerBound))") }
      var tooMany: ValueProblem { ValueProblem("is more than \(grouped(range.upperBound))") }
      guard let text = ungrouped(text) else {
        return .failure(ValueProblem("is not a whole number: commas part groups of three digits, as in 5,000"))
      }
      let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
      guard let value = Int64(text) else {
        guard text.utf8.count - digits.count <= 1, !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return .failure(ValueProblem("is not a whole number")) }
        return .failure(text.hasPrefix("-") ? tooFew : tooMany)
      }
      if value < range.lowerBound { return .failure(tooFew) }
      if value > range.upperBound { return .failure(tooMany) }
      return .success(value)
    }
  }

  /// The text without the commas, or the underscores, between groups of three digits; `nil` where they stand otherwise.
  private static func ungrouped(_ text: String) -> String? {
    guard let mark = text.first(where: { $0 == "," || $0 == "_" }) else { return text }
    let groups = text.split(separator: mark, omittingEmptySubsequences: false)
    let isGrouped =
      (1...3).contains(groups[0].count) && groups[0].first != "0" && groups.dropFirst().allSatisfy { $0.count == 3 }
      && groups.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    return isGrouped ? groups.joined() : nil
  }

  /// A number as people read it: `1,000,000`.
  private static func grouped(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    let groups = digits.enumerated().map { place, digit in
      place > 0 && (digits.count - place) % 3 == 0 ? ",\(digit)" : "\(digit)"
    }
    return (value < 0 ? "-" : "") + groups.joined()
  }

  /// One of the cases of an enumeration, by its raw value.
  public static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ type: Choice.Type
  ) -> @Sendable (String) -> Result<Choice, ValueProblem> where Choice.RawValue == String {
    { text in
      if let value = Choice(rawValue: text) { return .success(value) }
      let known = Choice.allCases.map(\.rawValue)
      let meant = switched(text, among: known) ?? NearestName.suggestion(for: text, among: known)
      let nearest = meant.map { "; did you mean '\($0)'?" } ?? ""
      return .failure(ValueProblem("is not one of \(known.joined(separator: ", "))\(nearest)"))
    }
  }

  /// What switches the same on or off where the words are others: `on` is not the beginning of `only`.
  private static func switched(_ text: String, among known: [String]) -> String? {
    let senses = [
      (["on", "yes", "true", "1"], ["always", "auto"]), (["off", "no", "none", "false", "0"], ["never", "off"]),
    ]
    return senses.first { $0.0.contains(text.lowercased()) }?.1.first(where: known.contains)
  }
}
