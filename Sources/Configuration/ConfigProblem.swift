import TextFormats

/// A configuration file's content and whose it is.
public struct ConfigSource: Sendable {
  /// Whose file it is.
  public enum Kind: Sendable {
    /// The administrator's; it may lock keys.
    case system
    /// The user's.
    case user
  }

  /// Its path, for messages.
  public var path: String
  /// Its content.
  public var bytes: [UInt8]
  /// Whose it is.
  public var kind: Kind

  /// How the variables begin that stand for keys.
  static let variablePrefix = "LLMGUARD_"
  /// Whether it is no file but a variable.
  var isVariable: Bool { path.hasPrefix(Self.variablePrefix) }

  /// Makes a source.
  public init(path: String, bytes: [UInt8], kind: Kind) {
    self.path = path
    self.bytes = bytes
    self.kind = kind
  }
}

/// Something wrong in a configuration file.
public struct ConfigProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, or the environment variable.
  public var path: String
  /// Where in the file; `nil` for a variable.
  public var position: SourcePosition?
  /// The key that it is about; `nil` where what is wrong belongs to none.
  public var key: String?
  /// What is wrong.
  public var message: String
  /// What to do; may be empty.
  public var hint: String
  /// Whether an environment variable says it.
  public var isOfVariable: Bool { position == nil && path.hasPrefix(ConfigSource.variablePrefix) }

  /// `llmguard.toml:3:8: unknown key 'budget'`.
  public var description: String {
    path + (position.map { ":\($0.line):\($0.column)" } ?? "") + ": " + message
  }
}

/// What is wrong with a regular expression.
public struct PatternFault: Hashable, Sendable {
  /// What it is.
  public let problem: String
  /// What to do about it where the expression is right and costs too much; `nil` where it is malformed.
  public let hint: String?

  /// Makes one.
  public init(_ problem: String, hint: String? = nil) { (self.problem, self.hint) = (problem, hint) }
}
