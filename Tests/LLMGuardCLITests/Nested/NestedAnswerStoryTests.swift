import Testing

/// Runs inside runs that are answered by their own cache, which the gateway around them does not see.
@Suite struct NestedAnswerStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    // What the gateway tells clients is part of what a command's answer depends on.
    try home.write(
      "in",
      """
      for name in $(env | cut -d = -f 1 | grep -E '^[A-Z0-9_]*(URL|BASE|HOST|ENDPOINT|PROXY|proxy)[A-Z_]*$'); do unset $name; done
      exec llmguard run --cache auto -n 50 -m gpt-4o --prompt-from args -- echo hi

      """)
  }

  /// A run inside that is metered by its text is answered by its own cache, which the gateway does not see.
  @Test func aRunInsideThatIsAnsweredFromTheCacheIsTheCall() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      sh in; sh in; llmguard usage list | grep -c cached
      llmguard run -n 50 -m gpt-4o -- sh in; llmguard usage report | cut -f 2; llmguard usage list | grep -c cached
      llmguard ledger verify
      """)
    #expect(outcome.output == "hi\nhi\n1\nhi\n1\n2\nok\n", "\(outcome.output)\(outcome.error)")
  }

  /// What another command of the run was answered from the cache meanwhile makes none free: each answer is of the command that
  /// it was given inside.
  @Test func anAnswerToAnotherCommandMakesNoneFree() throws {
    defer { home.remove() }
    try home.write(
      "s",
      """
      none='llmguard run -n 5 --max-calls 0 -m gpt-4o -- echo no'
      llmguard run -n 50 -m gpt-4o -- sh -c "$none; touch go; until [ -e done ]; do sleep 0.02; done; echo 2" &
      until [ -e go ]; do sleep 0.02; done
      sh in; touch done; wait

      """)
    let outcome = try home.run(
      """
      sh in; llmguard run sh s; llmguard usage report | cut -f 2; llmguard usage list | grep -c cached
      llmguard run -n 50 -m gpt-4o -- llmguard run -n 50 -m gpt-4o -- sh in; llmguard usage report | cut -f 2
      llmguard ledger verify
      """)
    #expect(outcome.output == "hi\nhi\n2\n2\n1\nhi\n2\nok\n", "\(outcome.output)\(outcome.error)")
  }

  /// A wrapper that guards a command by itself, guarded once more: what the outer run is asked for, the inner one answers. To wait
  /// for it would be to wait for itself.
  @Test func aRunInsideThatAsksTheSameWaitsForNoAnswerOfTheOuterOne() throws {
    defer { home.remove() }
    try home.write("bin/llm", "#!/bin/sh\nexec llmguard run --no-gateway -- \"$HOME/real/llm\" \"$@\"\n")
    let outcome = try home.run(
      """
      mkdir real; printf '#!/bin/sh\\necho answer\\n' >real/llm; chmod +x real/llm bin/llm
      timeout 20 llmguard run --no-gateway -q -- llm three names for a cat; echo $?
      timeout 20 llmguard run --no-gateway -q -- sh -c 'llm three names for a dog & llm three names for a dog; wait'; echo $?
      llmguard ledger verify
      """)
    #expect(outcome.output == "answer\n0\nanswer\nanswer\n0\nok\n", "\(outcome.output)\(outcome.error)")
  }
}
