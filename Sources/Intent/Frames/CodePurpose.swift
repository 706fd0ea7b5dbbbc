/// What code is for, said in one way: "a decorator that retries a function", "… to retry a function", "… for retrying a function".
///
/// Verbs that the lexicon knows are one in these forms by themselves; here are those that it does not know, which stay what they
/// are but for their ending.
enum CodePurpose {
  /// The same words with the purpose of code behind "that".
  static func usual(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3 else { return words }
    if let words = doing(words) { return words }
    for place in 1..<(words.count - 2) {
      let link = words[place]
      guard link.kind == .word, links.contains(link), words[place - 1].kind == .word, isWork(words, place - 1),
        words[place + 1].kind == .word, let verb = stem(words[place + 1], behind: link.text),
        begins(words[place + 2], isAfterTo: link.text == "to")
      else { continue }
      var words = words
      words[place] = InstructionWord(kind: .word, text: "that")
      words[place + 1] = InstructionWord(kind: .word, text: verb)
      if !works.contains(words[place - 1]) {
        // "A decorator in Python" is a Python decorator.
        words.insert(words[place - 1], at: place - 3)
        words.removeSubrange((place - 1)...place)
      }
      return words
    }
    return words
  }

  /// "A workflow running the tests", "SQL query counting orders": one that does so. The script that is running is there.
  private static func doing(_ words: [InstructionWord]) -> [InstructionWord]? {
    for place in 1..<(words.count - 1) {
      let word = words[place]
      guard word.kind == .word, word.text.utf8.last == UInt8(ascii: "g"), word.text.hasSuffix("ing"),
        word.text.utf8.count > 5, !qualities.contains(word),
        words[place - 1].kind == .word, works.contains(words[place - 1]) || words[place - 1].text == "query",
        begins(words[place + 1], isAfterTo: false), let verb = verb(word.text),
        !words.contains(where: { $0.kind == .payload || $0.kind == .word && pointers.contains($0) }),
        !words[..<place].contains(where: { $0.kind == .word && $0.text == "the" || $0.kind == .pause })
      else { continue }
      return words[..<place] + [.word("that"), .word(verb)] + words[(place + 1)...]
    }
    return nil
  }

  private static let pointers = WordSet([
    "this", "these", "below", "above", "following", "attached", "my", "our", "explain", "debug", "stop", "kill", "why",
    "how", "find", "is", "are",
  ])
  /// What says more of what it is made with, or how it is.
  private static let qualities = WordSet([
    "using", "including", "containing", "having", "being", "existing", "following", "missing", "taking", "involving",
    "named", "regarding", "concerning", "according", "depending", "requiring", "handling", "supporting", "string",
    "during", "nothing", "something", "anything", "everything", "testing", "logging", "training", "building",
  ])

  /// The verb that a word with the ending is of, where it is known.
  private static func verb(_ text: String) -> String? {
    let stem = String(text.dropLast(3))
    var forms = [stem + "e", stem]
    if let last = stem.last, stem.dropLast().last == last { forms.append(String(stem.dropLast())) }
    return forms.first { InstructionWord.word($0).mayBe([.verb, .give]) } ?? (isKnown(.word(text)) ? nil : base(stem))
  }

  /// "A decorator", "a decorator in Python".
  private static func isWork(_ words: [InstructionWord], _ place: Int) -> Bool {
    if works.contains(words[place]) { return true }
    guard place > 1, words[place - 1].text == "in", works.contains(words[place - 2]) else { return false }
    var isTool = false
    Lexicon.shared.forEachReading(words[place].hash) { if $0.kind == .tool { isTool = true } }
    return isTool
  }

  private static let links = WordSet(["that", "which", "to", "for"])

  /// What is written to do something. Not "a class for children", "a test to pass", "a query for orders".
  private static let works = WordSet([
    "script", "function", "decorator", "method", "command", "program", "config", "configuration", "dockerfile",
    "makefile",
    "playbook", "workflow", "macro", "hook", "middleware", "one-liner", "formula", "snippet", "plugin", "bot",
    "component", "migration", "cronjob", "job", "alias", "trigger", "procedure", "subroutine", "module", "expression",
  ])

  /// A verb without the ending that it has behind a word; `nil` where it is known, or may be no verb.
  private static func stem(_ word: InstructionWord, behind link: String) -> String? {
    let text = word.text
    guard text.utf8.count > 3, text.utf8.allSatisfy(InstructionWords.isSmall), !isKnown(word) else { return nil }
    switch link {
    case "for": return text.hasSuffix("ing") && text.utf8.count > 6 ? base(String(text.dropLast(3))) : nil
    case "to": return text.hasSuffix("ing") ? nil : base(text)
    default:
      guard text.hasSuffix("s"), !text.hasSuffix("ss") else { return nil }
      if text.hasSuffix("ies") { return text.dropLast(3) + "y" }
      return base(String(text.dropLast(endsInES(text) ? 2 : 1)))
    }
  }

  /// "Catches", "proxies", "fixes", but "caches" lose an "e" anyway.
  private static func endsInES(_ text: String) -> Bool {
    ["shes", "ches", "sses", "xes", "zes"].contains(where: text.hasSuffix)
  }

  /// Without a last "e", and without the second of two letters that an ending doubles.
  private static func base(_ text: String) -> String {
    var text = text
    if text.hasSuffix("e") { text.removeLast() }
    let letters = Array(text.utf8)
    if letters.count > 3, let last = letters.last, last == letters[letters.count - 2], doubled.contains(last) {
      text.removeLast()
    }
    return text
  }

  private static let doubled = Set("bdgmnprt".utf8)

  /// Whether a word begins what a verb is about.
  private static func begins(_ word: InstructionWord, isAfterTo: Bool) -> Bool {
    switch word.kind {
    case .code, .quote, .number, .payload: return true
    case .word: break
    default: return false
    }
    return !word.mayBe([.prep, .and, .or, .relative])
      && (!isAfterTo || word.mayBe([.det]) || !isKnown(word)
        || word.mayBe([.thing, .unit, .quality, .payload, .format, .tool, .number]))
  }

  private static func isKnown(_ word: InstructionWord) -> Bool {
    var isKnown = false
    Lexicon.shared.forEachReading(word.hash) { if $0.language == 0 { isKnown = true } }
    if isKnown { return true }
    Inflection.forEachStem(word.text, after: PhraseHash()) { stem, _ in
      Lexicon.shared.forEachReading(stem.value) { if $0.language == 0 { isKnown = true } }
      return isKnown
    }
    return isKnown
  }
}
