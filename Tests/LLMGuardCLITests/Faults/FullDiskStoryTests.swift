import Testing

/// What a disk without room leaves, and says.
@Suite struct FullDiskStoryTests {
  /// A configuration that is empty would be taken for one, and never written again.
  @Test(.enabled(if: ProgramHome.mayMount)) func aConfigurationIsWrittenWholeOrNotAtAll() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      fill; llmguard config init; echo $?; ls -A .config/llmguard; empty
      llmguard config init; echo $?; llmguard config check; llmguard config init >/dev/null; echo $?
      """)
    let path = "\(home.path)/work/.config/llmguard/llmguard.toml"
    #expect(outcome.output == "74\n\(path)\n0\nok: \(path)\n73\n", "\(outcome)")
    #expect(outcome.error.contains("cannot write '\(path)': no space left on device"), "\(outcome)")
  }

  /// Which disk it is, is plain from what could not be written there.
  @Test(.enabled(if: ProgramHome.mayMount)) func whatCouldNotBeWrittenIsNamed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      llmguard run -q --estimate 5 -- true; fill
      llmguard submit --estimate 5 -- ./job.sh; echo $?; ls .local/state/llmguard/requests
      llmguard serve key add ann; echo $?
      """)
    #expect(outcome.output == "125\n74\n", "\(outcome)")
    let folder = "\(home.path)/work/.local/state/llmguard/"
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.contains { $0.contains("cannot submit: ") && $0.contains(" '\(folder)requests/") }, "\(outcome)")
    #expect(
      lines.contains { $0.contains("cannot write the keys: write '\(folder)serve-keys.json': no space") }, "\(outcome)")
    #expect(lines.filter { $0.hasPrefix("hint: make room") }.count == 2, "\(outcome)")
  }

  /// It is the backup's disk that is full, and not the ledger's, on which room would be made in vain.
  @Test(.enabled(if: ProgramHome.mayMount)) func aBackupWithoutRoomIsNotTakenForTheLedger() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      export LLMGUARD_LEDGER=$HOME/../ledger; llmguard run -q --estimate 5 -- true; fill
      llmguard ledger backup copy; echo $?; ls; empty; (ulimit -f 64; llmguard ledger backup copy); echo $?; ls
      llmguard ledger backup copy; llmguard ledger verify
      """)
    #expect(outcome.output == "74\nfill\njob.sh\n74\njob.sh\ncopy\nok\n", "\(outcome)")
    let said = """
      llmguard: error: no space left on the disk of the backup 'copy'
      hint: make room (or see 'ulimit -f'), or name a file on another disk; the ledger is as it was

      """
    #expect(outcome.error == said + said, "\(outcome)")
  }

  /// Who has read enough of the demo, as `head` has, ends it, and it leaves nothing behind.
  /// No backup is made there, and the one that is to be restored is in nobody's way.
  @Test(.enabled(if: ProgramHome.mayMount)) func aRestoreWithoutRoomIsCalledOne() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      llmguard run -q --estimate 10 -- true; llmguard ledger backup old >/dev/null; fill
      llmguard ledger restore old; echo $?; empty; llmguard ledger verify; ls .local/state/llmguard | grep -c part
      """)
    #expect(outcome.output.hasSuffix("\nok\n0\n") && !outcome.output.hasPrefix("0"), "\(outcome)")
    #expect(
      outcome.error.contains(
        /error: the backup 'old' is not restored: no space left for its copy in '[^']*\/llmguard'\nhint: the ledger is as it was; make room there/
      ), "\(outcome)")
    #expect(
      !outcome.error.contains("cannot make the backup") && !outcome.error.contains("disk of the backup"), "\(outcome)")
  }

  @Test func aDemoWhoseReaderLeavesEndsQuietly() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir tmp; export TMPDIR=$HOME/tmp
      for lines in 1 2 4; do { llmguard demo; echo $? >&2; } | head -$lines >/dev/null; done; ls tmp
      """)
    #expect(outcome.output == "" && outcome.error == "141\n141\n141\n", "\(outcome)")
  }

  /// What shows nothing has not gone well.
  @Test(.enabled(if: ProgramHome.mayMount)) func aDemoWithoutRoomFails() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      export TMPDIR=$HOME; dd if=/dev/zero of=fill bs=1k count=2000 2>/dev/null
      llmguard demo >/dev/null; echo $?; empty; ls
      """)
    #expect(outcome.output == "74\njob.sh\n", "\(outcome)")
    #expect(outcome.error.contains("the demo did not go as it should: "), "\(outcome)")
  }

  @Test(.enabled(if: ProgramHome.mayMount)) func theDoctorLooksAtTheDisk() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      look() { llmguard doctor >said; echo $?; grep -a '^check.disk' said | cut -f 3; rm said; }
      cd ..; look; llmguard run -q --estimate 5 -- true; fill; look; ls -A $HOME/.local/state/llmguard | grep -c tmp
      (export LLMGUARD_LEDGER=$HOME/new/ledger; look); empty; look
      """)
    #expect(outcome.output == "0\nwarning\n74\nproblem\n0\n74\nproblem\n0\nwarning\n", "\(outcome)")
  }

  /// A call that ends while the disk is full is charged what it took when there is room, however often others have looked at the
  /// ledger meanwhile, and although nobody comes.
  @Test(.enabled(if: ProgramHome.mayMount)) func aServedCallIsChargedWhatItTookWhenThereIsRoom() throws {
    let served = try ServedHome()
    let home = served.home
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      "export LLMGUARD_CONFIG=$HOME/../.config/llmguard/llmguard.toml\n" + ServedHome.start(users: "ana") + """
        key=$(cat key-ana); wait_for() { n=0; until "$@" || [ $n -ge 400 ]; do sleep 0.05; n=$((n+1)); done; }
        post $address/$key/openai/v1 last >/dev/null & call=$!
        wait_for [ -e ../seen ]; fill; touch ../release; wait $call
        for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -sS -o /dev/null $address/$key/openai/v1/models; sleep 0.05; done
        until_it_is 503; healthz; echo
        empty; charged() { llmguard usage report --by user 2>/dev/null | grep -q '^ana'; }; wait_for charged
        llmguard usage report --by user | cut -f 1,2,5; stop
        llmguard usage report --by user | cut -f 1,2,5; llmguard ledger verify
        """)
    #expect(
      outcome.output == """
        503
        ana\t1\t33
        ended 0
        ana\t1\t33
        ok

        """, "\(outcome)")
  }
}
