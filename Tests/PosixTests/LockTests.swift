import Glibc
import Testing

@testable import Posix

@Suite struct LockTests {
  @Test func aFileLockExcludesAnotherOpeningUntilReleased() throws {
    try withFolder { folder in
      let first = try FileLock(path: folder + "/lock")
      let second = try FileLock(path: folder + "/lock")
      #expect(try first.acquire(deadlineMs: 0))
      #expect(!first.hadToWait)
      #expect(try !second.acquire(deadlineMs: 5))
      #expect(second.hadToWait)
      #expect(second.holder == "process \(ProcessInfo.id)")
      first.release()
      #expect(try second.acquire(deadlineMs: .max))
      #expect(!second.hadToWait)
    }
  }

  @Test func whoHasEndedHoldsNoLock() throws {
    try withFolder { folder in
      let lock = try FileLock(path: folder + "/lock")
      #expect(try lock.acquire(deadlineMs: 0))
      lock.release()
      // More than the kernel ever numbers a process.
      try FileDescriptor.open(folder + "/lock", .readWrite).writeAll([0, 0, 0, 0x7F])
      #expect(try FileLock(path: folder + "/lock").holder == nil)
    }
  }

  /// The words of a lock file: who holds it, the next number, whose turn it is.
  static func words(_ path: String) throws -> [UInt32] {
    let bytes = try File.readAll(path)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
  }

  @Test func waitingForAValueEndsWithItOrWithTheTime() throws {
    let value = Locked(0)
    #expect(value.wait(atMostMs: 1, until: { $0 == 1 }) { $0 } == 0)
    try Posix.Thread.start { value.use { $0 = 1 } }
    #expect(value.wait(atMostMs: 60_000, until: { $0 == 1 }) { $0 } == 1)
    #expect(value.wait(atMostMs: nil, until: { $0 == 1 }) { $0 } == 1)
  }

  @Test func aGuardedValueStandsWhereItsTypeMay() {
    func check<Value: Equatable>(_ value: Value) {
      // Several, as one may stand right by chance.
      let all = (0..<8).map { _ in Locked(value) }
      for one in all {
        one.use { stored in
          withUnsafePointer(to: &stored) { #expect(Int(bitPattern: $0) % MemoryLayout<Value>.alignment == 0) }
          #expect(stored == value)
        }
      }
    }
    check(UInt8(7))
    check("a text of its own, longer than what stands in place")
    check(SIMD16<UInt8>(repeating: 3))
    check(SIMD64<UInt8>(repeating: 3))
    check(SIMD64<UInt64>(repeating: 3))
  }

  /// One whose turn it is and who does not come within 20 ms is passed over, which a busy machine brings about at times. So
  /// the line has some attempts; without a line, eight would come in order once in 40,320.
  @Test func whoWaitedFirstComesFirst() throws {
    var orders: [[Int]] = []
    while orders.last != Array(0..<8), orders.count < 40 { orders.append(try orderOfEight()) }
    #expect(orders.last == Array(0..<8), "\(orders)")
  }

  /// The order in which eight get a lock that they began to wait for one after the other; behind them, below zero, who did not.
  private func orderOfEight() throws -> [Int] {
    let folder = try Folder.makeTemporary(prefix: "posix-tests")
    defer { try? Folder.removeTree(folder) }
    let path = folder + "/lock"
    let holder = try FileLock(path: path)
    #expect(try holder.acquire(deadlineMs: 0))
    let order = Locked<[Int]>([])
    for number in 0..<8 {
      try Thread.start {
        guard let lock = try? FileLock(path: path), (try? lock.acquire(deadlineMs: 60_000)) == true else {
          return order.use { $0.append(-1 - number) }
        }
        order.use { $0.append(number) }
        lock.release()
      }
      let end = Clock.monotonicNanoseconds + 60_000_000_000
      while try Self.words(path)[1] != number + 1, Clock.monotonicNanoseconds < end { Clock.sleep(ms: 1) }
    }
    holder.release()
    let found = order.wait(atMostMs: 90_000, until: { $0.count == 8 }) { $0 }
    #expect(found.count == 8, "each comes to an end")
    #expect(try holder.acquire(deadlineMs: 60_000), "the line is empty")
    return found
  }

  @Test(arguments: [[0, 7, 3], [0, 3, 7], [0, 5, 5], [0, 0xFFFF_FFFF, 0xFFFF_FFFF]] as [[UInt32]])
  func whoDiedInTheLineHoldsNobodyUp(words: [UInt32]) throws {
    let folder = try Folder.makeTemporary(prefix: "posix-tests")
    defer { try? Folder.removeTree(folder) }
    let path = folder + "/lock"
    let bytes = (words + [0, 1, 0, 0, 0]).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    try File.replace(path, with: bytes)
    let holder = try FileLock(path: path)
    #expect(try holder.acquire(deadlineMs: 60_000), "nobody has it, though somebody seems to wait")
    let isTaken = Locked(0)
    for _ in 0..<3 {
      try Thread.start {
        guard let lock = try? FileLock(path: path), (try? lock.acquire(deadlineMs: 60_000)) == true else { return }
        lock.release()
        isTaken.use { $0 += 1 }
      }
    }
    #expect(try !FileLock(path: path).acquire(deadlineMs: 20))
    holder.release()
    #expect(isTaken.wait(atMostMs: 90_000, until: { $0 == 3 }) { $0 } == 3)
  }

  /// Who was stopped with its machine, or by a signal, until its time was over takes the lock if it is free by then.
  @Test func whoseTimeIsOverTakesWhatIsFree() throws {
    try withFolder { folder in
      // One stands before it in the line, and newcomers wait.
      let words: [UInt32] = [0, 1, 0, 0, 1, 0, 0, 0]
      try File.replace(
        folder + "/lock", with: words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
      let (late, other) = (try FileLock(path: folder + "/lock"), try FileLock(path: folder + "/lock"))
      #expect(try late.acquire(deadlineMs: 0))
      #expect(try !other.acquire(deadlineMs: 0), "it has it")
      late.release()
      #expect(try other.acquire(deadlineMs: 0))
    }
  }

  @Test func ownersSeeEachOtherAndNotThemselves() throws {
    try withFolder { folder in
      let first = try OwnerLocks(path: folder + "/owners")
      let second = try OwnerLocks(path: folder + "/owners")
      #expect(try first.acquire(1 << 40))
      #expect(try !second.acquire(1 << 40))
      #expect(try second.isHeldElsewhere(1 << 40))
      #expect(try !first.isHeldElsewhere(1 << 40))
      #expect(try !second.isHeldElsewhere(7))
      first.release(1 << 40)
      #expect(try !second.isHeldElsewhere(1 << 40))
    }
  }

  @Test func aDroppedOwnerLetsGo() throws {
    try withFolder { folder in
      let watcher = try OwnerLocks(path: folder + "/owners")
      var owner: OwnerLocks? = try OwnerLocks(path: folder + "/owners")
      #expect(try owner?.acquire(3) == true)
      #expect(try watcher.isHeldElsewhere(3))
      owner = nil
      #expect(try !watcher.isHeldElsewhere(3))
    }
  }
}
