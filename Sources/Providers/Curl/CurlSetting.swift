/// A line of a file of curl's arguments: `url = "https://…"`, `--url https://…`, `url: https://…`, `-H "A: b"`.
struct CurlSetting {
  /// The option's long name; empty where the line is none that is understood.
  private(set) var name = ""
  /// Its value without quotes.
  var value = ""
  private var head = ""
  private var tail = ""
  /// The value as it was read, and as it is written.
  private var (readValue, written) = ("", "")

  private static let blank: Set<Character> = [" ", "\t"]

  init(_ line: some StringProtocol) {
    let blank = Self.blank
    let trimmed = line.drop { blank.contains($0) }
    // Of the letters only that of a field matters. What it has may stand right behind it.
    let isField = trimmed.hasPrefix("-H")
    let isDashed = trimmed.hasPrefix("--") || isField
    let word = isDashed && !isField ? trimmed.dropFirst(2) : trimmed[...]
    let name = isField ? trimmed.prefix(2) : word.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
    let rest = word[name.endIndex...]
    // As on a command line, only a blank ends the name of an option that is written with dashes.
    let value = rest.drop { blank.contains($0) || !isDashed && ($0 == "=" || $0 == ":") }
    guard !name.isEmpty, isField || !name.hasPrefix("-") && value.startIndex != rest.startIndex else {
      head = String(line)
      return
    }
    let (text, meant) = Self.unquoted(value)
    self.name = isField ? "header" : CurlWords.whole(String(name))
    self.value = meant
    (readValue, written) = (meant, String(text))
    (head, tail) = (String(line[..<text.startIndex]), String(line[text.endIndex...]))
  }

  /// What stands in the place of a value, without its quotes, and what is meant: in quotes a backslash stands before a letter.
  private static func unquoted(_ value: some StringProtocol) -> (written: Substring, meant: String) {
    let value = Substring(value)
    guard value.first == "\"" else {
      let text = value.prefix { !$0.isWhitespace }
      return (text, String(text))
    }
    var meant = ""
    var place = value.index(after: value.startIndex)
    let start = place
    while place < value.endIndex, value[place] != "\"" {
      if value[place] == "\\", let next = value.index(place, offsetBy: 1, limitedBy: value.endIndex),
        next < value.endIndex
      {
        meant.append(escapes[value[next]] ?? value[next])
        place = next
      } else {
        meant.append(value[place])
      }
      place = value.index(after: place)
    }
    return (value[start..<place], meant)
  }

  private static let escapes: [Character: Character] = ["t": "\t", "n": "\n", "r": "\r", "v": "\u{B}"]

  /// The line.
  var text: String {
    if value == readValue { return head + written + tail }
    let isQuoted = head.hasSuffix("\"")
    return head + (isQuoted ? value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") : value) + tail
  }

  /// The file of more arguments that the line names (`config = f`, `--config f`, `-K f`, `-sKf`), and the letters before its own.
  var file: (name: String, letters: String)? {
    if name == "config" { return value.isEmpty ? nil : (value, "") }
    let line = Substring(text).drop { Self.blank.contains($0) }
    let word = line.prefix { !$0.isWhitespace }
    if !name.isEmpty || !word.hasPrefix("-") || word.hasPrefix("--") { return nil }
    let places = CurlWords(["curl", String(word), ""]).words.lazy.compactMap { word -> (index: Int, prefix: String)? in
      if case .value("config", let index, let prefix) = word { (index, prefix) } else { nil }
    }
    guard let (index, prefix) = places.first else { return nil }
    let letters = index == 1 ? prefix.dropLast() : word.dropLast()
    let value =
      index == 1
      ? String(word.dropFirst(prefix.count)) : Self.unquoted(line[word.endIndex...].drop { $0.isWhitespace }).meant
    return value.isEmpty ? nil : (value, letters == "-" ? "" : String(letters))
  }

  /// Whether curl may make more requests by the line than without it, as far as its first word tells.
  var mayAskMore: Bool {
    let word = text.drop { Self.blank.contains($0) }.prefix { !$0.isWhitespace }
    if word.hasPrefix("#") || word.isEmpty { return false }
    // Letters of other options may stand before that of the next transfer.
    if word.hasPrefix("-"), !word.hasPrefix("--") { return word.contains(":") || word.contains("K") }
    let name = word.drop { $0 == "-" }.prefix { $0 != "=" && $0 != ":" }
    return ["url", "next", "config"].contains(CurlWords.whole(String(name))) || "next".hasPrefix(name.lowercased())
  }

  /// The lines of a file; a carriage return before the end of one is no part of it, and no letter of its own to Swift.
  static func lines(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// The line without what asks for IPv6 alone; `nil` where it does not: `ipv6`, `--ipv6`, and the letter, which others may follow.
  var withoutInet6: String? {
    let line = text.drop { Self.blank.contains($0) }
    let word = line.prefix { !$0.isWhitespace }
    if name.isEmpty || value.isEmpty, ["ipv6", "--ipv6"].contains(word.lowercased()) { return "" }
    let words = CurlWords(["curl", String(word), ""]).words
    guard name.isEmpty, word.hasPrefix("-"), words.contains(.inet6(index: 1)) else { return nil }
    var letters = word
    for case .value(_, 1, let prefix) in words { letters = word.prefix(prefix.count) }
    let others = letters.filter { $0 != "6" } + word[letters.endIndex...]
    return others == "-" ? "" : others + line[word.endIndex...]
  }
}
