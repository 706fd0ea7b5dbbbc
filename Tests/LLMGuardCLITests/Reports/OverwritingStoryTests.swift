import Posix
import Testing

/// A path that is a slip costs nobody a file: written over is what llmguard wrote there itself, and what is empty.
@Suite struct OverwritingStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// Who leaves the report's name out names the script in its place.
  @Test func aScriptInTheReportsPlaceStaysAsItIs() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      echo 'echo tests' >tests.sh; cp tests.sh kept
      for form in junit json; do llmguard run --report $form tests.sh touch called; echo $?; cmp tests.sh kept && ls called; done
      llmguard run --receipt tests.sh touch called; echo $?; cmp tests.sh kept && ls called
      llmguard submit --receipt tests.sh touch called; echo $?; cmp tests.sh kept && ls called
      llmguard usage export --output tests.sh; echo $?; cmp tests.sh kept
      llmguard usage metrics --output tests.sh; echo $?; cmp tests.sh kept; ls -A | grep tmp
      """)
    #expect(outcome.output == "125\n125\n125\n125\n73\n73\n", "\(outcome)")
    let errors = outcome.error.split(separator: "\n").filter { !$0.contains("cannot access") }
    #expect(
      errors.first
        == "llmguard: error: the report could not be written: replace 'tests.sh': it holds something that llmguard would not write there; nothing was started",
      "\(outcome)")
    #expect(
      errors.dropFirst().first
        == "hint: after junit comes the report's file, and then the command: --report junit llm.xml COMMAND; nothing but such a report is written over",
      "\(outcome)")
    #expect(outcome.error.contains("hint: give --output another path, or move that file away"), "\(outcome)")
  }

  /// A job that writes to the same names every night goes on.
  @Test func whatIsOnesOwnIsWrittenOver() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      : >r.xml
      for n in 1 2; do
        llmguard run -m gpt-4o --estimate 5 --report junit r.xml --report json:r.json --receipt r -- true || exit 3
        for form in csv jsonl; do llmguard usage export -f csv --output c.$form || exit 4; done
        for form in table json prometheus; do llmguard usage metrics -f $form --output m.$form || exit 5; done
      done
      llmguard usage metrics -f json --output m.table && llmguard usage metrics -f prometheus --output m.table || exit 6
      grep -c '^"r' m.table; grep -o 'tests="[0-9]*"' r.xml; grep -c schema r.json r; wc -l <c.csv
      """)
    #expect(outcome.output == "0\ntests=\"2\"\nr.json:1\nr:1\n3\n", "\(outcome)")
  }

  /// Whatever becomes of a run, nobody takes what an earlier one wrote for its own.
  @Test func anEarlierRecordDoesNotStandWhileTheCommandRuns() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      job() { llmguard run --report junit r.xml --report json r.json --receipt r -- "$@"; echo $?; }
      job true; grep -o 'failures="[0-9]*"' r.xml
      job sh -c 'grep -o "failures=.[0-9]*" r.xml; grep -o "<failure.*not ended" r.xml; grep -h -e exit_st -e \\"decis r r.json'
      grep -o 'failures="[0-9]*"' r.xml; grep -h exit_st r r.json
      job sh -c 'kill -9 $PPID'; grep -c 'has not ended' r.xml r.json r
      job sh -c 'rm r.xml r.json r; mkdir r.xml r.json r'; ls -A | grep tmp
      """)
    #expect(
      outcome.output == """
        0
        failures="0"
        failures="1
        <failure message="the run has not ended
          "decision": "unended",
          "exit_status": null
          "exit_status": null,
        0
        failures="0"
          "exit_status": 0
          "exit_status": 0
        137
        r.xml:1
        r.json:1
        r:1
        74

        """, "\(outcome)")
  }

  /// Of two records in one file the later one would be all that is left.
  @Test func oneFileForTwoRecordsIsAMistake() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir d; ln -s d l; ln -s r.json s
      told() { llmguard run --report json:$1 --receipt $2 -- touch called; echo $?; }
      told r.json r.json; told r.json ./d/../r.json; told l/r d/r; : >r.json; told r.json s; told s r.json; rm r.json
      told s r.json; told r.json s; ln -s ../l/r d/up; told l/up d/r
      llmguard run --report junit r --report json:./r -- touch called; echo $?
      llmguard run --report json:open --receipt fd:3 -- touch called 3>open; echo $?
      llmguard submit --report json:r --receipt r -- touch called; echo $?; ls called r* 2>none; ls d
      llmguard run -q --report json:/dev/null --receipt /dev/null -- true; echo $?
      llmguard run -q --report json:r.json --report junit d/r.json --receipt r -- true; echo $?
      llmguard run -q --report json:fd:3 --receipt fd:3 -- true 3>open; echo $?; grep -l schema open fd:3
      """)
    #expect(outcome.output == String(repeating: "125\n", count: 11) + "up\n0\n0\n0\nopen\nfd:3\n", "\(outcome)")
    #expect(
      outcome.error.hasPrefix(
        """
        llmguard: error: --receipt and --report json name one file, 'r.json'; nothing was started
        hint: give each a file of its own: of two records in one the later would be all that is left

        """), "\(outcome)")
    #expect(outcome.error.contains("--report junit and --report json name one file, './r'; "), "\(outcome)")
  }

  /// What the command itself puts there during the run is no report of llmguard's either.
  @Test func whatTheCommandWritesThereStays() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard run --report junit r.xml --receipt r -- sh -c 'echo mine >r.xml; echo mine >r'; echo $?; cat r.xml r")
    // Who asked for a record goes by it.
    #expect(outcome.output == "74\nmine\nmine\n", "\(outcome)")
    #expect(
      outcome.error.contains("replace 'r.xml': it holds something that llmguard would not write there"), "\(outcome)")
  }

  /// Nor does it while a run waits for its turn: one that is killed there has started nothing.
  @Test func anEarlierRecordDoesNotStandWhileARunWaits() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1M tokens/day']\nconcurrency = 1\n")
    let outcome = try home.run(
      """
      mkfifo go; records='--report junit r.xml --report json r.json --receipt r'
      llmguard run -q $records -- true; echo $?
      llmguard run -q -m gpt-4o --max-tokens 5 -- cat go & holder=$!
      until llmguard queue list | grep -q running; do sleep 0.02; done
      # Of a command line that is wrong nothing is believed.
      llmguard run -q -m gpt-4o --max-tokens 5 $records --unix-sockets -- echo no; echo $?; grep -c 'has not ended' r.xml
      llmguard run -q -m gpt-4o --max-tokens 5 --wait 100s $records -- echo no & waiter=$!
      until llmguard queue list | grep -q waiting; do sleep 0.02; done
      kill -KILL $waiter; wait $waiter; echo $?; grep -c 'has not ended' r.xml r.json r; echo >go; wait $holder; echo $?
      """)
    #expect(outcome.output == "0\n125\n0\n137\nr.xml:1\nr.json:1\nr:1\n\n0\n", "\(outcome)")
  }

  /// One that a signal ends there says so, where nothing was said before, too.
  @Test func aRunThatIsEndedWhileItWaitsSaysThatItWasNotStarted() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1M tokens/day']\nconcurrency = 1\n")
    let outcome = try home.run(
      """
      mkfifo go
      llmguard run -q -m gpt-4o --max-tokens 5 -- cat go & holder=$!
      until llmguard queue list | grep -q running; do sleep 0.02; done
      for signal in TERM HUP; do
        rm -f r.xml r.json r
        llmguard run -q -m gpt-4o --max-tokens 5 --wait 100s --report junit r.xml --report json r.json --receipt r -- touch no &
        waiter=$!
        until llmguard queue list | grep -q waiting; do sleep 0.02; done
        kill -$signal $waiter; wait $waiter; echo $?; llmguard queue list | grep -c waiting; ls no
        grep -c 'not started: a signal ended its wait for its turn' r.xml r.json
        grep -e decision -e message -e exit_status r; grep -o 'failures="[0-9]*"' r.xml; grep -c '"run": "[0-9a-f]' r r.json
      done
      echo >go; wait $holder; echo $?; llmguard usage list | wc -l
      """)
    func told(_ status: String) -> String {
      """
      \(status)
      0
      r.xml:1
      r.json:1
        "decision": "failed",
        "message": "a signal ended its wait for its turn; the command was not started",
        "exit_status": null
      failures="1"
      r:1
      r.json:1

      """
    }
    #expect(outcome.output == told("143") + told("129") + "\n0\n1\n", "\(outcome)")
  }

  /// The same of one that waits for another that asks the same.
  @Test func aRunThatIsEndedWhileItWaitsForTheSameCallSaysSo() throws {
    defer { home.remove() }
    try home.write("bin/llm", "#!/bin/sh\ntouch begun; cat go\n")
    let outcome = try home.run(
      """
      chmod +x bin/llm; mkfifo go
      llmguard run -q -- llm -m gpt-4o 'Explain the tides' & first=$!
      until [ -e begun ]; do sleep 0.02; done; rm begun
      llmguard run -q --report junit r.xml --receipt r -- llm -m gpt-4o 'Explain the tides' & second=$!
      # It waits for SIGTERM, too.
      until [ $((0x$(awk '$1 == "SigBlk:" { print $2 }' /proc/$second/status) & 0x4000)) != 0 ]; do sleep 0.02; done
      kill $second; wait $second; echo $?; ls begun; grep -c 'not started: a signal ended its wait for the same call' r.xml
      grep -e decision -e message r; echo high tide >go; wait $first; echo $?
      llmguard run -q -- llm -m gpt-4o 'Explain the tides'; llmguard usage list | cut -f 5
      """, limitSeconds: 60)
    #expect(
      outcome.output == """
        143
        1
          "decision": "failed",
          "message": "a signal ended its wait for the same call; the command was not started",
        high tide
        0
        high tide
        cached
        complete

        """, "\(outcome)")
  }

  /// Nor is a record its own that another run writes there while it waits.
  @Test func aRecordOfTheRunBeforeItIsNotItsOwn() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1M tokens/day']\nconcurrency = 1\n")
    let outcome = try home.run(
      """
      mkfifo go; records='--report junit r.xml --report json r.json --receipt r'
      llmguard run -q -m gpt-4o --max-tokens 5 $records -- cat go & first=$!
      until llmguard queue list | grep -q running; do sleep 0.02; done
      llmguard run -q -m gpt-4o --max-tokens 5 --wait 100s $records -- sh -c 'touch begun; exec sleep 30' & second=$!
      until llmguard queue list | grep -q waiting; do sleep 0.02; done
      echo >go; wait $first; echo $?; until [ -e begun ]; do sleep 0.02; done
      kill $second; kill -KILL $second; wait $second; grep -c 'has not ended' r.xml r.json r
      """)
    #expect(outcome.output.hasSuffix("\n0\nr.xml:1\nr.json:1\nr:1\n"), "\(outcome)")
  }
}
