import CPosix

/// Whether one text stands in another, looked for by bytes: the C library's search.
///
/// The standard library's own walks through characters, or knows no types where it is called from, and took a tenth of a call.
public enum ByteSearch {
  /// Whether `mark` stands in some bytes. Nothing stands in everything.
  public static func holds(_ mark: StaticString, in bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { llmguard_holds($0.baseAddress, $0.count, mark.utf8Start, mark.utf8CodeUnitCount) != 0 }
  }

  /// The same of a mark that is not known beforehand.
  public static func holds(_ mark: [UInt8], in bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { llmguard_holds($0.baseAddress, $0.count, mark, mark.count) != 0 }
  }

  /// Whether `mark` stands in a text, letter for letter and accent for accent.
  public static func holds(_ mark: StaticString, in text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable {
      llmguard_holds($0.baseAddress, $0.count, mark.utf8Start, mark.utf8CodeUnitCount) != 0
    } ?? holds(mark, in: Array(text.utf8))
  }
}
