import Posix
import ScriptedServer
import Testing

/// What is done although its output is lost, and what is not.
@Suite struct OutputLossStoryTests {
  @Test func aSubmittedCallIsNotToBeSubmittedAgain() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard submit --estimate 5 -- true >/dev/full; echo $?; llmguard run --detach --estimate 5 -- true >&-; echo $?
      until [ $(llmguard queue list --json | grep -c finished) = 2 ]; do sleep 0.05; done; llmguard usage report | cut -f 2
      llmguard queue list | cut -f 9
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 5 && lines.prefix(3) == ["74", "74", "2"], "\(outcome)")
    for id in lines.dropFirst(3) {
      #expect(outcome.error.contains("the call \(id) is submitted, but its id could not be printed: "), "\(outcome)")
      #expect(outcome.error.contains("hint: it is not to be submitted again"), "\(outcome)")
    }
  }

  /// What cannot be printed is no fault of the folder that is written.
  @Test func theFolderIsNotBlamedForStandardOutput() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard generate --output-dir made >/dev/full; echo $?; ls made/man | wc -l")
    #expect(outcome.output == "74\n1\n", "\(outcome)")
    #expect(
      outcome.error.contains("error: write: no space left on device") && !outcome.error.contains("made"), "\(outcome)")
  }

  /// Whoever did it again for its confirmation would do it twice.
  @Test func aChangeIsSaidToBeMadeThoughItsConfirmationIsLost() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "list.json", #"{"m":{"input_cost_per_token":1e-6,"output_cost_per_token":2e-6,"litellm_provider":"p"}}"#)
    let changes = [
      ("budget grant ann '5k tokens/day' --reason x", "the top-up is booked"),
      ("budget set ann '50k tokens/day' '7 calls/day'", "the budgets of ann are set"),
      ("budget lower -u ann '40k tokens/day'", "the lower limits of ann are set"),
      ("budget lower -u ann '30k tokens/day' --json", "the lower limits of ann are set"),
      ("budget cap -u ann '5 calls'", "the caps of ann's runs are set"),
      ("prefer -u ann length", "the choice of ann is set"), ("prefer -u ann - --json", "the choice of ann is set"),
      ("budget reset --all", "the budgets went back to zero"),
      ("user set-tier ann default", "ann is in the tier default"), ("user remove ann", "ann is removed"),
      ("ledger backup copy", "the backup 'copy' is made"), ("ledger compact", "the ledger is compacted"),
      ("price import list.json", "the prices are imported"), ("config init", "llmguard.toml' is written"),
      ("cache clear --json", "0 answers (0 B) removed"), ("serve key remove $key", "is removed"),
    ]
    let outcome = try home.run(
      """
      llmguard run -q -u ann --estimate 5 -- true; llmguard run -q -u ben --estimate 5 -- true
      key=$(llmguard serve key add ann --json 2>none | sed -n 's/.*"id": "\\(.*\\)".*/\\1/p')
      \(changes.map { "llmguard \($0.0) >/dev/full; echo $?; echo . >&2" }.joined(separator: "\n"))
      llmguard budget grant ben '5k tokens/day' >&-; echo $?; echo . >&2
      llmguard budget grant ben '5k tokens/day' --dry-run >/dev/full; echo $?
      llmguard ledger audit --json | grep -c '"grant"'; llmguard budget show ben | cut -f 2; llmguard serve key list --json | grep -c ann
      llmguard ledger verify
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    let ends = changes.count + 2
    try #require(lines.count > ends, "\(outcome)")
    #expect(lines.prefix(ends).allSatisfy { $0 == "74" }, "\(outcome)")
    let said = outcome.error.split(separator: ".\n", omittingEmptySubsequences: false)
    try #require(said.count == changes.count + 2, "\(said)")
    for (change, words) in zip(changes, said) {
      #expect(words.contains("\(change.1), but the confirmation could not be printed: "), "\(change.0): \(words)")
      #expect(words.contains("hint: it is not to be done again"), "\(change.0): \(words)")
    }
    #expect(said[changes.count].contains("the top-up is booked, but"), "\(said)")
    #expect(said[changes.count + 1].contains("run the command again"), "a rehearsal has done nothing: \(said)")
    #expect(lines.dropFirst(ends).first == "2", "two top-ups: \(outcome)")
    #expect(lines.suffix(2) == ["0", "ok"], "\(outcome)")
  }

  /// Whoever copies the command that shows it must run that command, whatever the name holds.
  @Test func aNameIsOneWordOfTheCommandThatShowsIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget set 'ana; id' '5 tokens/day' >/dev/full; llmguard user set-tier 'ana; id' default >/dev/full
      """)
    #expect(outcome.error.ranges(of: "'llmguard budget show 'ana; id'' shows it").count == 2, "\(outcome)")
  }

  /// An answer that nobody has got, and nobody kept, is owed: the remedy that is advised costs no more.
  @Test func whatWasNotDeliveredIsNoAttempt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let server = try ScriptedServer { exchange in
      exchange.reply(#"{"model":"gpt-4o","usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      return true
    }
    try home.write(
      ".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(server.url)/v1'\n")
    try File.replace(
      home.path + "/bin/llm", with: Array("#!/bin/sh\necho one two three\n".utf8), permissions: 0o700)
    let curl =
      #"curl -sS https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","max_tokens":100,"messages":[{"role":"user","content":"names"}]}'"#
    for call in ["llm names", curl] {
      let outcome = try home.run(
        """
        run() {
          llmguard run -q --no-cache --receipt r -- \(call); printf '%s ' $? >&3
          sed -n 's/.*"charge_tokens": \\([1-9][0-9]*\\).*/\\1/p' r | tail -1 >&3
        }
        exec 3>said
        for i in 1 2 3 4; do run >/dev/full; done; for i in 1 2 3; do run >got; done
        cat said
        """)
      let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int64($0) } }
      #expect(lines.map(\.first) == [74, 74, 74, 74, 0, 0, 0], "\(call): \(outcome)")
      let charges = lines.compactMap(\.last)
      let once = charges.dropFirst(4).first ?? 0
      #expect(once > 0 && charges.suffix(3) == [once, once, (3 * once + 1) / 2], "\(call): \(outcome)")
      // It took as much as the answers that were delivered.
      #expect(Array(charges.prefix(4)) == [once, once, once, once], "\(call): \(outcome)")
    }
  }

  /// A client that fails because nobody takes its answer has had one: giving its charge back would make it free.
  @Test func anAnswerThatNobodyTookIsCharged() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try File.replace(home.path + "/bin/llm", with: Array("#!/bin/sh\nseq 100000; exit 3\n".utf8), permissions: 0o700)
    let outcome = try home.run(
      """
      llmguard run -q -- llm names >/dev/full; echo $?
      llmguard run -q -- llm others | { exec <&-; }
      llmguard usage list --json | grep -E '"(outcome|output_tokens)"' | tr -d ' ,'
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first == "3" && lines.dropFirst().filter { $0 == "\"outcome\":\"failed\"" }.count == 2, "\(outcome)")
    #expect(!lines.contains("\"output_tokens\":0") && !lines.contains("\"output_tokens\":null"), "\(outcome)")
  }

  @Test func aKeyThatNobodyHasSeenIsNotThere() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard serve key add ann >/dev/full; echo $?; llmguard serve key list --json | grep -c ann")
    #expect(outcome.output == "74\n0\n", "\(outcome)")
    #expect(outcome.error.contains("the key was not made"))
  }

  /// A gate for a name with a slip in it would let everything through. Who is known and has not called yet has used nothing.
  @Test func aGateForNobodyFails() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 5 -- true
      llmguard usage check --max '5 calls' --user bobb; echo $?; llmguard usage check --max '5 calls' --user bob >none; echo $?
      """)
    #expect(outcome.output == "69\n0\n", "\(outcome)")
    #expect(outcome.error.contains("error: nobody knows the user 'bobb'"), "\(outcome)")
    #expect(outcome.error.contains("did you mean 'bob'?"))
    let first = try home.run(
      """
      llmguard usage check --max '$0.00' --user new-bot >none; echo $? >&2; llmguard serve key add new-bot >key
      llmguard usage check --max '$0.00' --user new-bot --json | grep -E 'within|calls'
      """)
    #expect(first.error.contains("'llmguard user list' shows whom the ledger knows\n69\n"), "\(first)")
    #expect(first.output == "  \"within\": true,\n  \"calls\": 0,\n", "\(first)")
  }
}
