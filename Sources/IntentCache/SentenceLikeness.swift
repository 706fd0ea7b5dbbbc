import Intent

/// How alike two instructions are, by the table of words that is built in.
public final class SentenceLikeness: Likeness {
  /// The vector of the last text: one request is compared with many.
  private var last: (text: String, vector: SentenceVector)?

  /// Its signs are those of the sentence's vector.
  public var isOfSentences: Bool { true }

  /// Makes a measure; nothing is loaded, the table is part of the program.
  public init() {}

  /// The signs of a text's vector.
  public func signs(of text: String) -> UInt64? { vector(text).signBits }

  /// The cosine of the angle between two texts' vectors.
  public func thousandths(_ a: String, _ b: String) -> Int64 {
    Int64((vector(a).similarity(to: SentenceVector(b)) * 1000).rounded())
  }

  private func vector(_ text: String) -> SentenceVector {
    if let last, last.text == text { return last.vector }
    let vector = SentenceVector(text)
    last = (text, vector)
    return vector
  }
}
