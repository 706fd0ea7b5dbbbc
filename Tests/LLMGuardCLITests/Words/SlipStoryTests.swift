import Posix
import Testing

/// What a newcomer types first and is not there: the hint names what is meant.
@Suite struct SlipStoryTests {
  @Test(arguments: [
    (
      "llmguard config set a b", "'set' is not a command of llmguard config",
      "\nhint: 'llmguard config --help' lists them\n"
    ),
    ("llmguard version", "'version' is not a command of llmguard", "did you mean '--version'? "),
    ("llmguard -V", "unknown option '-V'", "did you mean '--version'? "),
    ("llmguard -v", "unknown option '-v'", "did you mean '--version'? "),
    ("llmguard usage report --csv", "unknown option '--csv'", "did you mean '--format csv'? "),
    ("llmguard serve --port 4000", "unknown option '--port'", "did you mean '--listen'? "),
    (
      "llmguard usage report --by user --group model", "--by is given twice",
      "'--by' and '--group' are one option: keep the one that is meant"
    ),
    (
      "llmguard budget set '500k tokens/day'", "llmguard budget set needs a USER",
      "name the user before the budget: llmguard budget set USER '500k tokens/day'"
    ),
    (
      "llmguard budget set '$5/month' '500k tokens/day'", "llmguard budget set needs a USER",
      "llmguard budget set USER '$5/month' '500k tokens/day'"
    ),
    (
      "llmguard budget set ana '$1/day' >none; llmguard run -u ana -n 9 -m gpt4o -- true",
      "the price of the model 'gpt4o' is unknown", "hint: did you mean 'gpt-4o'? ask a model whose price is known"
    ),
    ("llmguard run --cache on -- true", "'on' is not one of auto,", "; did you mean 'auto'?"),
    ("llmguard --color off usage show", "'off' is not one of auto,", "; did you mean 'never'?"),
    ("llmguard run --max-duration 5 -- true", "'5' has no unit: write '5s', '5min' or '5h'", "hint: after which time"),
    ("llmguard demo x", "'x' is one argument too many", "hint: 'llmguard demo --help' shows what it takes"),
    (
      "llmguard run -q --estimate 5 -- true; llmguard ledger backup -",
      "a backup goes to a file, not to standard output", "hint: name the file; one that is called '-' is './-'\n"
    ),
    (
      "llmguard serve --listen 80", "--listen: '80' is no address: write ':80' for the port",
      "\nhint: where it listens; port 0 takes a free one\n"
    ),
    (
      "llmguard budget set bob '1e6 tokens/day'", "'1e6' is a power of ten: write its digits, as in 1,000,000, or 1M",
      "hint: write it like"
    ),
    (
      "llmguard budget lower bob '5 tokens/day'", "'bob' is not a limit",
      "llmguard budget lower --user bob '5 tokens/day'\n"
    ),
    (
      "llmguard budget cap bob", "'bob' is not a limit",
      "'20 calls' or 2h; another user's: llmguard budget cap --user bob LIMIT\n"
    ),
  ])
  func isHelpedOn(script: String, message: String, hint: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(script)
    #expect(outcome.error.contains(message), "\(outcome)")
    #expect(outcome.error.contains(hint), "\(outcome)")
  }

  /// Before it is in force the administrator's file is checked as what it is to be; and the one in force is not under itself.
  @Test func theAdministratorsFileIsChecked() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      printf '[lock]\\nkeys = ["tier"]\\n[tier.default]\\nwarn = 50\\n' >new; echo 'tier = 1' >>new
      check() { llmguard config check "$@"; echo "status $?"; }
      check --system new; sed -i '$d' new; check --system new; check --system new new; check --system none; check new
      cp new .config/llmguard/llmguard.toml; check --system new
      """)
    #expect(
      outcome.output == "status 78\nok: new\nstatus 0\nok: new\nstatus 0\nstatus 66\nstatus 78\nstatus 78\n",
      "\(outcome)")
    #expect(outcome.error.contains("new:5:1: unknown key"), "\(outcome.error)")
    #expect(outcome.error.contains("'llmguard config check --system FILE' checks a file that is to go there"))
    #expect(outcome.error.contains("llmguard.toml:3:2: 'tier' is locked by new:2"), "\(outcome.error)")
  }

  /// Whose the maximum is that an estimate goes by.
  @Test func aRehearsalSaysWhoseTheMaximumIs() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['500 tokens/day']\nladder = { max_tokens = 50 }\n"
        + "[operation.short]\nmax_tokens_per_call = 90\n")
    let outcome = try home.run(
      """
      out() { llmguard run --dry-run -m gpt-4o "$@" -- echo hello | sed -n 's/^estimate .*, \\([0-9]* out .*\\)/\\1/p'; }
      out -n 100; out -n 500; out; out -n 100 -o short
      """)
    #expect(
      outcome.output.split(separator: "\n").map { $0.drop { $0 != "(" } } == [
        "(the call's maximum)", "(the ladder's maximum)", "(the ladder's maximum)", "(what the operation allows)",
      ], "\(outcome)")
  }

  @Test func whatIsNoTextIsToBeSavedAsText() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("printf 'timezone = \"\\377\"\\n' >c; llmguard config check c")
    #expect(outcome.error == "llmguard: error: c:1:13: this byte is not valid UTF-8\nhint: save the file as UTF-8\n")
  }

  /// A run that wants no waiting has waited for nothing.
  @Test func whoDoesNotWaitIsNotToldHowLong() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\ncalls_per_minute = 1\n")
    let outcome = try home.run(
      "llmguard run -q -n 9 -- true; llmguard run --wait 0 -n 9 -- true; llmguard run --wait 50ms -n 9 -- true")
    let lines = outcome.error.split(separator: "\n").filter { $0.contains("refused: ") }
    #expect(lines.count == 2 && lines[0].contains("no room for another call") && !lines[0].contains("after waiting"))
    #expect(lines.last?.contains("after waiting ") == true, "\(outcome)")
  }

  /// Another file than the one in use is named where the command's own would stand.
  @Test func anotherFileIsCheckedByItsName() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("new.toml", "timezon = 'UTC'\n")
    let outcome = try home.run(
      """
      llmguard config check new.toml; echo "status $?"; echo >fine.toml; llmguard config check fine.toml
      llmguard config check none.toml; echo "status $?"; llmguard --config fine.toml config check new.toml; echo "status $?"
      llmguard run -q -n 9 -- true; llmguard ledger backup copy; llmguard ledger verify copy; ls copy*
      yes | head -c 8192 | dd of=copy bs=4096 seek=2 conv=notrunc 2>/dev/null; llmguard ledger verify copy >/dev/null; echo "status $?"
      llmguard ledger verify; llmguard ledger verify none; echo "status $?"
      """)
    #expect(
      outcome.output
        == "status 78\nok: fine.toml\nstatus 66\nstatus 64\ncopy\nok\ncopy\nstatus 65\nok\nstatus 66\n", "\(outcome)")
    #expect(outcome.error.contains("new.toml:1:1: unknown key 'timezon'"), "\(outcome)")
    #expect(outcome.error.contains("cannot read the configuration 'none.toml': no such file"), "\(outcome)")
    #expect(outcome.error.contains("hint: it is no good as a backup: look at an older one\n"), "\(outcome)")
    #expect(outcome.error.contains("/none'\nhint: name a backup that is there\n"), "\(outcome)")
  }

  /// A warning has what a mistake has: the file with line and column, the key, and what to do.
  @Test func aWarningIsPlacedAsAMistakeIs() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("slips.toml", "[tier.default]\n  budgets = ['10k tokens/min burst 5k']\n")
    try home.write("wrong.toml", "[tier.default]\n  budgets = ['lots']\n")
    let outcome = try home.run(
      """
      llmguard config check slips.toml; llmguard config check wrong.toml; export LLMGUARD_PRIORITI=high
      members() { python3 -c 'import json,sys; d=json.load(sys.stdin)
      for m in d["problems"]+d["warnings"]: print(m["file"], m["line"], m["column"], m["key"], bool(m["message"]), bool(m["hint"]))'; }
      llmguard config check slips.toml --json | members; llmguard config check wrong.toml --json | members
      """)
    #expect(
      outcome.output == """
        ok: slips.toml
        slips.toml 2 3 tier.default.budgets True True
        None None None LLMGUARD_PRIORITI True True
        wrong.toml 2 14 tier.default.budgets True True
        None None None LLMGUARD_PRIORITI True True

        """, "\(outcome)")
    #expect(
      outcome.error.contains("llmguard: warning: slips.toml:2:3: tier.default.budgets: the burst of "), "\(outcome)")
  }

  /// Zeros that nobody counted: it is set, as it is asked for, and said to limit nothing.
  @Test func aBudgetThatLimitsNothingIsWarnedOf() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard budget set ana '1000000000000000000 tokens/day'; llmguard budget grant ana '1000001B tokens/day' --reason x"
    )
    #expect(outcome.output.hasPrefix("ana: 1000000000B tokens/day"), "\(outcome)")
    #expect(outcome.error.ranges(of: "is so much that it limits nothing").count == 2, "\(outcome)")
    #expect(
      outcome.error.contains(
        "at most 1000000B tokens, 1000B calls or $1000000000; without any limit it is 'unlimited'"),
      "\(outcome)")
  }
}
