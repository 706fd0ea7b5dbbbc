/// What speaks for and against something that is named in front: "electric cars: pros and cons".
enum AskedSides {
  /// "Pros and cons of electric cars"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    guard let colon = words.prefix(6).firstIndex(where: { $0.kind == .pause }), colon > 0, colon < end,
      words[colon].text == ":" || words[colon].text == ",", words[end...].allSatisfy({ $0.text != "\n" })
    else { return nil }
    var rest = words[(colon + 1)..<end]
    while let first = rest.first, first.kind == .word, asking.contains(first) { rest = rest.dropFirst() }
    guard sides.contains(rest.map(\.text)),
      words[..<colon].allSatisfy({ word in
        word.kind == .code
          || word.kind == .word
            && !word.isWord([.prep, .and, .or, .not, .relative, .subject, .pronoun, .howto, .det, .give])
      })
    else { return nil }
    return rest + [.word("of")] + words[..<colon] + words[end...]
  }

  /// A word of each of these.
  static let triggers = ["pros", "advantages", "disadvantages", "benefits", "drawbacks", "downsides"]

  private static let asking = WordSet(["what", "are", "list", "the", "give", "me"])
  private static let sides: Set<[String]> = [
    ["pros", "and", "cons"], ["advantages", "and", "disadvantages"], ["advantages"], ["disadvantages"], ["benefits"],
    ["drawbacks"], ["downsides"], ["pros"],
  ]
}
