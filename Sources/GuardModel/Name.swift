/// Rules for the names of users, tiers, operations and models.
///
/// A name is what people type and what tables show, so it holds no control characters and no line breaks, and it is
/// short enough to print.
public enum Name {
  /// The longest name, in UTF-8 bytes.
  public static let maximumBytes = 128

  /// Checks a name.
  ///
  /// - Parameters:
  ///   - kind: what the name is of, for the message: `user`, `operation`.
  ///   - name: the name.
  ///   - maximumBytes: the longest that it may be.
  /// - Throws: `NameError` for a name that is empty, too long, or holds a control or an invisible formatting character.
  public static func check(
    _ kind: String, _ name: String, maximumBytes: Int = Name.maximumBytes
  ) throws(NameError) {
    if name.isEmpty { throw NameError(kind: kind, problem: "it is empty") }
    if name.utf8.count > maximumBytes {
      throw NameError(kind: kind, problem: "it is longer than \(maximumBytes) bytes")
    }
    if name != trimmed(name) { throw NameError(kind: kind, problem: "it begins or ends with a space") }
    if name.hasPrefix("-") { throw NameError(kind: kind, problem: "it begins with '-', which would read as an option") }
    for (index, scalar) in name.unicodeScalars.enumerated() where !isPrintable(scalar) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      throw NameError(kind: kind, problem: "character \(index + 1) is U+\(padded), which cannot be printed")
    }
  }

  private static func trimmed(_ name: String) -> Substring {
    var rest = name[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    // Nearly all names are of these alone.
    if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}

/// A name that cannot be used. The message never repeats the name, which may hold terminal escapes.
public struct NameError: Error, Hashable, CustomStringConvertible {
  /// What the name is of.
  public let kind: String
  /// What is wrong with it.
  public let problem: String
  /// What is wrong, for a person.
  public var description: String { "this \(kind) name cannot be used: \(problem)" }
}
