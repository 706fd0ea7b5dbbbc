import GuardModel
import Posix
import SQLite
import Testing

@testable import IntentCache

/// Storing and finding.
@Suite struct IntentCacheTests {
  let folder: TemporaryFolder
  let cache: IntentCache

  init() throws {
    folder = try TemporaryFolder()
    cache = try IntentCache(path: folder.cache)
  }

  @Test func theSameRequestHasTheSameAnswer() throws {
    let keys = Sample.keys("three names for a cat", payload: "text")
    #expect(try cache.answer(keys) == nil)
    try cache.keep("Tom", for: keys)
    let finding = try #require(
      try cache.lookUp(keys, CacheTerms(ttlMs: 1000), nowUnixMs: Sample.now + 500))
    #expect(finding.tier == .exact)
    #expect(finding.reply.body == Array("Tom".utf8))
    #expect(finding.entry.usage.input == 10)
    #expect(finding.entry.ageMs(at: Sample.now + 500) == 500)
    #expect(finding.entry.ageMs(at: Sample.now - 500) == -500)
  }

  @Test func whatAnswersAreMadeOfMustBeEqual() throws {
    try cache.keep("Tom", for: Sample.keys("names", payload: "text"))
    #expect(try cache.answer(Sample.keys("names", payload: "text")) == "Tom")
    #expect(try cache.answer(Sample.keys("names", payload: "text ")) == nil)
    #expect(try cache.answer(Sample.keys("names", payload: "texT")) == nil)
    #expect(try cache.answer(Sample.keys("names", payload: "")) == nil)
    #expect(try cache.answer(Sample.keys("names", payload: "text", model: "m2")) == nil)
    #expect(try cache.answer(Sample.keys("name", payload: "text")) == nil)
  }

  /// Every call asks it: it must walk along each index, and read no row.
  @Test func thatNothingIsThereIsToldByTheIndexesAlone() throws {
    let connection = try Connection(path: folder.cache)
    let plan = try connection.rows("EXPLAIN QUERY PLAN \(IntentCache.anyOfKeys)").map { $0.text(3) }
    let walks = plan.filter { $0.hasPrefix("SEARCH ") }
    #expect(walks.count == 3 && walks.allSatisfy { $0.hasPrefix("SEARCH entry USING COVERING INDEX ") }, "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN entry") }, "\(plan)")
    // Keys that there are not are like nothing.
    try cache.keep("Tom", for: Sample.keys("three names for a cat"))
    try connection.execute("UPDATE entry SET intent = NULL, parts = NULL")
    let none: [SQLiteValue] = [.blob([1]), .null, .null]
    #expect(try connection.row(IntentCache.anyOfKeys, none) == nil)
  }

  @Test func theSamePartsPutTogetherOtherwiseHaveOneAnswer() throws {
    try cache.keep("leaves fall", for: Sample.keys("Write a haiku about autumn."))
    let asked = Sample.keys("An autumn haiku, please")
    let finding = try #require(
      try cache.lookUp(asked, CacheTerms(ttlMs: 1000), nowUnixMs: Sample.now + 500))
    #expect(finding.tier == .intent)
    #expect(finding.reply.body == Array("leaves fall".utf8))
    // What belongs to what is compared, and who asks, and what is rejected stays so.
    try cache.keep("docs", for: Sample.keys("Write a docstring for this function", payload: "def"))
    #expect(try cache.answer(Sample.keys("Write a function for this docstring", payload: "def")) == nil)
    #expect(try cache.answer(Sample.keys("An autumn haiku, please", scope: "user ben")) == nil)
    try cache.recordHit(finding, asked, nowUnixMs: Sample.now + 500)
    _ = try cache.reject(finding.entry.id, nowUnixMs: Sample.now + 600)
    #expect(try cache.answer(asked) == nil)
  }

  @Test func aRewordingBehindOneThatDoesNotFitIsFound() throws {
    // Both have the parts of what is asked; only the older one means it.
    try cache.keep("docs", for: Sample.keys("Write a docstring for this function"))
    try cache.keep("code", for: Sample.keys("Write a function for this docstring"))
    #expect(try cache.answer(Sample.keys("the function's docstring, please")) == "docs")
  }

  @Test func oneUsersAnswerIsNotAnothers() throws {
    try cache.keep("private", for: Sample.keys("who am I", scope: "user ana"))
    #expect(try cache.answer(Sample.keys("who am I", scope: "user ben")) == nil)
    #expect(try cache.answer(Sample.keys("who am I", scope: "all")) == nil)
    #expect(try cache.answer(Sample.keys("who am I", scope: "user ana")) == "private")
  }

  @Test(arguments: [
    ("a\u{200B}b", "ab"), ("a\u{FEFF}b", "ab"), ("a\0b", "ab"), ("a\0b", "a"), ("שלום", "םולש"), ("a\u{202E}b", "ab"),
    ("e\u{301}", "\u{E9}"), ("a b", "a\u{A0}b"), ("1", "１"),
  ])
  func whatLooksAlikeIsNotTheSame(a: String, b: String) throws {
    try cache.keep("of a", for: Sample.keys(a))
    #expect(try cache.answer(Sample.keys(b)) == nil)
    #expect(try cache.answer(Sample.keys(a)) == "of a")
  }

  @Test func bytesThatAreNoTextAreComparedAsTheyAre() throws {
    func keys(_ bytes: [UInt8]) -> CacheKeys {
      CacheKeys(CacheQuestion(surroundings: CacheQuestion.Surroundings(), asked: bytes), scope: "all")
    }
    try cache.keep("one", for: keys([0x61, 0xFF]))
    #expect(try cache.answer(keys([0x61, 0xFE])) == nil)
    #expect(try cache.answer(keys([0x61, 0xEF, 0xBF, 0xBD])) == nil)
    #expect(try cache.answer(keys([0x61, 0xFF])) == "one")
  }

  @Test func aHugePromptIsARequestLikeAnyOther() throws {
    let text = String(repeating: "word ", count: 1 << 20)
    try cache.keep("short", for: Sample.keys(text))
    #expect(try cache.answer(Sample.keys(text)) == "short")
    #expect(try cache.answer(Sample.keys(text + "!")) == nil)
    #expect(try cache.entries().map { $0.bytes < 100_000 } == [true], "the prompt itself is not kept")
  }

  @Test func anAnswerIsGoodForAWhile() throws {
    let keys = Sample.keys("names")
    try cache.keep("Tom", for: keys)
    #expect(try cache.answer(keys, ttlMs: 2 * Sample.hour) == "Tom")
    #expect(try cache.answer(keys, ttlMs: Sample.hour) == nil)
    #expect(try cache.answer(keys, ttlMs: 0, at: Sample.now) == nil)
    #expect(try cache.answer(keys, ttlMs: .max, at: Sample.now + 1000 * Sample.hour) == "Tom")
  }

  /// A clock that was set back leaves answers from later than now: they are not good until long after that.
  @Test func anAnswerFromTheFutureIsGoodForNoLongerThanAnyOther() throws {
    let keys = Sample.keys("names")
    try cache.keep("Tom", for: keys, at: Sample.now + 10 * Sample.hour)
    #expect(try cache.answer(keys, ttlMs: 9 * Sample.hour, at: Sample.now) == nil)
    #expect(try cache.answer(keys, ttlMs: 11 * Sample.hour, at: Sample.now) == "Tom")
    #expect(try cache.answer(keys, ttlMs: .max, at: Sample.now) == "Tom")
  }

  @Test func aNewAnswerReplacesTheOldOne() throws {
    let keys = Sample.keys("names")
    try cache.keep("Tom", for: keys)
    try cache.keep("Kit", for: keys, at: Sample.now + 1)
    #expect(try cache.answer(keys) == "Kit")
    #expect(try cache.entries().count == 1)
    #expect(try cache.statistics().entries == 1)
  }

  /// Short answers stand in their entry's row, long ones in a table of their own.
  @Test(arguments: [(100, "entry", "answer"), (5000, "answer", "entry")])
  func aDamagedAnswerIsNeverGiven(_ length: Int, _ table: String, _ other: String) throws {
    let keys = Sample.keys("names")
    let (text, wrong) = ("transfer " + String(repeating: "1", count: length), "transfer 9")
    try cache.keep(text, for: keys)
    let id = try #require(try cache.entries().first?.id)
    let connection = try Connection(path: folder.cache)
    #expect(try connection.row("SELECT count(body) FROM \(table)")?.integer(0) == 1)
    #expect(try connection.row("SELECT count(body) FROM \(other)")?.integer(0) == 0)
    try connection.run("UPDATE \(table) SET body = ?", [.blob(Array(wrong.utf8))])
    #expect(try cache.answer(keys) == nil)
    #expect(try #require(try cache.entry(id)).reply == nil)
    try connection.run("UPDATE \(table) SET body = ?", [.blob(Array(text.utf8))])
    #expect(try cache.answer(keys) == text)
    #expect(try #require(try cache.entry(id)).reply?.body == Array(text.utf8))
    try connection.execute("UPDATE entry SET status = 500, content_type = 'text/html'")
    #expect(try cache.answer(keys) == nil)
  }

  @Test func aLongAnswerGoesWithItsEntry() throws {
    let keys = Sample.keys("names")
    try cache.keep(String(repeating: "x", count: 5000), for: keys)
    try cache.keep("Tom", for: keys)
    #expect(try cache.answer(keys) == "Tom")
    #expect(try Connection(path: folder.cache).row("SELECT count(*) FROM answer")?.integer(0) == 0)
  }

  @Test func everyChangedBitChangesTheChecksum() throws {
    let keys = Sample.keys("names")
    let body = Array("an answer of some thirty bytes.".utf8)
    try cache.keep(String(decoding: body, as: UTF8.self), for: keys)
    let other = try Connection(path: folder.cache)
    for bit in 0..<body.count * 8 {
      var damaged = body
      damaged[bit / 8] ^= 1 << (bit % 8)
      try other.run("UPDATE entry SET body = ?", [.blob(damaged)])
      #expect(try cache.answer(keys) == nil, "bit \(bit)")
    }
    try other.run("UPDATE entry SET body = ?", [.blob(body + [0])])
    #expect(try cache.answer(keys) == nil)
    try other.run("UPDATE entry SET body = ?", [.blob(Array(body.dropLast()))])
    #expect(try cache.answer(keys) == nil)
  }

  @Test func theLeastRecentlyUsedMakeRoom() throws {
    let small = try IntentCache(
      path: folder.cache, limits: IntentCache.Limits(maximumBytes: 20_000, maximumEntryBytes: 5000))
    let text = String(repeating: "x", count: 1500)
    for number in 0..<10 { try small.keep(text, for: Sample.keys("q\(number)"), at: Sample.now + Int64(number)) }
    let first = try #require(
      try small.lookUp(Sample.keys("q0"), CacheTerms(ttlMs: .max), nowUnixMs: Sample.now + 50))
    try small.recordHit(first, Sample.keys("q0"), nowUnixMs: Sample.now + 50)
    for number in 10..<16 { try small.keep(text, for: Sample.keys("q\(number)"), at: Sample.now + 60 + Int64(number)) }
    #expect(try small.answer(Sample.keys("q0"), ttlMs: .max) == text)
    #expect(try small.answer(Sample.keys("q1"), ttlMs: .max) == nil)
    #expect(try small.answer(Sample.keys("q15"), ttlMs: .max) == text)
    let statistics = try small.statistics()
    #expect(statistics.bytes <= 20_000)
    #expect(try small.entries().reduce(0) { $0 + $1.bytes } == statistics.bytes)
    #expect(try small.entries().count == Int(statistics.entries))
  }

  @Test func whatIsTooLargeIsNotKept() throws {
    let small = try IntentCache(
      path: folder.cache, limits: IntentCache.Limits(maximumBytes: 20_000, maximumEntryBytes: 100))
    try small.keep(String(repeating: "x", count: 101), for: Sample.keys("large"))
    #expect(try small.entries().isEmpty)
    try small.keep(String(repeating: "x", count: 100), for: Sample.keys("small"))
    #expect(try small.entries().count == 1)
  }

  @Test func theLogStaysShortWhenEveryProcessWritesOnce() throws {
    for number in 0..<200 {
      let alone = try IntentCache(path: folder.cache)
      try alone.keep(String(repeating: "x", count: 5000), for: Sample.keys("q\(number)"))
    }
    #expect(File.changeMark(folder.cache + "-wal").first ?? .max < 1 << 20)
    #expect(try IntentCache(path: folder.cache).statistics().entries == 200)
  }

  @Test func theFileIsTheUsersAlone() throws {
    try cache.keep("Tom", for: Sample.keys("names"))
    #expect(File.permissions(of: folder.path + "/cache") == 0o700)
    for suffix in ["", "-wal", "-shm"] { #expect(File.permissions(of: folder.cache + suffix) == 0o600) }
  }

  @Test func clearingLeavesNothingToBeFound() throws {
    for number in 0..<50 { try cache.keep("secret answer \(number)", for: Sample.keys("secret question \(number)")) }
    let removed = try cache.clear()
    #expect(removed.held.map(\.entries) == [50])
    #expect(removed.held[0].bytes > 50 * 400)
    #expect(try cache.statistics().bytes == 0)
    for suffix in ["", "-wal"] {
      let bytes = try File.readAll(folder.cache + suffix)
      #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"))
    }
  }

  /// Whoever removes one answer wants what was asked gone with it.
  @Test func anAnswerGoesWithWhatWasLookedUp() throws {
    for name in ["names", "towns"] {
      try cache.keep(name, for: Sample.keys(name))
      let found = try #require(
        try cache.lookUp(Sample.keys(name), CacheTerms(ttlMs: Sample.hour), nowUnixMs: Sample.now))
      try cache.recordHit(found, Sample.keys(name), nowUnixMs: Sample.now)
    }
    func looks() throws -> [String] {
      try cache.read { connection throws(SQLiteError) in
        try connection.rows("SELECT DISTINCT instruction FROM look").map { $0.text(0) }
      }
    }
    #expect(try looks().sorted() == ["names", "towns"])
    #expect(try cache.remove(2) != nil)
    #expect(try looks() == ["names"])
  }

  @Test func pruningRemovesWhatIsTooOldForAnyPhase() throws {
    try cache.keep("old", for: Sample.keys("a"), at: Sample.now - 10 * Sample.hour)
    try cache.keep("new", for: Sample.keys("b"))
    let rehearsed = try cache.prune(olderThanMs: Sample.hour, isRehearsal: true, nowUnixMs: Sample.now)
    #expect(rehearsed.entries == 1)
    #expect(try cache.entries().count == 2)
    let removed = try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now)
    #expect(removed == rehearsed)
    #expect(try cache.entries().map(\.instruction).count == 1)
    #expect(try cache.answer(Sample.keys("b")) == "new")
  }

  /// Others write between the steps; what they keep meanwhile is none of it, and what ends it leaves whole entries.
  @Test func pruningIsDoneInSteps() throws {
    let cache = try IntentCache(path: folder.cache)
    func kept(_ numbers: Range<Int>) -> [IntentCache.Keeping] {
      numbers.map { number in
        IntentCache.Keeping(
          Sample.reply("answer \(number)"), for: Sample.keys("question \(number)"), Sample.facts(),
          nowUnixMs: Sample.now - 10 * Sample.hour)
      }
    }
    let most = Int(IntentCache.mostInStep)
    try cache.store(kept(0..<2 * most + 1), hits: [])
    let other = try IntentCache(path: folder.cache)
    var steps: [[Int64]] = []
    let removed = try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now) { done, all in
      steps.append([done, all])
      #expect((try? other.statistics().entries) == all - done + Int64(steps.count - 1), "this step is committed")
      #expect(throws: Never.self) {
        try other.keep("new \(steps.count)", for: Sample.keys("new \(steps.count)"))
      }
    }
    let all = Int64(2 * most + 1)
    #expect(steps == [[Int64(most), all], [Int64(2 * most), all], [all, all]])
    #expect(removed.entries == all)
    #expect(try cache.statistics().entries == 3)
    #expect(try cache.statistics().bytes == cache.entries().reduce(0) { $0 + $1.bytes })
    #expect(try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now).entries == 0)
  }

  @Test func manyAreKeptInOneGo() throws {
    let cache = try IntentCache(path: folder.cache)
    let questions = ["summarise this in 3 bullets", "what is a monad", "summarise this in 3 bullets"]
    let kept = questions.enumerated().map { number, question in
      IntentCache.Keeping(
        Sample.reply("answer \(number)"), for: Sample.keys(question), Sample.facts(), nowUnixMs: Sample.now)
    }
    try cache.store(kept, hits: [])
    #expect(try cache.answer(Sample.keys(questions[0])) == "answer 2", "the later one to the same words counts")
    #expect(try cache.answer(Sample.keys(questions[1])) == "answer 1")
    #expect(try cache.statistics().entries == 2)
    let finding = try #require(
      try cache.lookUp(Sample.keys(questions[1]), CacheTerms(ttlMs: .max), nowUnixMs: Sample.now))
    let hit = CacheHit(finding, Sample.keys(questions[1]), nowUnixMs: Sample.now + 5)
    try cache.store([], hits: [hit, hit])
    #expect(try cache.statistics().tallies.first { $0.tier == .exact }?.hits == 2)
    #expect(try cache.lastLook()?.tier == .exact)
  }

  /// What many have in common is read and written once: it comes to the same as one after the other.
  @Test func manyInOneGoAreKeptAsOneByOne() throws {
    // More than a row of sketches takes, in two places, with words that come again.
    let asked = (0..<620).map { Sample.keys("name number \($0 % 600) of \($0 % 600 * 131)", payload: "\($0 % 2)") }
    func keeping(_ place: Int) -> IntentCache.Keeping {
      IntentCache.Keeping(
        Sample.reply("answer \(place)"), for: asked[place], Sample.facts(), nowUnixMs: Sample.now + Int64(place))
    }
    let other = try TemporaryFolder()
    let (together, single) = (cache, try IntentCache(path: other.cache))
    for start in stride(from: 0, to: asked.count, by: 155) {
      let part = start..<min(start + 155, asked.count)
      try together.store(part.map(keeping), hits: [], likeness: SentenceLikeness())
      for place in part { try single.store(keeping(place), likeness: SentenceLikeness()) }
    }
    #expect(try together.statistics() == single.statistics())
    #expect(try together.entries().map(\.instruction) == single.entries().map(\.instruction))
    let (a, b) = (try Connection(path: folder.cache), try Connection(path: other.cache))
    let pairs = "SELECT id, hex(place), hex(pairs) FROM sketch ORDER BY id"
    #expect(try a.rows(pairs).map { $0.text(2) } == b.rows(pairs).map { $0.text(2) })
    // Each entry is in the row that it names, and in no other.
    let kept = try a.rows("SELECT id, sketch FROM entry")
    #expect(kept.count == 620 - 20)
    var found: [Int64: Int64] = [:]
    for row in try a.rows("SELECT id, pairs FROM sketch") {
      let bytes = row.blob(1)
      #expect(!bytes.isEmpty && bytes.count % 16 == 0)
      for start in stride(from: 8, to: bytes.count, by: 16) {
        let entry = bytes[start..<(start + 8)].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        #expect(found.updateValue(row.integer(0), forKey: entry) == nil)
      }
    }
    #expect(found == Dictionary(uniqueKeysWithValues: kept.map { ($0.integer(0), $0.integer(1)) }))
  }

  @Test func manyInOneGoMakeRoomForEachOther() throws {
    let small = try IntentCache(
      path: folder.cache, limits: IntentCache.Limits(maximumBytes: 20_000, maximumEntryBytes: 5000))
    let text = String(repeating: "x", count: 1500)
    let kept = (0..<40).map { number in
      IntentCache.Keeping(
        Sample.reply(text), for: Sample.keys("q\(number)"), Sample.facts(), nowUnixMs: Sample.now + Int64(number))
    }
    try small.store(kept, hits: [], likeness: SentenceLikeness())
    let statistics = try small.statistics()
    #expect((5000...20_000).contains(statistics.bytes))
    #expect(try small.entries().reduce(0) { $0 + $1.bytes } == statistics.bytes)
    #expect(try small.entries().count == Int(statistics.entries))
    #expect(try small.answer(Sample.keys("q39")) == text)
    #expect(try small.answer(Sample.keys("q0")) == nil)
  }
}
