import HTTPWire
import Posix

/// The memory that the large bodies of all calls may take at one time: each of them may be as large as its own limit says, but
/// not all at once.
final class SharedRoom: Sendable {
  private struct State {
    var taken: Int64 = 0
    /// What of it is taken for the bodies of each user, where several share it.
    var own: [String: Int64] = [:]
    /// When somebody last found too little.
    var wantedNs: Int64?

    mutating func take(_ more: Int64, for user: String?) {
      taken += more
      guard let user else { return }
      let all = own[user, default: 0] + more
      own[user] = all == 0 ? nil : all
    }
  }

  private let state = Locked(State())
  private let bytes: Int64
  /// Whether several users have it.
  let isShared: Bool
  /// Bodies up to this size are not counted: all places full of them take less than a few large ones.
  private static let smallBytes: Int64 = 262_144
  /// In what steps it is taken.
  private static let stepBytes: Int64 = 1 << 20
  /// How many times as much a user's bodies may take as is free, so that whoever comes finds some.
  private static let share: Int64 = 3
  /// Those who find none come again after a second.
  private static let momentNs: Int64 = 2_000_000_000

  /// What is said to a call that finds none.
  static let none = HTTPFault(
    429, "other large calls take the memory that is there for them; send it again in a moment")

  /// - Parameters:
  ///   - bytes: how much there is.
  ///   - isShared: whether several users have it, none of whom may take what the others need.
  init(bytes: Int64, isShared: Bool = false) { (self.bytes, self.isShared) = (bytes, isShared) }

  /// Whether somebody found too little a moment ago.
  private var isWanted: Bool {
    state.use { $0.wantedNs.map { Clock.monotonicNanoseconds - $0 < Self.momentNs } ?? false }
  }

  /// What one call has of it; it is given back with it.
  final class Part {
    private let room: SharedRoom
    /// Whose body it is for; `nil` where that is not asked.
    private let user: String?
    private var bytes: Int64 = 0

    init(_ room: SharedRoom, of user: String? = nil) { (self.room, self.user) = (room, room.isShared ? user : nil) }

    deinit { if bytes > 0 { room.state.use { $0.take(-bytes, for: user) } } }

    /// Whether others want what it has.
    var isWanted: Bool { bytes > 0 && room.isWanted }

    /// Has room for so many bytes altogether. - Returns: whether there is so much.
    func grow(to all: Int64) -> Bool {
      if all <= max(bytes, SharedRoom.smallBytes) { return true }
      let more = (all - bytes + SharedRoom.stepBytes - 1) / SharedRoom.stepBytes * SharedRoom.stepBytes
      let isTaken = room.state.use { state in
        let free = room.bytes - state.taken - more
        let own = user.map { state.own[$0, default: 0] } ?? 0
        // One body alone may be as large as it may be.
        if free < 0 || own > bytes && own + more > SharedRoom.share * free {
          state.wantedNs = Clock.monotonicNanoseconds
          return false
        }
        state.take(more, for: user)
        return true
      }
      if isTaken { bytes += more }
      return isTaken
    }
  }
}

extension HTTPFault {
  /// What is told of a request that was turned away so because others want what it takes; `nil` for any other fault.
  func crowding(of user: String?) -> GatewayNews? {
    switch status {
    case SharedRoom.none.status:
      .crowded(user: user, why: message, remedy: "send fewer large calls at once, or smaller ones")
    case 408:
      .crowded(user: user, why: message, remedy: "its client, or the network between, has to be faster")
    default: nil
    }
  }
}
