import Posix
import ScriptedServer
import Testing

/// `--fail-open` runs a command without the ledger, not without the configuration.
@Suite struct FailOpenStoryTests {
  @Test func aMovedProviderIsStillWhereTheConfigurationSays() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [provider.openai]
      base = 'http://127.0.0.1:9/proxy/v1'

      """)
    let outcome = try home.run(
      """
      say='echo "$OPENAI_BASE_URL $OPENAI_API_BASE ${ANTHROPIC_BASE_URL-none}"'
      mkdir -p x; echo garbage > x/ledger.sqlite3; export LLMGUARD_LEDGER=$PWD/x/ledger.sqlite3
      llmguard run --fail-open -- sh -c "$say"
      llmguard run --fail-open -m gpt-4o -- sh -c "$say"
      OPENAI_BASE_URL=http://127.0.0.1:8/mine llmguard run --fail-open -- sh -c "$say"
      """)
    #expect(
      outcome.output == """
        http://127.0.0.1:9/proxy/v1 http://127.0.0.1:9/proxy/v1 none
        http://127.0.0.1:9/proxy/v1 http://127.0.0.1:9/proxy/v1 none
        http://127.0.0.1:8/mine http://127.0.0.1:8/mine none

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("clients of openai are told the configured address"), "\(outcome.error)")
  }

  /// Nobody keeps what a run may take where nobody sees its calls.
  @Test(arguments: ["", "-m gpt-4o"]) func itSaysWhichLimitsDoNotHold(options: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      echo garbage > l; export LLMGUARD_LEDGER=$PWD/l
      said() { llmguard run --fail-open \(options) "$@" -- echo ran 2>err; grep -c 'limits do not hold' err; }
      said; said --max-calls 2 --max-duration 1h --run-budget '50k tokens'; sed -n 's/.*take more than //p' err
      mkdir -p .config/llmguard; printf '[run]\nmax_calls = 7\n' >.config/llmguard/llmguard.toml; said; sed -n 's/.*take more than //p' err
      """)
    #expect(
      outcome.output == "ran\n0\nran\n1\n50k tokens, 2 calls, 1h\nran\n1\n7 calls\n", "\(outcome)")
  }

  /// A rehearsal runs nothing, though a call would go out unmetered.
  @Test(arguments: [
    "run --dry-run --fail-open -- sh -c 'echo ran'", "run --dry-run --fail-open -m gpt-4o -- echo ran",
    "estimate -m gpt-4o -- echo ran", "run --dry-run --json -m gpt-4o -- echo ran",
  ])
  func aRehearsalStartsNothing(line: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "fail_open = true\n")
    let outcome = try home.run("echo garbage > l; LLMGUARD_LEDGER=$PWD/l llmguard \(line); echo $?")
    #expect(outcome.output == (line.hasPrefix("run") ? "125\n" : "65\n"), "\(outcome)")
    #expect(outcome.error.contains("l' is not an llmguard ledger\nhint: "), "\(outcome)")
    #expect(!outcome.error.contains("fail-open"), "\(outcome)")
  }

  /// A script needs a folder beside the ledger before its first call: a disk that is full stops that, too.
  @Test(.enabled(if: ProgramHome.mayMount)) func aFullDiskDoesNotStopAScript() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      llmguard run -q --estimate 5 -- true; fill
      llmguard run --fail-open ./job.sh a; echo $?
      LLMGUARD_FAIL_OPEN=1 llmguard run -m gpt-4o -n 5 -- ./job.sh b; echo $?
      llmguard run ./job.sh c; echo $?
      empty; llmguard ledger verify
      """)
    #expect(outcome.output == "ran a\n0\nran b\n0\n125\nok\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n").filter {
      $0.contains("no space left on the disk of the ledger '/")
    }
    #expect(
      lines.map { $0.contains("; the command runs unmetered (fail-open)") } == [true, true, false], "\(outcome)")
    #expect(lines.last?.hasSuffix("; the command was not started") == true, "\(outcome)")
    #expect(outcome.error.contains("nothing is lost; --fail-open runs it unmetered"), "\(outcome)")
  }
}
