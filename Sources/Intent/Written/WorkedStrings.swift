/// A string that is hashed, encoded, spelt, counted, printed, translated or judged by its letters, and stands bare: "MD5 of I don't
/// know", "how many characters does three cats have", "is organise correct". Its words are those that it is written in.
///
/// Where it is a kind of thing ("reverse a string") or a text that is pointed at, it has no letters to look at.
enum WorkedStrings {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text || string(in: a) == string(in: b) { return nil }
    return "the letters of what is worked on"
  }

  /// The words of it as they are written, with a blank between each two; empty for most texts.
  static func string(in facts: GuardFacts) -> String {
    // "MD5" and "snake_case" are code.
    guard facts.pieces.contains(where: { $0.kind == .code || $0.kind == .word && triggers.contains($0) }) else {
      return ""
    }
    let tokens = Tokens(facts.text)
    // A text that is pointed at is elsewhere; who asks why has seen what is printed.
    if tokens.lower.first == "why" || tokens.lower.contains(where: { pointed.contains($0) }) { return "" }
    if let judged = judged(tokens) ?? needed(tokens) { return judged }
    var tries = 0
    for place in tokens.lower.indices where acts.contains(tokens.lower[place]) || others.contains(tokens.lower[place]) {
      tries += 1
      // Each looks at all that follows.
      if tries > 16 { return tokens.written(0..<tokens.lower.count) }
      if endings.contains(tokens.lower[place]), place > 0, !isGeneric(tokens, 0..<place) {
        return tokens.written(0..<place)
      }
      if let range = object(tokens, behind: place) {
        let text = tokens.written(range)
        return replacing.contains(tokens.lower[place]) ? text.replacing(" by ", with: " with ") : text
      }
    }
    return ""
  }

  // MARK: Where it stands

  /// Words between blanks: as they are written, and in lower case without marks at their ends.
  private struct Tokens {
    let raw: [Substring]
    let lower: [String]

    init(_ text: String) {
      raw = Self.words(of: text)
      lower = raw.map { token in
        var bytes = token.utf8[...]
        while let last = bytes.last, Self.isMark(last) { bytes.removeLast() }
        return String(decoding: bytes.drop(while: Self.isMark), as: UTF8.self).lowercased()
      }
    }

    /// To find where a character ends takes longer than all else here. Among ASCII each byte is one, but for two that end a line.
    private static func words(of text: String) -> [Substring] {
      if text.utf8.contains(where: { $0 >= 0x80 || $0 == 0x0D }) {
        return text.split { $0 == " " || $0 == "\n" || $0 == "\t" }
      }
      return text.utf8.split { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }.map(Substring.init)
    }

    static func isMark(_ byte: UInt8) -> Bool {
      InstructionWords.isPause(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
        || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "`")
    }

    /// Without quotation marks, which guards look at, and without the mark that ends the request.
    func written(_ range: Range<Int>) -> String {
      var text = raw[range].joined(separator: " ").utf8.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "`") }
      let asks = range.upperBound == raw.count && WorkedStrings.asking.contains(lower[0])
      while let last = text.last, last == UInt8(ascii: ".") || asks && last == UInt8(ascii: "?") { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// What stands behind a word that works on it; `nil` where that is none, or what is worked on has no letters.
  private static func object(_ tokens: Tokens, behind place: Int) -> Range<Int>? {
    let (words, word) = (tokens.lower, tokens.lower[place])
    var start = place + 1
    // What stands behind a colon is told apart already.
    guard start < words.count, tokens.raw[place].utf8.last != UInt8(ascii: ":") else { return nil }
    // "In 100 words"
    if word == "words", place == 0 || words[place - 1] != "many" { return nil }
    if forms.contains(word) {
      while start < words.count, start < place + 4, joints.contains(words[start]) { start += 1 }
      guard start > place + 1 || bare.contains(word) else { return nil }
    } else if holders.contains(word) {
      guard place > 0, holding.contains(words[place - 1]),
        !InstructionWord.word(words[start]).isWord([.prep, .relative]),
        !binding.contains(words[start]), !words[start].hasSuffix("ing"), words.count - start < 5
      else { return nil }
    } else if !acts.contains(word) || opening.contains(word) && place > 3
      || edges.contains(word) && words[start] != "with"
    {
      return nil
    } else if word == "tweet", words[start].hasSuffix("ing") {
      return nil
    } else if InstructionWord.word(words[start]).isWord([.prep, .relative]), !words[start].hasPrefix("with") {
      // "Reply to …", but no "tweet about …".
      guard opening.contains(word), word != "tweet", words[start] == "to" else { return nil }
    }
    var end = start
    while end < words.count, !isMeans(words, end), !(naming.contains(word) && words[end] == "that") { end += 1 }
    return end > start && !isGeneric(tokens, start..<end) ? start..<end : nil
  }

  /// "In C", "using bash", "to Spanish"
  private static func isMeans(_ words: [String], _ place: Int) -> Bool {
    guard place + 1 < words.count, means.contains(words[place]) else { return false }
    return InstructionWord.word(words[place + 1]).isWord([.tool, .language])
  }

  /// "Is organise correct"
  private static func judged(_ tokens: Tokens) -> String? {
    let words = tokens.lower
    guard words.count > 2, words[0] == "is" || words[0] == "are", let last = words.last, judging.contains(last) else {
      return nil
    }
    return isGeneric(tokens, 1..<(words.count - 1)) ? nil : tokens.written(1..<words.count)
  }

  /// "What letter does organise end with", "does yes I know need a comma"
  private static func needed(_ tokens: Tokens) -> String? {
    let words = tokens.lower
    guard let start = words.firstIndex(of: "does"), start < 4,
      let end = words.lastIndex(where: { needing.contains($0) }), end > start + 1, words.count < end + 4,
      words[end...].contains(where: { needs.contains($0) }), !isGeneric(tokens, (start + 1)..<end)
    else { return nil }
    return tokens.written((start + 1)..<end)
  }

  /// Whether it is a kind of thing, a text that is pointed at, how the answer shall be, or quoted, so that its letters are compared
  /// already.
  private static func isGeneric(_ tokens: Tokens, _ range: Range<Int>) -> Bool {
    let words = tokens.lower[range]
    let first = tokens.raw[range.lowerBound].utf8.first ?? 0
    return words.contains { pointing.contains($0) || things.contains($0) }
      || words.contains("from") && words.contains("to")
      || first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") || CarriedText.isAnswer(words)
      || words.allSatisfy { InstructionWord.word($0).isWord([.tool, .det]) }
  }

  // MARK: Words

  private static let formWords = [
    "md5", "sha", "sha1", "sha-1", "sha256", "sha-256", "sha512", "crc32", "hash", "rot13", "base64", "morse", "ipa",
    "anagram", "anagrams", "syllables", "vowels", "consonants", "letters", "characters", "chars", "length", "speech",
    "tense", "plural", "singular", "abbreviation", "opposite", "acronym", "emoji", "emojis", "html", "lyrics", "rhyme",
    "rhymes", "alliteration", "latin", "pronunciation", "spelling", "translation", "hex", "binary", "checksum",
    "digest", "prompt", "reverse", "uppercase", "lowercase", "assertion", "occur", "occurs", "appear", "article",
    "verb",
    "noun", "adjective", "adverb", "pronoun", "preposition", "predicate", "words", "needed", "form", "e's", "s's",
  ]
  /// What is made of a string: "MD5 of …".
  private static let forms = WordSet(formWords)
  /// Those of them that it follows without a preposition.
  private static let bare = WordSet(["rot13", "base64", "hash", "prompt", "reverse", "uppercase", "lowercase"])
  private static let joints = WordSet([
    "of", "in", "for", "with", "does", "do", "are", "is", "there", "hash", "code", "the", "output", "word", "words",
  ])

  private static let openingWords = [
    "reply", "respond", "answer", "tweet", "type", "output", "return", "say", "repeat",
  ]
  /// What works on a string at the beginning of a request alone: elsewhere it says how the answer shall be.
  private static let opening = WordSet(openingWords)
  private static let actWords =
    openingWords + [
      "print", "prints", "printing", "echo", "echoes", "says", "saying", "outputs", "spell", "spelled", "spelt",
      "pronounce", "hyphenate", "capitalize", "capitalise", "encode", "url-encode", "urlencode", "url-decode",
      "decode", "encrypt", "tokenise", "tokenize", "parse", "conjugate", "grep", "snake_case", "camelcase",
      "kebab-case", "titlecase", "spellcheck", "labelled", "labeled", "titled", "called", "named", "expects",
      "sings", "translate", "translates", "replace", "replaces", "replaced", "substitute", "ending", "closes",
      "beginning", "starting", "starts", "ends", "transliterate", "romanize", "stem", "lemmatize", "pluralize",
    ]
  /// What works on a string that follows.
  private static let acts = WordSet(actWords)

  private static let holderWords = [
    "message", "heading", "title", "column", "table", "class", "branch", "tag", "key", "variable", "file", "film",
  ]
  /// What has a name or says something, which stands behind it.
  private static let holders = WordSet(holderWords)
  private static let holding = WordSet(["a", "an", "the", "log", "error", "env", "yaml", "json", "html", "css"])
  private static let binding = WordSet([
    "below", "above", "and", "or", "is", "are", "was", "i'm", "you", "we", "on", "without", "no", "not", "if",
    "when",
    "where", "so", "then", "using", "per", "mean", "means", "does", "has", "have", "should", "only",
  ])
  private static let edges = WordSet(["ending", "closes", "beginning", "starting", "starts", "ends"])
  private static let naming = WordSet(["labelled", "labeled", "titled", "called", "named"])
  private static let replacing = WordSet(["replace", "replaces", "substitute"])
  private static let pointed = WordSet(["this", "these", "those", "following", "below", "above", "attached", "them"])

  private static let endingWords = ["backwards", "capitals", "caps", "morse", "braille", "leetspeak"]
  /// What a string is written in, or how, and stands behind it.
  private static let endings = WordSet(endingWords)

  private static let others = WordSet(formWords + holderWords + endingWords)

  private static let judgingWords = [
    "correct", "grammatical", "informal", "formal", "polite", "rude", "word", "noun", "verb", "adverb", "adjective",
    "palindrome", "misspelled", "misspelt", "hyphenated", "spelled",
  ]
  private static let judging = WordSet(judgingWords)

  private static let needing = WordSet(["need", "end", "start", "begin", "take", "rhyme"])
  private static let needs = WordSet([
    "with", "comma", "commas", "hyphen", "hyphens", "apostrophe", "article", "capital", "capitals",
  ])
  private static let means = WordSet(["in", "using", "with", "to", "into", "via", "from", "on"])
  fileprivate static let asking = WordSet([
    "how", "what", "what's", "is", "are", "does", "do", "which", "who", "can", "could",
  ])
  private static let pointing = WordSet([
    "this", "these", "those", "following", "below", "above", "attached", "them", "each", "every", "all", "any", "given",
  ])
  /// What is no string, but some of its kind.
  private static let things = WordSet([
    "string", "strings", "text", "texts", "file", "files", "word", "words", "sentence", "sentences", "list", "lists",
    "array", "arrays", "url", "urls", "password", "passwords", "number", "numbers", "integer", "integers", "line",
    "lines", "row", "rows", "date", "dates", "image", "images", "input", "argument", "arguments", "value", "values",
    "json", "csv", "xml", "yaml", "html", "directory", "folder", "dictionary", "stack", "tree", "matrix", "queue",
    "map", "review", "reviews", "email", "e-mail", "emails", "customer", "comment", "document", "documents", "notes",
    "article", "readme", "error", "errors", "commit", "query", "response", "request", "logs", "log", "proxy", "lookup",
    "dns", "engineering", "function", "paragraph", "page", "pages", "code", "data", "dataset", "variables",
    "question", "questions", "message", "messages", "title", "headers", "subject", "description", "plot", "chapter",
    "shell", "voice",
  ])

  /// One of these is in each such text.
  private static let triggers = WordSet(
    formWords + actWords + holderWords + endingWords + judgingWords + [
      "need", "end", "start", "begin", "rhyme", "sha-1", "url", "snake", "case", "latin",
    ])
}
