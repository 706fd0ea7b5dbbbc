import CPosix
import Glibc

/// An exclusive lock between processes, kept in a file of its own.
///
/// The lock belongs to this open file: two `FileLock`s on one path exclude each other even within a process, and the
/// kernel lets go of it when the process ends, however it ends.
public final class FileLock {
  private let file: FileDescriptor
  /// The lock file.
  public let path: String

  /// Opens the lock file, made if missing.
  public init(path: String) throws(PosixError) {
    self.path = path
    file = try FileDescriptor.open(path, .readWrite, followLinks: false)
  }

  deinit { file.close() }

  /// Takes the lock, waiting at most until a deadline.
  ///
  /// Waits by short sleeps, because a blocking `flock` has no deadline that works in every thread; they grow from 0.1 to
  /// 2 ms with some jitter, so that many waiters do not wake together.
  ///
  /// - Parameter deadlineMs: how long to wait, ≥ 0.
  /// - Returns: whether it was taken.
  public func acquire(deadlineMs: Int64) throws(PosixError) -> Bool {
    let start = Clock.monotonicNanoseconds
    var pauseMicroseconds: UInt32 = 100
    while true {
      if flock(file.number, LOCK_EX | LOCK_NB) == 0 {
        note()
        return true
      }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw PosixError("flock", path: path) }
      if (Clock.monotonicNanoseconds - start) / 1_000_000 >= deadlineMs { return false }
      usleep(pauseMicroseconds / 2 + UInt32.random(in: 0...pauseMicroseconds / 2))
      pauseMicroseconds = min(pauseMicroseconds * 5 / 4, 2000)
    }
  }

  /// Lets go of the lock.
  public func release() { _ = flock(file.number, LOCK_UN) }

  /// Writes who holds the lock, for the message of whoever waits in vain.
  private func note() {
    withUnsafeBytes(of: getpid()) { _ = pwrite(file.number, $0.baseAddress, $0.count, 0) }
  }

  /// The process that took the lock last, with its state from `/proc`: `process 812 (stopped)`. `nil` when unknown, and
  /// when that process has ended: then another one has the lock, which did not say so.
  public var holder: String? {
    var number: pid_t = 0
    let count = withUnsafeMutableBytes(of: &number) { pread(file.number, $0.baseAddress, $0.count, 0) }
    guard count == MemoryLayout<pid_t>.size, number > 0, ProcessInfo.exists(number) else { return nil }
    return "process \(number)" + (ProcessInfo.isStopped(number) ? " (stopped)" : "")
  }
}

/// Locks on single bytes of a file that say "the owner of number N lives".
///
/// Open-file-description locks: they belong to this object's open file, survive the closing of others, and end with the
/// process. A stopped process keeps them.
public final class OwnerLocks {
  private let file: FileDescriptor
  private let path: String

  /// Opens the file, made if missing.
  public init(path: String) throws(PosixError) {
    self.path = path
    file = try FileDescriptor.open(path, .readWrite, followLinks: false)
  }

  deinit { file.close() }

  /// Locks a number. - Returns: `false` when another owner holds it.
  public func acquire(_ number: Int64) throws(PosixError) -> Bool {
    if llmguard_ofd_lock(file.number, number) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    throw PosixError("fcntl", path: path)
  }

  /// Unlocks a number.
  public func release(_ number: Int64) { _ = llmguard_ofd_unlock(file.number, number) }

  /// Whether another owner (another open of the file) holds a number. Its own locks it does not see.
  public func isHeldElsewhere(_ number: Int64) throws(PosixError) -> Bool {
    let answer = llmguard_ofd_is_held(file.number, number)
    if answer < 0 { throw PosixError("fcntl", path: path) }
    return answer == 1
  }
}
