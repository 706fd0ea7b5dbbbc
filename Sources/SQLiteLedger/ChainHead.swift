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

  /// Whether it is what is at a path.
  func isAt(_ path: String) -> Bool { file.identity == File.identity(path) }

  /// Records the last entry, if no later one is known; failing to is harmless, as lagging is.
  func record(_ link: Link) {
    // One look is enough: half of what somebody else writes at that moment can only have it lag.
    if let known = Self.link(look()), known.sequence >= link.sequence { return }
    let number = withUnsafeBytes(of: link.sequence.littleEndian) { Array($0) }
    file.write(number + link.hash, at: 0)
  }

  /// What two looks in a row agree on.
  ///
  /// Nobody holds a lock while it is written, and a read may see half of a write: of ext4, 18 in 5 million did while somebody wrote
  /// all the time. Half a record would be an entry that is lost.
  static func settled(_ look: () -> [UInt8]) -> [UInt8] {
    var bytes = look()
    for _ in 0..<mostLooks {
      let again = look()
      if again == bytes { break }
      bytes = again
    }
    return bytes
  }

  /// Two are enough but where others write at that moment, and those are soon over.
  private static let mostLooks = 64

  func read() -> Link? { Self.link(Self.settled(look)) }

  private func look() -> [UInt8] {
    withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { bytes in
      let count = (try? file.read(into: bytes, at: 0)) ?? 0
      return Array(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
  }

  private static let byteCount = 40

  private static func link(_ bytes: [UInt8]) -> Link? {
    guard bytes.count == byteCount else { return nil }
    let number = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
    return Link(sequence: Int64(littleEndian: number), hash: Array(bytes[8...]))
  }
}
