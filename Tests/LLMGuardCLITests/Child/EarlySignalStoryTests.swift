import Testing

/// A signal that comes when a call is held and its command not yet started.
@Suite struct EarlySignalStoryTests {
  /// Nothing was sent, so nothing is charged; and what a shell goes by is that it was ended by the signal.
  @Test(.enabled(if: Wrapping.has("strace"))) func whatWasNotSentIsNotCharged() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 5 -- true
      # The disk takes its time for the hold.
      strace -f -qq -o calls -e trace=fdatasync -e inject=fdatasync:delay_exit=8000000:when=1 \
        llmguard run --estimate 700 -- touch started & tracer=$!
      n=0; until [ "$(llmguard budget show --json | grep -c '"held": 700')" = 1 ]; do
        sleep 0.05; n=$((n+1)); [ $n -lt 140 ] || { echo 'not held'; break; }; done
      read -r run _ </proc/$tracer/task/$tracer/children; kill -TERM $run
      wait $tracer; echo $?; [ -e started ] && echo started
      llmguard run -q --estimate 1 -- true; llmguard usage report | cut -f 2,5; llmguard ledger verify
      """)
    #expect(outcome.output == "143\n2\t6\nok\n", "\(outcome)")
  }
}
