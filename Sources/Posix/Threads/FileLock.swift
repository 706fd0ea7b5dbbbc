import CPosix
import Glibc

/// An exclusive lock between processes, kept in a file of its own.
///
/// The lock belongs to this open file: two `FileLock`s on one path exclude each other even within a process, and the
/// kernel lets go of it when the process ends, however it ends.
///
/// The kernel keeps no line of those who wait. So they draw numbers, in memory that they share through the lock file, and
/// only the one whose turn it is tries for the lock, woken by whoever lets it go. The line decides nothing but the order:
/// who has the lock is the kernel's word alone. Whoever dies in the line is passed over after a moment.
public final class FileLock {
  private let file: FileDescriptor
  private let words: UnsafeMutablePointer<UInt32>?
  private let count: Int32
  /// The lock file.
  public let path: String
  /// Whether others had the lock when it was last asked for.
  public private(set) var hadToWait = false

  /// What the shared words mean.
  private enum Word {
    /// The process that took the lock last.
    static let holder = 0
    /// The number that the next one to wait draws.
    static let next = 1
    /// The number whose turn it is.
    static let serving = 2
    /// How often the lock was let go.
    static let released = 3
    /// 1 when the one whose turn it is was passed over for long: then newcomers wait their turn even if the lock is free.
    static let hungry = 4
    /// What the one who had the lock left for the next; see `message`.
    static let message = 5
    /// From here on, what is the caller's own.
    static let own = 8
  }

  /// The longest sleep of the one whose turn it is: the lock's holder may have died without a word.
  private static let turnPauseMicroseconds: Int64 = 2000
  /// How long the one whose turn it is lets newcomers pass that find the lock free.
  private static let patienceNanoseconds: Int64 = 2_000_000
  /// How long those behind wait before they look whether the one whose turn it is still lives.
  private static let linePauseMicroseconds: Int64 = 20_000

  /// Opens the lock file, made if missing.
  ///
  /// - Parameter ownWords: how many shared words the caller needs for itself, at most 48.
  public init(path: String, ownWords: Int = 0) throws(PosixError) {
    self.path = path
    file = try FileDescriptor.open(path, .readWrite, followLinks: false)
    count = Int32(Word.own + ownWords)
    words = llmguard_map_words(file.number, count)
  }

  deinit {
    if let words { llmguard_unmap_words(words, count) }
    file.close()
  }

  /// The words that are the caller's own, shared with whoever opens the lock with as many; `nil` where memory cannot be shared.
  /// They begin as zeros, and like the others they may be lost.
  public var ownWords: UnsafeMutablePointer<UInt32>? { words.map { $0 + Word.own } }

  /// Takes the lock, waiting at most until a deadline.
  ///
  /// - Parameter deadlineMs: how long to wait, ≥ 0.
  /// - Returns: whether it was taken.
  public func acquire(deadlineMs: Int64) throws(PosixError) -> Bool {
    let now = Clock.monotonicNanoseconds
    let deadline = now + min(max(0, deadlineMs), 1_000_000_000) * 1_000_000
    hadToWait = false
    guard let words else { return try poll(until: deadline) }
    if llmguard_word_read(words + Word.hungry) == 0, try isTaken() { return true }
    hadToWait = true
    return try wait(in: words, until: deadline)
  }

  /// Lets go of the lock.
  public func release() {
    _ = flock(file.number, LOCK_UN)
    guard let words else { return }
    _ = llmguard_word_add(words + Word.released, 1)
    if llmguard_word_read(words + Word.next) != llmguard_word_read(words + Word.serving) {
      llmguard_word_wake(words + Word.released, 1, .max)
    }
  }

  /// A number that whoever has the lock leaves for those who have it later, in whatever process; 0 when nobody has, and where
  /// memory cannot be shared. It may be lost: nothing may depend on it but how soon something is done.
  public var message: UInt32 {
    get { words.map { llmguard_word_read($0 + Word.message) } ?? 0 }
    set { if let words { llmguard_word_write(words + Word.message, newValue) } }
  }

  /// Whether the lock file was removed since it was opened: those who come later open another one, and nothing keeps them out.
  public var isRemoved: Bool {
    var status = stat()
    return fstat(file.number, &status) == 0 && status.st_nlink == 0
  }

  private func isTaken() throws(PosixError) -> Bool {
    if flock(file.number, LOCK_EX | LOCK_NB) == 0 {
      note()
      return true
    }
    if errno != EWOULDBLOCK, errno != EINTR { throw PosixError("flock", path: path) }
    return false
  }

  // MARK: - The line

  private func wait(in words: UnsafeMutablePointer<UInt32>, until deadline: Int64) throws(PosixError) -> Bool {
    let number = llmguard_word_add(words + Word.next, 1)
    var serving = llmguard_word_read(words + Word.serving)
    // Nobody's turn comes before his number is drawn: words that say so were lost or never written.
    if ahead(of: number, serving) < 0 { llmguard_word_write(words + Word.serving, number) }
    var myTurnSince: Int64?
    while true {
      let now = Clock.monotonicNanoseconds
      let left = (deadline - now) / 1000
      let released = llmguard_word_read(words + Word.released)
      serving = llmguard_word_read(words + Word.serving)
      if ahead(of: number, serving) <= 0 {
        if try isTaken() {
          passOn(number, words)
          return true
        }
        if left <= 0 { break }
        if let since = myTurnSince, now - since > Self.patienceNanoseconds {
          llmguard_word_write(words + Word.hungry, 1)
        }
        myTurnSince = myTurnSince ?? now
        llmguard_word_wait(words + Word.released, released, .max, min(left, Self.turnPauseMicroseconds))
      } else {
        if left <= 0 {
          // Whoever was stopped meanwhile, or whose machine was, did not wait: the line may be long gone.
          if try isTaken() {
            passOn(number, words)
            return true
          }
          break
        }
        llmguard_word_wait(words + Word.serving, serving, Self.bit(number), min(left, Self.linePauseMicroseconds))
        // Nothing moved, and the lock is free: whoever's turn it is does not come.
        if llmguard_word_read(words + Word.serving) == serving, try isTaken() {
          passOn(number, words)
          return true
        }
      }
    }
    if ahead(of: number, llmguard_word_read(words + Word.serving)) == 0 { passOn(number, words) }
    return false
  }

  /// Gives the turn to the one behind, and to all who were passed over.
  private func passOn(_ number: UInt32, _ words: UnsafeMutablePointer<UInt32>) {
    let serving = llmguard_word_read(words + Word.serving)
    llmguard_word_write(words + Word.hungry, 0)
    // One who was passed over himself has nothing to pass on.
    if ahead(of: number, serving) < 0 { return }
    llmguard_word_write(words + Word.serving, number &+ 1)
    if llmguard_word_read(words + Word.next) != number &+ 1 {
      llmguard_word_wake(words + Word.serving, .max, serving == number ? Self.bit(number &+ 1) : .max)
    }
  }

  private func ahead(of number: UInt32, _ serving: UInt32) -> Int32 { Int32(bitPattern: number &- serving) }

  private static func bit(_ number: UInt32) -> UInt32 { 1 << (number % 32) }

  /// Where memory cannot be shared: short sleeps, from 0.1 to 2 ms with some jitter, so that many do not wake together.
  private func poll(until deadline: Int64) throws(PosixError) -> Bool {
    var pauseMicroseconds: UInt32 = 100
    while true {
      if try isTaken() { return true }
      if Clock.monotonicNanoseconds >= deadline { return false }
      usleep(pauseMicroseconds / 2 + UInt32.random(in: 0...pauseMicroseconds / 2))
      pauseMicroseconds = min(pauseMicroseconds * 5 / 4, 2000)
    }
  }

  // MARK: - The holder

  /// Writes who holds the lock, for the message of whoever waits in vain.
  private func note() {
    let id = UInt32(bitPattern: getpid())
    if let words {
      llmguard_word_write(words + Word.holder, id)
    } else {
      withUnsafeBytes(of: id) { _ = pwrite(file.number, $0.baseAddress, $0.count, 0) }
    }
  }

  /// The process that has the lock, with its state from `/proc`: `process 812 (stopped)`. The kernel tells it of any program;
  /// where it does not, it is the one that took the lock last, by its own word. `nil` when unknown, and when that one has ended.
  public var holder: String? {
    (LockTable.holder(of: file) ?? noted).flatMap(Self.holder)
  }

  /// How a process that has a lock is named; `nil` when it has ended.
  public static func holder(_ number: Int32) -> String? {
    guard ProcessInfo.exists(number) else { return nil }
    return "process \(number)" + (ProcessInfo.isStopped(number) ? " (stopped)" : "")
  }

  private var noted: pid_t? {
    var number: pid_t = 0
    let count = withUnsafeMutableBytes(of: &number) { pread(file.number, $0.baseAddress, $0.count, 0) }
    return count == MemoryLayout<pid_t>.size && number > 0 ? number : nil
  }
}
