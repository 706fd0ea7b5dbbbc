import Glibc

/// Signals that another process sent to this process's whole group.
///
/// The kernel tells who sent a signal, and not whom to. A command that has had one already would get it a second time when it
/// is passed on, and a second one often cuts short what the first began.
enum GroupSignal {
  /// How long `timeout` may take from its first signal to the second, in milliseconds.
  private static let betweenMs: Int64 = 2

  /// Whether a signal is one that `timeout` sends to its group.
  ///
  /// It makes a group of its own, and at its end sends the signal to this process first, ignores it from then on, and sends it
  /// to the group. With `--foreground` it does neither of the last two. No more is known of any other sender, whose signals
  /// are passed on: one that comes twice is better than one that does not come. *Source:* timeout(1) of GNU coreutils.
  static func isSent(_ number: Int32, by sender: Int32) -> Bool {
    guard sender > 0, sender == getpgrp(), isTimeout(sender) else { return false }
    if ignores(sender, number) { return true }
    Clock.sleep(ms: betweenMs)
    return ignores(sender, number)
  }

  private static func isTimeout(_ process: Int32) -> Bool { ProcessInfo.status("Name", of: process) == "timeout" }

  private static func ignores(_ process: Int32, _ number: Int32) -> Bool {
    guard let mask = ProcessInfo.status("SigIgn", of: process).flatMap({ UInt64($0, radix: 16) }) else { return false }
    return mask & (1 << UInt64(number - 1)) != 0
  }
}
