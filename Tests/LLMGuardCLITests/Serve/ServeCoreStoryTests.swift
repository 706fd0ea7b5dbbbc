import Testing

/// A server that crashes: the keys of its clients are in its memory.
@Suite struct ServeCoreStoryTests {
  /// The shell says of each program that a signal ended whether an image of its memory was kept, but dash says nothing of one that ended
  /// before it waits for it, so each is ended a second later. A program that is built to be debugged would first be looked into by Swift's
  /// own reader of stacks.
  @Test func itLeavesNoImageOfItsMemory() throws {
    let served = try ServedHome()
    defer { served.home.remove() }
    let outcome = try served.home.run(
      "ulimit -c unlimited; export SWIFT_BACKTRACE=enable=no\n" + ServedHome.start(users: "ana") + """
        at $(cat key-ana)
        { sleep 1; kill -ABRT $server; } & wait $server; echo "ended $?"
        sleep 60 & sleep=$!; { sleep 1; kill -ABRT $sleep; } & wait $sleep; echo "ended $?"
        """)
    #expect(outcome.output == "200 ended 134\nended 134\n", "\(outcome)")
    #expect(outcome.error == "Aborted\nAborted (core dumped)\n", "\(outcome)")
  }

  /// The same of a run, whose command keeps the limit that its shell has set.
  @Test func aRunLeavesNoneAndItsCommandDoes() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      ulimit -c unlimited; export SWIFT_BACKTRACE=enable=no
      llmguard run -q -- sh -c 'ulimit -c; sleep 1; kill -ABRT $PPID' & wait $!; echo "ended $?"
      """)
    #expect(outcome.output == "unlimited\nended 134\n", "\(outcome)")
    #expect(outcome.error.hasSuffix("Aborted\n"), "\(outcome)")
  }
}
