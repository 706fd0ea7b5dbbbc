/// Marks that are code: which brackets, and what stands between two letters that are names. "[ -n $x ]" is no "[[ -n $x ]]", "x + y"
/// no "x & y", and "(a)" no "[a]", where in prose such marks only say how somebody writes ("pros & cons", "in short (3 lines)").
enum CodeMarks {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    let (left, right) = (marks(in: a), marks(in: b))
    return left == right ? nil : "the marks \(shown(left)) and \(shown(right))"
  }

  private static func shown(_ marks: [String]) -> String { marks.isEmpty ? "(none)" : marks.joined(separator: " ") }

  /// All such marks of a text, in their order. Most texts have none.
  static func marks(in facts: GuardFacts) -> [String] {
    var text = facts.text
    let hasAny = text.withUTF8 { mayHoldOne($0) }
    guard hasAny else { return [] }
    let isInProgram = namesProgram(facts)
    let tokens = text.utf8.split { InstructionWords.isBlank($0) }
    var found: [String] = []
    for (place, token) in tokens.enumerated() {
      addBrackets(token, tokens, place, to: &found)
      if let mark = sign(tokens, place) { found.append(mark) }
      if isInProgram, let mark = quotationMark(token) { found.append(mark) }
    }
    return found
  }

  /// Whether a text has a bracket, a name of one letter or a quotation mark at the beginning of a word.
  private static func mayHoldOne(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var before: UInt8 = 0x20
    for (place, byte) in bytes.enumerated() {
      defer { before = byte }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("): return true
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), 0xE2, 0xC2:
        if InstructionWords.isBlank(before) { return true }
      default:
        if InstructionWords.isBlank(before), isLetter(byte), place + 1 == bytes.count || !isOfName(bytes[place + 1]) {
          if byte | 0x20 != UInt8(ascii: "a") && byte != UInt8(ascii: "I") { return true }
        }
      }
    }
    return false
  }

  // MARK: - Brackets

  /// Square and curly ones are always code; round ones where two stand together, or around what is no word.
  private static func addBrackets(
    _ token: Substring.UTF8View, _ tokens: [Substring.UTF8View], _ place: Int, to found: inout [String]
  ) {
    for index in token.indices {
      switch token[index] {
      // A shell has no "[-f".
      case UInt8(ascii: "["): found.append(token.index(after: index) == token.endIndex ? "[ " : "[")
      case UInt8(ascii: "]"): found.append("]")
      case UInt8(ascii: "{"): found.append("{")
      case UInt8(ascii: "}"): found.append("}")
      case UInt8(ascii: "("):
        let rest = token[token.index(after: index)...]
        // "f(x)" is a name as a whole.
        if index == token.startIndex || token[token.index(before: index)] == UInt8(ascii: "("),
          isCode(rest.isEmpty && place + 1 < tokens.count ? tokens[place + 1] : rest)
        {
          found.append("(")
        }
      default: break
      }
    }
  }

  /// Whether what follows an opening bracket is no word of prose: "(a)", "(-f", "((", "( x".
  private static func isCode(_ inside: Substring.UTF8View) -> Bool {
    guard let first = inside.first else { return false }
    if first == UInt8(ascii: ")") { return true }
    let name = inside.prefix { isOfName($0) }
    if name.isEmpty { return first < 0x80 && !"'\"".utf8.contains(first) }
    return name.count == 1 && inside.dropFirst().first != UInt8(ascii: "'")
      && (isLetter(first) ? inside.count > 1 || first | 0x20 != UInt8(ascii: "a") : inside.count > 1)
  }

  // MARK: - Signs

  /// A mark between two tokens of which one is a name of one letter, or behind such a name: "x & y", "x; y".
  private static func sign(_ tokens: [Substring.UTF8View], _ place: Int) -> String? {
    let token = tokens[place]
    if !token.contains(where: isOfName) {
      let isBetween = place > 0 && place + 1 < tokens.count
      guard isBetween, isLetterName(tokens[place - 1]) || isLetterName(tokens[place + 1]) else { return nil }
      let marks = token.filter { !"()[]{}".utf8.contains($0) }
      return marks.isEmpty ? nil : String(decoding: marks, as: UTF8.self)
    }
    guard isLetterName(token), let last = token.last, !isOfName(last), place + 1 < tokens.count else { return nil }
    let marks = token.reversed().prefix { !isOfName($0) }.filter { !"()[]{}".utf8.contains($0) }
    return marks.isEmpty || !isLetterName(tokens[place + 1])
      ? nil : String(decoding: marks.reversed(), as: UTF8.self)
  }

  /// Whether a token is one letter, with whatever marks: "x", "(x", "y)", "$x". "A" and "I" are words.
  private static func isLetterName(_ token: Substring.UTF8View) -> Bool {
    var letter: UInt8?
    for byte in token where isOfName(byte) {
      if letter != nil { return false }
      letter = byte
    }
    guard let letter, isLetter(letter) else { return false }
    return letter | 0x20 != UInt8(ascii: "a") && letter | 0x20 != UInt8(ascii: "i") || token.count > 1
  }

  private static func isLetter(_ byte: UInt8) -> Bool { InstructionWords.isSmall(byte | 0x20) }

  private static func isOfName(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "_")
      || byte >= 0xC3 && byte != 0xE2
  }

  // MARK: - Quotation marks

  /// How a token of a program begins that is quoted: 'x' is a string in SQL, and "x" a column.
  private static func quotationMark(_ token: Substring.UTF8View) -> String? {
    guard token.count > 2, let first = token.first else { return nil }
    switch first {
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
      let rest = token.dropFirst()
      // One token that ends as it begins, but for the mark of a sentence.
      guard let end = rest.lastIndex(of: first), end > rest.startIndex, token[end...].count < 3 else { return nil }
      return String(decoding: [first], as: UTF8.self)
    case 0xE2, 0xC2: return String(decoding: token.prefix(first == 0xE2 ? 3 : 2), as: UTF8.self)
    default: return nil
    }
  }

  /// Whether a text asks of a language that programs are written in, or is a line of one.
  private static func namesProgram(_ facts: GuardFacts) -> Bool {
    facts.slots.contains { $0.kind == .tool } || statements.isSaid(in: facts.pieces)
  }

  private static let statements = WordSet(["select", "sql", "shell", "where", "print", "echo"])
}
