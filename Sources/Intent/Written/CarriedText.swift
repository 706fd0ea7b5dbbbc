/// Text that a message carries beside what is asked of it: "word count: …", "is this polite? …", "… / German". Which part is worked on is
/// not known, so that where two or more may be asked or worked on, all are compared as they are written.
///
/// A part is harmless only where it is known to be: the name of a tool, a role, how the answer shall be.
enum CarriedText {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text || texts(in: a.text) == texts(in: b.text) { return nil }
    return "a text that may be what is worked on"
  }

  /// The parts that count to their letters, in order; none of most texts.
  static func texts(in text: String) -> [String] {
    let parts = TextParts.parts(of: text)
    guard parts.count > 1 else { return [] }
    let kinds = parts.indices.map { kind(parts, $0) }
    let asked = kinds.indices.filter { kinds[$0] == .asked }
    if asked.count < 2, asked.allSatisfy({ speaksForItself(parts[$0]) }) || !kinds.contains(.apart) { return [] }
    // "Translate to French: …" is read as what it asks for.
    let isRead = asked.first.map { parts[$0].isHead && InlineText.isWork(parts[$0].text) } ?? false
    var texts = kinds.indices.compactMap { place in
      kinds[place] == .harmless || isRead && place == asked.first ? nil : parts[place].text
    }
    // "How do you say in French: I am here?"
    if isRead, let head = asked.first, parts[head].words[0].text == "how", texts.last?.utf8.last == UInt8(ascii: "?") {
      texts[texts.count - 1].removeLast()
    }
    return texts
  }

  // MARK: Kinds of parts

  private enum Kind {
    /// It may be what is asked, or worked on.
    case asked
    /// It says how, by whom or for whom, unless it is worked on itself.
    case apart
    /// It goes on with what stands before brackets.
    case more
    /// It is no text to work on.
    case harmless
  }

  private static func kind(_ parts: [TextParts.Part], _ place: Int) -> Kind {
    let words = parts[place].words
    if words.isEmpty { return .harmless }
    if parts[place].isHead, place + 1 < parts.count { return isHarmless(words, before: parts[place + 1].words) }
    if place == 0 {
      guard isRole(words) || isPolite(words) else { return .asked }
      return isOrder(parts[1].words) ? .harmless : .apart
    }
    let before = parts[place - 1]
    if isRest(words, of: before.words) { return .harmless }
    if before.isHead { return .asked }
    if words[0].text == "how" && words.count == 1 || words[0].text == "in" && isTool(words) { return .harmless }
    // "Is this spam? yes or no", "summarise (in 3 bullets)"
    if isYesOrNo(words) || parts[place].isInBrackets && isAnswer(words) { return .harmless }
    if isAnswer(words) || isPolite(words) || isHow(words) || isKept(words) { return .apart }
    if !before.words.contains(where: { says(pointing, $0) }), isAddition(words, to: before.words) { return .apart }
    return before.isInBrackets && place > 1 && isAnswer(before.words) ? .more : .asked
  }

  /// What stands before a colon.
  private static func isHarmless(_ words: [InstructionWord], before rest: [InstructionWord]) -> Kind {
    isTool(words) || isYesOrNo(words) || isComparison(words, rest) || isQuestion(words) || isManner(words, rest)
      || isDirection(words, rest) || isChoice(words, rest)
      || isAnswer(words) && rest.first.map { says(making, $0) } ?? false
      ? .harmless : .asked
  }

  /// "English to Japanese: translate the file below"
  private static func isDirection(_ words: [InstructionWord], _ rest: [InstructionWord]) -> Bool {
    words.count < 6 && rest.first?.text == "translate" && rest.contains { says(pointing, $0) }
      && words.allSatisfy { $0.isWord([.language, .prep]) || $0.kind == .sign && $0.text == "->" }
  }

  /// "Positive or negative: what is the sentiment of this review?"
  private static func isChoice(_ words: [InstructionWord], _ rest: [InstructionWord]) -> Bool {
    words.count < 8 && words.contains { $0.text == "or" || $0.text.contains("/") }
      && rest.contains { says(pointing, $0) }
      && rest.contains { says(kinds, $0) }
  }

  /// Whether so much is asked that a part beside it is hardly what it is asked of: "is this polite? thanks" has less.
  private static func speaksForItself(_ part: TextParts.Part) -> Bool {
    let words = part.words
    if words.count > 3 { return !(words[0].text == "how" && words[1].text == "many") }
    // "Summarize this article", but "improve this sentence"
    if words.count == 3, says(pointing, words[1]), words[2].isWord([.thing, .work, .payload]), !says(strings, words[2])
    {
      return true
    }
    // "What is DNS", "HTTP 409"
    return words.count == 3 && words[0].text == "what" && words[1].text == "is" && !says(pointing, words[2])
      || words.count == 2 && words[1].kind == .number
  }

  /// "Git: …", "in Python: …", "Rust function: …"
  private static func isTool(_ words: [InstructionWord]) -> Bool {
    var words = words[...]
    if words.count > 1, words[0].text == "in" || words[0].text == "using" || words[0].text == "with" {
      words = words.dropFirst()
    }
    let names = words.prefix { $0.mayBe([.tool]) }
    return !names.isEmpty && names.count < 3 && words.dropFirst(names.count).allSatisfy { says(code, $0) }
  }

  /// "Yes or no: …", "answer with yes or no: …"
  private static func isYesOrNo(_ words: [InstructionWord]) -> Bool {
    words.contains { $0.text == "yes" || $0.text == "yes/no" || $0.text == "y/n" }
      && words.contains { $0.text == "no" || $0.text.contains("/") } && words.allSatisfy { says(answers, $0) }
  }

  /// "TCP vs UDP: what is the difference"
  private static func isComparison(_ words: [InstructionWord], _ rest: [InstructionWord]) -> Bool {
    words.count < 8 && words.contains { $0.text == "vs" || $0.text == "versus" }
      && rest.contains { says(comparing, $0) }
  }

  /// "In two sentences: explain the paragraph below", "for executives, max 80 words: …"
  private static func isManner(_ words: [InstructionWord], _ rest: [InstructionWord]) -> Bool {
    guard words.count > 1, words.count < 9, says(manners, words[0]), let first = rest.first, says(working, first),
      rest.contains(where: { says(pointing, $0) })
    else { return false }
    return words.allSatisfy {
      $0.kind == .number || says(manners, $0)
        || $0.isWord([.number, .unit, .format, .audience, .prep, .det, .quality, .and, .or]) && !$0.isWord([.language])
    }
  }

  private static func isQuestion(_ words: [InstructionWord]) -> Bool {
    words.last.map { says(tasks, $0) } ?? false && words.dropLast().allSatisfy { $0.text == "quick" || $0.text == "my" }
  }

  /// "This review: good or bad", "electric cars: pros and cons", "…, output: JSON"
  private static func isRest(_ words: [InstructionWord], of head: [InstructionWord]) -> Bool {
    if words.map(\.text) == ["pros", "and", "cons"] { return true }
    // "Python traceback: explain + fix"
    if words.count > 2, words[0].text == "explain", words[1].kind == .sign, words[1].text == "+" { return true }
    if words.count == 1, words[0].isWord([.format]), let last = head.last {
      return last.text == "output" || last.text == "format"
    }
    return words.count < 10 && words.contains { $0.text == "or" || $0.text.contains("/") }
      && head.contains { says(pointing, $0) } && head.contains { says(sorting, $0) }
  }

  /// "You are a senior DBA"
  private static func isRole(_ words: [InstructionWord]) -> Bool {
    guard words.count > 2, words.count < 10 else { return false }
    let texts = words.prefix(3).map(\.text)
    let isOne = texts[0] == "you" && texts[1] == "are" || texts[0] == "act" && texts[1] == "as"
    return isOne && (texts[2] == "a" || texts[2] == "an")
  }

  /// Whether it is done to no text: "list three planets" behind "you are a helpful assistant".
  private static func isOrder(_ words: [InstructionWord]) -> Bool {
    guard words.count > 1 else { return false }
    return says(making, words[0]) && !words.contains { says(pointing, $0) }
  }

  private static func isPolite(_ words: [InstructionWord]) -> Bool { words.allSatisfy { says(polite, $0) } }

  /// "Answer yes or no", "one word only", "list them all", "just the name"
  private static func isAnswer(_ words: [InstructionWord]) -> Bool {
    guard words.count < 16 else { return false }
    return words.allSatisfy {
      says(answers, $0) || $0.kind == .number || $0.text == "639-1" || $0.isWord([.number, .format])
    }
      && words.contains { says(answerNouns, $0) || $0.isWord([.format]) }
  }

  /// "…, how?", "explain it like I'm ten", "what does it mean"
  private static func isHow(_ words: [InstructionWord]) -> Bool {
    let texts = words.map(\.text)
    return texts == ["how"] || texts == ["what", "does", "it", "mean"]
      || texts.count < 8
        && (texts.starts(with: ["explain", "it", "like"]) || texts.starts(with: ["explain", "it", "in"]))
  }

  /// "Three days" behind a plan that is asked for, "ignore stack traces" behind a list: where no text is pointed at.
  private static func isAddition(_ words: [InstructionWord], to before: [InstructionWord]) -> Bool {
    if words[0].text == "ignore" { return words.count < 4 }
    return words.count == 2 && before.count > 8 && words[0].isWord([.number]) && words[1].isWord([.unit])
  }

  /// "Leave the placeholders as they are", "don't change the meaning"
  private static func isKept(_ words: [InstructionWord]) -> Bool {
    guard words.count > 2, words.count < 9, let last = words.last, words.contains(where: { says(KeptText.wholes, $0) })
    else { return false }
    if words[0].text == "do" {
      return words[1].text == "not" && says(changing, words[2]) && says(KeptText.wholes, last)
    }
    return says(keeping, words[0]) && (says(kept, last) || says(KeptText.wholes, last))
  }

  /// Whether words in lower case say only how the answer shall be.
  static func isAnswer(_ words: some Sequence<String>) -> Bool {
    words.allSatisfy { answers.contains($0) || InstructionWord.word($0).isWord([.format]) }
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  // MARK: Words

  private static let code = WordSet([
    "function", "script", "query", "program", "command", "class", "one-liner", "code", "question", "cmd", "func",
    "filter",
    "expression", "syntax", "migration", "model", "target", "formula", "snippet", "macro", "workflow", "unit", "config",
    "playbook", "module", "manifest", "pipeline", "job", "test", "tests", "method", "procedure", "view", "trigger",
    "rule",
  ])
  private static let comparing = WordSet([
    "difference", "differences", "differ", "better", "choose", "compare", "comparison",
  ])
  private static let pointing = WordSet(["this", "these", "following", "below"])
  private static let tasks = WordSet(["question", "task", "answer"])
  private static let making = WordSet([
    "explain", "what", "how", "why", "write", "list", "give", "who", "where", "when", "name", "describe", "define",
    "create", "suggest", "make", "generate",
  ])
  private static let manners = WordSet([
    "in", "for", "max", "under", "within", "at", "most", "non-technical", "colleagues", "plain", "simple", "terms",
  ])
  private static let working = WordSet([
    "explain", "summarise", "summarize", "rewrite", "describe", "shorten", "simplify", "translate", "list", "review",
    "outline",
  ])
  private static let strings = WordSet([
    "sentence", "word", "phrase", "prompt", "line", "title", "name", "string",
  ])
  private static let keeping = WordSet(["keep", "leave", "preserve"])
  private static let changing = WordSet(["change", "modify", "alter", "touch"])
  private static let kept = WordSet(["unchanged", "untouched", "intact", "is", "are"])
  private static let kinds = WordSet(["sentiment", "category", "label", "tone", "kind", "class", "topic", "priority"])
  private static let sorting = WordSet([
    "classify", "categorise", "categorize", "label", "sentiment", "category", "is", "are",
  ])
  private static let polite = WordSet([
    "hi", "hello", "hey", "there", "please", "pls", "thanks", "thank", "you", "thx", "good", "morning", "ok", "okay",
    "help", "me",
  ])
  private static let answerNounWords = [
    "yes", "no", "word", "words", "sentence", "sentences", "label", "name", "number", "code", "year", "line", "one",
    "all", "category", "paragraphs", "paragraph", "list", "case", "lines", "bullets", "points", "characters", "items",
    "explanation", "explanations", "preamble", "short", "brief", "concise", "translation", "query", "result",
  ]
  private static let answerNouns = WordSet(answerNounWords)
  private static let answers = WordSet(
    answerNounWords + [
      "answer", "reply", "respond", "output", "return", "give", "me", "just", "only", "simply", "with", "in", "the",
      "a", "an", "its", "as", "or", "and", "single", "exactly", "per", "on", "each", "every", "them", "please", "max",
      "at", "most", "no", "more", "than", "fewer", "under", "less", "about", "plain", "english", "lower", "upper", "/",
      "yes/no", "y/n",
      "iso", "language",
      "keep", "be", "it", "use", "bullet", "maximum", "without", "nothing", "else", "any", "for",
    ])
}
