/// The text that some instructions carry after a colon: "Translate to French: …". It is compared as it is written.
enum InlineText {
  /// Tasks whose text may follow a colon.
  static let tasks: Set = [
    "translate", "summarize", "rewrite", "correct", "correct_language", "shorten", "simplify", "expand", "classify",
    "improve", "explain", "review", "convert", "fix", "reply", "count", "calculate",
  ]

  /// What stands before the first colon that ends a word, and what stands after it; nil when there is none.
  static func split(_ instruction: String) -> (head: String, tail: String)? {
    var text = instruction
    // Most have none.
    guard text.withUTF8({ $0.contains(UInt8(ascii: ":")) }) else { return nil }
    let bytes = instruction.utf8
    var previous: UInt8 = 0
    for index in bytes.indices {
      let next = bytes.index(after: index)
      if bytes[index] == UInt8(ascii: ":"), next < bytes.endIndex, InstructionWords.isBlank(bytes[next]),
        previous != UInt8(ascii: ":")
      {
        let tail = String(decoding: NormalisedText.exact(String(instruction[next...])), as: UTF8.self)
        let head = String(instruction[..<index])
        return trimmed(tail, behind: head).map { (head, $0) }
      }
      previous = bytes[index]
    }
    return nil
  }

  /// Without the full stop at its end, which as often belongs to the instruction, as a question mark does behind "how do you say".
  /// Elsewhere it makes another text: "you are here?"
  private static func trimmed(_ text: String, behind head: String) -> String? {
    let isAsked = head.utf8.prefix(4).elementsEqual("how ".utf8) || head.utf8.prefix(4).elementsEqual("How ".utf8)
    var text = Substring(text)
    while let last = text.utf8.last,
      last == UInt8(ascii: ".") || last == UInt8(ascii: " ") || last == UInt8(ascii: "?") && isAsked
    {
      text.removeLast()
    }
    return text.isEmpty ? nil : String(text)
  }

  // MARK: What is asked of any text

  /// Whether what stands before a colon is read as what is asked of the text behind it.
  static func isWork(_ head: String) -> Bool {
    if worksOnText(head) { return true }
    let builder = IntentBuilder(ConceptReader(InstructionWords(head).words).concepts)
    return builder.knowsTask && tasks.contains(IntentForm(builder, hasText: true).task)
  }

  /// Whether what stands before a colon works on a text, so that what follows is one, though the task is none of those above: "is
  /// this spam", "uppercase", "check the grammar", "put this in the past tense".
  static func worksOnText(_ head: String) -> Bool {
    guard head.utf8.count < 80 else { return false }
    var words = InstructionWords(head).words[...]
    while let first = words.first, first.kind == .word, polite.contains(first) {
      words = words.dropFirst()
    }
    // Behind a pause something else may be said: "in German, say".
    guard let first = words.first, first.kind == .word, words.allSatisfy({ $0.kind != .pause }),
      !words.contains(where: { $0.kind == .word && elsewhere.contains($0) }),
      !answering.contains(first)
    else { return false }
    if ofLetters.contains(first), words.count < 6 { return true }
    let asks = asking.contains(first)
    let acts = asks || first.isWord([.verb, .give])
    if words.contains(where: { $0.kind == .word && pointing.contains($0) }) { return acts }
    if asks { return words.contains { $0.kind == .word && written.contains($0) } }
    // "Find the error", where "write the query" is followed by what it shall do.
    guard words.count > 2, words.count < 5, acts, !making.contains(first) else { return false }
    return words[words.startIndex + 1].text == "the"
  }

  /// "Positive, negative or neutral": what is to be chosen from, and no text.
  static func isChoice(_ tail: String) -> Bool {
    guard tail.utf8.count < 90, tail.contains(" or ") else { return false }
    return tail.replacing(", or ", with: ", ").replacing(" or ", with: ", ").split(separator: ", ").allSatisfy {
      $0.split(separator: " ").count < 3
    }
  }

  private static let polite = WordSet(["please", "can", "could", "would", "you"])
  private static let pointing = WordSet(["this", "these", "following", "it"])
  /// Where the text is, so that what follows is none.
  private static let elsewhere = WordSet(["below", "above", "attached"])
  private static let answering = WordSet([
    "answer", "reply", "respond", "for", "about", "given", "using", "with",
  ])
  private static let asking = WordSet([
    "is", "are", "does", "do", "was", "what", "which", "who", "where", "how",
  ])
  private static let written = WordSet(["word", "sentence", "text", "phrase", "paragraph"])
  private static let making = WordSet([
    "write", "create", "make", "build", "generate", "draft", "design", "implement", "compose", "add", "set", "use",
    "show", "name", "compare", "describe", "define", "suggest",
  ])
  /// What is done to letters or to how a text is said.
  private static let ofLetters = WordSet([
    "uppercase", "lowercase", "capitalize", "capitalise", "reverse", "hash", "encode", "decode", "encrypt",
    "decrypt", "repeat", "say", "echo", "spell", "spellcheck", "pronounce", "conjugate", "negate", "proofread",
    "paraphrase", "reword", "rephrase", "edit", "polish", "complete", "continue", "finish", "punctuate",
    "transliterate", "transcribe", "analyze", "analyse", "critique", "grade", "fact-check", "diagram", "annotate",
    "tokenize", "lemmatize", "evaluate", "solve", "parse", "format", "rate", "tag", "comment", "check", "grammar",
    "detect", "put", "label", "reply", "fill", "true", "fact", "change",
  ])
}
