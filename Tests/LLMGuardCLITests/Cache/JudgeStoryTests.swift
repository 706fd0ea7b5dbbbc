import Posix
import ScriptedServer
import Testing

/// A judge that is asked through the client of a command which is metered by its text.
@Suite struct JudgeStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  private static let asked = "Summarise chapter 4 of Emma in three bullet points."
  /// Alike, and not the same.
  private static let similar = "Summarise chapter 4 of Emma in three bullet points with love"

  /// A client that asks where it is told to, and nowhere else; its judge's calls are counted there.
  init() throws {
    let home = try ProgramHome()
    self.home = home
    server = try ScriptedServer { exchange in
      let isJudge = exchange.text.contains("Say only yes or no")
      if isJudge { try? home.write("judged", exchange.text) }
      if isJudge, File.exists(home.path + "/drop") { return false }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"\#(isJudge ? "yes" : "three points")"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try File.replace(
      home.path + "/bin/llm",
      with: Array(
        """
        #!/bin/sh
        while [ $# -gt 1 ]; do [ "$1" = -m ] && model=$2; shift; done
        case "$1" in *'Say only yes or no'*) [ ! -e $HOME/broken ] || exit 1; [ ! -e $HOME/slow ] || exec sleep 180;; esac
        text=$(printf %s "$1" | tr '\\n"' '  ')
        curl -sS "${OPENAI_BASE_URL:-http://127.0.0.1:9/v1}/chat/completions" \\
          -d '{"model":"'$model'","max_tokens":50,"messages":[{"role":"user","content":"'"$text"'"}]}' \\
          | grep -o '"content":"[^"]*"' | cut -d '"' -f 4 | grep .

        """.utf8), permissions: 0o700)
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[cache.judge]\nmodel = 'gpt-4o-mini'\n[provider.openai]\nbase = '\(server.url)/v1'\n")
  }

  private static let ask = """
    ask() { llmguard run -n 5000 "$@"; }
    ask -- llm -m gpt-4o '\(asked)'

    """
  private static let told = """

    llmguard usage report --by operation | cut -f 1,2,5 | sort; llmguard cache export --labels | grep -c judge
    llmguard ledger verify
    """

  /// Its words go to no other server than the call's own would, and what it took is the run's.
  @Test func itsCallsTakeTheRunsOwnWay() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + "ask --summary -- llm -m gpt-4o '\(Self.similar)'" + Self.told)
    #expect(outcome.output == "three points\nthree points\ncache-judge\t1\t33\nllm\t1\t33\n1\nok\n", "\(outcome)")
    #expect(outcome.error.contains("; the judge says that it wants the same"), "\(outcome)")
    #expect(
      outcome.error.contains("this run: 1 call, 11 tokens in and 22 out, 33 charged"),
      "its tokens are the run's: \(outcome)")
  }

  /// What passes the gateway of the run around it is not charged by its text as well.
  @Test func insideAGuardedScriptItIsChargedOnce() throws {
    defer { home.remove() }
    try home.write("script", Self.ask + "ask --summary -- llm -m gpt-4o '\(Self.similar)'\n")
    let outcome = try home.run("llmguard run -q -- sh script" + Self.told)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.prefix(3) == ["three points", "three points", "cache-judge\t1\t33"], "\(outcome)")
    #expect(lines.contains("chat\t1\t33") || lines.contains("llm\t1\t33"), "\(outcome)")
    #expect(lines.suffix(2) == ["1", "ok"], "\(outcome)")
    #expect(outcome.error.contains("this run: 1 call, 11 tokens in and 22 out, 33 charged"), "\(outcome)")
  }

  /// Neither is it asked where that leaves the run no room for the call, nor does it count as one of the run's calls.
  @Test func theRunsCapsHoldForItToo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + """
        ask -q --run-budget '5050 tokens' -- llm -m gpt-4o '\(Self.similar)'; ls judged; llmguard cache clear 2 2>&1 | cut -d '(' -f 1
        ask -q --run-budget '6000 tokens' --max-calls 1 -- llm -m gpt-4o '\(Self.similar)'; ls judged
        """)
    #expect(
      outcome.output == "three points\nthree points\nllmguard: 1 answer \nthree points\njudged\n", "\(outcome)")
  }

  /// Of many that ask the same at the same time one asks the judge, whatever it says.
  @Test(arguments: ["yes", "no"]) func identicalCallsAtOnceAreJudgedOnce(_ verdict: String) throws {
    defer { home.remove() }
    try File.replace(
      home.path + "/bin/llm",
      with: Array(
        """
        #!/bin/sh
        case "$*" in *'Say only yes or no'*) echo asked >>$HOME/asked; sleep 0.5; echo \(verdict); exit;; esac
        echo call >>$HOME/calls; echo "answer $(wc -l <$HOME/calls)"

        """.utf8), permissions: 0o700)
    let outcome = try home.run(
      Self.ask + """
        for i in 1 2 3 4; do ask -q -- llm -m gpt-4o '\(Self.similar)' & done; wait
        wc -l <asked; llmguard usage report --by operation | cut -f 1,2 | sort; llmguard ledger verify
        """)
    let (answer, calls) = verdict == "yes" ? ("answer 1\n", 1) : ("answer 2\n", 2)
    #expect(
      outcome.output == "answer 1\n" + String(repeating: answer, count: 4) + "1\ncache-judge\t1\nllm\t\(calls)\nok\n",
      "\(outcome)")
  }

  @Test func aRehearsalSaysWhatTheJudgeWouldDo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + """
        dry() { llmguard run --dry-run -n 5000 -- llm -m gpt-4o '\(Self.similar)' | sed -n 's/^cache  *//p'; }
        dry; ls judged; ask -q -- llm -m gpt-4o '\(Self.similar)'; dry | cut -c 1-39; llmguard cache stats | grep ^similar
        """)
    #expect(
      outcome.output == """
        three points
        holds an answer to a similar request: the judge gpt-4o-mini would be asked about it
        three points
        a similar request ('Summarise chapter 4
        similar   1 answer given, 0 rejected (0 %)

        """, "\(outcome)")
  }

  /// The run's own calls were all answered, whatever became of the judge.
  @Test func oneThatFailsFailsNoRun() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + """
        : >broken; ask -q --fail-on-refusal --report junit j.xml -- llm -m gpt-4o '\(Self.similar)'; echo $?
        grep -c '<testcase classname="cache-judge"' j.xml; grep -c '<failure' j.xml

        """)
    #expect(outcome.output == "three points\nthree points\n0\n1\n0\n", "\(outcome)")
  }

  /// The run around it says that it was the judge, and not a call of the script's.
  @Test(arguments: [true, false]) func oneThatFailsInsideAGuardedScriptIsNoFailedCall(isQuiet: Bool) throws {
    defer { home.remove() }
    try home.write("script", Self.ask + ": >drop; ask -q -- llm -m gpt-4o '\(Self.similar)'; ls judged\n")
    let outcome = try home.run("llmguard run \(isQuiet ? "-q" : "") -- sh script")
    #expect(outcome.output == "three points\nthree points\njudged\n", "\(outcome)")
    #expect(!outcome.error.contains("error: "), "\(outcome)")
    #expect(
      outcome.error.contains(
        "warning: the judge of a similar answer could not be asked, so the call goes its own way: ")
        == !isQuiet, "\(outcome)")
  }

  /// Nor is the run failed by one that a rule keeps back, and nobody is told of it.
  @Test func oneThatIsRefusedRefusesTheRunNothing() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      operation.cache-judge.max_tokens_per_call = 10
      [cache.judge]
      model = 'gpt-4o-mini'
      [provider.openai]
      base = '\(server.url)/v1'
      [notify]
      command = ['\(home.path)/bin/tell']

      """)
    try File.replace(
      home.path + "/bin/tell", with: Array("#!/bin/sh\ncat >>\(home.path)/told\n".utf8), permissions: 0o700)
    let outcome = try home.run(
      Self.ask + """
        ask -q --fail-on-refusal --summary --report junit j.xml -- llm -m gpt-4o '\(Self.similar)'; echo $?
        grep -c '<testcase classname="cache-judge"' j.xml; grep -c '<failure' j.xml; sleep 1; ls told

        """)
    #expect(outcome.output == "three points\nthree points\n0\n1\n0\n", "\(outcome)")
    #expect(!outcome.error.contains("1 call refused"), "\(outcome)")
  }

  @Test func oneThatDoesNotAnswerIsNotWaitedForForLong() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.ask + """
        : >slow; begin=$(date +%s); ask -- llm -m gpt-4o '\(Self.similar)'; end=$(date +%s)
        [ $((end - begin)) -lt 150 ] || echo "waited $((end - begin)) s"
        """ + Self.told)
    #expect(outcome.output == "three points\nthree points\nllm\t2\t66\n0\nok\n", "\(outcome)")
  }
}
