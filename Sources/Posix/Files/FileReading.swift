import CPosix
import Glibc

extension File {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - maximumBytes: larger files are an error (`EFBIG`).
  ///   - waits: told once, where nothing has come out of a pipe for `patienceMs`; it is then waited for all the same.
  /// - Throws: `PosixError`.
  public static func readAll(
    _ path: String, maximumBytes: Int = 256 << 20, waits: (() -> Void)? = nil
  ) throws(PosixError) -> [UInt8] {
    // Opening a FIFO waits for whoever writes to it, in silence.
    let file = try FileDescriptor.open(path, waits == nil ? .read : .readWaiting)
    defer { file.close() }
    return try readAll(of: file, path, maximumBytes: maximumBytes, waits: waits)
  }

  /// Reads an open file from where it stands.
  static func readAll(
    of file: FileDescriptor, _ path: String, maximumBytes: Int = 256 << 20, waits: (() -> Void)? = nil
  ) throws(PosixError) -> [UInt8] {
    if file.kind == .other { throw PosixError("read", path: path, code: EISDIR) }
    let isPipe = file.kind == .pipe
    if !isPipe, waits != nil { file.block() }
    var untold = isPipe ? waits : nil
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    while true {
      if isPipe, waits != nil {
        if untold != nil, !file.waitUntilReadable(atMostMs: patienceMs) {
          untold?()
          untold = nil
        }
        file.waitUntilReadable()
      }
      guard let count = try file.read(into: chunk) else {
        if isPipe { continue }
        break
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > maximumBytes { throw PosixError("read", path: path, code: EFBIG) }
    }
    return bytes
  }

  /// How long a pipe may keep its reader waiting before that is said.
  public static let patienceMs: Int64 = 3000

  /// Reads a file that has to be there whole; what may never come, as from a FIFO or a device, is an error at once.
  ///
  /// A pipe without a name is somebody's who gave it for this one reading (`<(…)`), and `/dev/null` is empty.
  ///
  /// - Throws: `PosixError`, with the code `noFile` of what is no file.
  public static func readSettled(
    _ path: String, maximumBytes: Int, waits: (() -> Void)? = nil
  ) throws(PosixError) -> [UInt8] {
    if llmguard_may_never_come(path) != 0 { throw PosixError("read", path: path, code: PosixError.noFile) }
    return try readAll(path, maximumBytes: maximumBytes, waits: waits)
  }
}
