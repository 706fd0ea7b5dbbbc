/// The query of a request's target, as servers read it.
public enum QueryText {
  /// What is said under some names, whatever their letter case.
  ///
  /// - Parameter names: the names, in lower case.
  public static func values(of names: Set<String>, in query: some StringProtocol) -> [String] {
    query.split(separator: "&").compactMap { member in
      let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, names.contains(PathText.unescaped(parts[0]).lowercased()) else { return nil }
      return PathText.unescaped(parts[1])
    }
  }
}
