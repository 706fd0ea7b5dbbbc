import Testing

/// A pause is told as one everywhere: the limit that it is made of is nothing that anybody could set.
@Suite struct PauseWordsStoryTests {
  let home: ProgramHome

  init() throws { home = try ProgramHome() }

  @Test func noListTellsOfABudgetThatNobodyGave() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget pause root >/dev/null 2>&1
      echo 'curl -s -o /dev/null "$OPENAI_BASE_URL/chat/completions" -d "{\\"model\\":\\"gpt-4o\\",\\"messages\\":[]}"' >ask
      LLMGUARD_USER=root llmguard run -q --receipt r --report junit x.xml -u root sh ask 2>/dev/null
      LLMGUARD_USER=root llmguard run -q --receipt r2 -u root -m gpt-4o -n 5 -- true 2>/dev/null
      n=$(llmguard usage list | cut -f 1 | tail -1); llmguard usage list | awk -F '\\t' '{ for (i = 1; i <= NF; i++) if ($i == "paused") print "paused" }'
      script -qc "llmguard usage show $n" /dev/null >shown; grep -c 'hard: all calls of root were paused' shown
      llmguard usage show $n --json >json; grep -c '"note": "paused"' json; llmguard usage export >csv; llmguard usage list --json >list
      llmguard budget show root --json >budgets; grep -A 6 '"budget": "paused"' budgets | grep window
      grep -o 'message="[^(]*' x.xml; grep -lE '(^|[^0-9])359' r r2 x.xml shown json csv list budgets || echo nowhere
      llmguard usage metrics | grep budget_exhaustion; llmguard usage metrics | grep -c 'refusal_ratio.*1$'
      """)
    #expect(
      outcome.output == """
        paused
        paused
        1
        2
              "window": null,
              "window_kind": null,
        message="refused by a pause of root&apos;s calls, which &apos;llmguard budget resume&apos; ends 
        nowhere
        budget_exhaustion_ratio\t\t0
        1

        """, "\(outcome)")
  }
}
