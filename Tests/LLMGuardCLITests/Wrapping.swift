import Glibc
import Posix
import SessionDriver

/// One script run three ways: alone, under the guard, and under the guard as a client whose streams are all read. In the
/// script, `$W` stands before the command that is wrapped.
struct Wrapping {
  /// What stands for `$W`.
  enum Way: String, CaseIterable, Sendable {
    case alone, guarded, metered, broken

    var words: String {
      switch self {
      case .alone: ""
      case .guarded: "llmguard run -q --"
      // A client that tells its usage on standard error: both outputs are read.
      case .metered: "llmguard run -q -- metered"
      // The control: what a careless wrapper does.
      case .broken: "careless"
      }
    }
  }

  private let home: ProgramHome
  let path: String

  init() throws {
    home = try ProgramHome()
    path = home.path
    func program(_ name: String, _ text: String) throws {
      try File.replace("\(home.path)/bin/\(name)", with: Array(text.utf8), permissions: 0o700)
    }
    try program("metered", "#!/bin/sh\nexec \"$@\"\n")
    try program("careless", "#!/bin/sh\n\"$@\" | cat\n")
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['unlimited']
      [client.metered]
      usage_input = 'in: ([0-9]+)'
      usage_output = 'out: ([0-9]+)'
      usage_on_error = true
      """)
  }

  func write(_ name: String, _ text: String) throws { try home.write(name, text) }
  func remove() { home.remove() }

  /// The script as `sh` gets it: with the home, the program and the wrapper in its environment.
  func script(_ text: String, _ way: Way, shell: String = "bash") throws -> String {
    try home.write("script", text)
    return
      "HOME='\(path)' PATH='\(path)/bin:'\"$PATH\" W='\(way.words)'; export HOME PATH W; exec \(shell) '\(path)/script'"
  }

  /// Runs a script without a terminal.
  func run(_ text: String, _ way: Way, limitMs: Int64 = 60_000) throws -> Outcome {
    try Driver.run(try script(text, way), limitMs: limitMs)
  }

  /// Begins a script on a terminal.
  func session(_ text: String, _ way: Way, shell: String = "bash") throws -> TerminalSession {
    try TerminalSession(try script(text, way, shell: shell))
  }

  /// Whether a program is on this machine; a test that needs one is skipped where it is not.
  static func has(_ program: String) -> Bool { Shell.run("command -v \(program) >/dev/null 2>&1") == 0 }

  /// What stands before a command that is the first process of a container.
  static let container = "unshare --pid --fork --mount-proc --kill-child"
  /// Whether the kernel lets anybody have one.
  static let mayContain = Shell.run("\(container) true 2>/dev/null") == 0
}
