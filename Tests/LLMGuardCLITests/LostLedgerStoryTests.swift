import Testing

/// A ledger of which entries are lost does not read as if nothing had been used.
@Suite struct LostLedgerStoryTests {
  @Test(arguments: ["rm $ledger $ledger-wal", ": >$ledger; rm $ledger-wal $ledger-shm"]) func whatIsLostIsSaid(
    loss: String
  ) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; llmguard run -q --estimate 10 -- true
      ledger=$(llmguard ledger path); llmguard ledger backup whole >none; \(loss)
      for words in 'usage show' 'usage report' 'usage check --max 5calls' 'budget list' 'usage export' 'usage list'; do
        llmguard $words >out 2>err; echo "$? $(wc -c <out | tr -d ' ') $(grep -c 'the .head file knows entry' err)"
      done
      mkdir damaged; mv $ledger $ledger-* $ledger.* damaged/; cp whole $ledger; llmguard usage check --max 5calls >/dev/null; echo $?
      """)
    #expect(outcome.output == String(repeating: "65 0 1\n", count: 6) + "0\n", "\(outcome)")
  }
}
