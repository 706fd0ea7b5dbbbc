import Testing

/// What a guarded run asks of the disk, where the command is one call.
@Suite struct RunCostTests {
  /// Two: one before the command is started, so that a hold cannot be lost, and one when it is settled. More would make
  /// every call wait; `llmguard-bench run` prints what all of it costs. (The first run after a compaction begins the log.)
  @Test(.enabled(if: Wrapping.has("strace"))) func aRunWaitsForTheDiskTwice() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard ledger compact > compacted; llmguard run --no-gateway -- true
      strace -f -qq -e trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync -e signal=none -o calls llmguard run --no-gateway -- true
      grep -oE '(fsync|fdatasync|sync|syncfs|sync_file_range|msync)\\(' calls | sort | uniq -c | tr -s ' '
      """)
    #expect(outcome.output == " 2 fdatasync(\n", "\(outcome.error)")
  }

  /// An answer from the cache takes nothing, so nobody waits for it to be safe; where it is charged for, once.
  @Test(.enabled(if: Wrapping.has("strace")), arguments: [("0", ""), ("0.5", " 1 fdatasync(\n")])
  func anAnswerFromTheCacheWaitsForTheDiskOnlyWhereItIsCharged(_ charge: String, _ syncs: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p bin .config/llmguard
      printf '[cache]\\nhit_charge = \(charge)\\n' > .config/llmguard/llmguard.toml
      printf '#!/bin/sh\\necho answer\\n' > bin/llm
      chmod 700 bin/llm
      PATH=$PWD/bin:$PATH
      llmguard run -q -- llm 'three names for a cat' </dev/null >first
      strace -f -qq -e trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync -e signal=none -o calls \\
        llmguard run -q -- llm 'three names for a cat' </dev/null >second
      cmp first second && llmguard usage report --by operation --json | grep -q '"cached": 1,' || echo 'no hit'
      grep -oE '(fsync|fdatasync|sync|syncfs|sync_file_range|msync)\\(' calls | sort | uniq -c | tr -s ' '
      llmguard ledger verify >verified || echo 'the ledger does not verify'
      """)
    #expect(outcome.output == syncs, "\(outcome.error)")
  }
}
