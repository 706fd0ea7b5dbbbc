import Posix
import ScriptedServer
import Testing

/// A server whose ledger is put back from a backup goes on with it.
@Suite struct ServeRestoreStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    let home = try ProgramHome()
    self.home = home
    server = try ScriptedServer { exchange in
      if String(decoding: exchange.body, as: UTF8.self).contains("last") {
        try? home.write("seen", "x")
        let end = Clock.monotonicNanoseconds + 40_000_000_000
        while !File.exists(home.path + "/release"), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
      }
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['100k tokens/day']\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  /// Starts a server, and defines `ask QUESTION`, `healthz`, `until_it_is STATUS`, `put_away` and `stop`.
  private static let start = """
    mkfifo ready; llmguard serve --listen 127.0.0.1:0 --ready-fd 3 >env 2>log 3>ready & server=$!
    read -r word address <ready; key=$(llmguard serve key add ana 2>/dev/null); ledger=$(llmguard ledger path)
    ask() {
      curl -sS -o answer -w '%{http_code}\\n' $address/$key/openai/v1/chat/completions \\
        -d '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"'"$1"'"}]}'
    }
    healthz() { curl -sS -o /dev/null -w '%{http_code}' "$address/healthz"; }
    until_it_is() { n=0; until [ "$(healthz)" = "$1" ] || [ $n -ge 100 ]; do sleep 0.2; n=$((n+1)); done; }
    put_away() { mkdir away; mv $ledger $ledger-* $ledger.* away/; }
    stop() { kill -TERM $server; wait $server; echo "ended $?"; }

    """

  /// What was under way is charged in the ledger that is there when it ends, and nothing is charged twice.
  @Test func itGoesOnWithABackup() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask one; llmguard ledger backup backup >none; ask two
        ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done
        put_away; ask gone; grep -o 'was deleted while it was in use' answer; cp backup $ledger; until_it_is 200
        ask three; touch release; wait $late; cat late; ask four; stop
        grep -o 'the ledger was replaced, .*' log; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(
      outcome.output == """
        200
        200
        503
        was deleted while it was in use
        200
        200
        200
        ended 0
        the ledger was replaced, and calls are held in the new one from here on; 1 call under way is charged there at the end
        ok
        ana\t4\t132

        """, "\(outcome.output) \(outcome.error)")
  }

  /// The command does the same by itself, where it is told that somebody has the ledger open.
  @Test func itGoesOnWithWhatTheCommandPutThere() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask one; llmguard ledger backup backup >none; ask two; llmguard ledger restore backup; echo $?
        llmguard ledger restore backup --while-in-use >none; echo $?; sleep 1.2; until_it_is 200; ask three; ask four; stop
        grep -o 'the ledger was replaced, .*' log; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(
      outcome.output == """
        200
        200
        75
        0
        200
        200
        ended 0
        the ledger was replaced, and calls are held in the new one from here on
        ok
        ana\t3\t99

        """, "\(outcome.output) \(outcome.error)")
  }

  /// A backup that was made while a call was under way has its hold: it is charged once.
  @Test func aBackupThatHasTheHoldIsNotChargedTwice() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done
        llmguard ledger backup backup >none; put_away; cp backup $ledger; sleep 1.2; touch release; wait $late; cat late
        stop; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(outcome.output == "200\nended 0\nok\nana\t1\t33\n", "\(outcome.output) \(outcome.error)")
  }

  /// Where entries are lost a person decides; the server hears of it without being started anew.
  @Test func aHeadThatIsMovedAwayIsHeeded() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask one; llmguard ledger backup backup >none; ask two; cp $ledger.head head
        put_away; cp backup $ledger; cp head $ledger.head; sleep 1.2; ask three; grep -o 'the .head file knows' answer
        mv $ledger.head away/; ask four; stop; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(
      outcome.output == "200\n200\n503\nthe .head file knows\n200\nended 0\nok\nana\t2\t66\n",
      "\(outcome.output) \(outcome.error)")
  }
}
