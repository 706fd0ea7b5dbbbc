import Glibc

/// What the kernel tells of locks (`/proc/locks`).
enum LockTable {
  /// The process that has a whole file locked (`flock`), as far as that is told: another namespace's is not.
  ///
  /// *Source:* proc_locks(5): `1: FLOCK ADVISORY WRITE 322 fe:00:16233363 0 EOF`; whoever waits has `->` before the kind.
  static func holder(of file: FileDescriptor) -> pid_t? {
    var status = stat()
    guard fstat(file.number, &status) == 0 else { return nil }
    return holder(status, "FLOCK") { _, _ in true }
  }

  /// The process that has a byte of a file locked for itself alone (`fcntl`), likewise. The file is not opened: to close it again
  /// would end this process's own locks on it.
  static func holder(of path: String, byte: Int64) -> pid_t? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return holder(status, "POSIX") { first, last in first <= byte && byte <= last }
  }

  private static func holder(
    _ status: stat, _ kind: String, where isMeant: (_ first: Int64, _ last: Int64) -> Bool
  ) -> pid_t? {
    guard let text = try? File.readAll("/proc/locks", maximumBytes: 16 << 20) else { return nil }
    let device = UInt64(status.st_dev)
    let (major, minor) = (device >> 8 & 0xFFF | device >> 32 & ~0xFFF, device & 0xFF | device >> 12 & ~0xFF)
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 8, fields[1] == kind, fields[3] == "WRITE", let number = pid_t(fields[4]), number > 0,
        let first = Int64(fields[6]), isMeant(first, Int64(fields[7]) ?? .max)
      else { continue }
      let place = fields[5].split(separator: ":")
      if place.count == 3, UInt64(place[0], radix: 16) == major, UInt64(place[1], radix: 16) == minor,
        UInt64(place[2]) == UInt64(status.st_ino)
      {
        return number
      }
    }
    return nil
  }
}

extension File {
  /// The process that has a byte of a file locked for itself alone (`fcntl`), as far as the kernel tells; `nil` where none has.
  public static func recordLockHolder(_ path: String, byte: Int64) -> Int32? { LockTable.holder(of: path, byte: byte) }
}
