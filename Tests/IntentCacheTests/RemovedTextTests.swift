import IntentCache
import Posix
import SQLite
import Testing

/// What is removed is gone from the disk, and not from the file alone.
@Suite struct RemovedTextTests {
  let folder: TemporaryFolder
  let cache: IntentCache

  init() throws {
    folder = try TemporaryFolder()
    cache = try IntentCache(path: folder.cache)
  }

  private func isOnDisk(_ text: String) throws -> Bool {
    for suffix in ["", "-wal"] {
      if String(decoding: try File.readAll(folder.cache + suffix), as: UTF8.self).contains(text) { return true }
    }
    return false
  }

  /// What was overwritten in the file would stand in its log until somebody writes enough to it.
  @Test func whatIsPrunedIsGoneFromTheDisk() throws {
    try cache.keep("a secret", for: Sample.keys("a"), at: Sample.now - 10 * Sample.hour)
    try cache.keep("new", for: Sample.keys("b"))
    #expect(try isOnDisk("a secret"))
    #expect(try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now).entries == 1)
    #expect(try !isOnDisk("a secret"))
    #expect(try cache.answer(Sample.keys("b")) == "new")
  }

  @Test func whatIsRejectedIsGoneFromTheDisk() throws {
    let keys = Sample.keys("three names for a cat")
    try cache.keep("a secret", for: keys)
    let found = try #require(try cache.lookUp(keys, CacheTerms(ttlMs: Sample.hour), nowUnixMs: Sample.now))
    try cache.recordHit(found, keys, nowUnixMs: Sample.now)
    guard case .removed = try cache.reject(found.entry.id, nowUnixMs: Sample.now) else {
      Issue.record("not removed")
      return
    }
    #expect(try !isOnDisk("a secret"))
  }

  /// With an entry that is gone goes what was asked of it, when the cache is next cleaned.
  @Test func whatWasAskedOfWhatIsGoneIsPruned() throws {
    let (rejected, old, kept) = (Sample.keys("a secret question"), Sample.keys("an old one"), Sample.keys("a kept one"))
    try cache.keep("new", for: kept)
    try cache.keep("one", for: rejected)
    try cache.keep("two", for: old, at: Sample.now - 10 * Sample.hour)
    for keys in [kept, rejected, old] {
      let found = try #require(try cache.lookUp(keys, CacheTerms(ttlMs: 24 * Sample.hour), nowUnixMs: Sample.now))
      try cache.recordHit(found, keys, nowUnixMs: Sample.now)
      if keys == rejected { _ = try cache.reject(found.entry.id, nowUnixMs: Sample.now) }
    }
    #expect(try isOnDisk("a secret question"))
    _ = try cache.prune(olderThanMs: Sample.hour, isRehearsal: true, nowUnixMs: Sample.now)
    #expect(try isOnDisk("a secret question"))
    _ = try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now)
    #expect(try !isOnDisk("a secret question") && !isOnDisk("an old one") && isOnDisk("a kept one"))
  }

  /// Whoever reads just now keeps the log, and nothing fails by that.
  @Test func aReaderKeepsTheLog() throws {
    try cache.keep("a secret", for: Sample.keys("a"), at: Sample.now - 10 * Sample.hour)
    let reader = try Connection(path: folder.cache)
    try reader.execute("BEGIN")
    #expect(try reader.row("SELECT count(*) FROM entry")?.integer(0) == 1)
    #expect(try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now).entries == 1)
    #expect(try reader.row("SELECT count(*) FROM entry")?.integer(0) == 1)
    try reader.execute("COMMIT")
    #expect(try cache.prune(olderThanMs: Sample.hour, nowUnixMs: Sample.now).entries == 0)
    #expect(try !isOnDisk("a secret"))
  }
}
