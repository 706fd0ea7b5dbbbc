import Intent

/// What stands between a candidate and serving it: whoever can tell whether two instructions want the same answer.
public protocol Verifier {
  /// Whether an answer to one instruction may be given to the other.
  ///
  /// - Parameters:
  ///   - asked: what is asked now.
  ///   - stored: what was asked when the answer was made.
  func verdict(asked: String, stored: String) -> Verdict
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
}

/// How alike two texts are, by a table of words that was learned beforehand.
public protocol Likeness {
  /// 64 signs of a text's direction: texts that are alike share most of them. `nil` for a text it cannot place.
  func signs(of text: String) -> UInt64?
  /// How alike two texts are, in thousandths.
  func thousandths(_ a: String, _ b: String) -> Int64
}
