/// A line of a file of curl's arguments: `url = "https://…"`, `--url https://…`, `url: https://…`, `-H "A: b"`.
struct CurlSetting {
  /// The option's long name; empty where the line is none that is understood.
  private(set) var name = ""
  /// Its value without quotes.
  var value = ""
  private var head = ""
  private var tail = ""

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
    let quote = value.first == "\"" ? 1 : 0
    let text = value.dropFirst(quote).prefix { quote == 0 ? !$0.isWhitespace : $0 != "\"" }
    self.name = isField ? "header" : CurlWords.whole(String(name))
    self.value = String(text)
    (head, tail) = (String(line[..<text.startIndex]), String(line[text.endIndex...]))
  }

  /// The line.
  var text: String { head + value + tail }

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
