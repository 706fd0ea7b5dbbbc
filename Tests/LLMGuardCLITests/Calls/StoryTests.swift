import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Testing

/// The real program, run by a real shell in a fresh home.
@Suite struct StoryTests {
  private let stage: ProgramHome
  var home: String { stage.path }

  init() throws { stage = try ProgramHome() }

  func run(_ script: String, home tellsHome: Bool = true) throws -> ProgramHome.Outcome {
    try stage.run(script, limitSeconds: 120, tellsHome: tellsHome)
  }

  func configure(_ toml: String) throws { try stage.write(".config/llmguard/llmguard.toml", toml) }

  @Test(
    arguments: [
      ("llmguard run -- echo hello", 0), ("llmguard run -- sh -c 'exit 7'", 7),
      ("llmguard run -- sh -c 'kill -9 $$'", 137),
      ("llmguard run -- /no/such", 127), ("llmguard run -- /etc/passwd", 126), ("llmguard run --nope -- true", 125),
      ("llmguard run", 125), ("llmguard nope", 64), ("llmguard", 64), ("llmguard --version", 0),
      ("llmguard run --help", 0),
      ("llmguard run -n 99999 --estimate 2000000 -- true", 75), ("llmguard budget", 64),
      ("llmguard price show nothing-such", 69),
    ] as [(String, Int32)])
  func exitStatusesSayWhatHappened(line: String, status: Int32) throws {
    defer { try? Folder.removeTree(home) }
    #expect(try run(line).status == status)
  }

  @Test func outputIsTheCommandsOwn() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run("printf 'a\\0b\\377' | llmguard run -- cat | od -An -tx1; llmguard run -- sh -c 'echo e >&2'")
    #expect(outcome.output == " 61 00 62 ff\n")
    #expect(outcome.error == "e\n")
  }

  @Test func aLoopOverAListIsNotEaten() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run("printf '1\\n2\\n3\\n' | while read n; do llmguard run -- echo $n; done")
    #expect(outcome.output == "1\n2\n3\n")
  }

  @Test func aClosedPipeEndsTheCommand() throws {
    defer { try? Folder.removeTree(home) }
    #expect(try run("llmguard run -- yes | head -n 1").output == "y\n")
  }

  @Test func theWholeWayFromOkToRefused() throws {
    defer { try? Folder.removeTree(home) }
    try configure(
      "[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { models = { a = 'b' }, max_tokens = 10, delay = '1ms' }\n"
    )
    let call =
      "llmguard run -m a -n 100 --estimate 400 -- sh -c 'echo $LLMGUARD_MODEL $LLMGUARD_MAX_TOKENS $LLMGUARD_PHASE'"
    let outcome = try run(
      """
      llmguard run -m a -n 100 --estimate 400 -- sh -c 'seq 1 130 | tr "\\n" " "' >/dev/null
      for i in 1 2 3 4 5 6 7 8; do llmguard budget show --json | grep '"used"'; \(call); done
      llmguard run --dry-run -m a -n 500 --estimate 900 -- true; echo "status $?"
      llmguard run -n 500 --estimate 2000 -- echo never; echo "status $?"
      """)
    #expect(outcome.output.contains("a 100 warn"))
    #expect(outcome.output.contains("status 75"))
    #expect(!outcome.output.contains("never"))
    #expect(outcome.error.contains("refused: daily token budget of"))
    #expect(
      outcome.error.contains(", more than the hard limit of 1,200, so waiting does not help\nhint: "), "\(outcome)")
  }

  @Test func degradationIsAnnouncedAndReachesTheCommand() throws {
    defer { try? Folder.removeTree(home) }
    try configure(
      "[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { models = { a = 'b' }, max_tokens = 10, delay = '1ms' }\n"
    )
    let outcome = try run(
      "llmguard run -m a -n 1100 --estimate 1100 -- sh -c 'echo $LLMGUARD_MODEL $LLMGUARD_MAX_TOKENS $1 $2' x {model} {max_tokens}"
    )
    #expect(outcome.output == "b 10 b 10\n")
    #expect(outcome.error.contains("degraded: model a → b, max tokens 1100 → 10, 1 ms delay; daily token budget"))
    #expect(try run("llmguard run --no-degrade -m a -n 1100 --estimate 1100 -- echo x").status == 75)
  }

  /// Whichever rung the call went out on, and however much of it its text shows.
  @Test func aStatedEstimateIsWhatTheCallIsCharged() throws {
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nwarn = 60\nsoft = 70\nladder.delay = '0s'")
    let script =
      "for n in 1 2 3; do llmguard run -q --estimate 250 -n 900 -- echo an answer $n; done; llmguard usage list --json"
    let outcome = try run(script)
    #expect(outcome.output.components("\"charge_tokens\": 250,") == 3)
    #expect(outcome.output.contains("\"phase\": \"ok\"") && outcome.output.contains("\"phase\": \"soft\""))
    let long = try run(
      "llmguard run -q --estimate 2 -u ben -- echo more words than were stated; llmguard usage list --user ben --json")
    #expect(!long.output.contains("\"charge_tokens\": 2,"), "more than was stated is charged when it is seen")
  }

  @Test func aReceiptIsWritten() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      "llmguard run -m gpt-4o --receipt r.json -- echo hi; grep -c '\"exactness\": \"estimated\"' r.json; llmguard run --receipt fd:1 -- true | grep -c schema"
    )
    #expect(outcome.output == "hi\n1\n1\n")
  }

  /// A pipe, a link and a descriptor are written through; none is replaced by a file.
  @Test func aReceiptGoesWhereItsPathLeads() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      mkfifo pipe; cat pipe > piped & llmguard run --receipt pipe -- true; wait; grep -c schema piped; test -p pipe && echo still a pipe
      llmguard run --receipt target -- true; ln -s target link; llmguard run --receipt link -- true; grep -c schema target; test -L link && echo still a link
      ln -s /dev/stdout lead
      for name in /dev/stdout /dev/fd/1 lead; do
        { echo before; llmguard run --receipt $name -- true; echo after; } > out.txt; grep -ce schema out.txt; sed -n '1p;$p' out.txt
      done
      llmguard run --receipt /dev/stdin -- true </dev/null; echo $?
      """)
    let ends = String(repeating: "1\nbefore\nafter\n", count: 3)
    #expect(outcome.output == "1\nstill a pipe\n1\nstill a link\n\(ends)125\n", "\(outcome)")
  }

  /// Memory that is mounted among the devices holds files as any other does.
  @Test(.enabled(if: File.isFolder("/dev/shm"))) func aReceiptAmongTheDevicesIsReplaced() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      place=$(mktemp -d /dev/shm/llmguard.XXXXXX)
      for n in 1 2; do llmguard run --receipt $place/r -- true; done; grep -c schema $place/r; ls $place; rm -r $place
      """)
    #expect(outcome.output == "1\nr\n", "\(outcome)")
  }

  /// What a pipe holds can be read once, and that is the command's right.
  @Test func aPromptInAPipeIsLeftToTheCommand() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(
      home + "/bin/llm", with: Array("#!/bin/sh\nwhile [ \"$1\" != -f ]; do shift; done\ncat \"$2\"\n".utf8),
      permissions: 0o700)
    let outcome = try run(
      """
      mkfifo pipe; (echo from a pipe > pipe) & timeout 30 llmguard run -q -- llm -m gpt-4o -f pipe 'what is it?'; wait
      echo from input | timeout 30 llmguard run -q -- llm -m gpt-4o -f /dev/stdin 'what is it?'
      echo asked for | timeout 30 llmguard run -q -m gpt-4o -n 5 --prompt-from /dev/stdin -- cat
      """)
    #expect(outcome.output == "from a pipe\nfrom input\nasked for\n" && outcome.status == 0)
  }

  /// The id of a submitted call is its process's alone.
  @Test func anIdInTheEnvironmentMakesNoCallFree() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      for n in 1 2 3; do LLMGUARD_REQUEST=0123456789abcdef llmguard run -q --estimate 50 -- true; done
      for n in 1 2 3; do LLMGUARD_REQUEST=0123456789abcdef llmguard run -q --estimate 50 -- echo $n >/dev/null; done
      llmguard usage report --by run | wc -l; llmguard budget show | cut -f 4; llmguard ledger verify
      """)
    #expect(outcome.output == "6\n300\nok\n", "\(outcome.error)")
  }

  @Test func outputThatFindsNoRoomIsAnError() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      "llmguard run -m gpt-4o -n 5 -- echo hi > /dev/full; echo $?; llmguard run -m gpt-4o -n 5 -- sh -c 'echo hi; exit 3' > /dev/full; echo $?"
    )
    #expect(outcome.output == "74\n3\n")
    #expect(outcome.error.components("could not be written on: no space left on device") == 2)
  }

  @Test func aReplyWithUsageSettlesExactly() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(
      home + "/bin/curl",
      with: Array(
        "#!/bin/sh\necho '{\"model\":\"m\",\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":22}}'\n".utf8),
      permissions: 0o700)
    let outcome = try run(
      "llmguard run -- curl -d '{\"model\":\"m\",\"max_tokens\":50}' x >/dev/null; llmguard usage report --by model")
    #expect(outcome.output.hasPrefix("m\t1\t11\t22\t33\t0\t0\t0\t0\t0\t1\t0\t0\t"), "\(outcome.output)")
  }

  @Test func anErrorReplyIsNotCharged() throws {
    defer { try? Folder.removeTree(home) }
    try File.replace(
      home + "/bin/curl", with: Array("#!/bin/sh\necho '{\"error\":{\"message\":\"overloaded\"}}'\n".utf8),
      permissions: 0o700)
    let outcome = try run(
      "llmguard run -- curl -d '{\"messages\":[]}' x; llmguard usage report; llmguard budget show | cut -f 4")
    #expect(outcome.output == "{\"error\":{\"message\":\"overloaded\"}}\n0\n")
  }

  @Test func aKilledRunIsRepairedByTheNext() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      llmguard run -n 50 --estimate 60 -- sh -c 'kill -9 $PPID; sleep 0.1'
      llmguard budget reset
      llmguard ledger verify
      llmguard budget show | cut -f 4
      """)
    #expect(outcome.output.contains("charged its estimate, 60 tokens"))
    #expect(outcome.output.hasSuffix("ok\n60\n"))
  }

  @Test func withoutHomeThereIsAClearError() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run("llmguard run -- echo x", home: false)
    #expect(outcome.status == 125)
    #expect(outcome.output == "")
    #expect(outcome.error.contains("HOME is not set"))
    #expect(outcome.error.contains("crontab"))
    #expect(try run("LLMGUARD_LEDGER='\(home)/l.sqlite3' llmguard run -- echo x", home: false).output == "x\n")
  }

  @Test func aBrokenLedgerFailsClosedUnlessAskedOtherwise() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      mkdir -p .local/state/llmguard; echo 'not a database, just some text in a file' > .local/state/llmguard/ledger.sqlite3
      llmguard run -- echo closed; echo "status $?"
      llmguard run --fail-open -- echo open; echo "status $?"
      """)
    #expect(outcome.output == "status 125\nopen\nstatus 0\n")
    #expect(outcome.error.contains("is not an llmguard ledger; the command was not started"))
    #expect(outcome.error.contains("the command runs unmetered (fail-open)"))
  }

  @Test func allMistakesOfAConfigurationAreReported() throws {
    defer { try? Folder.removeTree(home) }
    try configure("fail_opn = true\n[tier.free]\nbudgets = ['200k apples/day']\nhard = 'x'\n")
    let outcome = try run("llmguard config check; echo $?; llmguard run -- echo x; echo $?")
    #expect(outcome.output == "78\n125\n")
    for part in [
      "llmguard.toml:1:1: unknown key 'fail_opn'", "did you mean 'fail_open'?", ":3:12:", "'apples' is not a unit",
      ":4:8:",
    ] {
      #expect(outcome.error.contains(part), "\(part) in \(outcome.error)")
    }
  }

  @Test(arguments: [
    ("llmguard run --user 'a\nb' -- true", "U+000A"),
    ("LLMGUARD_USER=\"$(printf 'x\\033[31m')\" llmguard run -- true", "U+001B"),
    ("llmguard run --estimate 99999999999999999999 -- true", "is more than 9,223,372,036,854,775,807"),
    (
      "llmguard run --estimate 9223372036854775807 -n 1000000000000 -- true",
      "more than the hard limit of 1,200,000, so waiting does not help"
    ),
    ("llmguard budget set ana '5 apples/day'", "'apples' is not a unit"),
    ("llmguard usage report --since soon", "'soon' is not a time"),
    ("llmguard usage report --since today --until yesterday", "--until is not after --since"),
    ("llmguard user set-tier ana gold", "there is no tier 'gold'"),
    ("llmguard usage report --by usr", "did you mean 'user'?"),
  ])
  func badInputIsNamed(line: String, part: String) throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(line)
    #expect(outcome.status != 0)
    #expect(outcome.error.contains(part), "\(outcome.error)")
    #expect(!outcome.error.contains("\u{1B}"))
  }

  @Test func budgetsAreSetGrantedAndReset() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      llmguard budget set ana '100 tokens/day' '3 calls/hour'
      llmguard run -u ana -n 1 --estimate 50 -- seq 1 60 >/dev/null
      llmguard budget show ana | cut -f 3-5
      llmguard budget grant ana '40 tokens/day' --reason 'release'
      llmguard budget show ana | cut -f 3-5 | head -n 1
      llmguard budget grant ana '40 tokens/week'; echo $?
      llmguard budget reset --user ana --reason test
      llmguard budget reset --user ana --reason test
      llmguard budget reset; echo "quiet $?"
      llmguard budget show ana | cut -f 4 | head -n 1
      llmguard user list | cut -f 1,3
      llmguard user remove ana; llmguard user list
      llmguard ledger verify
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "ana: 100 tokens/day, 3 calls/hour (counts from now on)")
    #expect(outcome.output.contains("69\nana: daily token budget went back to zero"))
    #expect(outcome.output.components("went back to zero") == 2)
    #expect(outcome.output.hasSuffix("ok\n"))
    #expect(outcome.error.contains("ana has no weekly token budget to top up"))
  }

  @Test func aClockThatRanAheadIsRepaired() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['2 calls/day']\nladder = { delay = '0s' }\n")
    _ = try run("llmguard run -q -n 1 -- true; llmguard run -q -n 1 -- true")
    // What a machine leaves behind whose clock was a year ahead for one call
    let ledger = try SQLiteLedger(path: home + "/.local/state/llmguard/ledger.sqlite3", zone: .utc)
    let yearMs: Int64 = 31_536_000_000
    try ledger.change(.tier("default"), of: "zoe", actor: "test", nowUnixMs: Clock.unixMs + yearMs + 600_000)
    // A day that lasts a year is not shown without a word.
    for command in ["budget show", "budget list", "usage show"] {
      let shown = try run("llmguard \(command)")
      #expect(shown.status == 0 && shown.error.contains("the ledger's clock is 365 d ahead"), "\(command): \(shown)")
    }
    let outcome = try run(
      """
      llmguard run -q -n 1 -- true; llmguard run -q -n 1 -- true; llmguard run -q -n 1 -- true; echo $?
      llmguard ledger repair-clock --dry-run | cut -d ' ' -f 1-10
      llmguard ledger repair-clock --reason test | cut -d ' ' -f 1-9
      llmguard ledger repair-clock
      llmguard run -q -n 1 -- true; echo $?
      llmguard budget show | cut -f 4; llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        75
        the ledger's clock would go back by 365 d to
        the ledger's clock went back by 365 d to
        the ledger's clock is not ahead
        75
        2
        ok

        """)
    #expect(outcome.error.contains("'llmguard ledger repair-clock' sets the ledger's back"))
  }

  @Test func manyAtOnceNeverOverspend() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['100 calls/day']\nladder = { delay = '0s' }\n")
    let outcome = try run(
      """
      seq 1 160 | xargs -P 32 -I N llmguard run -q --prompt-from args -- true >/dev/null 2>&1
      llmguard usage report | cut -f 2,8; llmguard budget show | cut -f 4,5; llmguard ledger verify
      """)
    #expect(outcome.output == "100\t60\n100\t100\nok\n")
  }

  @Test func theGeneratedFilesAreThoseInTheRepository() throws {
    defer { try? Folder.removeTree(home) }
    let top = ProgramHome.checkout
    let outcome = try run(
      """
      mkdir out && cp -r '\(top)/man' '\(top)/completions' out && llmguard generate --output-dir out >/dev/null &&
        diff -r out/man '\(top)/man' && diff -r out/completions '\(top)/completions'
      """)
    #expect(outcome.status == 0, "run 'llmguard generate --output-dir .': \(outcome.output.prefix(400))")
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
