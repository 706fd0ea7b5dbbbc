import Posix
import Testing

/// Estimates and forecasts, on the command line.
extension StoryTests {
  @Test func anEstimateSaysWhetherACallFits() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\n")
    try File.replace(home + "/prompt", with: Array("one two three".utf8))
    let outcome = try run(
      """
      llmguard estimate -n 500 -- echo hi | tail -1; llmguard estimate -n 1100 -- echo hi | tail -1
      llmguard estimate --no-degrade -n 1100 -- echo hi >/dev/null; echo $?
      llmguard estimate --file prompt -m gpt-4o -n 950 --json | grep -E 'fits|phase|"model"|input_tokens'
      llmguard estimate --file prompt -n 5000 --no-degrade --json | grep fits
      """)
    #expect(
      outcome.output.hasPrefix("fits       yes\nfits       degraded\n75\n"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.contains("\"fits\": true"))
    #expect(outcome.output.contains("\"fits\": false"))
    #expect(try run("llmguard usage report").output == "", "nothing was recorded")
    #expect(try run("llmguard estimate").status == 64)
    #expect(try run("llmguard estimate --file prompt -- echo").status == 64)
    #expect(try run("llmguard estimate --file /none").status == 66)
  }

  /// What is not counted is told: nobody takes the figures for more than they are.
  @Test func anEstimateTellsWhatItDoesNotCount() throws {
    defer { try? Folder.removeTree(home) }
    let line = "curl -s https://api.openai.com/v1/chat/completions -d"
    let outcome = try run(
      """
      mkfifo fifo; echo '{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}' >body
      told() { llmguard estimate "$@" >shown; echo "$? $(grep -c '^fits' shown)"; }
      told -- \(line) @missing; told -- \(line) @fifo; told -- \(line) @body
      told -- \(line) @body --next \(line.dropFirst(8)) @body; told -- \(line) @body -:s \(line.dropFirst(8)) @body
      # Four MiB and a little.
      yes 'one two three four five six seven' | head -c 4200000 >big; wc -c <big
      cat big | told -m gpt-4o --prompt-from stdin -- cat; told -m gpt-4o --prompt-from stdin -- cat <big
      # Four MiB, and nothing behind them.
      (head -c 4194304 big; sleep 0.05) | told -m gpt-4o --prompt-from stdin -- cat
      told -m gpt-4o --file big; echo hi | told -m gpt-4o --prompt-from stdin -- cat
      llmguard run -q -m gpt-4o -- cat missing
      """)
    #expect(
      outcome.output == "0 1\n0 1\n0 1\n0 1\n0 1\n4200000\n0 1\n0 1\n0 1\n0 1\n0 1\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n").filter { !$0.hasPrefix("cat:") }
    let two = [
      "llmguard: this command line makes 2 transfers (--next), and is estimated as one call",
      "hint: estimate each of them by itself, without --next",
    ]
    #expect(
      lines.map(String.init) == [
        "llmguard: warning: 'missing' is not counted: it cannot be read: no such file or directory",
        "hint: what it would hold comes on top of these figures",
        "llmguard: warning: 'fifo' is not counted: what it holds is the command's alone",
        "hint: what it would hold comes on top of these figures",
      ] + two + two + [
        "llmguard: of standard input 4,194,304 bytes were counted, as far as a run looks ahead; what follows is not",
        "hint: a file is counted to its end: < FILE, or --file FILE",
      ], "\(outcome)")
  }

  @Test func aForecastRestsOnTheRunsOfAScript() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['4000 tokens/day']\n")
    try File.replace(home + "/bin/nightly.sh", with: Array("#!/bin/sh\necho done\n".utf8), permissions: 0o700)
    let early = try run("llmguard forecast nightly.sh; llmguard forecast nightly.sh --check; echo $?")
    #expect(early.output.contains("not enough history: 0 runs, 9 are needed"), "\(early.error)")
    #expect(early.output.hasSuffix("0\n"))
    #expect(early.error.contains("not enough history to tell"))
    let outcome = try run(
      """
      for i in 1 2 3 4 5 6 7 8 9; do llmguard run --op job --estimate 200 -q -- nightly.sh $i > /dev/null; done
      llmguard forecast ./nightly.sh; llmguard forecast nightly.sh --check; echo "check $?"
      llmguard forecast nightly.sh --json | grep -E '"(p90|runs|more_calls_about|fits)"'
      llmguard run --estimate 2000 -q -- echo big >/dev/null; llmguard forecast nightly.sh --check > /dev/null; echo "then $?"
      """)
    #expect(outcome.output.contains("runs       9 of nightly.sh by"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.contains("check 0"))
    #expect(outcome.output.contains("next run   200 tokens"))
    #expect(outcome.output.hasSuffix("then 75\n"))
    #expect(outcome.output.contains("\"runs\": 9"))
    #expect(outcome.output.contains("operation  job: "))
    #expect(try run("llmguard forecast --check").status == 64)
    #expect(try run("llmguard forecast --since later").status == 64)
  }

  /// A run that the cache answered is a run; of what one takes that has to ask it tells nothing.
  @Test func runsFromTheCacheAreRuns() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['4000 tokens/day']\n")
    try File.replace(home + "/bin/ask.sh", with: Array("#!/bin/sh\necho done\n".utf8), permissions: 0o700)
    let outcome = try run(
      """
      for i in 1 2 3; do llmguard run -q --prompt-from args --cache auto -m m -n 20 -- ask.sh 'name a colour' >none; done
      llmguard forecast ask.sh | head -2; llmguard forecast ask.sh --json | grep -E '"(runs|cached_runs)"' | tr -d ' \\n'
      echo; llmguard forecast --operation default | head -1
      """)
    let user = try run("id -un").output.dropLast()
    #expect(
      outcome.output == """
        runs      3 of ask.sh by \(user), 2 of them answered from the cache, and not counted
        next run  not enough history: 1 run that went out, 9 are needed
        "runs":3,"cached_runs":2,
        runs      3 of operation default by \(user), 2 of them answered from the cache, and not counted

        """, "\(outcome)")
  }

  /// One run is no others.
  @Test func whatWasRefusedIsCountedInWords() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { max_tokens = 10, delay = '1ms' }\n")
    try File.replace(home + "/bin/nightly.sh", with: Array("#!/bin/sh\n".utf8), permissions: 0o700)
    let outcome = try run(
      """
      llmguard run -q -n 1010 -- nightly.sh
      for i in 1 2; do llmguard run -q --estimate 5000 -- nightly.sh 2>none; llmguard forecast nightly.sh | head -1; done
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 2, "\(outcome)")
    #expect(lines[0].hasSuffix(", 1 of them refused or degraded in part, 1 other wholly refused, and not counted"))
    #expect(lines[1].hasSuffix(", 1 of them refused or degraded in part, 2 others wholly refused, and not counted"))
  }

  /// A rehearsal says whether the run would be started, as the run itself does, and holds nothing.
  @Test func aRehearsalSaysWhetherTheRunFits() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['4000 tokens/day']\n")
    try File.replace(home + "/bin/nightly.sh", with: Array("#!/bin/sh\n".utf8), permissions: 0o700)
    let outcome = try run(
      """
      told() { llmguard run --require-fit --dry-run "$@" -- nightly.sh >dry; echo "status $?"; grep -o 'run fits.*' dry | tr -s ' \\t' ' '; }
      told --estimate 300
      for i in 1 2 3 4 5 6 7 8 9 10; do llmguard run -q --estimate 300 -- nightly.sh $i; done
      told --estimate 300; told
      llmguard run --require-fit --dry-run --json -- nightly.sh | grep -c '"run_fits": true'
      llmguard budget show --json | grep -m1 -o '"held": [0-9]*'
      llmguard run -q --estimate 900 -- true; told; llmguard run --require-fit --estimate 300 -- nightly.sh 2>/dev/null; echo "status $?"
      llmguard run --require-fit --dry-run --json -- nightly.sh | grep -c '"run_fits": false'
      llmguard run --dry-run --json -- nightly.sh | grep -c run_fits
      """)
    let yes = "run fits yes: what nine of ten runs need would be held (300)"
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 13, "\(outcome)")
    #expect(lines[0] == "status 0" && lines[1].hasPrefix("run fits nobody can tell: not enough history"), "\(lines)")
    #expect(Array(lines[2...7]) == ["status 0", yes, "status 0", yes, "1", #""held": 0"#], "\(lines)")
    #expect(
      lines[8] == "status 75"
        && lines[9].hasPrefix(
          "run fits no: nine of ten runs of nightly.sh have up to 300 used and held at once, and the daily"),
      "\(lines)")
    #expect(Array(lines[10...]) == ["status 75", "1", "0"], "\(lines)")
  }

  /// No history is needed to see that nothing fits; of a budget of one operation nobody knows whether the script calls that.
  @Test(arguments: [
    (
      "['100 tokens/day']", "",
      "fits      no: nothing is left of the daily token budget before calls are degraded\n75\n75\n"
    ),
    ("['1M tokens/day']", "[operation.x]\nbudgets = ['100 tokens/day']\n", "fits      nobody can tell yet\n0\n0\n"),
  ])
  func whatIsUsedUpFitsNothing(budgets: String, more: String, told: String) throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = \(budgets)\n\(more)")
    let outcome = try run(
      """
      llmguard run -q --op x --estimate 100 -- true; llmguard forecast job.sh | grep ^fits
      llmguard forecast job.sh --check >/dev/null; echo $?
      llmguard run --require-fit true; echo $?; llmguard forecast --operation x --check >/dev/null; echo $?
      llmguard forecast --json | grep -c '"fits": false'
      """)
    #expect(outcome.output == told + "75\n0\n", "\(outcome)")
  }

  /// What is said to fit goes out as it is asked for, and what is said not to does not: by what a call holds, not by what it uses
  /// alone.
  @Test func aCallThatIsSaidToFitGoesOut() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder.delay = '0s'\n")
    let outcome = try run(
      """
      call() { llmguard run -q --no-gateway --no-cache --no-degrade --op chat -m m -n 300 -- echo "$1" > /dev/null 2>&1; }
      for i in 1 2 3 4 5 6 7 8 9 10; do call $i; done; llmguard run -q --op other --estimate 550 -- true
      n=0; while [ $n -lt 99 ] && llmguard forecast | grep -q 'chat: [1-9]'; do n=$((n+1)); call x || echo refused too early; done
      llmguard forecast | grep -o 'chat: [0-9]* more calls'; call y; echo $?
      llmguard forecast --json | grep -c '"hold": {'
      """)
    #expect(outcome.output == "chat: 0 more calls\n75\n1\n", "\(outcome)")
  }

  /// Of calls that hold much more than they use, some go out as they are asked for and more degraded, as many as is told of both.
  @Test func bothFiguresAreWhatHappens() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder.delay = '0s'\n")
    let outcome = try run(
      """
      call() { llmguard run -q --no-gateway --no-cache "$@" --op chat -m m -n 150 -- echo x > /dev/null 2>&1; }
      for i in 1 2 3 4 5 6 7 8 9 10; do call; done; llmguard run -q --op other --estimate 750 -- true
      llmguard forecast --json | jq -r '.operations[] | select(.operation == "chat") | "\\(.more_calls_about) \\(.more_calls_degraded)"' > told
      llmguard forecast | grep -c 'chat: [1-9][0-9]* more calls\\{0,1\\} as asked, then about [1-9][0-9]* degraded ones'
      n=0; while [ $n -lt 99 ] && call --no-degrade; do n=$((n+1)); done
      m=0; while [ $m -lt 99 ] && call; do m=$((m+1)); done
      echo "$n $m" | diff - told && echo true
      """)
    #expect(outcome.output == "1\ntrue\n", "\(outcome)")
  }

  /// Between the limit and the hard limit calls go out degraded, and so many do as is said; a pause is called one.
  @Test func whatGoesOutBeyondTheLimitIsTold() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder.delay = '0s'\n")
    let outcome = try run(
      """
      call() { llmguard run -q --no-gateway --no-cache --op chat -m m -n 20 -- echo "$1" > /dev/null 2>&1; }
      for i in 1 2 3 4 5 6 7 8 9 10; do call $i; done; llmguard run -q --op other --estimate 1090 -- true
      llmguard run -q --op other --estimate 25 -- true
      told=$(llmguard forecast | grep -o 'chat: 0 more calls as asked, then about [0-9]* degraded' | tr -dc 0-9 | sed s/^0//)
      llmguard forecast --json | jq ".operations[] | select(.operation == \\"chat\\").more_calls_degraded == $told"
      n=0; while call x; do n=$((n+1)); done; [ "$n" = "$told" ]; echo "$? ${told:+told}"
      llmguard forecast | grep -o 'chat: 0 more calls, though smaller or degraded ones may go out'
      llmguard budget pause "$(id -un)" --reason loop > /dev/null; llmguard forecast x.sh
      llmguard run --require-fit true; echo "$?"
      """)
    #expect(
      outcome.output.hasPrefix("true\n0 told\nchat: 0 more calls, though smaller or degraded ones may go out\n"),
      "\(outcome)")
    #expect(
      outcome.output.contains("budget    none: all calls are paused\n") && !outcome.output.contains("359d")
        && outcome.output.contains("fits      no: all calls of ") && outcome.output.hasSuffix("\n75\n"), "\(outcome)")
    #expect(outcome.error.hasPrefix("llmguard: refused: the calls of "), "\(outcome)")
  }

  /// A remedy is run as it is told: it must look at the history that the refusal rests on.
  @Test(arguments: [
    ("", "-u nina", "llmguard --config rules.toml forecast -u nina nightly.sh"),
    ("LLMGUARD_USER='nina b'", "", "llmguard --config rules.toml forecast -u 'nina b' nightly.sh"),
    ("", "", "llmguard --config rules.toml forecast nightly.sh"),
    ("LLMGUARD_USER=ben", "-u \"$(id -un)\"", "llmguard --config rules.toml forecast -u USER nightly.sh"),
  ])
  func aRunThatDoesNotFitNamesItsOwnForecast(before: String, option: String, line: String) throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(home + "/rules.toml", with: Array("[tier.default]\nbudgets = ['4000 tokens/day']\n".utf8))
    try File.replace(home + "/bin/nightly.sh", with: Array("#!/bin/sh\n".utf8), permissions: 0o700)
    let outcome = try run(
      """
      run() { \(before) llmguard --config rules.toml run \(option) "$@" > /dev/null; }
      for i in 1 2 3 4 5 6 7 8 9 10; do run -q --estimate 300 -- nightly.sh $i; done
      run -q --estimate 900 -- true; run --require-fit --estimate 300 -- nightly.sh; echo $?
      grep . err-* | grep -o "llmguard --config.*nightly.sh" | sed "s/-u $(id -un) /-u USER /"
      eval "$(grep . err-* | grep -o "llmguard --config.*nightly.sh")" | grep -o 'runs *10'
      """)
    #expect(outcome.output == "75\n\(line)\nruns       10\n", "\(outcome)")
  }

  /// A new script is not refused for what others took that the same interpreter ran, nor is a line without a script.
  @Test func scriptsOfOneInterpreterHaveAHistoryEach() throws {
    defer { try? Folder.removeTree(home) }
    try configure(
      "[tier.default]\nbudgets = ['4000 tokens/day']\n[[rule]]\nscript = '*/small.sh'\noperation = 'little'\n")
    for name in ["big.sh", "small.sh"] { try File.replace(home + "/" + name, with: Array("true\n".utf8)) }
    let outcome = try run(
      """
      run() { llmguard run "$@" > /dev/null; }
      for i in 1 2 3 4 5 6 7 8 9 10; do run -q --estimate 300 -- env A=1 bash -eu big.sh $i; done
      run -q --estimate 900 -- true
      run -q --require-fit --estimate 10 -- bash small.sh; echo $?
      run -q --require-fit --estimate 10 -- bash -c true; echo $?
      run --require-fit -q --estimate 300 -- sh big.sh 2>/dev/null; echo $?
      llmguard forecast ./big.sh | grep -o 'runs *10'; llmguard forecast nowhere/big.sh 2>&1 >/dev/null | grep -c 'not there'
      llmguard usage list --json | jq -r '.calls[] | .program + " " + .operation' | sort | uniq -c | tr -s ' '
      """)
    #expect(
      outcome.output == """
        0
        0
        75
        runs       10
        1
         1 bash default
         10 big.sh default
         1 small.sh little
         1 true default

        """, "\(outcome)")
  }
}
