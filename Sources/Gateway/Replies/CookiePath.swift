/// Where a provider's cookies belong. Clients keep them by host and path, and all providers have one host here: without that, one
/// that is for all of a provider's paths would be sent to all the others.
enum CookiePath {
  /// A `Set-Cookie` for what stands below a part of the gateway's addresses alone; `nil` where it is that as it is.
  ///
  /// One without a path is for that of its request, which stands there. One that names a domain no client takes from here.
  /// *Source:* RFC 6265 sections 5.1.4, 5.2.4 and 5.3.
  static func below(_ prefix: String, _ text: String) -> String? {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    let led = parts.enumerated().map { index, part in
      guard index > 0, let sign = part.firstIndex(of: "="),
        part[..<sign].drop(while: isBlank).lowercased().prefix(while: { !isBlank($0) }) == "path",
        part[..<sign].split(whereSeparator: isBlank).count == 1
      else { return String(part) }
      let path = part[part.index(after: sign)...].drop(while: isBlank)
      return path.hasPrefix("/") ? part[...sign] + prefix + path : String(part)
    }.joined(separator: ";")
    if led == text { return nil }
    // The name of such a one says that it is for all paths: clients take it with no other.
    return isForAllPaths(text) ? mark + led.drop(while: isBlank) : led
  }

  /// A `Cookie` as its provider knows it; `nil` where it is that as it is. Bytes stay as they are, whatever they are.
  static func asItWasSet(_ value: [UInt8]) -> [UInt8]? {
    let mark = Array(mark.utf8)
    guard value.firstRange(of: mark) != nil else { return nil }
    let parts = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    let own = parts.map { part -> ArraySlice<UInt8> in
      let name = part.drop { $0 == 0x20 || $0 == 0x09 }
      let given = name.dropFirst(mark.count)
      guard name.starts(with: mark), isForAllPaths(String(decoding: given.prefix(7), as: UTF8.self)) else {
        return part
      }
      return part[..<name.startIndex] + given
    }.joined(separator: [UInt8(ascii: ";")])
    return own.elementsEqual(value) ? nil : Array(own)
  }

  /// *Source:* RFC 6265bis, "The __Host- Prefix".
  private static func isForAllPaths(_ cookie: some StringProtocol) -> Bool {
    cookie.drop(while: isBlank).prefix(7).lowercased() == "__host-"
  }

  /// Stands before the name of one that was for all of its provider's paths.
  private static let mark = "llmguard."

  private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}
