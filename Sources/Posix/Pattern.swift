import Glibc

/// A POSIX extended regular expression, matched by the C library.
public final class Pattern {
  private var compiled = regex_t()

  /// An expression that cannot be compiled, in the C library's words.
  public struct Malformed: Error, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String
  }

  /// Compiles an expression.
  public init(_ source: String) throws(Malformed) {
    let code = regcomp(&compiled, source, REG_EXTENDED | REG_NEWLINE)
    guard code == 0 else {
      var text = [CChar](repeating: 0, count: 256)
      regerror(code, &compiled, &text, text.count)
      let end = text.firstIndex(of: 0) ?? text.count
      throw Malformed(description: String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
  }

  deinit { regfree(&compiled) }

  /// The first group of the last match in a text; `nil` when there is none.
  public func lastCapture(in text: String) -> String? {
    var found: String?
    var rest = text[...]
    while !rest.isEmpty {
      var groups = [regmatch_t](repeating: regmatch_t(rm_so: -1, rm_eo: -1), count: 2)
      let bytes = Array(rest.utf8)
      guard regexec(&compiled, String(rest), 2, &groups, 0) == 0 else { break }
      if groups[1].rm_so >= 0 {
        found = String(decoding: bytes[Int(groups[1].rm_so)..<Int(groups[1].rm_eo)], as: UTF8.self)
      }
      let next = max(Int(groups[0].rm_eo), 1)
      rest = rest[(rest.utf8.index(rest.startIndex, offsetBy: next, limitedBy: rest.endIndex) ?? rest.endIndex)...]
    }
    return found
  }
}
