import Posix
import ScriptedServer
import Testing

/// What a script leaves running when it ends, and the gateway with it.
@Suite struct LeftProcessStoryTests {
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
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "one.sh",
      #"curl -sS "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","max_tokens":50,"messages":[]}' >/dev/null"#
        + "\n")
  }

  /// What goes on calls in vain, and not past the gateway that is gone; its shims go when it is over. (The proxy is there to hear of
  /// whatever would go out.)
  @Test(arguments: ["", "setsid "], ["", "-q"])
  func whatIsLeftRunningReachesNobody(starter: String, options: String) throws {
    defer { home.remove() }
    let before = server.connections.use { $0 }
    try home.write(
      "late.sh",
      "read word <gone; curl -sS -m 5 -o /dev/null https://api.openai.com/v1/chat/completions -d '{}'; echo $? >over\n")
    try home.write("job.sh", "\(starter)sh late.sh >/dev/null 2>&1 &\n")
    let outcome = try home.run(
      """
      mkfifo gone over; export https_proxy=\(server.url); S=.local/state/llmguard/shims
      llmguard run \(options) -- sh job.sh
      llmguard run -q -- true; ls $S | wc -l
      echo gone >gone; cat over; sleep 0.2; llmguard run -q -- true; ls $S | wc -l
      """)
    #expect(outcome.output == "2\n7\n0\n", "\(outcome.output)\(outcome.error)")
    #expect(server.connections.use { $0 } == before)
  }

  /// What is left may start others and end; and the folder may stand in a temporary place, as a colon would end it on a `PATH`.
  @Test(arguments: [
    ("", ".local/state/llmguard/shims"),
    (#"mkdir t a:b; export TMPDIR="$PWD/t" LLMGUARD_LEDGER="$PWD/a:b/ledger.sqlite""#, "t"),
  ])
  func whatTheLeftHaveStartedReachesNobodyEither(before: String, place: String) throws {
    defer { home.remove() }
    let before = before.isEmpty ? "true" : before
    let asked = server.connections.use { $0 }
    try home.write(
      "late.sh",
      "read word <gone; curl -sS -m 5 -o /dev/null https://api.openai.com/v1/chat/completions -d '{}'; echo $? >over\n")
    try home.write("job.sh", "(read word <next; sh late.sh &) >/dev/null 2>&1 &\n")
    let outcome = try home.run(
      """
      \(before); mkfifo next gone over; export https_proxy=\(server.url); rooms() { ls \(place) | grep -vc lock; }
      llmguard run -q -- sh job.sh
      echo go >next; sleep 0.3; llmguard run -q -- true; rooms
      echo gone >gone; cat over; sleep 0.3; llmguard run -q -- true; rooms
      """)
    #expect(outcome.output == "1\n7\n0\n", "\(outcome.output)\(outcome.error)")
    #expect(server.connections.use { $0 } == asked)
  }

  /// What was said of processes that still run.
  private func said(_ outcome: ProgramHome.Outcome) -> [Substring] {
    outcome.error.split(separator: "\n").filter { $0.contains("still run") }
  }

  @Test func whatIsLeftRunningIsNamed() throws {
    defer { home.remove() }
    try home.write("job.sh", "sh one.sh\n(sleep 20; sh one.sh) >/dev/null 2>&1 &\necho $! >left\n")
    let outcome = try home.run("llmguard run --no-cache sh job.sh; echo $?; cat left; kill $(cat left)")
    let lines = outcome.output.split(separator: "\n")
    try #require(lines.count == 2, "\(outcome)")
    #expect(lines[0] == "0")
    #expect(
      said(outcome) == [
        "llmguard: warning: a process of the command still runs (sh, \(lines[1])); its calls reach nobody any more"
      ], "\(outcome.error)")
    #expect(outcome.error.contains("\nhint: let the script end with 'wait', or "), "\(outcome.error)")
  }

  /// What goes on may only be about to call.
  @Test func whatIsLeftRunningIsNamedBeforeAnyCall() throws {
    defer { home.remove() }
    try home.write("job.sh", "(sleep 20; sh one.sh) >/dev/null 2>&1 &\necho $! >left\n")
    let outcome = try home.run("llmguard run --no-cache sh job.sh; echo $?; cat left; kill $(cat left)")
    let lines = outcome.output.split(separator: "\n")
    try #require(lines.count == 2 && lines[0] == "0", "\(outcome)")
    #expect(said(outcome).count == 1 && outcome.error.contains("(sh, \(lines[1]))"), "\(outcome.error)")
  }

  /// Other processes do not matter, however many they are.
  @Test func whatIsLeftRunningIsFoundInACrowd() throws {
    defer { home.remove() }
    try home.write(
      "job.sh",
      """
      for i in $(seq 70); do env -i setsid sleep 3 >/dev/null 2>&1 & done
      sleep 1; (sleep 20; sh one.sh) >/dev/null 2>&1 &
      echo $! >left

      """)
    let outcome = try home.run(
      "llmguard run --no-cache sh job.sh; cat left; ls .local/state/llmguard/shims | wc -l; kill $(cat left)")
    let lines = outcome.output.split(separator: "\n")
    #expect(said(outcome).count == 1 && outcome.error.contains("(sh, \(lines[0]))"), "\(outcome.error)")
    #expect(lines.last == "2", "\(outcome.output)")
  }

  @Test func severalAreCountedAndTheFirstNamed() throws {
    defer { home.remove() }
    try home.write(
      "job.sh", "sh one.sh\nfor i in 1 2 3 4; do sleep 20 >/dev/null 2>&1 & echo $! >>left; done\n")
    let outcome = try home.run("llmguard run --no-cache sh job.sh; paste -sd ' ' left; kill $(cat left)")
    let left = outcome.output.split(whereSeparator: \.isWhitespace)
    try #require(left.count == 4, "\(outcome)")
    #expect(
      said(outcome).first?.contains(
        "4 processes of the command still run (sleep, \(left[0]); sleep, \(left[1]); sleep, \(left[2]); and 1 more); "
          + "their calls reach nobody any more") == true, "\(outcome.error)")
  }

  /// A script that waits leaves none; what goes by itself in a moment, and what made a session of its own are not
  /// told of; nor is anything to who wants to hear nothing.
  @Test(arguments: [
    "sh one.sh; (sleep 0.1; sh one.sh) & wait", "sh one.sh; sleep 0.02 &", "sh one.sh; setsid sleep 2 &",
  ]) func nothingIsSaidWithoutNeed(_ script: String) throws {
    defer { home.remove() }
    try home.write("job.sh", "exec >/dev/null 2>&1\n\(script)\n")
    let outcome = try home.run("llmguard run --no-cache sh job.sh; echo $?")
    #expect(outcome.output == "0\n")
    #expect(said(outcome) == [], "\(outcome.error)")
  }

  /// Whoever called may end with its call: then no process is left that could be told of.
  @Test func callsThatAreCutAreTold() throws {
    defer { home.remove() }
    let slow = try ScriptedServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {}\n\n")
      _ = exchange.waitForEnd(limitMs: 20_000)
      return false
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(slow.url)/v1'\n")
    try home.write(
      "job.sh",
      """
      for i in 1 2; do
        mkfifo came$i
        (curl -sSN "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","stream":true,"messages":[],"input":"'$i'"}' >came$i 2>&1) &
        read word <came$i
      done

      """)
    let outcome = try home.run(
      """
      llmguard run --cache off sh job.sh; echo $?
      rm came?; llmguard run -q --cache off sh job.sh; echo $?
      """)
    #expect(outcome.output == "0\n0\n", "\(outcome)")
    let told = outcome.error.split(separator: "\n").filter { $0.contains("under way") }
    #expect(
      told == [
        "llmguard: warning: 2 calls were still under way when the command ended, and were cut: what was left of their answers is "
          + "lost"
      ], "\(outcome.error)")
  }

  @Test func whoIsQuietIsToldNothing() throws {
    defer { home.remove() }
    try home.write("job.sh", "sh one.sh\nsleep 20 >/dev/null 2>&1 &\necho $! >left\n")
    let outcome = try home.run("llmguard run -q --no-cache sh job.sh; kill $(cat left)")
    #expect(outcome.error == "", "\(outcome.error)")
  }
}
