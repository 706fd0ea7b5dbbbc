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
  /// What is wrong.
  public var message: String
  /// What to do; may be empty.
  public var hint: String

  /// `llmguard.toml:3:8: unknown key 'budget'`.
  public var description: String {
    path + (position.map { ":\($0.line):\($0.column)" } ?? "") + ": " + message
  }
}
