import GuardModel
import SQLite
import Testing

@testable import IntentCache

/// Whose an answer is, what it answers, and what goes with it.
@Suite struct BelongingTests {
  let folder: TemporaryFolder
  let cache: IntentCache

  init() throws {
    folder = try TemporaryFolder()
    cache = try IntentCache(path: folder.cache)
  }

  /// What a cheaper model said, or one that was cut shorter, answers neither what was asked nor what another one was asked.
  @Test func everyWayThatACallGoesOutHasItsOwnAnswer() throws {
    let asked = Sample.keys("three names for a cat", payload: "p").question
    let questions = [
      asked, asked.lowered(model: "a", maxOutputTokens: nil), asked.lowered(model: "b", maxOutputTokens: nil),
      asked.lowered(model: "a", maxOutputTokens: 5), asked.lowered(model: "a", maxOutputTokens: 6),
      asked.lowered(model: nil, maxOutputTokens: 5), asked.inForm("events"), asked.inForm("lines"),
      asked.lowered(model: "a", maxOutputTokens: nil).inForm("events"),
    ]
    let keys = questions.map { CacheKeys($0, scope: "user ana") }
    for (number, one) in keys.enumerated() {
      #expect(try cache.answer(one) == nil, "nobody has asked \(number)")
      try cache.keep("answer \(number)", for: one)
    }
    for (number, one) in keys.enumerated() { #expect(try cache.answer(one) == "answer \(number)") }
  }

  /// What is asked about counts wherever it comes from: within the message, or beside it.
  @Test func aTextBesideTheMessageIsNotOneWithinIt() throws {
    let texts = ["one", "two", ""]
    for beside in texts {
      for within in texts {
        let keys = Sample.keys("Summarise this:\n\n\(within)", payload: beside)
        #expect(try cache.answer(keys) == nil, "'\(within)' beside '\(beside)'")
        try cache.keep("\(within)/\(beside)", for: keys)
        #expect(try cache.answer(keys) == "\(within)/\(beside)")
      }
    }
  }

  /// A name is that name, whatever a pattern would make of it.
  @Test func whatIsKeptOfAUserIsTheirsAlone() throws {
    for user in ["an%", "ana", "anna", "AN%", "an_"] {
      try cache.keep(user, for: Sample.keys("names", scope: "user \(user)"), user: user)
    }
    try cache.recordRefusal(Sample.keys("what was refused"), nowUnixMs: Sample.now)
    let rehearsed = try cache.remove(user: "an%", isRehearsal: true)
    #expect(try rehearsed.entries == 1 && cache.entries().count == 5)
    #expect(try cache.lastLook()?.instruction == "what was refused")
    #expect(try cache.remove(user: "an%") == rehearsed)
    #expect(try cache.entries().map(\.user).sorted() == ["AN%", "an_", "ana", "anna"])
    #expect(try cache.lastLook()?.instruction == "names", "it may have been this user's that was refused")
    #expect(try cache.remove(user: "an%") == (0, 0))
  }

  /// What a person said stands, whoever speaks next; a judge may be put right.
  @Test func aPersonOverrulesAJudge() throws {
    func said(_ a: String, _ b: String) throws -> Bool? { try cache.label(of: a, b)?.isSame }
    try cache.label("a", "b", isSame: false, source: "user", nowUnixMs: Sample.now)
    try cache.label("b", "a", isSame: true, source: "judge m", nowUnixMs: Sample.now + 1)
    #expect(try said("a", "b") == false)
    try cache.label("c", "d", isSame: true, source: "judge m", nowUnixMs: Sample.now)
    try cache.label("d", "c", isSame: false, source: "user", nowUnixMs: Sample.now + 1)
    #expect(try said("c", "d") == false)
    try cache.label("e", "f", isSame: false, source: "judge m", nowUnixMs: Sample.now)
    let statistics = try cache.statistics()
    #expect(statistics.rejectedPairs == 2 && statistics.judgedDifferent == 1 && statistics.judgedSame == 0)
  }

  /// What a judge said of an entry's words is not taken back with what a person said.
  @Test func takingBackIsOfAPersonsWordsAlone() throws {
    let (stored, asked) = (Sample.keys("Write a haiku about autumn."), Sample.keys("An autumn haiku, please"))
    try cache.keep("leaves", for: stored)
    let id = try #require(try cache.entries().first?.id)
    try cache.label(
      "A winter haiku", stored.question.instruction, isSame: false, source: "judge m", nowUnixMs: Sample.now)
    let finding = try #require(
      try cache.lookUp(asked, CacheTerms(ttlMs: Sample.hour), nowUnixMs: Sample.now))
    try cache.recordHit(finding, asked, nowUnixMs: Sample.now)
    _ = try cache.reject(id, nowUnixMs: Sample.now)
    #expect(try cache.acceptAgain(id) == 1)
    #expect(try cache.label(of: "A winter haiku", stored.question.instruction)?.isSame == false)
    #expect(try cache.answer(asked) == "leaves")
  }

  /// However many come, so many are remembered.
  @Test func lookupsAreRememberedForAWhile() throws {
    try cache.write { connection throws(SQLiteError) in
      for number in 0..<1100 {
        try IntentCache.note(Sample.keys("names"), tier: nil, entry: nil, Sample.now + Int64(number), connection)
      }
    }
    let count = try cache.read { connection throws(SQLiteError) in
      try connection.row("SELECT count(*) FROM look")?.integer(0)
    }
    #expect((1000...1016).contains(count ?? 0))
    #expect(try cache.lastLook()?.atUnixMs == Sample.now + 1099)
  }

  /// A call that failed is known as such as long as somebody may wait for it, however many fail.
  @Test func theLatestFailuresAreRemembered() throws {
    let flights = try CacheFlights(cache: folder.cache)
    let keys = Sample.keys("names")
    var turns: [Int64] = []
    for _ in 0..<9000 {
      let flight = try #require(try flights.begin(keys))
      turns.append(try #require(flights.turn(keys)))
      flight.end(isAnswered: false)
    }
    #expect(turns.suffix(4096).allSatisfy { flights.hasFailed($0) })
    #expect(!flights.hasFailed(turns[0]), "nobody waits for that one any more")
    let answered = try #require(try flights.begin(keys))
    let turn = try #require(flights.turn(keys))
    answered.end()
    #expect(!flights.hasFailed(turn))
  }
}
