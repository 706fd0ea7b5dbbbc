/// A thing that is there and any of its kind: "outline this blog post" works on one, "outline a blog post" makes one up. And what
/// something does, which is not what it is.
enum PointedThings {
  /// What of a text may count: "this post" for what is pointed at.
  static func facts(of words: [InstructionWord]) -> [String] {
    var found: [String] = []
    let asks = words.indices.prefix(4).contains { isAsking(words, $0) }
    for (place, word) in words.enumerated() where word.kind == .word && pointing.contains(word) {
      if !asks, word.text != "does", word.text != "do" { continue }
      switch word.text {
      case "this", "these": found += run(words, from: place + 1).map { "this " + $0.text }
      case "following", "attached":
        if place > 0, words[place - 1].text == "the" {
          found += run(words, from: place + 1).map { "this " + $0.text }
        }
      // "The post below"
      case "below", "above":
        if let the = words[max(0, place - 4)..<place].lastIndex(where: { $0.kind == .word && $0.text == "the" }) {
          found += run(words, from: the + 1).map { "this " + $0.text }
        }
      default: if isDone(words, place) { found.append(does) }
      }
    }
    return found.count < 2 ? found : Array(Set(found)).sorted()
  }

  /// Whether it may be asked of any thing, or a work be made: what is summarized or translated is there, however it is named.
  private static func isAsking(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard words[place].kind == .word else { return false }
    if words[place].text == "how" { return place + 1 < words.count && ["does", "do"].contains(words[place + 1].text) }
    return asking.contains(words[place])
  }
  private static let asking = WordSet(["explain", "describe", "define", "outline", "sketch", "why"])

  /// What one points at where the other speaks of any.
  static func disagreement(_ facts: [String], _ other: [InstructionWord]) -> String? {
    let things = facts.filter { $0.hasPrefix("this ") }
    guard !things.isEmpty else { return nil }
    let pointed = self.facts(of: other)
    for (place, word) in other.enumerated() where word.kind == .word && (word.text == "a" || word.text == "an") {
      // "An incident summary" may be one of this incident.
      guard let noun = run(other, from: place + 1).last?.text, things.contains("this " + noun) else { continue }
      if !pointed.contains("this " + noun) { return noun }
    }
    return nil
  }

  /// "What does DNS do" and "what is DNS".
  static func asked(_ one: [String], _ words: [InstructionWord], _ other: [String]) -> String? {
    one.contains(does) && !other.contains(does) && asksWhatItIs(words) ? "what it does or what it is" : nil
  }

  private static let does = "what it does"

  /// "What DNS does", "what does DNS do": at the end.
  private static func isDone(_ words: [InstructionWord], _ place: Int) -> Bool {
    place > 1 && isEnd(words, place + 1) && words[..<place].contains { $0.kind == .word && $0.text == "what" }
  }

  /// "What DNS is", "what is DNS"; not "what is it doing" nor "what is it for".
  private static func asksWhatItIs(_ words: [InstructionWord]) -> Bool {
    guard let what = words.prefix(4).firstIndex(where: { $0.kind == .word && $0.text == "what" }),
      what + 2 < words.count,
      let end = words.lastIndex(where: { $0.kind != .pause }), end > what + 1
    else { return false }
    if being.contains(words[end]) { return true }
    return being.contains(words[what + 1]) && !words[end].text.hasSuffix("ing") && words[end].text != "for"
  }

  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause
  }

  private static let being = WordSet(["is", "are"])

  /// The nouns of a thing, with what says more of them: "this email" of "make this email more formal".
  private static func run(_ words: [InstructionWord], from start: Int) -> ArraySlice<
    InstructionWord
  > {
    var end = start
    while end < words.count, end < start + 4, words[end].kind == .word, !ends(words[end]) { end += 1 }
    while end > start, words[end - 1].mayBe([.tone, .quality]), !words[end - 1].mayBe([.thing, .work, .payload]) {
      end -= 1
    }
    return start < end ? words[start..<end] : []
  }

  private static func ends(_ word: InstructionWord) -> Bool {
    word.isWord([.prep, .and, .or, .not, .relative, .pronoun, .subject]) || closing.contains(word)
  }

  private static let closing = WordSet([
    "is", "are", "was", "were", "a", "an", "please", "does", "do", "work", "works", "mean", "means", "more", "less",
    "sound",
    "sounds", "so", "below", "above",
  ])
  static let triggers = [
    "this", "these", "following", "attached", "below", "above", "does", "do",
  ]
  private static let pointing = WordSet(triggers)
}
