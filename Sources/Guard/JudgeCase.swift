import GuardModel

/// A question to a judge: whether the answer to one request may be given to another.
public struct JudgeCase: Hashable, Sendable {
  /// What is asked now.
  public let asked: String
  /// What was asked when the answer was made.
  public let stored: String
  /// Whom to ask.
  public let model: String
  /// What asking takes, about.
  public let charge: Charge
  /// The answer that may be named where the judge cannot say.
  public let offer: CacheOffer?
}

/// What a judge said of two requests.
public struct JudgeSaying: Hashable, Sendable {
  /// What was asked when the answer was made.
  public let stored: String
  /// Whether they want the same; `nil` where it gave no clear answer, or could not be asked.
  public let isSame: Bool?

  /// What it said of a case.
  public init(of judged: JudgeCase, isSame: Bool?) {
    stored = judged.stored
    self.isSame = isSame
  }
}
