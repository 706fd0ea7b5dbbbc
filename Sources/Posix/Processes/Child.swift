import CPosix
import Glibc

/// A command to run, and how its streams are watched.
public struct ChildCommand {
  /// The program and its arguments; at least the program.
  public var arguments: [String]
  /// Variables to set (or, with `nil`, to take away) over this process's environment.
  public var environment: [String: String?] = [:]
  /// Where its standard input comes from.
  public var input: Input = .inherited
  /// Sees each chunk of its standard output, after it was written on, or could not be; `nil` leaves the output untouched. Where
  /// this process has none, neither has the command, and there is nothing to see.
  public var watchOutput: ((UnsafeRawBufferPointer) -> Void)?
  /// Whether what it writes to its standard output goes to this process's standard error, where nobody watches it.
  public var writesOutputToError = false
  /// Sees each chunk of its standard error likewise.
  public var watchError: ((UnsafeRawBufferPointer) -> Void)?
  /// Is told when not all that the command wrote could be written on: why, as on a full disk, of which the command, which wrote
  /// into a pipe, may not know; `nil` where its reader has left. And, with `nil`, when a signal has come that may have cut short
  /// what it writes.
  public var outputCut: ((PosixError?) -> Void)?

  /// Is done once, right after the command was started: what would else be done after its end, while it was waited for.
  public var meanwhile: (() -> Void)?
  /// Is told the number of the command's process, right after it was started.
  public var started: ((_ process: Int32) -> Void)?
  /// Stops this process, by what it is given, where the command has stopped: once nothing is under way that other processes
  /// wait for. `nil` stops it at once.
  public var stopping: ((_ stop: () -> Void) -> Void)?

  /// After how long it is killed; `nil` for never.
  public var limitMs: Int64?

  /// The network it lives in; `nil` for this process's own.
  public var network: IsolatedNetwork?

  /// Where standard input comes from.
  public enum Input {
    /// This process's own.
    case inherited
    /// Some bytes, then what else this process's input brings, each chunk of it shown to a watcher.
    case relayed(first: [UInt8], watch: (UnsafeRawBufferPointer) -> Void)
  }

  /// Makes a command with inherited streams.
  public init(arguments: [String]) { self.arguments = arguments }

  /// Runs the command to its end.
  ///
  /// The command shares this process's group and terminal. Signals sent to this process by other processes are passed
  /// on; those the terminal sent have reached the command already, but for the end of the terminal of a session that this process
  /// leads, which the leader alone is told of. A command that stops stops this process, too.
  ///
  /// A watched output is a pipe, or a pseudo-terminal where this process's own is a terminal, so that the command sees
  /// what it would see alone. Watching ends with the command, not with the last holder of the pipe: a process it left
  /// behind delays nobody.
  ///
  /// The signals that are passed on stay blocked afterwards, so that what follows the command (its settlement) is not cut
  /// short; a further `run` is not affected by an earlier one.
  public func run() -> ChildStatus {
    var runner = ChildRunner(self)
    return runner.run()
  }
}

/// One run of a command: its pipes, its signals and the loop over both.
private struct ChildRunner {
  /// Signals that are passed on. SIGCHLD tells that the command changed state.
  private static let forwarded = SignalPause.ending + [SIGTSTP, SIGCONT, SIGWINCH]

  private let command: ChildCommand
  private var taps: [Tap] = []
  private var relay: InputRelay?
  private var pid: pid_t = 0
  /// Signals that came while the command ran.
  private var received: Set<Int32> = []

  /// How long a reader may take for what a command has left that was ended by a signal to it and to this process.
  private static let farewellMs: Int64 = 250

  /// How often a command's pseudo-terminal is looked at for changed modes, beside whenever it writes.
  private static let modesMs: Int64 = 100

  init(_ command: ChildCommand) { self.command = command }

  mutating func run() -> ChildStatus {
    // An ignored signal stays ignored in the command, as under nohup; only what was not ignored is watched.
    let watched = Self.forwarded.filter { !SignalPause.isIgnored($0) } + [SIGCHLD]
    let wasPipeIgnored = SignalPause.isIgnored(SIGPIPE)
    signal(SIGPIPE, SIG_IGN)
    defer { if !wasPipeIgnored { signal(SIGPIPE, SIG_DFL) } }
    signal(SIGCHLD, SIG_DFL)
    let signals = llmguard_signalfd(watched, Int32(watched.count))
    guard signals >= 0 else { return .notStarted(PosixError("signalfd")) }
    defer { close(signals) }
    // What came before the command was there cannot reach it by itself.
    let early = waiting(signals)
    do throws(PosixError) {
      try start(resetting: watched + (wasPipeIgnored ? [] : [SIGPIPE]))
    } catch {
      closeAll()
      return .notStarted(error)
    }
    for number in early { kill(pid, number) }
    command.started?(pid)
    command.meanwhile?()
    let ended = loop(signals)
    let status = finish(signals, ended)
    closeAll()
    return status
  }

  private mutating func start(resetting defaults: [Int32]) throws(PosixError) {
    var pairs: [Int32] = []
    if case .relayed(let first, let watch) = command.input {
      let relay = try InputRelay(first: first, watch: watch)
      self.relay = relay
      pairs += [relay.childEnd, 0]
    }
    // Where a stream is closed the command finds it closed, and nothing can be seen of it.
    if let watch = command.watchOutput, !FileDescriptor.output.wasClosed {
      let tap = try Tap(of: .output, watch: watch, cut: command.outputCut)
      taps.append(tap)
      pairs += [tap.childEnd, 1]
    } else if command.writesOutputToError {
      pairs += [FileDescriptor.error.number, 1]
    }
    if let watch = command.watchError, !FileDescriptor.error.wasClosed {
      let tap = try Tap(of: .error, watch: watch, cut: command.outputCut)
      taps.append(tap)
      pairs += [tap.childEnd, 2]
    }
    try spawn(pairs, defaults)
    for tap in taps { tap.closeChildEnd() }
    relay?.closeChildEnd()
  }

  private mutating func spawn(_ pairs: [Int32], _ defaults: [Int32]) throws(PosixError) {
    guard let program = command.arguments.first else { throw PosixError(ChildStatus.startCall, path: "", code: ENOENT) }
    let arguments = command.arguments.map(RawStrings.argument)
    let envp = CStrings(environmentChangedBy: command.environment)
    let code = start(CStrings(arguments), envp, pairs, defaults)
    if code != 0 { throw PosixError(ChildStatus.startCall, path: program, code: code) }
  }

  private mutating func start(
    _ argv: CStrings, _ envp: CStrings, _ pairs: [Int32], _ defaults: [Int32]
  ) -> Int32 {
    if let network = command.network { return network.spawn(&pid, argv, envp, pairs, defaults) }
    return llmguard_spawn(
      &pid, argv.pointers[0], argv.pointers, envp.pointers, pairs, Int32(pairs.count / 2), defaults,
      Int32(defaults.count))
  }

  private mutating func loop(_ signals: Int32) -> ChildStatus {
    let modesMs = taps.contains { $0.isPseudoTerminal } ? Self.modesMs : -1
    var end = command.limitMs.map { Clock.monotonicNanoseconds / 1_000_000 + $0 }
    while true {
      var limitMs = modesMs
      if let last = end {
        let leftMs = max(0, last - Clock.monotonicNanoseconds / 1_000_000)
        if leftMs == 0 {
          kill(pid, SIGKILL)
          end = nil
        } else {
          limitMs = modesMs < 0 ? leftMs : min(modesMs, leftMs)
        }
      }
      let polled = wait(signals, limitMs: limitMs)
      for tap in taps { tap.followModes() }
      for (index, tap) in taps.enumerated() where polled[1 + index].revents != 0 { tap.pump() }
      relay?.pump(Array(polled[(1 + taps.count)...]))
      if polled[0].revents != 0, let status = handleSignals(signals) { return status }
    }
  }

  /// Waits until a signal, a tap or the relay has something to do.
  private func wait(_ signals: Int32, limitMs: Int64 = -1) -> [pollfd] {
    var polled = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
    for tap in taps { polled.append(tap.polled) }
    if let relay { polled += relay.polled }
    while poll(&polled, nfds_t(polled.count), Int32(limitMs)) < 0 {
      // Interrupted, or the kernel is short of memory; the command runs on, so there is nothing to do but to look again.
      if errno != EINTR { Clock.sleep(ms: 10) }
    }
    return polled
  }

  /// Passes on what the ended command left in its taps.
  ///
  /// Alone, the command would still be writing it: a signal that would have ended it then ends the writing. One that
  /// has ended it leaves a reader that has stalled only a moment.
  private mutating func finish(_ signals: Int32, _ status: ChildStatus) -> ChildStatus {
    relay?.close()
    relay = nil
    for tap in taps { tap.finish() }
    var isHurried = false
    if case .signaled(let number) = status { isHurried = received.contains(number) }
    let end = Clock.monotonicNanoseconds / 1_000_000 + Self.farewellMs
    while taps.contains(where: { !$0.isClosed }) {
      let leftMs = end - Clock.monotonicNanoseconds / 1_000_000
      if isHurried, leftMs <= 0 { return status }
      let polled = wait(signals, limitMs: isHurried ? leftMs : -1)
      for (index, tap) in taps.enumerated() where polled[1 + index].revents != 0 { tap.pump() }
      var signal = llmguard_signal()
      while llmguard_read_signal(signals, &signal) == 1 {
        switch signal.number {
        case SIGCHLD, SIGCONT, SIGWINCH: break
        case SIGTSTP: stop(by: SIGTSTP)
        default: return .signaled(signal.number)
        }
      }
    }
    return status
  }

  /// The signals that wait, which are taken.
  private mutating func waiting(_ descriptor: Int32) -> [Int32] {
    var (signal, numbers) = (llmguard_signal(), [Int32]())
    while llmguard_read_signal(descriptor, &signal) == 1 {
      if signal.number != SIGCHLD { numbers.append(signal.number) }
    }
    for number in numbers { note(number) }
    return numbers
  }

  /// A signal has come while the command ran. What ends others may have it leave off, and end well.
  private mutating func note(_ number: Int32) {
    received.insert(number)
    if SignalPause.ends(number) { command.outputCut?(nil) }
  }

  private mutating func handleSignals(_ descriptor: Int32) -> ChildStatus? {
    var signal = llmguard_signal()
    while llmguard_read_signal(descriptor, &signal) == 1 {
      if signal.number == SIGCHLD {
        if let status = reap() { return status }
      } else {
        note(signal.number)
        if signal.number == SIGWINCH { for tap in taps { tap.resize() } }
        if needsPassing(signal) { kill(pid, signal.number) }
      }
    }
    return nil
  }

  /// Whether the command has not had a signal that came to this process.
  ///
  /// What the kernel sent went to the whole group. But an alarm set before this process was started is this process's alone,
  /// and a command on a pseudo-terminal may have been told of a new size before that terminal had it.
  private func needsPassing(_ signal: llmguard_signal) -> Bool {
    if signal.number == SIGALRM || (signal.number == SIGWINCH && taps.contains { $0.isPseudoTerminal }) { return true }
    // The end of a terminal is sent to the leader of its session alone. The command's group is sent one by the kernel when the
    // leader has ended, as it would be behind a command that leads the session itself. *Source:* tty_signal_session_leader and
    // disassociate_ctty in Linux' drivers/tty/tty_jobctrl.c.
    if signal.from_kernel == 1 { return signal.number == SIGHUP && getsid(0) == getpid() }
    return getpgid(pid) != getpgrp() || !GroupSignal.isSent(signal.number, by: signal.sender)
  }

  /// Collects every child that changed state; others than the command reach us only when we are process 1.
  private func reap() -> ChildStatus? {
    while true {
      var status: Int32 = 0
      let changed = waitpid(-1, &status, WNOHANG | WUNTRACED)
      if changed <= 0 { return nil }
      guard changed == pid else { continue }
      var number: Int32 = 0
      if llmguard_exited(status, &number) == 1 { return .exited(number) }
      if llmguard_signaled(status, &number) == 1 { return .signaled(number) }
      if llmguard_stopped(status, &number) == 1 { stopLikeChild(by: number) }
    }
  }

  /// Stops this process by the signal that stopped the command, and lets the command go on when this process does: whoever
  /// started this one is told of the same signal as of the command alone.
  private func stopLikeChild(by number: Int32) {
    for tap in taps {
      tap.pump()
      tap.followModes()
    }
    stop(by: number)
    kill(pid, SIGCONT)
  }

  private func stop(by number: Int32) {
    func stopThis() {
      // Whoever continued the group meanwhile wants it to go on: as the command does, so does this process.
      if !SignalPause.stop(by: number), !ProcessInfo.isRunning(pid) { SignalPause.stopByForce() }
    }
    guard let stopping = command.stopping else { return stopThis() }
    stopping(stopThis)
  }

  private func closeAll() {
    for tap in taps { tap.close() }
    relay?.close()
  }
}
