import Intent

/// What stands between a candidate and serving it: whoever can tell whether two instructions want the same answer.
public protocol Verifier {
  /// Whether an answer to one instruction may be given to the other.
  ///
  /// - Parameters:
  ///   - asked: what is asked now.
  ///   - stored: what was asked when the answer was made.
  func verdict(asked: String, stored: String) -> Verdict

  /// The same for a request that was read already; it need not be given where nothing of that is of use.
  func verdict(asked: ReadInstruction, stored: String) -> Verdict

  /// The same for two requests that were read already.
  func verdict(asked: ReadInstruction, stored: ReadInstruction) -> Verdict

  /// Whether it has nothing against two requests of which only this is known, so that neither need be read.
  func accepts(asked: GuardSummary, stored: GuardSummary) -> Bool
}

extension Verifier {
  /// By the text alone.
  public func verdict(asked: ReadInstruction, stored: String) -> Verdict { verdict(asked: asked.text, stored: stored) }

  /// By the text alone.
  public func verdict(asked: ReadInstruction, stored: ReadInstruction) -> Verdict {
    verdict(asked: asked, stored: stored.text)
  }

  /// It wants to see the texts.
  public func accepts(asked: GuardSummary, stored: GuardSummary) -> Bool { false }
}

/// What a verifier says.
public enum Verdict: Hashable, Sendable {
  /// Nothing speaks against it.
  case same
  /// They differ: in what, for a person.
  case different(String)
}

/// The guards: they compare what must not differ (numbers, names, languages, negation, …) and can only forbid.
public struct GuardVerifier: Verifier {
  /// Makes a verifier.
  public init() {}

  /// Forbids what the guards forbid.
  public func verdict(asked: String, stored: String) -> Verdict {
    Guards.disagreement(asked, stored).map(Verdict.different) ?? .same
  }

  /// Forbids what the guards forbid.
  public func verdict(asked: ReadInstruction, stored: String) -> Verdict {
    Guards.disagreement(asked, stored).map(Verdict.different) ?? .same
  }

  /// Forbids what the guards forbid.
  public func verdict(asked: ReadInstruction, stored: ReadInstruction) -> Verdict {
    Guards.disagreement(asked, stored).map(Verdict.different) ?? .same
  }

  /// Accepts what guards compare as equal.
  public func accepts(asked: GuardSummary, stored: GuardSummary) -> Bool { asked.agrees(with: stored) }
}

/// How alike two texts are, by a table of words that was learned beforehand.
public protocol Likeness {
  /// 64 signs of a text's direction: texts that are alike share most of them. `nil` for a text it cannot place.
  func signs(of text: String) -> UInt64?
  /// Whether the signs are those of a sentence's vector, which may be known already.
  var isOfSentences: Bool { get }
  /// How alike two texts are, in thousandths.
  func thousandths(_ a: String, _ b: String) -> Int64
}

extension Likeness {
  /// Signs of its own.
  public var isOfSentences: Bool { false }

  /// The signs of what a question asks.
  func signs(of question: CacheQuestion) -> UInt64? {
    (isOfSentences ? question.knownSigns : nil) ?? signs(of: question.instruction)
  }
}
