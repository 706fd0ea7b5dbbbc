import GuardModel

extension Ledger {
  /// How much a model that thinks unseen thinks for what it shows: as in its answers of the last 30 days whose providers told both,
  /// on the average. It reads the sums of all of them.
  ///
  /// - Returns: `nil` where too few calls say.
  public func thought(ofModel model: String, nowUnixMs: Int64) throws(LedgerError) -> ThoughtShare? {
    let since = max(0, nowUnixMs - 30 * 86_400_000)
    let rows = try usage(UsageQuery(sinceUnixMs: since, groupBy: [.model]))
    return rows.first { $0.group == [model] }.flatMap { ThoughtShare($0.sums) }
  }
}

/// How much of a model's output is text, and how much thought.
public struct ThoughtShare: Hashable, Sendable {
  private let text: Int64
  private let output: Int64

  /// Takes it from sums; `nil` where too few calls say.
  init?(_ past: UsageSums) {
    (text, output) = (past.exactOutput - past.reasoning, past.exactOutput)
    // Where none is told, nobody knows whether none was thought.
    guard past.calls - past.failed >= Learning.minimumSettlements, past.reasoning > 0, text > 0 else { return nil }
  }

  /// The output of an answer of which only the text is known.
  ///
  /// - Parameter shown: the tokens of its text.
  /// - Returns: the tokens of text and thought together, rounded up; `nil` where there is no text to tell it by.
  public func output(ofShown shown: Int64) -> Int64? {
    shown > 0 ? try? Amount.scaledUp(shown, by: output, over: text) : nil
  }
}
