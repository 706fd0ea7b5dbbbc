import CPosix
import Glibc

/// A look at what waits in a pipe or a socket, without taking it out.
public enum PipePeek {
  /// What was seen.
  public struct View: Sendable {
    /// The bytes that wait, from the first.
    public var bytes: [UInt8]
    /// Whether all writers have left, so that nothing more will come.
    public var isComplete: Bool
  }

  /// How much waits in standard input, a pipe or a socket, and whether all who wrote into it have left.
  public static var inputState: (waiting: Int, isFinished: Bool) {
    var polled = pollfd(fd: 0, events: Socket.otherEndClosed, revents: 0)
    _ = poll(&polled, 1, 0)
    let isFinished = polled.revents & (Socket.otherEndClosed | Int16(POLLHUP)) != 0
    return (Int(llmguard_bytes_waiting(0)), isFinished)
  }

  /// Looks into standard input, which must be a pipe.
  ///
  /// The pipe is enlarged as far as the system allows (1 MiB without privileges), so that a prompt fits whole. Nothing is
  /// consumed: the command that inherits the pipe reads every byte.
  ///
  /// - Parameters:
  ///   - patienceMs: how long to wait for the writers to finish; `nil` waits until they do or the pipe is full.
  ///   - enlargeBytes: the size to ask for.
  public static func standardInput(patienceMs: Int64?, enlargeBytes: Int32 = 1 << 20) -> View {
    _ = llmguard_set_pipe_size(0, enlargeBytes)
    let capacity = Int(llmguard_pipe_size(0))
    let start = Clock.monotonicNanoseconds
    var seen = -1
    var grownAtMs: Int64 = 0
    while true {
      var polled = pollfd(fd: 0, events: 0, revents: 0)
      _ = poll(&polled, 1, 0)
      let isComplete = polled.revents & Int16(POLLHUP) != 0
      let waiting = Int(llmguard_bytes_waiting(0))
      let waitedMs = (Clock.monotonicNanoseconds - start) / 1_000_000
      let isFull = capacity > 0 && waiting > max(0, capacity - 4096)
      if waiting != seen { grownAtMs = waitedMs }
      // A pipe of many small writes is full before its bytes are: no growth for a while means the writer is blocked.
      let isStuck = waiting >= 65_536 && waitedMs - grownAtMs > 200
      if isComplete || isFull || isStuck || patienceMs.map({ waitedMs >= $0 }) == true {
        let bytes = copy(waiting, capacity: capacity)
        // Where the copy's pipe may not grow it holds less than the original; what was not seen is still to come.
        return View(bytes: bytes, isComplete: isComplete && bytes.count >= waiting)
      }
      seen = waiting
      usleep(waitedMs < 20 ? 500 : 5000)
    }
  }

  /// The most bytes that are looked at in a socket; what is longer is not seen whole.
  private static let maximumSocketBytes = 4 << 20

  /// Looks into standard input, which must be a socket: what programs that talk over both ends of a pair call a pipe.
  ///
  /// - Parameter patienceMs: how long to wait for the other end to finish; `nil` waits until it does, or has sent something
  ///   and stopped: how full a socket is only its sender knows.
  /// - Returns: `nil` for a socket that is no stream of bytes from another end.
  public static func socketInput(patienceMs: Int64?) -> View? {
    var type: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(0, SOL_SOCKET, SO_TYPE, &type, &length) == 0, type == Int32(SOCK_STREAM.rawValue) else {
      return nil
    }
    let start = Clock.monotonicNanoseconds
    var seen = 0
    var grownAtMs: Int64 = 0
    while true {
      var polled = pollfd(fd: 0, events: Socket.otherEndClosed, revents: 0)
      _ = poll(&polled, 1, 0)
      let isFinished = polled.revents & (Socket.otherEndClosed | Int16(POLLHUP)) != 0
      let waiting = Int(llmguard_bytes_waiting(0))
      // One that listens has no bytes.
      if waiting < 0 { return nil }
      let waitedMs = (Clock.monotonicNanoseconds - start) / 1_000_000
      if waiting != seen { (seen, grownAtMs) = (waiting, waitedMs) }
      let isStuck = waiting > 0 && waitedMs - grownAtMs > 200
      if isFinished || isStuck || waiting > maximumSocketBytes || patienceMs.map({ waitedMs >= $0 }) == true {
        var bytes = [UInt8](repeating: 0, count: min(waiting, maximumSocketBytes))
        let count = bytes.withUnsafeMutableBytes {
          recv(0, $0.baseAddress, $0.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        }
        bytes.removeLast(bytes.count - max(0, count))
        return View(bytes: bytes, isComplete: isFinished && bytes.count >= waiting)
      }
      usleep(waitedMs < 20 ? 500 : 5000)
    }
  }

  /// The first bytes that wait. The copy's pipe gets the size of the original, because a pipe is full when its pages are,
  /// and a page may hold a single byte.
  private static func copy(_ count: Int, capacity: Int) -> [UInt8] {
    var ends: [Int32] = [-1, -1]
    guard count > 0, llmguard_pipe2(&ends, 1) == 0 else { return [] }
    defer {
      close(ends[0])
      close(ends[1])
    }
    _ = llmguard_set_pipe_size(ends[1], Int32(clamping: max(count, capacity, 65_536)))
    let copied = llmguard_tee(0, ends[1], count)
    guard copied > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: copied)
    var filled = 0
    while filled < copied {
      let part = bytes.withUnsafeMutableBytes { read(ends[0], $0.baseAddress! + filled, copied - filled) }
      if part <= 0 { break }
      filled += part
    }
    return Array(bytes[..<filled])
  }
}
