import GuardModel
import Ledger
import Posix
import SQLiteLedger
import ScriptedServer

/// A home like that of somebody who has used llmguard for some weeks, for examples to be typed in.
///
/// Programs that examples call and that would need a network, a model or the administrator have stand-ins on `PATH`.
struct ExampleHome {
  private let home: ProgramHome
  private let server: ScriptedServer
  private let copies: String

  struct Unready: Error { let what: String }

  /// Makes the home once; each example gets a copy of it.
  init() throws {
    home = try ProgramHome()
    copies = try Folder.makeTemporary(prefix: "llmguard-examples")
    server = try ScriptedServer { exchange in
      exchange.reply(Self.answer(to: exchange.text))
      return true
    }
    try writePrograms()
    try writeFiles()
    try fillLedger()
    let outcome = try home.run(
      """
      chmod +x bin/* *.sh bin/*.sh
      for i in $(seq 41); do llmguard run -q -- llm -m gpt-4o "What is $i times $i?" >/dev/null; done
      llmguard run -q -- llm -m gpt-4o 'What is 41 times 41?' >/dev/null
      for i in $(seq 12); do llmguard run -q -m gpt-4o ./nightly.sh >/dev/null; done
      llmguard ledger backup backup.sqlite3 && llmguard config check
      """, limitSeconds: 120)
    if outcome.status != 0 { throw Unready(what: outcome.output + outcome.error) }
  }

  func remove() {
    home.remove()
    try? Folder.removeTree(copies)
  }

  /// Types an example in a copy of the home.
  ///
  /// - Returns: its exit status, and what it wrote, both streams in one.
  func type(_ example: ShownExample, _ stage: ExampleStage) throws -> (status: Int32, output: String) {
    let name = "\(copies)/\(Random.hexadecimal(bytes: 4))"
    defer { try? Folder.removeTree(name) }
    var script = example.script
    for (word, meaning) in ExampleStage.places + stage.meanings {
      script = script.split(separator: word, omittingEmptySubsequences: false).joined(separator: meaning)
    }
    if Shell.run("cp -a '\(home.path)' '\(name)'") != 0 { throw Unready(what: "cp") }
    try File.replace(
      "\(name)/example.bash",
      with: Array(
        (Self.prelude + stage.before + "\nset -eo pipefail\n" + script + "\nset +e\n" + stage.after + "\n").utf8))
    let environment =
      "HOME='\(name)' PATH='\(name)/bin:/usr/bin:/bin' LANG=C.UTF-8 NO_COLOR=1 LLM_URL='\(server.url)/local' CHECKOUT='\(ProgramHome.checkout)' "
      + "PROGRAM='\(ProgramHome.program)'"
    let status = Shell.run(
      "cd '\(name)' && timeout -s KILL 120 env -i \(environment) bash example.bash >'\(name).out' 2>&1 </dev/null")
    defer { try? File.remove("\(name).out") }
    return (status, String(decoding: try File.readAll("\(name).out"), as: UTF8.self))
  }

  /// What stands above each example. A program that goes on until it is ended is ended when it has written something, and has
  /// to end well. Words that stand for the reader's own have a value.
  private static let prelude = """
    question='why is the sky blue?' out=$HOME/lasting.out
    # The port that a server has by itself may be another's just now.
    elsewhere=; if (exec 3<>/dev/tcp/127.0.0.1/4470) 2>/dev/null; then elsewhere='--listen 127.0.0.1:0'; fi
    lasting() {
      command llmguard "$@" >"$out" 2>&1 & local pid=$!
      for _ in $(seq 600); do [ -s "$out" ] && break; sleep 0.05; done
      cat "$out"; [ -s "$out" ] || return 9
      kill -TERM $pid; local status=0; wait $pid || status=$?
      [ $status = 0 ] || [ $status = 143 ]
    }
    llmguard() {
      if [ "$*" = serve ]; then set -- serve $elsewhere; fi
      [ $BASHPID = $$ ] || exec "$HOME/bin/llmguard" "$@"
      case "$*" in
        'usage watch'* | 'usage serve'* | 'usage list --follow'* | serve | "serve $elsewhere") lasting "$@" ;;
        *) command llmguard "$@" ;;
      esac
    }
    trap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT

    """

  // MARK: - What stands there

  private func writePrograms() throws {
    let answers = "#!/bin/sh\n[ -t 0 ] || cat >/dev/null\necho 'one two three'\n"
    for name in ["llm", "ollama", "claude", "codex"] { try home.write("bin/\(name)", answers) }
    // A toolchain would build this very program; the tests run already.
    try home.write(
      "bin/swift",
      """
      #!/bin/sh
      case "$*" in
        'build -c release') mkdir -p .build/release && cp "$PROGRAM" .build/release/llmguard ;;
        'run -c release llmguard '*) shift 4; exec llmguard "$@" ;;
        'test --no-parallel') grep -q 'swift test --no-parallel' "$CHECKOUT/.ci/run" ;;
        *) echo "swift: what is '$*'?" >&2; exit 9 ;;
      esac

      """)
    try home.write("bin/sudo", "#!/bin/sh\nexec \"$@\"\n")
    try home.write(
      "bin/install",
      "#!/bin/bash\nwords=()\nfor word; do case $word in /*) word=$HOME/root$word ;; esac; words+=(\"$word\"); done\n"
        + "exec /usr/bin/install \"${words[@]}\"\n")
    try home.write("bin/git", "#!/bin/sh\necho '0123abc Mend what was broken'\n")
    try home.write("nightly.sh", "#!/bin/sh\nllm -m gpt-4o tonight\n")
    try home.write("bin/nightly.sh", "#!/bin/sh\nllmguard run -q -- llm -m gpt-4o tonight\n")
    for name in ["ask.sh", "agent.sh"] { try home.write(name, "#!/bin/sh\necho \"$@\"\n") }
    try home.write(
      "tests.sh",
      "#!/bin/sh\ncurl -sSf \"$OPENAI_BASE_URL/chat/completions\" -d '{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}'\n"
    )
  }

  private func writeFiles() throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      timezone = "UTC"
      [tier.default]
      budgets = ["10M tokens/day"]
      self_grant = ["50k tokens/day"]
      [tier.pro]
      budgets = ["20M tokens/day"]
      [tier.free]
      budgets = ["200k tokens/day"]
      [provider.openai]
      base = "\(server.url)/v1"
      [provider.local]
      base = "\(server.url)/local/v1"

      """)
    try home.write("new.toml", "[tier.default]\nbudgets = ['2M tokens/day']\n")
    try home.write("prompt.txt", "Say why the sky is blue.\n")
    try home.write(
      "calls.csv",
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2026-11-01 10:00:00,374,44\n2026-11-01 10:00:01,396,109\n")
  }

  /// Four hundred calls of the last three weeks: the ledger's entries up to 800 and some.
  private func fillLedger() throws {
    try Folder.makePrivate(home.path + "/.local")
    try Folder.makePrivate(home.path + "/.local/state")
    try Folder.makePrivate(home.path + "/.local/state/llmguard")
    let ledger = try SQLiteLedger(path: home.path + "/.local/state/llmguard/ledger.sqlite3", zone: .utc)
    let start = Clock.unixMs - 20 * 86_400_000
    _ = try ledger.group {
      for number in 0..<430 {
        let now = start + Int64(number) * 4_000_000
        let facts = CallFacts(
          user: ["ana", "ci-bot", "alice"][number % 3], tier: "default", operation: ["review", "analyze"][number % 2],
          model: "gpt-4o", run: "run\(number / 10)", program: "nightly.sh", phase: .ok, estimatedInput: 400,
          estimatedOutput: 200)
        let charge = Charge(tokens: 600, costMicroUSD: 900)
        let request = ReservationRequest(
          idempotencyKey: "past \(number)", facts: facts, charge: charge, budgets: [])
        guard case .held(let hold, _)? = try? ledger.reserve(request, nowUnixMs: now) else { return }
        _ = try? ledger.settle(
          hold,
          Settlement(
            usage: TokenUsage(input: 390, output: 180, exactness: .exact),
            charge: Charge(tokens: 570, costMicroUSD: 850), ending: .complete), nowUnixMs: now + 2000)
      }
    }
  }

  /// What the provider answers: a sentence about the page that is asked for, as the README shows it.
  private static func answer(to request: String) -> String {
    let sentences = [
      "bash": "The program is a GNU shell command that executes commands from the user.",
      "diff": "diff -compare files line by line. This is a command that compares files.",
      "du": "du -files0-from=F This is a command that prints the total for a",
      "ps": "ps -report a snapshot of the current processes",
    ]
    let page = sentences.keys.first { request.contains("page of \($0).") }
    let text = page.flatMap { sentences[$0] } ?? "It is a program."
    return
      #"{"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}],"#
      + #""usage":{"prompt_tokens":360,"completion_tokens":33,"total_tokens":393}}"#
  }
}
