import Testing

/// A pipeline can fail where a script's calls were refused and the script did not notice.
@Suite struct FailOnRefusalStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    // Its calls are refused before they would go anywhere.
    try home.write(
      "work/calls",
      """
      export OPENAI_BASE_URL="${OPENAI_BASE_URL:-http://127.0.0.1:1/v1}"
      for i in 1 2; do
        curl -s -o /dev/null "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","max_tokens":5,"messages":[]}'
      done
      eval "${1:-true}"
      """)
  }

  @Test func refusedCallsFailARunThatDidNot() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      cd work; none() { llmguard run -q --max-calls 0 "$@"; echo $?; }
      none sh calls; none --fail-on-refusal sh calls; none --fail-on-refusal true
      none --fail-on-refusal sh calls 'exit 3'; none --fail-on-refusal sh calls 'kill -TERM $$'
      """)
    #expect(outcome.output == "0\n75\n0\n3\n143\n", "\(outcome)")
    let said = outcome.error.split(separator: "\n").filter { $0.contains(" of the run; its") }
    #expect(
      said == [
        "llmguard: refused: 2 calls of the run; its command ended with 0, the run ends with 75"
      ], "\(outcome)")
  }

  /// A build that is red for it has a report that is red, and says why.
  @Test func theRunsOwnTestCaseFailsWithIt() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      cd work; llmguard run -q --max-calls 0 --fail-on-refusal --report junit x --report json j sh calls 2>/dev/null; echo $?
      grep -o 'tests="[0-9]*" failures="[0-9]*"' x; grep -c 'message="refused: 2 calls of the run; its command ended with 0' x
      grep -E '"(exit_status|message)"' j; llmguard run -q --max-calls 0 --report junit x sh calls 2>/dev/null; echo $?
      grep -o 'tests="[0-9]*" failures="[0-9]*"' x
      """)
    #expect(
      outcome.output == """
        75
        tests="3" failures="3"
        1
          "exit_status": 0,
          "message": "refused: 2 calls of the run; its command ended with 0, the run ends with 75"
        0
        tests="3" failures="2"

        """, "\(outcome)")
  }

  @Test func theConfigurationCanWantItOfEveryRun() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[run]\nfail_on_refusal = true\n")
    let outcome = try home.run(
      """
      cd work; none() { llmguard run -q --max-calls 0 "$@" 2>/dev/null; echo $?; }
      none sh calls; none --no-fail-on-refusal sh calls; llmguard config show | grep -c 'run.fail_on_refusal.*true'
      """)
    #expect(outcome.output == "75\n0\n1\n", "\(outcome)")
  }

  /// A call that a run inside the script was refused counts for both: the inner run's own, and the whole.
  @Test func theCallsOfRunsInsideCount() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      inner='llmguard run -q --max-calls 0 -n 5 -m gpt-4o -- echo no; true'
      llmguard run -q --fail-on-refusal sh -c "$inner"; echo $?
      llmguard run -q sh -c "llmguard run -q --max-calls 0 --fail-on-refusal sh work/calls; echo inner \\$?"; echo $?
      llmguard run -q --fail-on-refusal -n 5 -m gpt-4o -- sh -c "$inner"; echo $?
      """)
    #expect(outcome.output == "75\ninner 75\n0\n75\n", "\(outcome)")
    #expect(outcome.error.contains("refused: 1 call of the run; "), "\(outcome)")
  }

  /// Whoever lets calls go out unmetered where the ledger cannot be used has none refused.
  @Test func whatIsNotMeteredIsNotRefused() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "echo no ledger >bad; LLMGUARD_LEDGER=$HOME/bad llmguard run --fail-open --fail-on-refusal true; echo $?")
    #expect(outcome.output == "0\n", "\(outcome)")
  }

  /// What llmguard could not read is in no ledger, so nobody is sent there.
  @Test func theHintTellsWhatThereIs() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --fail-on-refusal -- sh -c 'curl -s -o /dev/null -d "{broken" $OPENAI_BASE_URL/chat/completions' 2>err; echo $?
      tail -1 err; llmguard run --max-calls 0 --fail-on-refusal sh work/calls 2>err; tail -1 err | grep -o "llmguard usage show [0-9a-f]*" >show
      . ./show | wc -l
      """)
    #expect(
      outcome.output == """
        75
        hint: standard error says above why; --no-fail-on-refusal keeps the command's own status
        2

        """, "\(outcome)")
  }
}
