import Ledger

extension Guard {
  /// What an answer took, of which only the text is known, by a model that thinks unseen; `nil` where too few calls of the past say.
  ///
  /// - Parameters:
  ///   - shown: the tokens of its text.
  ///   - model: whose it is.
  public func likelyOutput(ofShown shown: Int64, model: String?) -> Int64? {
    // What cannot be looked up is settled all the same.
    let found = try? ledger.outputWithThought(ofShown: shown, model: model, nowUnixMs: nowUnixMs())
    return found ?? nil
  }
}
