/// A line of a file of curl's arguments: `url = "https://…"`, `--url https://…`, `url: https://…`.
struct CurlSetting {
  /// The option's long name; empty where the line is none that is understood.
  private(set) var name = ""
  /// Its value without quotes.
  var value = ""
  private var head = ""
  private var tail = ""

  init(_ line: some StringProtocol) {
    let blank: Set<Character> = [" ", "\t"]
    let trimmed = line.drop { blank.contains($0) }
    let isDashed = trimmed.hasPrefix("--")
    let word = isDashed ? trimmed.dropFirst(2) : trimmed[...]
    let name = word.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
    let rest = word[name.endIndex...]
    // As on a command line, only a blank ends the name of an option that is written with dashes.
    let value = rest.drop { blank.contains($0) || !isDashed && ($0 == "=" || $0 == ":") }
    guard !name.isEmpty, !name.hasPrefix("-"), value.startIndex != rest.startIndex else {
      head = String(line)
      return
    }
    let quote = value.first == "\"" ? 1 : 0
    let text = value.dropFirst(quote).prefix { quote == 0 ? !$0.isWhitespace : $0 != "\"" }
    self.name = CurlWords.whole(String(name))
    self.value = String(text)
    (head, tail) = (String(line[..<text.startIndex]), String(line[text.endIndex...]))
  }

  /// The line.
  var text: String { head + value + tail }
}
