/// What must agree before an answer to one instruction may be given to another.
///
/// Guards look at both texts as they are written, not at their canonical intents, so that a mistake of the lexicon does not
/// pass unseen. They can only forbid.
public enum Guards {
  /// Why the two instructions may not share an answer, in words; nil when nothing speaks against it.
  public static func disagreement(_ a: String, _ b: String) -> String? {
    NormalisedText.exact(a) == NormalisedText.exact(b) ? nil : "the wording differs"
  }
}
