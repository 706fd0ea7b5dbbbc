import Posix
import ScriptedServer
import Testing
import TextFormats

/// `--max-tokens`: what is sent asks for no more, not only what is estimated.
@Suite struct MaximumStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  /// The server answers with the maximum that it was asked for.
  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      let body = try? JSONParser.parse(exchange.body)
      let asked = ["max_completion_tokens", "max_tokens"].compactMap { body?[$0]?.int64Value }.map(String.init)
      exchange.reply(
        #"{"model":"gpt-4o","asked":"\#(asked.isEmpty ? "any" : asked.joined(separator: "+"))","#
          + #""choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":2}}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ["300 tokens/day"]
      [provider.openai]
      base = '\(server.url)/v1'

      """)
    try home.write(
      "ask",
      """
      curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o",'"$2"'
        "messages":[{"role":"user","content":"'"$1"'"}]}' | grep -o '"asked":"[^"]*"\\|llmguard: refused'

      """)
  }

  @Test func aRequestIsSentWithIt() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run sh ask one '"max_tokens":100,'
      llmguard run -n 20 sh ask two '"max_tokens":100,'
      llmguard run -n 20 sh ask three ''
      llmguard run -n 200 sh ask four '"max_tokens":100,'
      llmguard run -n 20 -- curl -sS https://api.openai.com/v1/chat/completions \\
        -d '{"model":"gpt-4o","max_tokens":90,"messages":[{"role":"user","content":"five"}]}' | grep -o '"asked":"[^"]*"'
      llmguard run -n 70 -- sh -c 'llmguard run -n 30 sh ask six "\\"max_tokens\\":90,"; sh ask seven ""'
      """)
    #expect(
      outcome.output == """
        "asked":"100"
        "asked":"20"
        "asked":"20"
        "asked":"100"
        "asked":"20"
        "asked":"30"
        "asked":"70"

        """, "\(outcome.output)\(outcome.error)")
  }

  /// What a known client sends is more than its words: the maximum that a rehearsal names fits the call that comes.
  @Test(arguments: ["one", "-s 'be brief' one"]) func whatAnEstimateNamesFitsTheCallOfAClient(words: String) throws {
    defer { home.remove() }
    try home.write(
      "bin/llm",
      """
      #!/bin/sh
      system=; [ "$1" != -m ] || shift 2; [ "$1" != -o ] || shift 3
      [ "$1" != -s ] || { system='{"role":"system","content":[{"type":"text","text":"'"$2"'"}]},'; shift 2; }
      body='{"model":"gpt-4o","messages":['"$system"'{"role":"user","content":[{"type":"text","text":"'"$1"'"}]}]}'
      exec curl -sS https://api.openai.com/v1/chat/completions -d "$body"

      """)
    let outcome = try home.run(
      """
      chmod 700 bin/llm; llmguard run --estimate 240 -- true
      llmguard estimate --json -n 500 -- llm -m gpt-4o \(words) >told
      most=$(sed -nE 's/.*"fitting_max_tokens": ([0-9]+).*/\\1/p' told)
      llmguard run -q -n $most -- llm -m gpt-4o \(words) | grep -o '"asked":"[^"]*"' | sed "s/.$most.$/most/"
      """)
    #expect(outcome.output == "\"asked\":most\n", "\(outcome)")
  }

  /// The hint of a refusal is true: the call that asks for as much as it names goes out, and one that asks for more does not.
  /// Where no smaller maximum fits, none is named.
  @Test func askingForLessFitsWhereMoreWasRefused() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --estimate 240 -- true
      llmguard run sh ask one '"max_tokens":500,' 2>told
      most=$(sed -nE 's/.*less .a maximum of ([0-9]+) tokens.*/\\1/p' told)
      llmguard run sh ask one '"max_tokens":'$((most + 1)), 2>more
      llmguard run sh ask one '"max_tokens":'$most, | sed "s/.$most.$/most/"
      llmguard run -n 500 true 2>told
      least=$(sed -nE 's/.*--max-tokens ([0-9]+).*/\\1/p' told)
      llmguard run -n $((least + 1)) true 2>/dev/null || echo no; llmguard run -n $least true && echo yes
      used=$(llmguard budget show --json | sed -nE 's/.*"used": ([0-9]+),/\\1/p')
      llmguard run -q --estimate $((360 - used)) -- true
      llmguard run -n 4 true 2>told || grep -c 'ask for less' told
      """)
    #expect(
      outcome.output == "llmguard: refused\nllmguard: refused\n\"asked\":most\nno\nyes\n0\n", "\(outcome)")
  }

  /// A request's maximum is that of each of its answers, and so is the one that is named to it.
  @Test func askingForLessOfSeveralAnswersFits() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --estimate 240 -- true
      llmguard run sh ask one '"n":3,"max_tokens":500,' 2>told
      most=$(sed -nE 's/.*less .a maximum of ([0-9]+) tokens? for each of 3 answers.*/\\1/p' told)
      llmguard run sh ask one '"n":3,"max_tokens":'$((most + 1)), 2>more
      llmguard run sh ask one '"n":3,"max_tokens":'$most, | sed "s/.$most.$/most/"
      """)
    #expect(outcome.output == "llmguard: refused\nllmguard: refused\n\"asked\":most\n", "\(outcome)")
  }

  @Test func withoutAGatewayTheCommandLineSaysIt() throws {
    defer { home.remove() }
    try home.write("bin/llm", "#!/bin/sh\necho \"$@\"\n")
    let outcome = try home.run(
      """
      chmod +x bin/llm; PATH=$PWD/bin:$PATH
      llmguard run --no-gateway --no-cache -n 20 -- llm -m gpt-4o hi
      llmguard run --no-gateway --no-cache -n 20 -- llm -m gpt-4o -o max_tokens 90 ho
      llmguard run --no-gateway --no-cache -n 99 -- llm -m gpt-4o -o max_tokens 15 ha
      """)
    #expect(
      outcome.output == """
        -o max_tokens 20 -m gpt-4o hi
        -m gpt-4o -o max_tokens 20 ho
        -m gpt-4o -o max_tokens 15 ha

        """, "\(outcome.output)\(outcome.error)")
  }

  /// An answer that was asked to be short is none to the question that was asked without a limit.
  @Test func aShorterAnswerIsKeptAsOne() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -n 20 sh ask one '"max_tokens":100,'
      llmguard run sh ask one '"max_tokens":100,'
      llmguard run -n 20 sh ask one '"max_tokens":100,'
      """)
    #expect(outcome.output == "\"asked\":\"20\"\n\"asked\":\"100\"\n\"asked\":\"20\"\n", "\(outcome.error)")
    #expect(outcome.error.contains("cached"), "\(outcome.error)")
  }

  /// Of several answers it is said as the request says it, and as it is sent: of each. What is sent keeps to what is said, where
  /// the command line is changed and where the gateway does it.
  @Test func theMaximumOfEachAnswerIsSaidAndSent() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ["1000 tokens/day"]
      ladder = { max_tokens = 100, delay = "0s" }
      [operation.brief]
      max_tokens_per_call = 400
      [provider.openai]
      base = '\(server.url)/v1'

      """)
    let outcome = try home.run(
      """
      llmguard run sh ask one '"max_tokens":1500,"n":3,'
      call() {
        llmguard run "$@" -- curl -sS https://api.openai.com/v1/chat/completions \\
          -d '{"model":"gpt-4o","max_tokens":1500,"n":3,"messages":[{"role":"user","content":"'"$*"'"}]}' |
          grep -o '"asked":"[^"]*"'
      }
      call; call --op brief
      """)
    #expect(outcome.output == "\"asked\":\"33\"\n\"asked\":\"33\"\n\"asked\":\"131\"\n", "\(outcome)")
    #expect(
      outcome.error.split(separator: "\n").filter {
        $0.hasPrefix(
          "llmguard: degraded: model gpt-4o → gpt-4o-mini, max tokens 1500 → 33 for each of 3 answers; daily token budget: "
        )
      }.count == 2, "\(outcome.error)")
    #expect(
      outcome.error.contains(
        "llmguard: max tokens 1500 → 131 for each of 3 answers: operation brief allows a call 400 tokens\n"),
      "\(outcome.error)")
  }

  /// A call that is left as it is keeps its maximum, also where nothing but its command line can be changed.
  @Test func theMaximumOfEachAnswerIsNotTakenForThatOfAll() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['10k tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard run --no-gateway -- curl -sS \(server.url)/v1/chat/completions \\
        -d '{"model":"gpt-4o","max_tokens":1500,"n":3,"messages":[]}' | grep -o '"asked":"[^"]*"'
      """)
    #expect(outcome.output == "\"asked\":\"1500\"\n", "\(outcome)")
  }
}
