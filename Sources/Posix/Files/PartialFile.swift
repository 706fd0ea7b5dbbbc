import CPosix
import Glibc

/// A new file that is written under another name, and gets its own when it is whole: whoever is killed before leaves nothing
/// under that. It has one writer; what a killed one left is written over.
///
/// It is for files that others write, by their paths: `path` is where.
public final class PartialFile {
  /// Where it is written.
  public let path: String
  private let target: String
  private let file: FileDescriptor

  /// Begins a file.
  ///
  /// - Throws: `PosixError`: with `exists` where something has the name already, and with `isBusy` where somebody else is
  ///   writing it.
  public init(for target: String) throws(PosixError) {
    if File.exists(target) || File.isLink(target) { throw PosixError("open", path: target, code: EEXIST) }
    (self.target, path) = (target, target + ".part")
    do throws(PosixError) {
      file = try Self.begin(path)
      do throws(PosixError) {
        // A journal would be played back into what is written now.
        for side in ["-journal", "-wal", "-shm"] { try File.remove(path + side) }
        try file.truncate(to: 0)
      } catch {
        file.close()
        throw error
      }
    } catch {
      // Who reads the error gave the name, and knows nothing of the one that stands in for it.
      throw PosixError("open", path: target, code: error.code)
    }
  }

  deinit { file.close() }

  /// Opens the file of that name as its only writer: a lock of this open file says so, and ends with the process.
  private static func begin(_ path: String) throws(PosixError) -> FileDescriptor {
    while true {
      let file = try FileDescriptor.open(path, .readWrite, followLinks: false)
      // Where the disk knows no locks, nobody else is known of.
      let isMine = llmguard_ofd_lock(file.number, lock) == 0 || (errno != EAGAIN && errno != EACCES)
      if isMine, file.identity == File.identity(path) { return file }
      file.close()
      if !isMine { throw PosixError("open", path: path, code: EBUSY) }
      // Whoever had it has given it its name meanwhile.
    }
  }

  /// Beyond all bytes that a database locks for itself.
  private static let lock: Int64 = 1 << 60

  /// Writes what another file holds into it, and makes that safe.
  ///
  /// - Parameter other: the file, which nobody may change meanwhile.
  public func fill(from other: String) throws(PosixError) {
    let source = try FileDescriptor.open(other, .read)
    defer { source.close() }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    while true {
      let count = try source.read(into: buffer, at: offset)
      if count == 0 { break }
      try file.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += Int64(count)
    }
    try file.sync()
  }

  /// Gives it its name. What is written to it must be safe by now.
  ///
  /// - Parameter name: another name in the same folder, in place of the one that it was begun for.
  /// - Throws: `PosixError`, with `exists` where something else came to have that name.
  public func finish(as name: String? = nil) throws(PosixError) {
    let target = name ?? target
    if llmguard_rename_new(path, target) != 0 { throw PosixError("rename", path: target) }
    Folder.sync(File.parent(of: target))
  }

  /// Puts it in the place of what has a name already, or has none yet.
  public func replace(_ other: String) throws(PosixError) {
    try file.sync()
    if rename(path, other) != 0 { throw PosixError("rename", path: other) }
    Folder.sync(File.parent(of: other))
  }

  /// Takes it away.
  public func discard() { _ = unlink(path) }
}
