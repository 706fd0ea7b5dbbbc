/// What may stand behind a chunk's size. *Source:* RFC 9112 section 7.1.1.
enum ChunkExtensions {
  /// Whether bytes are any number of `;name`, `;name=token` and `;name="text"`, with spaces around the marks.
  static func areWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      rest = rest.drop(while: HTTPSyntax.isSpace)
      guard rest.popFirst() == UInt8(ascii: ";") else { return false }
      rest = rest.drop(while: HTTPSyntax.isSpace)
      guard takeToken(&rest) else { return false }
      let behind = rest.drop(while: HTTPSyntax.isSpace)
      guard behind.first == UInt8(ascii: "=") else { continue }
      rest = behind.dropFirst().drop(while: HTTPSyntax.isSpace)
      guard rest.first == UInt8(ascii: "\"") ? takeQuoted(&rest) : takeToken(&rest) else { return false }
    }
    return true
  }

  private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let token = rest.prefix(while: HTTPSyntax.isTokenByte)
    rest = rest.dropFirst(token.count)
    return !token.isEmpty
  }

  private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
    rest.removeFirst()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return true }
      let meant = byte == UInt8(ascii: "\\") ? rest.popFirst() : byte
      guard let meant, HTTPSyntax.isValueByte(meant) else { return false }
    }
    return false
  }
}
