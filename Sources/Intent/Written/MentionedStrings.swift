/// A string that is named, and not worked on: a title ("who wrote …"), what a pattern shall match ("regex for …"), what is looked for
/// ("find … in a file"), what a text shall say ("a sentence with …", "write …"), what is said in a language ("… in Spanish").
///
/// It is one by its letters, so that of its words those count that are read as others elsewhere: "don't" as "do not", "colour" as
/// "color", "three" as "3", "ok" as nothing. The others are compared in any case.
enum MentionedStrings {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text || words(in: a) == words(in: b) { return nil }
    return "the letters of what is named"
  }

  /// The words of it that may be read as others, as they are written in lower case; none of most texts.
  static func words(in facts: GuardFacts) -> [String] {
    guard facts.pieces.count < 24,
      facts.pieces.contains(where: { $0.kind == .word && (triggers.contains($0) || $0.isWord([.language])) })
    else { return [] }
    let raw = facts.text.split { $0 == " " || $0 == "\n" || $0 == "\t" }
    let lower = raw.map { bare($0).lowercased() }
    // "…, please" is said to whoever is asked.
    let end = lower.last.map { $0 == "please" || $0 == "pls" } ?? false ? lower.count - 1 : lower.count
    guard let range = named(Array(lower[..<end])), !range.isEmpty,
      !lower[range].contains(where: { pointing.contains($0) })
    else {
      return []
    }
    // So many of a kind: "a haiku with three lines".
    if range.count > 1, let first = lower[range].first,
      InstructionWord.word(first).isWord([.number]) || first.allSatisfy(\.isNumber)
    {
      return []
    }
    // Quoted words are compared already; so long a string is rather a question.
    if range.count > 6 || raw[range].contains(where: { marks.contains($0.utf8.first ?? 0) }) { return [] }
    let read = Set(facts.pieces.lazy.filter { $0.kind == .word || $0.kind == .code }.map(\.text))
    return range.compactMap { place in
      let word = lower[place]
      let ends = raw[place].utf8.last == UInt8(ascii: "!")
      if word.isEmpty { return nil }
      return !ends && read.contains(word) && !InstructionWord.word(word).isWord([.filler, .number, .pronoun])
        ? nil : ends ? word + "!" : word
    }
  }

  // MARK: Where it stands

  /// Where what is named stands among words in lower case; `nil` where nothing is.
  private static func named(_ words: [String]) -> Range<Int>? {
    let start = words.first == "please" ? 1 : 0
    guard words.count > start + 1 else { return nil }
    if words[start] == "who", makers.contains(words[start + 1]) { return start + 2..<words.count }
    // "Write two haikus": so many of a kind.
    if words[start] == "write", words.count < start + 6, !isKind(words[(start + 1)...]),
      !InstructionWord.word(words[start + 1]).isWord([.number]), !words[start + 1].allSatisfy(\.isNumber)
    {
      return start + 1..<words.count
    }
    if let sought = sought(words, from: start) { return sought }
    if let said = said(words, from: start) { return said }
    for place in start..<words.count {
      if patterns.contains(words[place]) {
        let rest = words[(place + 1)...].prefix { joints.contains($0) }.endIndex
        if rest > place + 1, !isKind(words[rest...]) { return rest..<words.count }
      } else if editors.contains(words[place]),
        let act = words[(place + 1)...].firstIndex(where: { removing.contains($0) }), !isKind(words[(act + 1)...])
      {
        return act + 1..<words.count
      } else if holders.contains(words[place]), place + 1 < words.count, with.contains(words[place + 1]) {
        return place + 2..<words.count
      } else if words[place] == "replaced", place + 1 < words.count, replacing.contains(words[place + 1]) {
        return place + 2..<words.count
      }
    }
    return nil
  }

  /// "Find … in a file", "search for … in my notes"
  private static func sought(_ words: [String], from start: Int) -> Range<Int>? {
    guard seeking.contains(words[start]), let last = words.lastIndex(of: "in") ?? words.lastIndex(of: "inside"),
      last > start + 1, words[last...].contains(where: { places.contains($0) })
    else { return nil }
    let first = words[start + 1] == "for" ? start + 2 : start + 1
    return first < last && !isKind(words[first..<last]) ? first..<last : nil
  }

  /// "… in Spanish", "… auf Deutsch", where nothing is done to it.
  private static func said(_ words: [String], from start: Int) -> Range<Int>? {
    guard words.count > start + 2, words.count < start + 8, words[start] != "how",
      tongues.contains(words[words.count - 2]),
      InstructionWord.word(words[words.count - 1]).mayBe([.language]),
      !isKind(words[start..<(words.count - 2)]), !InstructionWord.word(words[start]).isWord([.verb, .nominal])
    else { return nil }
    return start..<(words.count - 2)
  }

  /// Whether they say of what kind something is, and so are no string: "regex for an email address", "write two haikus".
  private static func isKind(_ words: ArraySlice<String>) -> Bool {
    words.isEmpty
      || words.contains { kinds.contains($0) || InstructionWord.word($0).isWord([.work, .thing, .tool, .format]) }
  }

  /// Without the marks at its ends.
  private static func bare(_ token: Substring) -> String {
    func isMark(_ byte: UInt8) -> Bool {
      InstructionWords.isPause(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
        || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "`")
    }
    var bytes = token.utf8[...]
    while let last = bytes.last, isMark(last) { bytes.removeLast() }
    return String(decoding: bytes.drop(while: isMark), as: UTF8.self)
  }

  // MARK: Words

  private static let marks = Set("\"'`".utf8)

  private static let kinds = WordSet([
    "digits", "letters", "characters", "numbers", "words", "spaces", "lines", "vowels", "symbols", "dots", "dashes",
  ])
  private static let makerWords = ["wrote", "said", "sang", "sings", "composed", "painted", "directed"]
  private static let makers = WordSet(makerWords)
  private static let patternWords = ["regex", "regexp", "pattern"]
  private static let patterns = WordSet(patternWords)
  private static let joints = WordSet(["for", "that", "which", "to", "matches", "matching", "match", "finds", "find"])
  private static let editors = WordSet(["sed", "awk", "perl"])
  private static let removing = WordSet(["deletes", "removes", "delete", "remove", "drops", "strips"])
  private static let holderWords = [
    "sentence", "sentences", "haiku", "poem", "story", "limerick", "paragraph", "slogan", "headline", "joke", "verse",
    "words", "word", "phrase",
  ]
  /// What says something; "with the words" is among them.
  private static let holders = WordSet(holderWords)
  private static let with = WordSet(["with", "containing", "contains"])
  private static let replacing = WordSet(["by", "with"])
  private static let seekingWords = ["find", "search", "look", "locate", "grep"]
  private static let seeking = WordSet(seekingWords)
  private static let places = WordSet([
    "file", "files", "folder", "directory", "notes", "log", "logs", "document", "documents", "text", "repo",
    "repository", "codebase", "history", "page",
  ])
  private static let tongues = WordSet(["in", "auf", "en"])
  private static let pointing = WordSet(["this", "these", "those", "following", "below", "above", "attached"])
  /// One of these is in each such text.
  private static let triggers = WordSet(
    makerWords + patternWords + holderWords + seekingWords + ["write", "sed", "awk", "perl", "replaced", "replace"])
}
