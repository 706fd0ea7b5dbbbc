import Posix
import Testing

@testable import LLMGuardCLI

/// One cause has one exit status, whichever command meets it, and the help says which.
@Suite struct ExitStatusStoryTests {
  /// What is there for the commands to meet.
  private static let stage = """
    mkdir -p folder; echo nonsense > text; printf '[tier.default]\\nbudget = 1\\n' > bad.toml; : > empty.toml
    llmguard run -q -u ana -o review --estimate 10 -- true

    """

  @Test(arguments: [
    (
      Failure.Status.usage,
      [
        "usage report --by weekday", "usage list --limit x", "budget set ana '5 tokens'", "price show", "usage check",
        "nothing",
      ]
    ),
    (
      Failure.Status.data,
      [
        "price import text", "cache evaluate text", "simulate --baseline hard-wall --trace text",
        "ledger verify # LLMGUARD_LEDGER=$HOME/text",
      ]
    ),
    (
      Failure.Status.noInput,
      [
        "price import none", "price import folder", "cache evaluate none", "cache evaluate folder",
        "simulate --baseline hard-wall --trace none", "simulate --policy none", "estimate --file none -m gpt-4o",
        "--config none usage show", "--config folder config check", "usage show # LLMGUARD_CONFIG=none",
        "ledger verify # LLMGUARD_LEDGER=$HOME/none", "forecast ./none.sh",
      ]
    ),
    (
      Failure.Status.unavailable,
      [
        "usage show 99", "usage show none", "usage list --before 99", "usage check --max '1 calls' --run none",
        "budget show none", "budget reset --user none",
        "budget grant ana '5 tokens/week'", "user remove none", "user set-tier ana none", "price show none",
        "queue status none", "queue result none", "cache show 7", "cache clear 7", "serve key remove none",
      ]
    ),
    (
      Failure.Status.cannotCreate,
      [
        "usage export --output none/x", "usage export --output folder", "usage metrics --output none/x",
        "usage metrics --output folder", "ledger backup none/x", "ledger backup text",
        "generate --output-dir text", "--config text/x config init", "--config text config init",
        "usage show # LLMGUARD_LEDGER=$HOME/text/x",
      ]
    ),
    (
      Failure.Status.inputOutput,
      [
        "usage export --output /dev/full", "usage metrics --output /dev/full", "usage report > /dev/full",
        "price list > /dev/full", "ledger path > /dev/full",
      ]
    ),
    (Failure.Status.refused, ["budget grant --self '5 tokens/day'", "budget lower '9M tokens/day'"]),
    (
      Failure.Status.configuration,
      [
        "--config bad.toml usage show", "--config bad.toml config check",
        "simulate --policy bad.toml", "usage show # LLMGUARD_CONFIG=bad.toml", "usage show # LLMGUARD_LEDGER=relative",
      ]
    ),
    (
      Failure.Status.failed,
      [
        "--config none run -- true", "--config bad.toml run -- true", "run --receipt none/x -- true",
        "run --nonsense -- true", "submit --nonsense -- true", "run", "submit", "submit --receipt none/x -- true",
      ]
    ),
  ])
  func oneCauseHasOneStatus(status: Int32, lines: [String]) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    var script = Self.stage
    for line in lines {
      // What follows `#` is set for the command.
      let parts = line.split(separator: "#", maxSplits: 1).map(String.init)
      script += "\(parts.count == 2 ? parts[1] : "") llmguard \(parts[0]) 2>err; s=$?; "
      script += "[ $s = \(status) ] && grep -q '^hint: .' err || { echo \"$s\"; cat err; } >> differs\n"
      script +=
        "[ ! -s differs ] || { echo \"\(line.split(separator: "'").joined())\"; cat differs; rm differs; } >> all\n"
    }
    _ = try home.run(script + "touch all", limitSeconds: 120)
    #expect(String(decoding: try File.readAll(home.path + "/all"), as: UTF8.self) == "", "expected \(status)")
  }

  /// Every output option names itself, and says what to do.
  @Test(arguments: [
    (
      "usage export --output none/x", "--output: cannot write 'none/x': no such file or directory",
      "make its folder first"
    ),
    ("usage metrics --output folder", "--output: cannot write 'folder': is a directory", "name a file in it"),
    ("usage export --output /dev/full", "--output: cannot write '/dev/full': no space left", "make room"),
    ("generate --output-dir text", "--output-dir: cannot write 'text/man': ", "--output-dir"),
    ("ledger backup none/x", "cannot write 'none/x': no such file or directory", "the ledger is as it was"),
    ("run --receipt none/x -- true", "the receipt could not be written", "--receipt"),
    ("run --report json none/x -- true", "the report could not be written", "--report"),
  ])
  func anOutputNamesItsOption(line: String, message: String, hint: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(Self.stage + "llmguard \(line)")
    #expect(outcome.error.contains("llmguard: error: \(message)"), "\(outcome)")
    let remedy = outcome.error.split(separator: "\n").last
    #expect(remedy?.hasPrefix("hint: ") == true && remedy?.contains(hint) == true, "\(outcome)")
  }

  @Test func theHelpAndTheReadmeHaveThemAll() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let statuses = Failure.Status.meanings.map(\.status)
    #expect(statuses == Set(statuses).sorted(), "each once, in order")
    let help = try home.run("llmguard --help").output
    let readme = String(decoding: try File.readAll(ProgramHome.checkout + "/README.md"), as: UTF8.self)
    let page = String(decoding: try File.readAll(ProgramHome.checkout + "/man/llmguard.1"), as: UTF8.self)
    for (status, meaning) in Failure.Status.meanings {
      let beginning = meaning.split(separator: " ").prefix(3).joined(separator: " ")
      #expect(help.contains("  \(status) ") && help.contains(beginning), "\(status)")
      #expect(page.contains(".It Li \(status)\n\(beginning)"), "\(status)")
      if status != 0 { #expect(readme.contains("\n| \(status) |") || readme.contains("`\(status)` "), "\(status)") }
    }
  }
}
