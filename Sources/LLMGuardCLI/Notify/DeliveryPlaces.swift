import Posix

/// How many commands of `[notify]` run at once beside one ledger, whichever processes have something to tell. Some more wait; the
/// kernel lets go of a place when its messenger ends, however it ends.
struct DeliveryPlaces {
  /// The most that run, and the most that wait: each is a process.
  static let (most, mostWaiting) = (Int64(8), Int64(64))
  private static let pauseMs: Int64 = 50

  private let locks: OwnerLocks
  private let most: Int64
  private let mostWaiting: Int64

  /// The places beside a ledger; `nil` where there is no room for their file, or it may not be written.
  init?(ledgerPath: String, most: Int64 = DeliveryPlaces.most, mostWaiting: Int64 = DeliveryPlaces.mostWaiting) {
    guard let locks = try? OwnerLocks(path: ledgerPath + ".telling") else { return nil }
    (self.locks, self.most, self.mostWaiting) = (locks, most, mostWaiting)
  }

  /// Takes a place for as long as this process lives, and waits for it where others have them all.
  ///
  /// - Parameter limitMs: how long a command may take: whoever waits has its turn when all before it took as long.
  /// - Returns: `false` where as many wait as may.
  func take(limitMs: Int64) -> Bool {
    if takeFree() { return true }
    guard let seat = (most..<most + mostWaiting).first(where: isTaken) else { return false }
    defer { locks.release(seat) }
    let rounds = mostWaiting / most + 1
    let end = Clock.monotonicNanoseconds + rounds * (limitMs + 1000) * 1_000_000
    while Clock.monotonicNanoseconds < end {
      Clock.sleep(ms: Self.pauseMs)
      if takeFree() { return true }
    }
    return false
  }

  private func takeFree() -> Bool { (0..<most).contains(where: isTaken) }

  /// Where the kernel does not lock at all, nothing is held up for that.
  private func isTaken(_ number: Int64) -> Bool { (try? locks.acquire(number)) ?? true }
}
