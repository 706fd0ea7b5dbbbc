import GuardModel
import Intent
import IntentCache
import SQLite
import Testing

/// A verifier that forbids nothing.
struct Lenient: Verifier {
  func verdict(asked: String, stored: String) -> Verdict { .same }
}

/// A verifier that forbids all whose texts it sees, and says whether what was kept of them is enough.
struct WhatIsKept: Verifier {
  var isEnough: Bool
  func verdict(asked: String, stored: String) -> Verdict { .different("everything") }
  func accepts(asked: GuardSummary, stored: GuardSummary) -> Bool { isEnough && asked.agrees(with: stored) }
}

/// What is kept of a request for the guards.
@Suite struct KeptForGuardsTests {
  let folder: TemporaryFolder
  let cache: IntentCache
  let asked = Sample.keys("can you give me a summary of chapter 3 of Emma in 3 points?")

  init() throws {
    folder = try TemporaryFolder()
    cache = try IntentCache(path: folder.cache)
    try cache.keep("answer", for: Sample.keys("Summarise chapter 3 of Emma in three points."))
  }

  private func answer(_ verifier: any Verifier) throws -> GuardModel.CacheTier? {
    try cache.lookUp(asked, CacheTerms(ttlMs: 24 * Sample.hour), verifier: verifier, nowUnixMs: Sample.now)?.tier
  }

  private func change(_ sql: String) throws {
    try Connection(path: folder.cache).execute("UPDATE entry SET guards = \(sql)")
  }

  @Test func isEnoughWhereTheVerifierSaysSo() throws {
    #expect(try answer(WhatIsKept(isEnough: true)) == .intent)
    #expect(try answer(WhatIsKept(isEnough: false)) == nil)
    #expect(try answer(Lenient()) == .intent, "one that was not told of this looks at the texts")
    #expect(try answer(GuardVerifier()) == .intent)
  }

  @Test(arguments: ["NULL", "x'00'", "'text'", "7", "zeroblob(32)", "zeroblob(33)"])
  func whatIsNotWhatWasWrittenHasTheTextsRead(value: String) throws {
    try change(value)
    #expect(try answer(WhatIsKept(isEnough: true)) == nil)
    #expect(try answer(GuardVerifier()) == .intent)
  }

  @Test func isTakenFromWhoeverHasReadItBefore() throws {
    // Known already, as a gateway's call thread knows it: another summary than the text's own.
    let read = ReadInstruction("Summarise chapter 3 of Emma in three points.")
    let other = try #require(IntentSketch("Summarise chapter 4")?.unmadeSummary)
    asked.question.readIntent(read.intent.key, parts: nil, signs: 0, summary: other)
    #expect(try answer(WhatIsKept(isEnough: true)) == nil)
  }
}

/// What was rejected.
@Suite struct RejectionTests {
  let folder: TemporaryFolder
  let cache: IntentCache

  init() throws {
    folder = try TemporaryFolder()
    cache = try IntentCache(path: folder.cache)
  }

  private func give(_ keys: CacheKeys, at now: Int64 = Sample.now) throws -> Int64 {
    let finding = try #require(try cache.lookUp(keys, CacheTerms(ttlMs: Sample.hour), nowUnixMs: now))
    try cache.recordHit(finding, keys, nowUnixMs: now)
    return finding.entry.id
  }

  @Test func anAnswerThatWasWrongIsNotGivenAgainAndANewOneIs() throws {
    let keys = Sample.keys("what is new?", payload: "text")
    let elsewhere = Sample.keys("what is new?", payload: "another text")
    for one in [keys, elsewhere] { try cache.keep("old", for: one) }
    let id = try give(keys)
    guard case .removed = try cache.reject(id, nowUnixMs: Sample.now) else {
      Issue.record("it was not removed")
      return
    }
    #expect(try cache.answer(keys) == nil)
    try cache.keep("old", for: keys)
    #expect(try cache.answer(keys) == nil, "the same answer, made anew, is the one that was rejected")
    try cache.keep("new", for: keys)
    #expect(try cache.answer(keys) == "new")
    #expect(try cache.answer(elsewhere) == "old", "elsewhere the same words are about something else")
    #expect(try cache.labels().isEmpty, "nothing is said of two wordings")
    #expect(try cache.statistics().rejectedPairs == 1)
    #expect(try cache.statistics().entries == 2)
    // Each rejected answer is remembered by itself.
    let second = try give(keys)
    guard case .removed = try cache.reject(second, nowUnixMs: Sample.now) else {
      Issue.record("the second was not removed")
      return
    }
    for answer in ["old", "new"] {
      try cache.keep(answer, for: keys)
      #expect(try cache.answer(keys) == nil)
    }
    #expect(try cache.acceptAgain(id) == 1)
    #expect(try cache.acceptAgain(id) == nil, "there is no such entry")
    try cache.keep("new", for: keys)
    #expect(try cache.answer(keys) == nil, "only the first is taken back")
    try cache.keep("old", for: keys)
    #expect(try cache.answer(keys) == "old")
  }

  /// Whoever says that an answer is bad wants a new one, and not that of another wording.
  @Test func afterARejectionTheRequestIsMadeAnew() throws {
    let (keys, reworded) = (
      Sample.keys("Write a haiku about autumn.", payload: "p"), Sample.keys("An autumn haiku, please", payload: "p")
    )
    try cache.keep("red leaves", for: reworded)
    try cache.keep("leaves", for: keys)
    let id = try give(keys)
    _ = try cache.reject(id, nowUnixMs: Sample.now)
    #expect(try cache.answer(keys) == nil)
    #expect(try cache.answer(reworded) == "red leaves")
    try cache.keep("a frog", for: keys)
    #expect(try cache.answer(keys) == "a frog")
  }

  /// Who rejected an answer does not want it in the same words with something around them.
  @Test(arguments: [
    (
      "Give me three names for a cat", "Suggest three names for a cat",
      "suggest three names for a cat when you have time"
    ),
    ("Give me three names for a cat", "Suggest three names for a cat", "- Suggest 3 names for a cat, please"),
    ("Explain the quick sort algorithm", "Explain quick sort algorithm", "please explain quick sort algorithm"),
  ])
  func politenessBringsNoRejectedAnswerBack(stored: String, asked: String, again: String) throws {
    try cache.keep("old", for: Sample.keys(stored))
    #expect(try cache.answer(Sample.keys(again)) == "old")
    _ = try cache.reject(try give(Sample.keys(asked)), nowUnixMs: Sample.now)
    #expect(try cache.answer(Sample.keys(again)) == nil)
    #expect(try cache.acceptAgain(1) == 1)
    #expect(try cache.answer(Sample.keys(again)) == "old")
  }

  /// A stored answer may come back with an older copy of the file's table; the verdict stands all the same.
  @Test func anAnswerThatIsThereAllTheSameIsNotGiven() throws {
    let keys = Sample.keys("what is new?")
    try cache.keep("old", for: keys)
    let id = try give(keys)
    let connection = try Connection(path: folder.cache, busyMs: 1000)
    try connection.execute("CREATE TABLE copy AS SELECT * FROM entry")
    _ = try cache.reject(id, nowUnixMs: Sample.now)
    try connection.execute("INSERT INTO entry SELECT * FROM copy")
    #expect(try cache.answer(keys) == nil)
    #expect(try cache.acceptAgain(id) == 1)
    #expect(try cache.answer(keys) == "old")
  }

  /// Which of several answers was wrong has to be said; then that one is rejected, and the others stand.
  @Test func oneOfSeveralAnswersIsRejectedByItsMark() throws {
    let asked = [
      "Write a haiku about autumn.", "An autumn haiku, please", "Can you write me a haiku about autumn?",
    ].map { Sample.keys($0, payload: "p") }
    try cache.keep("leaves", for: asked[0])
    let id = try give(asked[1])
    #expect(try give(asked[2]) == id)
    #expect(try give(asked[2], at: Sample.now + 5) == id)
    guard case .several(let answers) = try cache.reject(id, nowUnixMs: Sample.now) else {
      Issue.record("one was rejected that nobody named")
      return
    }
    #expect(answers.map(\.mark) == [asked[2].mark, asked[1].mark])
    #expect(answers.map(\.atUnixMs) == [Sample.now + 5, Sample.now])
    #expect(try cache.statistics().rejectedPairs == 0)
    #expect(try cache.reject(id, mark: asked[0].mark, nowUnixMs: Sample.now) == .unused, "it was answered nothing")
    let (first, second) = ("An autumn haiku, please", "Can you write me a haiku about autumn?")
    let stored = "Write a haiku about autumn."
    #expect(
      try cache.reject(id, mark: asked[1].mark, nowUnixMs: Sample.now)
        == .pair(asked: first, stored: stored, tier: .intent))
    #expect(try cache.answer(asked[1]) == nil)
    #expect(try cache.answer(asked[2]) == "leaves")
    #expect(try cache.reject(id, mark: asked[1].mark, nowUnixMs: Sample.now) == .unused, "not twice")
    #expect(try cache.reject(id, nowUnixMs: Sample.now) == .pair(asked: second, stored: stored, tier: .intent))
    #expect(try cache.answer(asked[2]) == nil)
  }

  /// The same two requests about other texts are one pair: it is counted once, and taken back once, whichever entry is named.
  @Test func aPairThatIsRejectedTwiceIsCountedOnce() throws {
    let places = ["p", "q"]
    func stored(_ place: String) -> CacheKeys { Sample.keys("Write a haiku about autumn.", payload: place) }
    func asked(_ place: String) -> CacheKeys { Sample.keys("An autumn haiku, please", payload: place) }
    for place in places { try cache.keep("leaves", for: stored(place)) }
    func tally() throws -> [Int64] {
      let statistics = try cache.statistics()
      let tally = statistics.tallies.first { $0.tier == .intent }
      return [tally?.hits ?? 0, tally?.rejected ?? 0, statistics.rejectedPairs]
    }
    let ids = try places.map { try give(asked($0)) }
    #expect(try tally() == [2, 0, 0])
    for (id, place) in zip(ids, places) {
      guard case .pair = try cache.reject(id, mark: asked(place).mark, nowUnixMs: Sample.now) else {
        Issue.record("it was not rejected")
        return
      }
      #expect(try tally() == [2, 1, 1])
      #expect(try cache.isOwed(asked(place), nowUnixMs: Sample.now))
    }
    #expect(try cache.acceptAgain(ids[0]) == 1, "the pair is the first entry's, too")
    #expect(try tally() == [2, 0, 0])
    #expect(try cache.acceptAgain(ids[1]) == 0)
    for place in places { #expect(try cache.answer(asked(place)) == "leaves") }
    #expect(try tally() == [2, 0, 0])
  }

  /// A question mark, a capital or politeness makes no other question of what was answered wrongly.
  @Test func whatWasRejectedIsSoHoweverItIsMarked() throws {
    let stored = Sample.keys("Write a haiku about autumn.", payload: "p")
    try cache.keep("leaves", for: stored)
    let id = try give(Sample.keys("An autumn haiku", payload: "p"))
    let others = ["An autumn haiku?", "an autumn haiku", "An autumn haiku.", "An autumn haiku, please"].map {
      Sample.keys($0, payload: "p")
    }
    for other in others { #expect(try cache.answer(other) == "leaves") }
    guard case .pair = try cache.reject(id, nowUnixMs: Sample.now) else {
      Issue.record("it was not rejected")
      return
    }
    for other in others { #expect(try cache.answer(other) == nil, "\(other.question.instruction)") }
    #expect(try cache.statistics().rejectedPairs == 1)
    #expect(try cache.labels().count == 1)
    #expect(try cache.acceptAgain(id) == 1)
    for other in others { #expect(try cache.answer(other) == "leaves") }
    #expect(try cache.statistics().rejectedPairs == 0)
  }

  /// Two texts that differ in politeness alone say nothing of others: a request is no other one than itself.
  @Test func whatDiffersInPolitenessAloneRejectsNothingElse() throws {
    let stored = Sample.keys("Write a haiku about autumn.", payload: "p")
    let asked = Sample.keys("Write a haiku about autumn, please.", payload: "p")
    let other = Sample.keys("write a haiku about autumn", payload: "p")
    try cache.keep("leaves", for: stored)
    guard case .pair = try cache.reject(try give(asked), nowUnixMs: Sample.now) else {
      Issue.record("it was not rejected")
      return
    }
    #expect(try cache.answer(asked) == nil)
    #expect(try cache.answer(other) == "leaves")
    try cache.keep("a frog", for: asked)
    #expect(try cache.answer(asked) == "a frog" && cache.answer(other) != nil)
  }

  @Test func oneCallIsOwedForAWrongAnswer() throws {
    let (stored, asked) = (
      Sample.keys("Write a haiku about autumn.", payload: "p"), Sample.keys("An autumn haiku, please", payload: "p")
    )
    try cache.keep("leaves", for: stored)
    #expect(try !cache.isOwed(asked, nowUnixMs: Sample.now))
    let id = try give(asked)
    _ = try cache.reject(id, nowUnixMs: Sample.now)
    #expect(try cache.isOwed(asked, nowUnixMs: Sample.now + 1000))
    #expect(try !cache.isOwed(stored, nowUnixMs: Sample.now + 1000), "only whoever was answered wrongly")
    #expect(try !cache.isOwed(Sample.keys("An autumn haiku, please"), nowUnixMs: Sample.now + 1000))
    #expect(try !cache.isOwed(asked, nowUnixMs: Sample.now + Sample.hour), "not for ever")
    try cache.keep("red leaves", for: asked)
    #expect(try !cache.isOwed(asked, nowUnixMs: Sample.now + 1000), "it has been made")
    #expect(try cache.answer(asked) == "red leaves")
  }

  @Test func clearingKeepsWhatWasRejectedUnlessItIsToGo() throws {
    let keys = Sample.keys("what is new?")
    try cache.keep("old", for: keys)
    _ = try cache.reject(try give(keys), nowUnixMs: Sample.now)
    try cache.label("a", "b", isSame: true, source: "judge m", nowUnixMs: Sample.now)
    try cache.keep("new", for: keys)
    _ = try cache.clear()
    #expect(try cache.answer(keys) == nil)
    #expect(try cache.statistics().rejectedPairs == 1)
    #expect(try cache.statistics().tallies.first?.rejected == 1)
    #expect(try cache.labels().count == 1)
    try cache.keep("old", for: keys)
    #expect(try cache.answer(keys) == nil)
  }

  @Test func theFieldsOfAReplyAreKeptAndChecked() throws {
    let keys = Sample.keys("names")
    let reply = CachedReply(
      form: .http(status: 200, contentType: "text/plain"), fields: "x-request-id: 1\n", body: [1, 2])
    _ = try cache.store(reply, for: keys, Sample.facts(), nowUnixMs: Sample.now)
    let found = try #require(try cache.lookUp(keys, CacheTerms(ttlMs: 1000), nowUnixMs: Sample.now))
    #expect(found.reply == reply)
    let connection = try Connection(path: folder.cache, busyMs: 1000)
    try connection.execute("UPDATE entry SET fields = 'x-request-id: 2'")
    #expect(try cache.lookUp(keys, CacheTerms(ttlMs: 1000), nowUnixMs: Sample.now) == nil)
  }
}

/// Which stored request is similar enough to be named.
@Suite struct SimilarCandidateTests {
  let folder: TemporaryFolder
  let cache: IntentCache
  let asked = Sample.keys("Summarise chapter 4 of Emma in three bullet points with love")

  init() throws {
    folder = try TemporaryFolder()
    cache = try IntentCache(path: folder.cache)
    try keep("Summarise chapter 4 of Emma in three bullet points.")
  }

  private func keep(_ instruction: String) throws {
    _ = try cache.store(
      Sample.reply(instruction), for: Sample.keys(instruction), Sample.facts(), likeness: SentenceLikeness(),
      nowUnixMs: Sample.now)
  }

  private func similar() throws -> String? {
    try cache.lookUp(
      asked, CacheTerms(ttlMs: 24 * Sample.hour, similarity: 900), likeness: SentenceLikeness(), nowUnixMs: Sample.now
    ).map { String(decoding: $0.reply.body, as: UTF8.self) }
  }

  @Test func isOneThatStandsAlone() throws {
    #expect(try similar() != nil)
  }

  /// Two wordings of one request are no doubt about which one is meant.
  @Test func isFoundBesideTheSameInOtherWords() throws {
    try keep("Summarize chapter 4 of Emma in 3 bullet points")
    #expect(try similar() != nil)
  }

  @Test func isNoneBesideOneThatAsksForSomethingElse() throws {
    try keep("Summarise chapter 5 of Emma in three bullet points with love")
    #expect(try similar() == nil)
  }
}

/// What judges said of pairs, over a long time.
@Suite struct OldJudgementTests {
  private static let day: Int64 = 86_400_000

  /// It can be asked again, so it is not kept for ever; what a person said is.
  @Test func whatJudgesSaidLongAgoIsLetGo() throws {
    let folder = try TemporaryFolder()
    let cache = try IntentCache(path: folder.cache)
    try cache.label("a", "b", isSame: false, source: "user", nowUnixMs: 0)
    for number in 0..<900 {
      let at = number < 100 ? 0 : 181 * Self.day
      try cache.label("x \(number)", "y", isSame: true, source: "judge m", nowUnixMs: at)
    }
    let kept = try cache.labels()
    #expect(kept.count == 801 && kept.first?.source == "user")
    #expect(kept.dropFirst().allSatisfy { $0.atUnixMs == 181 * Self.day })
  }

  /// Nor is there more of it than that.
  @Test func onlySoMuchOfItIsKept() throws {
    let folder = try TemporaryFolder()
    let cache = try IntentCache(path: folder.cache)
    try cache.label("a", "b", isSame: true, source: "judge m", nowUnixMs: 0)
    try Connection(path: folder.cache).execute(
      """
      INSERT INTO verdict (pair, same, source, at_ms, a, b)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
      SELECT CAST('p' || i AS BLOB), 1, 'judge m', i, 'c' || i, 'd' FROM n
      """)
    for number in 0..<900 {
      try cache.label("x \(number)", "y", isSame: true, source: "judge m", nowUnixMs: 40_000)
    }
    let kept = try cache.labels()
    #expect((20_000..<20_900).contains(kept.count) && kept.allSatisfy { $0.atUnixMs > 10_000 })
  }
}
