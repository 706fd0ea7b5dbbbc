/// Fewer tokens than any tokenizer makes of a text, as it streams by.
///
/// An estimate may be far off where marks repeat: a tokenizer makes one token of eighty dashes, or of as many spaces. But none joins
/// words in this way, whatever they are, and each run of letters of one script is one at least. A fifth of these is counted, as some
/// tokenizers join a few short words. Scripts without blanks have no words, and numbers none: of their letters, and of digits, one in
/// sixteen is counted, as a token holds a handful. Besides them a token for each kilobyte, for the longest of all are of 128 marks.
public struct LeastTokens: Sendable {
  private static let wordsOfAToken: Int64 = 5
  private static let lettersOfAToken: Int64 = 16
  private static let bytesOfAToken: Int64 = 1024
  private var classifier = TokenClassifier()
  private var counts = Counts()
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
  public var tokens: Int64 {
    var (rest, counts) = (classifier, counts)
    rest.finish { counts.add($0) }
    return max(counts.words / Self.wordsOfAToken, counts.letters / Self.lettersOfAToken, bytes / Self.bytesOfAToken)
  }

  private mutating func consume(contiguous text: UnsafeBufferPointer<UInt8>) {
    var counts = counts
    classifier.classify(text) { counts.add($0) }
    self.counts = counts
    bytes += Int64(text.count)
  }

  private struct Counts {
    var words: Int64 = 0
    /// Letters of scripts without blanks, and digits.
    var letters: Int64 = 0

    @inline(__always)
    mutating func add(_ kind: Int) {
      if LeastTokens.isWord(kind) { words += 1 } else { letters += LeastTokens.letters(kind) }
    }
  }

  /// How many letters without words, or digits, a feature is of.
  private static func letters(_ kind: Int) -> Int64 {
    switch kind {
    case TokenClass.otherWide..<TokenClass.cjkMark, TokenClass.longDigit: 1
    case TokenClass.digits..<TokenClass.longDigit: Int64((kind - TokenClass.digits) % TokenClass.digitLengths + 1)
    default: 0
    }
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
