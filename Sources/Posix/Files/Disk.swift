import Glibc

/// The room on a disk.
public enum Disk {
  /// How many bytes anybody may still write where a file or a folder is, as df(1) tells; `nil` when nobody can tell. What a disk
  /// keeps for root is left out: root in a container has none of it, and would be told of room that is not there.
  public static func freeBytes(at path: String) -> Int64? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return isTooMany ? .max : Int64(clamping: bytes)
  }

  /// Why so many bytes more cannot be written into a folder; `nil` where they can: a quota is in no count of free blocks. It is
  /// tried, and nothing is left behind.
  public static func problem(writing count: Int, into folder: String) -> PosixError? {
    let path = "\(folder)/.\(Random.hexadecimal(bytes: 8)).tmp"
    do throws(PosixError) {
      let file = try FileDescriptor.open(path, .createNew, followLinks: false)
      defer {
        file.close()
        _ = unlink(path)
      }
      // Not zeros: some disks have those for nothing.
      try file.writeAll([UInt8](repeating: 0x5A, count: count))
      try file.syncData()
      return nil
    } catch { return error.at(path) }
  }
}
