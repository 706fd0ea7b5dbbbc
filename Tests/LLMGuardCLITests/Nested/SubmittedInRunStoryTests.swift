import Posix
import ScriptedServer
import Testing

@testable import LLMGuardCLI

/// Calls that are submitted in a guarded script: they go on when that is over.
@Suite struct SubmittedInRunStoryTests {
  let home: ProgramHome
  let server: ScriptedServer
  private let asked: Locked<[String]>

  init() throws {
    let nested = try NestedHome()
    (home, server, asked) = (nested.home, nested.server, nested.asked)
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try home.write(
      "job",
      """
      echo begun >begun; read word <gone
      curl -sS -m 20 -o /dev/null -w '%{http_code}\\n' ${1:-https://api.openai.com/v1/chat/completions} -d @body

      """)
  }

  /// A run that submits the job and ends when that has begun, and what becomes of the job then.
  ///
  /// - Parameters:
  ///   - options: of the run around it.
  ///   - job: what is submitted.
  private func story(_ options: String, _ job: String, before: String = "") throws -> ProgramHome.Outcome {
    try home.write("s", "llmguard submit \(job) >id; read word <begun\n")
    return try home.run(
      """
      mkfifo begun gone; \(before)
      llmguard run \(options) -- sh s
      echo gone >gone; llmguard queue wait $(cat id); echo $?; llmguard queue result $(cat id)
      llmguard usage show $(cat id) --json | grep -o '"calls": [0-9]*'
      llmguard usage report | cut -f 2-5; llmguard ledger verify
      """)
  }

  /// A call that shares a run's caps begins only after that run has ended: it goes out free of none of them.
  @Test func aSubmittedCallThatBeginsLateIsStillUnderItsRunsCaps() throws {
    defer { home.remove() }
    try home.write(
      "quick", "curl -sS -o /dev/null -w '%{http_code}\\n' https://api.openai.com/v1/chat/completions -d @body\n")
    let outcome = try home.run(
      """
      llmguard run --cache off --max-calls 0 -q -- sh -c 'exec llmguard submit --cache off -- sh quick </dev/null >id'
      llmguard queue wait $(cat id); echo $?; llmguard usage report | cut -f 2; llmguard ledger verify
      """)
    #expect(!outcome.output.hasPrefix("0\n") && outcome.output.hasSuffix("ok\n"), "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 }.isEmpty, "\(outcome.error)")
  }

  /// The outer run need not stay, and the call stands under the id that was printed.
  @Test(arguments: ["--cache off", "--cache off --op a -p low --retries 2 --wait 7s --no-degrade"])
  func aSubmittedCallOutlivesTheRunAroundIt(options: String) throws {
    defer { home.remove() }
    let outcome = try story(options, "-- sh job")
    #expect(
      outcome.output == "0\n200\n\"calls\": 1\n1\t11\t22\t33\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error == "")
    #expect(asked.use { $0 } == ["/v1/chat/completions"])
  }

  /// What the run around it wants of its calls holds for it, too.
  @Test func theOptionsOfTheRunAroundItHold() throws {
    defer { home.remove() }
    let outcome = try story("--strict --op around", "-- sh job https://api.openai.com/v1/images/generations")
    #expect(outcome.output.hasPrefix("0\n403\n"), "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 } == [])
  }

  /// A shell puts an address in the place of a variable before the job is submitted.
  @Test func anAddressThatTheShellHasReadIsTheUsersOwn() throws {
    defer { home.remove() }
    let outcome = try story(
      "--cache off", #"-- sh job "$OPENAI_BASE_URL/chat/completions""#,
      before: "export OPENAI_BASE_URL=\(server.url)/own/v1")
    #expect(
      outcome.output == "0\n200\n\"calls\": 1\n1\t11\t22\t33\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(asked.use { $0 } == ["/own/v1/chat/completions"])
  }

  /// A value may hold several addresses, as Open WebUI's lists do.
  @Test func eachOfSeveralAddressesIsThatOfItsServer() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      list="a=$OPENAI_BASE_URL,b=$ANTHROPIC_BASE_URL;<$OPENAI_BASE_URL>|$ANTHROPIC_BASE_URL,"
      export LIST="$list"
      llmguard submit -- sh -c 'echo "$LIST"; echo "$1"' sh "$list" >id

      """)
    let outcome = try home.run(
      """
      export ANTHROPIC_BASE_URL=\(server.url)/own
      llmguard run --cache off -- sh s; llmguard queue wait $(cat id); llmguard queue result $(cat id)
      """)
    let (one, other) = (server.url + "/v1", server.url + "/own")
    let list = "a=\(one),b=\(other);<\(one)>|\(other),\n"
    #expect(outcome.output == list + list, "\(outcome.output)\(outcome.error)")
  }

  /// A wrapper may submit what it stands for, and wait for it: that must not wait for the answer of the run around it, which is its
  /// own.
  @Test func aSubmittedCallThatAsksTheSameDoesNotWaitForWhatWaitsForIt() throws {
    defer { home.remove() }
    try home.write(
      "bin/llm",
      """
      #!/bin/sh
      curl -sS -o /dev/null "$OPENAI_BASE_URL/chat/completions" -d @body
      [ -z "$INNER" ] || { echo Tom; exit; }
      export INNER=1; llmguard submit -- llm "$@" <empty >id; llmguard queue wait $(cat id); llmguard queue result $(cat id)

      """)
    let outcome = try home.run(
      """
      chmod +x bin/llm; : >empty
      timeout 20 llmguard run -q --cache auto -- llm three names for a cat <empty; echo $?
      """)
    #expect(outcome.output == "Tom\n0\n", "\(outcome.output)\(outcome.error)")
  }

  /// Where caps are to be shared, the call is part of the run: when that ends it reaches nobody, and does not go past it.
  @Test func aCallThatIsUnderCapsEndsWithTheRunAroundIt() throws {
    defer { home.remove() }
    let outcome = try story("--max-calls 5", "-- sh job", before: "export https_proxy=\(server.url)")
    let id = String(decoding: try File.readAll(home.path + "/id"), as: UTF8.self).filter { $0 != "\n" }
    #expect(outcome.output.hasPrefix("7\n000\n"), "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.error.hasPrefix(
        """
        llmguard: warning: a call that was submitted in this run is not over (\(id)), and reaches nobody any more
        hint: let the script end with 'llmguard queue wait \(id)'

        """), "\(outcome.error)")
    #expect(
      outcome.error.contains(
        """
        llmguard: warning: the run around this one ended before it: calls that came later reached nobody
        hint: let the script around it end with 'llmguard queue wait \(id)'

        """), "\(outcome.error)")
    #expect(asked.use { $0 } == [])
  }

  /// It ended with its process, and did not leave.
  @Test func aCallThatWasKilledIsNotSaidToGoOn() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      llmguard submit -- sh -c 'echo $PPID >run; echo $$ >job; echo begun >begun; exec sleep 30' >id; read word <begun
      kill -9 $(cat run); kill $(cat job); llmguard queue wait $(cat id)

      """)
    let outcome = try home.run("mkfifo begun; llmguard run --max-calls 5 -- sh s")
    #expect(!outcome.error.contains("is not over"), "\(outcome.error)")
  }

  @Test func whoseCallIsCutIsToldHowToWait() throws {
    defer { home.remove() }
    let mark = home.path + "/asked"
    let slow = try ScriptedServer { exchange in
      try? File.replace(mark, with: [])
      _ = exchange.waitForEnd(limitMs: 30_000)
      return false
    }
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(slow.url)/v1'\n")
    try home.write(
      "s",
      """
      llmguard submit -- curl -sS https://api.openai.com/v1/chat/completions -d @body >id
      while ! [ -e asked ]; do sleep 0.02; done

      """)
    let outcome = try home.run(
      "llmguard run --max-calls 5 -- sh s; llmguard queue wait $(cat id); llmguard ledger verify")
    let id = String(decoding: try File.readAll(home.path + "/id"), as: UTF8.self).filter { $0 != "\n" }
    #expect(outcome.output == "ok\n", "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.error.contains("1 call was still under way when the command ended, and was cut"), "\(outcome.error)")
    #expect(outcome.error.contains("hint: let the script end with 'llmguard queue wait \(id)'"), "\(outcome.error)")
  }

  /// The ledger has such a call under the run that it is part of.
  @Test func whereACallStandsIsSaid() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      id=$(llmguard submit -- curl -sS -o /dev/null https://api.openai.com/v1/chat/completions -d @body)
      llmguard queue wait $id; llmguard usage show $id; echo $? $id $LLMGUARD_RUN
      id=$(llmguard submit -- true); llmguard queue wait $id; llmguard usage show $id; echo $? $id

      """)
    try home.write("t", "id=$(llmguard submit -- true); llmguard queue wait $id; llmguard usage show $id\n")
    let outcome = try home.run("llmguard run --max-calls 5 -- sh s; llmguard run -- sh t")
    let words = outcome.output.split { $0 == " " || $0 == "\n" }
    #expect(words.count == 5 && words.first == "69" && words[3] == "69", "\(outcome.output)\(outcome.error)")
    if words.count != 5 { return }
    #expect(
      outcome.error.hasPrefix(
        """
        llmguard: error: the call \(words[1]) was submitted in the run \(words[2]), and what it took stands there
        hint: 'llmguard usage show \(words[2])' shows that run; 'llmguard queue result \(words[1])' prints what it wrote
        llmguard: error: the call \(words[4]) was submitted in the run \(words[2]), and what it took stands there

        """), "\(outcome.error)")
    #expect(outcome.error.contains(" has taken nothing: it is finished with 0\nhint: 'llmguard queue result "))
  }
}
