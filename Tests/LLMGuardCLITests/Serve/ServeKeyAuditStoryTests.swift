import Posix
import ScriptedServer
import Testing

/// Who gave and took away keys stands in the audit, and what each is used for can be seen.
@Suite struct ServeKeyAuditStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml", "lock_wait = '1s'\n[provider.openai]\nbase = 'http://127.0.0.1:9/v1'\n")
  }

  /// Defines `add USER [OPTIONS]` and `of USER`, the id of a user's key.
  private static let words = """
    add() { llmguard serve key add "$@" 2>told; }
    of() { llmguard serve key list | sed -n "s/\\t$1\\t.*//p"; }

    """

  @Test func makingAndTakingAwayAreRecorded() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.words + """
        add ana >key; add bob --op nightly >key; add prometheus --metrics >key
        llmguard serve key remove $(of ana) >removed
        llmguard ledger audit | cut -f 3-6 | sed "s/\\t$(id -un)\\t/\\tME\\t/; s/key [0-9a-f]\\{8\\}/key ID/"
        llmguard ledger verify; llmguard user list | cut -f 1,3-
        """)
    #expect(
      outcome.output == """
        user\tana\tME\tkey ID of serve made
        user\tbob\tME\tkey ID of serve made, for nightly
        user\tprometheus\tME\tkey ID of serve made, for metrics
        user\tana\tME\tkey ID of serve removed
        ok
        bob\t\t\t

        """, "\(outcome.output) \(outcome.error)")
  }

  /// What nobody could record is not given; but whoever takes a key away may be in a hurry.
  @Test func aLockedLedgerGivesNoKeyAndLetsOneBeTaken() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.words + """
        add ana >key; flock $(llmguard ledger path).lock sh -c 'echo >locked; exec sleep 120' & lock=$!
        while [ ! -e locked ]; do sleep 0.05; done; add bob >key; echo $?; wc -c <key; grep -c 'stayed locked' told; grep -c 'the key was not made' told
        llmguard serve key remove $(of ana) >removed 2>told; echo $?; grep -c 'removed; it was' removed
        grep -c 'the audit does not have it' told; kill $lock; llmguard serve key list; llmguard ledger audit | wc -l
        """)
    #expect(outcome.output == "75\n0\n1\n1\n0\n1\n1\n1\n", "\(outcome.output) \(outcome.error)")
  }

  /// A key that could not be printed is nobody's: the audit has both.
  @Test(.enabled(if: File.exists("/dev/full"))) func whatCouldNotBePrintedIsTakenBack() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard serve key add ana >/dev/full 2>told; echo $?; llmguard serve key list; llmguard ledger audit | cut -f 6 | cut -c 1-4,13-"
    )
    #expect(
      outcome.output == "74\nkey  of serve made\nkey  of serve removed: it could not be printed\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// A ledger that root made in a service's folder would lock the service out.
  @Test(.enabled(if: CurrentUser.isRoot)) func rootMakesNoLedgerForOthers() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; cd .local/state/llmguard; chown 65534:65534 .
      llmguard serve key add ana >key 2>told; echo $?; ls ledger* 2>/dev/null; grep -c 'the audit does not have it' told
      """)
    #expect(outcome.output == "0\n1\n", "\(outcome.output) \(outcome.error)")
  }

  /// No call writes it down: the ledger knows the calls of each key.
  @Test func theListTellsTheLastCall() throws {
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    let outcome = try home.run(
      ServedHome.start() + Self.words + """
        ana=$(add ana); add bob >key
        last() { llmguard serve key list --json | tr -d ' \\n' | grep -o '"last_call_unix_ms":[0-9a-z]*' | sed 's/:[0-9]\\{13\\}/:TIME/'; }
        last; curl -sS -o got $address/$ana/openai/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":5,"messages":[]}'
        kill $server; wait $server; last; llmguard serve key list | cut -f 6 | cut -c 1-3
        """)
    let none = "\"last_call_unix_ms\":null\n"
    #expect(
      outcome.output == "\(none)\(none)\"last_call_unix_ms\":TIME\n\(none)202\n\n", "\(outcome.output) \(outcome.error)"
    )
  }

  /// A key of another ledger opens nothing: that is said when it is made, not when its user comes and gets 404.
  @Test func anotherLedgersServerIsNoticed() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start() + Self.words + """
        listen=${address#http://}
        said() { grep -c 'has another ledger' told; grep -o 'hash is in .*serve-keys' told | sed "s|$HOME|HOME|"; }
        add ana --listen $listen >key; said
        LLMGUARD_LEDGER=$HOME/other/ledger.sqlite3 add ana --listen $listen >key; said
        curl -sS -D - -o got $address/healthz | grep -ci x-llmguard
        curl -sS -D - -o got -H 'x-llmguard-ledger: 00' $address/healthz | grep -i x-llmguard | tr -d '\\r'
        kill $server; wait $server
        """)
    #expect(
      outcome.output == """
        0
        hash is in 'HOME/.local/state/llmguard/serve-keys
        1
        hash is in 'HOME/other/serve-keys
        0
        x-llmguard-ledger: other

        """, "\(outcome.output) \(outcome.error)")
  }
}
