import Posix
import SQLite
import Testing

@testable import LLMGuardCLI

/// A backup is put in the ledger's place by one command, and whatever happens there is a ledger.
@Suite struct RestoreStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(".config/llmguard/llmguard.toml", "timezone = 'UTC'\ntier.default.budgets = ['9k tokens/day']\n")
  }

  /// `call USER`, and a ledger of which `backup` has the first two calls of three.
  private static let start = """
    call() { llmguard run -q -u $1 --estimate 10 -- true; }; calls() { llmguard usage list | wc -l; }
    call ana; call ben; llmguard ledger backup backup >/dev/null; call ana; L=$(llmguard ledger path)

    """

  /// What a copy that failed leaves, and a database of something else, are no backups, and take no ledger's place.
  @Test func whatHoldsNoLedgerIsNoBackup() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        : >empty; printf 'SQLite format 3' >begun
        for file in empty begun; do llmguard ledger restore $file >/dev/null 2>said; echo "$? $(calls)"; head -1 said; done
        """)
    #expect(
      outcome.output.hasPrefix("65 3\nllmguard: error: 'empty' is not an llmguard ledger\n65 3\n"), "\(outcome)")
  }

  /// A backup of an older llmguard is looked over as a copy: it may be the only one that the older program can still read.
  @Test func anOlderBackupIsOnlyRead() throws {
    defer { home.remove() }
    #expect(try home.run(Self.start).error == "")
    do {
      // The format before the last one.
      let old = try Connection(path: home.path + "/backup")
      try old.execute(
        """
        ALTER TABLE lane_rest DROP COLUMN sent_ms; ALTER TABLE ticket DROP COLUMN counted; PRAGMA user_version = 14
        """)
    }
    let outcome = try home.run(
      """
      mkdir shelf tmp; export TMPDIR=$HOME/tmp; cp backup shelf/old; cd shelf; sha256sum old >../sum
      llmguard ledger verify old; llmguard ledger verify old --json | grep -c '"problems": \\[\\]'; sha256sum -c ../sum; ls -A
      head -c 9000 old >torn; llmguard ledger verify torn >said 2>&1; echo $?; rm said; ls -A; ls -A ../tmp

      """)
    #expect(outcome.output == "ok\n1\nold: OK\nold\n65\nold\ntorn\n", "\(outcome)")
  }

  /// So is one of today's format beside which a log and a lock stand, as a copied folder has them.
  @Test func aFolderThatWasCopiedIsOnlyRead() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        mkdir shelf tmp; export TMPDIR=$HOME/tmp; cp $L* shelf; cd shelf; rm -f *-shm; sha256sum * >../sum; ls -A >../names
        [ -s ledger.sqlite3-wal ] && [ -e ledger.sqlite3.lock ] && echo both
        verify() { llmguard ledger verify ledger.sqlite3; echo $?; sha256sum -c --quiet ../sum; ls -A | cmp - ../names; ls -A ../tmp; }
        verify; llmguard ledger restore ledger.sqlite3 >/dev/null; ls -A | cmp - ../names; llmguard ledger verify
        export LLMGUARD_LEDGER=$HOME/other/ledger; call ana; call ben; call ana; cp ../other/ledger.head ledger.sqlite3.head
        sha256sum * >../sum; verify
        """)
    #expect(
      outcome.output.contains(
        /^both\nok\n0\nok\nentry \d+: its hash is not the one recorded in the \.head file\n65\n$/),
      "\(outcome)")
  }

  /// What is booked while a ledger in use is looked over from elsewhere is not missed in the copy.
  @Test func whatIsBookedMeanwhileIsNotLost() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        (while [ ! -e stop ]; do call ana; done) & mkdir other; until [ $(calls) -gt 9 ]; do sleep 0.1; done
        for n in $(seq 1 12); do env -u LLMGUARD_LEDGER HOME=$HOME/other llmguard ledger verify $L; done; : >stop; wait
        """)
    #expect(outcome.output == String(repeating: "ok\n", count: 12), "\(outcome)")
  }

  @Test func aBackupTakesItsPlaceAndTheOldOneStays() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        date='[0-9]\\{8\\}T[0-9]\\{6\\}Z'; told() { sed "s|$HOME||g; s/$date/DATE/; s/last one of .*/last one of THEN/"; }
        llmguard ledger restore backup --dry-run | told; calls; ls .local/state/llmguard | grep -c until
        llmguard ledger restore backup | told; calls; llmguard ledger verify; stat -c %a $L
        call ben; calls; llmguard ledger verify; llmguard ledger verify $L.until-*Z; ls .local/state/llmguard | grep -v -e until -e shims | xargs
        LLMGUARD_LEDGER=$(ls $L.until-*Z) calls
        """)
    let ledger = "/.local/state/llmguard/ledger.sqlite3"
    #expect(
      outcome.output == """
        backup is sound: 4 entries, the last one of THEN
        it would take the place of \(ledger), and the old ledger would stay as \(ledger).until-DATE
        later than the backup is 1 call (10 tokens charged, at least $0.00), which would count no more
        3
        0
        backup is sound: 4 entries, the last one of THEN
        it took the place of \(ledger), and the old ledger stays as \(ledger).until-DATE
        later than the backup is 1 call (10 tokens charged, at least $0.00), which counts no more
        2
        ok
        600
        3
        ok
        ok
        ledger.sqlite3 ledger.sqlite3-shm ledger.sqlite3-wal ledger.sqlite3.head ledger.sqlite3.lock ledger.sqlite3.owners
        3

        """, "\(outcome)")
  }

  /// Programs are told what is lost, nobody of what is not, and of a ledger that cannot be read that it cannot be told.
  @Test func whatIsLostIsTold() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        lost() { llmguard ledger restore $1 $2 --json 2>said | tr -d ' \\n' | sed 's/.*"lost"://; s/"since_unix_ms":[0-9]*/SINCE/'; echo; }
        lost backup --dry-run; lost backup; lost backup --dry-run
        llmguard ledger backup now >/dev/null; llmguard ledger restore now --dry-run | grep -c later
        yes garbage | head -n 9000 >$L; rm $L-wal $L-shm; lost backup; cat said
        """)
    #expect(
      outcome.output == """
        {SINCE,"calls":1,"refused":0,"unmetered":0,"charge_tokens":10,"cost_micro_usd":0,"cost_bound":"at_least"}}
        {SINCE,"calls":1,"refused":0,"unmetered":0,"charge_tokens":10,"cost_micro_usd":0,"cost_bound":"at_least"}}
        {SINCE,"calls":0,"refused":0,"unmetered":0,"charge_tokens":0,"cost_micro_usd":0,"cost_bound":"exact"}}
        0
        null}
        llmguard: warning: the old ledger cannot be read, so what it has that the backup has not cannot be told
        hint: calls since the backup's last entry count no more

        """, "\(outcome)")
  }

  /// Of a lost ledger what is left is kept, but there is no old one to tell of, in the deed no more than in the rehearsal.
  @Test func noOldLedgerIsToldOfALostOne() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        rm $L $L-wal $L-shm; llmguard ledger restore backup --dry-run | sed -n 's/.*, and //p'
        llmguard ledger restore backup | sed -n 's/.*, and //p'; ls .local/state/llmguard | grep until | sed 's/.*Z//'
        """)
    #expect(outcome.output == ".head\n", "\(outcome)")
  }

  /// A damaged ledger, one that is lost, and none at all.
  @Test(arguments: [
    ("yes garbage | head -n 9000 >$L; rm $L-wal $L-shm", "1"), ("rm $L $L-wal $L-shm", "0"),
    ("rm -r .local/state", "0"),
    ("dd if=/dev/zero of=$L bs=1 seek=20000 count=3000 conv=notrunc 2>/dev/null", "1"),
  ]) func whatStandsThereIsPutRight(loss: String, kept: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        \(loss); llmguard ledger restore backup --json | grep -c '"kept": "'; calls; call ben; llmguard ledger verify; calls
        """)
    #expect(outcome.output == "\(kept)\n2\nok\n3\n", "\(outcome)")
  }

  /// Two ledgers may differ in a few entries of many.
  @Test(arguments: [
    (0, "0 entries"), (1, "1 entry"), (999, "999 entries"), (1234, "1,234 entries"), (1_049_999, "1,049,999 entries"),
  ])
  func entriesAreCountedExactly(count: Int64, words: String) { #expect(LedgerRestoreCommand.entries(count) == words) }

  /// Nothing but a sound backup gets there.
  @Test(arguments: [
    ("true", "none", 66, "there is no backup at 'none'"),
    ("yes garbage | head -n 900 >backup", "backup", 65, "'backup' is not an llmguard ledger"),
    ("truncate -s -9000 backup", "backup", 65, "the backup 'backup' is damaged"),
    ("dd if=/dev/zero of=backup bs=1 seek=20000 count=3000 conv=notrunc 2>/dev/null", "backup", 65, "is damaged"),
    ("sqlite3 backup \"UPDATE balance SET posted = 1\"", "backup", 65, "the backup 'backup' is damaged"),
    (
      "sqlite3 backup 'CREATE TRIGGER free AFTER INSERT ON entry BEGIN UPDATE balance SET posted = 0; END'",
      "backup", 65,
      "take it away while no llmguard runs: sqlite3 backup 'DROP TRIGGER \"free\"'"
    ),
    ("sqlite3 backup 'PRAGMA user_version = 999'", "backup", 65, "the ledger 'backup' was written by a newer llmguard"),
    ("true", "$L", 64, "is the ledger itself"), ("mkdir folder", "folder", 66, "'folder' is no file"),
  ]) func whatIsNoBackupIsRefused(harm: String, name: String, status: Int32, words: String) throws {
    defer { home.remove() }
    if harm.hasPrefix("sqlite3"), !File.exists("/usr/bin/sqlite3") { return }
    let outcome = try home.run(
      Self.start + """
        \(harm); llmguard ledger restore \(name) >&2; echo $?; calls; llmguard ledger verify
        ls .local/state/llmguard | grep -ce restored -e until
        """)
    #expect(outcome.output == "\(status)\n3\nok\n0\n", "\(outcome)")
    #expect(outcome.error.contains(words) && outcome.error.contains("hint: "), "\(outcome)")
  }

  /// What somebody put into the file is told: what can change what is booked as unsound, and all else in passing.
  @Test func whatIsNotTheLedgersIsTold() throws {
    defer { home.remove() }
    if !File.exists("/usr/bin/sqlite3") { return }
    let outcome = try home.run(
      Self.start + """
        verify() { llmguard ledger verify "$@" 2>said; echo $?; sed "s|$HOME||g" said; }
        sqlite3 $L 'CREATE VIEW spent AS SELECT * FROM rollup'; verify; llmguard ledger verify --json 2>none | grep -c '"view spent"'
        llmguard ledger backup seen >none; llmguard ledger restore seen >none 2>said; echo $?; head -1 said
        sqlite3 $L 'CREATE TRIGGER free AFTER INSERT ON entry BEGIN UPDATE balance SET posted = 0; END'; verify
        llmguard doctor 2>&1 | grep -c 'trigger free on entry'
        sqlite3 $L "$(sed -n "s/.*take it away while no llmguard runs: sqlite3 [^ ]* '\\(.*\\)'$/\\1/p" said | tail -1)"; llmguard ledger verify 2>none
        """)
    let ledger = "/.local/state/llmguard/ledger.sqlite3"
    let view = "llmguard: view spent: it is none of the ledger's, and changes nothing of what is booked\n"
    let told =
      view
      + "hint: a newer llmguard may need its name for itself; to take it away while no llmguard runs: sqlite3 \(ledger) 'DROP VIEW \"spent\"'\n"
    #expect(
      outcome.output == "ok\n0\n\(told)1\n0\n\(view)"
        + "trigger free on entry: it is none of the ledger's, and can change what is booked\n65\n\(told)"
        + "llmguard: error: the ledger is not sound\nhint: take it away while no llmguard runs: sqlite3 \(ledger) 'DROP TRIGGER \"free\"'\n1\nok\n",
      "\(outcome)")
  }

  /// A run that is under way could record its calls no more.
  @Test func whatIsInUseIsLeftAlone() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        mkfifo go; llmguard run -q --estimate 5 -- cat go >/dev/null & n=0
        until llmguard budget show --json | grep -q '"held": [1-9]'; do sleep 0.05; n=$((n+1)); [ $n -lt 1200 ] || exit 9; done
        llmguard ledger restore backup; echo $?; calls
        llmguard ledger restore backup --dry-run --while-in-use >/dev/null; echo $?
        llmguard ledger restore backup --dry-run 2>said | grep -c 'is sound'; grep -c 'in use by process .*: without --dry-run' said
        llmguard ledger restore backup --dry-run --json 2>/dev/null | grep -c '"in_use": true'
        echo >go; wait; llmguard ledger restore backup >/dev/null; echo $?; calls; llmguard ledger verify
        """)
    #expect(outcome.output == "75\n3\n0\n1\n1\n1\n0\n2\nok\n", "\(outcome)")
    #expect(outcome.error.contains("llmguard: error: the ledger is in use by process "), "\(outcome)")
  }

  /// As a file system without hard links does it.
  private static let noLinks = "-e inject=link:error=EPERM"

  /// On such a disk the old ledger is kept as a copy.
  @Test(.enabled(if: Wrapping.has("strace")), arguments: ["EPERM", "EOPNOTSUPP", "ENOSYS", "EMLINK"])
  func aDiskWithoutHardLinksWillDo(error: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        strace -qq -o /dev/null -e trace=link -e inject=link:error=\(error) llmguard ledger restore backup >/dev/null; echo $?
        calls; llmguard ledger verify; llmguard ledger verify $L.until-*Z; stat -c %a $L.until-*Z
        LLMGUARD_LEDGER=$(ls $L.until-*Z) calls; ls .local/state/llmguard | grep -c part
        """)
    #expect(outcome.output == "0\n2\nok\nok\n600\n3\n0\n", "\(outcome)")
  }

  /// Where there is no room for that copy, nothing has happened.
  @Test(.enabled(if: Wrapping.has("strace"))) func withoutRoomForACopyTheLedgerStays() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        strace -qq -o /dev/null -e trace=link,write -e inject=link:error=EPERM -e inject=write:error=ENOSPC:when=1 \
          llmguard ledger restore backup >/dev/null; echo $?
        calls; llmguard ledger verify; ls .local/state/llmguard | grep -c -e part -e until
        """)
    #expect(outcome.output == "74\n3\nok\n0\n", "\(outcome)")
  }

  /// Whoever looks into the restored ledger later sees that it is one, who did it and where the old one is.
  @Test func theLedgerTellsThatItWasRestored() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        llmguard ledger restore backup --dry-run >/dev/null; llmguard ledger audit | wc -l; llmguard ledger restore backup >/dev/null
        llmguard ledger audit | cut -f 3,5,6 | sed "s/until-.*/until-DATE/; s/$(id -un)/ME/"
        llmguard ledger audit --json | grep '"kind"'; llmguard ledger verify
        call ben; llmguard ledger verify; rm -r .local/state; llmguard ledger restore backup >/dev/null
        llmguard ledger audit | cut -f 3,6; llmguard ledger verify
        """)
    #expect(
      outcome.output == """
        0
        restore\tME\tthe backup 'backup' of 4 entries took the place of this ledger, which stays as ledger.sqlite3.until-DATE
              "kind": "restore",
        ok
        ok
        restore\tthe backup 'backup' of 4 entries took the place of this ledger
        ok

        """, "\(outcome)")
  }

  /// Whoever is killed at any step leaves the old ledger or the new one, and the next one is in nobody's way.
  @Test(
    .enabled(if: Wrapping.has("strace")),
    arguments: [
      ("link", ""), ("unlink", ""), ("rename", ""), ("pwrite64", ""), ("fsync", ""),
      ("rename,renameat2", noLinks), ("unlink", noLinks), ("write", noLinks), ("fsync", noLinks),
      ("fdatasync", noLinks),
    ])
  func whoeverIsKilledLeavesALedger(call: String, more: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start + """
        cp -r .local/state/llmguard good; n=1
        while [ $n -lt 60 ]; do
          strace -qq -o /dev/null -e trace=\(call),link \(more) -e inject=\(call):signal=KILL:when=$n llmguard ledger restore backup >out 2>&1
          status=$?; found=$(calls); sound=$(llmguard ledger verify 2>&1)
          [ "$sound" = ok ] && { [ "$found" = 3 ] || [ "$found" = 2 ]; } || { echo "\(call) $n: $status $found $sound"; cat out; }
          [ $status = 0 ] && break
          llmguard ledger restore backup >/dev/null && [ "$(calls)" = 2 ] || echo "\(call) $n: not restored after"
          rm -rf .local/state/llmguard; cp -r good .local/state/llmguard; n=$((n+1))
        done
        [ $n -gt 1 ] && echo over
        """, limitSeconds: 120)
    #expect(outcome.output == "over\n", "\(outcome)")
  }

  /// Keys that were removed before the backup was made are missed by nobody.
  @Test func noKeyIsMissedThatWasRemoved() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      restored() { rm -f .local/state/llmguard/serve-keys.json; llmguard ledger restore $1 2>&1 >/dev/null | grep -c 'had keys by'; }
      for user in ana ben; do llmguard serve key add $user >/dev/null 2>&1; done
      llmguard serve key remove --user ana >/dev/null 2>&1; llmguard ledger backup one >/dev/null 2>&1
      llmguard serve key remove --user ben >/dev/null 2>&1; llmguard ledger backup none >/dev/null 2>&1
      restored one; restored none
      """)
    #expect(outcome.output == "1\n0\n", "\(outcome)")
  }

  /// Whoever moves a server to another machine by a backup alone would have no users there.
  @Test func theKeysOfServeAreSaidToBeInNone() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      said() { sed "s|$HOME||g" told; }; keys=.local/state/llmguard/serve-keys.json
      llmguard run -q -u ana --estimate 10 -- true; llmguard ledger backup none 2>told; said; llmguard ledger restore none 2>told >out; said
      llmguard serve key add ana >key 2>&1; llmguard ledger backup b 2>told; said; $(sed -n 's/^hint: .* too: //p' told); ls b b.*
      llmguard ledger restore b 2>told >out; said; mv $keys away; llmguard ledger restore b --dry-run 2>told >out; said
      llmguard ledger restore b 2>told >out; said; cp -p b.serve-keys.json $keys; llmguard serve key list | cut -f 2
      """)
    let keys = "/.local/state/llmguard/serve-keys.json"
    #expect(
      outcome.output == """
        none
        b
        llmguard: the keys of serve are not in it: they stand in '\(keys)'
        hint: keep a copy of that file, too: cp -p \(keys) b.serve-keys.json
        b
        b.serve-keys.json
        llmguard: warning: users of serve had keys by this ledger, and there are none beside it: a backup has no keys in it
        hint: put the serve-keys.json that was beside it to '\(keys)' (mode 600); else each user needs a new key: 'llmguard serve key add USER'
        ana

        """, "\(outcome)")
  }
}
