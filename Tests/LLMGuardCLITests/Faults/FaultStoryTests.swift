import Posix
import Testing

/// What happens to a call that something comes between.
extension StoryTests {
  @Test func failingOpenIsForTheLedgerAlone() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.gold]\nbudgets = ['1M tokens/day']\n")
    _ = try run("llmguard user set-tier ana gold")
    try configure("[model.x]\nprice = { input = 9000000, output = 9000000 }\n[operation.big]\nweight = 1000\n")
    for options in ["-u ana", "-o big -m x --estimate 9223372036854775807"] {
      let outcome = try run("llmguard run --fail-open \(options) -- echo ran; echo $?")
      #expect(outcome.output == "125\n", "\(options): \(outcome.error)")
      #expect(outcome.error.contains("the command was not started"))
      #expect(!outcome.error.contains("--fail-open"), "it would not help: \(outcome.error)")
    }
  }

  /// A budget is not there to say that a call is absurd: without one, its sums must fit all the same.
  @Test func absurdAmountsDoNotDamageTheLedger() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = []\n")
    let outcome = try run(
      """
      for i in 1 2; do llmguard run --estimate 9000000000000000000 -- echo ran; echo $?; done
      llmguard run --estimate 5 -- true; llmguard usage report | cut -f 2,5; llmguard ledger verify
      """)
    #expect(outcome.output == "125\n125\n1\t5\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("an amount is too large for the ledger; the command was not started"))
  }

  /// Where files may not grow the kernel ends whoever writes on; llmguard says what it is, and its command is ended as ever.
  @Test func filesThatMayNotGrowAreAnError() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      llmguard run --estimate 10 -- true
      (ulimit -c 0; ulimit -f 40; llmguard run --estimate 10 -- echo ran; echo $?)
      (ulimit -c 0; ulimit -f 4000
      llmguard run --estimate 10 -- sh -c 'dd if=/dev/zero of=large bs=1M count=9 2>/dev/null'; echo $?)
      llmguard usage report | cut -f 2; llmguard ledger verify
      """)
    #expect(outcome.output == "125\n153\n1\nok\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("no space left") && outcome.error.contains("'ulimit -f'"), "\(outcome.error)")
  }

  @Test(arguments: [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131), ("USR1", 138)] as [(String, Int)])
  func aSignalDuringTheDelayGivesTheChargeBack(signal: String, status: Int) throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { delay = '50s' }\n")
    let outcome = try run(
      """
      ( while ! grep -qs delay said; do sleep 0.05; done; sleep 0.1; kill -\(signal) $(cat pid) ) &
      sh -c 'echo $$ > pid; exec llmguard run --receipt r -n 1100 --estimate 1100 -- echo never 2> said'; echo $?
      llmguard budget reset; llmguard budget show | cut -f 4; llmguard ledger verify
      grep -o '"exit_status": [0-9]*' r
      """)
    #expect(outcome.output == "\(status)\n0\nok\n\"exit_status\": \(status)\n", "\(outcome.error)")
  }

  @Test func aDryResetTellsWhatTheResetThenDoes() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/1s', '50 calls/day']\n")
    let outcome = try run(
      """
      llmguard run -u ana --estimate 50 -- seq 3 >/dev/null
      llmguard run -u ben --estimate 60 -- sh -c 'kill -9 $PPID; sleep 0.1'; sleep 1.2
      llmguard budget reset --due --dry-run; llmguard budget reset --dry-run > dry; llmguard budget reset --due > real
      sed -e 's/would be charged/was charged/; s/would be closed/closed/' dry | diff - real && wc -l < real
      llmguard budget reset --due --dry-run; llmguard ledger verify
      """)
    #expect(outcome.output.hasSuffix("\n3\nok\n"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.contains("would be charged its estimate, 60 tokens\n"))
    #expect(outcome.output.contains("ben: 1s token budget would be closed with 60 used\n"))
  }

  /// What a mail of cron or a pipe has is what the record has; a terminal has it short.
  @Test func aResetTellsExactFiguresWhereNobodyLooks() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['10k tokens/1s', '$9/day']\n")
    let outcome = try run(
      """
      llmguard run -q -u ana -m gpt-4o --estimate 4350 -- true >/dev/null; sleep 1.2
      llmguard budget reset --due | sed 's/.* with/with/'
      llmguard budget reset --user ana --dry-run | sed 's/.* from/from/'
      llmguard ledger audit | grep -c 4350
      script -qc 'llmguard budget reset --user ana --dry-run' /dev/null </dev/null | tr -d '\\r' | sed 's/.* from/from/'
      """)
    #expect(outcome.output == "with 4,350 used\nfrom $0.010875\n1\nfrom $0.0109\n", "\(outcome)")
  }

  @Test(arguments: [
    "llmguard run -u \"$forged\" -- true", "LLMGUARD_OP=\"$forged\" llmguard run -- true",
    "llmguard run -- \"$forged\"", "llmguard \"$forged\"", "llmguard run --receipt \"/no/$forged\" -- true",
    "LLMGUARD_LEDGER=\"/proc/$forged\" llmguard budget reset", "llmguard price import \"$forged\"",
  ])
  func whatANameHoldsNeverLooksLikeAMessage(line: String) throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run("forged=\"$(printf 'a\\nllmguard: all is well')\"; \(line)")
    #expect(outcome.error.contains("llmguard: error: "))
    #expect(!outcome.error.contains("\nllmguard: all is well"), "\(outcome.error)")
  }

  @Test(arguments: [
    ("llmguard budget set ana unlimited", 64, "their tier's budgets would still hold"),
    ("llmguard budget set --clear ana '5 tokens/day'", 64, "it stands alone"),
    ("llmguard run -q -- true; llmguard ledger backup b; llmguard ledger backup b", 73, "a name that is not taken"),
    ("llmguard --config c run --nope -- true", 125, "unknown option '--nope'"),
    ("llmguard --color=never run --nope -- true", 125, "unknown option '--nope'"),
    ("llmguard --color run --nope", 64, "is not one of auto"),
    ("llmguard run --op Cache-Judge -- true", 125, "is what only the cache's own judge is asked for"),
    ("LLMGUARD_OP=cache-judge llmguard run -- true", 125, "is what only the cache's own judge is asked for"),
  ])
  func whatCannotBeMeantIsRefused(line: String, status: Int, part: String) throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(line)
    #expect(Int(outcome.status) == status)
    #expect(outcome.error.contains(part), "\(outcome.error)")
  }

  @Test func aPriceWithoutADayHasNoTrace() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[model.m]\nprice = { input = 2, output = 8 }\n")
    let outcome = try run("llmguard run -m m --receipt r -- true; grep '\"price\"' r")
    #expect(outcome.output.hasSuffix(": \"config\"\n"), "\(outcome.output)")
  }
}
