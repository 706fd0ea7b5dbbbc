import Posix
import Testing

/// What a run that was killed held is in no sum before somebody settles it: who reads a report is told so.
extension StoryTests {
  @Test func aReportTellsOfCallsThatNobodyHasSettled() throws {
    defer { try? Folder.removeTree(home) }
    let outcome = try run(
      """
      killed() { llmguard run --user $1 --op $2 --estimate $3 -- sh -c \\
        "touch $1; until [ -e ana ] && [ -e ben ]; do sleep 0.02; done; kill -9 \\$PPID"; }
      report() { echo "$@"; llmguard usage report "$@" --format csv 2>&1 >/dev/null | grep -A 1 'was killed\\|were killed'; }
      killed ana a 10 & killed ben b 20 & wait
      report; report --user ana; report --operation b; report --until yesterday
      llmguard budget reset >/dev/null; report --since today; llmguard usage report | cut -f 1,2,5 | sort
      """)
    let one = "1 call whose llmguard was killed is not settled, and in no sum or list yet:"
    let reset = "'llmguard budget reset'"
    #expect(
      outcome.output == """

        llmguard: warning: 2 calls whose llmguard was killed are not settled, and in no sum or list yet: 30 tokens are held
        hint: the next call settles them, and so does \(reset)
        --user ana
        llmguard: warning: \(one) 10 tokens are held
        hint: the next call settles it, and so does \(reset)
        --operation b
        llmguard: warning: \(one) 20 tokens are held
        hint: the next call settles it, and so does \(reset)
        --until yesterday
        --since today
        ana\t1\t10
        ben\t1\t20

        """, "\(outcome.output) \(outcome.error)")
  }

  @Test(arguments: ["list", "export", "check --max '15 tokens'"])
  func soIsWhoReadsCallsOneByOne(command: String) throws {
    defer { try? Folder.removeTree(home) }
    let filters = command.hasPrefix("check") ? "--run none" : "--model none"
    let outcome = try run(
      """
      llmguard run --user ana --op a --estimate 10 -- sh -c 'kill -9 $PPID'
      calls() { llmguard usage \(command) "$@" 2>&1 >/dev/null | grep 'was killed'; }
      calls; calls --user ana; calls --user ben; calls --operation b; calls \(filters)
      llmguard budget reset >/dev/null; calls; llmguard usage \(command) >/dev/null 2>&1; echo $?
      """)
    let one =
      "llmguard: warning: 1 call whose llmguard was killed is not settled, and in no sum or list yet: 10 tokens are held"
    #expect(outcome.output == "\(one)\n\(one)\n0\n", "\(outcome.output) \(outcome.error)")
  }
}
