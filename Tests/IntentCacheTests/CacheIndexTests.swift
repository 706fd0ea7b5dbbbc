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
      #expect(cache.hasKeptIndex == (number > 1), "\(number)")
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
}
