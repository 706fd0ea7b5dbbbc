/// The parts of a message: its lines, its sentences, what stands before a colon and behind it, behind a dash, a bar or a slash between
/// blanks, and between brackets.
enum TextParts {
  /// One of them.
  struct Part {
    /// As it is written, without blanks at its ends and without a full stop.
    let text: String
    /// Whether a colon ends it.
    let isHead: Bool
    /// Whether it stood between brackets.
    let isInBrackets: Bool
    /// Its words, as they are read; a colon and the like are none.
    let words: [InstructionWord]
  }

  /// All parts that hold anything, in order; none where there is only one, as in most messages.
  static func parts(of text: String) -> [Part] {
    var text = text
    let ends = text.withUTF8 { boundaries(in: $0) }
    if ends.isEmpty { return [] }
    let bytes = text.utf8
    var parts: [Part] = []
    var start = bytes.startIndex
    for end in ends + [Boundary(start: bytes.count, end: bytes.count)] {
      let stop = bytes.index(bytes.startIndex, offsetBy: end.start)
      let own = trimmed(bytes[start..<stop])
      if !own.isEmpty {
        let words = InstructionWords(own).words.filter { $0.kind != .pause && $0.kind != .payload }
        parts.append(Part(text: own, isHead: end.isColon, isInBrackets: end.closesBracket, words: words))
      }
      start = bytes.index(bytes.startIndex, offsetBy: end.end)
    }
    return parts
  }

  private static func trimmed(_ bytes: Substring.UTF8View) -> String {
    var bytes = bytes
    while let last = bytes.last, InstructionWords.isBlank(last) || last == UInt8(ascii: ".") { bytes.removeLast() }
    return String(decoding: bytes.drop(while: InstructionWords.isBlank), as: UTF8.self)
  }

  // MARK: Where they end

  private struct Boundary {
    let start: Int
    let end: Int
    var isColon = false
    var closesBracket = false
  }

  private static func boundaries(in bytes: UnsafeBufferPointer<UInt8>) -> [Boundary] {
    var found: [Boundary] = []
    var isInBrackets = false
    // What is quoted is compared as it is written in any case.
    var quoteEnd = 0
    for place in bytes.indices {
      // Most bytes are letters.
      if InstructionWords.isSmall(bytes[place]) || place < quoteEnd { continue }
      if let end = closing(bytes, from: place) { quoteEnd = end }
      switch bytes[place] {
      case 0x20 where place > 0, 0x09 where place > 0:
        if let end = sign(bytes, behind: place) {
          found.append(Boundary(start: place, end: end))
          isInBrackets = bytes[end - 1] == UInt8(ascii: "(")
        } else if endsSentence(bytes, place) {
          found.append(Boundary(start: place, end: place + 1, isColon: isColon(bytes, place)))
        }
      case 0x0A: found.append(Boundary(start: place, end: place + 1, isColon: place > 0 && isColon(bytes, place)))
      case UInt8(ascii: ")") where isInBrackets:
        isInBrackets = false
        found.append(Boundary(start: place, end: place + 1, closesBracket: true))
      case UInt8(ascii: ":") where isTight(bytes, place):
        found.append(Boundary(start: place, end: place + 1, isColon: true))
      // Long dashes and dots need no blank.
      case 0xE2
      where place + 2 < bytes.count && bytes[place + 1] == 0x80 && [0x93, 0x94, 0xA6].contains(bytes[place + 2]):
        found.append(Boundary(start: place, end: place + 3))
      default: break
      }
    }
    return found
  }

  /// Where a dash, a bar or a slash between blanks ends, or an opening bracket.
  private static func sign(_ bytes: UnsafeBufferPointer<UInt8>, behind place: Int) -> Int? {
    guard place + 2 < bytes.count else { return nil }
    switch bytes[place + 1] {
    case UInt8(ascii: "("): return place + 2
    case UInt8(ascii: "-"), UInt8(ascii: "|"), UInt8(ascii: "/"):
      // "find / -name x", "ps | grep x"
      let isOfCode = place + 3 < bytes.count && "-|>&".utf8.contains(bytes[place + 3])
      guard bytes[place + 2] == 0x20, !isOfCode else { return nil }
      if bytes[place + 1] != UInt8(ascii: "|") { return place + 2 }
      let next = bytes[(place + 3)...].prefix { InstructionWords.isSmall($0) }
      return piped.contains(InstructionWord.word(String(decoding: next, as: UTF8.self))) ? nil : place + 2
    default: return nil
    }
  }

  /// "Tone:could you …"
  private static func isTight(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    place > 0 && place + 1 < bytes.count && InstructionWords.isLetter(bytes[place - 1])
      && InstructionWords.isLetter(bytes[place + 1])
  }

  /// Where a quotation ends that begins at a place, in the same line: behind its closing mark.
  private static func closing(_ bytes: UnsafeBufferPointer<UInt8>, from place: Int) -> Int? {
    let mark = bytes[place]
    guard mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "`"), place + 1 < bytes.count else { return nil }
    for end in (place + 1)..<bytes.count {
      if bytes[end] == mark { return end }
      if bytes[end] == 0x0A { return nil }
    }
    return nil
  }

  /// What a shell pipes into.
  private static let piped = WordSet([
    "grep", "awk", "sed", "jq", "xargs", "sort", "uniq", "wc", "head", "tail", "tee", "less", "tr", "cut", "sh", "bash",
    "ssh", "tar", "gzip", "python",
  ])

  private static func isColon(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    bytes[place - 1] == UInt8(ascii: ":")
  }

  /// Whether a mark stands before a blank that ends a sentence or a head; quotation marks and brackets may follow it.
  private static func endsSentence(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    var last = place - 1
    while last > 0, "\"')]".utf8.contains(bytes[last]) { last -= 1 }
    switch bytes[last] {
    case UInt8(ascii: ":"), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ";"): return true
    case UInt8(ascii: "."):
      // "TCP vs. UDP"
      return !(last > 2 && bytes[last - 1] == UInt8(ascii: "s") && bytes[last - 2] == UInt8(ascii: "v"))
    default: return false
    }
  }
}
