import CPosix
import Glibc

/// Whole files and folders.
public enum File {
  /// What a symbolic link says; `nil` where there is none.
  public static func linkTarget(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// Whether a file with content of its own is there: what comes out of a pipe or a device can be read only once, and may
  /// never come.
  public static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Replaces a file by another content, so that a reader (or a crash) sees the old or the new one whole.
  ///
  /// - Parameters:
  ///   - isDurable: whether it waits for the disk.
  ///   - isTheFolders: whether what root writes belongs to whoever the folder belongs to.
  /// - Throws: `PosixError`; the old content then stands.
  public static func replace(
    _ path: String, with bytes: [UInt8], permissions: UInt32 = 0o600, isDurable: Bool = true, isTheFolders: Bool = false
  ) throws(PosixError) {
    let temporary = "\(path).\(Random.hexadecimal(bytes: temporaryBytes)).tmp"
    // Who reads the error gave the path, and knows nothing of the name that stands in for it.
    let file: FileDescriptor
    do throws(PosixError) { file = try FileDescriptor.open(temporary, .createNew) } catch {
      throw PosixError("open", path: path, code: error.code)
    }
    do throws(PosixError) {
      defer { file.close() }
      if fchmod(file.number, permissions) != 0 { throw PosixError("chmod", path: path) }
      if isTheFolders { give(file, toTheOwnerOfTheFolderOf: path) }
      try file.writeAll(bytes)
      if isDurable { try file.sync() }
      if rename(temporary, path) != 0 { throw PosixError("rename", path: path) }
    } catch {
      _ = unlink(temporary)
      throw error.at(path)
    }
    if isDurable { Folder.sync(parent(of: path)) }
  }

  /// Removes what `replace` left beside a file where its process was killed. Nobody may be replacing the file meanwhile.
  public static func removeLeftovers(of path: String) {
    let (folder, start, end) = (parent(of: path), name(of: path) + ".", ".tmp")
    for other in (try? Folder.names(in: folder)) ?? [] where other.hasPrefix(start) && other.hasSuffix(end) {
      let middle = other.dropFirst(start.count).dropLast(end.count)
      if middle.count == 2 * temporaryBytes, middle.allSatisfy(\.isHexDigit) { _ = unlink("\(folder)/\(other)") }
    }
  }

  /// The random bytes in the name of what stands in for a file.
  private static let temporaryBytes = 6

  /// Makes a file with its content, or none: one that is there already is an error, and what could not be written whole is
  /// taken away again.
  public static func make(_ path: String, with bytes: [UInt8]) throws(PosixError) {
    let file = try FileDescriptor.open(path, .createNew)
    do throws(PosixError) {
      defer { file.close() }
      try file.writeAll(bytes)
      try file.sync()
    } catch {
      _ = unlink(path)
      throw error.at(path)
    }
    Folder.sync(parent(of: path))
  }

  /// Makes an empty file for whoever the folder belongs to; one that is there stays as it is.
  public static func makeTheFolders(_ path: String) throws(PosixError) {
    do throws(PosixError) {
      let file = try FileDescriptor.open(path, .createNew, followLinks: false)
      give(file, toTheOwnerOfTheFolderOf: path)
      file.close()
    } catch { if !error.exists { throw error } }
  }

  /// Makes an empty private file. One that is there and empty becomes private; one that holds something stays as it is.
  ///
  /// Neither is opened: what is closed again could take away locks that others of this process have on it.
  public static func makePrivate(_ path: String) throws(PosixError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      do throws(PosixError) {
        return try FileDescriptor.open(path, .createNew, followLinks: false).close()
      } catch { if error.exists { return } else { throw error } }
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size == 0, status.st_mode & 0o077 != 0 else { return }
    if fchmodat(AT_FDCWD, path, 0o600, AT_SYMLINK_NOFOLLOW) != 0 { throw PosixError("chmod", path: path) }
  }

  /// Takes from everybody else what they may do with a file of the user's, as far as that can be done.
  public static func closeToOthers(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o077 != 0
    else { return }
    _ = fchmodat(AT_FDCWD, path, status.st_mode & 0o600, AT_SYMLINK_NOFOLLOW)
  }

  /// Root works in a service's folder now and then, and what it leaves there the service has to read. Only what was made just
  /// now may be given away: another name may lead to any file.
  private static func give(_ file: FileDescriptor, toTheOwnerOfTheFolderOf path: String) {
    var folder = stat()
    guard geteuid() == 0, stat(parent(of: path), &folder) == 0, folder.st_uid != 0 else { return }
    // A container may know no such user: then it stays root's.
    _ = fchown(file.number, folder.st_uid, folder.st_gid)
  }

  /// The folder a path lies in.
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  public static func name(of path: String) -> String {
    let slash = UInt8(ascii: "/")
    guard let last = path.utf8.lastIndex(where: { $0 != slash }) else { return path }
    let end = path.utf8.index(after: last)
    let start = path.utf8[..<end].lastIndex(of: slash).map { path.utf8.index(after: $0) } ?? path.startIndex
    return String(path[start..<end])
  }

  /// Whether something is there (following links).
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Size and time of the last change: two equal marks mean that nobody wrote in between, as far as the file system's
  /// clock tells. Empty when nothing is there.
  public static func changeMark(_ path: String) -> [Int64] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return [Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)]
  }

  /// The same with whose it is, who may use it, and when any of that last changed. Empty when nothing is there.
  public static func stateMark(_ path: String) -> [Int64] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return [
      Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec), Int64(status.st_ctim.tv_sec),
      Int64(status.st_ctim.tv_nsec), Int64(status.st_mode), Int64(status.st_uid),
    ]
  }

  /// When a file's content, name or permissions last changed; no program sets it back. `nil` where nothing is there.
  public static func changedAtUnixMs(_ path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_ctim.tv_sec) * 1000 + Int64(status.st_ctim.tv_nsec) / 1_000_000
  }

  /// What tells a file from another one that later stands in its place. Empty when nothing is there.
  public static func identity(_ path: String) -> [UInt64] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  /// Whether it can be written by the process.
  public static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

  /// Whether it is a folder.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether others than its owner may change a file, or put others into a folder in the place of those that are there: anybody, or
  /// a group that is not this process's own. Where only its owner may take a file away (the sticky bit), a folder is safe.
  public static func mayOthersWrite(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFDIR, status.st_mode & S_ISVTX != 0 { return false }
    return status.st_mode & S_IWOTH != 0 || status.st_mode & S_IWGRP != 0 && status.st_gid != getgid()
  }

  /// A file's permission bits; `nil` when nothing is there.
  public static func permissions(of path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt32(status.st_mode) & 0o7777 : nil
  }

  /// Whether nobody but the process's user, root and the owner of its folder can have made what a file holds, as far as its owner
  /// tells. What is not there is nobody's.
  public static func isOfTheUser(_ path: String) -> Bool {
    var (status, folder) = (stat(), stat())
    guard lstat(path, &status) == 0, stat(parent(of: path), &folder) == 0 else { return true }
    return [geteuid(), 0, folder.st_uid].contains(status.st_uid)
  }

  /// Whether a path is the process's user's own; not what is not there.
  public static func isOwn(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_uid == geteuid()
  }

  /// Whether the last part of a path is a symbolic link.
  public static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// Gives a file a second name that nothing has yet.
  public static func link(_ path: String, as other: String) throws(PosixError) {
    if Glibc.link(path, other) != 0 { throw PosixError("link", path: other) }
  }

  /// A process that has a byte of a file locked (`fcntl`); 0 where it is not told which, `nil` where nobody has. The file may
  /// not be open in this process, which would lose its own locks.
  public static func lockOwner(_ path: String, byte: Int64) -> Int32? {
    let owner = llmguard_lock_owner(path, byte)
    return owner < 0 ? nil : owner
  }

  /// Gives a file another name, in place of what has that name. Of several who try, one succeeds.
  public static func move(_ path: String, to other: String) throws(PosixError) {
    if rename(path, other) != 0 { throw PosixError("rename", path: path) }
  }

  /// Removes a file; a missing one is fine.
  public static func remove(_ path: String) throws(PosixError) {
    if unlink(path) != 0, errno != ENOENT { throw PosixError("unlink", path: path) }
  }
}

/// Folders.
public enum Folder {
  /// Why a file that is not there could not be made; `nil` where nothing stands against it. Nothing is made.
  public static func whyNothingCanBeMade(at path: String) -> String? {
    var folder = File.parent(of: path)
    while !File.exists(folder), folder != "/", folder != "." { folder = File.parent(of: folder) }
    guard File.isFolder(folder) else { return "'\(folder)' is not a folder" }
    return access(folder, W_OK | X_OK) == 0 ? nil : "'\(folder)': \(PosixError("access", path: folder).reason)"
  }

  /// Makes a folder and those above it that are missing; new ones are the user's alone (0700).
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - isDurable: whether it must survive a power loss, which costs a sync for each that is made.
  /// - Throws: `PosixError`; also when something that is not a folder stands there.
  public static func makePrivate(_ path: String, isDurable: Bool = false) throws(PosixError) {
    if mkdir(path, 0o700) == 0 {
      if isDurable { sync(File.parent(of: path)) }
      return
    }
    switch errno {
    case EEXIST: if !File.isFolder(path) { throw PosixError("mkdir", path: path, code: ENOTDIR) }
    case ENOENT:
      let above = File.parent(of: path)
      if above == path { throw PosixError("mkdir", path: path, code: ENOENT) }
      try makePrivate(above, isDurable: isDurable)
      if mkdir(path, 0o700) != 0, errno != EEXIST { throw PosixError("mkdir", path: path) }
      if isDurable { sync(above) }
    default: throw PosixError("mkdir", path: path)
    }
  }

  /// Whether a folder belongs to the user, and nobody else but root can change what is in it or put another in its place.
  ///
  /// - Parameter path: the folder, as `resolved` says it: of the folders above it, those that the path names are looked at.
  public static func isOwn(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else { return false }
    var folder = path
    while folder != "/", folder != "." {
      folder = File.parent(of: folder)
      // In a folder like /tmp anybody may write, and nobody renames what is another's.
      guard lstat(folder, &status) == 0, [geteuid(), 0].contains(status.st_uid),
        status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0
      else { return false }
    }
    return true
  }

  /// A folder's path without symbolic links; `nil` when it is not there.
  public static func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// The process's own; `nil` when it is gone.
  public static var current: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  /// Makes the names in a folder durable, as far as that works.
  static func sync(_ path: String) {
    guard let folder = try? FileDescriptor.open(path, .read) else { return }
    try? folder.sync()
    folder.close()
  }

  /// Makes a new private folder for passing things, under `TMPDIR`, or under `/tmp` where that one cannot be used.
  public static func makeTemporary(prefix: String) throws(PosixError) -> String {
    let stated = Environment.value("TMPDIR").flatMap { $0.hasPrefix("/") && $0 != "/tmp" ? $0 : nil }
    for base in [stated, "/tmp"].compactMap({ $0 }) {
      let path = "\(base)/\(prefix)-\(Random.hexadecimal(bytes: 8))"
      if mkdir(path, 0o700) == 0 { return path }
      if base == "/tmp" { throw PosixError("mkdir", path: path) }
    }
    preconditionFailure("the last place was tried")
  }

  /// The names in a folder, sorted, without `.` and `..`.
  public static func names(in path: String) throws(PosixError) -> [String] {
    guard let handle = opendir(path) else { throw PosixError("opendir", path: path) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a folder and all in it, never following a link out of it; a missing one is fine, and so is what somebody else
  /// removes meanwhile.
  public static func removeTree(_ path: String) throws(PosixError) {
    let inside: [String]
    do throws(PosixError) { inside = try names(in: path) } catch {
      if File.exists(path) { throw error }
      return
    }
    for name in inside {
      let inner = "\(path)/\(name)"
      if !File.isLink(inner), File.isFolder(inner) { try removeTree(inner) } else { try File.remove(inner) }
    }
    if rmdir(path) != 0, errno != ENOENT { throw PosixError("rmdir", path: path) }
  }
}
