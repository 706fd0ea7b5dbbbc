import Posix
import Testing

@testable import LLMGuardCLI

/// What the addresses of a server give away, and when they are told.
@Suite struct ServeAddressStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws { served = try ServedHome() }

  /// A key in a variable is its owner's: nothing that others may see has it.
  @Test func aKeyInAnAddressIsShownToNobody() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      key=$(llmguard serve key add alice 2>/dev/null); export OPENAI_BASE_URL=http://127.0.0.1:4470/$key/openai/v1
      llmguard config show | grep 'variables.OPENAI_BASE_URL' | tr '\\t' ' '
      for form in --print-env --json; do llmguard serve key add carol $form; echo $?; done
      timeout 60 llmguard serve --listen 127.0.0.1:0 --print-env; echo $?
      llmguard serve key list | cut -f 2; llmguard serve key add carol >key; echo $?
      { llmguard config show; llmguard config show --json; llmguard doctor; llmguard run -n 5 --dry-run -- llm x; } >all 2>&1
      grep -c $key all
      """)
    #expect(
      outcome.output.hasPrefix(
        "provider.openai.variables.OPENAI_BASE_URL \"http://127.0.0.1:4470/…/openai/v1\" environment (in part)\n"),
      "\(outcome)")
    #expect(outcome.output.hasSuffix("\n78\n78\n78\nalice\n0\n0\n"), "\(outcome)")
    #expect(
      outcome.error.ranges(
        of: "error: OPENAI_BASE_URL cannot be used here: its path has somebody's key of a server"
      ).count == 3, "\(outcome)")
  }

  /// Nor where a proxy has put the server below a path.
  @Test func aKeyBehindAPrefixIsShownToNobody() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export OPENAI_BASE_URL=http://127.0.0.1:4999/llm/0123456789abcdef0123456789abcdef/openai/v1
      llmguard serve key add bob --print-env; echo $?; llmguard serve key list | wc -l
      """)
    #expect(outcome.output == "78\n0\n" && !outcome.error.contains("0123456789abcdef"), "\(outcome)")
  }

  /// Whoever reads an address takes the server for one that runs.
  @Test func noAddressIsToldWhereTheKeysCannotBeRead() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add alice >/dev/null 2>&1; echo nonsense >.local/state/llmguard/serve-keys.json
      timeout 60 llmguard serve --listen 127.0.0.1:0; echo $?
      """)
    #expect(outcome.output == "65\n", "\(outcome)")
  }

  @Test func aPortThatNeedsARightIsToldOf() {
    let (denied, taken) = (PosixError("bind", code: 13), PosixError("bind", code: 98))
    #expect(Serving.hint(denied, port: 80).hasPrefix("a port below 1024 needs a right"))
    #expect(Serving.hint(denied, port: 8080).hasPrefix("the system does not let you"))
    #expect(Serving.hint(taken, port: 80).hasPrefix("another program may have the port"))
    #expect(Serving.hint(PosixError("bind", code: 99), port: 80).hasPrefix("that address is none of this machine's"))
  }

  /// Who has a key and has not called yet is known.
  @Test func aKeyMakesItsUserKnown() throws {
    defer { home.remove() }
    try served.configure("[tier.default]\nbudgets = ['20k tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard serve key add bob >/dev/null 2>&1
      llmguard budget show bob >shown; echo $?; grep -c '20.*tokens' shown; llmguard budget list | grep -c '^bob'
      llmguard budget pause bob >/dev/null; llmguard budget show bobb >none; echo $?
      """)
    #expect(outcome.output == "0\n1\n1\n69\n", "\(outcome)")
    #expect(outcome.error.hasPrefix("llmguard: error: nobody knows bobb"), "\(outcome)")
    #expect(outcome.error.contains("did you mean 'bob'?"), "\(outcome)")
  }

  /// A newer program raises the ledger's format at its first command, and an older server is left behind.
  @Test func olderServersAreToldOfWhenTheFormatIsRaised() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start(users: "ana") + """
        kill -STOP $server
        sqlite3 "$ledger" "ALTER TABLE lane_rest DROP COLUMN sent_ms; ALTER TABLE ticket DROP COLUMN counted;
          PRAGMA user_version = 14;"
        llmguard budget list >none 2>said; llmguard budget list >none 2>again; kill -CONT $server; stop
        sed "s|$address (process $server)|THIS|" said; cat again
        """)
    #expect(
      outcome.output == """
        ended 0
        llmguard: warning: the ledger was brought up to date for this llmguard; what serves it now is older, and answers \
        every call with 503 until it is started anew: THIS
        hint: restart 'llmguard serve' now; before the next upgrade stop it first

        """, "\(outcome)")
  }
}
