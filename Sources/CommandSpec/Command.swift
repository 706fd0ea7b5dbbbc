/// An argument that is not an option.
public struct OperandSpec: Sendable {
  /// How many there can be.
  public enum Count: Sendable {
    /// Exactly one.
    case one
    /// One or none.
    case optional
    /// Any number.
    case any
    /// Everything from here on, options of another program included.
    case rest
  }

  /// What stands for it in help: `FILE`.
  public let name: String
  /// One line.
  public let summary: String
  /// How many there can be.
  public let count: Count
  /// How it is completed.
  public let completion: Completion
  /// Whether one of the last kind must be there.
  public let isRequired: Bool
  /// Options that name the same. Where one of them is given, the operand behind this one comes first.
  public let replacedBy: [OptionSpec]

  /// Declares an operand.
  public init(
    _ name: String, summary: String, count: Count = .one, completion: Completion = .none, isRequired: Bool = true,
    replacedBy: [OptionSpec] = []
  ) {
    self.name = name
    self.summary = summary
    self.count = count
    self.completion = completion
    self.isRequired = isRequired
    self.replacedBy = replacedBy
  }

  var shown: String {
    switch count {
    case .one: name
    case .optional: "[\(name)]"
    case .any: "[\(name)…]"
    case .rest: "\(name) [ARG…]"
    }
  }
}

/// A command line with what it does.
public struct Example: Sendable {
  /// The command line; several where one would be too long for a terminal.
  public let line: String
  /// What it does.
  public let meaning: String
  /// Makes an example.
  public init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// A name with its meaning: an exit status, a variable, a file.
public struct Term: Sendable {
  /// The name.
  public let name: String
  /// What it means.
  public let meaning: String
  /// Makes a term.
  public init(_ name: String, _ meaning: String) {
    self.name = name
    self.meaning = meaning
  }
}

/// A command with all that is known of it. The tree of commands drives parsing, help, man pages and completions.
///
/// `Handler` is what runs it; this module never looks inside.
public struct Command<Handler>: @unchecked Sendable {
  /// Its word on the command line.
  public var name: String
  /// One line, without a full stop.
  public var summary: String
  /// Paragraphs for `--help` and the man page. Words in backquotes are literal.
  public var description: [String]
  /// Its options.
  public var options: [OptionSpec]
  /// Its operands, in order.
  public var operands: [OperandSpec]
  /// The commands below it; a command with some has no operands.
  public var subcommands: [Command]
  /// Examples.
  public var examples: [Example]
  /// What its exit statuses mean.
  public var exitStatuses: [Term]
  /// The environment variables it heeds beyond those of its options.
  public var environment: [Term]
  /// The files it uses.
  public var files: [Term]
  /// Whether it is left out of help, man pages and completions.
  public var isHidden: Bool
  /// What runs it; `nil` for one that only groups others.
  public var handler: Handler?

  /// Declares a command.
  public init(
    _ name: String, summary: String, description: [String] = [], options: [OptionSpec] = [],
    operands: [OperandSpec] = [], subcommands: [Command] = [], examples: [Example] = [], exitStatuses: [Term] = [],
    environment: [Term] = [], files: [Term] = [], isHidden: Bool = false, handler: Handler? = nil
  ) {
    self.name = name
    self.summary = summary
    self.description = description
    self.options = options
    self.operands = operands
    self.subcommands = subcommands
    self.examples = examples
    self.exitStatuses = exitStatuses
    self.environment = environment
    self.files = files
    self.isHidden = isHidden
    self.handler = handler
  }

  /// The commands people see.
  public var visibleSubcommands: [Command] { subcommands.filter { !$0.isHidden } }
}
