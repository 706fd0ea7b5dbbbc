/// Estimates how many tokens a text is for a model, as it streams by.
///
/// No tokenizer is shipped: a text is divided into small features (words by shape and length, neighbouring letters, digits,
/// marks, white space, characters of each script), and every feature costs a fixed part of a token. Where the stream is
/// cut into chunks does not matter, memory is constant, and bytes that are not UTF-8 count as bytes.
///
/// *Source:* the weights are fitted to the mean of two real tokenizers by `.tools/calibrate-estimator`; the errors are in
/// the documentation's article on estimation.
public struct TokenCounter: Sendable {
  private var classifier = TokenClassifier()
  private var thousandths: Int64 = 0

  /// Begins with nothing.
  public init() {}

  /// Takes in the next bytes of the text.
  public mutating func consume(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ consume(contiguous: $0) }) == nil {
      Array(bytes).withUnsafeBufferPointer { consume(contiguous: $0) }
    }
  }

  /// The tokens so far, rounded up. Reading it in the middle of a text changes nothing.
  public var tokens: Int64 {
    var rest = classifier
    var sum = thousandths
    rest.finish { sum += Int64(TokenCounterWeights.thousandths[$0]) }
    return (sum + 999) / 1000
  }

  /// The tokens of a whole text.
  public static func tokens(in text: String) -> Int64 {
    var counter = TokenCounter()
    counter.consume(text.utf8)
    return counter.tokens
  }

  private mutating func consume(contiguous bytes: UnsafeBufferPointer<UInt8>) {
    var sum: Int64 = 0
    TokenCounterWeights.thousandths.withUnsafeBufferPointer { weights in
      classifier.classify(bytes) { sum += Int64(weights[$0]) }
    }
    thousandths += sum
  }
}
