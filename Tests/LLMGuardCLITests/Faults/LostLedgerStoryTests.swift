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

  /// `verify` says of lost entries all that is wrong besides, and what to do without a backup.
  @Test(.enabled(if: Wrapping.has("sqlite3"))) func whatIsLostIsNotAllThatIsTold() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; llmguard run -q --estimate 10 -- true; ledger=$(llmguard ledger path)
      sqlite3 $ledger 'DROP TRIGGER entry_no_delete; DELETE FROM entry WHERE sequence > 2; ALTER TABLE notice ADD COLUMN who TEXT'
      llmguard ledger verify; echo $?
      """)
    #expect(
      outcome.output == """
        trigger entry_no_delete on entry: the ledger's own is missing
        table notice: it is not as the format has it
        chain head: the .head file knows entry 4, but the last entry is 2
        65

        """, "\(outcome)")
    #expect(
      outcome.error.contains("Without a backup move the '.head' file away to go on with what is left"), "\(outcome)")
  }

  /// Checking a ledger that is gone is no beginner's mistake where it is known what was in it; and the remedy works.
  @Test func aLostOneIsNotTakenForNone() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard ledger verify; echo $?; llmguard run -q --estimate 10 -- true; ledger=$(llmguard ledger path)
      rm $ledger $ledger-wal $ledger-shm; llmguard ledger verify; echo $?; llmguard run -q --estimate 10 -- true; echo $?
      mkdir damaged; mv $ledger* damaged/; llmguard run -q --estimate 10 -- true; echo $?; llmguard ledger verify
      """)
    #expect(outcome.output == "66\n65\n125\n0\nok\n", "\(outcome)")
    #expect(outcome.error.contains("is lost: its .head file knows entry "), "\(outcome)")
    #expect(
      outcome.error.contains("put a backup in its place ('llmguard ledger restore FILE'); without one, move"),
      "\(outcome)")
  }

  /// What was written over a ledger does not go alone: what is told first is the whole remedy, and works.
  @Test(arguments: [("", "1"), ("cp backup $ledger", "2")]) func whatWasOverwrittenIsToldToGoWhole(
    restore: String, calls: String
  ) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; ledger=$(llmguard ledger path); llmguard ledger backup backup >none
      rm $ledger-*; yes garbage | head -n 9000 >$ledger
      llmguard run -q --estimate 10 -- true; echo $?; llmguard budget show; echo $?
      mkdir damaged; mv $ledger* damaged/; \(restore)
      llmguard run -q --estimate 10 -- true; echo $?; llmguard ledger verify; llmguard usage report | cut -f 2
      """)
    #expect(outcome.output == "125\n65\n0\nok\n\(calls)\n", "\(outcome)")
    let remedies = outcome.error.split(separator: "\n").filter {
      $0.hasPrefix("hint: ") && $0.contains("ledger.sqlite3*')")
        && $0.contains(" away: the next run then begins")
    }
    #expect(remedies.count == 2, "\(outcome.error)")
  }

  /// What never was one stays where it is, with all that is called like it.
  @Test func whatNeverWasALedgerIsOnlyPointedAt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      echo mine >notes; LLMGUARD_LEDGER=$PWD/notes llmguard budget show; echo $?
      mkdir folder; for words in 'budget show' 'run --estimate 5 -- echo ran' 'ledger verify'; do
        LLMGUARD_LEDGER=$PWD/folder llmguard $words; echo $?
      done
      """)
    #expect(outcome.output == "65\n73\n125\n73\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.first?.hasSuffix("/notes' is not an llmguard ledger") == true, "\(outcome)")
    #expect(lines.dropFirst().first?.hasPrefix("hint: move the file away, or point LLMGUARD_LEDGER at ") == true)
    #expect(lines.filter { $0.contains("/folder' is a folder") }.count == 3, "\(outcome)")
  }

  /// A table that is gone is damage, of which permissions are not to blame.
  @Test func aLostTableIsDamage() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; export L=$(llmguard ledger path)
      python3 -c "import os, sqlite3; c = sqlite3.connect(os.environ['L']); c.execute('DROP TABLE hold'); c.commit()"
      llmguard ledger verify; echo $?; llmguard run -q --estimate 10 -- true; echo $?; llmguard doctor >said; echo $?
      """)
    #expect(outcome.output == "table hold: the ledger's own is missing\n65\n125\n65\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n")
    let told = "is damaged: table hold: the ledger's own is missing (no such table: "
    #expect(lines.filter { $0.contains(told) }.count == 1, "\(outcome)")
    #expect(lines.filter { $0.hasPrefix("hint: put a backup in its place") }.count == 2, "\(outcome)")
  }

  /// What is missing may be there by another name: to take that away is no advice then.
  @Test(.enabled(if: Wrapping.has("sqlite3"))) func aRenamedTableIsNotToBeTakenAway() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; L=$(llmguard ledger path); sqlite3 $L 'ALTER TABLE balance RENAME TO "my sums"'
      llmguard ledger verify
      """)
    #expect(outcome.output.contains("table balance: the ledger's own is missing\n"), "\(outcome)")
    #expect(!outcome.error.contains("DROP TABLE"), "\(outcome)")
    #expect(
      outcome.error.contains(
        "table my sums: it is none of the ledger's, and changes nothing of what is booked\n"
          + "hint: it may be what is missing, renamed: then give it its name back"), "\(outcome)")
  }

  /// Whoever has the lock is named, though it is no llmguard.
  @Test func whoeverHasTheLockIsNamed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q --estimate 10 -- true; lock=$(llmguard ledger path).lock; export LLMGUARD_LOCK_WAIT=300ms
      flock $lock sh -c 'echo >held; exec sleep 2' & while [ ! -e held ]; do sleep 0.05; done
      llmguard run -q --estimate 10 -- true; echo $?; echo $!; wait
      llmguard run -q --estimate 10 -- true; echo $?
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines.first == "125" && lines.last == "0", "\(outcome)")
    #expect(
      outcome.error.contains(" s by process \(lines.dropFirst().first ?? "")")
        || outcome.error.contains("with 'fuser \(home.path)/.local/state/llmguard/ledger.sqlite3.lock'"), "\(outcome)")
  }
}
