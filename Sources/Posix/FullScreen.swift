import CPosix
import Glibc

/// The whole terminal, for a view that is drawn again and again: the alternate screen, no cursor, keys one by one.
///
/// Whatever ends the view, a key, a signal or an error, the terminal is left as it was found.
public final class FullScreen {
  /// What happened while nothing was drawn.
  public enum Event: Hashable, Sendable {
    /// A key was pressed: its byte.
    case key(UInt8)
    /// The terminal has another size, or the process goes on after it was stopped.
    case changed
    /// A signal asks the process to end.
    case ended(signal: Int32)
    /// The terminal went away.
    case gone
    /// Nothing, in the time that was given.
    case nothing
  }

  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH]
  private var found = termios()
  private let signalDescriptor: Int32
  /// The terminal, opened anew so that a write need not wait: how it is open elsewhere stays as it is. Where that cannot be, -1.
  private let screen: Int32
  private var isShown = false
  /// How long a terminal that takes nothing is waited for when it is given back.
  private static let leaveMs: Int32 = 200

  /// Takes the terminal; `nil` when standard input or output is none, and where it cannot be drawn on.
  public init?() {
    guard !Self.isDumb, FileDescriptor.input.isTerminal, FileDescriptor.output.isTerminal, tcgetattr(0, &found) == 0
    else {
      return nil
    }
    let watched = Self.signals.filter { !SignalPause.isIgnored($0) }
    signalDescriptor = llmguard_signalfd(watched, Int32(watched.count))
    if signalDescriptor < 0 { return nil }
    screen = llmguard_open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY, 0)
    show()
  }

  /// Columns and lines.
  public var size: (columns: Int, lines: Int) {
    var columns: Int32 = 0
    var lines: Int32 = 0
    guard llmguard_window_size(1, &columns, &lines) == 0, columns > 0, lines > 0 else { return (80, 24) }
    return (Int(columns), Int(lines))
  }

  /// Whether the terminal says that it knows no escapes, or does not say what it is, and so cannot be drawn on.
  public static var isDumb: Bool { ["", "dumb"].contains(Environment.value("TERM") ?? "") }

  /// Whether the terminal is another job's now: who writes its modes or reads it then is stopped.
  public static var isInBackground: Bool {
    let owner = tcgetpgrp(0)
    return owner >= 0 && owner != getpgrp()
  }

  /// Draws lines from the top; nothing while the terminal is another job's. What was below them goes. Where the terminal takes no
  /// more for now (^S, a multiplexer that hangs), it is waited for until there is something for `next` to tell.
  ///
  /// - Throws: `PosixError` when the terminal takes no more.
  public func draw(_ lines: [String]) throws(PosixError) {
    if !isShown { return }
    // One write between two marks, so that no half of a picture is seen where the terminal knows the marks.
    let body = lines.joined(separator: "\u{1B}[0m\u{1B}[K\r\n")
    try write("\u{1B}[?2026h\u{1B}[H\(body)\u{1B}[0m\u{1B}[K\u{1B}[J\u{1B}[?2026l")
  }

  /// Writes as the terminal takes it.
  ///
  /// - Parameter limitMs: how long a terminal that takes nothing is waited for; `nil`: until something else happens.
  private func write(_ text: String, limitMs: Int32? = nil) throws(PosixError) {
    if screen < 0 { return try FileDescriptor.output.writeAll(Array(text.utf8)) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(screen, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      if errno == EINTR { continue }
      if errno != EAGAIN { throw PosixError("write") }
      let others = limitMs == nil ? [0, signalDescriptor] : []
      var polled = [pollfd(fd: screen, events: Int16(POLLOUT), revents: 0)]
      polled += others.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let ready = poll(&polled, nfds_t(polled.count), limitMs ?? -1)
      if ready == 0 || ready > 0 && polled[0].revents == 0 { return }
    }
  }

  /// Waits for something to happen.
  public func next(withinMs limitMs: Int64) -> Event {
    // In the background the terminal is not looked at, until a shell gives it back.
    if !isShown { show() }
    var polled = [
      pollfd(fd: isShown ? 0 : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    if poll(&polled, 2, Int32(clamping: limitMs)) <= 0 { return .nothing }
    var signal = llmguard_signal()
    if polled[1].revents != 0, llmguard_read_signal(signalDescriptor, &signal) == 1 {
      switch signal.number {
      case SIGWINCH: return .changed
      case SIGCONT:
        show()
        return .changed
      case SIGTSTP:
        leave()
        SignalPause.stopSurely(by: SIGTSTP)
        show()
        return .changed
      default: return .ended(signal: signal.number)
      }
    }
    guard polled[0].revents != 0 else { return .nothing }
    var byte: UInt8 = 0
    return read(0, &byte, 1) == 1 ? .key(byte) : .gone
  }

  private func show() {
    if isShown || Self.isInBackground { return }
    isShown = true
    var modes = found
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO)
    setModes(&modes)
    try? write("\u{1B}[?1049h\u{1B}[?25l", limitMs: Self.leaveMs)
  }

  /// Gives the terminal back as it was found.
  public func leave() {
    if !isShown { return }
    isShown = false
    try? write("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l", limitMs: Self.leaveMs)
    setModes(&found)
  }

  /// Sets the terminal's modes. Where it has become another job's in between, that must not stop the process, whose signals
  /// nobody would take then.
  private func setModes(_ modes: inout termios) {
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTTOU)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    tcsetattr(0, TCSANOW, &modes)
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  deinit {
    leave()
    close(signalDescriptor)
    if screen >= 0 { close(screen) }
  }
}
