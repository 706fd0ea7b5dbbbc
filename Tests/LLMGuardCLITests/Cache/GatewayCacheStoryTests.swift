import Posix
import ScriptedServer
import Testing

/// Similar answers through the gateway of a run, and through one that many share.
@Suite struct GatewayCacheStoryTests {
  /// Where a script's calls pass.
  enum Way: String, CaseIterable {
    case run, serve
  }

  let home: ProgramHome
  let server: ScriptedServer
  /// What the judge says.
  private let verdict = Locked("yes")

  private static let asked = "Summarise chapter 4 of Emma in three bullet points."
  /// Alike, and not the same.
  private static let similar = "Summarise chapter 4 of Emma in three bullet points with love"
  private static let otherNumber = "Summarise chapter 5 of Emma in three bullet points with love"

  init() throws {
    let home = try ProgramHome()
    self.home = home
    let (calls, verdict) = (Locked(0), verdict)
    server = try ScriptedServer { exchange in
      var text = verdict.use { $0 }
      if exchange.text.contains("Say only yes or no") {
        try? home.write("judged", exchange.text)
      } else {
        let number = calls.use { calls in
          calls += 1
          return calls
        }
        text = "answer \(number)"
      }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"\#(text)"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
  }

  private func configure(_ toml: String) throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      "\(toml)\n[tier.default.ladder]\ndelay = '0s'\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  /// An answer that is charged a part counts in tokens wherever they are summed, under the run's cap, too; in money nowhere, for the
  /// provider takes nothing.
  @Test func whatAnAnswerIsChargedIsInAllSums() throws {
    defer { home.remove() }
    try configure("[cache]\nhit_charge = 0.1\n[tier.default]\nbudgets = ['1M tokens/day', '$5/day']")
    try home.write(
      "ask",
      """
      curl -sS "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","max_tokens":400,"messages":[{"role":"user","content":"'"$1"'"}]}' \
        | grep -o 'answer [0-9][0-9]*\\|"refused":"[a-z_]*"'
      """)
    let outcome = try home.run(
      """
      number() { grep -o '"'$1'": *[0-9]*' | head -n 1 | tr -d '" '; }
      llmguard run -q --run-budget '470 tokens' --receipt r -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11; do sh ask names; done; sh ask other' | uniq -c | tr -s ' '
      for n in charge_tokens cost_micro_usd; do number $n <r; llmguard usage report --json | number $n; done
      llmguard budget show --json | sed -n 's/.*"used": //p'
      """)
    #expect(
      outcome.output == """
         11 answer 1
         1 "refused":"run_cap"
        charge_tokens:73
        charge_tokens:73
        cost_micro_usd:248
        cost_micro_usd:248
        73,
        248,

        """, "\(outcome)")
  }

  /// Near the limit the cheaper model has answered before; whoever asks alike and is refused is told of that answer.
  @Test(arguments: Way.allCases) func whatACheaperModelAnsweredIsOfferedToo(_ way: Way) throws {
    defer { home.remove() }
    func limit(_ budget: String, _ cache: String = "") throws {
      try configure("[cache]\nsimilarity = 0.8\n\(cache)[tier.default]\nbudgets = ['\(budget)']\n")
    }
    try limit("380 tokens/day")
    let lowered = try ask(way, [Self.asked])
    #expect(lowered.output.contains("answer 1\nx-llmguard-phase: soft"), "\(lowered)")
    try limit("60 tokens/day")
    let refused = try ask(way, [Self.similar])
    #expect(lines(refused).first == #""refused":"budget""#, "\(refused)")
    #expect(refused.output.contains("a cached answer to a similar request ("), "\(refused)")
    #expect(refused.error.contains("a cached answer to a similar request ("), "\(refused)")
    let given = try ask(way, [Self.similar], fields: "-H 'x-llmguard-cache: similar'")
    #expect(given.output.contains("answer 1\nx-llmguard-cache: similar; age=N"), "\(given)")
  }

  /// What can be read is given, also once nothing can be kept.
  @Test(.enabled(if: ProgramHome.mayMount)) func onAFullDiskWhatIsThereIsGiven() throws {
    defer { home.remove() }
    try configure("")
    let outcome = try home.runOnSmallDisk(
      """
      export LLMGUARD_LEDGER="$HOME/../ledger" LLMGUARD_CONFIG="$HOME/../.config/llmguard/llmguard.toml"
      cat >s <<'S'
      ask() {
        curl -sS "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","messages":[{"role":"user","content":"name '$1'"}]}' \
          | grep -o 'answer [0-9]*'; sleep 0.2
      }
      ask rivers; n=0; until [ "$(llmguard cache list | wc -l)" -ge 1 ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n+1)); done
      dd if=/dev/zero of="$HOME/fill" bs=4k 2>/dev/null; ask lakes; ask rivers; ask rivers; ask lakes
      S
      llmguard run sh s
      """)
    #expect(lines(outcome) == ["answer 1", "answer 2", "answer 1", "answer 1", "answer 3"], "\(outcome)")
    #expect(outcome.error.matches(of: /no space is left for the cache/).count == 1, "\(outcome)")
  }

  /// Asks several things, one after the other, and prints of each reply the answer or why there is none, and the fields
  /// that say where it comes from.
  private func ask(_ way: Way, _ texts: [String], options: String = "", fields: String = "") throws
    -> ProgramHome.Outcome
  {
    let calls = texts.map {
      """
      curl -sS -D heads \(fields) "$OPENAI_BASE_URL/chat/completions" -H 'Authorization: Bearer sk-own' \
        -d '{"model":"gpt-4o","max_tokens":400,"messages":[{"role":"user","content":"\($0)"}]}' >reply
      grep -o 'answer [0-9][0-9]*' reply || grep -o '"refused":"[a-z_]*"' reply
      grep -o 'a cached answer to .* exists: send .x-llmguard-cache: [a-z]*' reply
      tr -d '\\r' <heads | grep -i -e '^x-llmguard-cache:' -e '^x-llmguard-cache-r' -e '^x-llmguard-offer' -e '^x-llmguard-phase' \
        | sed 's/age=[0-9]*/age=N/; s/likeness=[0-9.]*/likeness=L/'
      """
    }
    try home.write("calls", calls.joined(separator: "\n") + "\ntrue\n")
    switch way {
    case .run: return try home.run("llmguard run \(options) -- sh calls")
    case .serve:
      let outcome = try home.run(
        """
        rm -f ready; mkfifo ready
        llmguard serve --listen 127.0.0.1:0 --ready-fd 3 --print-env --user ana \(options) >env 2>log 3>ready & server=$!
        read -r word address <ready
        (. ./env; sh calls); kill -TERM $server; wait $server || echo "ended $?"; cat log >&2
        """)
      return outcome
    }
  }

  private func lines(_ outcome: ProgramHome.Outcome) -> [String] {
    outcome.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: Way.allCases) func similarIsGivenWhereItIsAskedFor(_ way: Way) throws {
    defer { home.remove() }
    try configure("")
    let outcome = try ask(way, [Self.asked, Self.similar, Self.otherNumber], options: "--cache similar")
    #expect(
      lines(outcome) == [
        "answer 1", "x-llmguard-phase: ok", "answer 1", "x-llmguard-cache: similar; age=N",
        "x-llmguard-cache-request: \(Self.asked)", "x-llmguard-phase: ok", "answer 2", "x-llmguard-phase: ok",
      ], "\(outcome)")
    #expect(outcome.error.contains("cached: a similar request ('\(Self.asked)', "), "\(outcome.error)")
  }

  @Test(arguments: Way.allCases) func nearALimitItIsOfferedOrGiven(_ way: Way) throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['10k tokens/day']\n")
    #expect(lines(try ask(way, [Self.asked])) == ["answer 1", "x-llmguard-phase: ok"])
    // 33 of 450 are used; the next one would come to 456.
    func limit(_ budget: String, _ more: String = "") throws {
      try configure("[cache]\nsimilarity = 0.8\n\(more)[tier.default]\nbudgets = ['\(budget)']\n")
    }
    try limit("500 tokens/day")
    let warned = try ask(way, [Self.similar])
    #expect(
      lines(warned) == ["answer 2", "x-llmguard-phase: warn", "x-llmguard-offer: 1; age=N; likeness=L"], "\(warned)")
    #expect(warned.error.contains("a cached answer to a similar request ('\(Self.asked)'), "), "\(warned.error)")
    try limit("60 tokens/day")
    #expect(try home.run("llmguard cache clear 2").status == 0)
    let refused = try ask(way, [Self.similar])
    #expect(lines(refused).first == #""refused":"budget""#, "\(refused)")
    #expect(refused.output.contains("a cached answer to a similar request ("), "\(refused)")
    #expect(refused.output.contains("x-llmguard-phase: hard\nx-llmguard-offer: "), "\(refused)")
    #expect(refused.error.contains("a cached answer to a similar request ("), "\(refused)")
    try limit("60 tokens/day", "near_limit = 'serve'\n")
    let given = try ask(way, [Self.similar])
    #expect(given.output.contains("x-llmguard-cache: similar; age=N\nx-llmguard-cache-request: Summarise"), "\(given)")
    #expect(
      given.error.contains(
        /given because of near_limit \(daily token budget: [^\n]* with this call as asked up to [0-9]/),
      "\(given.error)")
    // No guard is relaxed for it.
    let other = try ask(way, [Self.otherNumber])
    #expect(lines(other).first == #""refused":"budget""#, "\(other)")
    #expect(!other.output.contains("x-llmguard-offer"), "\(other)")
  }

  /// A call that is refused for another reason than a budget is offered what there is, too.
  @Test(arguments: Way.allCases) func everyRefusalOffers(_ way: Way) throws {
    defer { home.remove() }
    try configure("[cache]\nsimilarity = 0.8\n")
    _ = try ask(way, [Self.asked])
    let offer = "a cached answer to a similar request ('\(Self.asked)'), "
    func expect(_ reason: String, _ outcome: ProgramHome.Outcome, phase: String = "ok") {
      #expect(outcome.output.hasPrefix("\"refused\":\"\(reason)\"\n\(offer)"), "\(reason): \(outcome)")
      #expect(
        outcome.output.contains("x-llmguard-phase: \(phase)\nx-llmguard-offer: 1; age=N; likeness=L\n"), "\(outcome)")
      #expect(outcome.error.contains(offer), "\(reason): \(outcome)")
    }
    expect("not_cached", try ask(way, [Self.similar], fields: "-H 'x-llmguard-cache: only'"))
    try configure("[cache]\nsimilarity = 0.8\n[operation.chat]\nmax_cost_per_call = '$0.000001'\n")
    expect("call_limit", try ask(way, [Self.similar]))
    guard way == .run else { return }
    try configure("[cache]\nsimilarity = 0.8\n")
    expect("run_cap", try ask(way, [Self.similar], options: "--run-budget '50 tokens'"))
    // To one that wants it anew, its own answer is named.
    let anew = try ask(way, [Self.asked], options: "--run-budget '50 tokens' --no-cache")
    #expect(anew.output.contains("a cached answer to the same request ('\(Self.asked)'), "), "\(anew)")
    let none = try ask(way, [Self.asked], options: "--run-budget '50 tokens' --cache off")
    #expect(!none.output.contains("a cached answer to"), "\(none)")
  }

  // MARK: - The judge

  private static let judge = "[cache]\nsimilarity = 0.8\n[cache.judge]\nmodel = 'gpt-4o-mini'\n"

  @Test(arguments: Way.allCases) func aJudgeThatSaysYesIsAskedOnceAndCharged(_ way: Way) throws {
    defer { home.remove() }
    try configure(Self.judge)
    let outcome = try ask(way, [Self.asked, Self.similar, Self.similar])
    #expect(
      lines(outcome).filter { !$0.contains("-phase") && !$0.contains("-request") } == [
        "answer 1", "answer 1", "x-llmguard-cache: similar; age=N; judged", "answer 1",
        "x-llmguard-cache: similar; age=N; judged",
      ], "\(outcome)")
    #expect(outcome.error.contains("; the judge says that it wants the same"), "\(outcome.error)")
    #expect(String(decoding: try File.readAll(home.path + "/judged"), as: UTF8.self).contains("gpt-4o-mini"))
    let told = try home.run(
      """
      llmguard usage report --by operation | cut -f 1,2 | sort; llmguard cache export --labels | grep -c 'judge gpt-4o-mini'
      llmguard cache stats | grep judged; llmguard cache stats --json | grep judged_; llmguard ledger verify
      """)
    #expect(
      told.output == """
        cache-judge\t1
        chat\t1
        1
        judged    1 pair the same, 0 different
          "judged_same": 1,
          "judged_different": 0
        ok

        """, "\(told)")
  }

  @Test(arguments: Way.allCases) func aJudgeThatSaysNoLetsTheCallGoOut(_ way: Way) throws {
    defer { home.remove() }
    try configure(Self.judge)
    verdict.use { $0 = "no" }
    let outcome = try ask(way, [Self.asked, Self.similar], options: way == .run ? "--max-calls 2" : "")
    #expect(outcome.output == "answer 1\nx-llmguard-phase: ok\nanswer 2\nx-llmguard-phase: ok\n", "\(outcome)")
    #expect(!outcome.error.contains("judge"), "\(outcome.error)")
    let told = try home.run("llmguard usage report --by operation | cut -f 1,2 | sort; llmguard ledger verify")
    #expect(told.output == "cache-judge\t1\nchat\t2\nok\n", "\(told)")
  }
}

/// What was rejected, on the command line.
@Suite struct RejectStoryTests {
  let home: ProgramHome

  private static let asked = "Summarise chapter 4 of Emma in three bullet points."
  private static let reworded = "can you give me a summary of chapter 4 of Emma in 3 bullet points?"

  init() throws {
    home = try ProgramHome()
    let client = "#!/bin/sh\ncat >/dev/null; echo call >>$HOME/calls; echo \"answer $(wc -l <$HOME/calls)\"\n"
    try File.replace(home.path + "/bin/llm", with: Array(client.utf8), permissions: 0o700)
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nescalation = [1, 2]\n")
  }

  /// Asks, and says what was charged and whether that was dearer for being a retry.
  private static let ask = """
    ask() {
      llmguard run -q --receipt r "$@"; grep -q '"decision": "cached"' r && echo cached && return
      tr -d ' ' <r | grep -o '"retry_multiplier":"[0-9.]*"' || echo 'no retry'
    }

    """

  @Test func theCallForARejectedAnswerIsNoRetry() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + """
        ask -- llm '\(Self.asked)'; ask -- llm '\(Self.reworded)'; llmguard cache reject 1
        ask -- llm '\(Self.reworded)'; ask -- llm '\(Self.reworded)'; ask --no-cache -- llm '\(Self.reworded)'
        """)
    #expect(
      outcome.output == """
        answer 1
        "retry_multiplier":"1"
        answer 1
        cached
        answer 2
        no retry
        answer 2
        cached
        answer 3
        "retry_multiplier":"2"

        """, "\(outcome)")
  }

  /// By what its gateway sees, a command's call is another attempt than by its text.
  @Test func theCallThatPassesTheGatewayIsNoRetryEither() throws {
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(
        #"{"choices":[{"message":{"content":"an answer"}}],"usage":{"prompt_tokens":10,"completion_tokens":20}}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nescalation = [1, 2, 4]\n[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "bin/llm",
      """
      #!/bin/sh
      curl -sS "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"'"$1"'"}]}'

      """)
    let outcome = try home.run(
      """
      chmod 700 bin/llm; ask() { llmguard run -q -u $user -- llm "$1" >/dev/null; }
      told() { llmguard usage list --user $user --json | grep -oE '"(attempt|outcome)": [^,]*' | cut -d ' ' -f 2 | tr '\\n' ' '; echo; }
      last() { llmguard cache list | cut -f 1 | sort -n | tail -1; }
      user=ann; ask 'name three birds'; ask 'name three birds'; llmguard cache reject $(last)
      ask 'name three birds'; ask 'name three birds'; told
      user=ben; ask '\(Self.asked)'; ask '\(Self.reworded)'; llmguard cache reject $(last)
      ask '\(Self.reworded)'; ask '\(Self.reworded)'; told
      """)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    try #require(lines.count == 2, "\(outcome)")
    // The newest first.
    func told(_ line: [String]) -> (attempts: [String], outcomes: [String]) {
      (line.filter { Int($0) != nil }, line.filter { Int($0) == nil })
    }
    #expect(
      told(lines[0]).outcomes == ["complete", "complete", "cached", "complete"].map { "\"\($0)\"" }, "\(outcome)")
    #expect(told(lines[0]).attempts == ["2", "1", "1", "1"], "\(outcome)")
    #expect(told(lines[1]).outcomes == ["cached", "complete", "cached", "complete"].map { "\"\($0)\"" }, "\(outcome)")
    #expect(told(lines[1]).attempts == ["1", "1", "1", "1"], "\(outcome)")
  }

  @Test func aWrongAnswerToTheSameWordsIsReplacedByANewOne() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + """
        ask -- llm '\(Self.asked)'; ask -- llm '\(Self.asked)'; llmguard cache reject 1
        ask -- llm '\(Self.asked)'; ask -- llm '\(Self.asked)'; llmguard cache list | wc -l
        llmguard cache reject 2; ask -- llm '\(Self.asked)'; ask -- llm '\(Self.asked)'; llmguard cache reject --undo 1
        """)
    #expect(
      outcome.output.split(separator: "\n").map { $0.replacing(" ", with: "") } == [
        "answer1", #""retry_multiplier":"1""#, "answer1", "cached", "answer2", "noretry", "answer2", "cached", "1",
        "answer3", "noretry", "answer3", "cached",
      ], "\(outcome)")
    #expect(
      outcome.error.contains("that answer is not given again; the next call asks anew, and its answer is kept"),
      "\(outcome.error)")
    #expect(
      outcome.error.contains("the answer that was entry 1 is gone; the same one, made anew, is kept again"),
      "\(outcome.error)")
  }
}
