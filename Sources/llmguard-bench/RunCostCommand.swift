import CommandSpec
import Posix

/// `llmguard-bench run`: what `llmguard run` adds to a command, beside other commands that run commands.
enum RunCostCommand {
  static let rounds = Option<Int64>(
    "--rounds", metavar: "N", summary: "how often each command is run", defaultText: "200",
    read: ValueReader.wholeNumber(3...1_000_000))

  /// The most that a run may take, as a multiple of the C program's time, in percent.
  private static let maximumPercent: Int64 = 150
  /// The most that it may add to `env`, on an idle machine.
  private static let maximumAddedMicroseconds: Int64 = 3000

  static let command = Command<BenchHandler>(
    "run", summary: "Measure what a guarded run takes, beside env, timeout and a C program",
    description: [
      "`llmguard run` in front of `true` (as one call, with `--no-gateway`; and as a script whose calls would be caught), "
        + "`env true`, `timeout 5 true`, and a C program that makes the same two SQLite transactions as a call "
        + "around `true` (`.tools/runcost/plain.c`, compiled with `cc`), in turns. The figures that count are ratios: all "
        + "are taken in the same moments of the same machine. It fails when a guarded run takes more than 1.5 times the "
        + "C program's median, or when the C program does not write as many pages. Where `strace` is installed, the system "
        + "calls of a run are printed as well."
    ],
    options: [rounds.spec], handler: BenchHandler(run: run))

  static func run(_ arguments: ParsedArguments) throws(BenchFailure) -> Int32 {
    let folder = try Tools.temporaryFolder()
    defer { try? Folder.removeTree(folder) }
    let run = Subjects(folder: folder, program: try Tools.program())
    try run.prepare(source: try Tools.file("runcost/plain.c"))
    let rounds = arguments[rounds] ?? 200
    var times: [[Int64]] = run.all.map { _ in [] }
    for round in 0..<(rounds + 3) {
      for (index, subject) in run.all.enumerated() {
        let start = Clock.monotonicNanoseconds
        let status = subject.command.run()
        let time = (Clock.monotonicNanoseconds - start) / 1000
        guard status == .exited(0) else { throw BenchFailure("'\(subject.name)' ended with \(status)") }
        if round >= 3 { times[index].append(time) }
      }
    }
    let sorted = times.map { $0.sorted() }
    let medians = sorted.map { $0[$0.count / 2] }
    let (plain, guarded) = (medians[Subjects.plain], medians[Subjects.guarded])
    var text = "\(rounds) rounds; load of the machine \(try Tools.shell("cut -d' ' -f 1-3 /proc/loadavg > \"$1\""))"
    for (index, subject) in run.all.enumerated() {
      let least = sorted[index][0]
      text += "\(subject.name): median \(milliseconds(medians[index])), least \(milliseconds(least)), "
      text += "\(hundredths(medians[index] * 100 / plain)) of the C program\n"
    }
    let added = guarded - medians[Subjects.env]
    let percent = guarded * 100 / plain
    text += "a guarded run adds \(milliseconds(added)) to env"
    text += added <= maximumAddedMicroseconds ? "\n" : ": more than \(milliseconds(maximumAddedMicroseconds))\n"
    let pages = try run.pages()
    text += "pages written by a guarded run \(pages.guarded), by the C program \(pages.plain)\n"
    text += try run.systemCalls()
    try? StandardStreams.print(text)
    if pages.plain < pages.guarded {
      throw BenchFailure(
        "the C program writes fewer pages, so it is no yardstick any more",
        hint: "let .tools/runcost/plain.c write what a run writes")
    }
    if percent > maximumPercent {
      throw BenchFailure(
        "a guarded run takes \(hundredths(percent)) of the C program's time, more than \(hundredths(maximumPercent))",
        hint: "on a busy machine, try again with more --rounds")
    }
    return 0
  }

  private static func milliseconds(_ microseconds: Int64) -> String { "\(hundredths(microseconds / 10)) ms" }

  private static func hundredths(_ value: Int64) -> String {
    let rest = abs(value) % 100
    return "\(value < 0 ? "-" : "")\(abs(value) / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// What is measured: each command in a home of its own.
private struct Subjects {
  static let (env, plain, guarded) = (1, 3, 4)

  let folder: String
  let program: String

  private var ledger: String { ".local/state/llmguard/ledger.sqlite3" }
  private func home(_ name: String) -> [String: String?] { Tools.environment(home: "\(folder)/\(name)") }

  var all: [(name: String, command: ChildCommand)] {
    func command(_ words: [String], _ environment: [String: String?] = [:]) -> ChildCommand {
      var command = ChildCommand(arguments: words)
      command.environment = environment
      return command
    }
    return [
      ("true", command(["true"])), ("env true", command(["env", "true"])),
      ("timeout 5 true", command(["timeout", "5", "true"])),
      ("plain true (C)", command(["\(folder)/plain", "\(folder)/c/\(ledger)", "true"])),
      ("llmguard run, as a call", command([program, "run", "--no-gateway", "--", "true"], home("guarded"))),
      ("llmguard run, as a script", command([program, "run", "--", "true"], home("guarded"))),
    ]
  }

  /// Compiles the C program, and makes ledgers that were used before.
  func prepare(source: String) throws(BenchFailure) {
    try Tools.shell(#"cc -O2 -o "$2/plain" "$3" -lsqlite3; mkdir "$2/guarded" "$2/c""#, [folder, source])
    for name in ["guarded", "c"] {
      try Tools.shell(
        #"for i in 1 2 3; do "$2" run --no-gateway -- true; done"#, [program],
        environment: home(name))
    }
  }

  /// How many pages one run writes into the log of a ledger that has none yet.
  func pages() throws(BenchFailure) -> (guarded: Int64, plain: Int64) {
    let copied = #"""
      HOME=$2/guarded "$3" ledger compact > /dev/null
      for name in a b; do
        mkdir -p "$2/$name/.local/state/llmguard"
        cp "$2/guarded/$4" "$2/$name/$4"
      done
      HOME=$2/a "$3" run --no-gateway -- true
      "$2/plain" "$2/b/$4" true
      for name in a b; do echo $(( ($(wc -c < "$2/$name/$4-wal") - 32) / 4120 )); done > "$1"
      """#
    let numbers = try Tools.shell(copied, [folder, program, ledger], environment: home("guarded"))
      .split(separator: "\n").compactMap { Int64($0) }
    guard numbers.count == 2 else { throw BenchFailure("the logs of the ledgers were not found") }
    if numbers[0] < 1 { throw BenchFailure("a guarded run writes nothing into its ledger") }
    return (numbers[0], numbers[1])
  }

  /// The system calls of a run, the most frequent first, and of them those that wait for the disk.
  func systemCalls() throws(BenchFailure) -> String {
    try Tools.shell(
      #"""
      command -v strace > /dev/null || exit 0
      HOME=$2/guarded "$3" ledger compact > /dev/null
      HOME=$2/guarded "$3" run --no-gateway -- true
      HOME=$2/guarded strace -f -c -S calls -U calls,name -o "$2/calls" "$3" run --no-gateway -- true
      awk '$2 == "total" { total = $1 } $2 ~ /sync$/ { syncs += $1; names = names " " $2 } NR > 2 && NR < 11 { most = most " " $2 " " $1 "," }
        END { printf "system calls of a guarded run, with those of true: %d, of them %d that wait for the disk (%s )\n", total, syncs, names
              printf "the most frequent:%s\n", substr(most, 1, length(most) - 1) }' "$2/calls" > "$1"
      """#, [folder, program], environment: home("guarded"))
  }
}
