import TextFormats

extension ConfigKey {
  /// What a length of time is called where another type was written.
  static let duration = "a duration"

  /// How a value of the wrong type is to be written: what was meant where that can be told, else the manual's example.
  ///
  /// - Parameter key: the key, or its whole path.
  static func remedy(for value: TOMLValue, at key: String, expected: String) -> String {
    let leaf = leaf(of: key)
    switch value {
    case .string(let text) where expected.hasPrefix("an array"):
      // The words of a command line are values of their own: no shell parts them.
      let values = leaf == "command" ? text.split(separator: " ").map(String.init) : [text]
      return "put it in brackets: \(leaf) = [\(values.map { TOMLWriter.string($0) }.joined(separator: ", "))]"
    case .string(let text) where isBare(text, expected):
      return "take the quotes away: \(leaf) = \(text)"
    case .integer(let number) where expected == duration && number >= 0:
      return "write it with its unit, in quotes: \(leaf) = \"\(number)s\""
    default: break
    }
    if expected == "a table", let header = header(key) { return "begin a table on a line of its own: \(header)" }
    return example(of: key).map { "write it like \(leaf) = \($0)" } ?? ""
  }

  /// How a value of a key may look.
  static func example(of key: String) -> String? { known(key).flatMap { $0.example.isEmpty ? nil : $0.example } }

  /// What a key is for, in words.
  static func meaning(of key: String) -> String {
    (known(key)?.summary ?? "").split(separator: "`", omittingEmptySubsequences: false).joined(separator: "'")
  }

  /// Where a key stands that was written elsewhere; `nil` for one that there is not.
  static func place(of key: String) -> String? {
    if all.contains(where: { $0.path == key }) { return "'\(key)' stands at the top, before the first [table]" }
    var tables: [String] = []
    for path in all.map(\.path) where path.hasSuffix("." + key) {
      let table = path.dropLast(key.count + 1)
      tables.append(table == "rule" ? "[[rule]]" : "[\(table)]")
    }
    guard let last = tables.last, tables.count <= 3 else { return nil }
    return "'\(key)' belongs in " + tables.dropLast().map { $0 + ", " }.joined() + (tables.count > 1 ? "or " : "")
      + last
  }

  /// The key that is called otherwise elsewhere: on the command line, or by other programs.
  static func otherName(of key: String, among known: [String]) -> String? {
    let names = ["op": "operation", "base_url": "base", "url": "base", "max_tokens": "default_max_tokens"]
    return names[key].flatMap { known.contains($0) ? $0 : nil }
  }

  private static func known(_ key: String) -> ConfigKey? {
    all.first { $0.path == key } ?? all.first { Self.leaf(of: $0.path) == Self.leaf(of: key) }
  }

  private static func leaf(of key: String) -> String { key.split(separator: ".").last.map(String.init) ?? key }

  /// Whether a text is a value of the expected type in quotes.
  private static func isBare(_ text: String, _ expected: String) -> Bool {
    switch expected {
    case "true or false": text == "true" || text == "false"
    case "a whole number": Int64(text) != nil
    case "a number": Double(text)?.isFinite == true
    default: false
    }
  }

  /// The line that begins a table: `[tier.NAME]`, where what stands in its place is one of the table's own keys.
  private static func header(_ key: String) -> String? {
    let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
    let kind = parts[0]
    if all.contains(where: { $0.path.hasPrefix(kind + ".NAME.") }) {
      // A table inside: `tier.free.ladder`.
      let inner = all.compactMap { known -> Substring? in
        let names = known.path.split(separator: ".")
        return names.count > 3 && names[0] == kind && names[1] == "NAME" ? names[2] : nil
      }
      if parts.count == 2, let end = inner.first(where: { parts[1].hasSuffix("." + $0) }) {
        return "[\(kind).\(TOMLWriter.key(String(parts[1].dropLast(end.count + 1)))).\(end)]"
      }
      let isKey = parts.count == 2 && names(in: [kind, "NAME"]).contains(parts[1])
      return "[\(kind).\(parts.count == 2 && !isKey ? TOMLWriter.key(parts[1]) : "NAME")]"
    }
    return parts.count == 1 && all.contains(where: { $0.path.hasPrefix(kind + ".") }) ? "[\(kind)]" : nil
  }
}
