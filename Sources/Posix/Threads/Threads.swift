import CPosix
import Glibc

/// Threads for work that blocks.
public enum Thread {
  /// Does several things at the same time, and returns when all are done. Where the system gives no thread for one, it is
  /// done after the others.
  public static func together(_ bodies: [@Sendable () -> Void]) {
    var threads: [pthread_t] = []
    var left: [@Sendable () -> Void] = []
    for body in bodies.dropFirst() {
      let box = Unmanaged.passRetained(ThreadBody(body))
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, box.toOpaque())
      if code == 0 {
        threads.append(thread)
      } else {
        box.release()
        left.append(body)
      }
    }
    bodies.first?()
    for body in left { body() }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Lets others that are ready to run go first. *Source:* sched_yield(2).
  public static func letOthersRun() { sched_yield() }

  /// Has this thread run when others have nothing to do, and else for a tenth of the time. It cannot be taken back.
  /// *Source:* setpriority(2), sched(7): a thread of Linux has a nice value of its own.
  public static func letOthersGoFirst() {
    let process = PRIO_PROCESS.rawValue
    // In a process that does so itself it stays as it is.
    if getpriority(numericCast(process), 0) < 10 { _ = setpriority(numericCast(process), 0, 10) }
  }

  /// Gives back the memory of this thread's stack that it does not use now. What a deep call has touched would otherwise be
  /// kept for as long as the thread lives, which may do nothing but wait.
  public static func giveBackStack() { llmguard_give_back_stack() }

  /// Signals of a thread's own doing. Where they are blocked, the kernel ends the process without asking its handlers.
  private static let faults = [SIGBUS, SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGSYS]

  /// Starts a thread that nobody waits for. Every signal is blocked in it but for its own faults: signals are the first
  /// thread's.
  ///
  /// - Parameters:
  ///   - stackBytes: its stack.
  ///   - body: what it does.
  /// - Throws: `PosixError` when the system gives no more threads.
  public static func start(
    stackBytes: Int = 524_288, _ body: @escaping @Sendable () -> Void
  ) throws(PosixError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackBytes)
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    for number in faults { sigdelset(&all, number) }
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let box = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    if code != 0 {
      box.release()
      throw PosixError("pthread_create", code: code)
    }
  }
}

private final class ThreadBody {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
