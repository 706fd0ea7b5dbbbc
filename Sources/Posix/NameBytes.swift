import CPosix
import Glibc

/// Names that came as bytes: of users, above all.
public enum NameBytes {
  /// The text of a name. A byte that is no UTF-8 becomes `%E9`, so that names which differ still do: repaired, `caf\xE9` and
  /// `caf\xE8` would be one. The form that is made can be typed, and stays as it is when it is read again.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    text(bytes, isStray: { _ in false }) { byte, text in
      let digits = String(byte, radix: 16, uppercase: true)
      text.append(contentsOf: ("%" + (digits.count < 2 ? "0" : "") + digits).unicodeScalars)
    }
  }

  /// The text of some bytes, with something else for those that are no UTF-8.
  ///
  /// - Parameters:
  ///   - isStray: whether the bytes of a scalar are taken for such, too.
  ///   - add: puts what stands for a byte behind a text.
  static func text(
    _ bytes: some Sequence<UInt8>, isStray: (Unicode.Scalar) -> Bool,
    _ add: (UInt8, inout String.UnicodeScalarView) -> Void
  ) -> String {
    var text = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    let all = Array(bytes)
    var place = all.startIndex
    var rest = all.makeIterator()
    while true {
      let start = place
      switch parser.parseScalar(from: &rest) {
      case .emptyInput: return String(text)
      case .valid(let encoded):
        place += encoded.count
        let scalar = Unicode.UTF8.decode(encoded)
        if isStray(scalar) { for byte in all[start..<place] { add(byte, &text) } } else { text.append(scalar) }
      case .error(let length):
        place += length
        for byte in all[start..<place] { add(byte, &text) }
      }
    }
  }

  /// The text of a C string.
  static func text(_ name: UnsafePointer<CChar>) -> String {
    let repaired = String(cString: name)
    // Nearly all are as they should be.
    guard repaired.unicodeScalars.contains("\u{FFFD}") else { return repaired }
    return text(UnsafeRawBufferPointer(start: name, count: strlen(name)))
  }

  /// A name on this process's command line, which was repaired when it was read: an argument, or the end of one (`--user=…`).
  public static func text(ofArgument repaired: String) -> String { bytes(ofArgument: repaired).map(text) ?? repaired }

  /// Whether an argument, or the end of one, came in bytes that are no UTF-8.
  public static func isRepaired(argument: String) -> Bool {
    bytes(ofArgument: argument).map { !$0.elementsEqual(argument.utf8) } ?? false
  }

  /// The bytes of an argument, or of the end of one, that holds the sign of a repair; `nil` for any other.
  private static func bytes(ofArgument repaired: String) -> [UInt8]? {
    guard repaired.unicodeScalars.contains("\u{FFFD}") else { return nil }
    var index: Int32 = 0
    while let raw = llmguard_argument(index) {
      index += 1
      let whole = Array(String(cString: raw).utf8)
      guard whole.reversed().starts(with: repaired.utf8.reversed()) else { continue }
      // What stands before it is an option's name.
      return Array(UnsafeRawBufferPointer(start: raw, count: strlen(raw)).dropFirst(whole.count - repaired.utf8.count))
    }
    return nil
  }
}
