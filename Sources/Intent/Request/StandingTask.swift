/// A task that is given once and for all, by a system prompt or an earlier turn: "translate what the user writes into German". Then
/// what the user says is the text that it is done to, and a request in other words is another text.
///
/// It errs to one side: what is taken for one by mistake is a call more.
public enum StandingTask {
  /// Whether a system prompt or the like names work on a text.
  public static func isGiven(bySystem text: String) -> Bool { says(works, text) }

  /// Whether an earlier turn says what is to be done with those that come.
  public static func isGiven(byTurn text: String) -> Bool { says(standing, text) }

  /// Phrases by the byte that they begin with.
  private typealias Phrases = [UInt8: [[UInt8]]]

  /// Whether one of some phrases begins with a word of a text, in any case and with any blanks or marks between its words.
  private static func says(_ phrases: Phrases, _ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var isInside = false
      for place in bytes.indices {
        let byte = lower(bytes[place])
        defer { isInside = isLetter(byte) }
        if isInside || !isLetter(byte) { continue }
        if let some = phrases[byte], some.contains(where: { begins(bytes[place...], with: $0) }) { return true }
      }
      return false
    }
  }

  private static func begins(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, with phrase: [UInt8]) -> Bool {
    var rest = bytes[...]
    for letter in phrase {
      if letter == UInt8(ascii: " ") {
        guard let first = rest.first, !isLetter(lower(first)) else { return false }
        rest = rest.drop { !isLetter(lower($0)) }
        continue
      }
      while let first = rest.first, first == UInt8(ascii: "'") { rest = rest.dropFirst() }
      guard let first = rest.popFirst(), lower(first) == letter else { return false }
    }
    return true
  }

  private static func lower(_ byte: UInt8) -> UInt8 { InstructionWords.isCapital(byte) ? byte | 0x20 : byte }
  private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A || byte >= 0x80 }

  private static func table(_ phrases: [String]) -> Phrases {
    Dictionary(grouping: phrases.map { Array($0.utf8) }) { $0[0] }
  }

  /// How words begin that name work on a text.
  private static let works = table([
    "translat", "proofread", "paraphras", "rephras", "reword", "rewrit", "classif", "categori", "summari", "extract",
    "transcri", "translit", "spellcheck", "spelling", "grammar", "grammatic", "sentiment", "corrects", "correcti",
    "corrector", "correct the", "correct any", "correct all", "correct my", "correct what", "echo", "repeat",
    "uppercase", "lowercase", "encode", "decode", "detect", "convert", "label", "shorten", "simplif", "moderation",
    "moderator", "tokeniz", "übersetz", "korrigier", "fasse", "klassifizier", "traduis", "traduire", "traduce",
    "traducir", "corrige", "resumir", "resuma", "résum",
  ])

  /// What says that it holds for all that follows.
  private static let standing = table([
    "from now on", "whatever i", "everything i", "anything i", "all i say", "each message", "every message",
    "each sentence", "every sentence", "each text", "each word", "every word", "next message", "i will send",
    "ill send", "i will write", "ill write", "i will give you", "ill give you", "i will paste", "ill paste",
    "i will type", "ill type", "what i write", "what i say", "what i send", "what i type", "what follows", "act as",
    "you are a translator", "ab jetzt", "alles was ich", "jede nachricht",
  ])
}
