/// Fewer tokens than any tokenizer makes of a text, as it streams by.
///
/// An estimate may be far off where marks repeat: a tokenizer makes one token of eighty dashes, or of as many spaces. But none joins
/// words in this way, whatever they are, and each run of letters of one script is one at least. A fifth of these is counted, as some
/// tokenizers join a few short words; besides them a token for each kilobyte, for the longest tokens of all are of 128 marks.
public struct LeastTokens: Sendable {
  private static let wordsOfAToken: Int64 = 5
  private static let bytesOfAToken: Int64 = 1024
  private var classifier = TokenClassifier()
  private var words: Int64 = 0
  private var bytes: Int64 = 0

  /// Begins with nothing.
  public init() {}

  /// Takes in the next bytes of the text.
  public mutating func consume(_ text: some Sequence<UInt8>) {
    if text.withContiguousStorageIfAvailable({ consume(contiguous: $0) }) == nil {
      Array(text).withUnsafeBufferPointer { consume(contiguous: $0) }
    }
  }

  /// The tokens so far.
  public var tokens: Int64 { max(words / Self.wordsOfAToken, bytes / Self.bytesOfAToken) }

  private mutating func consume(contiguous text: UnsafeBufferPointer<UInt8>) {
    var words: Int64 = 0
    classifier.classify(text) { kind in if Self.isWord(kind) { words += 1 } }
    self.words += words
    bytes += Int64(text.count)
  }

  /// Whether a feature is that of a word, or of a run of letters, as each has one.
  private static func isWord(_ kind: Int) -> Bool {
    if (TokenClass.wordLead..<TokenClass.pair).contains(kind) { return true }
    guard (TokenClass.scriptRun..<TokenClass.symbol).contains(kind),
      let script = TokenScript(rawValue: (kind - TokenClass.scriptRun) / 8)
    else { return false }
    return script != .symbol && script != .cjkMark && script != .emoji
  }
}
