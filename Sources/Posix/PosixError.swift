import Glibc

/// A system call that failed.
public struct PosixError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, such as `open`.
  public let call: String
  /// The value of `errno`.
  public let code: Int32
  /// The path it concerned, if any.
  public let path: String?

  /// Makes an error, by default with the current `errno`.
  public init(_ call: String, path: String? = nil, code: Int32 = errno) {
    self.call = call
    self.code = code
    self.path = path
  }

  /// The reason in the C library's words, with a small first letter: `no space left on device`.
  public var reason: String {
    if code == Self.noFile { return "it is a FIFO or a device, and no file" }
    if code == Self.noReader { return "nobody reads from that FIFO" }
    if code == Self.foreign { return "it holds something that llmguard would not write there" }
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// Call, path and reason: `open '/x/y': permission denied`.
  public var description: String { call + (path.map { " '\($0)'" } ?? "") + ": " + reason }

  /// The same, of a path that the call itself does not know, such as that of an open file.
  public func at(_ path: String) -> PosixError { PosixError(call, path: self.path ?? path, code: code) }

  /// The code of what is larger than it may be.
  public static let tooLarge = EFBIG
  /// The code of what is not there.
  public static let missing = ENOENT
  /// The code of what is no file where one has to be; the system has none for it.
  public static let noFile: Int32 = -1
  /// The code of a FIFO from which nobody reads.
  static let noReader: Int32 = -2
  /// The code of a file that holds what somebody else may have made, where only one's own is written over.
  static let foreign: Int32 = -3
  /// The code of a descriptor that is not open.
  public static let notOpen = EBADF
  /// The code of what the user may not do.
  public static let notPermitted = EPERM
  /// Whether nothing is there.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  /// Whether nothing is there, where something could be: no file stands in the place of one of its folders.
  public var isNoEntry: Bool { code == ENOENT }
  /// Whether a name, or a whole path, is longer than any can be.
  public var isNameTooLong: Bool { code == ENAMETOOLONG }
  /// Whether permission is lacking or the file system is read-only.
  public var isPermission: Bool { code == EACCES || code == EPERM || code == EROFS }
  /// Whether an address is none of this machine's.
  public var isOfForeignAddress: Bool { code == EADDRNOTAVAIL }
  /// Whether the disk or a quota is full.
  public var isFull: Bool { code == ENOSPC || code == EDQUOT }
  /// Whether the process, or the machine, has as many files open as it may.
  public var isOfOpenFiles: Bool { code == EMFILE || code == ENFILE }
  /// Whether no more processes may be started, or there is no memory for one.
  public var isOfProcesses: Bool { code == EAGAIN || code == ENOMEM }
  /// Whether a descriptor was closed under us or its reader went away.
  public var isBrokenPipe: Bool { code == EPIPE }
  /// Whether something already exists.
  public var exists: Bool { code == EEXIST }
  /// Whether a file can have no second name there: FAT knows none, nor do some disks of other machines.
  public var isOfNoLinks: Bool { [EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EINVAL].contains(code) }
  /// Whether it holds what somebody else may have made.
  public var isForeign: Bool { code == Self.foreign }
  /// Whether somebody else has it in use.
  public var isBusy: Bool { code == EBUSY }
  /// Whether a folder stands where a file was expected.
  public var isFolder: Bool { code == EISDIR }
  /// Whether more was there than may be read.
  public var isTooLarge: Bool { code == Self.tooLarge }
  /// Whether it is the path that is wrong, or this user's rights to it: another path would do. A disk that is full or
  /// fails is none of that.
  public var isOfPath: Bool {
    isMissing || isPermission || exists || isFolder
      || [ELOOP, ENAMETOOLONG, ENXIO, ETXTBSY, Self.noFile, Self.foreign].contains(code)
  }
}
