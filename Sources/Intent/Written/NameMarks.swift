/// Marks that belong to a name and end no sentence: `$?`, "map!" in Ruby, "what does foo? do". Reading takes them off.
enum NameMarks {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    let (left, right) = (names(in: a), names(in: b))
    if left == right { return nil }
    return (left.first { !right.contains($0) } ?? right.first { !left.contains($0) }).map { "the name '\($0)'" }
      ?? "how often a name has its mark"
  }

  /// The names with such marks, as they are written; most texts have none.
  static func names(in facts: GuardFacts) -> [String] {
    guard mayHoldOne(facts.text) else { return [] }
    let tokens = facts.text.utf8.split { InstructionWords.isBlank($0) }.map { Array($0) }
    var found: [String] = []
    for (place, token) in tokens.enumerated() {
      if let last = token.last, isMark(last) || token[0] == dollar || isPrime(token), isName(tokens, place) {
        found.append(String(decoding: token, as: UTF8.self))
      }
    }
    return found.sorted()
  }

  /// Whether a mark stands inside of a text, or at the end of what is no question.
  private static func mayHoldOne(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      let found = bytes.indices.first { place in
        isMark(bytes[place]) || bytes[place] == dollar || bytes[place] == prime && isPrime(bytes, place)
      }
      guard let place = found else { return false }
      if place + 1 < bytes.count || bytes[place] != question { return true }
      let first = bytes.prefix { !InstructionWords.isBlank($0) }
      return first.count < longestOrder && orders.contains(lower(Array(first)[...]))
    }
  }

  private static func isName(_ tokens: [[UInt8]], _ place: Int) -> Bool {
    let token = tokens[place]
    let next = place + 1 < tokens.count ? tokens[place + 1] : nil
    let first = lower((spoken.contains(lower(tokens[0][...])) && tokens.count > 1 ? tokens[1] : tokens[0])[...])
    guard token.contains(where: { InstructionWords.isLetter($0) || isDigit($0) }) else {
      // "Explain !!", but in "what is &&?" the mark ends the question.
      if token.allSatisfy(isMark) { return place > 0 && telling.contains(lower(tokens[place - 1][...])) }
      return token.count > 1 && (token[0] == dollar || token[0] != token[1] && (next != nil || token.last != question))
    }
    if isPrime(token) || isFactorial(token, behind: place > 0 ? tokens[place - 1] : []) { return true }
    let word = token.dropLast()
    guard let last = token.last, isMark(last), isWord(word), !spoken.contains(lower(word)) else { return false }
    if let next, !opensSentence(next) {
      // "How would you explain DNS? fewer than 100 words"
      return last == exclamation || orders.contains(first) || going.contains(lower(next[...]))
    }
    // At the end, or before another sentence: "explain map!", but also "explain recursion to me!"
    if last == question { return orders.contains(first) }
    return place > 0 && telling.contains(lower(tokens[place - 1][...]))
      && (orders.contains(first) || asking.contains(first))
  }

  /// `f'`, a derivative or what is no p.
  private static func isPrime(_ token: [UInt8]) -> Bool {
    token.count == 2 && token[1] == prime && InstructionWords.isLetter(token[0])
  }

  private static func isPrime(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    (place == 1 || place > 1 && InstructionWords.isBlank(bytes[place - 2]))
      && (place + 1 == bytes.count || InstructionWords.isBlank(bytes[place + 1]))
  }

  /// "Calculate 5!", "n! / k!", "simplify (n+1)!".
  private static func isFactorial(_ token: [UInt8], behind before: [UInt8]) -> Bool {
    guard token.count > 1, token.last == exclamation, let last = token.last(where: { !isMark($0) }) else {
      return false
    }
    let isTerm = isDigit(last) || last == UInt8(ascii: ")") && token[0] == UInt8(ascii: "(") || token.count == 2
    return isTerm
      && (before.isEmpty || before.count == 1 && !InstructionWords.isLetter(before[0])
        || reckoning.contains(lower(before[...])))
  }

  /// A capital, or a word that many begin another sentence with, however they write it.
  private static func opensSentence(_ token: [UInt8]) -> Bool {
    guard let first = token.first, InstructionWords.isSmall(first) else { return true }
    return openers.contains(lower(token.prefix(while: InstructionWords.isLetter)))
  }

  /// Letters, digits and what joins them.
  private static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.contains(where: InstructionWords.isLetter)
      && bytes.allSatisfy {
        InstructionWords.isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
          || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "#")
      }
  }

  private static func lower(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: InstructionWords.lowercased(bytes), as: UTF8.self)
  }

  private static let exclamation = UInt8(ascii: "!")
  private static let question = UInt8(ascii: "?")
  private static let prime = UInt8(ascii: "'")
  private static let dollar = UInt8(ascii: "$")
  private static func isMark(_ byte: UInt8) -> Bool { byte == exclamation || byte == question }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  // MARK: Words

  /// What is said, and no name.
  private static let spoken = WordSet([
    "hi", "hey", "hello", "hallo", "please", "pls", "thanks", "thx", "help", "ok", "okay", "yo", "morning", "there",
    "this", "that", "these", "those", "it", "them", "me", "us", "you", "all", "everything", "below", "above", "here",
    "please,", "hey,", "hi,",
  ])
  /// What a question goes on with behind what it is about.
  private static let going = WordSet([
    "do", "does", "mean", "means", "work", "works", "return", "returns", "differ", "differs", "method", "function",
    "macro", "operator", "predicate", "in", "on", "for",
  ])
  private static let orders = WordSet([
    "explain", "describe", "define", "document", "discuss", "clarify", "implement", "explique", "erkläre", "explica",
  ])
  /// No order is longer, in bytes.
  private static let longestOrder = 10
  private static let asking = WordSet(["what", "what's", "how", "why", "when", "where", "is", "does", "use", "ruby"])
  /// What a name follows without an article.
  private static let telling = WordSet([
    "explain", "describe", "define", "document", "implement", "is", "are", "use", "using", "call", "does", "do", "than",
    "and", "or", "vs", "between", "with", "of", "method", "function", "macro", "operator", "variable", "called",
    "named", "what", "what's", "ruby", "rust", "scheme", "elixir", "julia",
  ])
  /// Before what is reckoned.
  private static let reckoning = WordSet([
    "is", "calculate", "compute", "evaluate", "simplify", "approximate", "expand", "prove", "plus", "minus",
    "times", "divide", "factor", "equals",
  ])
  /// What begins a sentence, or ends a request.
  private static let openers = WordSet([
    "i", "i'm", "i've", "we", "it", "it's", "my", "our", "he", "she", "they", "you", "please", "pls", "thanks",
    "thank", "thx", "and", "but", "so", "if", "what", "how", "why", "when", "where", "who", "which", "can", "could",
    "would", "should", "will", "may", "also", "just", "the", "this", "that", "these", "those", "there", "here", "no",
    "not", "answer", "give", "explain", "describe", "list", "write", "summarize", "summarise", "translate", "keep",
    "use", "be", "make", "add", "then", "or", "need", "want", "thanks!", "asap", "keeping", "don't", "do", "as",
    "bonus",
    "show", "tell", "return", "reply", "respond", "rewrite", "convert", "fix", "create", "only", "yes", "one",
  ])
}
