import Posix
import SQLite

/// Why the cache cannot be used. A call goes on without it.
public struct CacheTrouble: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of trouble it is.
  public enum Kind: Hashable, Sendable {
    /// The file is damaged, or something else than a cache.
    case damaged
    /// A newer program wrote it.
    case newer
    /// Another process holds it.
    case locked
    /// No space is left.
    case full
    /// It cannot be written.
    case readOnly
    /// It was deleted or replaced while it was in use, and the new one is used: this is never thrown.
    case replaced
    /// One answer does not fit its checksum, and is not given: this is never thrown.
    case damagedAnswer
    /// Anything else.
    case other
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// The file.
  public let path: String
  private let detail: String

  init(_ kind: Kind, path: String, detail: String = "") {
    self.kind = kind
    self.path = path
    self.detail = detail
  }

  init(_ error: SQLiteError, path: String) {
    let kind: Kind =
      switch error.kind {
      case .notADatabase, .corrupt: .damaged
      case .full: .full
      case .readOnly: .readOnly
      case .busy: .locked
      case .cannotOpen, .inputOutput, .constraint, .outOfMemory, .other: .other
      }
    self.init(kind, path: path, detail: error.message)
  }

  init(_ error: PosixError, path: String) {
    self.init(error.isFull ? .full : error.isPermission ? .readOnly : .other, path: path, detail: error.reason)
  }

  /// What happened.
  public var description: String {
    switch kind {
    case .damaged: "the cache '\(path)' is damaged (\(detail))"
    case .newer: "the cache '\(path)' was written by a newer llmguard"
    case .locked: "the cache '\(path)' is in use by another process"
    case .full: "no space is left for the cache '\(path)'"
    case .readOnly: "the cache '\(path)' cannot be written"
    case .replaced:
      "the cache '\(path)' was deleted or replaced while it was in use; what comes now is kept in the new one"
    case .damagedAnswer: "an answer in the cache '\(path)' is damaged (\(detail)) and is not given"
    case .other: "the cache '\(path)' cannot be used: \(detail)"
    }
  }

  /// What happened, and what comes of it where the cache cannot be used.
  public func saying(_ consequence: String) -> String {
    kind == .replaced || kind == .damagedAnswer ? description : "\(description); \(consequence)"
  }

  /// What to do about it.
  public var hint: String {
    switch kind {
    case .damaged: "'llmguard cache clear' makes a new one; what was stored, rejected and judged is lost"
    case .newer: "use that llmguard, or let 'llmguard cache clear' make a new one"
    case .locked: "nothing needs to be done; if it stays so, see who uses the file"
    case .full: "free some space, or lower cache.max_bytes in the configuration"
    case .readOnly: "make the file and its folder yours, or turn the cache off (cache.mode = \"off\")"
    case .replaced: "'llmguard cache clear' empties it without that, and keeps what was rejected and judged"
    case .damagedAnswer:
      "the call goes out anew, is no retry for that, and its answer takes the place; see to the disk where it comes again"
    case .other: "see what stands at that path, or turn the cache off (cache.mode = \"off\")"
    }
  }
}
