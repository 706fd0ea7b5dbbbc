import Testing

/// A ledger that another program has.
@Suite struct LockedLedgerStoryTests {
  /// Of two that wait, one has the lock between them: it is not the one that is in the way.
  @Test(.enabled(if: Wrapping.has("python3"))) func whoOnlyWaitsIsNotNamed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "lock_wait = '1s'\n")
    try home.write(
      "hold.py",
      """
      import os, sqlite3, sys, time
      held = sqlite3.connect(sys.argv[1], isolation_level=None)
      held.execute("BEGIN IMMEDIATE")
      open("held", "w").close()
      while not os.path.exists("done"): time.sleep(0.05)
      """)
    let outcome = try home.run(
      """
      llmguard run -q --estimate 5 -- true; python3 hold.py $(llmguard ledger path) & other=$!
      until [ -e held ]; do kill -0 $other || exit 9; sleep 0.05; done
      waiting=; for n in 1 2 3 4; do llmguard run --estimate 5 -- true 2>said-$n & waiting="$waiting $!"; done
      wait $waiting; touch done; wait $other
      cat said-* | grep -c "stayed locked for [0-9.]* s by process $other"; cat said-* | grep -c 'error: '; cat said-* >&2
      """)
    #expect(outcome.output == "4\n4\n", "\(outcome)")
  }
}
