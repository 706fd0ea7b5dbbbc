import SQLite
import Testing

/// A ledger that has grown is written anew without a copy of it in memory.
@Suite struct CompactStoryTests {
  let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// 160 MB are compacted with 100 MB; the folder's name is in SQL.
  @Test func aLargeLedgerNeedsNoMemory() throws {
    defer { home.remove() }
    let folder = "\(home.path)/it's here"
    let prepared = try home.run(
      "mkdir \"it's here\"; L=\"it's here/l\"; LLMGUARD_LEDGER=$PWD/$L llmguard run -q --estimate 9 -- true")
    #expect(prepared.status == 0, "\(prepared)")
    let connection = try Connection(path: folder + "/l")
    try connection.execute("CREATE TABLE ballast (bytes BLOB)")
    for _ in 0..<16 { try connection.execute("INSERT INTO ballast VALUES (zeroblob(10000000))") }
    let outcome = try home.run(
      """
      export LLMGUARD_LEDGER="$PWD/it's here/l"
      (ulimit -c 0; ulimit -d 100000; llmguard ledger compact >out; echo $?); cut -d ' ' -f 3 out; ls "it's here"
      llmguard run -q --estimate 9 -- true; llmguard usage report --by user | cut -f 2
      """)
    #expect(outcome.output == "0\nbefore,\nl\nl-shm\nl-wal\nl.head\nl.lock\nl.owners\nshims\n2\n", "\(outcome)")
  }
}
