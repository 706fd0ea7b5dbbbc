import CommandSpec
import Testing

@testable import LLMGuardCLI

/// A user is named in the same ways by every command that has one to name: in place, or with `--user`.
@Suite struct NamedUserStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1000 tokens/day']\n[tier.pro]\n")
  }

  /// Each line in place, with `-u` in front, and with `--user` behind, comes to the same.
  @Test(arguments: [
    ("budget show", ""), ("budget set", "'500 tokens/day'"), ("budget set", "--clear"),
    ("budget grant", "'50 tokens/day' --reason r"), ("budget reset", "--reason r"), ("user set-tier", "pro"),
    ("user remove", ""), ("serve key add", ""),
  ])
  func allWaysComeToTheSame(command: String, rest: String) throws {
    defer { home.remove() }
    let lines = ["\(command) ana \(rest)", "\(command) -u ana \(rest)", "\(command) ana \(rest) --user=ana"]
    for line in lines {
      let outcome = try home.run(
        """
        rm -rf .local; llmguard run -q -u ana --estimate 10 -- true
        llmguard \(line) >out; echo $?; llmguard ledger audit | cut -f 3-6; cut -c 1-3 out
        """)
      let isKey = command == "serve key add"
      #expect(outcome.output.hasPrefix("0\n") && (isKey || outcome.output.contains("ana")), "\(line): \(outcome)")
    }
  }

  @Test(arguments: [
    "budget show ana -u ben", "budget set ana '500 tokens/day' -u ben", "budget set -u ben ana --clear",
    "budget grant ana '50 tokens/day' -u ben", "budget reset ana -u ben", "user set-tier ana pro -u ben",
    "user remove ana -u ben", "serve key add ana -u ben",
  ])
  func twoUsersAreRefused(line: String) throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard \(line); echo $?; llmguard ledger audit; llmguard serve key list")
    #expect(outcome.output == "64\n", "\(outcome)")
    #expect(
      outcome.error.hasPrefix(
        "llmguard: error: 'ana' and --user ben name two users\nhint: name the one that is meant\n"),
      "\(outcome)")
  }

  @Test(arguments: ["budget set", "user remove", "serve key add", "budget set --clear"])
  func nobodyIsNotTaken(line: String) throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard \(line)")
    #expect(outcome.status == 64 && outcome.error.contains("needs a USER"), "\(outcome)")
    #expect(outcome.error.contains("in place or with --user"), "\(outcome)")
  }

  /// A slip in an amount is an amount's, not another user.
  @Test func whatFollowsTheOptionIsTheAmount() throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard budget set -u ana '5 tokns/day'; llmguard budget set -u ana '$2'; echo $?")
    #expect(outcome.output == "64\n" && !outcome.error.contains("two users"), "\(outcome)")
    #expect(try home.run("llmguard user set-tier ana").error.contains("needs a USER and a TIER"))
  }

  /// Two names that are no UTF-8 are two users, however they are given, and the form in which they are shown names them too.
  @Test func namesThatAreNoTextStayApart() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      e=$(printf 'caf\\351'); f=$(printf 'caf\\350')
      LLMGUARD_USER=$e llmguard run -q --estimate 10 -- true; llmguard run -q -u "$f" --estimate 20 -- true
      llmguard run -q --user="$e" --estimate 100 -- true; LLMGUARD_USER='caf%E8' llmguard run -q --estimate 200 -- true
      llmguard budget set "$f" '500 tokens/day' >/dev/null; llmguard budget set -u"$e" '600 tokens/day' >/dev/null
      llmguard usage report --by user | cut -f 1,2,5; llmguard budget show "$e" | cut -f 1,3
      llmguard budget show 'caf%E8' | cut -f 1,3
      """)
    #expect(
      outcome.output
        == "caf%E8\t2\t220\ncaf%E9\t2\t110\ncaf%E9\t600 tokens/day\ncaf%E8\t500 tokens/day\n", "\(outcome)")
  }

  /// Every operand that is a user can be given with the option, whichever command comes to be added.
  @Test func everyUserInPlaceHasTheOption() {
    func look(_ command: Command<CLIHandler>) {
      if command.operands.contains(where: { $0.name == "USER" }) {
        #expect(command.options.contains { $0.names == ["--user", "-u"] }, "\(command.name)")
      }
      command.subcommands.forEach(look)
    }
    look(CommandTree.root)
  }

  /// A name that cannot be typed or printed is nobody's, whatever the command: what says what it did would tell lies.
  @Test(arguments: [
    "budget pause", "budget resume", "budget show", "budget set --clear", "budget reset", "user set-tier",
    "serve key add",
  ])
  func namesAreHeldToTheSameRules(command: String) throws {
    defer { home.remove() }
    let tier = command == "user set-tier" ? " pro" : ""
    let outcome = try home.run(
      """
      for name in '' ' bob ' "$(printf 'ana\\nben: paused')"; do llmguard \(command) "$name"\(tier); echo $?; done
      llmguard user list; llmguard ledger audit
      """)
    #expect(outcome.output == "64\n64\n64\n", "\(outcome)")
    #expect(outcome.error.ranges(of: "this user name cannot be used: ").count == 3, "\(outcome)")
  }
}
