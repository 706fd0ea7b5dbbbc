import Posix

/// One call for many who ask for the same at once, across processes.
///
/// Who has the lock of a key makes the call; the others wait for its answer. The lock is the kernel's: it ends with the
/// process that has it, however that ends, and then another one makes the call.
///
/// Any number of threads may use it: the kernel's locks are those of the open file, and do not keep its own calls apart, so
/// these are known here.
public final class CacheFlights: @unchecked Sendable {
  private let locks: OwnerLocks
  /// The calls that this object has under way, and how many it has begun.
  private struct Own {
    var turns: [Int64: Int64] = [:]
    var begun: Int64 = 0
    /// How many have begun to wait for those that are under way, where any have.
    var waiters: [Int64: Int] = [:]
    /// The latest calls that ended without an answer.
    var failed: Set<Int64> = []
  }

  /// As many calls that failed are remembered, and up to twice as many: longer than anybody waits for one.
  private static let mostFailed = 4096

  private let own = Locked(Own())

  /// Opens the locks of a cache, beside its file.
  public init(cache path: String) throws(CacheTrouble) {
    do throws(PosixError) {
      try Folder.makePrivate(File.parent(of: path))
      // Whoever can open it can hold up every call.
      File.closeToOthers(path + ".flights")
      locks = try OwnerLocks(path: path + ".flights")
    } catch { throw CacheTrouble(error, path: path + ".flights") }
  }

  /// A call that others may wait for.
  public final class Flight: Sendable {
    private let flights: CacheFlights
    private let number: Int64
    private let isOver = Locked(false)

    fileprivate init(_ flights: CacheFlights, _ number: Int64) {
      self.flights = flights
      self.number = number
    }

    /// Ends it: its answer is stored, or there is none.
    ///
    /// - Parameter isAnswered: whether there was one, be it stored or not.
    public func end(isAnswered: Bool = true) {
      isOver.use { isOver in
        if !isOver { flights.end(number, isAnswered: isAnswered) }
        isOver = true
      }
    }

    deinit { end(isAnswered: false) }
  }

  /// Begins a call, unless the same is under way.
  ///
  /// - Returns: the call; `nil` while somebody else makes it.
  public func begin(_ keys: CacheKeys) throws(CacheTrouble) -> Flight? {
    let number = keys.flight
    let isBegun: Bool
    do throws(PosixError) {
      isBegun = try own.use { own throws(PosixError) -> Bool in
        if own.turns[number] != nil { return false }
        guard try locks.acquire(number) else { return false }
        own.begun += 1
        own.turns[number] = own.begun
        return true
      }
    } catch { throw CacheTrouble(error, path: "flights") }
    return isBegun ? Flight(self, number) : nil
  }

  /// Which of this object's calls is under way, of all that it has begun; `nil` where none is, or one of somebody else.
  public func turn(_ keys: CacheKeys) -> Int64? { own.use { $0.turns[keys.flight] } }

  /// Notes that somebody begins to wait for one of them.
  public func noteWaiter(_ keys: CacheKeys, for turn: Int64) {
    own.use { if $0.turns[keys.flight] == turn { $0.waiters[turn, default: 0] += 1 } }
  }

  /// How many have begun to wait for one of them that is under way.
  public func waiters(for turn: Int64) -> Int { own.use { $0.waiters[turn] ?? 0 } }

  /// Whether one of this object's calls ended without an answer, as far as is remembered.
  public func hasFailed(_ turn: Int64) -> Bool { own.use { $0.failed.contains(turn) } }

  private func end(_ number: Int64, isAnswered: Bool) {
    own.use { own in
      locks.release(number)
      guard let turn = own.turns.removeValue(forKey: number) else { return }
      own.waiters[turn] = nil
      if isAnswered { return }
      own.failed.insert(turn)
      if own.failed.count >= 2 * Self.mostFailed {
        own.failed = Set(own.failed.sorted().suffix(Self.mostFailed))
      }
    }
  }

  // MARK: - What is not noted yet

  /// The locks of those who have given answers and not noted that yet: beyond the numbers of calls. As many can do so at a time.
  private static let noting = (Int64.max >> 1) + 1..<(Int64.max >> 1) + 65

  /// Says that answers were given that are not noted yet.
  ///
  /// - Returns: what to end it by; `nil` where it cannot be said.
  public func beginNoting() -> Int64? { Self.noting.first { (try? locks.acquire($0)) == true } }

  /// They are noted, or never will be.
  public func endNoting(_ number: Int64) { locks.release(number) }

  /// Waits until nobody else has given answers that are not noted yet.
  ///
  /// - Parameter limitMs: how long at most.
  public func awaitNoted(limitMs: Int64) {
    let end = Clock.monotonicNanoseconds + limitMs * 1_000_000
    func isNoting() -> Bool { Self.noting.contains { (try? locks.isHeldElsewhere($0)) == true } }
    while Clock.monotonicNanoseconds < end, isNoting() { Clock.sleep(ms: 2) }
  }

  /// Waits for the same call of another process.
  ///
  /// - Parameters:
  ///   - limitMs: how long at most.
  ///   - hasChanged: whether an answer may have been stored since the caller looked for it.
  ///   - look: looks for the answer.
  /// - Returns: what `look` found; else a flight of one's own, or `nil` for both when the time is up.
  public func join<Found>(
    _ keys: CacheKeys, limitMs: Int64, waiting: (Int64) -> Void = { _ in }, hasChanged: () -> Bool,
    look: () throws(CacheTrouble) -> Found?
  ) throws(CacheTrouble) -> (found: Found?, flight: Flight?) {
    let start = Clock.monotonicNanoseconds
    var pauseMs: Int64 = 1
    var isFirst = true
    while true {
      if let flight = try begin(keys) {
        // Whoever had it before may have stored its answer since this call last looked, and given it back before it came.
        if !isFirst || hasChanged(), let found = try look() { return (found, nil) }
        return (nil, flight)
      }
      isFirst = false
      let waitedMs = (Clock.monotonicNanoseconds - start) / 1_000_000
      if waitedMs >= limitMs { return (nil, nil) }
      waiting(waitedMs)
      Clock.sleep(ms: min(pauseMs, limitMs - waitedMs))
      pauseMs = min(pauseMs * 2, 50)
    }
  }
}
