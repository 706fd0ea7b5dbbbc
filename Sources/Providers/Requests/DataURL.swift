/// An address that holds what it names, in base64: `data:image/png;base64,…`. *Source:* RFC 2397.
struct DataURL {
  /// What it holds, in base64.
  let encoded: Substring.UTF8View
  /// Whether that is a text.
  let isText: Bool

  /// So long is a media type with its parameters at most; a text that begins with "data:" is no such address.
  private static let longestType = 100

  /// - Returns: `nil` for what is none, or holds what it names otherwise.
  init?(_ text: String) {
    guard text.utf8.starts(with: "data:".utf8) else { return nil }
    let bytes = text.utf8[...]
    let head = bytes.dropFirst(5).prefix(Self.longestType)
    guard let comma = head.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    let type = head[..<comma]
    guard type.allSatisfy({ (0x21...0x7E).contains($0) }), let kind = String(type)?.lowercased(),
      kind.hasSuffix(";base64")
    else { return nil }
    encoded = bytes[bytes.index(after: comma)...]
    isText = kind.hasPrefix("text/") || kind.hasPrefix("application/json")
  }
}
