/// Addresses in which curl would see a pattern.
enum CurlGlob {
  /// The address that a pattern with one meaning stands for: `https://api.{openai}.com` and `ap[i-i]`; patterns of several
  /// addresses stay. `nil` where there is none.
  static func single(_ url: String) -> String? {
    var (result, isChanged) = ("", false)
    var rest = url[...]
    while let letter = rest.popFirst() {
      if letter == "{", let end = rest.firstIndex(of: "}"), !rest[..<end].contains(where: { $0 == "," || $0 == "{" }) {
        result += rest[..<end]
        rest = rest[rest.index(after: end)...]
        isChanged = true
      } else if letter == "[", rest.count >= 4, let first = rest.first, rest.prefix(4) == "\(first)-\(first)]" {
        result.append(first)
        rest = rest.dropFirst(4)
        isChanged = true
      } else {
        result.append(letter)
      }
    }
    return isChanged ? result : nil
  }
}
