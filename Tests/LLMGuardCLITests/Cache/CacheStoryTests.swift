import Posix
import Testing

/// Answers from the cache, on the command line.
@Suite struct CacheStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    // A client that llmguard knows, which counts its calls.
    try client("llm", "echo call >>$HOME/calls; cat >/dev/null 2>&1 </dev/null; echo \"answer $(wc -l <$HOME/calls)\"")
  }

  private func client(_ name: String, _ body: String) throws {
    try File.replace(home.path + "/bin/\(name)", with: Array("#!/bin/sh\n\(body)\n".utf8), permissions: 0o700)
  }

  private func configure(_ toml: String) throws { try home.write(".config/llmguard/llmguard.toml", toml) }

  @Test func theSameRequestIsAnsweredOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -- llm 'three names for a cat'; llmguard run -- llm 'three names for a cat'; echo "status $?"
      llmguard run -- llm 'three names for a dog'
      llmguard usage report | cut -f 2,14; wc -l <calls
      llmguard usage show 3 --json | grep -c '"note": "cache entry 1/'
      """)
    #expect(outcome.output == "answer 1\nanswer 1\nstatus 0\nanswer 2\n2\t1\n2\n2\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("llmguard: cached: the same request was answered ") == true, "\(lines)")
    #expect(lines.first?.contains("which saves") == true)
  }

  /// The client may have been told that nobody reads on, or not: what it wrote until then is no whole answer.
  @Test func whatItsReaderLeftIsNotGivenAgain() throws {
    defer { home.remove() }
    try client("llm", "echo call >>$HOME/calls; echo one; if test -p go; then read -r _ <go; fi; echo two")
    let outcome = try home.run(
      """
      mkfifo go
      llmguard run -q -- llm names | { read -r _; exec <&-; echo >go; }
      rm go
      llmguard run -q -- llm names; wc -l <calls
      """)
    #expect(outcome.output == "one\ntwo\n2\n", "\(outcome)")
  }

  /// A client may end well when it is told to leave off: `ollama run` does.
  @Test func whatASignalCutShortIsNotGivenAgain() throws {
    defer { home.remove() }
    try client(
      "llm",
      "echo call >>$HOME/calls; echo one; test -e slow && { trap 'kill $!; exit 0' TERM; sleep 30 & : >begun; wait; }; echo two"
    )
    let outcome = try home.run(
      """
      : >slow; llmguard run -q -- llm names & until test -e begun; do sleep 0.02; done; kill $!; wait $!; echo $?
      rm slow; llmguard run -q -- llm names; wc -l <calls
      """)
    #expect(outcome.output == "one\n0\none\ntwo\n2\n", "\(outcome)")
  }

  @Test func whatSurroundsTheQuestionMustBeEqual() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm "$@"; }
      ask names; ask -m a names; ask -m b names; ask -s 'be brief' names; ask -o temperature 1 names
      echo text | ask names; echo texT | ask names; echo text | ask names
      echo one >f; ask -f f names; echo two >f; ask -f f names
      OPENAI_BASE_URL=http://127.0.0.1:9 ask names; llmguard run -q -u ben -- llm names; ask names
      """)
    #expect(
      outcome.output.split(separator: "\n").map { $0.dropFirst(7) }
        == ["1", "2", "3", "4", "5", "6", "7", "6", "8", "9", "10", "11", "1"])
    #expect(outcome.error == "")
  }

  @Test func whatDoesMoreThanAnswerIsAlwaysMade() throws {
    defer { home.remove() }
    for name in ["claude", "codex", "mine"] { try client(name, "echo call >>$HOME/calls") }
    try client("curl", "echo call >>$HOME/calls; echo '{\"id\":1}'")
    let outcome = try home.run(
      """
      twice() { llmguard run -q -- "$@" >/dev/null; llmguard run -q -- "$@" >/dev/null; wc -l <calls; rm calls; }
      twice claude -p names; twice codex exec names; twice mine names
      twice llm -T web names; twice llm -tsummary names; twice llm -c more; twice llm -a cat.png names
      twice curl -d '{"name":"a row"}' http://127.0.0.1:9/rows
      twice curl -d '{"model":"m","messages":[{"role":"user","content":"names"}]}' -so out http://127.0.0.1:9/v1
      echo text >notes.txt; twice llm 'summarise ./notes.txt'; twice llm -f missing names
      """)
    #expect(outcome.output == String(repeating: "2\n", count: 11))
  }

  @Test func aFailedCallIsNotStored() throws {
    defer { home.remove() }
    try client("llm", "echo call >>$HOME/calls; echo half; exit 3")
    let outcome = try home.run(
      "llmguard run -q -- llm names; llmguard run -q -- llm names; echo $?; wc -l <calls; llmguard run -q --cache only -- llm names; echo $?"
    )
    #expect(outcome.output == "half\nhalf\n3\n2\n75\n")
    #expect(outcome.error.contains("refused: no answer to this request is in the cache"))
  }

  @Test func theModesDoWhatTheySay() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q "$@" -- llm names; }
      ask --cache off; ask; ask; ask --no-cache; ask; ask --cache refresh; ask --cache only; ask --cache off; ask
      """)
    #expect(
      outcome.output.split(separator: "\n").map { $0.dropFirst(7) } == ["1", "2", "2", "3", "3", "4", "4", "5", "4"])
    #expect(try home.run("llmguard run --cache sometimes -- llm names").status == 125)
  }

  @Test func askingAnewIsARetryAndTheCacheIsNot() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --receipt r1 -- llm names; llmguard run -q --receipt r2 -- llm names
      llmguard run -q --no-cache --receipt r3 -- llm names; llmguard run -q --no-cache --receipt r4 -- llm names
      grep -h '"attempt"\\|"decision"\\|"tier": "exact"' r1 r2 r3 r4 | tr -d ' '
      llmguard ledger verify
      """)
    let lines = outcome.output.split(separator: "\n").dropFirst(4)
    #expect(
      lines.filter { $0.contains("decision") } == [
        "\"decision\":\"admitted\",", "\"decision\":\"cached\",", "\"decision\":\"admitted\",",
        "\"decision\":\"admitted\",",
      ])
    #expect(lines.filter { $0.contains("\"attempt\"") }.last == "\"attempt\":3,", "\(lines)")
    #expect(lines.contains("\"tier\":\"exact\","))
    #expect(outcome.status == 0)
  }

  @Test func anOperationCanBeKeptOutOfTheCache() throws {
    defer { home.remove() }
    try configure("[operation.secret]\ncache = 'off'\n")
    let outcome = try home.run(
      """
      llmguard run -q -o secret -- llm names; llmguard run -q -o secret --cache similar -- llm names
      llmguard run -q -- llm names; llmguard run -q -- llm names
      """)
    #expect(outcome.output == "answer 1\nanswer 2\nanswer 3\nanswer 3\n")
  }

  @Test func theScopeSaysWhoseAnswersAreGiven() throws {
    defer { home.remove() }
    let script = """
      llmguard run -q -u ana -- llm 'who am I'; llmguard run -q -u ben -- llm 'who am I'; llmguard run -q -u eve -- llm 'who am I'
      """
    #expect(try home.run(script).output == "answer 1\nanswer 2\nanswer 3\n")
    try configure("[cache]\nscope = 'all'\n")
    #expect(try home.run(script).output == "answer 4\nanswer 4\nanswer 4\n")
    try configure("[cache]\nscope = 'tier'\n[tier.pro]\n[user.eve]\ntier = 'pro'\n")
    #expect(try home.run(script).output == "answer 5\nanswer 5\nanswer 6\n")
  }

  @Test func nearALimitAnOlderAnswerIsGood() throws {
    defer { home.remove() }
    try configure("[cache]\nttl = ['0s', '0s', '1h', '1h']\n[tier.default]\nbudgets = ['1000 tokens/day']\n")
    let outcome = try home.run(
      """
      ask() { llmguard run -n 20 -- llm "$1"; }
      ask names; ask names; llmguard run -q -n 900 --estimate 1000 -- sh -c 'seq 1 480'>/dev/null; ask names
      llmguard run --dry-run -n 20 -- llm names >told
      echo quiet >&2; llmguard run -q -n 20 -- llm names
      sed -n 's/^cache  *//p' told >&2
      """)
    #expect(outcome.output == "answer 1\nanswer 2\nanswer 2\nanswer 2\n")
    #expect(
      outcome.error.contains(/\nquiet\nllmguard: cached: the same request [^\n]*longer than usual[^\n]*\n/),
      "\(outcome.error)")
    // A rehearsal says the same of the answer that would be given.
    #expect(
      outcome.error.contains(
        /\nthe same request was answered [^\n]*, longer than usual because of a budget \(.*\): that answer would be given/
      ),
      "\(outcome.error)")
    #expect(
      outcome.error.contains(
        /longer than usual because of a budget \(daily token budget: [^\n]*, with this call as asked up to [0-9]/),
      "\(outcome.error)")
  }

  @Test func aFractionIsChargedWhereTheRulesSaySo() throws {
    defer { home.remove() }
    try configure("[cache]\nhit_charge = 0.5\n")
    let outcome = try home.run(
      """
      llmguard run -q --receipt r1 -- llm names >/dev/null; llmguard run --receipt r2 -- llm names
      grep -h charge_tokens r1 r2 | tail -n 2 | tr -dc '0-9\\n'; llmguard ledger verify >/dev/null; echo $?
      """)
    let numbers = outcome.output.split(separator: "\n").compactMap { Int($0) }
    #expect(numbers.count == 3)
    #expect(numbers.first.map { ($0 + 1) / 2 } == numbers.dropFirst().first || !outcome.error.isEmpty)
    #expect(outcome.error.contains("which costs "), "\(outcome.error)")
    #expect(numbers.last == 0)
  }

  /// What the cache answered is charged in the replay as it was, or as the other policy says.
  @Test func whatAnswersFromTheCacheWereChargedIsReplayed() throws {
    defer { home.remove() }
    try configure("[cache]\nhit_charge = 0.5\n")
    try home.write("new.toml", "[cache]\nmode = 'auto'\n")
    let outcome = try home.run(
      """
      for i in 1 2 3; do llmguard run -q -- llm names >/dev/null; done
      llmguard usage report | awk -F '\t' '{ print $2, $5 }'
      llmguard simulate --policy new.toml | awk -F '\t' '$1 == "total" { print $4 - $11, $11, $13 }'
      """)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int($0) } }
    try #require(lines.count == 3 && lines.allSatisfy { $0.count > 1 }, "\(outcome)")
    #expect(lines[0][0] == 1 && lines[1] == [1, 2, lines[0][1]], "\(outcome)")
    #expect(lines[2].prefix(2) == [1, 2] && lines[2][2] < lines[0][1], "\(outcome)")
  }

  /// What a run may take holds for what an answer is charged, too.
  @Test func aChargedAnswerIsNotGivenBeyondTheRunsBudget() throws {
    defer { home.remove() }
    try configure("[cache]\nhit_charge = 0.5\n")
    let outcome = try home.run(
      """
      llmguard run -q -- llm names; llmguard run -q --run-budget '1 token' -- llm names; echo $?
      llmguard run -q --run-budget '5k tokens' -- llm names; llmguard usage list | grep -c cached
      """)
    #expect(outcome.output == "answer 1\n75\nanswer 1\n1\n", "\(outcome)")
  }

  @Test func ofManyIdenticalCallsOneGoesOut() throws {
    defer { home.remove() }
    // The call ends when all the others have been started, however slow this machine is.
    try client(
      "llm",
      "echo call >>$HOME/calls; while [ $(ls $HOME/started | wc -l) -lt 8 ]; do sleep 0.05; done; echo answer")
    let outcome = try home.run(
      """
      mkdir started
      for i in 1 2 3 4 5 6 7 8; do (touch started/$i; exec llmguard run -q -- llm names </dev/null) & done; wait
      wc -l <calls
      """)
    #expect(outcome.output == String(repeating: "answer\n", count: 8) + "1\n", "\(outcome.error)")
  }

  @Test func theDeathOfTheOneThatCallsIsNotTheOthers() throws {
    defer { home.remove() }
    try client(
      "llm", "echo call >>$HOME/calls; if [ -e $HOME/die ]; then rm $HOME/die; kill -9 $PPID; sleep 60; fi; echo answer"
    )
    let outcome = try home.run(
      "touch die; llmguard run -q -- llm names & sleep 0; for i in 1 2 3; do llmguard run -q -- llm names & done; wait; wc -l <calls"
    )
    #expect(
      outcome.output.hasSuffix("answer\nanswer\nanswer\n2\n") || outcome.output.hasSuffix("answer\n2\n"), "\(outcome)")
  }

  @Test func aCacheInTroubleIsDoneWithout() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .cache/llmguard; echo 'no database, and long enough to be seen as none' >.cache/llmguard/cache.sqlite3
      llmguard run -- llm names; echo "status $?"
      rm -r .cache; touch .cache; llmguard run -- llm names; echo "status $?"
      """)
    #expect(outcome.output == "answer 1\nstatus 0\nanswer 2\nstatus 0\n")
    let warnings = outcome.error.split(separator: "\n").filter { $0.contains("warning") }
    #expect(warnings.count == 2, "\(outcome.error)")
    #expect(warnings.first?.contains("is damaged") == true)
    #expect(outcome.error.contains("hint: 'llmguard cache clear' makes a new one"))
  }

  @Test func aReplyOfAModelIsGivenAgainByteForByte() throws {
    defer { home.remove() }
    try client(
      "curl",
      "echo call >>$HOME/calls; printf '{\"model\":\"m\",\"choices\":[{\"text\":\"x\"}],\"n\":%s,\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":22}}\\r\\n' $(wc -l <$HOME/calls)"
    )
    let outcome = try home.run(
      """
      body() { echo "{\\"model\\":\\"m\\",\\"seed\\":$1,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"$2\\"}]}"; }
      ask() { llmguard run -q -- curl -s -d "$(body $1 "$2")" http://127.0.0.1:9/v1/chat/completions | od -c >o$3; }
      ask 1 cat 1; ask 1 cat 2; cmp o1 o2 && wc -l <calls; ask 2 cat 3; ask 1 dog 4; wc -l <calls
      body 1 cat | llmguard run -q -- curl -s -d @- http://127.0.0.1:9/v1/chat/completions >p1
      body 1 cat | llmguard run -q -- curl -s -d @- http://127.0.0.1:9/v1/chat/completions >p2; cmp p1 p2 && wc -l <calls
      """)
    // A body on standard input is the same request as one on the command line.
    #expect(outcome.output == "1\n3\n3\n", "\(outcome.error)")
  }

  /// `[cache] mode` is for calls that do not say. What keeps a tier or an operation out of the cache is said, and where it is.
  @Test func whoSaysWhatTheyWantOfTheCacheIsGivenItWhereItIsOff() throws {
    defer { home.remove() }
    try configure("[cache]\nmode = 'off'\n")
    let given = try home.run(
      """
      ask() { llmguard run "$@" -- llm 'three names for a cat'; }
      ask; ask; ask --cache auto; ask --cache auto; ask --cache only; ask --no-cache; ask --cache only; ask; wc -l <calls
      ask --cache auto --dry-run | grep -c 'that answer would be given'
      """)
    let answers = [1, 2, 3, 3, 3, 4, 4, 5].map { "answer \($0)\n" }.joined()
    #expect(given.output == answers + "5\n1\n", "\(given)")
    for (table, key) in [("tier.default", "tier.default.cache"), ("operation.names", "operation.names.cache")] {
      try configure("[\(table)]\ncache = 'off'\n")
      let barred = try home.run(
        """
        ask() { llmguard run -q -o names --cache $1 -- llm 'three names for a dog'; echo $?; }
        ask auto; ask similar; llmguard run -o names --no-cache -- sh -c true; ask only; ask off
        """)
      let place = "\(key) (\(home.path)/.config/llmguard/llmguard.toml:2)"
      #expect(
        barred.error == """
          llmguard: warning: the cache is off for this run, so that '--cache auto' does nothing: \(place)
          llmguard: warning: the cache is off for this run, so that '--cache similar' does nothing: \(place)
          llmguard: warning: the cache is off for this run, so that '--no-cache' does nothing: \(place)
          llmguard: refused: the cache is off for this call, and --cache only takes no other answer: \(place)
          hint: leave out --cache only to let the call go out, or take that out of the configuration

          """, "\(barred)")
    }
  }
}
