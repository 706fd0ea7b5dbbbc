/// Small words that are themselves what is asked about, worked on or named: "when to use I or me", "count these in this text", "the film It",
/// "review The Band". Elsewhere they point at something, or are left out.
enum AskedParticles {
  /// Adds those of a text, in order.
  static func add(to senses: inout [String], in facts: GuardFacts) {
    let words = facts.said
    if asking.isSaid(in: words) {
      for place in words.indices where words[place].kind == .word && small.contains(words[place]) {
        if isAsked(words, place) { senses.append(words[place].text) }
      }
    }
    addTitles(to: &senses, in: facts.text)
  }

  /// "Review The Band", "the film It": small words with a capital within a text that is no heading.
  private static func addTitles(to senses: inout [String], in text: String) {
    func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    guard text.utf8.dropFirst().contains(where: isCapital) else { return }
    let tokens = text.utf8.split { InstructionWords.isBlank($0) }
    var isFirst = true
    var found: [String] = []
    var small = 0
    for (place, token) in tokens.enumerated() {
      let isTitle = isCapital(token.first ?? 0)
      if !isFirst, isTitle {
        var word = token
        while let last = word.last, InstructionWords.isPause(last) { word.removeLast() }
        if word.count < 6, word.dropFirst().allSatisfy({ !isCapital($0) }) {
          let lower = String(decoding: word, as: UTF8.self).lowercased()
          // "The Great Gatsby" is one without its article, too; "The Band" is another than "Band".
          let names = tokens[(place + 1)...].prefix(2).map { isCapital($0.first ?? 0) }
          if titles.contains(lower), !articles.contains(lower) || names.first == true && names.count(where: { $0 }) == 1
          {
            found.append(lower)
          }
        }
      }
      if !isTitle { small += 1 }
      // A sentence, or a quotation, begins with one.
      isFirst = token.last.map { ends.contains($0) } ?? false
    }
    // In a heading all words have one.
    if !found.isEmpty, small * 2 >= tokens.count - found.count || small > 1 { senses += found }
  }

  private static let articles = WordSet(["the", "a", "an"])
  private static let ends = Set(".!?:;\"'-|".utf8)

  /// Whether a small word stands where a thing is named.
  private static func isAsked(_ words: [InstructionWord], _ place: Int) -> Bool {
    func text(_ place: Int) -> String { words.indices.contains(place) ? words[place].text : "" }
    func isSmall(_ place: Int) -> Bool { words.indices.contains(place) && small.contains(words[place]) }
    let (before, next) = (text(place - 1), text(place + 1))
    if versus.contains(before) || versus.contains(next) { return true }
    if joints.contains(before) && isSmall(place - 2) || joints.contains(next) && isSmall(place + 2) { return true }
    switch next {
    case "in", "from":
      if works.contains(before) && (place + 2 < words.count) {
        return texts.contains(text(place + 3)) || texts.contains(text(place + 2)) || before == "avoid"
      }
    case "at": if places.contains(text(place + 3)) { return true }
    case "by", "with": if before == "replace" { return true }
    case "" where before == "with" && (text(place - 2) == "start" || text(place - 2) == "end"): return true
    case "": if before == "use" && text(place - 2) == "to" && text(place - 3) == "when" { return true }
    default: break
    }
    return (before == "on" || before == "for" || before == "about") && lessons.contains(text(place - 2))
      || before == "using" && lessons.contains(text(place - 2))
  }

  private static let small = WordSet([
    "i", "me", "myself", "we", "us", "ourselves", "this", "that", "these", "those", "it", "its", "them", "they", "who",
    "whom", "which", "a", "an", "the", "is", "are", "am", "not", "no", "ok", "okay", "please", "be", "he", "him", "she",
    "her", "his", "hers", "their", "my", "mine", "you", "your", "our", "was", "were", "and", "or", "of", "in", "on",
    "has", "have", "with", "had",
  ])
  private static let versus = WordSet(["vs", "versus"])
  private static let joints = WordSet(["or", "and"])
  private static let works = WordSet([
    "remove", "delete", "count", "highlight", "underline", "find", "of", "every", "each", "avoid", "bold", "circle",
    "mark", "replace", "capitalize", "capitalise",
  ])
  private static let texts = WordSet([
    "text", "sentence", "sentences", "paragraph", "titles", "title", "essay", "document", "poem", "article", "email",
    "emails", "writing",
    "speech", "story", "texts", "string", "letter",
  ])
  private static let places = WordSet(["end", "start", "beginning"])
  private static let lessons = WordSet([
    "quiz", "exercise", "exercises", "lesson", "rules", "rule", "worksheet", "grammar", "test", "sentences", "guide",
  ])
  /// One of these is in each such text.
  private static let asking = WordSet([
    "vs", "versus", "or", "and", "remove", "delete", "count", "highlight", "underline", "every", "each", "number",
    "avoid",
    "replace", "quiz", "exercise", "exercises", "lesson", "rules", "rule", "worksheet", "grammar", "use", "end",
    "beginning", "start", "bold", "circle", "guide", "between", "capitalize", "capitalise",
  ])
  /// Small words that are titles where they have a capital within a text.
  private static let titles = WordSet([
    "it", "them", "us", "that", "who", "these", "those", "her", "him", "they", "you", "me", "this", "which", "we",
    "she",
    "he", "the", "a", "an", "what",
  ])
}
