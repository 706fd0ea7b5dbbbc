import CPosix
import Glibc

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

  /// Opens a lock file to see who holds what; where none can be read, nobody holds anything.
  public init(reading path: String) throws(PosixError) {
    self.path = path
    if let file = try? FileDescriptor.open(path, .read, followLinks: false) {
      self.file = file
    } else {
      file = try FileDescriptor.open("/dev/null", .read)
    }
  }

  deinit { file.close() }

  /// Whether the file was removed since it was opened: those who come later look into another one, and see none of these locks.
  public var isRemoved: Bool { file.isRemoved }

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
