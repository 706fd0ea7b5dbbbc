import Ledger

extension Guard {
  /// What an answer took, of which only the text is known, by a model that thinks unseen; `nil` where too few calls of the past say.
  ///
  /// - Parameters:
  ///   - shown: the tokens of its text.
  ///   - model: whose it is.
  public func likelyOutput(ofShown shown: Int64, model: String?) -> Int64? {
    guard shown > 0, let model else { return nil }
    let now = nowUnixMs()
    if let kept = thought[model], (kept.readUnixMs...kept.readUnixMs + Self.thoughtKeptMs).contains(now) {
      return kept.share.output(ofShown: shown)
    }
    // What cannot be looked up is settled all the same.
    guard let share = try? ledger.thought(ofModel: model, nowUnixMs: now) else { return nil }
    if thought.count >= Self.mostThoughtKept { thought = [:] }
    thought[model] = (share, now)
    return share.output(ofShown: shown)
  }

  /// How long what is known of a model is not looked up again: that sums a month of all calls, while other calls wait.
  private static let thoughtKeptMs: Int64 = 60_000
  private static let mostThoughtKept = 64
}
