import CPosix
import Glibc

/// A stream of a command on its way out: each chunk is written to this process's own stream at once, then shown to a
/// watcher.
final class Tap {
  private static let chunkBytes = 65_536

  private let outside: FileDescriptor
  private let watch: (UnsafeRawBufferPointer) -> Void
  private var inside: Int32
  private var child: Int32
  private let isPseudoTerminal: Bool
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)

  /// The end that becomes the command's stream.
  var childEnd: Int32 { child }

  init(of stream: FileDescriptor, watch: @escaping (UnsafeRawBufferPointer) -> Void) throws(PosixError) {
    outside = stream
    self.watch = watch
    isPseudoTerminal = stream.isTerminal
    var master: Int32 = -1
    var slave: Int32 = -1
    if isPseudoTerminal {
      if llmguard_open_pty(&master, &slave) != 0 { throw PosixError("openpty") }
      _ = llmguard_copy_window_size(stream.number, slave)
    } else {
      var ends: [Int32] = [-1, -1]
      if llmguard_pipe2(&ends, 1) != 0 { throw PosixError("pipe") }
      (master, slave) = (ends[0], ends[1])
    }
    inside = master
    child = slave
  }

  deinit { buffer.deallocate() }

  /// What to wait for; nothing once the outside has gone.
  var polled: pollfd { pollfd(fd: inside, events: Int16(POLLIN), revents: 0) }

  /// Passes on what waits. When the outside takes no more, the tap closes, and the command learns at its next write what
  /// it would have learnt alone.
  func pump() {
    guard inside >= 0 else { return }
    do throws(PosixError) {
      guard let count = try FileDescriptor(inside).read(into: buffer) else { return }
      if count == 0 { return shut() }
      let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      try outside.writeAll(chunk)
      watch(chunk)
    } catch { shut() }
  }

  /// Passes on what the command left, without waiting for more.
  func drain() {
    var polledNow = [polled]
    while inside >= 0, poll(&polledNow, 1, 0) > 0, polledNow[0].revents & Int16(POLLIN) != 0 {
      pump()
      polledNow = [polled]
    }
  }

  /// Gives the command's pseudo-terminal the size of the real one.
  func resize() {
    if isPseudoTerminal, inside >= 0 { _ = llmguard_copy_window_size(outside.number, inside) }
  }

  func closeChildEnd() {
    if child >= 0 { Glibc.close(child) }
    child = -1
  }

  func close() {
    closeChildEnd()
    shut()
  }

  private func shut() {
    if inside >= 0 { Glibc.close(inside) }
    inside = -1
  }
}

/// Standard input on its way to a command: first some bytes that were read ahead, then what else comes.
final class InputRelay {
  private var pending: ArraySlice<UInt8>
  private let watch: (UnsafeRawBufferPointer) -> Void
  private var inside: Int32
  private var child: Int32
  private var sourceOpen = true

  /// The end that becomes the command's standard input.
  var childEnd: Int32 { child }

  init(first: [UInt8], watch: @escaping (UnsafeRawBufferPointer) -> Void) throws(PosixError) {
    pending = first[...]
    self.watch = watch
    var ends: [Int32] = [-1, -1]
    if llmguard_pipe2(&ends, 0) != 0 { throw PosixError("pipe") }
    child = ends[0]
    inside = ends[1]
    _ = fcntl(inside, F_SETFL, O_NONBLOCK)
  }

  /// Waits for the command to take bytes while some are pending, else for more to come.
  var polled: [pollfd] {
    guard inside >= 0 else { return [] }
    if pending.isEmpty, sourceOpen {
      return [pollfd(fd: 0, events: Int16(POLLIN), revents: 0), pollfd(fd: inside, events: 0, revents: 0)]
    }
    return [pollfd(fd: inside, events: Int16(POLLOUT), revents: 0)]
  }

  func pump(_ answers: [pollfd]) {
    guard inside >= 0, !answers.isEmpty else { return }
    if answers.contains(where: { $0.fd == inside && $0.revents & Int16(POLLERR) != 0 }) { return shut() }
    if pending.isEmpty, sourceOpen, answers[0].fd == 0, answers[0].revents != 0 { fill() }
    flush()
  }

  private func fill() {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = chunk.withUnsafeMutableBytes { (try? FileDescriptor.input.read(into: $0)) ?? 0 }
    if count == 0 { sourceOpen = false }
    chunk.removeLast(chunk.count - count)
    chunk.withUnsafeBytes { watch($0) }
    pending = chunk[...]
  }

  private func flush() {
    while !pending.isEmpty {
      let count = pending.withUnsafeBytes { write(inside, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { return }
        return shut()
      }
      pending = pending.dropFirst(count)
    }
    if !sourceOpen { shut() }
  }

  func closeChildEnd() {
    if child >= 0 { Glibc.close(child) }
    child = -1
  }

  func close() {
    closeChildEnd()
    shut()
  }

  private func shut() {
    if inside >= 0 { Glibc.close(inside) }
    inside = -1
  }
}
