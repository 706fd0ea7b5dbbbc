import Posix
import Testing

/// A server whose ledger is put back from a backup goes on with it.
@Suite struct ServeRestoreStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws {
    served = try ServedHome()
    try served.configure("[tier.default]\nbudgets = ['100k tokens/day']")
  }

  /// Starts a server, and defines `ask QUESTION`, `settled CALLS`, `put_away` and `until_it_is_replaced`.
  ///
  /// A call is settled a moment after its reply, and on a busy machine that may be a long one.
  private static let start =
    ServedHome.start(users: "ana") + """
      ask() { post $address/$(cat key-ana)/openai/v1 "$1" -o answer -w '%{http_code}\\n'; }
      settled() { n=0; until [ "$(llmguard usage report | cut -f 2)" = $1 ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n+1)); done; }
      put_away() { mkdir away; mv $ledger $ledger-* $ledger.* away/; }
      until_it_is_replaced() {
        n=0; until grep -q 'the ledger was replaced' log || [ $n -ge 150 ]; do healthz >none; sleep 0.2; n=$((n+1)); done
      }

      """

  /// What was under way is charged in the ledger that is there when it ends, and nothing is charged twice.
  @Test func itGoesOnWithABackup() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask one; settled 1; llmguard ledger backup backup >none; ask two; settled 2
        ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done
        put_away; ask gone; grep -o "the server's ledger cannot be used" answer; cp backup $ledger; until_it_is 200
        ask three; touch release; wait $late; cat late; ask four; stop
        grep -o 'the ledger was replaced, .*' log; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(
      outcome.output == """
        200
        200
        503
        the server's ledger cannot be used
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
        ask one; settled 1; llmguard ledger backup backup >none; ask two; settled 2; llmguard ledger restore backup; echo $?
        llmguard ledger restore backup --while-in-use >none; echo $?; until_it_is_replaced; ask three; ask four; stop
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

  /// Whoever stands in the line when the ledger is put back asked before: a moment without a ledger is no answer to that.
  @Test func whoStandsInTheLineWaitsForTheNewLedger() throws {
    defer { home.remove() }
    try served.configure("[tier.default]\nbudgets = ['100k tokens/day']\nconcurrency = 1")
    let outcome = try home.run(
      Self.start + """
        ask one; settled 1; llmguard ledger backup backup >none
        ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done
        ask two >line & line=$!; until llmguard queue list | grep -q waiting; do kill -0 $line || break; done
        put_away; sleep 1.5; cp backup $ledger; until_it_is_replaced; touch release; wait $late $line; cat late line; stop
        llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5; llmguard queue list
        """)
    #expect(
      outcome.output == "200\n200\n200\nended 0\nok\nana\t3\t99\n", "\(outcome.output) \(outcome.error)")
  }

  /// Whoever has gone stands in nobody's way: where the ledger cannot be told so at that moment, it is told later.
  @Test(arguments: ["line", "call"]) func whoLeavesWhileTheLedgerCannotBeUsedHasLeft(_ place: String) throws {
    defer { home.remove() }
    try served.configure("lock_wait = '200ms'\n[tier.default]\nbudgets = ['100k tokens/day']\nconcurrency = 1")
    let inTheLine = """
      post $address/$(cat key-ana)/openai/v1 two -m 3 >none 2>&1 & line=$!
      until llmguard queue list | grep -q waiting; do kill -0 $line || break; done
      put_away; wait $line; sleep 0.5; mv away/* ${ledger%/*}/; until_it_is 200; touch release; wait $late; cat late
      """
    let underWay = """
      flock $ledger.lock sh -c 'echo >locked; exec sleep 3' & lock=$!; while [ ! -e locked ]; do sleep 0.05; done; touch release; wait $late; cat late; wait $lock; until_it_is 200
      """
    let outcome = try home.run(
      Self.start + """
        ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done
        \(place == "line" ? inTheLine : underWay)
        post $address/$(cat key-ana)/openai/v1 three -m 30 -o none -w '%{http_code}\\n' 2>&1
        n=0; while [ -n "$(llmguard queue list)" ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done; llmguard queue list; stop
        """)
    #expect(outcome.output == "200\n200\nended 0\n", "\(outcome.output) \(outcome.error)")
  }

  /// A backup that was made while a call was under way has its hold: it is charged once.
  @Test func aBackupThatHasTheHoldIsNotChargedTwice() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done
        llmguard ledger backup backup >none; put_away; cp backup $ledger; until_it_is_replaced; touch release; wait $late; cat late
        stop; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(outcome.output == "200\nended 0\nok\nana\t1\t33\n", "\(outcome.output) \(outcome.error)")
  }

  /// Where entries are lost a person decides; the server hears of it without being started anew.
  @Test func aHeadThatIsMovedAwayIsHeeded() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        ask one; settled 1; llmguard ledger backup backup >none; cp $ledger.head head
        ask two; settled 2; n=0; while cmp -s $ledger.head head && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done
        cp $ledger.head head; put_away; cp head $ledger.head; cp backup $ledger
        n=0; until ask three >said; grep -q 'the .head file knows' log || [ $n -ge 150 ]; do sleep 0.2; n=$((n+1)); done
        cat said; grep -o 'the .head file knows' log | head -n 1
        mv $ledger.head away/; ask four; stop; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        """)
    #expect(
      outcome.output == "200\n200\n503\nthe .head file knows\n200\nended 0\nok\nana\t2\t66\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// Two who write one log by two indexes write over each other's pages: the database was damaged by the third of these runs. What
  /// was under way is settled as if nothing had happened.
  @Test(arguments: ["-shm", "-wal", "-wal -shm"]) func whatBelongsToItsLogMayBeRemoved(removed: String) throws {
    defer { home.remove() }
    let names = removed.split(separator: " ").map { "$ledger\($0)" }.joined(separator: " ")
    let outcome = try home.run(
      Self.start + """
        ask one; settled 1; ask last >late & late=$!; while [ ! -e seen ]; do sleep 0.05; done; sleep 0.2; rm \(names)
        \(removed == "-shm" ? "llmguard run -q -u ben --estimate 5 -- true" : ":"); ask two
        for n in 3 4 5; do llmguard run -q -u ben --estimate 5 -- true; ask $n; done; healthz; echo
        touch release; wait $late; cat late; stop; llmguard ledger verify; llmguard usage report --by user | cut -f 1,2,5
        grep -c 'removed while in use; the ledger was opened anew' log; grep -c 'error\\|replaced' log
        """)
    let runs = removed == "-shm" ? 4 : 3
    let calls = String(repeating: "200\n", count: 5) + "200\n200\n"
    #expect(
      outcome.output == "\(calls)ended 0\nok\nana\t6\t198\nben\t\(runs)\t\(5 * runs)\n1\n0\n",
      "\(outcome.output) \(outcome.error)")
  }
}
