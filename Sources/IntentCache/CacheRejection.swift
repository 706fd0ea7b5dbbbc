import GuardModel
import SQLite

/// That an answer was wrong, as a person says.
extension IntentCache {
  /// An answer that an entry gave.
  public struct Given: Hashable, Sendable {
    /// Which request it was: the mark of its keys.
    public var mark: String
    /// What was asked.
    public var asked: String
    /// Why the answer fitted.
    public var tier: CacheTier
    /// When that request was answered last.
    public var atUnixMs: Int64
  }

  /// What became of a rejection.
  public enum Rejection: Hashable, Sendable {
    /// The question that the entry answered, and its own: they never match again.
    case pair(asked: String, stored: String, tier: CacheTier)
    /// The answer to the very same words was wrong: the entry is gone, and the request is made anew.
    case removed(CacheEntry)
    /// The entry answered several requests, the last one first, and it was not said which of them wrongly. Nothing is changed.
    case several([Given])
    /// There is no entry of that number.
    case unknown
    /// It has answered nothing yet, as far as is remembered; or not the request that was named, or that was rejected.
    case unused
  }

  /// Marks an answer that an entry gave as wrong.
  ///
  /// - Parameter mark: which request it answered; `nil` for the only one that was not rejected yet.
  public func reject(_ id: Int64, mark: String? = nil, nowUnixMs: Int64) throws(CacheTrouble) -> Rejection {
    let rejection = try noteRejection(of: id, mark, nowUnixMs)
    // A wrong answer may be one that nobody else was to see: it is not to stand in the log on.
    if case .removed = rejection { shortenLog(to: 0) }
    return rejection
  }

  private func noteRejection(
    of id: Int64, _ mark: String?, _ nowUnixMs: Int64
  ) throws(CacheTrouble) -> Rejection {
    try write { connection throws(SQLiteError) in
      let stored = try connection.row(
        "SELECT \(EntryRow.columns), \(EntryRow.body) FROM entry WHERE entry.id = ?", [.integer(id)])
      guard let stored else { return .unknown }
      let entry = EntryRow.entry(stored)
      let reply = CachedReply(form: entry.form, body: stored.blob(EntryRow.columnCount))
      var answers = try Self.answers(of: entry, reply, connection)
      if let mark {
        answers.removeAll { $0.given.mark != mark }
      } else if let open = answers.first(where: { !$0.isRejected }) {
        answers.removeAll { $0.isRejected }
        if answers.count > 1 { return .several(answers.map(\.given)) }
        answers = [open]
      }
      guard let answer = answers.first else { return .unused }
      let (look, tier) = (answer.look, answer.given.tier)
      // The same pair of words may have been rejected where they were about something else: it is one all the same, and
      // `acceptAgain` takes one back.
      let counted = try connection.row(
        "SELECT tier FROM verdict WHERE pair = ? AND same = 0 AND source = 'user'", [.blob(answer.pair)])?.text(0)
      if counted == nil {
        try connection.run("UPDATE tally SET rejected = rejected + 1 WHERE tier = ?", [.text(tier.rawValue)])
      }
      // The same answer is not rejected twice.
      try connection.run(
        "UPDATE look SET tier = ? WHERE id = ?", [.text(Self.rejectedMark + tier.rawValue), .integer(look)])
      // Of an answer to the same words nothing is learnt of wordings, so none is kept.
      let isPairOfWords = tier != .exact
      let label = CacheLabel(
        a: isPairOfWords ? answer.given.asked : "", b: isPairOfWords ? entry.instruction : "", isSame: false,
        source: "user", atUnixMs: nowUnixMs)
      try Self.record(label, as: answer.pair, connection)
      try connection.run(
        "UPDATE verdict SET entry = ?, tier = ?, owed = ? WHERE pair = ?",
        [.integer(id), .text(counted ?? tier.rawValue), .blob(answer.request), .blob(answer.pair)])
      if tier == .exact {
        try Self.remove(id, connection)
        return .removed(entry)
      }
      // The same with a question mark, a capital or politeness is the same wrong answer; but where the two differ in nothing
      // else, no variant of them would have another's answer for good.
      for plain in Self.plainPairs(answer.given.asked, entry.instruction) {
        try Self.record(label, as: plain, connection)
        try connection.run(
          "UPDATE verdict SET entry = ?, tier = ? WHERE pair = ?", [.integer(id), .text(Self.plainTier), .blob(plain)])
      }
      return .pair(asked: answer.given.asked, stored: entry.instruction, tier: tier)
    }
  }

  /// Whether what a person said of an entry's answers, when one of them was rejected, stands: it was not taken back.
  public func isRejected(_ look: CacheLook) throws(CacheTrouble) -> Bool {
    guard let tier = look.rejectedTier, let id = look.entry else { return false }
    return try read { connection throws(SQLiteError) in
      // The entry of an answer to the same words is gone, and of what it answered no more is known than its number.
      if tier == .exact {
        return try connection.row(
          "SELECT 1 FROM verdict WHERE entry = ? AND tier = 'exact' AND same = 0 AND source = 'user'", [.integer(id)])
          != nil
      }
      guard let entry = try Self.entry(id, connection) else { return true }
      return try Self.isRejected(Self.pair(look.instruction, entry.instruction), connection)
    }
  }

  /// An answer of an entry that can be rejected.
  private struct Answer {
    var given: Given
    /// The lookup.
    var look: Int64
    /// The request's key.
    var request: [UInt8]
    /// The key of what a verdict is about.
    var pair: [UInt8]
    var isRejected: Bool
  }

  /// What an entry answered, as far as is remembered, each request once with its last lookup, the last one first.
  private static func answers(
    of entry: CacheEntry, _ reply: CachedReply, _ connection: Connection
  ) throws(SQLiteError) -> [Answer] {
    let rows = try connection.rows(
      "SELECT \(lookColumns) FROM look WHERE entry = ? AND tier IS NOT NULL ORDER BY id DESC", [.integer(entry.id)])
    var (answers, known): ([Answer], Set<[UInt8]>) = ([], [])
    for row in rows {
      let look = look(row)
      let request = CacheKeys.exact(look.instruction, in: look.place)
      guard let tier = look.tier, known.insert(request).inserted else { continue }
      // What was asked in the same words is a pair with its answer, and only there: elsewhere the words are about something else.
      let pair = tier == .exact ? pair(request, reply) : pair(look.instruction, entry.instruction)
      answers.append(
        Answer(
          given: Given(
            mark: CacheKeys.mark(request), asked: look.instruction, tier: tier, atUnixMs: look.atUnixMs),
          look: look.id, request: request, pair: pair, isRejected: try isRejected(pair, connection)))
    }
    return answers
  }
}
