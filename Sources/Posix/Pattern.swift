import Glibc

/// A POSIX extended regular expression, matched by the C library.
///
/// The process keeps the C locale, so `.` and `+` count bytes; characters beyond ASCII match as their bytes do.
public final class Pattern {
  private var compiled = regex_t()

  /// An expression that cannot be compiled, in the C library's words, or is not.
  public struct Malformed: Error, Hashable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String
    /// What to do about one that is right but costs too much; `nil` for one that is malformed.
    public let hint: String?
  }

  /// Compiles an expression.
  ///
  /// - Throws: `Malformed` also for one that refers back to a group, and for one whose repetitions are long (`PatternCost`).
  public init(_ source: String, ignoringCase: Bool = false) throws(Malformed) {
    if let fault = PatternCost(source).fault { throw Malformed(description: fault.description, hint: fault.hint) }
    let code = regcomp(&compiled, source, REG_EXTENDED | REG_NEWLINE | (ignoringCase ? REG_ICASE : 0))
    guard code == 0 else {
      var text = [CChar](repeating: 0, count: 256)
      regerror(code, &compiled, &text, text.count)
      let end = text.firstIndex(of: 0) ?? text.count
      throw Malformed(
        description: String(decoding: text[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self), hint: nil)
    }
  }

  deinit { regfree(&compiled) }

  /// Whether a text holds an expression, without regard to case; a malformed one is in no text.
  public static func holds(_ source: String, in text: String) -> Bool {
    guard let pattern = try? Pattern(source, ignoringCase: true) else { return false }
    return pattern.isIn(text)
  }

  /// Whether a text holds a match.
  public func isIn(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard let base = bytes.baseAddress else { return regexec(&compiled, "", 0, nil, 0) == 0 }
      var groups = [regmatch_t(rm_so: 0, rm_eo: regoff_t(bytes.count))]
      let start = UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
      return regexec(&compiled, start, 1, &groups, REG_STARTEND) == 0
    }
  }

  /// The first group of the last match in a text; `nil` when there is none.
  public func lastCapture(in text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      guard let base = bytes.baseAddress else { return nil }
      let start = UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
      var found: Range<Int>?
      var offset = 0
      // REG_STARTEND: the text is neither copied nor ended by a zero byte, and `^` knows what stands before the offset.
      while offset <= bytes.count {
        var groups = [regmatch_t](repeating: regmatch_t(rm_so: -1, rm_eo: -1), count: 2)
        groups[0] = regmatch_t(rm_so: regoff_t(offset), rm_eo: regoff_t(bytes.count))
        guard regexec(&compiled, start, 2, &groups, REG_STARTEND) == 0 else { break }
        if groups[1].rm_so >= 0 { found = Int(groups[1].rm_so)..<Int(groups[1].rm_eo) }
        offset = max(Int(groups[0].rm_eo), offset + 1)
      }
      return found.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
  }
}
