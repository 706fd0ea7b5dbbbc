import Posix
import ScriptedServer
import Testing

@testable import LLMGuardCLI

/// Runs that are begun inside another one and that go on by themselves: submitted ones, and those that begin when it is over.
@Suite struct LateRunStoryTests {
  let home: ProgramHome
  let server: ScriptedServer
  private let asked: Locked<[String]>

  init() throws {
    let nested = try NestedHome()
    (home, server, asked) = (nested.home, nested.server, nested.asked)
  }

  private static let submit = """
    id=$(llmguard submit --cache off -- curl -sSf -o /dev/null https://api.openai.com/v1/chat/completions -d @body)
    llmguard queue wait $id; echo $?

    """

  /// The call of a submitted run passes the gateway of the run that it was submitted in, in place of what the submitted one holds.
  @Test(arguments: ["", "-m gpt-4o -n 100"]) func aSubmittedCallIsChargedOnce(options: String) throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write("s", Self.submit)
    let outcome = try home.run(
      """
      llmguard run --cache off \(options) -- sh s
      llmguard usage report | cut -f 2-5; llmguard ledger verify
      """)
    #expect(outcome.output == "0\n1\t11\t22\t33\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 }.count == 1)
  }

  /// What the run around it may take is also what it may take.
  @Test func aSubmittedCallIsUnderTheCapsOfTheRunAroundIt() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write("s", Self.submit + "llmguard queue result $id\n")
    let outcome = try home.run("llmguard run --cache off --run-budget '20 tokens' -- sh s")
    #expect(outcome.output.hasPrefix("75\n"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("refused: this run may take 20 tokens"), "\(outcome.error)")
    #expect(asked.use { $0 } == [])
  }

  /// A run that begins when the one around it is over sends nothing to a provider in place of the user's own server. (The proxy
  /// is there so that the test sends nothing out, either.)
  @Test(arguments: ["OPENAI_BASE_URL", "OPENAI_API_BASE"], ["", "--no-gateway"])
  func aRunThatBeginsLateGoesWhereTheUserSaid(variable: String, options: String) throws {
    defer { home.remove() }
    try home.write("ask", "curl -sS -o /dev/null -w '%{http_code}\\n' \"$\(variable)/chat/completions\" -d @body\n")
    try home.write(
      "s",
      """
      mkfifo gone over
      (read word <gone; llmguard run -q --cache off \(options) -- sh ask; echo $? >over) >late 2>&1 &
      llmguard run --cache off -- sh ask

      """)
    let outcome = try home.run(
      """
      export HTTPS_PROXY=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 \(variable)=\(server.url)/own/v1
      llmguard run -q --cache off -- sh s
      echo gone >gone; cat over late
      """)
    #expect(outcome.output == "200\n0\n200\n", "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 } == ["/own/v1/chat/completions", "/own/v1/chat/completions"])
  }

  /// The same of an address from which a script has taken the scheme, in a variable and in a word.
  @Test(arguments: ["", "--no-gateway"]) func anAddressWithoutASchemeLeadsOn(options: String) throws {
    defer { home.remove() }
    let call = "curl -sS -o /dev/null -w '%{http_code}\\n' -d @body"
    try home.write("ask", "\(call) \"$OLLAMA_HOST/v1/chat/completions\"\n")
    try home.write(
      "s",
      """
      mkfifo gone over; OLLAMA_HOST=${OLLAMA_HOST#http://}; export OLLAMA_HOST
      (read word <gone; exec >late 2>&1; llmguard run -q --cache off \(options) -- sh ask
      llmguard run -q --cache off \(options) -- \(call) "$OLLAMA_HOST/v1/chat/completions"; echo $? >over) >/dev/null 2>&1 &

      """)
    let host = server.url.dropFirst("http://".count)
    let outcome = try home.run(
      "export OLLAMA_HOST=\(host)/own; llmguard run -q --cache off -- sh s; echo gone >gone; cat over late")
    #expect(outcome.output == "0\n200\n200\n", "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 } == ["/own/v1/chat/completions", "/own/v1/chat/completions"])
  }

  /// What was started by a run that is over is not free of its caps by having its own run.
  @Test(arguments: [
    ("--max-calls 1", "", ""), ("--max-calls 1", "", "--no-gateway"), ("--run-budget '1k tokens'", "", ""),
    ("--max-duration 1h", "", ""), ("--max-calls 1", "--max-calls 2", ""), ("--max-calls 1", "", "env"), ("", "", ""),
  ])
  func aRunThatBeginsLateIsNotFreeOfCaps(caps: String, own: String, way: String) throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n[run]\nmax_calls = 9\n")
    try home.write("ask", "curl -sS -o /dev/null -w '%{http_code}\\n' \"$OPENAI_BASE_URL/chat/completions\" -d @body\n")
    try home.write(
      "s",
      """
      mkfifo gone over
      (read word <gone; exec >late 2>&1
      \(way == "env" ? "env -u LLMGUARD_CAPS " : "")llmguard run -q --cache off \(own) \(way == "env" ? "" : way) -- sh ask
      echo $?; echo >over) >/dev/null 2>&1 &
      llmguard run --cache off -- sh ask

      """)
    let outcome = try home.run(
      "llmguard run -q --cache off \(caps) -- sh s; echo gone >gone; read word <over; cat late")
    let isRefused = !caps.isEmpty && own.isEmpty && way != "env"
    #expect(
      outcome.output.hasPrefix(isRefused ? "200\nllmguard: error: the run around this one is over" : "200\n200\n0\n"),
      "\(outcome)")
    #expect(outcome.output.hasSuffix(isRefused ? "\n125\n" : "\n0\n"), "\(outcome)")
    #expect(asked.use { $0 }.count == (isRefused ? 1 : 2))
  }

  /// A rehearsal says of such a run what would become of it, as of a call that would be refused.
  @Test(arguments: [
    ("--max-calls 1", "", ""), ("--max-calls 1", "-n 9 -m gpt-4o", ""), ("--max-calls 1", "--no-gateway", ""),
    ("--max-calls 1", "--max-calls 2", ""), ("", "", ""), ("--max-calls 1", "", "before"),
  ])
  func aRehearsalSaysThatARunBeginsTooLate(caps: String, own: String, way: String) throws {
    defer { home.remove() }
    try home.write(
      "rehearse",
      """
      llmguard run --dry-run \(own) -- true; echo $?
      llmguard run --dry-run --json \(own) -- true | grep -E '^  "(decision|message|hint|fits|schema)"'; echo $?

      """)
    try home.write(
      "s",
      way == "before"
        ? "sh rehearse >late 2>&1"
        : "mkfifo gone over; (read word <gone; sh rehearse >late 2>&1; echo >over) >/dev/null 2>&1 &")
    let outcome = try home.run(
      """
      llmguard run -q --cache off \(caps) -- sh s; \(way == "before" ? "" : "echo gone >gone; read word <over")
      grep -E -e '^(refused|hint|fits) ' -e '"(decision|message|hint|fits)"' -e '^[0-9]*$' late | tr -s ' ' | sed 's/^ //'
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    if caps.isEmpty || own.hasPrefix("--max-calls") || way == "before" {
      #expect(!outcome.output.contains("around this one") && lines.first { $0 != "fits yes" } == "0", "\(outcome)")
      return
    }
    let words = "the run around this one is over, and its caps with it (1 call)"
    try #require(lines.count == 9, "\(outcome)")
    #expect(lines[0] == "refused " + words)
    #expect(lines[1].hasPrefix("hint let the script around it end with 'wait'; or give this run caps of its own"))
    #expect(lines[2...3] == ["fits no", "75"])
    #expect(lines[4] == #""decision": "refused","#)
    #expect(lines[5] == "\"message\": \"\(words)\",")
    #expect(lines[6].hasPrefix(#""hint": "let the script around it end"#))
    #expect(lines[7].hasPrefix(#""fits": false"#))
  }

  /// Without a gateway nothing of the one that is over is left, but that what it had set leads to the providers.
  @Test(arguments: ["--no-gateway", "--fail-open"])
  func aRunThatBeginsLateWithoutAGatewayLeadsToTheProviders(option: String) throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      mkfifo gone over; A=$OPENAI_BASE_URL/x; export A
      (read word <gone; [ \(option) = --no-gateway ] || export LLMGUARD_LEDGER=/proc/none/l
      llmguard run -q \(option) -- sh -c 'echo ${OPENAI_BASE_URL-none} ${LLMGUARD_GATEWAY-none} $A' >late 2>err
      echo >over) >/dev/null 2>&1 &

      """)
    let outcome = try home.run("llmguard run -q -- sh s; echo gone >gone; read word <over; cat late")
    #expect(
      outcome.output == "https://api.openai.com/v1 none https://api.openai.com/v1/x\n",
      "\(outcome.output)\(outcome.error)")
  }

  /// A shell may have put an address of the gateway in the place of a variable while that was there.
  @Test(arguments: ["", "/own"]) func anAddressOfTheGatewayThatIsGoneLeadsOn(own: String) throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "s",
      """
      mkfifo gone over; A=$OPENAI_BASE_URL/chat/completions C="curl -sS -o /dev/null -w %{http_code}\\n -d @body"; export A C
      (read word <gone; exec >late 2>&1
      llmguard run -q --cache off -- $C "$A"; llmguard run -q --cache off -- sh -c '$C "$A"'; echo >over) >/dev/null 2>&1 &

      """)
    let outcome = try home.run(
      """
      \(own.isEmpty ? "" : "export OPENAI_BASE_URL=\(server.url)\(own)/v1")
      llmguard run -q -- sh s; echo gone >gone; read word <over; cat late
      llmguard usage report | cut -f 2-5
      """)
    #expect(outcome.output == "200\n200\n2\t22\t44\t66\n", "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 } == ["\(own)/v1/chat/completions", "\(own)/v1/chat/completions"])
  }
}
