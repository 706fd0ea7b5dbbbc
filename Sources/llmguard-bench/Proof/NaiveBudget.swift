import Posix
import SQLite

/// The control of the crowd: a budget that is read, compared and written in separate steps.
enum NaiveBudget {
  private static let limit: Int64 = 200_000
  private static let charge: Int64 = 100

  /// Lets many processes spend it: they must overspend.
  static func control(processes: Int, _ findings: inout Findings) throws(BenchFailure) {
    let home = try ProofHome()
    defer { home.remove() }
    guard let program = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    let path = home.path + "/naive.sqlite3"
    do {
      try Connection(path: path).execute(
        "PRAGMA journal_mode = WAL; CREATE TABLE budget (used INTEGER); INSERT INTO budget VALUES (0)")
      let callers = try (0..<processes).map { _ in
        try Subprocess.start([program, "worker", "naive", path], output: .file(home.path + "/spent"))
      }
      // All at once: one that came long before the others would find nobody to race with.
      try File.replace(path + ".go", with: [])
      for caller in callers where caller.wait() != .exited(0) { throw BenchFailure("a naive process failed") }
    } catch { throw BenchFailure("the control could not run: \(error)") }
    let spent = home.read("spent").split(separator: "\n").reduce(0) { $0 + (Int64($1) ?? 0) }
    findings.report(
      "control: \(processes) processes on a naive budget of \(limit) tokens overspend it by \(spent - limit)",
      holds: spent > limit)
  }

  /// Spends until nothing seems left, and prints how much.
  static func spend(_ path: String) throws(BenchFailure) -> Int32 {
    do {
      let connection = try Connection(path: path, busyMs: 60_000)
      try connection.execute("PRAGMA synchronous = OFF")
      while !File.exists(path + ".go") { Clock.sleep(ms: 1) }
      var spent: Int64 = 0
      while true {
        let used = try connection.row("SELECT used FROM budget")?.integer(0) ?? 0
        if used + charge > limit { break }
        try connection.run("UPDATE budget SET used = ?", [.integer(used + charge)])
        spent += charge
      }
      try StandardStreams.print("\(spent)\n")
      return 0
    } catch { throw BenchFailure("\(error)") }
  }
}
