import HTTPWire
import Posix

/// The memory that the large bodies of all calls may take at one time: each of them may be as large as its own limit says, but
/// not all at once.
final class SharedRoom: Sendable {
  private let taken = Locked<Int64>(0)
  private let bytes: Int64
  /// Bodies up to this size are not counted: all places full of them take less than a few large ones.
  private static let smallBytes: Int64 = 262_144
  /// In what steps it is taken.
  private static let stepBytes: Int64 = 1 << 20

  /// What is said to a call that finds none.
  static let none = HTTPFault(
    429, "other large calls take the memory that is there for them; send it again in a moment")

  /// - Parameter bytes: how much there is.
  init(bytes: Int64) { self.bytes = bytes }

  /// What one call has of it; it is given back with it.
  final class Part {
    private let room: SharedRoom
    private var bytes: Int64 = 0

    init(_ room: SharedRoom) { self.room = room }

    deinit { if bytes > 0 { room.taken.use { $0 -= bytes } } }

    /// Has room for so many bytes altogether. - Returns: whether there is so much.
    func grow(to all: Int64) -> Bool {
      if all <= max(bytes, SharedRoom.smallBytes) { return true }
      let more = (all - bytes + SharedRoom.stepBytes - 1) / SharedRoom.stepBytes * SharedRoom.stepBytes
      let isTaken = room.taken.use { taken in
        if taken + more > room.bytes { return false }
        taken += more
        return true
      }
      if isTaken { bytes += more }
      return isTaken
    }
  }
}
