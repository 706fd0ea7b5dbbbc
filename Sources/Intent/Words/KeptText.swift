/// What of a text shall stay as it is, in one way: "keep the code unchanged", "leave the code as it is", "don't change the code",
/// "without changing the code", and of what can only be kept whole, "preserve the meaning".
enum KeptText {
  /// A word of each of these.
  static let triggers = [
    "unchanged", "untouched", "intact", "is", "same", "changing", "altering", "modifying", "change", "alter", "modify",
    "touching", "touch", "are", "keep", "keeping", "preserve", "preserving", "maintain", "maintaining", "retain",
    "retaining",
  ]

  /// Puts what ends or begins with a word in the usual way, and says where to read on.
  static func read(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard let (range, thing) = found(words, at: place) else { return place }
    // Something else is done, before or after; a question how is about the keeping itself.
    guard words.count - range.count > 2, words[0].text != "how", isPointed(words) else { return place }
    var (start, end) = (range.lowerBound, range.upperBound)
    let kept = [.word("keep"), .word("the")] + thing + [InstructionWord.word("unchanged")]
    while start > 0, joining.contains(words[start - 1].text) { start -= 1 }
    if start > 0 {
      words.replaceSubrange(start..<end, with: [.word("and")] + kept)
      return start + kept.count
    }
    // "Without changing the code, …": in front.
    guard end < words.count, words[end].text == "," || words[end].text == "and" else { return place }
    end += 1
    words.replaceSubrange(start..<end, with: kept + [.word("and")])
    return kept.count
  }

  private static let joining: Set = ["and", "but", ",", ".", ";", "please", "while"]

  /// Whether there is a text to keep something of.
  private static func isPointed(_ words: [InstructionWord]) -> Bool {
    words.contains { $0.kind == .payload || $0.kind == .word && pointers.contains($0) }
  }
  private static let pointers = WordSet(["this", "these", "below", "above", "following", "attached"])

  private static func found(_ words: [InstructionWord], at place: Int) -> (Range<Int>, ArraySlice<InstructionWord>)? {
    switch words[place].text {
    case "unchanged", "untouched", "intact": return left(words, place, to: place + 1, thing: place)
    // "Leave the code as is", "keep the numbers as they are"
    case "is":
      guard isEnd(words, place + 1), place > 3 else { return nil }
      if words[place - 1].text == "as" { return left(words, place, to: place + 1, thing: place - 1) }
      guard words[place - 1].text == "it", words[place - 2].text == "as" else { return nil }
      return left(words, place, to: place + 1, thing: place - 2)
    case "same":
      guard place > 4, words[place - 1].text == "the" else { return nil }
      return left(words, place, to: place + 1, thing: place - 1)
    // "Leave placeholders as they are"
    case "are":
      guard place > 2, words[place - 1].text == "they", words[place - 2].text == "as" else {
        return nil
      }
      return left(words, place, to: place + 1, thing: place - 2)
    case "changing", "altering", "modifying", "touching":
      guard place > 0, words[place - 1].text == "without" else { return nil }
      return object(words, from: place - 1, at: place + 1, wholes)
    case "change", "alter", "modify", "touch":
      // "And not change the values"
      guard place > 1, words[place - 1].text == "not" else { return nil }
      let isOrder = words[place - 2].text == "do"
      guard isOrder || words[place - 2].text == "and" else { return nil }
      return object(words, from: isOrder ? place - 2 : place - 1, at: place + 1, wholes)
    default: return object(words, from: place, at: place + 1, invariants)
    }
  }

  /// "Keep the code unchanged": back to its verb.
  private static func left(_ words: [InstructionWord], _ place: Int, to end: Int, thing last: Int)
    -> (Range<Int>, ArraySlice<InstructionWord>)?
  {
    guard isEnd(words, end) || words[end].text == "and", last > 2,
      let verb = words[..<last].suffix(5).lastIndex(where: { $0.kind == .word && leaving.contains($0) }),
      let thing = named(words[(verb + 1)..<last], wholes)
    else { return nil }
    return (verb..<end, thing)
  }

  /// "Changing the code": up to the end of what is named.
  private static func object(_ words: [InstructionWord], from start: Int, at first: Int, _ nouns: WordSet)
    -> (Range<Int>, ArraySlice<InstructionWord>)?
  {
    var end = first
    while !isEnd(words, end), !isNextOrder(words, end) { end += 1 }
    return named(words[first..<end], nouns).map { (start..<end, $0) }
  }

  /// "… and proofread this text"
  private static func isNextOrder(_ words: [InstructionWord], _ place: Int) -> Bool {
    words[place].text == "and" && place + 1 < words.count && words[place + 1].isWord([.verb, .give])
  }

  /// "The code", "any code blocks": its name alone.
  private static func named(_ words: ArraySlice<InstructionWord>, _ nouns: WordSet) -> ArraySlice<InstructionWord>? {
    guard let first = words.first, words.count < 5, first.kind == .word,
      words.allSatisfy({ $0.kind == .word }), let last = words.last, nouns.contains(last),
      // "Keep placeholders as they are"
      case let thing = articles.contains(first) ? words.dropFirst() : words,
      articles.contains(first) || last.text.hasSuffix("s"),
      thing.count == 1 || !thing.contains(where: { $0.mayBe([.prep, .and, .or]) })
    else { return nil }
    return thing
  }

  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause
  }

  private static let leaving = WordSet(["keep", "keeping", "leave", "leaving"])
  private static let articles = WordSet(["the", "its", "any"])

  /// What stays whole or does not: who keeps the meaning has not changed it. Comments that are kept may still be corrected.
  private static let invariants = WordSet([
    "meaning", "tone", "formatting", "format", "structure", "logic", "behavior", "behaviour", "functionality", "layout",
    "indentation", "semantics",
  ])
  static let wholes = WordSet([
    "meaning", "tone", "formatting", "format", "structure", "logic", "behavior", "behaviour", "functionality", "layout",
    "indentation", "semantics", "code", "text", "wording", "content", "numbers", "names", "dates", "comments", "markup",
    "links", "urls", "blocks", "placeholders", "variables", "headings", "headers", "values", "keys", "figures",
    "quotes",
    "facts", "style", "signature", "interface", "api", "tags", "output", "commands",
  ])
}
