import CPosix

/// Where threads sleep, each until it is called, and where many are called at once.
///
/// Many who wait for one thing, each on a number of its own, are woken one after the other, and whoever wakes them is put aside
/// by those who are awake before the last one is. Here all sleep on one number, and one call of the kernel wakes those who are
/// meant by their bits (FUTEX_WAKE_BITSET; *Source:* futex(2)). Who shares a bit by chance looks, and sleeps on.
public final class WaitingRoom: @unchecked Sendable {
  /// What one thread waits at, and others call it by.
  public final class Seat: @unchecked Sendable {
    fileprivate let word: UnsafeMutablePointer<UInt32>
    fileprivate let bits: UInt32

    fileprivate init(bits: UInt32) {
      word = .allocate(capacity: 1)
      word.initialize(to: 0)
      self.bits = bits
    }

    deinit { word.deallocate() }
  }

  private let room: OpaquePointer

  /// Makes a room in which nobody waits.
  public init() {
    guard let room = llmguard_room_make() else { fatalError("out of memory") }
    self.room = room
  }

  deinit { llmguard_room_free(room) }

  /// A seat for one thread.
  public func seat() -> Seat { Seat(bits: llmguard_room_bits(room)) }

  /// Waits until the seat is called.
  ///
  /// - Returns: what it was called for, which is not 0.
  public func wait(at seat: Seat) -> UInt32 { llmguard_room_wait(room, seat.word, seat.bits) }

  /// Whom one call is for.
  public struct Call {
    private var bits: UInt32 = 0

    /// Makes a call for nobody.
    public init() {}

    /// Adds a seat, whose thread goes on as soon as it looks. What it is to find must stand there by now.
    ///
    /// - Parameter reason: what it is called for; not 0.
    public mutating func add(_ seat: Seat, for reason: UInt32) {
      llmguard_word_write(seat.word, reason)
      bits |= seat.bits
    }

    fileprivate var called: UInt32 { bits }
  }

  /// Wakes all whom a call is for, after the last of them was added.
  public func make(_ call: Call) { if call.called != 0 { llmguard_room_call(room, call.called) } }
}
