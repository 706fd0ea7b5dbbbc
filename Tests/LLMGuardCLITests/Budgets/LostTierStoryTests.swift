import Testing

/// One user whose tier is gone from the configuration is no reason to show nobody.
@Suite struct LostTierStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try configure("[tier.pro]\nbudgets = ['9k tokens/day']\n")
    _ = try home.run("llmguard run -q -u ana --estimate 10 -- true; llmguard user set-tier dan pro")
    try configure("")
  }

  private func configure(_ more: String) throws {
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1000 tokens/day']\nladder = { max_tokens = 10 }\n" + more)
  }

  private static let warning =
    "llmguard: warning: the tier 'pro' of dan does not exist, so calls of dan are refused\n"
    + "hint: known tiers: default; 'llmguard user set-tier dan TIER' assigns another\n"

  @Test func othersAreListedAndThatUsersRowSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USER=ana
      llmguard budget list | cut -f 1-5; llmguard budget list --json 2>/dev/null | grep -A 4 '"user": "dan"'
      """)
    #expect(outcome.status == 0 && outcome.error == Self.warning, "\(outcome)")
    #expect(
      outcome.output.hasPrefix(
        """
        ana\tdefault\t1k tokens/day\t10\t1000
        dan\tpro\tthe tier 'pro' does not exist: calls are refused\t\t

        """), "\(outcome)")
    #expect(outcome.output.contains("\"problem\": \"the tier 'pro' of dan does not exist\""), "\(outcome)")
    // Who asks for that user alone gets no answer, and a call does not go out.
    let one = try home.run("llmguard budget show dan; echo $?; llmguard run -u dan -q --estimate 1 -- true; echo $?")
    #expect(one.output == "78\n125\n", "\(one)")
  }

  @Test func pagesAndAdviceAreMade() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USER=ana
      llmguard usage report --format html > page.html; echo $?
      grep -o "the tier &#39;pro&#39; does not exist: calls are refused" page.html || grep -o "the tier .pro. does not exist[^<]*" page.html
      grep -c 'of 1k tokens' page.html
      """)
    #expect(outcome.status == 0 && outcome.error == "", "\(outcome)")
    #expect(
      outcome.output.hasPrefix("0\n") && outcome.output.contains("does not exist: calls are refused\n"), "\(outcome)")
    let advice = try home.run("llmguard usage advise")
    #expect(advice.status == 0 && advice.error == Self.warning, "\(advice)")
    let reset = try home.run("llmguard budget reset --all --reason test")
    #expect(reset.status == 0 && reset.output.contains("ana: daily token budget went back to zero"), "\(reset)")
    #expect(reset.error == Self.warning, "\(reset)")
  }

  @Test func theCheckAndTheDoctorWarn() throws {
    defer { home.remove() }
    let check = try home.run("llmguard config check; llmguard config check --json | grep message")
    #expect(check.status == 0 && check.error == Self.warning, "\(check)")
    #expect(
      check.output.contains("ok: ") && check.output.contains("\"the tier 'pro' of dan does not exist\""), "\(check)")
    let doctor = try home.run("llmguard doctor")
    #expect(doctor.output.contains("the tier 'pro' of dan does not exist"), "\(doctor)")
    // A check makes no ledger.
    let fresh = try home.run(
      "export LLMGUARD_LEDGER=$PWD/new/ledger.sqlite3; llmguard config check >/dev/null; echo $?; ls new 2>/dev/null")
    #expect(fresh.output == "0\n", "\(fresh)")
  }
}
