import CommandSpec
import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// `llmguard-bench queue`: a crowd in the waiting line, made of real processes.
enum QueueBench {
  static let waiting = Option<Int64>(
    "--waiting", metavar: "N", summary: "how many processes wait", read: ValueReader.wholeNumber(1...5000))
  static let seconds = Option<Int64>(
    "--seconds", metavar: "N", summary: "for how long they are watched", read: ValueReader.wholeNumber(1...600))
  private static let program = OperandSpec("LLMGUARD", summary: "the program, by its path", completion: .file)

  static let command = Command<BenchHandler>(
    "queue", summary: "Check that a burst waits its turn, and measure what waiting costs",
    subcommands: [
      Command(
        "burst", summary: "500 calls, 64 at a time, where four may be under way", operands: [program],
        handler: BenchHandler { arguments throws(BenchFailure) in try burst(arguments.operands[0]) }),
      Command(
        "idle", summary: "The processor's time that blocked waiters take", options: [waiting.spec, seconds.spec],
        operands: [program],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try idle(arguments.operands[0], arguments[waiting] ?? 500, seconds: arguments[seconds] ?? 30)
        }),
    ])

  private static func home(_ rules: String) throws(BenchFailure) -> String {
    do throws(PosixError) {
      let home = try Folder.makeTemporary(prefix: "llmguard-queue")
      try Folder.makePrivate(home + "/running")
      try File.replace(home + "/llmguard.toml", with: Array(rules.utf8))
      return home
    } catch { throw BenchFailure(error) }
  }

  private static func shell(_ script: String, _ home: String, _ program: String) -> ChildStatus {
    var command = ChildCommand(arguments: ["sh", "-c", "cd \"$HOME\"\n" + script])
    command.environment = Tools.environment(home: home).merging([
      "LLMGUARD_CONFIG": home + "/llmguard.toml", "LLMGUARD_LEDGER": home + "/ledger.sqlite3", "LLMGUARD": program,
    ]) { $1 }
    return command.run()
  }

  private static func lines(_ path: String) -> [String] {
    let bytes = (try? File.readAll(path)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  // MARK: - A burst

  private static func burst(_ program: String) throws(BenchFailure) -> Int32 {
    let home = try home("[tier.default]\nbudgets = []\nconcurrency = 4\n")
    defer { try? Folder.removeTree(home) }
    let start = Clock.monotonicNanoseconds
    let status = shell(
      """
      cat > work <<'END'
      #!/bin/sh
      mkdir running/$1; ls running | wc -l >> counts; echo $1 >> order; sleep 0.02; rmdir running/$1
      END
      chmod +x work
      seq 500 | xargs -P 64 -I{} "$LLMGUARD" run -q --wait 10min --estimate 10 -- ./work {}
      """, home, program)
    let elapsedMs = (Clock.monotonicNanoseconds - start) / 1_000_000
    let order = lines(home + "/order").compactMap { Int($0) }
    let most = lines(home + "/counts").compactMap { Int($0.filter(\.isNumber)) }.max() ?? 0
    // Sixty-four are there at a time, so none can be more than so many places away from its own.
    let farthest = order.enumerated().map { abs($0.element - 1 - $0.offset) }.max() ?? 0
    try? StandardStreams.print(
      """
      500 calls, 64 at a time, in \(elapsedMs) ms: \(order.count) made, \(500 - order.count) refused or failed
      at most \(most) under way at once
      the farthest from its place in the order of arrival: \(farthest) places

      """)
    return status.shellStatus == 0 && order.count == 500 && most <= 4 && farthest <= 64 ? 0 : 1
  }

  // MARK: - Waiting

  private static func idle(_ program: String, _ count: Int64, seconds: Int64) throws(BenchFailure) -> Int32 {
    let home = try home("[tier.default]\nbudgets = []\nconcurrency = 1\n")
    defer { try? Folder.removeTree(home) }
    let ledger = try LedgerCommand.open(home + "/ledger.sqlite3")
    // One that never ends is before all of them.
    let first = TicketRequest(
      user: CurrentUser.name, operation: "bench", program: "bench", priority: .high,
      lanes: [Lane(name: "user \(CurrentUser.name)", limits: LaneLimits(concurrency: 1))], tokens: 1)
    let ticket = try LedgerCommand.tried { () throws(LedgerError) in
      let ticket = try ledger.enter(first, nowUnixMs: Clock.unixMs)
      _ = try ledger.standing(of: ticket, nowUnixMs: Clock.unixMs)
      return ticket
    }
    let status = shell(
      """
      i=0
      while [ $i -lt \(count) ]; do
        i=$((i + 1)); "$LLMGUARD" run -q --wait 60min --estimate 1 -- true </dev/null >/dev/null 2>&1 & echo $! >> waiters
      done
      """, home, program)
    guard status.shellStatus == 0 else { throw BenchFailure("the waiters could not be started") }
    let waiters = lines(home + "/waiters").compactMap { Int32($0) }
    defer { for waiter in waiters { try? ProcessInfo.terminate(waiter) } }
    var inLine: Int64 = 0
    for _ in 0..<600 where inLine < count {
      Clock.sleep(ms: 500)
      inLine = Int64(
        try LedgerCommand.tried { () throws(LedgerError) in try ledger.tickets(nowUnixMs: Clock.unixMs) }.count - 1)
    }
    guard inLine == count else { throw BenchFailure("only \(inLine) of \(count) came into the line") }
    Clock.sleep(ms: 5000)
    let before = waiters.map { ProcessInfo.processorNanoseconds($0) ?? 0 }
    let start = Clock.monotonicNanoseconds
    Clock.sleep(ms: seconds * 1000)
    let elapsed = max(1, Clock.monotonicNanoseconds - start)
    let used = zip(waiters, before).map { waiter, before in
      (ProcessInfo.processorNanoseconds(waiter) ?? before) - before
    }
    let (mean, most) = (used.reduce(0, +) / max(1, count), used.max() ?? 0)
    func percent(_ nanoseconds: Int64) -> String { Decimal.text(nanoseconds * 100_000 / elapsed, decimals: 3) }
    try? StandardStreams.print(
      """
      \(count) waiting for \(seconds) s: a waiter took \(percent(mean)) % of a core, the busiest \(percent(most)) %
      all of them together \(percent(used.reduce(0, +))) %

      """)
    try LedgerCommand.tried { () throws(LedgerError) in try ledger.leave(ticket) }
    return most * 100 < elapsed ? 0 : 1
  }
}
