/// Addresses in which curl would see a pattern.
enum CurlGlob {
  /// The address that a pattern with one meaning stands for: `https://api.{openai}.com` and `ap[i-i]`; patterns of several
  /// addresses stay. `nil` where there is none.
  static func single(_ url: String) -> String? {
    var (result, isChanged) = ("", false)
    var rest = url[...]
    while let letter = rest.popFirst() {
      // A word ends before the next brace and the next comma.
      if letter == "{", let end = rest.firstIndex(where: { "{},".contains($0) }), rest[end] == "}" {
        result += rest[..<end]
        rest = rest[rest.index(after: end)...]
        isChanged = true
      } else if letter == "[", let first = rest.first, rest.prefix(4) == "\(first)-\(first)]" {
        result.append(first)
        rest = rest.dropFirst(4)
        isChanged = true
      } else {
        result.append(letter)
      }
    }
    return isChanged ? result : nil
  }

  /// A pattern of several addresses, each of them led where it is to go; `nil` where none is, or where it is not understood.
  ///
  /// Only the part in which the addresses differ stays a pattern, so that `#1` in a file's name stays a short word.
  static func spread(_ url: String, _ address: (String) -> String?) -> String? {
    guard let open = url.firstIndex(of: "{"), let close = url[open...].firstIndex(of: "}") else { return nil }
    let words = url[url.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false)
    guard (2...mostAddresses).contains(words.count) else { return nil }
    let (before, behind) = (String(url[..<open]), String(url[url.index(after: close)...]))
    var isLed = false
    let others = words.map { word -> String in
      let whole = before + word + behind
      guard let other = address(whole) else { return whole }
      isLed = true
      return other
    }
    guard isLed else { return nil }
    // What they have in common is cut at slashes.
    func common(_ texts: [[Character]]) -> Int {
      let shortest = texts.map(\.count).min() ?? 0
      let same = (0..<shortest).first { place in texts.contains { $0[place] != texts[0][place] } } ?? shortest
      return (texts[0][..<same].lastIndex(of: "/") ?? -1) + 1
    }
    let letters = others.map { Array($0) }
    let start = common(letters)
    let ends = letters.map { Array($0[start...].reversed()) }
    // The slash stays with the end that they share.
    let end = common(ends)
    let heads = ends.map { String(Array($0.dropFirst(end)).reversed()) }
    if heads.contains(where: { $0.contains { "{}[],".contains($0) } }) { return nil }
    let tail = String(letters[0].suffix(end))
    return String(letters[0][..<start]) + "{" + heads.joined(separator: ",") + "}" + tail
  }

  /// The addresses of a pattern's hosts, without their paths; `nil` where the pattern is not understood or has too many.
  static func hosts(_ url: String) -> [String]? {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let end = url[start...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? url.endIndex
    // A brace may hold a whole address, with its slashes.
    let braces = url[..<end].count { $0 == "{" }
    if braces != url[..<end].count(where: { $0 == "}" }) || braces > mostPieces { return nil }
    if url[..<end].count(where: { $0 == "[" }) > mostPieces { return nil }
    return expanded(String(url[..<end]))
  }

  /// The most pieces of each kind that a pattern of a host may have to be looked through, and the most addresses.
  private static let (mostPieces, mostAddresses) = (32, 256)

  private static func expanded(_ text: String) -> [String]? {
    guard let open = text.firstIndex(where: { $0 == "{" || $0 == "[" }) else { return [text] }
    let isSet = text[open] == "{"
    guard let close = text[open...].firstIndex(of: isSet ? "}" : "]") else { return nil }
    let inner = text[text.index(after: open)..<close]
    let words: [String]
    if isSet {
      words = inner.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    } else {
      // A number of a host is no range.
      if inner.count(where: { $0 == ":" }) > 1 { return [text] }
      let ends = Array(inner.utf8)
      guard ends.count == 3, ends[1] == UInt8(ascii: "-"), ends[0] <= ends[2] else { return nil }
      words = (ends[0]...ends[2]).map { String(decoding: [$0], as: UTF8.self) }
    }
    guard let rest = expanded(String(text[text.index(after: close)...])), words.count * rest.count <= mostAddresses
    else { return nil }
    return words.flatMap { word in rest.map { text[..<open] + word + $0 } }
  }
}
