import Testing

/// Symbolic links on the way to the ledger and the cache: a home on another disk is one, and nothing is wrong with it.
@Suite struct LinkedPlaceStoryTests {
  /// Each reaches `$HOME/real` by a link.
  static let places = [
    "mkdir real; ln -s real link; export HOME=$PWD/link",
    "mkdir -p real .local; ln -s $HOME/real .local/state; ln -s $HOME/real .cache",
    "mkdir real; ln -s real link; export XDG_STATE_HOME=$PWD/link XDG_CACHE_HOME=$PWD/link/cache",
    "mkdir -p real/deep; ln -s real one; ln -s one/deep two; export LLMGUARD_LEDGER=$PWD/two/a.sqlite3",
    "mkdir real; ln -s real link; cd link; export LLMGUARD_LEDGER=$HOME/link/../link/a.sqlite3",
  ]

  @Test(arguments: places) func theLedgerBehindALinkIsUsed(place: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      place + """

        llmguard run -q -m gpt-4o --estimate 40 -- echo one; llmguard run -q -m gpt-4o --estimate 40 -- echo two
        llmguard run -q --dry-run -m gpt-4o --estimate 40 -- echo no >got
        llmguard ledger backup copy >got && llmguard ledger verify && llmguard ledger verify copy
        llmguard ledger compact >got && llmguard ledger restore copy >got && llmguard usage report | cut -f 2
        llmguard cache stats >got && echo shown

        """)
    #expect(outcome.output == "one\ntwo\nok\nok\n2\nshown\n", "\(outcome)")
    #expect(!outcome.error.contains("cannot"), "\(outcome.error)")
  }

  /// What is restored is looked at in a folder for what is there for a while.
  @Test func aLinkedTemporaryFolderIsUsed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir real; ln -s real link; export TMPDIR=$PWD/link
      llmguard run -q -m gpt-4o --estimate 40 -- echo one; llmguard ledger backup copy >got
      ln -s . here; llmguard ledger verify here/copy; llmguard ledger restore here/copy --dry-run | grep -c 'is sound'
      llmguard run -q sh -c 'llmguard run -q -m gpt-4o --estimate 40 -- echo two'

      """)
    #expect(outcome.output == "one\nok\n1\ntwo\n", "\(outcome)")
  }

  /// The link stays, and so does what it leads to: a backup in the link's place would be a ledger beside the one that was meant.
  @Test func nothingIsRestoredInPlaceOfALink() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -m gpt-4o --estimate 40 -- echo one; llmguard ledger backup copy >got; real=$(llmguard ledger path)
      mkdir other; export LLMGUARD_LEDGER=$PWD/other/l; sum=$(sha256sum "$real")
      for to in "$real" nowhere; do
        ln -sf "$to" other/l
        llmguard ledger restore copy; echo $?; llmguard ledger restore copy --dry-run; echo $?; readlink other/l | grep -cx "$to"; ls -A other
      done
      [ "$sum" = "$(sha256sum "$real")" ] && echo same
      """)
    #expect(outcome.output == "one\n73\n73\n1\nl\n73\n73\n1\nl\nsame\n", "\(outcome)")
    #expect(
      outcome.error.split(separator: "\n").count {
        $0.contains("/other/l' is a symbolic link, and no ledger is used by one: no backup takes its place")
      } == 4, "\(outcome.error)")
    #expect(
      outcome.error.contains(
        "hint: let LLMGUARD_LEDGER name the file itself '\(home.path)/.local/state/llmguard/ledger.sqlite3', or"),
      "\(outcome.error)")
  }

  /// Beside the name that a link has would stand other files than beside the ledger: two logs of one database.
  @Test func aLinkInPlaceOfTheLedgerIsRefusedByName() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -m gpt-4o --estimate 40 -- echo one
      mkdir other; ln -s ../.local/state/llmguard/ledger.sqlite3 other/l; export LLMGUARD_LEDGER=$PWD/other/l
      llmguard run -q -- echo no; echo $?; llmguard usage show; echo $?; ls -A other

      """)
    #expect(outcome.output == "one\n125\n73\nl\n", "\(outcome)")
    #expect(
      outcome.error.split(separator: "\n").filter {
        $0.contains("cannot open the ledger '") && $0.contains("/other/l': it is a symbolic link: name the file itself")
      }.count == 2, "\(outcome.error)")
  }
}
