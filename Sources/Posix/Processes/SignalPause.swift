import CPosix
import Glibc

/// Waiting that a signal may end, so that who waits can put things in order before it ends likewise.
public enum SignalPause {
  /// Signals that end a process unless it handles them, and that may be handled.
  static let ending: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM]

  /// Waits.
  ///
  /// The signals stay blocked afterwards: one that comes between the pause and a command goes to the command. A signal
  /// that is ignored, as under nohup, does not end the pause.
  ///
  /// - Parameters:
  ///   - ms: how long, in milliseconds, ≥ 0.
  ///   - stopping: stops this process, by what it is given, where a terminal's ^Z asks for it: once nothing is under way that
  ///     other processes wait for. `nil` leaves that to the system, which stops it at once.
  /// - Returns: the signal that came; `nil` when the time was up.
  public static func wait(ms: Int64, stopping: ((_ stop: () -> Void) -> Void)? = nil) -> Int32? {
    let watched = (ending + (stopping == nil ? [] : [SIGTSTP])).filter { !isIgnored($0) }
    let signals = llmguard_signalfd(watched, Int32(watched.count))
    guard signals >= 0 else {
      Clock.sleep(ms: ms)
      return nil
    }
    defer { close(signals) }
    let start = Clock.monotonicNanoseconds
    while true {
      let leftMs = ms - (Clock.monotonicNanoseconds - start) / 1_000_000
      var polled = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
      _ = poll(&polled, 1, Int32(clamping: max(0, leftMs)))
      var signal = llmguard_signal()
      if llmguard_read_signal(signals, &signal) == 1 {
        guard signal.number == SIGTSTP, let stopping else { return signal.number }
        stopping { Self.stop(by: SIGTSTP) }
      }
      if leftMs <= 0 { return nil }
    }
  }

  /// Stops this process by a signal: ^Z's, or another that a shell tells its user of. The system does not let it where the
  /// process ignores it, or where no shell watches its group.
  ///
  /// - Returns: whether it was stopped, and goes on now.
  @discardableResult static func stop(by number: Int32) -> Bool {
    var (stopping, goingOn, before) = (sigset_t(), sigset_t(), sigset_t())
    sigemptyset(&stopping)
    sigaddset(&stopping, number)
    sigemptyset(&goingOn)
    sigaddset(&goingOn, SIGCONT)
    // What continues it waits, to be seen. One from before is taken away by the signal that stops.
    sigprocmask(SIG_BLOCK, &goingOn, &before)
    kill(getpid(), number)
    sigprocmask(SIG_UNBLOCK, &stopping, nil)
    var waiting = sigset_t()
    let wasStopped = sigpending(&waiting) == 0 && sigismember(&waiting, SIGCONT) == 1
    sigprocmask(SIG_SETMASK, &before, nil)
    return wasStopped
  }

  /// The same, and by SIGSTOP where the system does not let it.
  static func stopSurely(by number: Int32) {
    if !stop(by: number) { stopByForce() }
  }

  /// Stops this process by what nobody can refuse.
  static func stopByForce() { kill(getpid(), SIGSTOP) }

  /// Keeps signals from ending this process until `unblock`, or until a command has them.
  public static func block() { change(SIG_BLOCK) }

  /// Lets signals end this process again; one that has come meanwhile does.
  public static func unblock() { change(SIG_UNBLOCK) }

  /// Whether a signal is one that ends a process unless it handles it.
  public static func ends(_ number: Int32) -> Bool { ending.contains(number) }

  /// Whether one has come that `wait` would return at once, unless it is ignored.
  public static var hasCome: Bool {
    var signals = sigset_t()
    return sigpending(&signals) == 0 && ending.contains { sigismember(&signals, $0) == 1 }
  }

  private static func change(_ how: Int32) {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in ending { sigaddset(&signals, number) }
    sigprocmask(how, &signals, nil)
  }

  /// Heeds SIGINT and SIGTERM from now on, whoever started this process with them ignored.
  public static func heedRequestsToEnd() {
    for number in [SIGINT, SIGTERM] where isIgnored(number) { signal(number, SIG_DFL) }
  }

  /// What a terminal sends that is gone, and what services are sent to read their rules anew.
  public static let hangUp = SIGHUP

  /// Takes SIGHUP for something else than the end of a terminal, where it can be nothing of the kind: this process has no terminal,
  /// or was started to outlive it (nohup). It is heeded from now on.
  ///
  /// - Returns: whether that is so; otherwise it stays what ends this process.
  public static func takeHangUp() -> Bool {
    if isIgnored(SIGHUP) {
      signal(SIGHUP, SIG_DFL)
      return true
    }
    let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    if terminal < 0 { return true }
    close(terminal)
    return false
  }

  /// Whether ^C does not end this process.
  public static var isInterruptIgnored: Bool { isIgnored(SIGINT) }

  /// Whether a signal is ignored.
  static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
