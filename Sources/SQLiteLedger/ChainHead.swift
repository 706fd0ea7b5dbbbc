import Posix

/// The number and hash of the last entry, kept outside the database: whoever cuts entries off the end of the chain would
/// have to change this file as well.
///
/// It is written after the entry is safe, without a sync of its own. So it may lag behind the database; it must never be
/// ahead of it.
final class ChainHead {
  struct Link: Equatable {
    var sequence: Int64
    var hash: [UInt8]
  }

  private let file: FileDescriptor

  init(path: String) throws(PosixError) { file = try FileDescriptor.open(path, .readWrite, followLinks: false) }

  /// Opens it to be read; where it cannot be, nothing is known.
  init(reading path: String) throws(PosixError) {
    if let file = try? FileDescriptor.open(path, .read, followLinks: false) {
      self.file = file
    } else {
      file = try FileDescriptor.open("/dev/null", .read)
    }
  }

  deinit { file.close() }

  /// Records the last entry, if no later one is known; failing to is harmless, as lagging is.
  func record(_ link: Link) {
    if let known = read(), known.sequence >= link.sequence { return }
    let number = withUnsafeBytes(of: link.sequence.littleEndian) { Array($0) }
    file.write(number + link.hash, at: 0)
  }

  func read() -> Link? {
    var bytes = [UInt8](repeating: 0, count: 40)
    let count = bytes.withUnsafeMutableBytes { (try? file.read(into: $0, at: 0)) ?? 0 }
    guard count == 40 else { return nil }
    let sequence = bytes[..<8].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return Link(sequence: sequence, hash: Array(bytes[8...]))
  }
}
