import CommandSpec
import Testing

/// Command lines of the sample program, and what they are understood as.
@Suite struct ParserTests {
  /// What a line is understood as, in one line: the path, then every option that was given, then the operands.
  static func reading(_ arguments: [String]) throws(UsageError) -> String {
    switch try CommandParser(SampleTree.root).parse(arguments) {
    case .help(let path, let isLong): return "\(isLong ? "long" : "short") help of \(title(path))"
    case .run(let path, let parsed):
      var parts = [title(path)]
      if let color = parsed[SampleTree.color] { parts.append("color=\(color)") }
      if path.last?.name == "run" {
        if let user = parsed[SampleTree.user] { parts.append("user=\(user)") }
        if let count = parsed[SampleTree.count] { parts.append("count=\(count)") }
        if let mode = parsed[SampleTree.mode] { parts.append("mode=\(mode)") }
        let tags = parsed.all(SampleTree.tags)
        if !tags.isEmpty { parts.append("tags=\(tags.joined(separator: ","))") }
        if let open = parsed.given(SampleTree.open) { parts.append("open=\(open)") }
        if let log = parsed[SampleTree.log] { parts.append("log=\(log)") }
        if parsed[SampleTree.quiet] { parts.append("quiet") }
        if parsed[SampleTree.dryRun] { parts.append("dry") }
      }
      if path.last?.name == "set", let reason = parsed[SampleTree.reason] { parts.append("reason=\(reason)") }
      return (parts + parsed.operands.map { "<\($0)>" }).joined(separator: " ")
    }
  }

  private static func title(_ path: [Command<String>]) -> String { path.map(\.name).joined(separator: " ") }

  @Test(arguments: [
    // Values
    (["run", "--user", "bot", "ls"], "keeper run user=bot <ls>"),
    (["run", "--user=bot", "ls"], "keeper run user=bot <ls>"),
    (["run", "--user=a=b", "ls"], "keeper run user=a=b <ls>"),
    (["run", "--user=", "ls"], "keeper run user= <ls>"),
    (["run", "--user", "", "ls"], "keeper run user= <ls>"),
    (["run", "--user", "--quiet", "ls"], "keeper run user=--quiet <ls>"),
    (["run", "--user=\u{301}x", "ls"], "keeper run user=\u{301}x <ls>"),
    (["run", "-u", "bot", "ls"], "keeper run user=bot <ls>"),
    (["run", "-ubot", "ls"], "keeper run user=bot <ls>"),
    (["run", "-n7", "ls"], "keeper run count=7 <ls>"),
    (["run", "--mode", "careful", "ls"], "keeper run mode=careful <ls>"),
    (["run", "--tag", "a", "--tag=b", "ls"], "keeper run tags=a,b <ls>"),
    // Values of two words
    (["run", "--log", "xml", "f", "ls"], "keeper run log=xml:f <ls>"),
    (["run", "--log", "xml", "f", "--", "ls"], "keeper run log=xml:f <ls>"),
    (["run", "--log=xml", "f", "-q", "ls"], "keeper run log=xml:f quiet <ls>"),
    (["run", "--log", "xml:-f", "ls"], "keeper run log=xml:-f <ls>"),
    (["run", "--log", "text", "xml", "ls"], "keeper run log=text:xml <ls>"),
    // Flags
    (["run", "-qd", "ls"], "keeper run quiet dry <ls>"),
    (["run", "-qn7", "ls"], "keeper run count=7 quiet <ls>"),
    (["run", "-dn", "7", "ls"], "keeper run count=7 dry <ls>"),
    (["run", "--fail-open", "ls"], "keeper run open=true <ls>"),
    (["run", "--no-fail-open", "ls"], "keeper run open=false <ls>"),
    // The command line of another program
    (["run", "ls", "--user", "x", "-h", "--"], "keeper run <ls> <--user> <x> <-h> <-->"),
    (["run", "-q", "--", "--odd", "-x"], "keeper run quiet <--odd> <-x>"),
    (["run", "--", "--", "x"], "keeper run <--> <x>"),
    (["run", "--", ""], "keeper run <>"),
    (["run", "-u--", "ls"], "keeper run user=-- <ls>"), (["run", "--user=--", "ls"], "keeper run user=-- <ls>"),
    (["run", "-", "x"], "keeper run <-> <x>"),
    // Options and operands in any order
    (["budget", "set", "alice", "--reason", "why", "5"], "keeper budget set reason=why <alice> <5>"),
    (["budget", "set", "alice", "--", "--reason"], "keeper budget set <alice> <--reason>"),
    (["budget", "set", "", ""], "keeper budget set <> <>"),
    (["budget", "show"], "keeper budget show"), (["budget", "show", "alice"], "keeper budget show <alice>"),
    (["import"], "keeper import"), (["import", "a", "-", "c"], "keeper import <a> <-> <c>"),
    (["complete"], "keeper complete"),
    // The program's options, at every level
    (["--color", "never", "import"], "keeper import color=never"),
    (["budget", "--color=never", "show"], "keeper budget show color=never"),
    (["import", "a", "--color", "never"], "keeper import color=never <a>"),
    // Help
    (["--help"], "long help of keeper"), (["-h"], "short help of keeper"),
    (["run", "--help"], "long help of keeper run"), (["run", "-qh"], "short help of keeper run"),
    (["budget", "-h"], "short help of keeper budget"), (["budget", "set", "--help"], "long help of keeper budget set"),
  ])
  func aLineIsUnderstood(arguments: [String], expected: String) throws {
    #expect(try Self.reading(arguments) == expected)
  }

  @Test(arguments: [
    (["run"], "keeper run needs COMMAND", "COMMAND: what to run"),
    (["run", "--"], "keeper run needs COMMAND", "COMMAND: what to run"),
    (
      ["run", "--usr", "x", "ls"], "unknown option '--usr'",
      "did you mean '--user'? 'keeper run --help' lists all options"
    ),
    (
      ["run", "--no-fail-opn", "ls"], "unknown option '--no-fail-opn'",
      "did you mean '--no-fail-open'? 'keeper run --help' lists all options"
    ),
    (
      ["run", "--us", "x", "ls"], "unknown option '--us'",
      "did you mean '--user'? 'keeper run --help' lists all options"
    ),
    (["run", "-x", "ls"], "unknown option '-x'", "'keeper run --help' lists all options"),
    (["run", "--=", "ls"], "unknown option '--'", "'keeper run --help' lists all options"),
    (["run", "-\u{301}", "ls"], "unknown option '-\u{301}'", "'keeper run --help' lists all options"),
    (["run", "--user"], "--user needs a value", "write --user NAME: who is charged: 'you' [by default]"),
    (["run", "--log", "xml"], "--log xml needs a file after it", "write --log xml FILE, or --log xml:FILE"),
    (
      ["run", "--log", "xml", "--", "ls"], "--log xml needs a file after it", "write --log xml FILE, or --log xml:FILE"
    ),
    (
      ["run", "--log", "xml", "-q", "ls"], "--log xml needs a file after it", "write --log xml FILE, or --log xml:FILE"
    ),
    (["run", "--log", "yaml", "f", "ls"], "--log: 'yaml' is not FORMAT FILE", "log to a file"),
    (["run", "-qn"], "--max-tokens needs a value", "write --max-tokens N: the most tokens"),
    (["run", "--max-tokens", "--", "ls"], "--max-tokens needs a value", "write --max-tokens N: the most tokens"),
    (
      ["budget", "set", "alice", "-1k"], "unknown option '-1'",
      "an argument that begins with '-' stands after '--'; 'keeper budget set --help' lists all options"
    ),
    (["run", "--quiet=yes", "ls"], "--quiet takes no value", "write --quiet alone"),
    (["run", "-u=ana", "ls"], "-u=ana: no '=' stands behind a short option", "write -u VALUE or --user=VALUE"),
    (["run", "-qu=", "ls"], "-u=: no '=' stands behind a short option", "write -u VALUE or --user=VALUE"),
    (
      ["run", "-q-", "ls"], "unknown option '-q-'", "did you mean '-q'? 'keeper run --help' lists all options"
    ),
    (
      ["run", "-q-user=x", "ls"], "unknown option '-q-user=x'",
      "did you mean '--user'? 'keeper run --help' lists all options"
    ),
    (["run", "--no-fail-open=1", "ls"], "--no-fail-open takes no value", "write --no-fail-open alone"),
    (["run", "--help=me"], "--help takes no value", "write --help alone"),
    (["run", "-u", "a", "--user", "b", "ls"], "--user is given twice", "keep the one that is meant"),
    (["run", "--fail-open", "--no-fail-open", "ls"], "--fail-open is given twice", "keep the one that is meant"),
    (["--color", "a", "import", "--color", "b"], "--color is given twice", "keep the one that is meant"),
    (["run", "--max-tokens", "abc", "ls"], "--max-tokens: 'abc' is not a whole number", "the most tokens"),
    (["run", "--max-tokens", "", "ls"], "--max-tokens: '' is not a whole number", "the most tokens"),
    (["run", "--max-tokens", "1.5", "ls"], "--max-tokens: '1.5' is not a whole number", "the most tokens"),
    (
      ["run", "--max-tokens=-", "ls"], "--max-tokens: '-' is not a whole number",
      "write --max-tokens N: the most tokens"
    ),
    (["run", "--max-tokens", "0", "ls"], "--max-tokens: '0' is less than 1", "the most tokens"),
    (["run", "--max-tokens", "1001", "ls"], "--max-tokens: '1001' is more than 1,000", "the most tokens"),
    (["run", "--max-tokens", "1,001", "ls"], "--max-tokens: '1,001' is more than 1,000", "the most tokens"),
    (
      ["run", "--max-tokens", "1,00", "ls"],
      "--max-tokens: '1,00' is not a whole number: commas part groups of three digits, as in 5,000", "the most tokens"
    ),
    (
      ["run", "-n", "99999999999999999999", "ls"], "--max-tokens: '99999999999999999999' is more than 1,000",
      "the most tokens"
    ),
    (
      ["run", "-n-99999999999999999999", "ls"], "--max-tokens: '-99999999999999999999' is less than 1",
      "the most tokens"
    ),
    (
      ["run", "--mode", "crful", "ls"],
      "--mode: 'crful' is not one of fast, careful", "how"
    ),
    (
      ["run", "--mode", "carefull", "ls"],
      "--mode: 'carefull' is not one of fast, careful; did you mean 'careful'?", "how"
    ),
    // A long option behind one dash is no value of a short one.
    (
      ["run", "-user", "x", "job"], "unknown option '-user'",
      "did you mean '--user'? 'keeper run --help' lists all options"
    ),
    (["rnu"], "'rnu' is not a command of keeper", "did you mean 'run'? 'keeper --help' lists them"),
    // It stands elsewhere.
    (["show"], "'show' is not a command of keeper", "did you mean 'keeper budget show'? 'keeper --help' lists them"),
    ([""], "'' is not a command of keeper", "'keeper --help' lists them"),
    (["complte"], "'complte' is not a command of keeper", "'keeper --help' lists them"),
    (
      ["budget", "shw"], "'shw' is not a command of keeper budget",
      "did you mean 'show'? 'keeper budget --help' lists them"
    ),
    (["budget"], "keeper budget needs a command", "one of: set, show"),
    ([], "keeper needs a command", "one of: run, budget, import"),
    (["budget", "set", "alice"], "keeper budget set needs LIMIT", "LIMIT: how much"),
    (
      ["budget", "show", "a", "b"], "'b' is one argument too many", "'keeper budget show --help' shows what it takes"
    ),
  ])
  func aMistakeIsNamed(arguments: [String], message: String, hint: String) {
    let error = #expect(throws: UsageError.self) { try Self.reading(arguments) }
    #expect(error?.message == message)
    #expect(error?.hint == hint)
  }

  /// What of another command is asked for ends the program, by the same look.
  @Test func anOptionOfAnotherCommandIsKnownForOne() throws {
    guard case .run(_, let other) = try CommandParser(SampleTree.root).parse(["import"]),
      case .run(_, let own) = try CommandParser(SampleTree.root).parse(["budget", "set", "ann", "5"])
    else {
      Issue.record("not run")
      return
    }
    #expect(!other.takes(SampleTree.user))
    #expect(own.takes(SampleTree.user))
  }
}
