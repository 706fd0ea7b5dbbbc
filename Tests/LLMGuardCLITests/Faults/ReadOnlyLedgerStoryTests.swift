import Posix
import Testing

/// Reports from a ledger that cannot be written, and from a backup: read as it stands, with nothing beside it.
@Suite struct ReadOnlyLedgerStoryTests {
  static let commands = [
    "usage report", "usage list", "usage show", "usage show 1", "usage export", "usage metrics", "usage advise",
    "usage check --max '1k tokens'", "budget show", "budget list", "user list", "ledger audit", "ledger verify",
    "forecast echo", "simulate --baseline hard-wall --since 7d",
  ]

  private static let setUp = """
    for n in 1 2; do llmguard run -m gpt-4o --estimate 40 -- echo hi >got; done
    mkdir shelf; llmguard ledger backup shelf/backup >got
    each() { while read -r line; do echo "== $line"; eval "$@ llmguard $line" || echo "failed $?"; done <commands; }
    # Without its capabilities, even the superuser keeps to permissions.
    plain() { "$@"; }; [ "$(id -u)" != 0 ] || plain() { setpriv --bounding-set=-all --inh-caps=-all "$@"; }

    """

  @Test func aBackupIsReadAndNothingIsMadeBesideIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("commands", Self.commands.joined(separator: "\n") + "\n")
    let outcome = try home.run(
      Self.setUp + """
        export LLMGUARD_LEDGER=$HOME/shelf/backup
        each >read 2>&1; grep failed read; grep -c '^==' read; llmguard usage report | cut -f 2; ls -A shelf

        """)
    #expect(outcome.output == "\(Self.commands.count)\n2\nbackup\n", "\(outcome.output)\(outcome.error)")
  }

  /// A HOME that is another user's, as a service or `su` without `-` leaves it.
  @Test(
    .enabled(if: Wrapping.has("setpriv")),
    arguments: [("run -- true", "125"), ("usage report", "78"), ("budget show", "78")])
  func aHomeThatCannotBeEnteredIsNamed(command: String, status: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir other; chmod 0 other; export HOME=$PWD/other
      plain() { "$@"; }; [ "$(id -u)" != 0 ] || plain() { setpriv --bounding-set=-all --inh-caps=-all "$@"; }
      plain llmguard \(command); echo $?; : >rules; export LLMGUARD_CONFIG=$PWD/rules
      plain llmguard \(command) || echo none; chmod 700 other
      """)
    #expect(outcome.output == "\(status)\nnone\n", "\(outcome)")
    let folder = "the folder '\(home.path)/other'"
    #expect(
      outcome.error.hasPrefix(
        "llmguard: error: cannot read the configuration '\(home.path)/other/.config/llmguard/llmguard.toml': "
          + "\(folder) cannot be entered"), "\(outcome)")
    let hint = "it is HOME, and another user's or closed to you: let HOME name a folder of your own"
    #expect(outcome.error.contains("\nhint: \(hint)"), "\(outcome)")
    #expect(outcome.error.ranges(of: hint).count == 2, "\(outcome)")
  }

  @Test(.enabled(if: Wrapping.has("setpriv")), arguments: ["shelf/backup", ".local/state/llmguard/ledger.sqlite3"])
  func aLedgerThatCannotBeWrittenIsRead(ledger: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("commands", Self.commands.joined(separator: "\n") + "\n")
    let outcome = try home.run(
      Self.setUp + """
        export LLMGUARD_LEDGER=$HOME/\(ledger); folder=$(dirname $LLMGUARD_LEDGER); ls -A $folder >before
        chmod 400 $folder/*; chmod 500 $folder
        each plain >read 2>&1; grep -B 3 failed read; grep -c '^==' read; plain llmguard usage report | cut -f 2
        plain llmguard run --estimate 5 -- true 2>&1 | grep -c 'cannot be written'
        plain llmguard ledger backup copy; llmguard ledger verify copy
        ls -A $folder | cmp - before; chmod 700 $folder

        """)
    #expect(outcome.output == "\(Self.commands.count)\n2\n1\ncopy\nok\n", "\(outcome.output)\(outcome.error)")
  }

  /// Who only looks makes no ledger, and needs no place for one.
  @Test func whereThereIsNoLedgerNoneIsMadeToBeRead() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let others = [
      "queue list", "estimate -- true", "run --dry-run -- true", "run --dry-run -m gpt-4o -- echo hi", "prefer",
      "budget lower", "budget cap", "budget reset --dry-run", "budget reset --all --dry-run",
      "budget grant ana '5k tokens/day' --dry-run", "complete users", "complete operations", "complete runs",
    ]
    let commands = Self.commands.filter { !["usage show 1", "ledger verify"].contains($0) } + others
    try home.write("commands", commands.joined(separator: "\n") + "\n")
    let outcome = try home.run(
      """
      each() { while read -r line; do echo "== $line"; eval "$@ llmguard $line" || echo "failed $?"; done <commands; }
      each >read 2>&1; grep -B 3 failed read; grep -c '^==' read; ls -d .local
      mkdir .local; chmod 500 .local; plain() { "$@"; }
      [ "$(id -u)" != 0 ] || plain() { setpriv --bounding-set=-all --inh-caps=-all "$@"; }
      each plain >read 2>&1; grep -B 3 failed read; grep -c '^==' read; ls -A .local; rmdir .local
      for what in 'backup copy' compact repair-clock verify; do llmguard ledger $what; echo $?; done; ls -d .local copy
      """)
    #expect(
      outcome.output == "\(commands.count)\n\(commands.count)\n66\n66\n66\n66\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("there is no ledger at '"))
  }

  /// A link that leads nowhere may lead to a disk that is not there just now: no ledger is read in its place.
  @Test(arguments: ["ledger.sqlite3", "."]) func aLinkThatLeadsNowhereIsNoEmptyLedger(link: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state; place=.local/state/llmguard
      if [ \(link) = . ]; then ln -s $HOME/away $place; else mkdir $place; ln -s $HOME/away/x $place/\(link); fi
      for what in "usage check --max '5 tokens'" 'budget show' 'usage report' 'ledger backup copy'; do
        eval "llmguard $what"; echo $?
      done; ls -d copy away
      """)
    #expect(outcome.output == "73\n73\n73\n73\n", "\(outcome.output)\(outcome.error)")
  }

  /// A ledger of which nothing but the last entry's number is left does not read as an empty one.
  @Test func aLostLedgerIsNotReadAsEmpty() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -m gpt-4o --estimate 40 -- echo hi >got; cd .local/state/llmguard; rm ledger.sqlite3 *-wal *-shm
      llmguard usage show; echo $?; llmguard estimate -- true; echo $?; llmguard ledger backup copy; echo $?; ls *sqlite3 copy
      """)
    #expect(outcome.output == "65\n65\n65\n", "\(outcome.output)\(outcome.error)")
  }
}
