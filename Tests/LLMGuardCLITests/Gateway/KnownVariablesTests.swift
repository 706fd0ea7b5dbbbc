import SessionDriver
import Testing

@testable import LLMGuardCLI

/// Variables that nobody reads are told of, and only those.
@Suite struct KnownVariablesTests {
  @Test(
    arguments: [
      ("LLMGUARD_USRE", "LLMGUARD_USER", true), ("LLMGUARD_LEDGR", "LLMGUARD_LEDGER", true),
      ("LLMGUARD_PRIORTY", "LLMGUARD_PRIORITY", true), ("LLMGUARD_FAILOPEN", "LLMGUARD_FAIL_OPEN", true),
      ("LLMGUARD_DEFAULT_TEIRS", "LLMGUARD_DEFAULT_TIER", false), ("LLMGUARD_NIGHTLY_HOME", nil, false),
      ("LLMGUARD_", nil, false), ("LLMGUARD_\u{1B}[31m", nil, false),
    ] as [(String, String?, Bool)])
  func whatWasMeantIsNamed(name: String, nearest: String?, isSlip: Bool) {
    #expect(KnownVariables.strays(among: [name]) == [.init(name: name, nearest: nearest, isSlip: isSlip)])
  }

  /// Each name that stands in the program's sources is one of them; a new one cannot be forgotten.
  @Test func whatIsReadIsKnown() throws {
    let outcome = try Driver.run(
      "grep -rhoE '\"LLMGUARD_[A-Z_]+\"' '\(ProgramHome.checkout)/Sources' --include=*.swift --exclude-dir=llmguard-bench "
        + "| tr -d '\"' | sort -u")
    let names = outcome.text.split(separator: "\n").map(String.init)
    #expect(names.count > 10, "\(names)")
    // The prefix alone is no name.
    #expect(KnownVariables.strays(among: names.filter { $0 != KnownVariables.prefix }) == [])
  }

  @Test func aSlipIsSaidOnceAndOnlyWhereItIsOne() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USRE=x LLMGUARD_NIGHTLY_HOME=/y
      llmguard run -- true 2>run; llmguard run -q -- true 2>quiet
      llmguard run -- sh -c 'llmguard run -- true; llmguard run -- true' 2>nested
      llmguard config check >/dev/null 2>check; llmguard doctor >doctor
      for f in run quiet nested check doctor; do
        echo "$f $(grep -c LLMGUARD_USRE $f) $(grep -c LLMGUARD_NIGHTLY_HOME $f)"; done
      cat run
      """)
    #expect(
      outcome.output == """
        run 1 0
        quiet 0 0
        nested 1 0
        check 1 1
        doctor 1 1
        llmguard: warning: nothing reads the variable LLMGUARD_USRE
        hint: did you mean LLMGUARD_USER?

        """, "\(outcome)")
  }

  /// A cap that is set where nobody looks for it caps nothing.
  @Test func aVariableThatIsCalledAsAnOptionIsSaid() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("LLMGUARD_MAX_CALLS=3 LLMGUARD_NIGHTLY_HOME=/y llmguard run -- true")
    #expect(
      outcome.error == """
        llmguard: warning: nothing reads the variable LLMGUARD_MAX_CALLS
        hint: give --max-calls to 'llmguard run'; it has no variable

        """, "\(outcome)")
  }

  /// A zone that nobody knows is said once, where days end by one, and nowhere else.
  @Test func aZoneThatIsNoneIsSaid() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      export TZ=Nowhere/Bad
      llmguard usage report --by day 2>report; llmguard run -- true 2>run; llmguard budget show >/dev/null 2>budget
      llmguard price list >/dev/null 2>price
      llmguard config check >/dev/null 2>check; llmguard doctor >doctor 2>&1
      LLMGUARD_TIMEZONE=UTC llmguard usage report 2>configured
      for zone in JST-9 CET-1CEST,M3.5.0,M10.5.0/3 :Europe/Berlin /usr/share/zoneinfo/Europe/Berlin :/etc/localtime '' UTC; do
        TZ="$zone" llmguard usage report 2>>good; done
      for zone in JST-9 NST3:30 UTC0; do TZ=$zone llmguard usage report --json | grep '"since"' | grep -oE '(Z|[-+]..:..)"'; done
      for f in report run budget price check doctor configured good; do
        echo "$f $(grep -c "is no time zone" $f)"; done
      """)
    #expect(
      outcome.output == """
        +09:00"
        -03:30"
        Z"
        report 1
        run 1
        budget 1
        price 0
        check 1
        doctor 1
        configured 0
        good 0

        """, "\(outcome)")
  }
}
