import Testing

/// What a refusal tells its reader to do works, and when it tells them to come again they are let in.
@Suite struct RefusalRemedyStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1000 tokens/day']\n")
  }

  /// One call took far more than the limit: the top-up covers what is owed, and the next call besides.
  @Test func theTopUpCoversWhatWasOverrun() throws {
    defer { home.remove() }
    try home.write(
      "bin/says", "#!/bin/sh\necho '{\"usage\":{\"prompt_tokens\":4081,\"completion_tokens\":1000}}'\n")
    let outcome = try home.run(
      """
      chmod +x bin/says; ln -s says bin/curl
      llmguard run -q -u ben -- curl -d '{"model":"a","max_tokens":5}' http://127.0.0.1:9/v1/chat/completions >/dev/null
      call() { llmguard run -u ben -m a --estimate 104 -- echo out; }
      line=$(call 2>&1 | sed -n 's/.*top up: //p'); echo "$line"
      eval "$(echo "$line" | sed 's/TEXT/why/')" | sed 's/, for .*//'; call
      """)
    #expect(
      outcome.output
        == "llmguard budget grant ben '5k tokens/day' --reason TEXT\nben: 5k tokens/day on top\nout\n", "\(outcome)")
  }

  /// Without degradation nothing goes out beyond the limit: what fits is told up to there, and goes out.
  @Test func whatFitsIsToldUpToWhereACallIsRefused() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      call() { llmguard run --no-degrade -m gpt-4o "$@" -- echo out; }
      call -n 5000 2>&1 | sed -n 's/.*and \\([0-9]* fit up to .*(--no-degrade)\\),.*/\\1/p'
      most=$(call -n 5000 2>&1 | sed -n 's/.*(--max-tokens \\([0-9]*\\)).*/\\1/p'); call -n "$most"; echo "status $?"
      call -n $((most + 1)) 2>/dev/null; echo "status $?"
      """)
    #expect(
      outcome.output == "999 fit up to the limit of 1,000 (--no-degrade)\nout\nstatus 0\nstatus 75\n",
      "\(outcome)")
  }

  /// The cheaper model is not known as well, and would take more: what is in the way is told, and not what would have fitted.
  @Test func aCheaperModelThatTakesMoreIsSaid() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1M tokens/day']\n[user.ben]\nbudgets = ['100 tokens/day']\n[tier.ten]\nhard = 300\n"
        + "budgets = ['100 tokens/day']\nescalation = [1]\n[user.ana]\ntier = 'ten'\n")
    try home.write("bin/says", "#!/bin/sh\necho '{\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":10}}'\n")
    let outcome = try home.run(
      """
      chmod +x bin/says; ln -s says bin/curl; text=$(seq 200 | tr '\\n' ' ')
      call() {
        llmguard run --no-cache -u $1 -- curl -d '{"model":"gpt-4o","max_tokens":20,"messages":[{"role":"user","content":"'"$2 $text"'"}]}' \
          http://127.0.0.1:9/v1/chat/completions
      }
      for n in 1 2 3 4 5 6 7 8 9; do call tom $n; done >/dev/null 2>&1
      call ana a >/dev/null; call ana b >/dev/null; call ana c 2>&1 >/dev/null | grep -o 'this call needs.*fit up to'
      """)
    let figures = outcome.output.split { !$0.isNumber }.compactMap { Int($0) }
    #expect(outcome.output.contains(" as it would go out now) and "), "\(outcome)")
    #expect(figures.count == 3 && figures[0] < figures[2] && figures[1] > figures[2], "\(outcome)")
  }

  /// Where two budgets are in the way, a top-up of one would be in vain.
  @Test func everyBudgetInTheWayIsToppedUp() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget set ben '1000 tokens/day' '1 call/day' > /dev/null
      llmguard run -q -u ben -m a --estimate 1150 -- true
      call() { llmguard run -u ben -m a --estimate 104 -- echo out; }
      line=$(call 2>&1 | sed -n 's/.*top up: //p'); echo "$line"
      eval "$(echo "$line" | sed 's/TEXT/why/g')" | sed 's/, for .*//'; call
      """)
    #expect(outcome.output.hasSuffix(" on top\nout\n"), "\(outcome)")
    #expect(
      outcome.output.contains("'500 tokens/day' --reason TEXT && llmguard budget grant ben '1 call/day'"), "\(outcome)")
  }
}
