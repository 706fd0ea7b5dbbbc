/// The values of one command line.
public struct ParsedArguments: Sendable {
  // Lists that are looked through: a command line has few options, and a dictionary of a kind that is used nowhere else
  // takes longer to make than all of them to read.
  private var valued: [String] = []
  private var texts: [String] = []
  private var flagsOn: [String] = []
  private var flagsOff: [String] = []
  fileprivate var declared: [String] = []
  /// Which help was asked for, if any.
  fileprivate var helpIsLong: Bool?
  /// What an option took beside its value, as a file: somebody may have meant it for an operand.
  fileprivate var lastSecond: (option: String, value: String, file: String)?
  /// The operands, in order.
  public fileprivate(set) var operands: [String] = []

  fileprivate func hasValue(_ name: String) -> Bool { valued.contains(name) }

  fileprivate mutating func add(_ value: String, to name: String) {
    valued.append(name)
    texts.append(value)
  }

  fileprivate func flag(_ name: String) -> Bool? {
    flagsOn.contains(name) ? true : flagsOff.contains(name) ? false : nil
  }

  fileprivate mutating func set(_ name: String, _ value: Bool) {
    if value { flagsOn.append(name) } else { flagsOff.append(name) }
  }

  /// The value of an option; `nil` when it was not given. The option must belong to the command.
  public subscript<Value>(option: Option<Value>) -> Value? {
    precondition(declared.contains(option.spec.name), "\(option.spec.name) is not an option of this command")
    guard let index = valued.lastIndex(of: option.spec.name), case .success(let value) = option.read(texts[index])
    else { return nil }
    return value
  }

  /// Whether an option belongs to the command.
  public func takes<Value>(_ option: Option<Value>) -> Bool { declared.contains(option.spec.name) }

  /// Whether the command has a flag.
  public func takes(_ flag: Flag) -> Bool { declared.contains(flag.spec.name) }

  /// All values of a repeatable option.
  public func all<Value>(_ option: Option<Value>) -> [Value] {
    precondition(declared.contains(option.spec.name), "\(option.spec.name) is not an option of this command")
    var values: [Value] = []
    // What is seldom given must not cost a run the making of a type.
    guard valued.contains(option.spec.name) else { return values }
    for (index, name) in valued.enumerated() where name == option.spec.name {
      if case .success(let value) = option.read(texts[index]) { values.append(value) }
    }
    return values
  }

  /// Whether a flag was given: `true`, or `false` for `--no-…`; `nil` when it was not given at all.
  public func given(_ flag: Flag) -> Bool? {
    precondition(declared.contains(flag.spec.name), "\(flag.spec.name) is not an option of this command")
    return self.flag(flag.spec.name)
  }

  /// Whether a flag is on.
  public subscript(flag: Flag) -> Bool { given(flag) ?? false }
}

/// A command line understood.
public enum ParsedLine<Handler> {
  /// A command with its arguments; the path begins with the program.
  case run(path: [Command<Handler>], ParsedArguments)
  /// Somebody asked for help.
  case help(path: [Command<Handler>], isLong: Bool)
}

/// Reads command lines against a tree of commands.
///
/// `--x v` and `--x=v`, `-x v` and `-xv`, `--no-x`; no abbreviations; a single-value option given twice is an error; `--`
/// ends options. Values that lead to a second one take the next argument, too. Where a command's last operand takes the rest, options end at the first operand, and everything from
/// there on is passed untouched.
public struct CommandParser<Handler> {
  private let root: Command<Handler>
  private let isRepaired: (String) -> Bool

  /// Makes a parser; the root's options are accepted by every command.
  ///
  /// - Parameter isRepaired: whether a word, or the end of one, came in bytes that are not UTF-8: as a path it would name another file.
  public init(_ root: Command<Handler>, isRepaired: @escaping (String) -> Bool = { _ in false }) {
    self.root = root
    self.isRepaired = isRepaired
  }

  /// Reads a command line without the program's name.
  ///
  /// - Throws: `UsageError`.
  public func parse(_ arguments: [String]) throws(UsageError) -> ParsedLine<Handler> {
    var path = [root]
    var result = ParsedArguments()
    var rest = arguments[...]
    var optionsEnded = false
    while let argument = rest.popFirst() {
      let command = path[path.count - 1]
      if !optionsEnded, argument == "--" {
        optionsEnded = true
        if takesRest(command) {
          result.operands += rest
          rest = []
        }
      } else if !optionsEnded, argument.utf8.first == UInt8(ascii: "-"), argument != "-" {
        try option(argument, &rest, path, &result)
        if let isLong = result.helpIsLong { return .help(path: path, isLong: isLong) }
      } else if !command.subcommands.isEmpty {
        // By index: what is generic over the handler is slow where it is generic over collections as well.
        guard let index = command.subcommands.indices.first(where: { command.subcommands[$0].name == argument }) else {
          // Where nobody is shown a command below it, none was meant.
          if command.visibleSubcommands.isEmpty { throw .extraOperand(argument, command: name(path)) }
          throw .unknownCommand(
            argument, known: command.visibleSubcommands.map(\.name),
            // What any group may be asked for is meant of the one that was named.
            elsewhere: path.count > 1 && UsageError.commonVerbs.contains(argument)
              ? [] : groups(of: argument, below: path[0]),
            options: options(path).flatMap(\.names), command: name(path))
        }
        path.append(command.subcommands[index])
      } else {
        result.operands.append(argument)
        if takesRest(command), result.operands.count >= command.operands.count {
          result.operands += rest
          rest = []
        }
      }
    }
    let command = path[path.count - 1]
    if command.handler == nil {
      throw .missingCommand(command: name(path), known: command.visibleSubcommands.map(\.name))
    }
    try checkOperands(result.operands, command, path, lastSecond: result.lastSecond)
    result.declared = options(path).map { $0.name }
    return .run(path: path, result)
  }

  /// The commands below one that have a command of a name, in words.
  private func groups(of argument: String, below top: Command<Handler>) -> [String] {
    top.visibleSubcommands.filter { $0.visibleSubcommands.contains { $0.name == argument } }.map { name([top, $0]) }
  }

  private func takesRest(_ command: Command<Handler>) -> Bool {
    if case .rest = command.operands.last?.count { return true }
    return false
  }

  private func options(_ path: [Command<Handler>]) -> [OptionSpec] {
    let own = path[path.count - 1].options
    return (path.count > 1 ? own + root.options : own) + [OptionSpec.help]
  }

  private func name(_ path: [Command<Handler>]) -> String { path.map { $0.name }.joined(separator: " ") }

  private func option(
    _ argument: String, _ rest: inout ArraySlice<String>, _ path: [Command<Handler>], _ result: inout ParsedArguments
  ) throws(UsageError) {
    let known = options(path)
    var name = argument
    var attached: String?
    if argument.hasPrefix("--") {
      // By bytes: a value may begin with a character that would join the '=' before it.
      if let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) {
        name = String(argument[..<equals])
        attached = String(argument[argument.utf8.index(after: equals)...])
      }
    } else if argument.unicodeScalars.count > 2 {
      name = String(argument.unicodeScalars.prefix(2))
      attached = String(argument.unicodeScalars.dropFirst(2))
    }
    if name.hasPrefix("--no-"),
      let positive = known.first(where: { $0.isNegatable && $0.names.contains("--" + String(name.dropFirst(5))) })
    {
      if attached != nil { throw .unexpectedValue(name) }
      return try setFlag(positive, false, &result)
    }
    guard let option = known.first(where: { $0.names.contains(name) }) else {
      let words = known.flatMap { option in (option.completion.choices ?? []).map { (option.name, $0) } }
      throw .unknownOption(name, known: known.flatMap(\.spellings), words: words, command: self.name(path))
    }
    // `-max-calls` is hardly `-m ax-calls`.
    if !argument.hasPrefix("--"), attached != nil, option.metavar != nil {
      let long = "-" + (argument.utf8.firstIndex(of: UInt8(ascii: "=")).map { String(argument[..<$0]) } ?? argument)
      if long.utf8.count > 4, known.contains(where: { $0.names.contains(long) }) {
        throw .unknownOption(String(long.dropFirst()), known: [long], command: self.name(path))
      }
    }
    // Elsewhere `-u=ana` means ana: nobody means '=ana', and a user or a model of that name would be another one.
    if !argument.hasPrefix("--"), option.metavar != nil, let value = attached, value.utf8.first == UInt8(ascii: "=") {
      throw .equalsSign(option, name, value)
    }
    guard option.metavar != nil else {
      if argument.hasPrefix("--"), attached != nil { throw .unexpectedValue(name) }
      if option.name == OptionSpec.help.name {
        result.helpIsLong = name == option.name
        return
      }
      try setFlag(option, true, &result)
      guard let attached else { return }
      if attached.utf8.first == UInt8(ascii: "-") {
        throw .unknownOption(argument, known: known.flatMap(\.spellings), command: self.name(path))
      }
      // Short flags may stand together: -nq.
      return try self.option("-" + attached, &rest, path, &result)
    }
    // The end of options is no value that somebody meant; `NAME=--` is.
    guard var value = attached ?? (rest.first == "--" ? nil : rest.popFirst()) else {
      throw .missingValue(option, command: self.name(path))
    }
    if option.leads.contains(value) {
      // What looks like an option is more likely one than a file; `NAME:-FILE` names such a file.
      guard let file = rest.first, file.utf8.first != UInt8(ascii: "-") else {
        throw .missingSecond(option, after: value)
      }
      rest.removeFirst()
      if isRepaired(file) { throw .badValue(option, file, .repaired, command: self.name(path)) }
      result.lastSecond = (option.name, value, file)
      value += ":" + file
    }
    if option.completion.isPath || !option.leads.isEmpty, isRepaired(value) {
      throw .badValue(option, value, .repaired, command: self.name(path))
    }
    if let problem = option.problem(value) { throw .badValue(option, value, problem, command: self.name(path)) }
    if result.hasValue(option.name), !option.isRepeatable { throw .repeated(option) }
    result.add(value, to: option.name)
  }

  private func setFlag(_ option: OptionSpec, _ value: Bool, _ result: inout ParsedArguments) throws(UsageError) {
    if result.flag(option.name) != nil { throw .repeated(option) }
    result.set(option.name, value)
  }

  private func checkOperands(
    _ values: [String], _ command: Command<Handler>, _ path: [Command<Handler>],
    lastSecond: (option: String, value: String, file: String)?
  ) throws(UsageError) {
    var (needed, maximum) = (0, 0)
    for operand in command.operands {
      switch operand.count {
      case .rest where !operand.isRequired: break
      case .one, .rest:
        // One that can be left out may stand before: `[USER] AMOUNT`.
        needed += 1
        if values.count < needed { throw .missingOperand(operand, command: name(path), lastSecond) }
      case .optional, .any: break
      }
      switch operand.count {
      case .one, .optional: maximum += maximum == .max ? 0 : 1
      case .any, .rest: maximum = .max
      }
    }
    if values.count > maximum { throw .extraOperand(values[maximum], command: name(path)) }
    if let file = command.operands.first(where: { $0.completion.isPath }), let value = values.first(where: isRepaired) {
      throw .badValue(file, value, .repaired)
    }
  }
}
