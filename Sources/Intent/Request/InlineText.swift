/// The text that some instructions carry after a colon: "Translate to French: …". It is compared as it is written.
enum InlineText {
  /// Tasks whose text may follow a colon.
  static let tasks: Set = [
    "translate", "summarize", "rewrite", "correct", "correct_language", "shorten", "simplify", "expand", "classify",
    "improve",
    "explain", "review", "convert", "fix", "reply", "count", "calculate",
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
        return trimmed(tail).map { (String(instruction[..<index]), $0) }
      }
      previous = bytes[index]
    }
    return nil
  }

  /// Without the full stop or question mark at its end, which as often belongs to the instruction.
  private static func trimmed(_ text: String) -> String? {
    var text = Substring(text)
    while let last = text.utf8.last, last == UInt8(ascii: ".") || last == UInt8(ascii: "?") || last == UInt8(ascii: " ")
    {
      text.removeLast()
    }
    return text.isEmpty ? nil : String(text)
  }
}
