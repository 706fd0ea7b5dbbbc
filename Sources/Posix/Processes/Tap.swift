import CPosix
import Glibc

/// A stream of a command on its way out: what it writes goes to this process's own stream at once, and is shown to a watcher,
/// whether or not it could be written on.
///
/// Neither side is ever waited for here: a reader that takes nothing stalls the command, as it would alone, and not the
/// passing on of signals.
final class Tap {
  private static let chunkBytes = 65_536
  /// What a pipe that polls as writable takes without blocking. *Source:* pipe(7), `PIPE_BUF`.
  private static let partBytes = 4096

  private let outside: FileDescriptor
  private let canBlock: Bool
  private let watch: (UnsafeRawBufferPointer) -> Void
  private let cut: ((PosixError?) -> Void)?
  private var inside: Int32
  private var child: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
  private var pending = 0..<0
  /// Bytes that the ended command may have left inside; `nil` while it runs.
  private var leftBytes: Int?

  /// Whether the command sees a terminal of its own.
  let isPseudoTerminal: Bool
  private var modes = llmguard_modes()

  /// The end that becomes the command's stream.
  var childEnd: Int32 { child }

  /// Whether nothing more will pass.
  var isClosed: Bool { inside < 0 }

  init(
    of stream: FileDescriptor, watch: @escaping (UnsafeRawBufferPointer) -> Void, cut: ((PosixError?) -> Void)?
  ) throws(PosixError) {
    outside = stream
    self.watch = watch
    self.cut = cut
    let kind = stream.kind
    canBlock = kind == .pipe || kind == .socket || kind == .terminal
    isPseudoTerminal = kind == .terminal
    var master: Int32 = -1
    var slave: Int32 = -1
    if isPseudoTerminal {
      if llmguard_open_pty(stream.number, &master, &slave, &modes) != 0 { throw PosixError("openpty") }
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

  /// What to wait for: room outside for what was read, else more from inside; nothing once closed.
  var polled: pollfd {
    pending.isEmpty || isClosed
      ? pollfd(fd: inside, events: Int16(POLLIN), revents: 0)
      : pollfd(fd: outside.number, events: Int16(POLLOUT), revents: 0)
  }

  /// Passes on what can pass now. When the outside has gone, the tap closes, and the command learns at its next write
  /// what it would have learnt alone.
  func pump() {
    do throws(PosixError) {
      repeat {
        if pending.isEmpty, try !fill() { return }
        try flush()
      } while leftBytes != nil && pending.isEmpty && !isClosed
    } catch {
      // A terminal that hung up has no reader either.
      cut?(error.isBrokenPipe || isPseudoTerminal ? nil : error)
      showWhatIsLeft()
    }
  }

  /// Shows what was written and can go nowhere, and closes: no more than the pipe held, for the command may go on writing.
  private func showWhatIsLeft() {
    leftBytes = leftBytes ?? pipeBytes
    repeat {
      watch(UnsafeRawBufferPointer(rebasing: buffer[pending]))
      pending = 0..<0
    } while (try? fill()) == true
    shut()
  }

  /// Passes on what the ended command left, and closes then. A process it left behind may go on writing, so no more is
  /// taken than the pipe could hold at this moment.
  func finish() {
    leftBytes = pipeBytes
    pump()
  }

  /// How much can wait inside.
  private var pipeBytes: Int {
    isPseudoTerminal ? Self.chunkBytes : max(Int(llmguard_pipe_size(inside)), Self.chunkBytes)
  }

  /// Reads a chunk; whether there was one.
  private func fill() throws(PosixError) -> Bool {
    if isClosed { return false }
    if leftBytes == 0 {
      shut()
      return false
    }
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, leftBytes ?? buffer.count)])
    let count = try read(into: room)
    guard let count, count > 0 else {
      // The end; or nothing waits, which is the end, too, once the command has gone.
      if count == 0 || leftBytes != nil { shut() }
      return false
    }
    leftBytes = leftBytes.map { $0 - count }
    pending = 0..<(followModes() ? withoutMappedNewlines(count) : count)
    return true
  }

  private func read(into room: UnsafeMutableRawBufferPointer) throws(PosixError) -> Int? {
    var count: Int
    do throws(PosixError) {
      guard let some = try FileDescriptor(inside).read(into: room) else { return nil }
      count = some
    } catch {
      // A terminal whose last holder has gone answers so in place of an end.
      guard isPseudoTerminal, error.code == EIO else { throw error }
      return 0
    }
    // A carriage return and the line feed it was put before can arrive apart.
    while isPseudoTerminal, count > 0, count < room.count, room[count - 1] == 0x0D {
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
      guard let more = try? FileDescriptor(inside).read(into: rest), more > 0 else { break }
      count += more
    }
    return count
  }

  /// Lets the real terminal follow when the command has changed modes of its own one, as `curses` does to be given keys
  /// one by one. Whether line feeds leave the command's terminal with a carriage return before them.
  @discardableResult func followModes() -> Bool {
    isPseudoTerminal && inside >= 0 && llmguard_follow_modes(inside, outside.number, &modes) == 1
  }

  /// Takes back the carriage return that the command's terminal put before each line feed: the real one does that.
  /// How many bytes stay.
  private func withoutMappedNewlines(_ count: Int) -> Int {
    var end = 0
    for index in 0..<count {
      let byte = buffer[index]
      if byte == 0x0A, end > 0, buffer[end - 1] == 0x0D { end -= 1 }
      buffer[end] = byte
      end += 1
    }
    return end
  }

  /// Writes as much as the outside takes without blocking.
  private func flush() throws(PosixError) {
    while !pending.isEmpty {
      if canBlock {
        var room = pollfd(fd: outside.number, events: Int16(POLLOUT), revents: 0)
        if poll(&room, 1, 0) <= 0 { return }
      }
      let end = canBlock ? min(pending.upperBound, pending.lowerBound + Self.partBytes) : pending.upperBound
      let part = UnsafeRawBufferPointer(rebasing: buffer[pending.lowerBound..<end])
      let count = write(outside.number, part.baseAddress, part.count)
      if count < 0 {
        if errno == EAGAIN || errno == EINTR { return }
        throw PosixError("write")
      }
      watch(UnsafeRawBufferPointer(rebasing: part[..<count]))
      pending = pending.lowerBound + count..<pending.upperBound
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
    followModes()
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
    let answer = chunk.withUnsafeMutableBytes { buffer -> Int? in
      do throws(PosixError) { return try FileDescriptor.input.read(into: buffer) } catch { return 0 }
    }
    // Another reader of a shared, non-blocking input may have been faster: that is not the end.
    guard let count = answer else { return }
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
