import Posix
import Testing

/// Estimates and forecasts, on the command line.
extension StoryTests {
  @Test func anEstimateSaysWhetherACallFits() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['1000 tokens/day']\n")
    try File.replace(home + "/prompt", with: Array("one two three".utf8))
    let outcome = try run(
      """
      llmguard estimate -n 500 -- echo hi | tail -1; llmguard estimate -n 1100 -- echo hi | tail -1
      llmguard estimate --no-degrade -n 1100 -- echo hi >/dev/null; echo $?
      llmguard estimate --file prompt -m gpt-4o -n 950 --json | grep -E 'fits|phase|"model"|input_tokens'
      llmguard estimate --file prompt -n 5000 --no-degrade --json | grep fits
      """)
    #expect(
      outcome.output.hasPrefix("fits       yes\nfits       degraded\n75\n"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.contains("\"fits\": true"))
    #expect(outcome.output.contains("\"fits\": false"))
    #expect(try run("llmguard usage report").output == "", "nothing was recorded")
    #expect(try run("llmguard estimate").status == 64)
    #expect(try run("llmguard estimate --file prompt -- echo").status == 64)
    #expect(try run("llmguard estimate --file /none").status == 66)
  }

  @Test func aForecastRestsOnTheRunsOfAScript() throws {
    defer { try? Folder.removeTree(home) }
    try configure("[tier.default]\nbudgets = ['4000 tokens/day']\n")
    try File.replace(home + "/bin/nightly.sh", with: Array("#!/bin/sh\necho done\n".utf8), permissions: 0o700)
    let early = try run("llmguard forecast nightly.sh; llmguard forecast nightly.sh --check; echo $?")
    #expect(early.output.contains("not enough history: 0 runs, 9 are needed"), "\(early.error)")
    #expect(early.output.hasSuffix("0\n"))
    #expect(early.error.contains("not enough history to tell"))
    let outcome = try run(
      """
      for i in 1 2 3 4 5 6 7 8 9; do llmguard run --op job --estimate 200 -q -- nightly.sh $i > /dev/null; done
      llmguard forecast ./nightly.sh; llmguard forecast nightly.sh --check; echo "check $?"
      llmguard forecast nightly.sh --json | grep -E '"(p90|runs|more_calls_about|fits)"'
      llmguard run --estimate 2000 -q -- echo big >/dev/null; llmguard forecast nightly.sh --check > /dev/null; echo "then $?"
      """)
    #expect(outcome.output.contains("runs       9 of nightly.sh by"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.contains("check 0"))
    #expect(outcome.output.contains("next run   200 tokens"))
    #expect(outcome.output.hasSuffix("then 75\n"))
    #expect(outcome.output.contains("\"runs\": 9"))
    #expect(outcome.output.contains("operation  job: "))
    #expect(try run("llmguard forecast --check").status == 64)
    #expect(try run("llmguard forecast --since later").status == 64)
  }
}
