import Testing

/// A FIFO or a device where rules or prices should stand: nobody is kept waiting for what never comes.
@Suite struct NoFileStoryTests {
  static let scripts: [(script: String, status: Int32, error: String)] = [
    ("mkfifo f; llmguard --config f usage show", 66, "cannot read the configuration 'f': it is a FIFO or a device"),
    ("mkfifo f; LLMGUARD_CONFIG=$PWD/f llmguard run -- echo started", 125, "/f': it is a FIFO or a device"),
    (
      "mkdir -p .config/llmguard; mkfifo .config/llmguard/llmguard.toml; llmguard run -- echo started", 125,
      "llmguard.toml': it is a FIFO or a device, and no file; the command was not started\nhint: put a file there, or move it away: the "
    ),
    (
      "mkdir -p .config/llmguard; ln -s /dev/zero .config/llmguard/llmguard.toml; llmguard usage show", 78,
      "llmguard.toml': it is a FIFO or a device, and no file\nhint: put a file there, or move it away: the built-in"
    ),
    ("mkfifo f; llmguard config check --system f", 66, "cannot read the configuration 'f': it is a FIFO or a device"),
    ("mkfifo f; llmguard simulate --policy f", 66, "cannot read the configuration 'f': it is a FIFO or a device"),
    (
      "mkfifo f; LLMGUARD_LEDGER=$PWD/f llmguard usage show", 73,
      "/f': it is a FIFO or a device, and no file\nhint: check the path"
    ),
    (
      "mkfifo f; llmguard ledger verify f", 66,
      "'f' is no file, and so no ledger\nhint: name a file that 'llmguard ledger backup' made\n"
    ),
    (
      "mkdir d; llmguard ledger verify d", 66,
      "'d' is no file, and so no ledger\nhint: name a file that 'llmguard ledger backup' made\n"
    ),
    ("llmguard ledger verify /dev/null", 66, "'/dev/null' is no file, and so no ledger\n"),
    ("llmguard ledger verify ''", 66, "there is no ledger at ''\nhint: name a backup that is there\n"),
    (
      "ln -s /dev/zero z; LLMGUARD_LEDGER=$PWD/z llmguard run -- echo started", 125,
      "/z': it is a FIFO or a device, and no file; the command was not started"
    ),
    ("mkfifo f; llmguard price import f", 66, "cannot read 'f': it is a FIFO or a device, and no file"),
    (
      "mkdir -p .local/state/llmguard; mkfifo .local/state/llmguard/prices.json; llmguard run -- echo started", 125,
      "prices.json': it is a FIFO or a device, and no file"
    ),
  ]

  @Test(arguments: scripts) func isRefusedAtOnce(script: String, status: Int32, error: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("cd \"$HOME\"\n" + script)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains(error), "\(outcome.error)")
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }

  /// Nor is what may not be read a place where no ledger can be made.
  @Test(.enabled(if: Wrapping.has("setpriv"))) func whatMayNotBeReadIsNoInput() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      plain() { "$@"; }; [ "$(id -u)" != 0 ] || plain() { setpriv --bounding-set=-all --inh-caps=-all "$@"; }
      llmguard run -q --estimate 5 -- true; llmguard ledger backup shut >none; chmod 0 shut
      plain llmguard ledger verify shut; echo $?; plain llmguard ledger restore shut; echo $?; ls shut*
      """)
    #expect(outcome.output == "66\n66\nshut\n", "\(outcome)")
    let told =
      "llmguard: error: cannot read the backup 'shut': permission denied\nhint: let its owner allow you to read it"
    #expect(outcome.error == "\(told)\n\(told); the ledger is as it was\n", "\(outcome)")
  }

  /// Nothing is made beside what can be no ledger.
  @Test func nothingIsMadeBesideIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir here; cd here; mkfifo f; mkdir d; ln -s /dev/null n
      for path in f d; do llmguard ledger verify $path; echo $?; LLMGUARD_LEDGER=$PWD/$path llmguard usage report; echo $?; done
      ls -A . d
      """)
    #expect(outcome.output == "66\n73\n66\n73\n.:\nd\nf\nn\n\nd:\n", "\(outcome)")
  }

  /// The run has ended; that nobody takes its report must not keep it.
  @Test func aReportThatNobodyReadsKeepsNoRun() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      cd "$HOME"; mkfifo f g; llmguard run --receipt g -- sh -c 'exit 4' & other=$!
      llmguard run --report json f -- sh -c 'exit 3'; echo $?; wait $other; echo $?
      """)
    #expect(outcome.output == "3\n4\n", "\(outcome)")
    for name in "fg" {
      #expect(outcome.error.contains("'\(name)': nobody reads from that FIFO"), "\(outcome.error)")
    }
  }

  @Test func rulesThatAreGivenByAPipeAreRead() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("echo 'timezone = \"Mars\"' | llmguard --config /dev/stdin config check")
    #expect(outcome.status == 78, "\(outcome.error)")
    #expect(outcome.error.contains("/dev/stdin:1:12: the time zone 'Mars' does not exist"), "\(outcome.error)")
    #expect(try home.run("llmguard --config /dev/null config check").output == "ok: /dev/null\n")
  }

  /// What a pipe holds may come later (`<(…)` is one): it is waited for, whoever waits is told, and a signal ends it.
  @Test func whatIsWaitedForIsSaid() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let commands = [
      "run --prompt-from f -- true", "estimate -m gpt-4o --file f", "cache evaluate f",
      "simulate --baseline hard-wall --trace f", "usage export --output f",
    ]
    let outcome = try home.run(
      "cd \"$HOME\"; mkdir a b c d e\n"
        + zip("abcde", commands).map { "(cd \($0); mkfifo f; exec llmguard \($1) 2>said) & \($0)=$!" }.joined(
          separator: "\n")
          + """

          for one in a b c d e; do
            n=0; until [ -s $one/said ] || [ $((n += 1)) -gt 400 ]; do sleep 0.05; done
            cat $one/said; eval "kill \\$$one; wait \\$$one"; echo "status $?"
          done
          """)
    let one = """
      llmguard: waiting for 'f': it is a pipe, and nothing is at its other end yet
      hint: ^C ends this
      status 143

      """
    #expect(outcome.output == String(repeating: one, count: commands.count), "\(outcome)")
  }

  /// What comes late, or in pieces, is read whole.
  @Test func whatComesLateIsRead() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      cd "$HOME"; mkfifo f; seq 1 100000 >numbers
      count() { llmguard run --dry-run --json --no-gateway -m gpt-4o "$@" -- true | sed -n 's/.*"input_tokens": \\([0-9]*\\),/\\1/p'; }
      count --prompt-from numbers
      (sleep 0.3; { head -n 50000 numbers; sleep 0.3; tail -n 50000 numbers; } >f) & count --prompt-from f
      cat numbers | count --prompt-from /dev/stdin
      bash -c 'llmguard run --dry-run --json --no-gateway -m gpt-4o --prompt-from <(cat numbers) -- true' | sed -n 's/.*"input_tokens": \\([0-9]*\\),/\\1/p'
      : >f & count --prompt-from f; count --prompt-from /dev/null
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 6 && Set(lines.prefix(4)).count == 1, "\(outcome)")
    #expect(lines.last == "0" && lines.first != "0" && lines.dropFirst(4).first == "0", "\(outcome)")
  }

  /// curl waits for its own file, and ends by a signal; so does the run.
  @Test func aPipeInThePlaceOfCurlsFileKeepsNoRun() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      cd "$HOME"; mkfifo .curlrc
      llmguard run -q -- curl -sS http://127.0.0.1:9/v1/chat/completions -d '{"model":"m","messages":[]}' & run=$!
      sleep 0.5; kill $run; (sleep 60; echo slow; echo >.curlrc) & watch=$!
      wait $run; echo "status $?"; kill $watch
      """)
    #expect(outcome.output == "status 143\n", "\(outcome)")
  }

  /// A backup that was cut short is told of, and stays as it is.
  @Test(arguments: [": >backup", "printf x >backup", "printf 'not a database, but longer than that: %0600d' 1 >backup"])
  func whatIsNoLedgerIsNotMadeOne(script: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      cd "$HOME"; mkdir kept; cd kept; \(script); cp backup ../copy; llmguard ledger verify backup; echo $?
      cmp backup ../copy; ls
      """)
    #expect(outcome.output == "65\nbackup\n", "\(outcome)")
    #expect(outcome.error.contains("' is not an llmguard ledger\nhint: "), "\(outcome)")
  }
}
