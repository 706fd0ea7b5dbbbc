import Glibc
import IntentCache
import Posix
import Testing

/// One call for many.
@Suite struct FlightTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Whoever could open it could hold up every call: what was there before, or was copied, is closed like the cache itself.
  @Test(arguments: [true, false]) func itsFileIsTheUsersAlone(isCache: Bool) throws {
    let file = folder.cache + ".flights"
    try Folder.makePrivate(File.parent(of: file))
    try FileDescriptor.open(file, .createNew).close()
    for mode: mode_t in [0o666, 0o644, 0o755] {
      #expect(chmod(file, mode) == 0)
      if isCache { _ = try IntentCache(path: folder.cache) } else { _ = try CacheFlights(cache: folder.cache) }
      #expect(File.permissions(of: file) == 0o600)
    }
  }

  @Test func theSameCallIsMadeOnce() throws {
    let (one, two) = (try CacheFlights(cache: folder.cache), try CacheFlights(cache: folder.cache))
    let flight = try #require(try one.begin(Sample.keys("names")))
    #expect(try two.begin(Sample.keys("names")) == nil)
    #expect(try two.begin(Sample.keys("other")) != nil)
    #expect(try two.begin(Sample.keys("names", scope: "user ben")) != nil)
    flight.end()
    #expect(try two.begin(Sample.keys("names")) != nil)
  }

  @Test func oneObjectKnowsItsOwnCalls() throws {
    let flights = try CacheFlights(cache: folder.cache)
    let flight = try #require(try flights.begin(Sample.keys("names")))
    #expect(try flights.begin(Sample.keys("names")) == nil)
    #expect(try flights.begin(Sample.keys("other")) != nil)
    flight.end()
    #expect(flights.turn(Sample.keys("names")) == nil)
    let next = try #require(try flights.begin(Sample.keys("names")))
    #expect(flights.turn(Sample.keys("names")) == 3, "it is another one than before")
    #expect(try CacheFlights(cache: folder.cache).turn(Sample.keys("names")) == nil, "it is somebody else's")
    // Who waits for it counts, and who comes too late does not.
    for turn in [1, 3, 3] as [Int64] { flights.noteWaiter(Sample.keys("names"), for: turn) }
    #expect(flights.waiters(for: 3) == 2 && flights.waiters(for: 1) == 0)
    // Ending twice does not end somebody else's.
    flight.end()
    #expect(try flights.begin(Sample.keys("names")) == nil)
    next.end()
    #expect(flights.waiters(for: 3) == 0)
  }

  @Test func waitersGetTheAnswerOfTheOneThatCalls() throws {
    let path = folder.cache
    let keys = Sample.keys("names")
    let calls = Locked(0)
    let answers = Locked<[String]>([])
    let running = Locked(12)
    for _ in 0..<12 {
      try Posix.Thread.start {
        do {
          let flights = try CacheFlights(cache: path)
          let cache = try IntentCache(path: path)
          let mark = cache.contentMark
          let found = try cache.lookUp(keys, CacheTerms(ttlMs: .max), nowUnixMs: Sample.now)
          var joined: (found: CacheFinding?, flight: CacheFlights.Flight?) = (found, nil)
          if found == nil {
            joined = try flights.join(
              keys, limitMs: 60_000, hasChanged: { cache.hasChanged(since: mark) }
            ) { () throws(CacheTrouble) in
              try cache.lookUp(keys, CacheTerms(ttlMs: .max), nowUnixMs: Sample.now)
            }
          }
          if let found = joined.found {
            answers.use { $0.append(String(decoding: found.reply.body, as: UTF8.self)) }
          } else if let flight = joined.flight {
            calls.use { $0 += 1 }
            try cache.keep("Tom", for: keys)
            answers.use { $0.append("Tom") }
            flight.end()
          }
        } catch { answers.use { $0.append("\(error)") } }
        running.use { $0 -= 1 }
      }
    }
    running.wait(until: { $0 == 0 }) { _ in }
    #expect(calls.use { $0 } == 1)
    #expect(answers.use { $0 } == Array(repeating: "Tom", count: 12))
  }

  /// An answer that comes between a look and the begin of a call, whose caller is gone by then, is seen.
  @Test func whatIsStoredBetweenLookAndBeginIsFound() throws {
    let keys = Sample.keys("names")
    let (one, two) = (try IntentCache(path: folder.cache), try IntentCache(path: folder.cache))
    let flights = try CacheFlights(cache: folder.cache)
    func look() throws(CacheTrouble) -> CacheFinding? {
      try one.lookUp(keys, CacheTerms(ttlMs: .max), nowUnixMs: Sample.now)
    }
    let mark = one.contentMark
    #expect(try look() == nil)
    #expect(!one.hasChanged(since: mark))
    let other = try #require(try CacheFlights(cache: folder.cache).begin(keys))
    try two.keep("Tom", for: keys)
    other.end()
    let joined = try flights.join(keys, limitMs: 60_000, hasChanged: { one.hasChanged(since: mark) }, look: look)
    #expect(joined.found.map { String(decoding: $0.reply.body, as: UTF8.self) } == "Tom")
    #expect(joined.flight == nil)
  }

  /// Those who come first come together: the file is made once, and nobody goes without.
  @Test func aCrowdMakesOneFile() throws {
    for round in 0..<40 {
      let path = folder.cache + "-\(round)"
      let troubles = Locked<[String]>([])
      let running = Locked(8)
      for _ in 0..<8 {
        try Posix.Thread.start {
          do { _ = try IntentCache(path: path) } catch { troubles.use { $0.append("\(error)") } }
          running.use { $0 -= 1 }
        }
      }
      running.wait(until: { $0 == 0 }) { _ in }
      #expect(troubles.use { $0 } == [])
    }
  }

  @Test func theDeadAreNotWaitedFor() throws {
    var dying: CacheFlights? = try CacheFlights(cache: folder.cache)
    var flight = try dying?.begin(Sample.keys("names"))
    let next = try CacheFlights(cache: folder.cache)
    #expect(try next.begin(Sample.keys("names")) == nil)
    // Closing the file is what the kernel does for a process that ends, however it ends.
    flight = nil
    dying = nil
    #expect(flight == nil && dying == nil)
    let joined = try next.join(Sample.keys("names"), limitMs: 60_000, hasChanged: { false }) {
      () throws(CacheTrouble) -> Int? in nil
    }
    #expect(joined.flight != nil)
  }

  @Test func whoWaitedLongEnoughCallsAlone() throws {
    let (one, two) = (try CacheFlights(cache: folder.cache), try CacheFlights(cache: folder.cache))
    let flight = try #require(try one.begin(Sample.keys("names")))
    let joined = try two.join(Sample.keys("names"), limitMs: 30, hasChanged: { true }) {
      () throws(CacheTrouble) -> Int? in 1
    }
    #expect(joined.found == nil && joined.flight == nil)
    flight.end()
  }
}
