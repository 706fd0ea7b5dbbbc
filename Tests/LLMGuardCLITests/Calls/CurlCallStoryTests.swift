import Glibc
import Posix
import ScriptedServer
import Testing

/// `run -- curl`: a call of a model where its address or its body says so, and read as the gateway reads it.
@Suite struct CurlCallStoryTests {
  let home: ProgramHome
  let server: ScriptedServer

  init() throws {
    home = try ProgramHome()
    server = try ScriptedServer { exchange in
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ["100k tokens/day", "$1/day"]
      [provider.openai]
      base = '\(server.url)/v1'
      deployments = { "our-chat" = "gpt-4o", "our-small" = "gpt-4o-mini" }

      """)
  }

  private static func call(_ model: String, _ text: String) -> String {
    #"curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"\#(model)","max_tokens":100,"messages":[{"role":"user","content":"\#(text)"}]}'"#
  }

  @Test func whatIsNoCallIsNotCharged() throws {
    defer { home.remove() }
    try home.write("rows", #"{"name":"a row"}"#)
    let other = try ScriptedServer { exchange in
      exchange.reply("{}")
      return true
    }
    let outcome = try home.run(
      """
      run() { llmguard run -- curl -sS "$@" >got; printf '%s ' $?; }
      run --version; run file:///etc/hostname; run https://api.openai.com/v1/models
      run -d @rows '\(other.url)/rows'; run -d @- '\(other.url)/rows' <rows
      cat rows | run -d @- '\(other.url)/rows'
      run https://api.openai.com/v1/images/generations -d '{"prompt":"a cat"}'
      llmguard run --dry-run -- curl --version | grep -c 'each of its calls'
      llmguard usage list | cut -f 1 | wc -l; llmguard usage report --json | tr -d ' ' | grep '"unmetered"' | tail -1
      llmguard usage check --max '0 calls'; echo $?

      """)
    #expect(
      outcome.output == """
        0 0 0 0 0 0 0 1
        1
        "unmetered":1,
        ok: 0 of 0 calls; 1 request went out unmetered
        0

        """, "\(outcome.output)\(outcome.error)")
  }

  /// What a single call took is known from the gateway, though its answer is kept as the command's output.
  @Test func anAnswerIsKeptWithWhatItsCallTook() throws {
    defer { home.remove() }
    let call = Self.call("gpt-4o", "three names for a cat")
    let outcome = try home.run(
      """
      llmguard run -q --receipt r -- \(call) >/dev/null; grep operation_basis r
      llmguard cache show "$(llmguard cache list | cut -f 1)" --json | grep -E '^  .(input_|output_|exactness)'

      """)
    #expect(
      outcome.output == """
          "operation_basis": "client",
          "input_tokens": 11,
          "output_tokens": 22,
          "exactness": "exact",

        """, "\(outcome.output)\(outcome.error)")
  }

  /// By its text a call is a retry, and dearer; whether its gateway has the answer is known when it comes there.
  @Test func aRetryThatTheCacheMayAnswerSaysSo() throws {
    defer { home.remove() }
    try home.write(
      "bin/llm",
      #"curl -sS ${OPENAI_BASE_URL:-\#(server.url)/v1}/chat/completions -d '{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}'"#
    )
    let outcome = try home.run(
      """
      sed -i '1i #!/bin/sh' bin/llm; chmod +x bin/llm
      for i in 1 2 3; do llmguard run --cache off --no-gateway -- llm -m gpt-4o hi >/dev/null; done
      llmguard run -q -- sh bin/llm >/dev/null; llmguard run -- llm -m gpt-4o hi >/dev/null; echo 'a new one' >&2
      llmguard run --cache refresh -- llm -m gpt-4o hi >/dev/null
      """)
    let lines = outcome.error.split(separator: "\n").map { $0.replacing("llmguard: retry ", with: "") }
    try #require(lines.count == 6, "\(outcome)")
    #expect(lines[1].hasPrefix("2 of the same request: charges 1.5× (") && !lines[1].contains("unless"), "\(lines)")
    #expect(lines[2].hasPrefix("3 of the same request: charges 2× ("), "\(lines)")
    #expect(lines[2].hasSuffix(" tokens), unless the cache answers it; the next one charges 3×"), "\(lines)")
    #expect(lines[3].hasPrefix("llmguard: cached: the same request was answered"), "\(lines)")
    #expect(lines[5].contains("of the same request: charges ") && !lines[5].contains("unless"), "\(lines)")
  }

  /// The retry is told by the gateway, the answer is kept by the run around it.
  @Test func aRetryOfASingleCallNamesItsAnswer() throws {
    defer { home.remove() }
    let call = Self.call("gpt-4o", "three names for a cat")
    let outcome = try home.run("for i in 1 2 3 4; do llmguard run --no-cache -- \(call) >/dev/null; done")
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 3, "\(outcome.error)")
    for line in lines.dropFirst() { #expect(line.contains("; the cached answer is free: --cache only"), "\(line)") }
    // A run inside tells it to the gateway of the run around it.
    try home.write("inner.sh", "llmguard run --no-cache -- \(call)")
    let nested = try home.run("llmguard run -- sh -c 'for i in 1 2 3; do sh inner.sh; done' >/dev/null")
    #expect(nested.error.contains("; the cached answer is free: --cache only"), "\(nested.error)")
  }

  @Test func aDeploymentIsItsModelForASingleCallToo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --no-cache --receipt r -- \(Self.call("our-chat", "hi")) >/dev/null || cat r
      llmguard usage report --by model | grep -v total | cut -f 1-4; llmguard ledger verify

      """)
    #expect(outcome.output == "gpt-4o\t1\t11\t22\nok\n", "\(outcome.error)")
  }

  @Test func anEstimateSeesWhatTheGatewayWillSee() throws {
    defer { home.remove() }
    let call = Self.call("gpt-4o", "three names for a cat")
    let outcome = try home.run(
      """
      llmguard estimate --json -- \(call) | tr -d ' \\n'; echo
      llmguard run --no-cache -- \(call) >/dev/null; llmguard run --no-cache -- \(call) >/dev/null
      llmguard estimate --json -- \(call) | tr -d ' \\n'; echo

      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2, "\(outcome.output)\(outcome.error)")
    #expect(lines.first?.contains("\"attempt\":1,") == true, "\(outcome.output)")
    #expect(lines.last?.contains("\"attempt\":3,") == true, "\(outcome.output)")
    #expect(lines.first?.contains("\"input_tokens\":9,") == true, "\(outcome.output)")
  }

  /// Whatever curl writes of it, nobody was sent anything. One who answered and then failed was.
  @Test func whatReachedNobodyIsNotCharged() throws {
    defer { home.remove() }
    let body = #"'{"model":"gpt-4o","max_tokens":20,"messages":[{"role":"user","content":"hi"}]}'"#
    let outcome = try home.run(
      """
      ask() { llmguard run --summary -- curl -sS -w '%{http_code}\\n' -d \(body) "$@"; echo $?; }
      ask http://127.0.0.1:9/v1/chat/completions; ask http://127.0.0.1:9/v1/chat/completions
      ask http://nobody.invalid/v1/chat/completions; ask 'http://127.0.0.1:9/v1/{chat/completions,else}'
      llmguard usage report | cut -f 2; llmguard ledger verify
      """)
    #expect(outcome.output == "000\n7\n000\n7\n000\n6\n000\n000\n7\n1\nok\n", "\(outcome)")
    let told = outcome.error.split(separator: "\n").filter { $0.contains("1 call did not happen, and cost nothing") }
    #expect(told.count == 3, "\(outcome)")
    #expect(!outcome.error.contains("retry"), "\(outcome)")
  }
}
