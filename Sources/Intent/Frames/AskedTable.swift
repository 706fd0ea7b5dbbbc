/// What is done to the rows of a table or the entries of a list that is there, as the plain order: "order the rows of this CSV by
/// price", "filter this list down to the failed jobs".
enum AskedTable {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    var start = 0
    while start < 3, start < words.count, words[start].kind == .word, polite.contains(words[start]) { start += 1 }
    guard words.count - start > 5, words[start].kind == .word else { return nil }
    switch words[start].text {
    case "sort", "order", "arrange": return sorted(words, start)
    case "filter": return filtered(words, start)
    case "keep": return kept(words, start)
    default: return nil
    }
  }

  /// What such orders begin with.
  static let triggers = ["sort", "order", "arrange", "filter", "keep"]

  private static let polite = WordSet(["please", "can", "could", "would", "you"])

  /// "Order the rows of this CSV by price", "sort this CSV on price": sort it by price.
  private static func sorted(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard
      let by = words[(start + 1)...].prefix(9).firstIndex(where: {
        $0.kind == .word && ($0.text == "by" || $0.text == "on")
      }), by + 1 < words.count, words[by + 1].kind == .word || words[by + 1].kind == .code,
      !words[by + 1].text.hasSuffix("day")
    else { return nil }
    var first = start + 1
    if words[first].text == "all" { first += 1 }
    if words[first].text == "the" { first += 1 }
    if first + 1 < by, rows.contains(words[first]), ["of", "in", "from"].contains(words[first + 1].text) {
      first += 2
    } else {
      first = start + 1
    }
    guard isTable(words[first..<by], tables) else { return nil }
    let end = words[by...].firstIndex { $0.kind == .pause } ?? words.count
    var key = words[(by + 1)..<end]
    if let last = key.last, key.count > 1, last.kind == .word, last.text == "desc" || last.text == "asc" {
      key = key.dropLast() + [.word("in"), .word(last.text + "ending"), .word("order")]
    }
    return words[..<start] + [.word("sort")] + words[first..<by] + [.word("by")] + key + words[end...]
  }

  /// "Filter this list down to the failed jobs": list only these.
  private static func filtered(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    guard let to = words[start...].prefix(8).firstIndex(where: { $0.kind == .word && $0.text == "to" }) else {
      return nil
    }
    let last = words[to - 1].text == "down" ? to - 1 : to
    var first = to + 1
    if first < words.count, isOnly(words[first]) { first += 1 }
    let end = words[to...].firstIndex { $0.kind == .pause } ?? words.count
    guard isTable(words[(start + 1)..<last], lists), isThing(words[min(first, end)..<end]) else { return nil }
    return words[..<start] + listed(words[first..<end], of: words[(start + 1)..<last]) + words[end...]
  }

  /// "Keep only the failed jobs from this list": list only these.
  private static func kept(_ words: [InstructionWord], _ start: Int) -> [InstructionWord]? {
    let end = words[start...].firstIndex { $0.kind == .pause } ?? words.count
    guard isOnly(words[start + 1]),
      let link = words[start..<end].lastIndex(where: { $0.kind == .word && ($0.text == "from" || $0.text == "in") }),
      isThing(words[(start + 2)..<max(start + 2, link)]), isTable(words[(link + 1)..<end], lists)
    else { return nil }
    return words[..<start] + listed(words[(start + 2)..<link], of: words[(link + 1)..<end]) + words[end...]
  }

  private static func listed(_ thing: ArraySlice<InstructionWord>, of text: ArraySlice<InstructionWord>)
    -> [InstructionWord]
  {
    [.word("list"), .word("only")] + thing + [.word("in")] + text
  }

  private static func isOnly(_ word: InstructionWord) -> Bool {
    word.kind == .word && (word.text == "only" || word.text == "just")
  }

  /// Whether some things are named, and no more is told to be done.
  private static func isThing(_ words: ArraySlice<InstructionWord>) -> Bool {
    !words.isEmpty && words.count < 6
      && words.allSatisfy { $0.kind == .word || $0.kind == .code }
      && !words.contains { $0.isWord([.and, .or, .not, .pronoun, .prep]) }
  }

  private static func isTable(_ words: ArraySlice<InstructionWord>, _ nouns: WordSet) -> Bool {
    CarrierFrame.isPointed(words) && words.contains { $0.kind == .word && nouns.contains($0) }
  }

  private static let rows = WordSet(["rows", "records"])
  private static let tables = WordSet(["csv", "tsv", "table", "spreadsheet", "dataset", "data", "sheet"])
  private static let lists = WordSet(["list", "table", "csv", "tsv", "log", "output"])
}
