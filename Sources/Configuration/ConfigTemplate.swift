import TextFormats

extension ConfigKey {
  /// The commented file that `config init` writes: every key with its meaning.
  ///
  /// A line that begins with `#` and no space is a setting as it holds without the file; with all of them uncommented the
  /// file changes nothing. What has no default stands as an example in the comment.
  public static var template: String {
    var text = """
      # llmguard's rules. Every line is commented out, and a setting without a space after its '#' says what holds anyway:
      # take the '#' away (and that of the [table] above it) and change the value.
      # 'llmguard config check' reports mistakes; 'llmguard config show' prints what is in force and why.
      # Budgets: "200k tokens/day", "$5/month", "50k tokens/6h", "10k tokens/min burst 50k", "100 calls/hour".

      """
    let builtIn = Dictionary(
      Settings().listing.filter { isTOML($0.value) }.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    let sections = all.map { key in (header: header(of: key), key: key) }
    var table = ""
    for (header, key) in sections {
      if header != table {
        table = header
        let hasDefaults = sections.contains { $0.header == header && isTOML($0.key.defaultValue) }
        let brackets = header == "rule" ? "[[\(header)]]" : "[\(header)]"
        text += "\n#\(hasDefaults ? "" : " ")\(brackets)\n"
      }
      let name = key.path.split(separator: ".").last ?? ""
      let value = builtIn[header.isEmpty ? key.path : "\(header).\(name)"] ?? key.defaultValue
      let hasValue = isTOML(value)
      text += "\n# \(key.summary.filter { $0 != "`" })\n"
      if !hasValue || value != key.example { text += "# Example: \(name) = \(key.example)\n" }
      if hasValue { text += lines(String(name), value) }
    }
    return text
  }

  /// The table a key stands in, with an example for its name.
  private static func header(of key: ConfigKey) -> String {
    let names = ["tier": "default", "operation": "summarize", "user": "alice", "model": "gpt-4o", "client": "mycli"]
    let parts = key.path.split(separator: ".").map(String.init)
    return parts.dropLast().map { $0 == "NAME" ? names[parts[0]] ?? $0 : $0 }.joined(separator: ".")
  }

  private static func isTOML(_ value: String) -> Bool { (try? TOMLParser.parse("value = \(value)")) != nil }

  /// A setting on one line; a table as one line per entry.
  private static func lines(_ name: String, _ value: String) -> String {
    guard case .table(let table)? = try? TOMLParser.parse("value = \(value)")["value"]?.value else {
      return "#\(name) = \(value)\n"
    }
    return table.entries
      .map { "#\(name).\(TOMLWriter.key($0.key)) = \(TOMLWriter.inline($0.node.value))\n" }.joined()
  }
}
