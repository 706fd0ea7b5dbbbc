import CSQLite

/// An SQLite call that failed. It holds the library's words and never a bound value.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The extended result code.
  public let code: Int32
  /// The library's message.
  public let message: String
  /// The system's own code (`errno`), where a system call failed beneath; else 0.
  public let systemCode: Int32

  /// Makes an error.
  public init(code: Int32, message: String, systemCode: Int32 = 0) {
    self.code = code
    self.message = message
    self.systemCode = systemCode
  }

  /// That a symbolic link stands where the file should.
  public static let isLink = SQLiteError(
    code: SQLITE_CANTOPEN | 6 << 8, message: "it is a symbolic link: name the file itself")

  /// The primary result code.
  public var primaryCode: Int32 { code & 0xFF }

  /// Message and code.
  public var description: String { "\(message) (SQLite code \(code))" }

  /// What kind of trouble it is.
  public enum Kind: Hashable, Sendable {
    /// The file is not a database.
    case notADatabase
    /// The database is damaged.
    case corrupt
    /// No space is left.
    case full
    /// The file or its folder cannot be written.
    case readOnly
    /// The file cannot be opened.
    case cannotOpen
    /// Somebody else holds it.
    case busy
    /// Reading or writing failed.
    case inputOutput
    /// A rule of the schema was broken.
    case constraint
    /// No memory is left.
    case outOfMemory
    /// Anything else.
    case other
  }

  /// What kind of trouble it is.
  public var kind: Kind {
    switch primaryCode {
    case SQLITE_NOTADB: .notADatabase
    case SQLITE_CORRUPT: .corrupt
    // A table or a column was there when the database was made.
    case SQLITE_ERROR where message.hasPrefix("no such "): .corrupt
    case SQLITE_FULL: .full
    case SQLITE_READONLY, SQLITE_PERM: .readOnly
    case SQLITE_CANTOPEN: .cannotOpen
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_IOERR: .inputOutput
    case SQLITE_CONSTRAINT: .constraint
    case SQLITE_NOMEM: .outOfMemory
    default: .other
    }
  }
}

/// A value of a column or a parameter.
public enum SQLiteValue: Hashable, Sendable {
  /// No value.
  case null
  /// A whole number.
  case integer(Int64)
  /// A text.
  case text(String)
  /// Bytes.
  case blob([UInt8])

  /// A text or no value.
  public static func text(orNull value: String?) -> SQLiteValue { value.map(SQLiteValue.text) ?? .null }
  /// A whole number or no value.
  public static func integer(orNull value: Int64?) -> SQLiteValue { value.map(SQLiteValue.integer) ?? .null }
}
