/// The words of an instruction as they are written, capitals and marks and all: for guards that look at what reading leaves out.
struct WrittenWords {
  struct Word {
    /// As it is written, without the marks at its ends.
    let raw: String
    /// In lower case.
    let lower: String
    /// Whether a sentence begins with it, so that its capital says nothing.
    let startsSentence: Bool
    /// Whether a comma or the like stands before it, or nothing.
    let startsPart: Bool

    /// Whether its first letter is a capital.
    var isCapital: Bool { raw.utf8.first.map(InstructionWords.isCapital) ?? false }
  }

  private(set) var words: [Word] = []
  /// Pieces that are marks alone, such as `?.`.
  private(set) var marks: [String] = []
  /// What stands in round brackets.
  private(set) var brackets: [String] = []

  init(_ text: String) {
    let bytes = Array(text.utf8)
    var (startsSentence, startsPart) = (true, true)
    for piece in bytes.split(whereSeparator: InstructionWords.isBlank) {
      let isWordByte = { (byte: UInt8) in
        InstructionWords.isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
      guard let first = piece.firstIndex(where: isWordByte), let last = piece.lastIndex(where: isWordByte) else {
        let mark = String(decoding: piece, as: UTF8.self)
        if !Self.plainMarks.contains(mark) { marks.append(mark) }
        (startsSentence, startsPart) = (startsSentence || piece.contains { ".?!:".utf8.contains($0) }, true)
        continue
      }
      // The dash of an option belongs to it.
      let isOption = first > piece.startIndex && piece[first - 1] == UInt8(ascii: "-")
      let raw = String(decoding: piece[(isOption ? first - 1 : first)...last], as: UTF8.self)
      let lower = String(decoding: InstructionWords.lowercased(Array(raw.utf8)[...]), as: UTF8.self)
      words.append(Word(raw: raw, lower: lower, startsSentence: startsSentence, startsPart: startsPart))
      let end = piece[(last + 1)...]
      startsSentence = end.contains { ".?!:".utf8.contains($0) }
      startsPart = end.contains { ".?!:,;".utf8.contains($0) }
    }
    readBrackets(bytes)
  }

  /// Marks between words that nothing hangs on.
  private static let plainMarks: Set = [
    "-", "–", "—", "...", "…", ",", ":", ";", "&", "/", "?", "!", "->", "=>", "→", "|", "+", "*", "=", "<",
    ">", "%", "^", "×", "÷",
  ]

  private mutating func readBrackets(_ bytes: [UInt8]) {
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "(") {
        start = index + 1
      } else if byte == UInt8(ascii: ")"), let from = start {
        brackets.append(String(decoding: InstructionWords.lowercased(bytes[from..<index]), as: UTF8.self))
        start = nil
      }
    }
  }

  /// Whether it has a capital that no beginning of a sentence asks for.
  var hasCapitals: Bool { words.contains { $0.isCapital && !$0.startsSentence && $0.lower != "i" } }

  /// Whether a word stands there, in lower case.
  func contains(_ word: String) -> Bool { words.contains { $0.lower == word } }

  /// How often a word stands there, in lower case.
  func count(of word: String) -> Int { words.count { $0.lower == word } }
}
