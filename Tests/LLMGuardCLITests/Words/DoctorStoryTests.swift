import Posix
import ScriptedServer
import Testing
import Upstream

@testable import LLMGuardCLI

/// `llmguard doctor`, as a person and a script see it.
@Suite(.serialized) struct DoctorStoryTests {
  @Test func aFreshMachineIsWell() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard doctor")
    #expect(outcome.status == 0, "\(outcome.error)")
    for name in [
      "sqlite", "libcurl", "ledger", "disk", "configuration", "notify", "isolation", "addresses", "variables",
    ] {
      #expect(outcome.output.contains("check\t\(name)\t"), "\(name)")
    }
    #expect(outcome.output.contains("check\tledger\tok\tnone yet"))
    #expect(outcome.output.contains(" free where the ledger is, in \(home.path)\t"))
    #expect(!File.exists(home.path + "/.local/state/llmguard"), "looking makes nothing")
    #expect(
      outcome.output.hasPrefix("check\tledger\tok\t"),
      "what this machine has comes before what SQLite is: \(outcome.output)")
    let json = try home.run("llmguard doctor --json | python3 -m json.tool")
    #expect(json.output.contains("\"schema\": 1"))
  }

  /// What was asked and answered stands in the cache in plain text.
  @Test func aCacheThatOthersCanReadIsWarnedOf() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --prompt-from args --cache auto -- echo names >/dev/null; llmguard doctor | grep -c 'cache.ok.*cache.sqlite3'
      chmod 666 $(find . -name cache.sqlite3); llmguard doctor | grep cache.sqlite3
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines.first == "1", "\(outcome)")
    #expect(lines.last?.hasPrefix("check\tcache\twarning\t") == true && lines.last?.contains("(mode 666)") == true)
  }

  /// On a terminal nothing is wider than it but words.
  @Test func aTerminalIsWideEnough() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("NO_COLOR=1 script -qec 'stty cols 70; llmguard doctor' /dev/null </dev/null")
    let lines = outcome.output.split { $0.isNewline }.map(String.init)
    #expect(lines.contains { $0.hasPrefix("not on this machine:") }, "\(outcome.output)\(outcome.error)")
    for line in lines { #expect(line.count <= 70 || !line.drop { $0 == " " }.contains(" "), "\(line)") }
  }

  @Test func aClientIsFoundWithWhatCatchesIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "for c in claude mods; do echo '#!/bin/sh' > bin/$c; chmod +x bin/$c; done; llmguard doctor")
    #expect(
      outcome.output.contains("client\tClaude Code\tvariable\tANTHROPIC_BASE_URL\t\(home.path)/bin/claude\t\n"))
    #expect(outcome.output.contains("client\tmods\tnot_caught\t\t\(home.path)/bin/mods\tbase-url in mods.yml\n"))
    #expect(outcome.output.contains("client\taichat\tvariable\tOPENAI_API_BASE,CLAUDE_API_BASE,GEMINI_API_BASE\t\t\n"))
  }

  /// A module that is in several folders is there, too (`mistralai` is one), and the line that leads it is told.
  @Test func aClientThatHeedsNothingIsFoundWithWhatLeadsIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let place = "\(home.path)/modules/mistralai"
    let outcome = try home.run(
      """
      mkdir -p modules/mistralai; export PYTHONPATH=$HOME/modules
      llmguard doctor; llmguard doctor --json | python3 -c '
      import json, sys
      print([c["remedy"] for c in json.load(sys.stdin)["clients"] if c["name"].startswith("mistralai")])'
      NO_COLOR=1 script -qec 'stty cols 100; llmguard doctor' /dev/null </dev/null
      """)
    let line = #"Mistral(server_url=g and g + "/mistral")"#
    #expect(outcome.output.contains("client\tmistralai (Python)\tnot_caught\t\t\(place)\t\(line)\n"), "\(outcome)")
    #expect(outcome.output.contains("['\(line)']\n"), "\(outcome)")
    #expect(outcome.output.contains("not caught but by its code "), "\(outcome)")
    #expect(
      outcome.output.contains(
        "led by their code, where g = os.environ.get(\"LLMGUARD_GATEWAY\"):\r\nmistralai (Python): \(line)\r\n"),
      "\(outcome)")
  }

  @Test func whatIsWrongIsNamedAndTold() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "default_teir = \"x\"\n")
    let mistaken = try home.run("llmguard doctor")
    #expect(mistaken.status == 78)
    #expect(mistaken.output.hasPrefix("check\tconfiguration\tproblem\t1 mistake, the first: "), "it comes first")
    #expect(mistaken.output.contains("check\tledger\tok\t"), "it is told once: \(mistaken.output)")
    #expect(mistaken.output.split(separator: "\n").filter { $0.contains("\tproblem\t") }.count == 1)
    try home.write(".config/llmguard/llmguard.toml", "")
    let damaged = try home.run("head -c 8192 /dev/zero > ledger; LLMGUARD_LEDGER=$HOME/ledger llmguard doctor")
    #expect(damaged.status == 65)
    #expect(damaged.output.contains("check\tledger\tproblem\t"))
  }

  static let calls = """
    curl -s "$OPENAI_BASE_URL/chat/completions" \
      -d '{"model":"gpt-4o","max_tokens":33,"messages":[{"role":"user","content":"hello"}]}'; echo
    curl -sN "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","stream":true,"messages":[]}'
    curl -s "$ANTHROPIC_BASE_URL/v1/messages" -d '{"model":"claude","max_tokens":9,"messages":[]}'; echo
    curl -s "$OLLAMA_HOST/api/tags"; echo
    """

  @Test func aCommandIsLookedAtAndNothingIsSent() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("job.sh", Self.calls)
    // The list is for a program here: what the command writes does not stand between its lines.
    let outcome = try home.run("llmguard doctor -- sh job.sh 2>said")
    #expect(
      outcome.output == """
        call\topenai\tPOST /v1/chat/completions\tgpt-4o\t6\t33
        call\topenai\tPOST /v1/chat/completions\tgpt-4o\t0\t
        call\tanthropic\tPOST /v1/messages\tclaude\t0\t9
        free\tollama\tGET /api/tags\t\t\t

        """, "\(outcome.output) \(outcome.error)")
    let json = try home.run(
      "llmguard doctor --json -- sh job.sh 2>heard | python3 -m json.tool >list; cmp said heard; grep -c kind list")
    #expect(json.output == "4\n", "\(json.output)\(json.error)")
    let said = try home.run("cat said; llmguard usage report --json")
    #expect(said.output.contains("data: [DONE]"))
    #expect(said.output.contains("llmguard doctor: nothing was sent"))
  }

  /// What a run in the command would call is on the list, and nothing of it goes out or is in a ledger.
  @Test func aRunInTheCommandIsRehearsedLikewise() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply("{}")
      return true
    }
    try home.write("body", #"{"model":"gpt-4o","max_tokens":5,"messages":[]}"#)
    try home.write(
      "job.sh",
      #"""
      place=https://api.openai.com/v1/chat/completions
      llmguard run --max-calls 1 -m gpt-4o -n 7 -- sh -c 'curl -s -o got -d @body $0; echo $LLMGUARD_MODEL $LLMGUARD_MAX_TOKENS' $place >&2
      llmguard run --no-gateway -- sh -c 'curl -s -o got -d @body $OPENAI_BASE_URL/chat/completions'
      llmguard run --isolate -- llmguard run -- curl -s -o got -d @body $place
      llmguard run -- sh -c 'exit 3'; echo $?; llmguard run -- ./nothing 2>/dev/null; echo $?
      llmguard run -- ./unmarked; (llmguard run -- sh -c 'kill -TERM $$'; echo $?) 2>/dev/null
      llmguard submit -- curl -s $place 2>/dev/null; echo $?; llmguard run --detach -- curl -s $place 2>/dev/null; echo $?
      llmguard doctor -- curl -s -o got -d @body $place
      """#)
    try home.write("unmarked", "echo unmarked\n")
    #expect(try home.run("chmod +x unmarked").status == 0)
    for own in ["", "export OPENAI_BASE_URL=\(server.url)/v1; "] {
      let outcome = try home.run(
        "\(own)llmguard doctor -- sh job.sh 2>said; grep -v -e llmguard -e ^hint said; ls .local; cat body | wc -l")
      let call = "call\topenai\tPOST /v1/chat/completions\tgpt-4o\t0\t5\n"
      #expect(
        outcome.output == "\(call)\(call)\(call)gpt-4o 7\n3\n127\nunmarked\n143\n125\n125\n\(call)0\n", "\(outcome)")
    }
    // Nor where the run around the doctor is one that a run could join.
    let nested = try home.run(
      "llmguard run -- llmguard doctor -- llmguard run -- curl -s -o got -d @body https://api.openai.com/v1/chat/completions; llmguard usage list"
    )
    #expect(nested.output == "call\topenai\tPOST /v1/chat/completions\tgpt-4o\t0\t5\n", "\(nested)")
    #expect(server.connections.use { $0 } == 0)
    // The token of a gateway around this one is told to nobody.
    let inside = try home.run(
      "llmguard run -- llmguard doctor -- sh -c 'curl -s -o got -d @body $OPENAI_BASE_URL/chat/completions'")
    #expect(inside.output.contains("/…/openai/v1/chat/completions\tgpt-4o"), "\(inside)")
  }

  @Test func whoAsksForAWebSocketIsListedAndToldToAskOverHTTP() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "job.sh",
      """
      curl -s -o /dev/null -w '%{http_code}\\n' -H 'Connection: Upgrade' -H 'Upgrade: websocket' \
        "$OPENAI_BASE_URL/realtime?model=m"
      """)
    let outcome = try home.run("llmguard doctor -- sh job.sh 2>said; echo $?; cat said")
    #expect(outcome.output.hasPrefix("websocket\topenai\tGET /v1/realtime\t\t\t\n0\n426\n"), "\(outcome.output)")
    let run = try home.run("llmguard run sh job.sh")
    #expect(run.output == "426\n" && run.status == 0)
    #expect(run.error.contains("openai was asked for a WebSocket (GET /v1/realtime), over which calls cannot be"))
    let failing = try home.run("llmguard run --quiet --fail-on-refusal sh job.sh")
    #expect(failing.output == "426\n" && failing.status == 75 && failing.error.contains("refused: "), "\(failing)")
    let quiet = try home.run(
      "sed 's/realtime.*m\"/responses\"/' job.sh >two.sh; llmguard run --quiet --fail-on-refusal sh two.sh")
    #expect(quiet.output == "426\n" && quiet.error.isEmpty && quiet.status == 0, "\(quiet)")
  }

  @Test func aBypassIsSeen() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("job.sh", "curl -s https://example.invalid/v1/chat?key=secret; curl -s http://other.invalid/x; true")
    let outcome = try home.run("llmguard doctor -- sh job.sh")
    #expect(outcome.status == 75)
    #expect(outcome.output.contains("bypass\texample.invalid:443\tCONNECT"))
    #expect(outcome.output.contains("bypass\tother.invalid\tGET /x"))
    #expect(!outcome.output.contains("secret"))
  }

  @Test func aCallThatCannotBeReadIsSaidToBeRefused() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("job.sh", "curl -s \"$OPENAI_BASE_URL/chat/completions\" -d '{\"model\":'")
    let outcome = try home.run("llmguard doctor --json -- sh job.sh")
    #expect(outcome.status == 75)
    #expect(outcome.output.contains("\"kind\": \"unreadable\""))
  }

  @Test func aCommandWithoutCallsIsSaidToHaveNone() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("job.sh", "set -u; echo $unset; curl -s \"$OPENAI_BASE_URL/chat/completions\" -d '{}'")
    let failed = try home.run("llmguard doctor -- sh job.sh")
    #expect(failed.error.contains("warning: 'job.sh' made no call of a model"), "\(failed.error)")
    #expect(
      failed.error.contains("warning: 'job.sh' ended with status 2; what it would have called"), "\(failed.error)")
    try home.write("job.sh", Self.calls)
    // Where it cannot be shut in, that is warned of all the same.
    #expect(try !home.run("llmguard doctor -- sh job.sh >said").error.contains("warning: 'sh' made no call"))
  }

  /// Who can write a folder can put another ledger in the place of the one in it.
  @Test func aFolderThatOthersWriteIsSaid() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -n 1 --no-gateway -- true; state=.local/state/llmguard
      for mode in 775 700; do chmod $mode $state; llmguard doctor | grep ledger.\\*sound; done
      chmod 777 .local; llmguard doctor | grep ledger.\\*sound
      """)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(lines.map { $0[2] } == ["warning", "ok", "warning"], "\(outcome)")
    #expect(
      lines.first?[3].hasSuffix(
        "sound, but others may put another in its place, as they can write its folder or one above it") == true)
  }

  @Test func aLedgerThatCannotBeMadeIsAProblem() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("echo >file; LLMGUARD_LEDGER=$HOME/file/new/ledger llmguard doctor")
    #expect(outcome.status == 73, "\(outcome.output)")
    #expect(outcome.output.contains("check\tledger\tproblem\tnone yet, and none can be made"), "\(outcome.output)")
  }

  @Test func aCommandThatIsNotThereIsNamed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard doctor -- no-such-command")
    #expect(outcome.status == 127)
    #expect(outcome.error.contains("cannot run 'no-such-command'"))
  }

  /// The locks keep the bug out: it is told with what is in order, with what not to do beside them.
  @Test(arguments: [
    ("3.40.1", true), ("3.51.2", true), ("3.51.3", false), ("3.52.0", false), ("3.9.9", true), ("4.0.0", false),
  ])
  func theVersionWithTheMendedBugIsKnown(version: String, isTold: Bool) {
    let diagnosis = Diagnosis.sqlite(version: version)
    #expect(diagnosis.state == .ok)
    #expect(diagnosis.text.contains("WAL-reset bug") == isTold && diagnosis.hint.isEmpty != isTold)
  }

  @Test(arguments: [
    (
      "libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13 nghttp2/1.52.0",
      "libcurl/7.88.1, TLS by OpenSSL/3.0.19, HTTP/1.1 and 2"
    ),
    ("libcurl/8.5.0 GnuTLS/3.8.3 zlib/1.3", "libcurl/8.5.0, TLS by GnuTLS/3.8.3, HTTP/1.1"),
    ("libcurl/8.5.0 zlib/1.3", "libcurl/8.5.0, no TLS, HTTP/1.1: no provider can be reached over https"),
  ])
  func curlIsReadByItsOwnWords(version: String, text: String) {
    #expect(Diagnosis.curl(.success(version)).text == text)
  }

  @Test func aMissingCurlIsAProblem() {
    let diagnosis = Diagnosis.curl(.failure(.noLibrary("libcurl was not found")))
    #expect(diagnosis.status == 69)
    #expect(diagnosis.hint.contains("apt-get install"))
  }
}
