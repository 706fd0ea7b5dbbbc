import Posix
import Testing

@testable import IntentCache

/// The index of the cache's log, which one process leaves to the next.
@Suite struct CacheIndexTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Mounts have numbers of their own since Linux 6.8.
  static let isPossible: Bool = {
    let release = (try? File.readAll("/proc/sys/kernel/osrelease")) ?? []
    let numbers = String(decoding: release, as: UTF8.self).split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 8)
  }()

  @Test(.enabled(if: isPossible)) func itIsKeptFromOneToTheNext() throws {
    for number in 0..<5 {
      let cache = try IntentCache(path: folder.cache)
      #expect(cache.hasKeptIndex == (number > 0), "\(number)")
      try cache.keep("answer \(number)", for: Sample.keys("question \(number)"))
    }
    #expect(try IntentCache(path: folder.cache).statistics().entries == 5)
  }

  /// A log that somebody wrote to is checked.
  @Test func aChangedLogIsChecked() throws {
    for number in 0..<3 {
      try IntentCache(path: folder.cache).keep("answer", for: Sample.keys("question \(number)"))
    }
    let log = folder.cache + "-wal"
    let bytes = try File.readAll(log)
    try File.replace(log, with: bytes, permissions: 0o600)
    let cache = try IntentCache(path: folder.cache)
    #expect(try !cache.hasKeptIndex && cache.statistics().entries == 3)
  }

  /// Two connections that write to the log or empty it at one moment can, with an SQLite before 3.51.3, damage the file.
  @Test func nobodyWritesWhileAnotherDoes() throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("answer", for: Sample.keys("question"))
    let log = folder.cache + "-wal"
    func length() -> Int64? { File.changeMark(log).first }
    let before = length()
    let other = try FileLock(path: folder.cache + ".flights")
    #expect(try other.acquire(deadlineMs: 0))
    cache.shortenLog(to: 0)
    #expect(length() == before)
    let trouble = #expect(throws: CacheTrouble.self) { try cache.keep("no", for: Sample.keys("another question")) }
    #expect(trouble?.kind == .locked)
    #expect(length() == before)
    #expect(try cache.answer(Sample.keys("question")) == "answer", "who reads waits for nobody")
    other.release()
    cache.shortenLog(to: 0)
    #expect(length() == 0)
    try cache.keep("yes", for: Sample.keys("another question"))
    #expect(try other.acquire(deadlineMs: 0), "the lock is let go")
  }

  /// A lock whose file was removed would keep nobody out who comes later.
  @Test func aLockThatWasRemovedIsTakenAnew() throws {
    let cache = try IntentCache(path: folder.cache)
    try cache.keep("answer", for: Sample.keys("question"))
    try File.remove(folder.cache + ".flights")
    let other = try FileLock(path: folder.cache + ".flights")
    #expect(try other.acquire(deadlineMs: 0))
    let trouble = #expect(throws: CacheTrouble.self) { try cache.keep("no", for: Sample.keys("another question")) }
    #expect(trouble?.kind == .locked)
    other.release()
    try cache.keep("yes", for: Sample.keys("another question"))
    #expect(try cache.answer(Sample.keys("another question")) == "yes")
  }

  @Test func withoutALockNothingIsWritten() throws {
    try IntentCache(path: folder.cache).keep("answer", for: Sample.keys("question"))
    try File.remove(folder.cache + ".flights")
    try Folder.makePrivate(folder.cache + ".flights")
    let cache = try IntentCache(path: folder.cache)
    #expect(try cache.answer(Sample.keys("question")) == "answer", "it can be read")
    let trouble = #expect(throws: CacheTrouble.self) { try cache.keep("no", for: Sample.keys("another question")) }
    #expect(trouble?.kind == .other)
  }
}
