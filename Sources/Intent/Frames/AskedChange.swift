/// What is to become of code, of a text or of a list that is there, as the plain order: "refactor this loop into a list comprehension",
/// "put this Spanish text into English", "YAML version of this JSON", "put these names in alphabetical order".
enum AskedChange {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start < 3, start < words.count, words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    guard words.count - start > 4, words[start].kind == .word else { return nil }
    switch words[start].text {
    case "refactor", "rewrite", "turn", "change", "transform": return became(words, start)
    case "make": return made(words, start)
    case "put": return spoken(words, start) ?? sorted(words, start)
    case "alphabetical", "alphabetic", "an": return alphabetical(words, start)
    case "sort": return spelt(words, start)
    case "document": return documented(words, start)
    default: return version(words, start)
    }
  }

  /// A word of each of its frames.
  static let triggers = [
    "refactor", "rewrite", "turn", "change", "transform", "make", "put", "alphabetical", "alphabetic", "document",
    "version", "sort",
  ]

  private static let polite = WordSet(["please", "can", "could", "would", "you"])

  // MARK: Code

  /// "Refactor this loop into a list comprehension", "rewrite it as one", "turn it into one": convert it to one.
  private static func became(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    let link = words[start].text == "rewrite" ? "as" : words[start].text == "refactor" ? "" : "into"
    guard
      let place = words[(start + 1)...].prefix(6).firstIndex(where: {
        $0.kind == .word && ($0.text == link || link.isEmpty && ["into", "to", "as"].contains($0.text))
      }), isCode(words[(start + 1)..<place]), isForm(words, place + 1)
    else { return nil }
    return words[..<start] + [.word("convert")] + words[(start + 1)..<place] + [.word("to")] + words[(place + 1)...]
  }

  /// "Make a list comprehension out of this loop"
  private static func made(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let out = words[(start + 1)...].prefix(6).firstIndex(where: { $0.kind == .word && $0.text == "out" }),
      out + 2 < words.count, words[out + 1].text == "of", case let end = end(words, out + 2),
      isCode(words[(out + 2)..<end]),
      ["a", "an"].contains(words[start + 1].text), isPlainName(words[(start + 2)..<out])
    else { return nil }
    return words[..<start] + [.word("convert")] + words[(out + 2)..<end] + [.word("to")] + words[(start + 1)..<out]
      + words[end...]
  }

  /// "This loop", "the function below": one piece of code that is pointed at, and nothing of it.
  private static func isCode(_ text: ArraySlice<InstructionWord>) -> Bool {
    let named = text.filter { !($0.kind == .word && pointers.contains($0)) }
    return CarrierFrame.isPointed(text) && (1...2).contains(named.count) && named.last.map(codes.contains) == true
  }

  private static let codes = WordSet([
    "loop", "function", "class", "callback", "switch", "statement", "method", "struct", "expression", "lambda",
    "component", "query", "subquery",
  ])
  private static let pointers = WordSet(["this", "the", "below", "above", "following", "attached"])

  /// "A list comprehension", up to the end of the order.
  private static func isForm(_ words: [InstructionWord], _ place: Int) -> Bool {
    let end = end(words, place)
    return end - place > 1 && ["a", "an"].contains(words[place].text) && isPlainName(words[(place + 1)..<end])
  }

  private static func isPlainName(_ words: ArraySlice<InstructionWord>) -> Bool {
    !words.isEmpty && words.count < 4
      && words.allSatisfy { $0.kind == .word && !$0.isWord([.prep, .and, .or, .not, .relative, .pronoun, .subject]) }
  }

  /// "Document this function with JSDoc": add such comments to it.
  private static func documented(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let link = words[(start + 1)...].prefix(5).firstIndex(where: {
        $0.kind == .word && ["with", "using"].contains($0.text)
      }), CarrierFrame.isPointed(words[(start + 1)..<link]),
      words[(start + 1)..<link].contains(where: {
        ["code", "module", "script"].contains($0.text) || codes.contains($0)
      }),
      link + 1 < words.count
    else { return nil }
    let all = end(words, link + 1)
    if all - link < 5, words[all - 1].text == "docstrings",
      words[(link + 1)..<all].allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .not]) })
    {
      return words[..<start] + [.word("add")] + words[(link + 1)..<all] + [.word("to")] + words[(start + 1)..<link]
        + words[all...]
    }
    guard documents.contains(words[link + 1].text.lowercased()) else { return nil }
    var end = link + 2
    let isNamed = end < words.count && words[end].text == "comments"
    if isNamed { end += 1 }
    guard self.end(words, end) == end else { return nil }
    return words[..<start] + [.word("add"), words[link + 1], .word("comments"), .word("to")]
      + words[(start + 1)..<link] + words[end...]
  }

  private static let documents: Set = ["jsdoc", "javadoc", "doxygen", "tsdoc", "phpdoc", "kdoc"]

  // MARK: Languages and formats

  /// "Put the Spanish text below into English": translate it. Into plain English it is only put simply.
  private static func spoken(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let link = words[(start + 1)...].prefix(7).firstIndex(where: { $0.kind == .word && $0.text == "into" }),
      link + 1 < words.count, words[link + 1].isWord([.language]), end(words, link + 2) == link + 2,
      case let text = words[(start + 1)..<link], CarrierFrame.isPointed(text),
      !text.contains(where: { $0.text == words[link + 1].text })
    else { return nil }
    return words[..<start] + [.word("translate")] + words[(start + 1)...]
  }

  /// "YAML version of this JSON": convert it.
  private static func version(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let place = words[start...].prefix(5).firstIndex(where: { $0.kind == .word && $0.text == "version" }),
      place > start, place + 3 < words.count, words[place + 1].text == "of",
      formats.contains(words[place - 1].text.lowercased()),
      words[start..<(place - 1)].allSatisfy({ ["give", "me", "a", "an", "the", "i", "need"].contains($0.text) }),
      case let end = end(words, place + 2), CarrierFrame.isPointed(words[(place + 2)..<end])
    else { return nil }
    let named = words[(place + 2)..<end].filter { !($0.kind == .word && pointers.contains($0)) }
    guard named.count == 1, formats.contains(named[0].text.lowercased()), named[0].text != words[place - 1].text else {
      return nil
    }
    return words[..<start] + [.word("convert")] + words[(place + 2)..<end] + [.word("to"), words[place - 1]]
      + words[end...]
  }

  private static let formats: Set = ["json", "yaml", "xml", "csv", "toml", "tsv", "html", "markdown"]

  // MARK: Lists

  /// "Put these names in alphabetical order of surname": sort them alphabetically by it.
  private static func sorted(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let link = words[(start + 1)...].prefix(6).firstIndex(where: { $0.text == "in" || $0.text == "into" }),
      link + 2 < words.count, alphabets.contains(words[link + 1]), words[link + 2].text == "order",
      CarrierFrame.isPointed(words[(start + 1)..<link])
    else { return nil }
    return words[..<start] + alphabetically(words[(start + 1)..<link], by: words[(link + 3)...])
  }

  /// "An alphabetical list of these names, ordered by surname"
  private static func alphabetical(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    let first = words[start].text == "an" ? start + 1 : start
    guard first + 4 < words.count, alphabets.contains(words[first]), words[first + 1].text == "list",
      words[first + 2].text == "of"
    else { return nil }
    var end = end(words, first + 3)
    if let by = words[(first + 3)..<end].firstIndex(where: { $0.text == "by" || sorting.contains($0) }) { end = by }
    guard CarrierFrame.isPointed(words[(first + 3)..<end]) else { return nil }
    var rest = end
    if rest < words.count, words[rest].kind == .pause { rest += 1 }
    if rest + 1 < words.count, sorting.contains(words[rest]), words[rest + 1].text == "by" { rest += 1 }
    if rest < words.count, words[rest].text != "by" { rest = end }
    return words[..<start] + alphabetically(words[(first + 3)..<end], by: words[rest...])
  }

  /// "Sort them by last name alphabetically"
  private static func spelt(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard let by = words[(start + 1)...].prefix(6).firstIndex(where: { $0.text == "by" }),
      CarrierFrame.isPointed(words[(start + 1)..<by])
    else { return nil }
    var last = words.count
    while words[last - 1].kind == .pause { last -= 1 }
    var end = last - 1
    guard end > by + 1, words[end].text == "alphabetically" else { return nil }
    if words[end - 1].kind == .pause { end -= 1 }
    guard end > by + 1, words[by..<end].allSatisfy({ $0.kind == .word && !$0.isWord([.and, .or, .not]) }) else {
      return nil
    }
    return words[..<start] + alphabetically(words[(start + 1)..<by], by: words[by..<end])
  }

  private static func alphabetically(
    _ text: ArraySlice<InstructionWord>, by key: ArraySlice<InstructionWord>
  ) -> [InstructionWord] {
    var key = Array(key)
    if let first = key.first, first.text == "of" || first.text == "by" { key[0] = .word("by") }
    return [.word("sort")] + text + [.word("alphabetically")] + key
  }

  private static let alphabets = WordSet(["alphabetical", "alphabetic"])
  private static let sorting = WordSet(["ordered", "sorted"])

  /// Where an order ends.
  private static func end(_ words: [InstructionWord], _ place: Int) -> Int {
    words[min(place, words.count)...].firstIndex { $0.kind == .pause || $0.kind == .word && $0.text == "please" }
      ?? words.count
  }
}
