import Testing

/// A reset that was a slip is taken back.
@Suite struct ResetUndoStoryTests {
  @Test func aResetIsTakenBack() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1000 tokens/day', '9 calls/day', '1k tokens/min burst 2k']\n")
    let outcome = try home.run(
      """
      used() { llmguard budget show ana | cut -f 3,4 | head -2 | tr '\\n' ' '; echo; }
      undo() { llmguard budget reset ana --undo "$@"; }
      llmguard run -q -u ana --estimate 300 -- true; undo; llmguard budget reset ana >reset; used
      llmguard run -q -u ana --estimate 50 -- true; used
      undo --dry-run; used; undo --reason 'a slip'; used; undo; llmguard run -q -u ana --estimate 5 -- true; used
      llmguard budget reset --all >reset; llmguard budget reset --all --undo --json | grep -E '"(what|budget|used)"'
      llmguard ledger audit | grep again | cut -f 3,4,6; llmguard ledger verify; llmguard budget reset --undo; echo $?
      """)
    #expect(
      outcome.output == """
        1k tokens/day\t0 9 calls/day\t0\u{20}
        1k tokens/day\t50 9 calls/day\t1\u{20}
        ana: daily token budget would count 300 again, 1 reset would be taken back
        ana: daily call budget would count 1 call again, 1 reset would be taken back
        1k tokens/day\t50 9 calls/day\t1\u{20}
        ana: daily token budget counts 300 again, 1 reset taken back
        ana: daily call budget counts 1 call again, 1 reset taken back
        1k tokens/day\t350 9 calls/day\t2\u{20}
        1k tokens/day\t355 9 calls/day\t3\u{20}
              "what": "reset_undone",
              "budget": "daily token budget",
              "used": 355,
              "what": "reset_undone",
              "budget": "daily call budget",
              "used": 3,
        user\tana\t300 of the daily token budget count again, a reset is taken back: a slip
        user\tana\t1 of the daily call budget count again, a reset is taken back: a slip
        user\tana\t355 of the daily token budget count again, a reset is taken back: no reason given
        user\tana\t3 of the daily call budget count again, a reset is taken back: no reason given
        ok
        64

        """, "\(outcome)")
    #expect(outcome.error.contains("--undo needs to know whose resets are taken back"), "\(outcome)")
  }

  /// All resets of a window are taken back at once, and it is said how many they were; those of before are gone already.
  @Test func allResetsOfTheWindowAreTakenBack() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1000 tokens/day', '50k tokens/month']\n[operation.review]\nbudgets = ['1k tokens/day']\n"
    )
    let outcome = try home.run(
      """
      call() { llmguard run -q -u ana --op "$2" --estimate $1 -- true; }
      for n in 1 2 3; do call 10$n other; llmguard budget reset ana >reset; done
      llmguard budget reset bob >reset 2>&1; call 50 review; llmguard budget reset ana --undo
      call 7 review; llmguard budget reset ana >reset; llmguard budget reset ana --undo --json | grep -E '"(used|resets)"' | tr -d ' \\n'
      """)
    #expect(
      outcome.output == """
        ana: daily token budget counts 306 again, 3 resets taken back
        ana: monthly token budget counts 306 again, 3 resets taken back
        "used":363,"resets":1"used":363,"resets":1"used":57,"resets":1
        """, "\(outcome)")
  }

  @Test func whoeverUndoesIsToldThatThereIsNone() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u ana --estimate 3 -- true
      NO_COLOR=1 script -qec 'llmguard budget reset ana --undo' /dev/null </dev/null | tr -d '\\r'
      llmguard budget reset ana --undo | cat; llmguard budget reset ana --undo --dry-run >none; llmguard budget reset | cat
      """)
    let told = "llmguard: no reset stands in the windows that are open, and nothing was changed\n"
    #expect(outcome.output == told && outcome.error == told + told, "\(outcome)")
  }
}
