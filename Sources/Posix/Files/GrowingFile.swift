import CPosix
import Glibc

/// A file that is written piece by piece and takes its place when it is whole: until then a reader sees the old one.
/// What is no file, such as a device or a pipe, is written as it is and never replaced; a link stays, and what it leads to
/// is replaced. A stream of this process, such as `/dev/stdout`, is written to where it stands. What does not begin as what is
/// written there may be the only one of its kind, named by a slip, and is never replaced.
///
/// Where the file system knows files without a name, it has none until it is whole: whoever is killed meanwhile leaves nothing.
public final class GrowingFile {
  private let path: String
  /// What stands in for it until it is whole; `nil` where it is written as it is.
  private let standIn: StandIn?
  private let file: FileDescriptor

  private enum StandIn {
    case unnamed
    case named(String)
  }
  private var isOpen = true

  /// Begins a file beside the one it will replace.
  ///
  /// - Parameters:
  ///   - beginnings: how what may be written over begins; what is empty may always be.
  ///   - readerWaitMs: how long somebody who reads from a FIFO is waited for; `nil`: until one comes.
  ///   - waits: told once, where nobody has come for `File.patienceMs`.
  /// - Throws: `PosixError`.
  public init(
    _ stated: String, over beginnings: [String] = [], readerWaitMs: Int64? = nil, waits: (() -> Void)? = nil
  ) throws(PosixError) {
    // Opened by its name it would be another stream with a place of its own, and what others write after this would lie over it.
    if let stream = Self.stream(at: stated) {
      (path, standIn, file) = (stated, nil, try stream.copy(namedAs: stated))
      return
    }
    var status = stat()
    var path = stated
    let isDescriptor = stated.hasPrefix("/proc/")
    if !isDescriptor, lstat(stated, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let target = realpath(stated, nil)
    {
      path = String(cString: target)
      free(target)
    }
    self.path = path
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT == S_IFDIR { throw PosixError("open", path: path, code: EISDIR) }
    // What stands under another process's /proc/…/fd may be a file, and is somebody's who goes on writing there.
    if isDescriptor || (isThere && status.st_mode & S_IFMT != S_IFREG) {
      standIn = nil
      if isThere, status.st_mode & S_IFMT == S_IFIFO {
        file = try Self.openForReader(path, waitMs: readerWaitMs, waits: waits)
      } else {
        file = try FileDescriptor.open(path, .append)
      }
    } else {
      if isThere, let problem = Self.problem(over: path, beginnings) { throw problem }
      (file, standIn) = try Self.begin(path, stated: stated)
    }
  }

  private static func begin(_ path: String, stated: String) throws(PosixError) -> (FileDescriptor, StandIn) {
    let number = llmguard_unnamed_file(File.parent(of: path))
    if number >= 0 { return (FileDescriptor(number), .unnamed) }
    let name = temporaryName(beside: path)
    // Who reads the error gave the path, and knows nothing of the name that stands in for it.
    do throws(PosixError) { return (try FileDescriptor.open(name, .createNew), .named(name)) } catch {
      throw PosixError("open", path: stated, code: error.code)
    }
  }

  /// A name that is not taken, in the folder of a path, whose own name may be as long as names can be.
  private static func temporaryName(beside path: String) -> String {
    "\(File.parent(of: path))/.llmguard-\(Random.hexadecimal(bytes: 6)).tmp"
  }

  /// The stream of this process that a path, or a link, is a name of.
  private static func stream(at path: String) -> FileDescriptor? {
    func named(_ path: String) -> FileDescriptor? {
      switch path {
      case "/dev/stdin": return .input
      case "/dev/stdout": return .output
      case "/dev/stderr": return .error
      default:
        let folder = ["/dev/fd/", "/proc/self/fd/"].first(where: path.hasPrefix)
        return folder.flatMap { Int32(path.dropFirst($0.count)) }.map(FileDescriptor.init)
      }
    }
    return named(path) ?? File.linkTarget(path).flatMap(named)
  }

  /// Opens a FIFO for writing, where somebody reads from it or soon comes to.
  private static func openForReader(
    _ path: String, waitMs: Int64?, waits: (() -> Void)?
  ) throws(PosixError) -> FileDescriptor {
    let start = Clock.monotonicNanoseconds
    let end = waitMs.map { start + $0 * 1_000_000 } ?? .max
    var untold = waits
    while true {
      let number = llmguard_open(path, O_WRONLY | O_NONBLOCK, 0)
      if number >= 0 {
        _ = fcntl(number, F_SETFL, 0)
        return FileDescriptor(number)
      }
      let code = errno
      guard code == ENXIO || code == EINTR, Clock.monotonicNanoseconds < end else {
        throw PosixError("open", path: path, code: code == ENXIO ? PosixError.noReader : code)
      }
      if Clock.monotonicNanoseconds - start > File.patienceMs * 1_000_000 {
        untold?()
        untold = nil
      }
      Clock.sleep(ms: 10)
    }
  }

  /// Why a file that is there may not be written over; `nil` where nothing stands against it.
  private static func problem(over path: String, _ beginnings: [String]) -> PosixError? {
    do throws(PosixError) {
      let file = try FileDescriptor.open(path, .read)
      defer { file.close() }
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: beginnings.map(\.utf8.count).max() ?? 1, alignment: 1)
      defer { buffer.deallocate() }
      let start = buffer.prefix(try file.read(into: buffer, at: 0))
      return start.isEmpty || beginnings.contains { start.starts(with: $0.utf8) }
        ? nil : PosixError("replace", path: path, code: PosixError.foreign)
    } catch { return error.at(path) }
  }

  /// Why a file could not be written; `nil` where nothing stands against it. Nothing is made or changed.
  ///
  /// - Parameter beginnings: how what may be written over begins.
  public static func problem(at stated: String, over beginnings: [String] = []) -> PosixError? {
    if stated.isEmpty { return PosixError("open", path: stated, code: ENOENT) }
    if let stream = stream(at: stated) {
      return stream.isWritable ? nil : PosixError("open", path: stated, code: PosixError.notOpen)
    }
    // What a link leads to is replaced where it stands.
    let path = File.isLink(stated) ? Folder.resolved(stated) ?? stated : stated
    var status = stat()
    if stat(path, &status) != 0, errno == ENAMETOOLONG { return PosixError("open", path: path) }
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR { return PosixError("open", path: path, code: EISDIR) }
      if status.st_mode & S_IFMT != S_IFREG || path.hasPrefix("/proc/") {
        return access(path, W_OK) == 0 ? nil : PosixError("open", path: path)
      }
      if let problem = problem(over: path, beginnings) { return problem }
    }
    let folder = path.hasSuffix("/") ? path : File.parent(of: path)
    if stat(folder, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
      return PosixError("open", path: path, code: ENOTDIR)
    }
    return access(folder, W_OK | X_OK) == 0 ? nil : PosixError("open", path: path)
  }

  /// Whether a path leads to a file that holds something which begins as what may be written over does.
  public static func isOwn(at stated: String, over beginnings: [String]) -> Bool {
    if stated.isEmpty || stated.hasPrefix("/proc/") || stream(at: stated) != nil { return false }
    var status = stat()
    return stat(stated, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
      && problem(over: stated, beginnings) == nil
  }

  /// Takes such a file away; a link to it stays. Anything else stays as it is.
  public static func discard(at stated: String, over beginnings: [String]) {
    if isOwn(at: stated, over: beginnings) {
      _ = unlink(File.isLink(stated) ? Folder.resolved(stated) ?? stated : stated)
    }
  }

  /// Adds a text.
  public func write(_ text: String) throws(PosixError) { try write(Array(text.utf8)) }

  /// Adds bytes.
  public func write(_ bytes: [UInt8]) throws(PosixError) { try file.writeAll(bytes) }

  /// Puts the file in its place.
  ///
  /// - Parameter permissions: its permission bits.
  /// - Throws: `PosixError`; the old content then stands.
  public func finish(permissions: UInt32 = 0o600) throws(PosixError) {
    do throws(PosixError) {
      guard let standIn else { return close() }
      if fchmod(file.number, permissions) != 0 { throw PosixError("chmod", path: path) }
      try file.sync()
      switch standIn {
      case .named(let name): if rename(name, path) != 0 { throw PosixError("rename", path: path) }
      case .unnamed: try place()
      }
      close()
    } catch {
      abandon()
      throw error
    }
  }

  /// Gives a file without a name its own. No call puts one in the place of another, so there it has a name of its own for a moment.
  private func place() throws(PosixError) {
    if llmguard_name_file(file.number, path) == 0 { return }
    if errno != EEXIST { throw PosixError("link", path: path) }
    let name = Self.temporaryName(beside: path)
    if llmguard_name_file(file.number, name) != 0 { throw PosixError("link", path: path) }
    if rename(name, path) != 0 {
      let error = PosixError("rename", path: path)
      _ = unlink(name)
      throw error
    }
  }

  /// Leaves nothing behind.
  public func abandon() {
    if isOpen, case .named(let name) = standIn { _ = unlink(name) }
    close()
  }

  private func close() {
    if isOpen { file.close() }
    isOpen = false
  }

  deinit { abandon() }
}
