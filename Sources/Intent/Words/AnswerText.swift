/// What an answer shall consist of, said in a sentence of its own, in one way: "reply with the name only", "just its name", "output
/// only the query, nothing else"; "answer only yes or no", "a single word only".
enum AnswerText {
  /// A word of each of these.
  static let triggers = ["only", "just", "answer", "reply", "respond"]
  static let opening = WordSet(triggers)

  /// Puts what begins or ends a request in the usual way.
  static func read(_ words: inout [InstructionWord]) {
    readLast(&words)
    readFirst(&words)
  }

  /// "…: is this spam? Answer yes or no only."
  private static func readLast(_ words: inout [InstructionWord]) {
    guard let last = words.lastIndex(where: { $0.kind != .pause }), last > 3 else { return }
    var end = last + 1
    var isAlone = false
    // "…, nothing else", "…, no explanation": who wants only the one wants no other.
    if let length = closings.first(where: { ends(words[..<end], with: $0) })?.count {
      end -= length
      while end > 0, words[end - 1].kind == .pause || words[end - 1].text == "and" { end -= 1 }
      isAlone = true
    }
    guard var start = words[..<end].lastIndex(where: { $0.kind == .pause }).map({ $0 + 1 }), start > 2, start < end
    else { return }
    if words[start].kind == .word, words[start].text == "and" || words[start].text == "please" { start += 1 }
    guard let usual = usual(words[start..<end], isLast: true), !isAlone || usual.contains(where: { $0.text == "only" }),
      // "Translate this, only the names" may be all that is worked on, "output only the names" all that is said.
      !usual.contains(where: { $0.kind == .word && found.contains($0) })
        || !CarrierFrame.pointsAtText(words[..<start])
    else { return }
    // The bracket that it stands in, or the comma before it.
    while start > 0, words[start - 1].kind == .pause || joining.contains(words[start - 1].text) { start -= 1 }
    let mark = words[start...].first { $0.kind == .pause && $0.text == "?" } ?? InstructionWord(kind: .pause, text: ".")
    words.replaceSubrange(start..., with: [mark] + usual)
  }

  private static let joining: Set = ["and", "please"]
  private static let closings = [
    ["nothing", "else"], ["no", "explanation"], ["no", "explanations"], ["without", "explanation"],
    ["without", "any", "explanation"], ["no", "other", "text"],
  ]

  private static func ends(_ words: ArraySlice<InstructionWord>, with closing: [String]) -> Bool {
    words.count > closing.count + 4
      && words.suffix(closing.count).elementsEqual(closing) { $0.kind == .word && $0.text == $1 }
  }

  /// "Only yes or no: …"
  private static func readFirst(_ words: inout [InstructionWord]) {
    guard let end = words.prefix(8).firstIndex(where: { $0.kind == .pause }), end > 1, end + 3 < words.count,
      words[end].text != "?", let usual = usual(words[..<end], isLast: false)
    else { return }
    words.replaceSubrange(...end, with: usual + [InstructionWord(kind: .pause, text: ":")])
  }

  /// The usual words for what an answer shall be; nil for all else.
  private static func usual(_ segment: ArraySlice<InstructionWord>, isLast: Bool) -> [InstructionWord]? {
    guard segment.count < 9, segment.allSatisfy({ $0.kind == .word || $0.kind == .number || $0.kind == .code }) else {
      return nil
    }
    var words = segment
    var isOnly = false
    func takeOnly() {
      if let first = words.first, isJust(first) { (isOnly, words) = (true, words.dropFirst()) }
    }
    takeOnly()
    let isAnswered = words.first.map { answering.contains($0) } ?? false
    let isGiven = !isAnswered && words.first.map { giving.contains($0) } ?? false
    if isAnswered || isGiven {
      words = words.dropFirst()
      if words.first?.text == "me" { words = words.dropFirst() }
      takeOnly()
      if words.first?.text == "with" || isAnswered && words.first?.text == "in" { words = words.dropFirst() }
      takeOnly()
    } else if words.first?.text == "with" || words.first?.text == "in", isOnly {
      words = words.dropFirst()
    }
    if let last = words.last, last.text == "please" { words = words.dropLast() }
    if let last = words.last, isJust(last), last.text == "only" { (isOnly, words) = (true, words.dropLast()) }
    let texts = words.map(\.text)
    if texts == ["yes", "or", "no"] || texts == ["yes", "/", "no"] || texts == ["yes/no"] {
      return isOnly ? ["answer", "yes", "or", "no"].map(InstructionWord.word) : nil
    }
    if texts == ["one", "word"] || texts == ["a", "single", "word"] || texts == ["a", "word"] && isAnswered {
      return isOnly || isAnswered ? ["reply", "with", "one", "word"].map(InstructionWord.word) : nil
    }
    guard isLast, isOnly else { return nil }
    return only(words)
  }

  /// "The name", "its name", "JSON": only this.
  private static func only(_ words: ArraySlice<InstructionWord>) -> [InstructionWord]? {
    var words = words
    guard let last = words.last, last.kind == .word, parts.contains(last) || last.isWord([.format]) else { return nil }
    if let first = words.first, first.text == "the" || first.text == "its" { words = words.dropFirst() }
    guard !words.isEmpty, words.count < 3,
      words.allSatisfy({ $0.kind == .word && !$0.mayBe([.prep, .and, .or, .not, .det]) && $0.text != "first" })
    else { return nil }
    if words.count == 1, last.isWord([.format]) { return ["return", "only"].map(InstructionWord.word) + words }
    return ["only", "the"].map(InstructionWord.word) + words
  }

  private static func isJust(_ word: InstructionWord) -> Bool {
    word.kind == .word && (word.text == "only" || word.text == "just")
  }

  private static let answering = WordSet(["answer", "reply", "respond"])
  private static let giving = WordSet(["output", "return", "give", "provide"])
  /// What a text has that is there.
  private static let found = WordSet([
    "name", "names", "number", "numbers", "title", "date", "url", "letter", "text", "table", "code", "function",
    "command", "commands", "total",
  ])
  /// What an answer can consist of.
  private static let parts = WordSet([
    "name", "names", "number", "numbers", "code", "query", "command", "result", "answer", "translation", "title",
    "function", "script", "regex", "label", "category", "language", "date", "url", "expression", "formula", "letter",
    "score", "config", "commands", "total", "text", "table",
  ])
}
