import Posix
import Testing

/// What a run says of itself at its end, and whom it tells of what happened.
@Suite struct RunReportStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  @Test func aRunSaysWhatItTook() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --summary --estimate 50 -m gpt-4o -- sh -c 'echo hello; exit 3'; echo $?
      llmguard run --report json:report.json --estimate 50 -m gpt-4o -- echo hi; grep -E '"(calls|exit_status|program)"' report.json
      llmguard run --report junit:report.xml --op '<x>&"' --estimate 50 -m gpt-4o -- sh -c 'echo hello; exit 3'
      grep -cE '<testcase|<failure' report.xml; grep -o 'failures="[0-9]*"' report.xml; grep -o 'classname="&lt;x[^ ]*' report.xml
      llmguard run --summary --report junit:refused.xml --estimate 2000000 -- true; echo $?; grep -c 'it was not started' refused.xml
      llmguard run --report junit:/nowhere/x.xml --estimate 5 -m gpt-4o -- true; echo $?
      llmguard run --report nothing -- true; echo $?
      """)
    #expect(
      outcome.output == """
        hello
        3
        hi
          "calls": 1,
          "program": "echo",
          "exit_status": 0
        hello
        2
        failures="2"
        classname="&lt;x&gt;&amp;&quot;"
        75
        1
        125
        125

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("llmguard: this run: 1 call, ~"))
    #expect(
      outcome.error.contains("llmguard: this run: 0 calls, 0 tokens in and 0 out, 0 charged, $0.00; 1 call refused"))
    #expect(
      outcome.error.contains(
        "the report could not be written: open '/nowhere/x.xml': no such file or directory; nothing was started"))
  }

  @Test func theReportOfACommandThatIsNotThereSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --report junit r.xml --report json r.json nosuchprogram; echo $?
      grep -o '<failure message="[^"]*"' r.xml; grep -E '"(exit_status|message)"' r.json
      """)
    #expect(
      outcome.output == """
        127
        <failure message="it was not started: no such file or directory"
          "exit_status": 127,
          "message": "it was not started: no such file or directory"

        """, "\(outcome)")
  }

  @Test func aReportIsWrittenInEachForm() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --report json:r.json --report junit:r.xml --estimate 50 -m gpt-4o -- true; echo $?
      grep -c '"calls": 1' r.json; grep -c '<testcase' r.xml
      llmguard run --report json:a --report json:b -- true; echo $?; ls a b 2>&1 | grep -c cannot

      """)
    #expect(outcome.output == "0\n1\n2\n125\n2\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("--report json is given twice"))
  }

  private func configure(_ command: String, _ more: String = "") throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ["100 tokens/day"]
      [tier.default.ladder]
      delay = "0"
      [notify]
      command = \(command)
      \(more)

      """)
  }

  @Test func eachThingIsToldOnce() throws {
    defer { home.remove() }
    // Each event is a file of its own, there when it is whole.
    try configure(
      "['/bin/sh', '-c', 'tr -d \"\\n\" > \"$HOME/new.$$\" && mv \"$HOME/new.$$\" \"$HOME/told-$$\"', 'x; touch hacked']"
    )
    let outcome = try home.run(
      """
      waitfor() { n=0; until [ "$(cat told-* 2>/dev/null | grep -o "$1" | wc -l)" -ge "$2" ]; do
        sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || { echo "no $1"; exit 9; }; done; }
      call() { llmguard run -q --user "$1" --op '$(touch hacked)' -m gpt-4o --estimate "$2" -- echo 'one two three' >/dev/null 2>&1; }
      call ana 55; waitfor '"level_percent": *50' 1
      call ana 28; waitfor '"phase": *"warn"' 1; waitfor '"level_percent": *80' 1; call ana 2
      call ana 500; waitfor '"event": *"refusal"' 1; call ana 500; call ana 500
      call ben 52; waitfor '"level_percent": *50' 2
      cat told-* | grep -o '"event": *"[a-z_]*"' | sort | uniq -c | sed 's/  *//'; ls hacked 2>/dev/null
      llmguard ledger verify >/dev/null && echo sound
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("1 \"event\": \"refusal\""), "\(outcome)")
    #expect(outcome.output.contains("1 \"event\": \"phase\""), "\(outcome)")
    #expect(outcome.output.contains("3 \"event\": \"budget\""), "\(outcome)")
    #expect(outcome.output.hasSuffix("sound\n"), "\(outcome)")
  }

  @Test func aCommandThatHangsOrFailsDelaysNothingAndIsRecorded() throws {
    defer { home.remove() }
    try configure("['/bin/sh', '-c', 'sleep 600']", "timeout = '200ms'\nevents = ['budget']")
    let outcome = try home.run(
      """
      llmguard run -q -m gpt-4o --estimate 60 -- echo hi || exit 8
      n=0; until llmguard ledger audit 2>/dev/null | grep -q 'took longer'; do sleep 0.1; n=$((n+1)); [ $n -lt 300 ] || exit 9; done
      echo recorded
      """)
    #expect(outcome.output == "hi\nrecorded\n", "\(outcome)")
  }

  /// What was told of a broken ledger cannot be looked up in it: it is told once an hour, and each time by whom it stopped.
  @Test func aLedgerThatCannotBeUsedIsToldOnceAnHour() throws {
    defer { home.remove() }
    try configure(
      "['/bin/sh', '-c', 'tr -d \"\\n\" > \"$HOME/new.$$\" && mv \"$HOME/new.$$\" \"$HOME/told-$$\"']")
    let outcome = try home.run(
      """
      told() { n=0; until [ "$(ls told-* 2>/dev/null | wc -l)" -ge "$1" ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || exit 9; done; }
      llmguard run -q -m gpt-4o --estimate 5 -- touch called && llmguard ledger verify; state=.local/state/llmguard
      rm called $state/*; echo 'no ledger at all' > $state/ledger.sqlite3; hour=$(date +%H)
      for i in 1 2 3; do llmguard run -q -m gpt-4o --estimate 5 -- touch called 2>/dev/null; echo $?; done
      told 1; rm $state/llmguard-trouble-*
      llmguard run -q --fail-open -m gpt-4o --estimate 5 -- touch called 2>/dev/null; echo $?
      told 2; { [ "$(ls told-* | wc -l)" = 2 ] || [ "$(date +%H)" != "$hour" ]; } && echo once
      cat told-* | grep -o '"event": *"[a-z]*"' | sort -u; cat told-* | grep -o 'is not an llmguard ledger' | sort -u; ls called
      """)
    #expect(
      outcome.output == """
        ok
        125
        125
        125
        0
        once
        "event": "ledger"
        is not an llmguard ledger
        called

        """, "\(outcome)")
  }

  @Test func aMissingCommandIsNotTheCallsBusiness() throws {
    defer { home.remove() }
    try configure("['/no/such/command']")
    let outcome = try home.run("llmguard run -q -m gpt-4o --estimate 60 -- echo hi; echo $?")
    #expect(outcome.output == "hi\n0\n", "\(outcome)")
    #expect(outcome.error.isEmpty, "\(outcome)")
    // A quiet run leaves it to the next one.
    let next = try home.run("llmguard run -m gpt-4o --estimate 1 -- true; llmguard run -m gpt-4o --estimate 1 -- true")
    #expect(next.error.ranges(of: "an event could not be told at 2").count == 1, "\(next)")
  }

  @Test(arguments: [
    ("command = ['']", "the command has no name"), ("command = 'x'", "an array of strings"),
    ("events = ['budgett']", "did you mean 'budget'"), ("timeout = 'soon'", "is not a duration"),
  ])
  func mistakesAreNamed(line: String, message: String) throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[notify]\n\(line)\n")
    let outcome = try home.run("llmguard config check")
    #expect(outcome.status != 0)
    #expect((outcome.output + outcome.error).contains(message), "\(outcome)")
  }

  /// A share that cannot be held starts nothing, and CI finds that in the report, where an earlier one told that all was well.
  @Test func aRunThatDoesNotFitSaysSoInItsReports() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget set bob '100 calls/day' >/dev/null 2>&1; echo true >job; job() { llmguard run -u bob --report junit x.xml "$@"; echo $?; }
      job sh job; grep -o 'failures="[0-9]*"' x.xml; llmguard budget pause bob >/dev/null
      job --require-fit --summary --report json x.json --receipt r sh job 2>err
      grep -o 'failures="[0-9]*"' x.xml; grep -c 'it was not started: what its runs need' x.xml; grep -c 'this run: 0 calls' err
      grep -E '"(exit_status|decision)"' r; grep -E '"exit_status"|"message"' x.json
      job --require-fit --receipt r2 -m gpt-4o -n 5 -- true 2>err; grep -c '"decision": "refused"' r2
      """)
    #expect(
      outcome.output == """
        0
        failures="0"
        75
        failures="1"
        1
        1
          "decision": "refused",
          "exit_status": null
          "exit_status": null,
          "message": "it was not started: what its runs need (--require-fit) is not left of the budgets"
        75
        1

        """, "\(outcome)")
  }
}
