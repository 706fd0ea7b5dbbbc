/// A text that is wanted in another format, and one that is looked through, as the plain orders: "give me this JSON as YAML",
/// "review this code for bugs".
enum AskedFormat {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start < 3, start < words.count, words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    guard words.count - start > 4, words[start].kind == .word else { return nil }
    switch words[start].text {
    case "give", "show":
      guard words[start + 1].text == "me" else { return nil }
      return converted(words, start, start + 2)
    case "i":
      guard words[start + 1].text == "need" || words[start + 1].text == "want" else { return nil }
      return converted(words, start, start + 2)
    case "this": return start == 0 ? converted(words, 0, 0) ?? translated(words) : nil
    case "review": return checked(words, start)
    default: return nil
    }
  }

  private static let polite = WordSet(["please", "can", "could", "would", "you"])

  /// "Give me this JSON as YAML", "I need this XML in JSON format": convert it, for it is in another format.
  private static func converted(
    _ words: [InstructionWord], _ start: Int, _ first: Int
  ) -> [InstructionWord]? {
    guard first + 3 < words.count,
      let link = words[(first + 1)...].prefix(4).firstIndex(where: {
        $0.kind == .word && ($0.text == "as" || $0.text == "in")
      }), link + 1 < words.count, case let text = words[first..<link], CarrierFrame.isPointed(text),
      let source = only(text), let target = format(words[link + 1]), source != target
    else { return nil }
    var end = link + 2
    if end < words.count, words[end].kind == .word, words[end].text == "format" || words[end].text == "form" {
      end += 1
    }
    guard isEnd(words, end) else { return nil }
    return words[..<start] + [.word("convert")] + text + [.word("to"), words[link + 1]] + words[end...]
  }

  /// "This review in Portuguese, please": translate it.
  private static func translated(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 3, words[1].kind == .word, texts.contains(words[1]), words[2].text == "in",
      words[3].isWord([.language]),
      // "This message in French: what does it mean" is in French.
      words[4...].allSatisfy({ $0.kind == .pause && $0.text != "?" || $0.kind == .word && $0.text == "please" })
    else { return nil }
    return ["translate", "this", words[1].text, "into"].map(InstructionWord.word) + words[3...]
  }

  /// Texts that are called as what is done to them.
  private static let texts = WordSet(["review", "report", "post", "email", "answer", "note", "message", "comment"])

  /// "This JSON", "the JSON below": the format of what is nothing but that.
  private static func only(_ text: ArraySlice<InstructionWord>) -> String? {
    let named = text.filter { !($0.kind == .word && pointers.contains($0)) }
    return named.count == 1 ? format(named[0]) : nil
  }

  /// A format of data by its name.
  private static func format(_ word: InstructionWord) -> String? {
    guard word.kind == .word || word.kind == .code else { return nil }
    let name = word.text.lowercased()
    return formats.contains(name) ? name : nil
  }

  private static let formats: Set = ["json", "yaml", "xml", "csv", "toml", "tsv", "html", "markdown"]
  private static let pointers = WordSet(["this", "the", "below", "above", "following", "attached"])

  /// "Review this code for bugs": check it for them. A review for itself says more, and one for somebody is for them.
  private static func checked(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let link = words[(start + 1)...].prefix(6).firstIndex(where: { $0.kind == .word && $0.text == "for" }),
      CarrierFrame.isPointed(words[(start + 1)..<link])
    else { return nil }
    var end = link + 1
    while !isEnd(words, end) { end += 1 }
    let sought = words[(link + 1)..<end]
    guard let last = sought.last, last.kind == .word, faults.contains(last), sought.count < 4,
      sought.allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .not, .relative, .pronoun]) })
    else { return nil }
    return words[..<start] + [.word("check")] + words[(start + 1)...]
  }

  private static let faults = WordSet([
    "bugs", "issues", "problems", "errors", "mistakes", "typos", "vulnerabilities", "flaws",
  ])

  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause || words[place].kind == .word && words[place].text == "please"
  }
}
