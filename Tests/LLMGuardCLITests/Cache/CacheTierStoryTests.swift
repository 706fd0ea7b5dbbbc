import Posix
import ScriptedServer
import Testing

/// Answers to other words than those that were asked, by the real program.
@Suite struct CacheTierStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    // A client that counts its calls, and answers a judge's question as the file `verdict` says.
    try client(
      """
      case "$*" in
      *'Say only yes or no'*) echo "$*" >>$HOME/judged; cat >>$HOME/judged; cat $HOME/verdict; exit $(cat $HOME/status);;
      esac
      cat >/dev/null; echo call >>$HOME/calls; echo "answer $(wc -l <$HOME/calls)"
      """)
  }

  private func client(_ body: String) throws {
    try File.replace(home.path + "/bin/llm", with: Array("#!/bin/sh\n\(body)\n".utf8), permissions: 0o700)
  }

  private func configure(_ toml: String) throws { try home.write(".config/llmguard/llmguard.toml", toml) }

  private static let asked = "Summarise chapter 4 of Emma in three bullet points."
  private static let reworded = "can you give me a summary of chapter 4 of Emma in 3 bullet points?"
  /// Alike, and not the same.
  private static let similar = "Summarise chapter 4 of Emma in three bullet points with love"

  @Test func otherWordsOfOneIntentAreAnsweredAndSaidSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -- llm "$1"; }
      ask '\(Self.asked)'; ask '\(Self.reworded)'; ask 'can you give me a summary of chapter 5 of Emma in 3 bullet points?'
      llmguard cache stats --json | tr -d ' \\n' | grep -o '"tier":"intent","hits":[0-9]*'
      """)
    #expect(outcome.output == "answer 1\nanswer 1\nanswer 2\n\"tier\":\"intent\",\"hits\":1\n", "\(outcome.error)")
    #expect(
      outcome.error.hasPrefix("llmguard: cached: the same request in other words ('\(Self.asked)') was answered "))
    #expect(outcome.error.contains(/wrong\? llmguard cache reject 1\/[0-9a-f]{6}\n/), "\(outcome.error)")
  }

  @Test func aRejectedPairNeverMatchesAgain() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm "$1"; }
      ask '\(Self.asked)'; ask '\(Self.reworded)'; llmguard cache reject 1 >/dev/null 2>&1; ask '\(Self.reworded)'
      ask '\(Self.asked)'
      """)
    #expect(outcome.output == "answer 1\nanswer 1\nanswer 2\nanswer 1\n", "\(outcome.error)")
  }

  /// Two requests were answered from one entry: each message names its own answer, and the entry's number alone neither.
  @Test func whatTheMessageNamesIsRejectedAndNoOtherAnswer() throws {
    defer { home.remove() }
    let another = "Summarize chapter 4 of Emma in three bullet points, please."
    let outcome = try home.run(
      """
      ask() { llmguard run -- llm "$1" 2>&1 >/dev/null | grep -o 'llmguard cache reject .*'; }
      ask '\(Self.asked)'; first=$(ask '\(Self.reworded)'); second=$(ask '\(another)'); ask '\(another)' >/dev/null
      [ "$first" != "$second" ] && echo 'two names'; llmguard cache reject 1 2>which; echo "status $?"; cat which
      llmguard cache reject --undo ${first##* }; echo "status $?"; $first; $first; echo "status $?"
      llmguard cache stats --json | grep rejected_pairs; llmguard run -q -- llm '\(another)'; llmguard cache reject 1
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 10, "\(outcome)")
    #expect(lines[0] == "two names")
    #expect(lines[1] == "status 64")
    #expect(
      lines[2]
        == "llmguard: error: entry 1 answered 2 requests: nothing is rejected until it is said which of them wrongly")
    #expect(lines[3].contains(/^  1\/[0-9a-f]{6}  'Summarize chapter 4 of .*', .* ago, intent$/), "\(lines[3])")
    #expect(lines[4].contains(/^  1\/[0-9a-f]{6}  'can you give me a summary .*', .* ago, intent$/), "\(lines[4])")
    #expect(lines[5].contains(/such as 'llmguard cache reject 1\/[0-9a-f]{6}'$/), "\(lines[5])")
    #expect(Array(lines[6...]) == ["status 64", "status 69", "  \"rejected_pairs\": 1,", "answer 1"], "\(outcome)")
    // The one that is left is the only one.
    let rejected = outcome.error.split(separator: "\n").filter { $0.contains("never match again") }
    #expect(rejected.count == 2, "\(outcome.error)")
    #expect(rejected.first?.contains("'can you give me a summary of") == true, "\(outcome.error)")
    #expect(rejected.last?.contains("'\(another)'") == true, "\(outcome.error)")
  }

  /// Uses up a budget of 1000 tokens.
  private static let spend = "llmguard run -q -n 900 --estimate 900 -- sh -c 'seq 1 2000' >/dev/null"

  @Test func aRefusalOffersASimilarAnswerAndTheOptionTakesIt() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { delay = '0s' }\n")
    let outcome = try home.run(
      """
      ask() { llmguard run -n 20 "$@"; echo "status $?"; }
      ask -q -- llm '\(Self.asked)'; \(Self.spend)
      ask -- llm '\(Self.similar)'; ask --cache similar -- llm '\(Self.similar)'
      ask --cache similar -- llm 'Summarise chapter 5 of Emma in three bullet points with love'
      """)
    #expect(outcome.output == "answer 1\nstatus 0\nstatus 75\nanswer 1\nstatus 0\nstatus 75\n", "\(outcome.error)")
    #expect(
      outcome.error.contains("hint: a cached answer to a similar request ('\(Self.asked)'), "), "\(outcome.error)")
    #expect(outcome.error.contains("exists: add --cache similar; or "))
    #expect(outcome.error.contains("llmguard: cached: a similar request ('\(Self.asked)', "))
  }

  /// Whoever wants to hear nothing is told all the same of an answer that may not be the one that was asked for.
  @Test func whatMayNotBeTheAnswerIsMarkedForTheQuiet() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q "$@"; }
      ask -- llm '\(Self.asked)'; ask -- llm '\(Self.asked)'; ask -- llm '\(Self.reworded)'; echo similar >&2
      ask --cache similar -- llm '\(Self.similar)'
      """)
    #expect(outcome.output == "answer 1\nanswer 1\nanswer 1\nanswer 1\n", "\(outcome.error)")
    #expect(
      outcome.error.contains(/^similar\nllmguard: cached: a similar request \('.*', \d+ % alike\) was answered .*\n$/),
      "\(outcome.error)")
  }

  /// What a script's calls are refused with names the offer, too.
  @Test func aCallThroughTheGatewayIsOfferedASimilarAnswer() throws {
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"role":"assistant","content":"three points"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    func limit(_ budget: String) throws {
      try configure(
        "[tier.default]\nbudgets = ['\(budget)']\nladder = { delay = '0s' }\n"
          + "[provider.openai]\nbase = '\(server.url)/v1'\n")
    }
    func script(_ name: String, _ asked: [String]) throws {
      let calls = asked.map {
        #"curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":100,"messages":[{"role":"user","content":"\#($0)"}]}'; echo"#
      }
      try home.write(name, calls.joined(separator: "\n") + "\n")
    }
    try limit("1000 tokens/day")
    try script("first", [Self.asked, Self.reworded])
    try script("second", [Self.similar])
    let answered = try home.run("llmguard run sh first")
    #expect(answered.output.split(separator: "\n").filter { $0.contains("three points") }.count == 2, "\(answered)")
    try limit("60 tokens/day")
    let refused = try home.run("llmguard run sh second")
    #expect(refused.output.contains("a cached answer to a similar request ('\(Self.asked)')"), "\(refused)")
    let given = try home.run("llmguard run --cache similar sh second")
    #expect(given.output.contains("three points"), "\(given)")
    let quiet = try home.run("llmguard run -q sh first; llmguard run -q --cache similar sh second")
    #expect(quiet.error.contains(/^llmguard: cached: a similar request [^\n]*\n$/), "\(quiet)")
  }

  @Test func aRehearsalSaysWhatTheCacheWouldDo() throws {
    defer { home.remove() }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { delay = '0s' }\n")
    let outcome = try home.run(
      """
      dry() { llmguard run --dry-run -n 20 "$@" | sed -n 's/^cache  *//p'; }
      dry -- llm '\(Self.asked)'; dry --no-gateway -- llm '\(Self.asked)'; ls .cache 2>/dev/null | wc -l
      llmguard run -q -n 20 -- llm '\(Self.asked)'
      dry -- llm '\(Self.asked)'; dry -- llm '\(Self.reworded)'
      dry --no-cache -- llm '\(Self.asked)'; dry --cache off -- llm '\(Self.asked)'; dry -- true
      dry --cache similar -- llm '\(Self.similar)'
      \(Self.spend)
      dry -- llm '\(Self.similar)'
      llmguard run --dry-run -n 20 -- llm '\(Self.asked)' >/dev/null; echo "status $?"
      llmguard run --dry-run -n 20 -- llm '\(Self.similar)' >/dev/null; echo "status $?"
      llmguard run --dry-run --json -n 20 -- llm '\(Self.reworded)' | tr -d ' \\n' | grep -o '"cache":.*likeness'
      llmguard cache stats --json | tr -d ' \\n' | grep -o '"hits":[0-9]*'; wc -l <calls
      """)
    var lines = outcome.output.split(separator: "\n").map(String.init)
    guard lines.count == 15 else {
      Issue.record("\(outcome)")
      return
    }
    #expect(lines[0] == "holds no answer to this command; the gateway looks once more, for its request")
    lines.removeFirst()
    #expect(lines[0...2] == ["holds no answer to this", "0", "answer 1"])
    #expect(lines[3].hasPrefix("the same request was answered "))
    #expect(lines[3].hasSuffix(": that answer would be given (entry 1)"))
    #expect(lines[4].hasPrefix("the same request in other words ('\(Self.asked)') was answered "))
    #expect(lines[5].hasPrefix("a similar request ('\(Self.asked)', "))
    #expect(lines[6].hasPrefix("a cached answer to a similar request ('\(Self.asked)'), "))
    #expect(lines[7...8] == ["status 0", "status 75"], "what the cache answers is not refused")
    #expect(lines[9].hasPrefix("\"cache\":{\"tier\":\"intent\",\"entry\":1,\"age_seconds\":"))
    #expect(lines[10...] == ["\"hits\":0", "\"hits\":0", "\"hits\":0", "1"], "a rehearsal records nothing")
  }

  // MARK: - The judge

  private func judge(_ verdict: String, status: Int32 = 0) throws {
    try configure("[cache.judge]\nmodel = 'gpt-4o-mini'\n")
    try home.write("verdict", verdict + "\n")
    try home.write("status", "\(status)\n")
  }

  private static let judged = """
    ask() { echo secret text | llmguard run -n 5000 -- llm -m gpt-4o "$1"; }
    ask '\(asked)'; ask '\(similar)'; ask '\(similar)'; grep -c 'Say only yes or no' judged
    llmguard usage report --by operation | cut -f 1,2 | sort; llmguard cache export --labels | grep -c judge; llmguard ledger verify
    """

  @Test func aJudgeThatSaysYesIsAskedOnceAndCharged() throws {
    defer { home.remove() }
    try judge("Yes.")
    let outcome = try home.run(Self.judged)
    #expect(
      outcome.output == "answer 1\nanswer 1\nanswer 1\n1\ncache-judge\t1\nllm\t1\n1\nok\n", "\(outcome)")
    #expect(outcome.error.contains("; the judge says that it wants the same"))
    let asked = String(decoding: try File.readAll(home.path + "/judged"), as: UTF8.self)
    #expect(asked.contains("-m gpt-4o-mini") && asked.contains(Self.similar) && asked.contains(Self.asked))
    #expect(!asked.contains("secret text"), "a judge is told nothing but the two requests")
  }

  @Test func aJudgeThatSaysNoLetsTheCallGoOut() throws {
    defer { home.remove() }
    try judge("no")
    let outcome = try home.run(Self.judged)
    #expect(
      outcome.output == "answer 1\nanswer 2\nanswer 2\n1\ncache-judge\t1\nllm\t2\n1\nok\n", "\(outcome)")
  }

  @Test func aJudgeThatFailsHasSaidNothingAndCostsNothing() throws {
    defer { home.remove() }
    try judge("yes", status: 1)
    let outcome = try home.run(Self.judged)
    #expect(outcome.output.hasPrefix("answer 1\nanswer 2\n"), "\(outcome)")
    #expect(!outcome.output.contains("cache-judge\t1\n"), "what gave no answer is given back")
    #expect(outcome.output.hasSuffix("0\nok\n"), "\(outcome)")
  }
}
