/// A certain thing and all of its kind: "the risks of the merger", "the risks of mergers". One of a kind is said of as all of them
/// are ("a merger"), but not the one that is meant.
enum KindGuard {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if let noun = defined(a.pieces) ?? defined(b.pieces), defined(a.pieces) != defined(b.pieces) {
      return "any \(noun) or the one that is there"
    }
    return asksOfKinds(a.pieces) || asksOfKinds(b.pieces) ? disagreement(a.pieces, b.pieces) : nil
  }

  private static func disagreement(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    certain(a, b) ?? certain(b, a) ?? bare(a, b) ?? bare(b, a) ?? several(a, b) ?? several(b, a)
  }

  /// "What is a command": what is asked of any of them, of those that may be there as well: "what does this command mean".
  private static func defined(_ words: [InstructionWord]) -> String? {
    guard words.count > 3, words[0].text == "what", words[1].text == "is", ["a", "an"].contains(words[2].text),
      case let end = words.firstIndex(where: { $0.kind == .pause }) ?? words.count, end > 3, end < 6,
      told.contains(words[end - 1])
    else { return nil }
    return words[end - 1].text
  }

  private static let told = WordSet(["error", "message", "clause", "line", "code", "command", "query"])

  /// Whether something general is asked, which is answered for a kind in either number (`GenericNumber`).
  private static func asksOfKinds(_ words: [InstructionWord]) -> Bool {
    asking.isSaid(in: words) || words.contains { $0.kind == .word && $0.text == "how" } && working.isSaid(in: words)
  }

  private static let asking = WordSet([
    "explain", "explained", "explanation", "why", "advantages", "disadvantages", "drawbacks", "downsides", "upsides",
    "pros", "cons", "benefits", "risks",
  ])
  private static let working = WordSet(["work", "works"])

  /// What of a text may count: what stands alone behind "the".
  static func facts(of words: [InstructionWord]) -> [String] {
    var found: [String] = []
    if let noun = defined(words) { found.append("a " + noun) }
    guard asksOfKinds(words) else { return found }
    for place in words.indices where words[place].kind == .word && words[place].text == "the" {
      for noun in nouns(words, place) { found.append(words[noun].text) }
    }
    // What stands bare, apart from what stands behind "the".
    for place in bare(words) { found.append(words[place].text + " ") }
    return found
  }

  /// What has no article in the singular is no single thing: "light", "lights"; "hearing", "a hearing".
  private static func bare(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for place in bare(one) {
      let text = one[place].text
      let isOther = other.indices.contains {
        guard other[$0].kind == .word else { return false }
        if isPlural(other[$0].text, of: text) { return true }
        return text.hasSuffix("ing") && other[$0].text == text && $0 > 0
          && (other[$0 - 1].text == "a" || other[$0 - 1].text == "an")
      }
      if isOther, !other.contains(where: { $0 == one[place] }) || text.hasSuffix("ing") { return "\(text) or some" }
    }
    return nil
  }

  /// The nouns in the singular that stand alone and have no article.
  private static func bare(_ words: [InstructionWord]) -> [Int] {
    words.indices.dropFirst().filter { place in
      words[place].kind == .word && words[place - 1].kind == .word && leading.contains(words[place - 1])
        && words[place].text.utf8.last != UInt8(ascii: "s")
        && (place + 1 == words.count || words[place + 1].kind == .pause || words[place + 1].isWord([.prep])
          || working.contains(words[place + 1]))
    }
  }

  private static let leading = WordSet(["explain", "does", "of", "why"])

  private static func certain(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for place in one.indices where one[place].kind == .word && one[place].text == "the" {
      for noun in nouns(one, place) {
        let text = one[noun].text
        if other.contains(one[noun]) { continue }
        // "The mergers", "a merger"; "the primes" are prime numbers.
        if let single = other.firstIndex(where: { $0.kind == .word && isPlural(text, of: $0.text) }),
          single + 1 == other.count || other[single + 1].kind == .pause || other[single + 1].isWord([.prep])
            || working.contains(other[single + 1])
        {
          return "the \(text) or one"
        }
        guard let several = other.firstIndex(where: { $0.kind == .word && isPlural($0.text, of: text) }),
          !isDetermined(other, several)
        else { continue }
        return "the \(text) or all of them"
      }
    }
    return nil
  }

  /// "How do the elevators work": certain ones, where "how do elevators work" asks of any.
  private static func several(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for place in one.indices where one[place].kind == .word && one[place].text == "the" {
      guard let noun = nouns(one, place).last(where: { !working.contains(one[$0]) }), isSeveral(one[noun].text),
        isLast(one, noun), isSubject(one, place, noun), bareUses(of: one[noun], other) > bareUses(of: one[noun], one)
      else { continue }
      return "the \(one[noun].text) or any"
    }
    return nil
  }

  /// How often a noun stands alone and may mean any: a text may say both.
  private static func bareUses(of noun: InstructionWord, _ words: [InstructionWord]) -> Int {
    words.indices.count { words[$0] == noun && isLast(words, $0) && !isDetermined(words, $0) }
  }

  /// "The elevators work", "the risks of the mergers": elsewhere an article may say nothing, as before "interest rates".
  private static func isSubject(_ words: [InstructionWord], _ place: Int, _ noun: Int) -> Bool {
    noun + 1 < words.count && working.contains(words[noun + 1]) || place > 0 && words[place - 1].text == "of"
  }

  private static func isSeveral(_ noun: String) -> Bool { noun.hasSuffix("s") && !noun.hasSuffix("ss") }

  /// Whether nothing follows a noun that says which ones are meant.
  private static func isLast(_ words: [InstructionWord], _ place: Int) -> Bool {
    place + 1 == words.count || words[place + 1].kind == .pause || working.contains(words[place + 1])
      || words[place + 1].text == "explained"
  }

  /// Whether an article or the like stands before a noun.
  private static func isDetermined(_ words: [InstructionWord], _ place: Int) -> Bool {
    for word in words[..<place].reversed().prefix(4) {
      if word.kind != .word || word.isWord([.prep]) { return false }
      if articles.contains(word) { return true }
    }
    return false
  }

  /// The nouns behind an article, with up to two words between.
  private static func nouns(_ words: [InstructionWord], _ place: Int) -> [Int] {
    var end = place + 1
    while end < words.count, end < place + 4, words[end].kind == .word,
      !words[end].mayBe([.prep, .and, .or, .relative])
    { end += 1 }
    return ((place + 1)..<end).filter { !sides.contains(words[$0]) && !isText(words[$0]) }
  }

  /// What is worked on is there.
  private static func isText(_ word: InstructionWord) -> Bool {
    word.mayBe([.payload])
      || word.text.hasSuffix("s") && InstructionWord.word(String(word.text.dropLast())).mayBe([.payload])
  }

  private static func isPlural(_ word: String, of noun: String) -> Bool {
    guard word.utf8.count > noun.utf8.count, word.utf8.last == UInt8(ascii: "s") else { return false }
    return word == noun + "s" || word == noun + "es" || noun.hasSuffix("y") && word == noun.dropLast() + "ies"
  }

  /// What is asked of a thing, in either number.
  private static let sides = WordSet([
    "difference", "differences", "advantage", "advantages", "disadvantage", "disadvantages", "drawback", "drawbacks",
    "benefit", "benefits", "risk", "risks", "reason", "reasons", "cause", "causes",
  ])
  private static let articles = WordSet(["the", "all", "every", "these", "those", "my", "our", "your"])
}
