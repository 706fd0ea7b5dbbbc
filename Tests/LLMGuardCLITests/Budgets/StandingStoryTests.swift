import Testing

/// What is said of budgets says one thing by one word: used is what was settled. What is held is called so, and what a call
/// would come to stands for itself.
@Suite struct StandingStoryTests {
  let home: ProgramHome

  init() throws { home = try ProgramHome() }

  private func configure(_ text: String) throws { try home.write(".config/llmguard/llmguard.toml", text) }

  private static let tier = """
    [tier.default]
    budgets = ['1000 tokens/day']
    ladder = { models = { a = 'b' }, max_tokens = 10, delay = '0s' }

    """

  @Test func theWordsSayWhatIsUsedAndWhatTheCallComesTo() throws {
    defer { home.remove() }
    try configure(Self.tier)
    let outcome = try home.run(
      """
      call() { llmguard run -m a "$@" -- true; }
      call --estimate 700; call --estimate 120; call -n 2000; call --no-degrade --estimate 300
      """)
    let lines = outcome.error.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("hint:") }
    #expect(lines.count == 3, "\(outcome.error)")
    #expect(
      lines[0].hasPrefix(
        "llmguard: warning: daily token budget: 700 of 1,000 used (70 %), with this call up to 820 (82 %), resets in "))
    #expect(
      lines[1].hasPrefix(
        "llmguard: degraded: model a → b, max tokens 2000 → 10; daily token budget: 820 of 1,000 used (82 %), with this call "
          + "as asked up to 2,8"), "\(lines[1])")
    #expect(lines[1].contains(" (282 %), resets in "), "\(lines[1])")
    #expect(lines[2].contains(" used (82 %), with this call up to 1,12"), "\(lines[2])")
    #expect(lines[2].contains(" %), and --no-degrade does not accept a cheaper call, opens in "), "\(lines[2])")
    // A mail of cron's is read at another time.
    #expect(lines[2].contains(" (at 20") && lines[2].hasSuffix(" 00:00)"), "\(lines[2])")
    #expect(
      outcome.error.contains(
        "\nhint: try again then, leave out --no-degrade, or top up: llmguard budget grant ")
        && outcome.error.hasSuffix(" '500 tokens/day' --reason TEXT\n"), "\(outcome.error)")
  }

  /// A call that only its model makes cheaper takes as many tokens: that is said, where tokens are what is short; a weight of the
  /// cheaper model makes them count for less.
  @Test func whatSavesNoTokensSaysSo() throws {
    defer { home.remove() }
    let prices = "price = { input = 1, output = 1 }\n"
    let models = "[model.a]\n" + prices.replacing("1", with: "2") + "[model.b]\n" + prices
    let ladder = "ladder = { models = { a = 'b' }, max_tokens = 5000, delay = '0s' }\n"
    for (budget, more, words) in [
      ("1000 tokens/day", models, " (costs less, takes no fewer tokens)"),
      ("1000 tokens/day", "", " (takes no fewer tokens)"),
      ("1000 tokens/day", models + "weight = 0.5\n", ""), ("$0.002/day", models, ""),
    ] {
      try configure("[tier.default]\nbudgets = ['\(budget)']\n" + ladder + more)
      let outcome = try home.run(
        """
        rm -rf .local; call() { llmguard run -m a -n 1000 --estimate 1100 "$@" -- sh -c 'echo {model}'; }
        call --dry-run | grep degraded; call --receipt r.json
        sed -n 's/.*"\\(asked_[a-z_]*\\)": \\([a-z0-9]*\\),*/\\1 \\2/p' r.json
        """)
      #expect(outcome.error.hasPrefix("llmguard: degraded: model a → b\(words); daily "), "\(budget) \(outcome)")
      #expect(outcome.output.contains("model a → b\(words); daily "), "\(budget) \(outcome)")
      #expect(
        outcome.output.hasSuffix(
          "asked_charge_tokens 1100\nasked_cost_micro_usd \(more.isEmpty ? "null" : "2200")\n"), "\(outcome)")
    }
  }

  @Test func aRefusalIsExactAndSaysWhatIsHeld() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard run -q -m a --estimate 1094 -- true
      mkfifo go; llmguard run -q -m a --estimate 50 -- cat go & n=0
      until llmguard budget show --json | grep -q '"held": 50'; do sleep 0.05; n=$((n+1)); [ $n -lt 1200 ] || exit 9; done
      llmguard run -m a --estimate 129 -- true
      llmguard run --dry-run ./job.sh | grep budget; echo > go; wait
      """)
    #expect(
      outcome.error.hasPrefix(
        "llmguard: refused: daily token budget of ")
        && outcome.error.contains(
          ": 1,094 of 1,000 used (109 %), 50 held for calls under way, this call needs 129, 56 are left up to the hard limit of 1,200, opens in "
        ),
      "\(outcome)")
    #expect(
      outcome.output.contains(
        "1k tokens/day (tier default): 1,094 of 1,000 used (109 %), 50 held for calls under way, resets in"),
      "\(outcome)")
  }

  /// What calls under way hold is free when they end: nobody has to wait for the window, or to top up.
  @Test func aRefusalByHoldsAloneSaysSo() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\n")
    let outcome = try home.run(
      """
      mkfifo go; llmguard run -q -m a --estimate 1150 -- cat go & n=0
      until llmguard budget show --json | grep -q '"held": 1150'; do sleep 0.05; n=$((n+1)); [ $n -lt 1200 ] || exit 9; done
      llmguard run -m a --estimate 129 -- true; echo $?
      llmguard run --dry-run -m a --estimate 129 --json -- true | grep -E '"(opens_at|waits_for)'
      llmguard estimate -m a -n 100 -- echo | grep ^refused
      llmguard run -m a --no-degrade --estimate 1 -- true; echo > go; wait; llmguard run -m a --estimate 10 -- true; echo $?
      """)
    let said = outcome.error.split(separator: "\n").map(String.init)
    #expect(said.count >= 2, "\(outcome)")
    #expect(
      said[0].hasSuffix(
        ": 0 of 1,000 used (0 %), 1,150 held for calls under way, this call needs 129, 50 are left up to the hard limit of 1,200, "
          + "may open when calls under way end"),
      "\(outcome)")
    #expect(
      said[1]
        == "hint: try again in about 5 s, when calls under way may have ended: what they held and did not take is free then, which may be nothing",
      "\(outcome)")
    #expect(outcome.output.contains("\"opens_at_unix_ms\": null,\n  \"waits_for_calls\": true"), "\(outcome)")
    #expect(outcome.output.contains("may open when calls under way end\n"), "\(outcome)")
    #expect(outcome.output.hasPrefix("75\n"), "\(outcome)")
  }

  /// So is what is held where a cheaper call is not accepted.
  @Test func aRefusalForWantOfACheaperCallSaysSo() throws {
    defer { home.remove() }
    try configure(Self.tier)
    let outcome = try home.run(
      """
      mkfifo go; llmguard run -q -m a --estimate 950 -- cat go > /dev/null & n=0
      until llmguard budget show --json | grep -q '"held": 950'; do sleep 0.05; n=$((n+1)); [ $n -lt 1200 ] || exit 9; done
      llmguard run -m a --no-degrade --estimate 100 -- true; echo $?
      llmguard run --dry-run -m a --no-degrade --estimate 100 --json -- true | grep -E '"(opens_at|waits_for)'
      echo > go; wait; llmguard run -u eve -m a --no-degrade --estimate 1100 -- true
      """)
    let said = outcome.error.split(separator: "\n").map(String.init)
    #expect(said.count == 4, "\(outcome)")
    #expect(
      said[0].hasSuffix(
        ": 0 of 1,000 used (0 %), 950 held for calls under way, with this call up to 1,050 (105 %), and --no-degrade does "
          + "not accept a cheaper call, may open when calls under way end"), "\(outcome)")
    #expect(said[1].hasPrefix("hint: try again in about 5 s, ") && said[1].hasSuffix("; or leave out --no-degrade"))
    #expect(
      said[2].hasSuffix(
        " accept a cheaper call; the call as asked is more than the whole budget, so waiting does not help"),
      "\(outcome)")
    #expect(said[3] == "hint: leave out --no-degrade", "\(outcome)")
    #expect(outcome.output == "75\n  \"opens_at_unix_ms\": null,\n  \"waits_for_calls\": true,\n", "\(outcome)")
  }

  /// A level of use is told when it is reached by what was settled; what was only held is told of nowhere.
  @Test func noticesAreOfSettledUse() throws {
    defer { home.remove() }
    try configure(
      "[tier.default]\nbudgets = ['1000 tokens/day']\n[notify]\ncommand = ['/bin/sh', '-c', 'cat > \"$HOME/new.$$\" && "
        + "mv \"$HOME/new.$$\" \"$HOME/told-$$\"']\nevents = ['budget']\n")
    try home.write("bin/says", "#!/bin/sh\necho '{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":4}}'\n")
    let outcome = try home.run(
      """
      chmod +x bin/says; ln -s says bin/curl
      told() { n=0; until [ "$(ls told-* 2>/dev/null | wc -l)" -ge "$1" ]; do sleep 0.05; n=$((n+1)); [ $n -lt 600 ] || { echo "not $1"; exit 9; }; done; }
      # Holds 900 and more, takes 9.
      llmguard run -q -- curl -d '{"model":"gpt-4o","max_tokens":900}' http://127.0.0.1:9/v1/chat/completions >/dev/null
      llmguard budget show | cut -f 4
      llmguard run -q --estimate 520 -- true; told 1; cat told-* | grep message
      llmguard ledger audit | grep -c budget:
      """)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("9\n") && outcome.output.hasSuffix("\n1\n"), "\(outcome)")
    #expect(outcome.output.contains(": daily token budget: 529 of 1,000 used (52 %)\""), "\(outcome)")
  }

  /// A run fits by what its calls hold: what they use in the end would be there, and the call would be degraded all the same.
  @Test func aRunFitsByWhatItsCallsHold() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\n")
    try home.write("bin/says", "#!/bin/sh\necho '{\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":4}}'\n")
    let outcome = try home.run(
      """
      chmod +x bin/says; ln -s says bin/curl; export LLMGUARD_USER=ana
      call() { llmguard run "$@" -- curl -d '{"model":"gpt-4o","max_tokens":300,"seed":'$$'}' http://127.0.0.1:9/v1/chat/completions; }
      for i in 1 2 3 4 5 6 7 8 9; do call -q --op "o$i" >/dev/null; done
      llmguard forecast curl | grep -E '^(next run|fits)'; llmguard forecast curl --check >/dev/null; echo $?
      llmguard run -q --estimate 700 -- true
      llmguard forecast curl | grep -E '^(next run|fits)' | sed 's/[0-9]* used and/N used and/'
      llmguard forecast curl --check >/dev/null; echo $?; call --require-fit --op x; echo $?
      """)
    #expect(
      outcome.output == """
        next run  9 tokens (half of the runs, and nine of ten, took no more)
        fits      yes
        0
        next run  9 tokens (half of the runs, and nine of ten, took no more)
        fits      no: the daily token budget has 219 left before calls are degraded, and nine of ten runs have up to N used and held at once
        75
        75

        """, "\(outcome)")
    #expect(outcome.error.contains("refused: nine of ten runs of curl have up to 3"), "\(outcome.error)")
  }

  @Test func aTopUpIsSaidWhereLimitsAreExplained() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\n")
    let outcome = try home.run(
      """
      export LLMGUARD_USER=ana; llmguard run -q --estimate 1100 -- true 2>/dev/null
      llmguard budget grant ana '50k tokens/day' >/dev/null
      llmguard estimate -n 10 -- echo hi | grep ^budget | sed 's/, resets.*//'
      llmguard budget list | cut -f 3-5,11
      """)
    #expect(
      outcome.output.hasPrefix(
        "budget     1k tokens/day (tier default), 50k topped up: 1,100 of 51,000 used (2 %), up to 1,1"),
      "\(outcome)")
    #expect(outcome.output.hasSuffix("\n1k tokens/day\t1100\t51000\t50000\n"), "\(outcome)")
  }

  /// A budget that comes by the configuration in the middle of its window does not know the calls before it, and says so.
  @Test func aBudgetThatComesWithinItsWindowSaysWhatItDoesNotCount() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['100k tokens/month']\n")
    _ = try home.run(
      """
      export LLMGUARD_USER=ana
      for i in 1 2 3 4 5 6; do llmguard run -q -u ana --op o$i --estimate 10 -- true; done
      llmguard run -q -u ben --estimate 10 -- true
      """)
    try configure("[tier.default]\nbudgets = ['100k tokens/month', '30 calls/month', '5k tokens/6h']\n")
    let outcome = try home.run(
      """
      export LLMGUARD_USER=ana
      show() { llmguard budget show | cut -f 3,4,14; llmguard usage show --json | grep '"earlier"' | tr -dc '0-9\\n' | tr '\\n' ' '; echo; }
      show; llmguard run -q --estimate 10 -- true; show
      llmguard budget list | cut -f 1,3,14
      # Back to zero is not new.
      llmguard budget reset -u ana --reason test >/dev/null; llmguard budget show | cut -f 4,14
      """)
    #expect(
      outcome.output == """
        100k tokens/month\t60\t0
        30 calls/month\t0\t6
        5k tokens/6h\t0\t0
        0 6 0 
        100k tokens/month\t70\t0
        30 calls/month\t1\t6
        5k tokens/6h\t10\t0
        0 6 0 
        ana\t100k tokens/month\t0
        ana\t30 calls/month\t6
        ana\t5k tokens/6h\t0
        ben\t100k tokens/month\t0
        ben\t30 calls/month\t1
        ben\t5k tokens/6h\t0
        0\t0
        0\t6
        0\t0

        """, "\(outcome)")
  }

  /// '5 calls/hour' lets five through, none of them to another model.
  @Test func aBudgetInCallsIsKeptToTheCall() throws {
    defer { home.remove() }
    try configure(
      "[tier.default]\nbudgets = ['5 calls/hour']\nladder = { models = { a = 'b' }, max_tokens = 10, delay = '0s' }\n")
    let outcome = try home.run(
      "for i in 1 2 3 4 5 6; do llmguard run -m a -n 100 --estimate 100 -- sh -c 'echo $LLMGUARD_MODEL $LLMGUARD_MAX_TOKENS'; done"
    )
    #expect(outcome.output == String(repeating: "a 100\n", count: 5), "\(outcome)")
    #expect(outcome.status == 75)
    let lines = outcome.error.split(separator: "\n").map(String.init)
    #expect(lines.count == 4, "\(outcome.error)")
    #expect(
      lines[0].hasPrefix(
        "llmguard: warning: hourly call budget: 3 of 5 used (60 %), with this call 4 (80 %), resets in"))
    #expect(
      lines[1].hasPrefix(
        "llmguard: warning: hourly call budget: 4 of 5 used (80 %), with this call 5 (100 %), resets in"))
    #expect(lines[2].hasPrefix("llmguard: refused: hourly call budget of "))
    #expect(lines[2].contains(": 5 of 5 used (100 %), opens in"))
    #expect(lines[3].hasPrefix("hint: try again then, or top up: llmguard budget grant "))
  }
}
