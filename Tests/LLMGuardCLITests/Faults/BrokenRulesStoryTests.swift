import Testing

/// The configuration cannot be used, or is not found: what needs no rules goes on, and nothing is left that says otherwise.
@Suite struct BrokenRulesStoryTests {
  let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// Users are stopped, and the ledger is saved and looked over, when something is broken.
  @Test func whatNeedsNoRulesGoesOn() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob -m gpt-4o --estimate 9 -- true; llmguard serve key add bob >/dev/null 2>&1
      echo oops >.config/llmguard/llmguard.toml
      l() { llmguard "$@" >out 2>err; echo "$1 $2 $?, said $(grep -c "warning: the configuration cannot be used, and is not needed here: .*llmguard.toml:1:" err)"; }
      l budget pause bob; grep -c 'bob.*paused' out; l ledger backup b.sqlite3; l ledger verify; l ledger audit; grep -c 'calls paused' out
      l ledger compact; l serve key list; cut -f 2 out; l serve key remove --user bob; l budget resume bob
      l ledger restore b.sqlite3 --dry-run; l run true; grep -c error: err
      """)
    #expect(
      outcome.output == """
        budget pause 0, said 1
        1
        ledger backup 0, said 1
        ledger verify 0, said 1
        ledger audit 0, said 1
        1
        ledger compact 0, said 1
        serve key 0, said 1
        bob
        serve key 0, said 1
        budget resume 0, said 1
        ledger restore 0, said 1
        run true 125, said 0
        1

        """, "\(outcome)")
  }

  /// An index of somebody's own on a table of the ledger's: whatever fails by it names it, and what it says to do helps.
  @Test func aForeignIndexIsNamedByWhatFailsByIt() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "tier.default.budgets = ['9k tokens/day']\n")
    let outcome = try home.run(
      """
      call() { llmguard run -q -u bob -m gpt-4o --estimate 9 -- echo "$1"; }; L=$(llmguard ledger path)
      grant() { llmguard budget grant bob '5 tokens/day' >out; }; said() { grep -c "$1" err; }
      call one; grant; sqlite3 "$L" 'CREATE UNIQUE INDEX "my own" ON entry (kind)'
      call two 2>err; echo $?; grant 2>>err; echo $?
      said "^llmguard: error: cannot use the ledger '$L': index my own on entry: it is none of the ledger's, and can keep "
      said "^hint: take it away while no llmguard runs: sqlite3 $L 'DROP INDEX .my own.'; 'llmguard ledger verify' then"
      eval "$(grep -o -m 1 "sqlite3 [^;]*" err)"; llmguard ledger verify; call three
      sqlite3 "$L" "CREATE UNIQUE INDEX late ON entry (kind) WHERE kind = 'settle' AND sequence > 4"; call four 2>err
      said "the call has run, but could not be settled: cannot use the ledger '$L': index late on entry: "
      said "^hint: take it away while no llmguard runs: sqlite3 $L 'DROP INDEX .late.'; its hold stays"

      """)
    #expect(outcome.output == "one\n125\n65\n2\n2\nok\nthree\nfour\n1\n1\n", "\(outcome)")
  }

  @Test func aRunOfBrokenRulesSaysThatItStartedNothing() throws {
    defer { home.remove() }
    let outcome = try home.run("echo oops >.config/llmguard/llmguard.toml; llmguard run echo started")
    #expect(outcome.output == "", "\(outcome)")
    #expect(
      outcome.error.contains("error: the configuration cannot be used; the command was not started\n"), "\(outcome)")
  }

  /// A report of an earlier run would go on telling CI that all was well.
  @Test func theReportOfARunThatDidNotStartSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      job() { llmguard run --report junit x.xml --report json x.json "$@" 2>/dev/null; echo $?; }
      job true; grep -o 'failures="[0-9]*"' x.xml; echo oops >.config/llmguard/llmguard.toml
      job true; grep -o 'failures="[0-9]*"' x.xml; grep -o '<failure message="[^"]*"' x.xml; grep -E '"(exit_status|message)"' x.json
      echo mine >x.xml; job true; cat x.xml; job --dry-run true; grep -c 'not started' x.json; rm x.*; job --dry-run true; ls x.* 2>&1 | grep -c cannot
      """)
    #expect(
      outcome.output == """
        0
        failures="0"
        125
        failures="1"
        <failure message="it was not started: the configuration cannot be used"
          "exit_status": null,
          "message": "it was not started: the configuration cannot be used"
        125
        mine
        125
        1
        125
        1

        """, "\(outcome)")
  }

  /// So would a receipt. A command line that is wrong may name a file by mistake, too.
  @Test func theReceiptOfARunThatDidNotStartSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      job() { llmguard run --receipt r "$@" 2>/dev/null; echo $?; }; job true; cp r kept
      for slip in --bogus '--no-cache --cache only' --json; do job $slip true; llmguard run --report json:r $slip true 2>/dev/null; cmp r kept; done
      mkfifo f; timeout 60 llmguard run --report json:f --json true 2>/dev/null; echo $?
      echo oops >.config/llmguard/llmguard.toml; job --dry-run true; cmp r kept
      job true; grep -E '"(schema|program|decision|exit_status|message)"' r; llmguard run --receipt fd:3 true 3>r 2>/dev/null; grep -c failed r
      echo mine >r; job true; cat r
      """)
    #expect(
      outcome.output == """
        0
        125
        125
        125
        125
        125
        125
          "schema": 1,
          "program": "true",
          "decision": "failed",
          "message": "the configuration cannot be used",
          "exit_status": null
        1
        125
        mine

        """, "\(outcome)")
  }

  /// Without HOME nobody knows where the user's file is: it may be there, with a base and a limit.
  @Test func aConfigurationThatIsNotSoughtIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_LEDGER=$PWD/l; said() { grep -c 'HOME is not set, so no configuration of yours is read' err; }
      llmguard run true 2>err; echo $?; said; grep -c 'LLMGUARD_CONFIG to the file' err
      llmguard run -q true 2>err; said; llmguard config check 2>err; said; llmguard doctor >err; said
      touch empty; LLMGUARD_CONFIG=$PWD/empty llmguard run true 2>err; said; HOME=$PWD llmguard run true 2>err; said
      unset LLMGUARD_LEDGER; llmguard run true 2>&1 | grep -c 'or LLMGUARD_LEDGER and LLMGUARD_CONFIG to files'
      """, tellsHome: false)
    #expect(
      outcome.output == "0\n1\n1\n0\nok: there is no configuration file, and the built-in rules hold\n1\n1\n0\n0\n1\n",
      "\(outcome)")
  }
}
