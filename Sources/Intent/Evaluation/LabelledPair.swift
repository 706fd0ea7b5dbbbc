/// Two requests of which somebody has said whether one answer serves both.
public struct LabelledPair: Sendable {
  /// The instructions.
  public var instructions: (String, String)
  /// The texts they are about; empty where there is none.
  public var payloads: (String, String)
  /// Whether one answer serves both.
  public var isSame: Bool
  /// What sort of pair it is: `number`, `negation`, `paraphrase`, …
  public var kind: String

  /// Makes a pair.
  public init(_ a: String, _ b: String, payloads: (String, String) = ("", ""), isSame: Bool, kind: String) {
    (instructions, self.payloads, self.isSame, self.kind) = ((a, b), payloads, isSame, kind)
  }
}

/// The ways in which a cached answer is found.
public enum CacheTier: String, Sendable, CaseIterable {
  /// The same text.
  case exact
  /// Other words, the same intent.
  case intent
  /// Either of the two: what is answered unasked.
  case served
  /// Neither, but near: what is offered.
  case similar

  /// The tier in which the answer to the first request of a pair would be found for the second; nil for none.
  ///
  /// - Parameter threshold: how similar two instructions must be at least, from 0 to 1.
  public static func match(_ pair: LabelledPair, threshold: Float) -> CacheTier? {
    guard NormalisedText.exact(pair.payloads.0) == NormalisedText.exact(pair.payloads.1) else { return nil }
    let (a, b) = pair.instructions
    // Whoever asks for another one, or for what is so now, is always given a new answer.
    if FleetingWish.isAsked(in: a, isAboutText: !pair.payloads.0.isEmpty)
      || FleetingWish.isAsked(in: b, isAboutText: !pair.payloads.1.isEmpty)
    {
      return nil
    }
    if NormalisedText.exact(a) == NormalisedText.exact(b) { return .exact }
    guard Guards.disagreement(a, b) == nil else { return nil }
    let (left, right) = (CanonicalIntent.read(a), CanonicalIntent.read(b))
    if left.asksTheSame(as: right) { return .intent }
    return SentenceVector(a).similarity(to: SentenceVector(b)) >= threshold ? .similar : nil
  }
}
