import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// A fresh home in which real programs run, and the ledger they share.
struct ProofHome {
  let path: String
  /// The program under test: beside this one, or `PROGRAM_UNDER_TEST`. A run sets `LLMGUARD_PROGRAM`, to another's name.
  let program: String

  /// Makes one.
  ///
  /// - Parameters:
  ///   - configuration: the text of its `llmguard.toml`.
  ///   - base: the folder it is made in; `nil` is the usual one for temporary files.
  init(configuration: String = "", in base: String? = nil) throws(BenchFailure) {
    let beside = ProcessInfo.executablePath.map { File.parent(of: $0) + "/llmguard" } ?? "llmguard"
    program = Environment.value("PROGRAM_UNDER_TEST") ?? beside
    guard File.exists(program) else {
      throw BenchFailure("'\(program)' is not there", hint: "build it: swift build -c release")
    }
    do throws(PosixError) {
      if let base {
        path = "\(base)/llmguard-proof-\(Random.hexadecimal(bytes: 6))"
        try Folder.makePrivate(path)
      } else {
        path = try Folder.makeTemporary(prefix: "llmguard-proof")
      }
      try Folder.makePrivate(path + "/.config/llmguard")
    } catch { throw BenchFailure(error) }
    try configure(configuration)
  }

  func configure(_ text: String) throws(BenchFailure) { try write(".config/llmguard/llmguard.toml", text) }

  func write(_ name: String, _ text: String) throws(BenchFailure) {
    do throws(PosixError) { try File.replace("\(path)/\(name)", with: Array(text.utf8)) } catch {
      throw BenchFailure(error)
    }
  }

  /// A file's text; empty when nothing is there.
  func read(_ name: String) -> String {
    (try? File.readAll("\(path)/\(name)")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  func remove() { try? Folder.removeTree(path) }

  /// Where its ledger is.
  var ledgerPath: String { path + "/.local/state/llmguard/ledger.sqlite3" }

  func openLedger() throws(BenchFailure) -> SQLiteLedger { try LedgerCommand.open(ledgerPath) }

  /// The variables of a program in this home: this process's own, without those that lead elsewhere.
  var environment: [String: String?] {
    var changes: [String: String?] = ["HOME": path]
    for name in Environment.dictionary.keys where name.hasPrefix("LLMGUARD_") || name.hasPrefix("XDG_") {
      changes[name] = .some(nil)
    }
    return changes
  }

  /// Starts llmguard.
  func start(
    _ arguments: [String], environment extra: [String: String?] = [:], output: Subprocess.Stream = .none,
    error: Subprocess.Stream = .none
  ) throws(BenchFailure) -> Subprocess {
    do throws(PosixError) {
      return try Subprocess.start(
        [program] + arguments, environment: environment.merging(extra) { $1 }, output: output, error: error)
    } catch { throw BenchFailure(error) }
  }

  /// What a program did.
  struct Outcome {
    var status: ChildStatus?
    var output: String
    var error: String
    /// The exit status as a shell tells it; 137 for one that hung and was killed.
    var code: Int32 { status?.shellStatus ?? 137 }
  }

  /// Runs a shell script in this home to its end; `$llmguard` is the program under test.
  func script(_ text: String, limitMs: Int64 = 120_000) throws(BenchFailure) -> Outcome {
    let name = Random.hexadecimal(bytes: 4)
    let (out, err) = ("\(path)/out-\(name)", "\(path)/err-\(name)")
    let status: ChildStatus?
    do throws(PosixError) {
      let shell = try Subprocess.start(
        ["sh", "-c", "cd '\(path)' || exit 99\n\(text)"],
        environment: environment.merging(["llmguard": program, "bench": ProcessInfo.executablePath]) { $1 },
        output: .file(out), error: .file(err))
      status = shell.wait(limitMs: limitMs)
    } catch { throw BenchFailure(error) }
    let outcome = Outcome(status: status, output: read("out-\(name)"), error: read("err-\(name)"))
    try? File.remove(out)
    try? File.remove(err)
    return outcome
  }

  /// Runs llmguard to its end.
  func llmguard(_ arguments: String) throws(BenchFailure) -> Outcome { try script("\"$llmguard\" \(arguments)") }
}

/// Findings of a proof: each line says what was found, and whether that is as it should be.
struct Findings {
  private(set) var failures = 0

  /// Prints a figure, or a finding that holds or does not.
  mutating func report(_ text: String, holds: Bool = true) {
    if !holds { failures += 1 }
    try? StandardStreams.print((holds ? "ok    " : "FAIL  ") + text + "\n")
  }

  /// The exit status: 0 when everything held.
  var status: Int32 { failures == 0 ? 0 : 1 }
}
