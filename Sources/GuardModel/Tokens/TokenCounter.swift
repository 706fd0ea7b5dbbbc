/// Estimates how many tokens a text is for a model, as it streams by.
///
/// No tokenizer is shipped: a text is divided into small features (words by shape and length, neighbouring letters, digits,
/// marks, white space, characters of each script), and every feature costs a fixed part of a token. Where the stream is
/// cut into chunks does not matter, memory is constant, and bytes that are not UTF-8 count as bytes.
///
/// *Source:* the weights are fitted to two real tokenizers by `.tools/calibrate-estimator`; the errors are in the
/// documentation's article on estimation.
public struct TokenCounter: Sendable {
  private var classifier = TokenClassifier()
  private var sums = Sums()

  /// Thousandths of tokens by each of the two tokenizers.
  private struct Sums {
    var openAI: Int64 = 0
    var anthropic: Int64 = 0
  }

  /// Begins with nothing.
  public init() {}

  /// Takes in the next bytes of the text.
  public mutating func consume(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ consume(contiguous: $0) }) == nil {
      Array(bytes).withUnsafeBufferPointer { consume(contiguous: $0) }
    }
  }

  /// The tokens so far for a model whose tokenizer is not known.
  public var tokens: Int64 { tokens(by: .other) }

  /// The tokens so far, rounded up. Reading it in the middle of a text changes nothing.
  public func tokens(by family: TokenizerFamily) -> Int64 {
    var rest = classifier
    var sums = sums
    rest.finish {
      sums.openAI += Int64(TokenCounterWeights.openAI[$0])
      sums.anthropic += Int64(TokenCounterWeights.anthropic[$0])
    }
    switch family {
    case .openAI: return (sums.openAI + 999) / 1000
    case .anthropic: return (sums.anthropic + 999) / 1000
    case .other: return (sums.openAI + sums.anthropic + 1999) / 2000
    }
  }

  /// The tokens of a whole text.
  public static func tokens(in text: String, by family: TokenizerFamily = .other) -> Int64 {
    var counter = TokenCounter()
    counter.consume(text.utf8)
    return counter.tokens(by: family)
  }

  private mutating func consume(contiguous bytes: UnsafeBufferPointer<UInt8>) {
    var sums = Sums()
    TokenCounterWeights.openAI.withUnsafeBufferPointer { openAI in
      TokenCounterWeights.anthropic.withUnsafeBufferPointer { anthropic in
        classifier.classify(bytes) {
          sums.openAI += Int64(openAI[$0])
          sums.anthropic += Int64(anthropic[$0])
        }
      }
    }
    self.sums.openAI += sums.openAI
    self.sums.anthropic += sums.anthropic
  }
}
