import CPosix
import Glibc

/// A file descriptor. It is a number, not an owner: whoever opened it closes it.
public struct FileDescriptor: Hashable, Sendable {
  /// The number.
  public let number: Int32

  /// Wraps a number.
  public init(_ number: Int32) { self.number = number }

  /// Standard input.
  public static let input = FileDescriptor(0)
  /// Standard output.
  public static let output = FileDescriptor(1)
  /// Standard error.
  public static let error = FileDescriptor(2)

  /// What a file may be opened for.
  public enum Mode: Sendable {
    /// Reading an existing file.
    case read
    /// The same, of which nothing has to be there yet: a FIFO is opened at once, and read when something comes.
    case readWaiting
    /// Writing a file that is made if missing.
    case readWrite
    /// Writing at the end, made if missing.
    case append
    /// A new file; an existing one is an error.
    case createNew
  }

  /// Opens a file, close-on-exec, new ones readable by the user alone.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - mode: what for.
  ///   - followLinks: whether the last part of the path may be a symbolic link.
  /// - Throws: `PosixError`.
  public static func open(_ path: String, _ mode: Mode, followLinks: Bool = true) throws(PosixError) -> FileDescriptor {
    var flags: Int32
    switch mode {
    case .read: flags = O_RDONLY
    case .readWaiting: flags = O_RDONLY | O_NONBLOCK
    case .readWrite: flags = O_RDWR | O_CREAT
    case .append: flags = O_WRONLY | O_CREAT | O_APPEND
    case .createNew: flags = O_WRONLY | O_CREAT | O_EXCL
    }
    if !followLinks { flags |= O_NOFOLLOW }
    guard let file = open(bytes: path, flags) else { throw PosixError("open", path: path) }
    return file
  }

  /// The same by a path's bytes; `nil` with `errno` where it cannot be opened.
  static func open(bytes path: UnsafePointer<CChar>, _ flags: Int32) -> FileDescriptor? {
    while true {
      let number = llmguard_open(path, flags, 0o600)
      if number >= 0 { return FileDescriptor(number) }
      if errno != EINTR { return nil }
    }
  }

  /// Whether it is open, and for writing.
  public var isWritable: Bool {
    let flags = fcntl(number, F_GETFL)
    return flags >= 0 && flags & O_ACCMODE != O_RDONLY
  }

  /// Has reads wait for what comes, however it was opened.
  func block() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK) }

  /// The same open file under another number, close-on-exec; it has to be open for writing.
  ///
  /// - Parameter path: what the error names.
  func copy(namedAs path: String) throws(PosixError) -> FileDescriptor {
    if !isWritable { throw PosixError("open", path: path, code: PosixError.notOpen) }
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 0)
    if copy < 0 { throw PosixError("open", path: path) }
    return FileDescriptor(copy)
  }

  /// Closes it; errors at closing are of no use to anybody and are ignored.
  public func close() { _ = Glibc.close(number) }

  /// Reads at most a buffer's worth; 0 at the end. `nil` when nothing waits on a non-blocking descriptor.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(PosixError) -> Int? {
    while true {
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      if errno != EINTR { throw PosixError("read") }
    }
  }

  /// Reads at an offset without moving; 0 at the end.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(PosixError) -> Int {
    while true {
      let count = pread(number, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      if errno != EINTR { throw PosixError("pread") }
    }
  }

  /// Writes a few bytes at an offset, as far as that works: for notes that nothing depends on.
  public func write(_ bytes: [UInt8], at offset: Int64) { _ = pwrite(number, bytes, bytes.count, off_t(offset)) }

  /// Writes all bytes, waiting where the descriptor would block.
  public func writeAll(_ bytes: UnsafeRawBufferPointer) throws(PosixError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(number, rest.baseAddress, rest.count)
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        var poller = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poller, 1, -1)
      } else if errno != EINTR {
        throw PosixError("write")
      }
    }
  }

  /// Writes all bytes of an array.
  public func writeAll(_ bytes: [UInt8]) throws(PosixError) {
    // The closure of withUnsafeBytes cannot throw a typed error across every toolchain; carry it out by hand.
    var failure: PosixError?
    bytes.withUnsafeBytes { buffer in
      do throws(PosixError) { try writeAll(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Makes what was written durable, with the metadata needed to read it back.
  public func syncData() throws(PosixError) {
    if fdatasync(number) != 0 { throw PosixError("fdatasync") }
  }

  /// Makes what was written and all metadata durable.
  public func sync() throws(PosixError) {
    if fsync(number) != 0 { throw PosixError("fsync") }
  }

  /// Cuts or extends a file.
  public func truncate(to bytes: Int64) throws(PosixError) {
    if ftruncate(number, off_t(bytes)) != 0 { throw PosixError("ftruncate") }
  }

  /// Where the next read or write happens; `nil` for what cannot seek.
  public var offset: Int64? {
    let position = lseek(number, 0, SEEK_CUR)
    return position >= 0 ? Int64(position) : nil
  }

  /// Whether it is a terminal.
  public var isTerminal: Bool { isatty(number) == 1 }

  /// What stands behind a descriptor.
  public enum Kind: Hashable, Sendable {
    /// A file on a disk.
    case regular
    /// A pipe or named pipe.
    case pipe
    /// A socket.
    case socket
    /// A terminal.
    case terminal
    /// Another device, such as `/dev/null`.
    case device
    /// A folder or something else.
    case other
    /// Not open.
    case closed
  }

  /// What stands behind it.
  public var kind: Kind {
    var status = stat()
    guard fstat(number, &status) == 0 else { return .closed }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular
    case S_IFIFO: return .pipe
    case S_IFSOCK: return .socket
    case S_IFCHR: return isTerminal ? .terminal : .device
    default: return .other
    }
  }

  /// Whether it is `/dev/null`, from which nothing is ever read. *Source:* null(4): the character device 1, 3.
  public var isNull: Bool {
    var status = stat()
    return fstat(number, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0x103
  }

  /// Waits until something can be read, or the end has come.
  ///
  /// - Parameter ms: how long at most; `nil`: for ever.
  /// - Returns: whether it has; without a limit it may also be that a signal came.
  @discardableResult public func waitUntilReadable(atMostMs ms: Int64? = nil) -> Bool {
    var polled = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&polled, 1, ms.map { Int32(clamping: $0) } ?? -1) > 0
  }

  /// What tells the file from all others; empty where that cannot be told.
  public var identity: [UInt64] {
    var status = stat()
    return fstat(number, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : []
  }

  /// Whether it is a file that has no name any more.
  public var isRemoved: Bool {
    var status = stat()
    return fstat(number, &status) == 0 && status.st_nlink == 0
  }

  /// A file's length in bytes; `nil` when it cannot be told.
  public var size: Int64? {
    var status = stat()
    return fstat(number, &status) == 0 ? Int64(status.st_size) : nil
  }

  /// Keeps it from programs that are started later.
  public func closeOnExec() { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }

  /// Opens `/dev/null` in the place of each of 0, 1 and 2 that is closed, so that no file opened later lands there and
  /// receives what was meant for a person. Commands that are started find them closed, as they would be without llmguard.
  public static func ensureStandardOpen() {
    for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
      // The lowest number that is free: in this order it is this one.
      _ = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
      StandardStreams.closed |= 1 << number
    }
  }

  /// Whether there was no such standard stream when the process began; something else stands in its place since.
  public var wasClosed: Bool { StandardStreams.closed & 1 << number != 0 }
}
