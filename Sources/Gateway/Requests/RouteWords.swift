/// A request in words for people: its method and its path, without what may be somebody's name or secret in it.
enum RouteWords {
  /// `POST /v1/images/generations`; what is no word of a route becomes `…`: `DELETE /v1/files/…`.
  static func text(method: String, path: Substring) -> String {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    let words = segments.prefix(mostSegments).map { isWord($0) ? String($0) : "…" }
    return "\(method) \(words.joined(separator: "/"))" + (segments.count > mostSegments ? "/…" : "")
  }

  /// The longest route of a known provider has seven.
  private static let mostSegments = 9

  /// Whether it reads like a word of a route: short, of letters, with a figure or two for a version.
  private static func isWord(_ segment: Substring) -> Bool {
    let letters = segment.utf8
    let figures = letters.filter { (0x30...0x39).contains($0) }.count
    return letters.count <= 24 && figures <= 2
      && letters.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || "_-.:".utf8.contains($0)
      }
  }
}
