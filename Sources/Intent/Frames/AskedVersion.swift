/// What is to become of a text that is there, as the plain order: "PowerShell version of this bash script", "a shorter version of
/// this text", "give this alert a title", "what will this plan change".
enum AskedVersion {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start < 3, start < words.count, words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    guard words.count - start > 3, words[start].kind == .word else { return nil }
    switch words[start].text {
    case "port", "rewrite", "translate", "migrate", "reimplement": return converted(words, start)
    case "in" where start == 0: return fronted(words)
    case "give" where words[start + 1].text != "me": return titled(words, start)
    case "what" where words[start + 1].text == "will": return changing(words, start)
    default: return version(words, start)
    }
  }

  /// A word of each of its frames.
  static let triggers = ["version", "port", "rewrite", "translate", "migrate", "reimplement", "give", "will"]

  private static let polite = WordSet(["please", "can", "could", "would", "you"])

  // MARK: Languages of programs

  /// "Port this bash script to PowerShell", "rewrite it in PowerShell": convert it, for it is in another language.
  private static func converted(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let link = words[(start + 1)...].prefix(8).firstIndex(where: { $0.kind == .word && links.contains($0) }),
      link + 1 < words.count, isEnd(words, link + 2), isCode(words[(start + 1)..<link], notIn: words[link + 1])
    else { return nil }
    return words[..<start] + [.word("convert")] + words[(start + 1)..<link] + [.word("to")] + words[(link + 1)...]
  }

  /// "In Go, rewrite this Python code"
  private static func fronted(_ words: [InstructionWord]) -> [InstructionWord]? {
    var end = 4
    while !isEnd(words, end) { end += 1 }
    guard words.count > 5, words[2].text == ",", words[3].text == "rewrite", isCode(words[4..<end], notIn: words[1])
    else { return nil }
    return [.word("convert")] + words[4..<end] + [.word("to"), words[1]] + words[end...]
  }

  private static let links = WordSet(["to", "into", "in"])

  /// Whether code of one programming language is pointed at, and another one is named.
  private static func isCode(_ text: ArraySlice<InstructionWord>, notIn target: InstructionWord) -> Bool {
    guard let other = language(target), CarrierFrame.isPointed(text), text.contains(where: codes.contains) else {
      return false
    }
    let own = text.compactMap(language)
    return own.count == 1 && own[0] != other
  }

  private static func language(_ word: InstructionWord) -> String? {
    switch word.kind {
    case .word: languages.contains(word) ? word.text : nil
    case .code: word.text == "C++" || word.text == "C#" ? word.text : nil
    default: nil
    }
  }

  private static let languages = WordSet([
    "python", "java", "javascript", "typescript", "kotlin", "swift", "rust", "ruby", "perl", "php", "scala", "lua",
    "bash", "powershell", "zsh", "awk", "golang", "go", "julia", "matlab", "haskell", "elixir", "c++", "c#",
  ])
  private static let codes = WordSet(["script", "code", "function", "class", "snippet", "program", "method", "module"])

  // MARK: Versions

  /// "A shorter version of this text": make it shorter.
  private static func version(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let place = words[start...].prefix(8).firstIndex(where: { $0.kind == .word && $0.text == "version" }),
      place > start, place + 3 < words.count, words[place + 1].text == "of"
    else { return nil }
    var end = place + 2
    while !isEnd(words, end) { end += 1 }
    let text = words[(place + 2)..<end]
    let name = words[place - 1]
    if isCode(text, notIn: name), isOpening(words[start..<(place - 1)]) {
      return words[..<start] + [.word("convert")] + text + [.word("to"), name] + words[end...]
    }
    guard CarrierFrame.isPointed(text), text.contains(where: { written.contains($0) || codes.contains($0) }) else {
      return nil
    }
    let isMore = place - 1 > start && (words[place - 2].text == "more" || words[place - 2].text == "less")
    let first = isMore ? place - 2 : place - 1
    guard isOpening(words[start..<first]), name.kind == .word, isMore ? !ofChoice.contains(name) : ways.contains(name)
    else { return nil }
    return words[..<start] + [.word("make")] + text + words[first..<place] + words[end...]
  }

  /// "A", "write a", "give me a"
  private static func isOpening(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.allSatisfy { $0.kind == .word && opening.contains($0) }
  }

  private static let opening = WordSet([
    "give", "me", "write", "create", "make", "produce", "generate", "a", "an", "the", "i", "need", "want",
  ])
  private static let ways = WordSet([
    "shorter", "longer", "simpler", "clearer", "friendlier", "faster", "cleaner", "politer",
  ])
  /// "A more recent version": there is one.
  private static let ofChoice = WordSet([
    "recent", "current", "popular", "common", "expensive", "official", "famous", "stable",
  ])
  /// What is written. A longer version of a film is there already.
  private static let written = WordSet([
    "text", "email", "article", "document", "report", "letter", "message", "paragraph", "summary", "note", "notes",
    "sentence", "post", "announcement", "description", "reply", "abstract", "essay", "introduction", "bio", "query",
  ])

  // MARK: Titles

  /// "Give this alert a short title": write one for it.
  private static func titled(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let article = words[(start + 1)...].prefix(6).firstIndex(where: {
        $0.kind == .word && ($0.text == "a" || $0.text == "an")
      }), CarrierFrame.isPointed(words[(start + 1)..<article])
    else { return nil }
    var end = article + 1
    while !isEnd(words, end) { end += 1 }
    guard words[(article + 1)..<end].prefix(3).contains(where: { $0.kind == .word && titles.contains($0) }),
      !words[article..<end].contains(where: { $0.kind == .word && holders.contains($0) })
    else { return nil }
    return words[..<start] + [.word("write")] + words[article..<end] + [.word("for")] + words[(start + 1)..<article]
      + words[end...]
  }

  private static let titles = WordSet(["title", "headline", "heading", "caption"])
  /// What says more of a title, so that nothing can stand behind it.
  private static let holders = WordSet(["that", "which", "for", "from", "about", "and", "or", "with", "in"])

  // MARK: What it does

  /// "What will this plan change": explain what it will change.
  private static func changing(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    var end = start + 2
    while !isEnd(words, end) { end += 1 }
    guard end - start > 4, words[end - 1].isWord([.verb]), CarrierFrame.isPointed(words[(start + 2)..<(end - 1)])
    else { return nil }
    return words[..<start] + [.word("explain"), words[start]] + words[(start + 2)..<(end - 1)]
      + [words[start + 1], words[end - 1]] + words[end...]
  }

  /// Whether an order ends before a word.
  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause || words[place].kind == .word && words[place].text == "please"
  }
}
