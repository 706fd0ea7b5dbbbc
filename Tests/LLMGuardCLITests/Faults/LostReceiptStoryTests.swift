import Testing

/// Receipts that cannot be written: found out before anything is started, or said at the end.
struct LostReceiptStoryTests {
  @Test func aNameThatIsTooLongStartsNothing() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      long=$(printf '%0256d' 0); llmguard run --receipt $long -- echo never; echo $?
      llmguard run --report json $long -- echo never; echo $?
      fits=$(printf '%0255d' 0); llmguard run --receipt $fits -- echo ran; echo $?; grep -c schema $fits
      """)
    #expect(outcome.output == "125\n125\nran\n0\n1\n", "\(outcome)")
    for what in ["receipt", "report"] {
      #expect(outcome.error.contains("the \(what) could not be written: open '0000"), "\(outcome)")
    }
    #expect(
      outcome.error.contains("file name too long; nothing was started\nhint: give --receipt a path"), "\(outcome)")
  }

  /// What counts is whether something can be written where a link leads, and not where it stands.
  @Test(.enabled(if: Wrapping.has("setpriv"))) func aReceiptIsWrittenWhereALinkLeads() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      plain() { "$@"; }; [ "$(id -u)" != 0 ] || plain() { setpriv --bounding-set=-all --inh-caps=-all "$@"; }
      mkdir locked open; : >locked/file; ln -s ../locked/file open/out; : >open/file; ln -s ../open/file locked/in
      chmod 500 locked; for name in open/out locked/in; do
        plain llmguard run -q --receipt $name --estimate 5 -- echo ran; echo "status $?"
      done; grep -c schema open/file; chmod 700 locked
      """)
    #expect(outcome.output == "status 125\nran\nstatus 0\n1\n", "\(outcome)")
  }

  @Test func whatIsLostAtTheEndIsSaidAndAFailuresStatusStays() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("mkdir f; llmguard run -q --receipt f/r -- sh -c 'rmdir f; exit 7'; echo $?")
    #expect(outcome.output == "7\n")
    #expect(
      outcome.error.contains(
        "llmguard: error: the receipt could not be written: open 'f/r': no such file or directory\n")
        && outcome.error.contains("hint: all calls are settled; give --receipt a path that can be written"),
      "\(outcome)")
  }

  /// A status that is not the command's own is a failing case in the run's report, and a refusal leaves nothing of an earlier run.
  @Test func noReportIsGreenWhereTheRunFails() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      failures() { grep -o ' failures="[0-9]*"' $1 | head -n 1; }
      llmguard run -q --receipt /dev/full --report junit a.xml -- true; echo $?; failures a.xml
      llmguard run -q --receipt r --report junit b.xml -- true; echo $?; failures b.xml; cp r r.old; cp b.xml b.old
      llmguard run -q --receipt r --report junit b.xml --max-tokens 2 -- curl https://api.openai.com/v1/chat/completions \\
        -d '{"model":"gpt-4o-mini","n":5,"messages":[{"role":"user","content":"hi"}]}'
      echo $?; cmp -s r r.old || echo another; cmp -s b.xml b.old || echo another
      """)
    #expect(
      outcome.output == "74\n failures=\"1\"\n0\n failures=\"0\"\n75\nanother\nanother\n", "\(outcome)")
  }

  /// One record that cannot be written is told of by the others, in whatever order they stand.
  @Test func theOtherRecordsTellOfOneThatIsLost() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      told() { echo $?; grep -c 'a report could not be written; its command ended with 0, the run ends with 74' "$@"; }
      llmguard run -q --report json /dev/full --report junit a.xml --receipt a -- true; told a.xml a
      llmguard run -q --report junit b.xml --receipt b --report json /dev/full --estimate 5 -m gpt-4o -- true; told b.xml b
      llmguard run -q --report junit /dev/full --report json /dev/stdout -- true >out; echo $?; grep -c '"schema"' out
      llmguard run -q --report json /dev/full --report junit c.xml --receipt c -- sh -c 'exit 3'; told c.xml c
      """)
    #expect(
      outcome.output == "74\na.xml:1\na:1\n74\nb.xml:1\nb:1\n74\n1\n3\nc.xml:0\nc:0\n", "\(outcome)")
  }

  /// Where its command's output was lost as well as calls refused, the report names the status that the run ends with.
  @Test func theReportNamesTheStatusThatTheRunEndsWith() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1000 tokens/day']\n")
    let outcome = try home.run(
      """
      cat >calls <<'E'
      for i in 1 2; do
        curl -s -o /dev/null "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o-mini","max_tokens":5,"messages":[]}'
      done; echo done
      E
      llmguard run -q --fail-on-refusal --max-calls 1 --report junit a.xml --report json a -m gpt-4o-mini --max-tokens 60 \
        -- sh calls >/dev/full; echo $?; grep -c 'the run ends with 74' a.xml a; grep -c 'ends with 75' a.xml a
      """)
    #expect(outcome.output == "74\na.xml:1\na:1\na.xml:0\na:0\n", "\(outcome)")
  }
}
