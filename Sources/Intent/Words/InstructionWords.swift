/// One piece of an instruction: a word, a literal, or a break between clauses.
struct InstructionWord: Equatable, Sendable {
  enum Kind: Equatable, Sendable {
    /// In lower case, ready for the lexicon.
    case word
    /// `'s` after a noun.
    case possessive
    /// Digits, without separators of thousands.
    case number
    /// What stood between quotation marks, as it is written.
    case quote
    /// A path, an option, a name with marks or capitals inside, an expression: as it is written.
    case code
    /// A sign of arithmetic or comparison, or an arrow.
    case sign
    /// A comma, a colon, a full stop, a bracket.
    case pause
    /// Where a payload stood.
    case payload
  }

  let kind: Kind
  let text: String
  /// What the lexicon finds it by.
  let hash: UInt64

  init(kind: Kind, text: String) {
    (self.kind, self.text) = (kind, text)
    hash = PhraseHash.of(text)
  }
}

/// Cuts an instruction into words.
///
/// Nothing is lost but white space, letter case of plain words and marks at the ends of words. Characters that cannot be seen
/// are part of the word they stand in, so that it is another word.
struct InstructionWords {
  private(set) var words: [InstructionWord] = []
  private let bytes: [UInt8]
  private var position = 0
  /// Where words stand that the lexicon does not know, and that are no names: they may be misspelt.
  private var strange: [Int] = []
  /// Where such words stand as begin with a capital inside of a sentence.
  private var strangeNames: [Int] = []

  /// Instructions longer than this are not read: they are compared as text.
  static let maximumBytes = 4096

  init(_ text: String) {
    bytes = Array(text.utf8)
    words.reserveCapacity(bytes.count / 5 + 4)
    while position < bytes.count { next() }
    if !strangeNames.isEmpty { Spelling.correctNames(&words, at: strangeNames) }
    if !strange.isEmpty { Spelling.correct(&words, at: strange) }
    Self.readClocks(&words)
    Self.readUsual(&words)
  }

  /// Adds a word that is written in small letters, or at the beginning of a sentence.
  private mutating func addPlain(_ word: InstructionWord) {
    if Spelling.mayBeStrange(word) { strange.append(words.count) }
    words.append(word)
  }

  private var beginsSentence: Bool {
    guard let last = words.last else { return true }
    return last.kind == .pause && last.text != "," && last.text != ";" && last.text != "("
      && last.text.utf8.first != 0x29
  }

  private mutating func next() {
    let byte = bytes[position]
    if byte == 0x0A {
      words.append(InstructionWord(kind: .pause, text: "\n"))
      position += 1
    } else if Self.isBlank(byte) {
      position += 1
    } else if let mark = Self.openingQuote(bytes, position), let end = closing(mark) {
      add(.quote, position + mark.length, end)
      position = end + mark.closing.count
    } else if let sign = Self.longSign(bytes, position) {
      words.append(InstructionWord(kind: .sign, text: sign.text))
      position += sign.length
    } else if byte == 0xEF, bytes[position...].starts(with: [0xEF, 0xBF, 0xBC]) {
      words.append(InstructionWord(kind: .payload, text: ""))
      position += 3
    } else {
      run()
    }
  }

  /// Where a quotation ends: at its closing mark, in the same line, and for a plain apostrophe at the end of a word.
  private func closing(_ mark: Quote) -> Int? {
    var index = position + mark.length
    while index + mark.closing.count <= bytes.count, bytes[index] != 0x0A {
      let after = index + mark.closing.count
      let isEnd = after == bytes.count || !Self.isLetter(bytes[after]) || bytes[after] >= 0x80
      if bytes[index...].starts(with: mark.closing), index > position + mark.length,
        mark.closing != [UInt8(ascii: "'")] || isEnd
      {
        return index
      }
      index += 1
    }
    return nil
  }

  /// Reads up to the next blank or quotation mark, and takes the marks off both ends.
  private mutating func run() {
    var end = position
    while end < bytes.count {
      // Most bytes are letters, which end nothing.
      if !Self.isLetter(bytes[end]) || bytes[end] >= 0x80 {
        if Self.isBlank(bytes[end]) || Self.longSign(bytes, end) != nil { break }
        if end != position, isQuoteInside(end) { break }
      }
      end += 1
    }
    var start = position
    position = end
    while start < end, Self.isOpening(bytes[start]) {
      words.append(InstructionWord(kind: .pause, text: "("))
      start += 1
    }
    var last = end
    while last > start, Self.isPause(bytes[last - 1]), !isBalanced(start, last), !isLazy(start, last) { last -= 1 }
    if last == start, start < end, isCodeOfMarks(start, end) { return add(.code, start, end) }
    if start < last { piece(start, last) }
    if last < end {
      words.append(InstructionWord(kind: .pause, text: String(decoding: bytes[last..<end], as: UTF8.self)))
    }
  }

  /// Marks that stand alone are what is asked about: "explain ?.", "what does : do". French puts a blank before its marks.
  private func isCodeOfMarks(_ start: Int, _ end: Int) -> Bool {
    if bytes[start] == UInt8(ascii: ")") || bytes[start] == UInt8(ascii: "]") { return false }
    let isLast = bytes[end...].allSatisfy(Self.isBlank)
    let isOneMark = bytes[start..<end].allSatisfy { $0 == bytes[start] }
    switch bytes[start] {
    case UInt8(ascii: "?"), UInt8(ascii: "!"): return !(isOneMark && isLast)
    case UInt8(ascii: ":"): return !(isOneMark && end == start + 1)
    default: return true
    }
  }

  /// `name()` and `f(x)` keep their brackets.
  private func isBalanced(_ start: Int, _ end: Int) -> Bool {
    guard bytes[end - 1] == UInt8(ascii: ")") || bytes[end - 1] == UInt8(ascii: "]") else { return false }
    return bytes[start..<end].contains(bytes[end - 1] == UInt8(ascii: ")") ? UInt8(ascii: "(") : UInt8(ascii: "["))
  }

  /// `.*?` in an expression, where a question may not end: its mark belongs to it. "What is C++?" ends there.
  private func isLazy(_ start: Int, _ end: Int) -> Bool {
    guard end - start > 2, bytes[end - 1] == UInt8(ascii: "?") else { return false }
    switch bytes[end - 2] {
    case UInt8(ascii: "*"), UInt8(ascii: "}"): return true
    case UInt8(ascii: "+"): return bytes[end - 3] != UInt8(ascii: "+") && !bytes[end...].allSatisfy(Self.isBlank)
    default: return false
    }
  }

  private func isQuoteInside(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "`")
  }

  private mutating func piece(_ start: Int, _ end: Int) {
    let raw = bytes[start..<end]
    // Most words are plain ones.
    if raw.allSatisfy(Self.isSmall) { return addPlain(InstructionWord(kind: .word, text: text(raw))) }
    if let number = NumberText.read(raw) { return number.forEach { words.append($0) } }
    if raw.count == 1, let sign = Self.sign(raw[start]) {
      words.append(InstructionWord(kind: .sign, text: sign))
      return
    }
    let lower = Self.lowercased(raw)
    if let clock = Self.clock(lower) {
      words.append(InstructionWord(kind: .code, text: text(clock.time)))
      return words.append(InstructionWord(kind: .word, text: text(clock.half)))
    }
    if Self.isHalf(lower), let time = words.last, time.kind == .number || Self.isClock(time.text.utf8) {
      return words.append(InstructionWord(kind: .word, text: text(lower)))
    }
    if raw.allSatisfy(Self.isLetter) {
      // Capitals inside of a word make a name of code.
      let plain = raw.dropFirst().allSatisfy { !Self.isCapital($0) } || raw.allSatisfy { !Self.isSmall($0) }
      // So do capitals where a small word would mean something else: US, IT.
      let isWord =
        raw.count > 1 && raw.allSatisfy(Self.isCapital)
        ? !isSmallWord(lower)
        : isAcronyms(raw) || (plain || isKnown(lower) || isProduct(lower)) && !isOtherUnit(raw, lower)
      let word = InstructionWord(kind: isWord ? .word : .code, text: isWord ? text(lower) : text(raw))
      if isWord, beginsSentence, lower.allSatisfy(Self.isSmall), raw.dropFirst().allSatisfy(Self.isSmall) {
        return addPlain(word)
      }
      // "Pyhton Smith"
      if isWord, plain, strangeNames.last == words.count - 1, !isKnown(lower) { strangeNames.removeLast() }
      if isWord, lower.count >= 6, raw.dropFirst().allSatisfy(Self.isSmall), !isKnown(lower) {
        strangeNames.append(words.count)
      }
      return words.append(word)
    }
    if isKnown(lower) || lower.elementsEqual("mon-fri".utf8) {
      return words.append(InstructionWord(kind: .word, text: text(lower)))
    }
    // "The diff b/w TCP and UDP": elsewhere it is black and white.
    if lower.elementsEqual("b/w".utf8), let last = words.last, last.text.hasPrefix("diff") {
      return words.append(InstructionWord(kind: .word, text: "between"))
    }
    if contraction(start, end, lower) { return }
    if parts(start, end, separator: UInt8(ascii: "-"), joint: nil) { return }
    if parts(start, end, separator: UInt8(ascii: "/"), joint: "/") { return }
    if parts(start, end, separator: UInt8(ascii: ","), joint: ",") { return }
    if parts(start, end, separator: UInt8(ascii: ":"), joint: ":") { return }
    // An option is none: `-o` is not `-O`.
    let isPlain =
      Self.isLetter(lower[0]) && lower.allSatisfy { Self.isLetter($0) || $0 == UInt8(ascii: "-") }
    let isSmall = isPlain || isNotation(lower)
    words.append(InstructionWord(kind: isPlain ? .word : .code, text: isSmall ? text(lower) : text(raw)))
  }

  /// Cuts `three-sentence` and `positive/negative`, when every part is a plain word or a number, and at other marks than hyphens
  /// a known one.
  private mutating func parts(_ start: Int, _ end: Int, separator: UInt8, joint: String?) -> Bool {
    let pieces = bytes[start..<end].split(separator: separator, omittingEmptySubsequences: false)
    guard pieces.count > 1, pieces.count <= 8 else { return false }
    for piece in pieces {
      guard !piece.isEmpty else { return false }
      let isNumber = NumberText.read(piece) != nil
      guard isNumber || piece.allSatisfy(Self.isLetter) else { return false }
      guard isNumber || isKnown(Self.lowercased(piece)) || (joint == nil && piece.count > 1) else { return false }
      if separator != UInt8(ascii: "-"), isNumber { return false }
      if isNumber, piece.count > 3 { return false }
    }
    if joint == nil, pieces.allSatisfy({ NumberText.read($0) != nil }) { return false }
    for (index, piece) in pieces.enumerated() {
      if index > 0, let joint {
        words.append(InstructionWord(kind: joint == "/" ? .word : .pause, text: joint))
      }
      if let number = NumberText.read(piece) {
        words += number
      } else {
        words.append(InstructionWord(kind: .word, text: text(Self.lowercased(piece))))
      }
    }
    return true
  }

  private static let openers: Set = [
    "what", "who", "how", "where", "when", "why", "it", "that", "there", "here", "which", "he", "she",
  ]

  /// `what's`, `don't`, `Friday's`.
  private mutating func contraction(_ start: Int, _ end: Int, _ lower: [UInt8]) -> Bool {
    guard let mark = lower.lastIndex(of: UInt8(ascii: "'")), mark > 0 else { return false }
    let head = lower[..<mark]
    // "The e-mail's tone": a word with a hyphen, when it is known.
    guard head.allSatisfy(Self.isLetter) || lower.count == mark + 2 && lower.last == UInt8(ascii: "s") && isKnown(head)
    else { return false }
    switch text(lower[(mark + 1)...]) {
    // "Vers l'anglais"
    case let tail where head.elementsEqual("l".utf8) && Self.isFrenchLanguage(tail):
      words.append(InstructionWord(kind: .word, text: "l'"))
      words.append(InstructionWord(kind: .word, text: tail))
    case "s":
      let isSmall = bytes[start..<(start + head.count)].allSatisfy(Self.isSmall)
      let word = InstructionWord(kind: .word, text: text(head))
      if isSmall { addPlain(word) } else { words.append(word) }
      let isVerb = Self.openers.contains(text(head))
      words.append(InstructionWord(kind: isVerb ? .word : .possessive, text: isVerb ? "is" : ""))
    case "":
      words.append(InstructionWord(kind: .word, text: text(head)))
      words.append(InstructionWord(kind: .possessive, text: ""))
    case "t" where head.last == UInt8(ascii: "n"):
      let stem = text(head.dropLast())
      words.append(InstructionWord(kind: .word, text: stem == "ca" ? "can" : stem == "wo" ? "will" : stem))
      words.append(InstructionWord(kind: .word, text: "not"))
    case "d" where says("like", after: end):
      // "I'd like" wants something, "I like" does not.
      words.append(InstructionWord(kind: .word, text: text(head)))
      words.append(InstructionWord(kind: .word, text: "would"))
    case "re", "ll", "ve", "d", "m": words.append(InstructionWord(kind: .word, text: text(head)))
    default: return false
    }
    return true
  }

  private static func isFrenchLanguage(_ word: String) -> Bool {
    var isLanguage = false
    Lexicon.shared.forEachReading(PhraseHash.of(word)) {
      if $0.kind == .language, Lexicon.languages[Int($0.language)] == "fr" { isLanguage = true }
    }
    return isLanguage
  }

  /// Whether a word in small letters is the next one.
  private func says(_ word: StaticString, after end: Int) -> Bool {
    let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    var start = end
    while start < bytes.count, Self.isBlank(bytes[start]) { start += 1 }
    let after = start + letters.count
    return start > end && bytes[start...].starts(with: letters)
      && (after == bytes.count || !Self.isLetter(bytes[after]))
  }

  /// Whether the capital of a unit makes another one of it: Mb is not MB, Mm not mm, K not k.
  private func isOtherUnit(_ raw: ArraySlice<UInt8>, _ lower: [UInt8]) -> Bool {
    guard raw.count <= 3, let first = raw.first, let last = raw.last, Self.isCapital(first) else { return false }
    // "5 M" are not "5 m"; in "C", "I" and "a" the capital says nothing.
    if raw.count == 1 { return !isKnown(lower) || NumberText.isUnit(lower) }
    guard Self.isSmall(last) else { return false }
    return !(raw.count == 3 && Self.isCapital(raw[raw.startIndex + 1])) && NumberText.isUnit(lower)
  }

  /// "UUIDs", "PDFs": several of what is written in capitals alone.
  private func isAcronyms(_ raw: ArraySlice<UInt8>) -> Bool {
    raw.count > 3 && raw.last == UInt8(ascii: "s") && raw.dropLast().allSatisfy(Self.isCapital)
      && !isSmallWord(Self.lowercased(raw))
  }

  private func isSmallWord(_ lower: [UInt8]) -> Bool {
    var hash = PhraseHash()
    hash.add(lower)
    var isSmall = false
    Lexicon.shared.forEachReading(hash.value) { reading in
      switch reading.kind {
      case .det, .prep, .pronoun, .subject, .and, .or, .not, .relative, .filler: isSmall = true
      default: break
      }
    }
    return isSmall && lower != Array("vs".utf8) && bytes.contains(where: Self.isSmall)
  }

  private func isKnown(_ lower: some Sequence<UInt8>) -> Bool {
    var hash = PhraseHash()
    hash.add(lower)
    // In any language: which one it is, is found out later.
    var isKnown = false
    Lexicon.shared.forEachReading(hash.value) { _ in isKnown = true }
    return isKnown
  }

  /// "LinkedIn", unless it is said a second time: then how it is written may be what is asked.
  private func isProduct(_ lower: [UInt8]) -> Bool {
    let name = InstructionWord(kind: .word, text: text(lower))
    return ProductNames.all.contains(name) && !words.contains(name)
  }

  /// "IPv4", "SHA256", unless it is said a second time.
  private func isNotation(_ lower: [UInt8]) -> Bool {
    ProductNames.notations.contains(text(lower))
      && !words.contains { $0.kind == .code && $0.text.lowercased() == text(lower) }
  }

  private mutating func add(_ kind: InstructionWord.Kind, _ start: Int, _ end: Int) {
    words.append(InstructionWord(kind: kind, text: text(bytes[start..<end])))
  }

  private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
