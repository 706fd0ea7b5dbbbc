import Testing

/// The live page ends when it is told to, also where a shell has it ignore ^C.
@Suite struct UsageServeStoryTests {
  @Test func terminationEndsItAlsoInAScriptsBackground() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --prompt-from args -m gpt-4o -- true; ls -R .local >before
      llmguard usage serve >link 2>said & pid=$!
      until [ -s link ]; do sleep 0.02; done
      # Of what a script starts in its background a shell without job control has ^C ignored.
      kill -INT $pid; sleep 0.1; curl -s -o page -w '%{http_code}\\n' "$(cat link)"
      kill -TERM $pid; wait $pid; echo $?
      curl -s -o page "$(cat link)" || echo gone
      ls -R .local | cmp - before && sed "s/$pid/PID/" said
      """)
    #expect(
      outcome.output == "200\n143\ngone\nllmguard: the link is for you alone; 'kill PID' ends it\n",
      "\(outcome.output)\(outcome.error)")
  }
}
