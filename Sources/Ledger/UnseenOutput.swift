import GuardModel

extension Ledger {
  /// What an answer took, of which only the text is known, by a model that thinks unseen: as its answers of the last 30 days whose
  /// providers told both, on the average.
  ///
  /// - Parameter shown: the tokens of its text.
  /// - Returns: the tokens of text and thought together, rounded up; `nil` where too few calls say.
  public func outputWithThought(ofShown shown: Int64, model: String?, nowUnixMs: Int64) throws(LedgerError) -> Int64? {
    guard shown > 0, let model else { return nil }
    let since = max(0, nowUnixMs - 30 * 86_400_000)
    let rows = try usage(UsageQuery(sinceUnixMs: since, groupBy: [.model]))
    return rows.first { $0.group == [model] }.flatMap { Learning.output(ofShown: shown, $0.sums) }
  }
}

extension Learning {
  /// The output of an answer of which only the text is known, by the share of thought in others; `nil` where too few calls say.
  static func output(ofShown shown: Int64, _ past: UsageSums) -> Int64? {
    let text = past.exactOutput - past.reasoning
    // Where none is told, nobody knows whether none was thought.
    guard past.calls - past.failed >= minimumSettlements, past.reasoning > 0, text > 0 else { return nil }
    return try? Amount.scaledUp(shown, by: past.exactOutput, over: text)
  }
}
