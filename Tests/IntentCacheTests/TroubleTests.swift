import Glibc
import GuardModel
import Posix
import SQLite
import Testing

@testable import IntentCache

/// What can be wrong with the file.
@Suite struct TroubleTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func kind(_ body: () throws -> Void) -> CacheTrouble.Kind? {
    do {
      try body()
      return nil
    } catch { return (error as? CacheTrouble)?.kind }
  }

  @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
    try Folder.makePrivate(folder.path + "/cache")
    let bytes = [UInt8](repeating: 0x41, count: 5000)
    try File.replace(folder.cache, with: bytes)
    #expect(kind { _ = try IntentCache(path: folder.cache) } == .damaged)
    #expect(try File.readAll(folder.cache) == bytes)
  }

  @Test func anotherProgramsDatabaseIsLeftAlone() throws {
    try Folder.makePrivate(folder.path + "/cache")
    try Connection(path: folder.cache).execute("CREATE TABLE theirs (x)")
    #expect(kind { _ = try IntentCache(path: folder.cache) } == .damaged)
    #expect(try Connection(path: folder.cache).rows("SELECT name FROM sqlite_schema").map { $0.text(0) } == ["theirs"])
  }

  @Test func aNewerFormatIsLeftAlone() throws {
    _ = try IntentCache(path: folder.cache)
    try Connection(path: folder.cache).execute("PRAGMA user_version = 99")
    #expect(kind { _ = try IntentCache(path: folder.cache) } == .newer)
  }

  @Test func damageInsideIsTrouble() throws {
    do {
      let cache = try IntentCache(path: folder.cache)
      for number in 0..<200 { try cache.keep(String(repeating: "x", count: 900), for: Sample.keys("q\(number)")) }
      try Connection(path: folder.cache).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    var bytes = try File.readAll(folder.cache)
    for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    try File.replace(folder.cache, with: bytes)
    let cache = try IntentCache(path: folder.cache)
    #expect(kind { _ = try cache.answer(Sample.keys("q7")) } == .damaged)
    #expect(kind { try cache.keep("Tom", for: Sample.keys("new")) } == .damaged)
  }

  /// What no llmguard writes, as a disk may have changed it.
  @Test(arguments: [
    "entry SET stored_ms = MIN", "entry SET used_ms = MIN", "entry SET stored_ms = MAX",
    "entry SET input = MAX, output = MAX",
    "entry SET input = MIN, output = MIN", "look SET at_ms = MIN", "look SET at_ms = MAX", "tally SET rejected = MAX",
    "tally SET rejected = MIN", "tally SET hits = MIN",
  ]) func whatCannotBeIsReadAsTheNearestThatCan(change: String) throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("Tom", for: Sample.keys("q"))
    let finding = try #require(
      try cache.lookUp(Sample.keys("q"), CacheTerms(ttlMs: Sample.hour * 24), nowUnixMs: Sample.now))
    try cache.recordHit(finding, Sample.keys("q"), nowUnixMs: Sample.now)
    let numbers = change.replacing("MIN", with: "-9223372036854775807 - 1").replacing(
      "MAX", with: "9223372036854775807")
    try Connection(path: folder.cache).execute("PRAGMA ignore_check_constraints = 1; UPDATE \(numbers)")
    let entry = try #require(try cache.entries().first)
    let look = try #require(try cache.lastLook())
    let statistics = try cache.statistics()
    // What commands reckon with them.
    // One from later than now has an age below 0.
    #expect(entry.ageMs(at: Sample.now) < .max / 2 && entry.ageMs(at: look.atUnixMs) < .max / 2)
    #expect(max(0, Sample.now - entry.usedAtUnixMs) >= 0 && max(0, Sample.now - look.atUnixMs) >= 0)
    #expect(entry.usage.input + entry.usage.output >= 0)
    #expect(statistics.tallies.allSatisfy { (0...max(0, $0.hits)).contains($0.rejected) })
    #expect(max(0, Sample.now - (statistics.oldestAtUnixMs ?? 0)) >= 0)
  }

  /// What all answers take is reckoned anew where the file says what cannot be: nothing that fits is removed for it.
  @Test(arguments: ["MAX", "9223372036850000000", "MIN", "-9000000000", "1e300", "'many'", "7, entries = -7"])
  func aTotalThatCannotBeIsReckonedAnew(bytes: String) throws {
    let cache = try IntentCache(path: folder.cache)
    for number in 0..<3 { try cache.keep("Tom", for: Sample.keys("q\(number)")) }
    let before = try cache.statistics().bytes
    let change = bytes.replacing("MIN", with: "-9223372036854775807 - 1").replacing("MAX", with: "9223372036854775807")
    try Connection(path: folder.cache).execute("UPDATE total SET bytes = \(change)")
    #expect(try cache.statistics().bytes == before && cache.statistics().entries == 3)
    try cache.keep("Tom", for: Sample.keys("q3"))
    let after = try cache.statistics()
    #expect(after.entries == 4 && (before + 1..<2 * before).contains(after.bytes), "\(after)")
    #expect(try cache.answer(Sample.keys("q0")) == "Tom")
    #expect(try Connection(path: folder.cache).row("SELECT bytes FROM total")?.optionalInteger(0) == after.bytes)
  }

  /// Nor does it end anything where one of them says of itself what cannot be.
  @Test(arguments: ["MAX", "MIN", "1e300"]) func anEntryOfImpossibleSizeEndsNothing(bytes: String) throws {
    let cache = try IntentCache(path: folder.cache)
    for number in 0..<3 { try cache.keep("Tom", for: Sample.keys("q\(number)")) }
    let change = bytes.replacing("MIN", with: "-9223372036854775807 - 1").replacing("MAX", with: "9223372036854775807")
    try Connection(path: folder.cache).execute("UPDATE entry SET bytes = \(change); UPDATE total SET bytes = \(change)")
    #expect(try cache.held().map(\.entries) == [3])
    try cache.keep("Rex", for: Sample.keys("q0"))
    #expect(try cache.answer(Sample.keys("q0")) == "Rex" && cache.answer(Sample.keys("q2")) == "Tom")
    #expect(try cache.remove(user: "ana", isRehearsal: true).entries == 3)
    #expect(try cache.prune(olderThanMs: 0, nowUnixMs: Sample.now).entries == 3)
    #expect(try cache.statistics().entries == 0 && cache.statistics().bytes == 0)
  }

  /// It is told once, and whoever looks knows that there would have been an answer.
  @Test func anAnswerThatDoesNotFitItsChecksumIsToldOf() throws {
    let cache = try IntentCache(path: folder.cache)
    var told: [CacheTrouble] = []
    cache.onDamagedAnswer = { told.append($0) }
    try cache.keep("Tom", for: Sample.keys("names"))
    try cache.keep("Rex", for: Sample.keys("dogs"))
    try Connection(path: folder.cache).execute("UPDATE entry SET body = x'41' WHERE id = 1")
    #expect(try cache.answer(Sample.keys("dogs")) == "Rex" && !cache.hasFoundDamage && told.isEmpty)
    #expect(try cache.answer(Sample.keys("names")) == nil && cache.hasFoundDamage)
    #expect(try cache.answer(Sample.keys("names")) == nil && cache.hasFoundDamage)
    #expect(told.map(\.kind) == [.damagedAnswer] && told[0].description.contains("entry 1 "))
    #expect(try cache.answer(Sample.keys("dogs")) == "Rex" && !cache.hasFoundDamage)
    try cache.keep("Tom", for: Sample.keys("names"))
    #expect(try cache.answer(Sample.keys("names")) == "Tom" && !cache.hasFoundDamage)
  }

  @Test func aFileThatIsOpenToOthersIsClosedToThem() throws {
    try IntentCache(path: folder.cache).keep("Tom", for: Sample.keys("names"))
    #expect(chmod(folder.cache, 0o666) == 0)
    #expect(try IntentCache(path: folder.cache).answer(Sample.keys("names")) == "Tom")
    #expect(File.permissions(of: folder.cache).map { $0 & 0o777 } == 0o600)
  }

  @Test func aLockedFileIsTroubleForWritersOnly() throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("Tom", for: Sample.keys("names"))
    let other = try Connection(path: folder.cache)
    try other.execute("BEGIN IMMEDIATE")
    #expect(try cache.answer(Sample.keys("names")) == "Tom")
    #expect(kind { try cache.keep("Kit", for: Sample.keys("more")) } == .locked)
    try other.execute("ROLLBACK")
    try cache.keep("Kit", for: Sample.keys("more"))
    #expect(try cache.answer(Sample.keys("more")) == "Kit")
  }

  @Test func aDeletedFileIsMadeAnew() throws {
    let cache = try IntentCache(path: folder.cache)
    let told = Locked<[CacheTrouble.Kind]>([])
    cache.onReplaced = { trouble in told.use { $0.append(trouble.kind) } }
    try cache.keep("Tom", for: Sample.keys("names"))
    #expect(told.use { $0 } == [])
    try IntentCache.remove(folder.cache)
    #expect(try cache.answer(Sample.keys("names")) == nil)
    #expect(told.use { $0 } == [.replaced])
    try IntentCache.remove(folder.cache)
    try cache.keep("Kit", for: Sample.keys("names"))
    #expect(told.use { $0 } == [.replaced], "once is enough")
    #expect(try IntentCache(path: folder.cache).answer(Sample.keys("names")) == "Kit")
  }

  @Test func aFullDiskKeepsTheOldAnswers() throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("Tom", for: Sample.keys("names"))
    // The most pages a database may have stands for the end of the disk.
    try cache.read { connection throws(SQLiteError) in
      let pages = try connection.row("PRAGMA page_count")?.integer(0) ?? 0
      _ = try connection.row("PRAGMA max_page_count = \(pages + 2)")
    }
    #expect(kind { try cache.keep(String(repeating: "x", count: 1 << 20), for: Sample.keys("more")) } == .full)
    #expect(try cache.answer(Sample.keys("names")) == "Tom")
    #expect(try cache.statistics().entries == 1)
  }

  @Test func aReadOnlyFileStillAnswers() throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("Tom", for: Sample.keys("names"))
    // SQLite's own word for it: no permission keeps root from writing.
    try cache.read { connection throws(SQLiteError) in try connection.execute("PRAGMA query_only = ON") }
    #expect(kind { try cache.keep("Kit", for: Sample.keys("more")) } == .readOnly)
    #expect(try cache.answer(Sample.keys("names")) == "Tom")
    #expect(try cache.answer(Sample.keys("more")) == nil)
  }

  @Test func whyTheLockCannotBeOpenedIsTold() throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("Tom", for: Sample.keys("names"))
    try File.remove(folder.cache + ".flights")
    try Folder.makePrivate(folder.cache + ".flights")
    do throws(CacheTrouble) {
      _ = try cache.store(Sample.reply("Kit"), for: Sample.keys("more"), Sample.facts(), nowUnixMs: Sample.now)
      Issue.record("kept without a lock")
    } catch { #expect(error.description.hasSuffix("cannot be used: is a directory"), "\(error)") }
    #expect(try cache.answer(Sample.keys("names")) == "Tom")
  }

  @Test func aFolderThatCannotBeMadeIsTrouble() throws {
    try File.replace(folder.path + "/cache", with: [])
    #expect(kind { _ = try IntentCache(path: folder.cache) } != nil)
  }

  @Test func manyProcessesMayOpenANewCacheAtOnce() throws {
    let path = folder.cache
    let failures = Locked<[String]>([])
    let running = Locked(8)
    for number in 0..<8 {
      try Posix.Thread.start {
        do {
          let cache = try IntentCache(path: path)
          for step in 0..<20 { try cache.keep("a", for: Sample.keys("q \(number) \(step)")) }
        } catch { failures.use { $0.append("\(error)") } }
        running.use { $0 -= 1 }
      }
    }
    let found = running.wait(until: { $0 == 0 }) { _ in failures.use { $0 } }
    // Writers that come together wait a quarter of a second, then do without.
    #expect(found.allSatisfy { $0.contains("in use") }, "\(found)")
    #expect(try IntentCache(path: path).statistics().entries > 0)
  }
}
