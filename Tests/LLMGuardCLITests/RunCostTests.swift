import Testing

/// What a guarded run asks of the disk, where the command is one call.
@Suite struct RunCostTests {
  /// Two: one before the command is started, so that a hold cannot be lost, and one when it is settled. More would make
  /// every call wait; `llmguard-bench run` prints what all of it costs. (The first run after a compaction begins the log.)
  @Test func aRunWaitsForTheDiskTwice() throws {
    guard Wrapping.has("strace") else { return }
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
}
