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
    if isPlain(name) { return }
    if name != trimmed(name) { throw NameError(kind: kind, problem: "it begins or ends with a space") }
    if name.hasPrefix("-") { throw NameError(kind: kind, problem: "it begins with '-', which would read as an option") }
    for (index, scalar) in name.unicodeScalars.enumerated() where !isPrintable(scalar) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      throw NameError(kind: kind, problem: "character \(index + 1) is U+\(padded), which cannot be printed")
    }
    if let character = name.first(where: { !isComposed($0) }) {
      throw NameError(kind: kind, problem: "'\(character)' is made of parts in it, and has a character of its own")
    }
  }

  /// Whether a character is written in the one way that is the shortest (Unicode's form NFC). Texts that differ in nothing else are
  /// equal here and not in the ledger: what one of two such users took would be charged to the other.
  private static func isComposed(_ character: Character) -> Bool {
    let scalars = Array(character.unicodeScalars)
    if scalars.count == 1 { return scalars[0].isASCII || !scalars[0].properties.isFullCompositionExclusion }
    // A part can only compose with the last one that begins something, where none between is of its class or of none.
    var base: Unicode.Scalar?
    var before = Unicode.CanonicalCombiningClass.notReordered
    for scalar in scalars {
      let place = scalar.properties.canonicalCombiningClass
      if scalar.properties.isFullCompositionExclusion || place != .notReordered && place < before { return false }
      let isNext = before == .notReordered || before < place
      if let base, isNext, compose(base, scalar) { return false }
      if place == .notReordered { base = scalar }
      before = place
    }
    return true
  }

  /// Whether two parts are one character. That is found by the equality of texts, which knows it: such parts are rare in names.
  private static func compose(_ base: Unicode.Scalar, _ mark: Unicode.Scalar) -> Bool {
    // Syllables are reckoned, and are too many to be tried. *Source:* the Unicode standard, section 3.12.
    if (0x1100...0x1112).contains(base.value) { return (0x1161...0x1175).contains(mark.value) }
    if (0xAC00...0xD7A3).contains(base.value), (base.value - 0xAC00).isMultiple(of: 28) {
      return (0x11A8...0x11C2).contains(mark.value)
    }
    let pair = String(String.UnicodeScalarView([base, mark]))
    // Some have a character that Unicode takes for the longer spelling.
    return composed(from: base.value).contains {
      $0.contains {
        Unicode.Scalar($0).map { String($0) == pair && !$0.properties.isFullCompositionExclusion } ?? false
      }
    }
  }

  /// Where characters stand that may be made from one and a mark: those of most scripts in its own row of 256.
  private static func composed(from base: UInt32) -> [ClosedRange<UInt32>] {
    switch base {
    case 0xA8: [0x385...0x385, 0x1FC1...0x1FED]
    case 0...0x2AF, 0x1E00...0x1EFF: [0xC0...0x24F, 0x1E00...0x1EFF, 0x2200...0x22FF]
    case 0x370...0x3FF, 0x1F00...0x1FFF: [0x370...0x3FF, 0x1F00...0x1FFF]
    default: [base & ~0xFF...base | 0xFF]
    }
  }

  /// Whether a name is of printed ASCII, as nearly all are, without a space at either end and without a dash before it: nothing
  /// in it can be composed.
  private static func isPlain(_ name: String) -> Bool {
    let bytes = name.utf8
    return bytes.allSatisfy { (0x20...0x7E).contains($0) } && bytes.first != 0x20 && bytes.last != 0x20
      && bytes.first != UInt8(ascii: "-")
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
