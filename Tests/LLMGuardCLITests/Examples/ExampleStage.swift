/// What an example needs beyond the usual home, and what it has to do there.
struct ExampleStage: Sendable {
  /// Words of the example that no other one has.
  var of: String
  /// What is done before.
  var before = ""
  /// Words that stand for something of the reader's own, and what they are here.
  var meanings: [(String, String)] = []
  /// What is done afterwards; what it prints is the end of the output.
  var after = ""
  /// The exit status of the last command.
  var status: Int32 = 0
  /// How the last of it ends.
  var ending = ""
  /// The output that a console shows, where it is shown to the figure.
  var isExact = false
  /// Lines of a console that begin so are not the program's.
  var foreign: [String] = []

  /// Places of a whole machine, and of the reader's.
  static let places = [
    ("/srv/llmguard.prom", "$HOME/llmguard.prom"), ("/safe/place/", "$HOME/"), ("/home/you", "$HOME"),
  ]

  static let all = [
    ExampleStage(of: "help of queue", before: submitted),
    ExampleStage(of: "help of reject", before: answered, meanings: [("41/3fa92c", "$named")]),
    ExampleStage(of: "help of remove", before: "llmguard serve key add bob >/dev/null"),
    ExampleStage(
      of: "swift build -c release", before: "ln -s \"$CHECKOUT\"/man \"$CHECKOUT\"/completions .",
      after: """
        cd root/usr; [ "$(ls local/share/man/man1/*.1 | wc -l)" -gt 15 ] && ls local/share/man/man5/llmguard.toml.5
        ls share/zsh/vendor-completions/_llmguard share/fish/vendor_completions.d/llmguard.fish \\
          share/bash-completion/completions/llmguard && local/bin/llmguard --version
        """, ending: "/vendor-completions/_llmguard\nllmguard 0.1.0\n"),
    ExampleStage(
      of: "> NOTES.md", after: "cat NOTES.md; llmguard usage list --limit 1 | cut -f 8",
      ending: "one two three\nrelease-notes\n"),
    ExampleStage(
      of: "30 2 * * * LLMGUARD_USER=nightly", after: "llmguard usage list --limit 1 | cut -f 6", ending: "nightly\n"),
    ExampleStage(
      of: "llmguard serve key remove 3f2a9c1e",
      meanings: [("3f2a9c1e", "$(command llmguard serve key list | cut -f 1)")],
      after: "kill %1; wait; llmguard serve key list", ending: "hint: 'llmguard serve key add USER' makes one\n"),
    ExampleStage(
      of: "3>ready llmguard serve", after: "trap - EXIT; kill $!; wait; llmguard usage list --limit 1 | cut -f 5,11",
      ending: "complete\tgpt-4o\n"),
    ExampleStage(
      of: "git diff | llmguard run --op review", after: "llmguard usage list --limit 1 | cut -f 8", ending: "review\n"),
    ExampleStage(
      of: "llmguard ledger restore backup.sqlite3 --dry-run   #",
      before: "echo nonsense >\"$(command llmguard ledger path)\"; llmguard ledger verify >/dev/null 2>&1 && exit 9",
      after: "llmguard ledger verify", ending: "ok\n"),
    ExampleStage(
      of: "llmguard ledger restore /safe/place/ledger.sqlite3 ",
      before: """
        cp backup.sqlite3 ledger.sqlite3
        echo nonsense >"$(command llmguard ledger path)"; llmguard ledger verify >/dev/null 2>&1 && exit 9
        """, after: "llmguard ledger verify", ending: "ok\n"),
    ExampleStage(
      of: "llmguard run --report junit llmguard.xml", after: "grep -c '<testcase' llmguard.xml", ending: "1\n"),
    ExampleStage(
      of: "llmguard cache export --labels >pairs.jsonl", before: "llmguard cache reject 41", after: "ls pairs.jsonl",
      ending: "pairs.jsonl\n"),
    ExampleStage(
      of: "llmguard cache reject 41/3fa92c\nllmguard run --no-cache", before: answered,
      meanings: [("41/3fa92c", "$named")]),
    ExampleStage(
      of: "llmguard cache evaluate pairs.jsonl",
      before: #"echo '{"instr_a":"sum it up","instr_b":"summarise it","same":true,"kind":"words"}' >pairs.jsonl"#),
    ExampleStage(
      of: "llmguard ledger backup /safe/place/", after: "ls backup.sqlite3 ledger.sqlite3", ending: "ledger.sqlite3\n"),
    ExampleStage(
      of: "--output /srv/llmguard.prom", after: "grep -c '^# HELP' llmguard.prom"),
    ExampleStage(
      of: "for file in \"$@\"; do\n",
      before: "source <(sed '/^for file/,$d' \"$CHECKOUT/.tools/realrun/summarise.sh\"); \(pages); set -- pages/*.txt",
      ending: "ps         ps -report a snapshot of the current processes\n"),
    ExampleStage(of: "ben$ ./nightly.sh", before: demo),
    ExampleStage(of: "ben$ ./summarise.sh", before: realrun, status: 75, foreign: ["exit status", "ana: ", "ben: "]),
    ExampleStage(
      of: "charges 2×",
      before: "for i in 1 2 3; do llmguard run --no-cache -n 400 -- llm -m gpt-4o 'three names for a cat'; done "
        + ">/dev/null 2>&1",
      isExact: true),
    ExampleStage(of: "$ llmguard run -- llm -m gpt-4o 'give me a 3-bullet"),
  ]

  private static let submitted =
    "id=$(command llmguard submit -- llm -m gpt-4o 'a long story'); llmguard queue wait \"$id\" >/dev/null"
  /// An answer to other words, as the message names it.
  private static let answered = """
    llmguard run -q -- llm -m gpt-4o 'Summarise chapter 4 of Emma in three bullet points' >/dev/null
    named=$(command llmguard run -- llm -m gpt-4o 'give me a 3-bullet summary of chapter 4 of Emma' 2>&1 >/dev/null |
      grep -o '[0-9]*/[0-9a-f]*$')
    """
  private static let pages = """
    mkdir pages; for p in bash cat chmod chown cp cut date dd df diff du find grep gzip head kill less ls make ps; do
      echo "The page of $p. It says what $p does." >pages/$p.txt; done
    """
  /// The demonstration types by itself what the README shows: it is let run on a terminal, and each part looked up in it.
  private static let demo = """
    script -qefc 'llmguard demo' /dev/null </dev/null | tr -d '\\r' | sed 's/^\\(\\(ben\\)\\?\\$\\) .*/\\1/' >shown; cat shown; exit
    """
  /// Each user has a terminal, and both call the same script in their names.
  private static let realrun = """
    \(pages)
    cp "$CHECKOUT/.tools/realrun/summarise.sh" .
    cat >>.config/llmguard/llmguard.toml <<'TOML'
    [tier.small]
    budgets = ["4k tokens/day"]
    [tier.small.ladder]
    max_tokens = 20
    delay = "300ms"
    [user.ben]
    tier = "small"
    TOML
    """
}
