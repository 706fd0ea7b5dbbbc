/// Who does something and to whom it is done: "employees who fired", "employees who are fired".
///
/// Reading leaves out what stands between a noun and what is said of it, so that both would be fired employees.
enum Voices {
  /// The words that are looked at.
  static let triggers = ["is", "are", "was", "were", "who", "which", "that"]

  /// The participle that something is said to be, or what it is said to have done.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place + 1 < words.count, words[place + 1].kind == .word, isParticiple(words[place + 1]) else { return nil }
    let verb = words[place + 1].text
    switch words[place].text {
    case "who", "which", "that": return active + verb
    default: return asks(words, before: place) ? passive + verb : nil
    }
  }

  /// Why the two may not share an answer, from all small facts of both.
  static func disagreement(_ one: [String], _ other: [String]) -> String? {
    between(one, other) ?? between(other, one)
  }

  /// "Which users deleted" says it behind its noun.
  static func followed(_ words: [InstructionWord], at place: Int) -> String? {
    guard place + 2 < words.count, words[place].text == "which", words[place + 1].kind == .word,
      words[place + 2].kind == .word, isParticiple(words[place + 2])
    else { return nil }
    return active + words[place + 2].text
  }

  private static func between(_ one: [String], _ other: [String]) -> String? {
    for fact in one where fact.hasPrefix(active) {
      let verb = fact.dropFirst(active.count)
      if other.contains(passive + verb), !other.contains(fact) { return "who is \(verb) and who \(verb)" }
    }
    return nil
  }

  private static let active = "who did: "
  private static let passive = "who was: "

  private static func asks(_ words: [InstructionWord], before place: Int) -> Bool {
    guard place > 0 else { return false }
    if relating.contains(words[place - 1]) { return true }
    return place > 1 && words[place - 2].text == "which"
  }

  private static let relating = WordSet(["who", "which", "that"])

  private static func isParticiple(_ word: InstructionWord) -> Bool {
    word.text.utf8.count > 4 && word.text.hasSuffix("ed") || irregular.contains(word)
  }

  private static let irregular = WordSet([
    "paid", "bought", "sold", "sent", "built", "made", "found", "left", "lost", "kept", "held", "cut", "hit", "put",
    "told", "taught", "led", "fed", "won", "met", "brought", "caught", "read", "shot", "hurt", "lent", "beat", "let",
    "heard", "fought", "thought", "understood", "bound", "hung", "split", "set", "shut", "swept", "bitten",
  ])
}
