import Posix
import Testing

/// What cannot be: each mistake and each mishap has a message that names it, its place and the remedy, and a status.
@Suite struct BadInputStoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String
    let status: Int32
    let error: [String]
    /// The program without which it cannot be tried.
    var needs: String?

    init(_ name: String, _ script: String, _ status: Int32, _ error: [String], needs: String? = nil) {
      (testDescription, self.script, self.status, self.error, self.needs) = (name, script, status, error, needs)
    }
  }

  private static let ledger = "$HOME/.local/state/llmguard/ledger.sqlite3"

  static let words = [
    Case(
      "an unknown flag", "llmguard run --usr ana -- true", 125,
      ["unknown option '--usr'", "did you mean '--user'?", "'llmguard run --help' lists all options"]),
    Case(
      "an unknown flag of another command", "llmguard usage report --sinse today", 64,
      ["unknown option '--sinse'", "did you mean '--since'?"]),
    Case(
      "what another command calls so", "llmguard budget grant ana '5 tokens/day' --undo", 64,
      ["unknown option '--undo'", "did you mean '--take-back'?"]),
    Case("what other programs call so", "llmguard usage report --from today", 64, ["did you mean '--since'?"]),
    Case("an unknown command", "llmguard bugdet list", 64, ["'bugdet' is not a command", "did you mean 'budget'?"]),
    Case(
      "a client in the place of a command", "llmguard llm -m gpt-4o hi", 64,
      ["'llm' is not a command", "hint: a command that is to be guarded stands behind 'run': llmguard run -- llm …"]),
    Case(
      "a script in the place of a command", "llmguard ./tests.sh", 64,
      ["'./tests.sh' is not a command", "stands behind 'run': llmguard run -- ./tests.sh …"]),
    Case(
      "a port that is none", "llmguard serve --listen 127.0.0.1:99999", 64,
      ["'127.0.0.1:99999' has a port that is none", "65535"]),
    Case("an unknown second word", "llmguard budget lst", 64, ["'lst' is not a command", "did you mean 'list'?"]),
    Case(
      "a budget that cannot be read", "llmguard budget set ana '5 tokens'", 64,
      ["cannot read the budget '5 tokens'", "expected '/' and a window", "write it like '200k tokens/day'"]),
    Case(
      "a budget that is too large", "llmguard budget set ana '99999999999999999999 tokens/day'", 64,
      ["cannot read the budget '99999999999999999999 tokens/day'"]),
    Case(
      "a budget of nothing that the user has", "llmguard budget grant ana '5 tokens/week'", 69,
      ["ana has no weekly token budget to top up", "ana has: 1M tokens/day"]),
    // That a model is missing is mended with --model, and that its price is not.
    Case(
      "a model that nobody names",
      "llmguard budget set ana '$1/day' >none; llmguard run -u ana -n 9 -- true || { s=$?; llmguard run -u ana -n 9 --model gpt-4o -- true && exit $s; }",
      75,
      [
        "the model of this call is unknown",
        "hint: say which it is (--model gpt-4o), or what a call of an unknown one costs (unknown_price in",
      ]),
    Case(
      "a model without a price",
      "llmguard budget set ana '$1/day' >none; llmguard run -u ana -n 9 -m mystery-9 -- true", 75,
      ["the price of the model 'mystery-9' is unknown", "hint: ask a model whose price is known, state its price"]),
    Case(
      "a user nobody knows", "llmguard budget reset --user ana", 69,
      ["nobody knows ana", "'llmguard user list' shows whom the ledger knows"]),
    Case(
      "a name with a line break", "llmguard run -u 'a\nllmguard: error: x' -- true", 125,
      ["--user: 'a\\nllmguard: error: x' cannot be a user name", "U+000A"]),
    Case(
      "a name that looks like an option", "llmguard run -u-- -- true", 125,
      ["'--' cannot be a user name: it begins with '-'", "hint: write --user NAME: who is charged"]),
    Case(
      "next to no stack", "ulimit -s 64; llmguard run -- true", 125,
      ["the stack may take less than the 128 KiB", "hint: raise its limit: ulimit -s 1024"]),
    Case("next to no stack for a report", "ulimit -s 64; llmguard usage show", 69, ["the stack may take less"]),
    Case(
      "a name of nothing", "llmguard run -u '' -- true", 125,
      ["--user: '' cannot be a user name: it is empty", "hint: a name is 1 to 128 bytes of printable text"]),
    Case(
      "a report in another form", "llmguard run --report xml true", 125,
      [
        "--report: 'xml' is not junit FILE or json FILE",
        "hint: the form comes first: --report junit llm.xml, or --report json llm.json\n",
      ]),
    Case(
      "a name without an end", "llmguard run -o \"$(head -c 5000 /dev/zero | tr '\\0' a)\" true", 125,
      ["aaaa…' cannot be an operation name: it is longer than 128 bytes"]),
    Case(
      "two words about the cache", "llmguard run --no-cache --cache only -- true", 125,
      ["--no-cache and --cache only ask for two things at once", "leave one of them out"]),
    Case(
      "a library that is not there",
      "for n in '' -gnutls -nss; do echo no >libcurl$n.so.4; done; LD_LIBRARY_PATH=$PWD llmguard serve --listen 127.0.0.1:0",
      69, ["libcurl was not found", "hint: install it"]),
    Case("a name with an escape", "llmguard budget show \"$(printf 'a\\033[2J')\"", 64, ["U+001B"]),
    Case(
      "a name with an escape in the environment", "LLMGUARD_USER=$(printf 'a\\033') llmguard run true", 125, ["U+001B"]),
    Case(
      "no home", "unset HOME; llmguard run -- true", 125,
      ["HOME is not set", "put 'HOME=/home/you' at the top of the crontab"]),
    Case(
      "a home that is no path", "HOME=rel llmguard run -- true", 125,
      ["HOME is 'rel', which is not an absolute path, so there is no place for the ledger"]),
    Case("a receipt without a name", "llmguard run --receipt '' -- echo x", 125, ["--receipt: '' names no file"]),
    Case("a receipt's descriptor that is none", "llmguard run --receipt fd:abc -- echo x", 125, ["is not fd:N"]),
    Case(
      "a receipt's descriptor that is no number", "llmguard run --receipt fd:99999999999999999999 -- echo x", 125,
      ["is not fd:N"]),
    Case(
      "a receipt's descriptor that is not open", "llmguard run --receipt fd:9 -- echo x 9>&-", 125,
      ["the receipt could not be written: write 'fd:9': bad file descriptor; nothing was started"]),
    Case(
      "a receipt's descriptor that is read", "llmguard run --receipt fd:3 -- echo x 3</dev/null", 125,
      ["the receipt could not be written: write 'fd:3'"]),
    Case(
      "a receipt where there is no folder", "llmguard run --receipt no/r.json -- echo x", 125,
      ["the receipt could not be written: open 'no/r.json': no such file or directory"]),
    Case(
      "a receipt that is a folder", "llmguard submit --receipt work -- echo x", 125,
      ["the receipt could not be written: open 'work': is a directory"]),
    Case(
      "an export where there is no folder", "llmguard usage export --output no/x.csv", 73,
      ["--output: cannot write 'no/x.csv': no such file or directory", "make its folder first"]),
    Case(
      "an object of a run that says nothing", "llmguard run --json -- echo x", 125,
      ["'--json' prints what --dry-run or --detach say"]),
    Case("a rehearsal that is submitted", "llmguard submit --dry-run -- echo x", 125, ["unknown option '--dry-run'"]),
    Case(
      "a priority in the environment", "LLMGUARD_PRIORITY=urgent llmguard run -- echo x", 125,
      ["LLMGUARD_PRIORITY: 'urgent' is not one of high, normal, low"]),
    Case(
      "an amount of nothing in no unit", "llmguard run --run-budget 0 -- echo x", 125,
      ["'0' has no unit: write '0 tokens', '0 calls' or '$0'"]),
    Case(
      "an amount of which the shell took a part", "llmguard run --run-budget \"$0.50\" -- echo x", 125,
      ["is not an amount\n", "hint: the shell has taken the $ with what follows it", "single quotes, as in '$0.50'"]),
    Case(
      "a budget of which the shell took a part", "llmguard budget set bob \"$5/month\"", 64,
      ["cannot read the budget '/month'", "single quotes, as in '$0.50'"]),
    Case(
      "a maximum of which the shell left nothing",
      "llmguard run -m gpt-4o --estimate 5 -- true; llmguard usage check --max \"$10 calls\" >out", 1,
      ["the maximum that was given is nothing", "in double quotes the shell takes the $"]),
    Case(
      "a maximum of nothing", "llmguard run -n 0 -- echo x", 125,
      ["--max-tokens: '0' leaves no room for an answer: give 1 or more ('run --max-calls 0' lets no call out)"]),
    Case(
      "a maximum of nothing for what is not run", "llmguard estimate -n 0 -- llm hi", 64,
      ["--max-tokens: '0' leaves no room for an answer"]),
    Case(
      "an amount without a unit", "llmguard run --run-budget 50k -- echo x", 125,
      ["'50k' has no unit: write '50k tokens', '50k calls' or '$50k'"]),
    Case(
      "a top-up beyond what can be counted",
      "for i in 1 2; do llmguard budget grant bob '9223372036854775807 tokens/day' --reason x; s=$?; done; exit $s", 64,
      ["an amount is too large for the ledger", "use smaller amounts"]),
    Case(
      "a wait beyond what can be counted", "llmguard run --wait 9999999999d -- true", 125,
      ["--wait: '9999999999d' is too long: give at most 36525d"]),
    Case(
      "an amount with odd commas", "llmguard usage check --max '1,00 tokens'", 64,
      ["'1,00 tokens' is not an amount", "commas between groups of three, as in 5,000"]),
    Case(
      "a number with odd commas", "llmguard run -n 1,5 -- true", 125,
      ["--max-tokens: '1,5' is not a whole number: commas"]),
    Case(
      "a word that is none, where the words have meanings", "llmguard run --cache bogus -- echo x", 125,
      [
        "--cache: 'bogus' is not one of auto, off,", "hint: 'auto' gives the stored answer",
        "'refresh' goes out and replaces",
      ]),
    Case(
      "a word that is none, where they have none", "llmguard usage metrics --format bogus", 64,
      ["hint: leave it out for table; 'llmguard usage metrics --help' describes it"]),
    Case("a folder as a command", "llmguard run /tmp", 126, ["cannot run '/tmp'", "it is a folder: name the program"]),
    Case(
      "a prompt that is not there", "llmguard estimate --file nope", 66,
      ["cannot read the prompt 'nope': no such file or directory", "a file that is there"]),
    Case(
      "a configuration that is not there", "llmguard --config /nope run -- echo x", 125,
      ["cannot read the configuration '/nope': no such file", "give --config a file that is there"]),
    Case(
      "no home for the configuration", "unset HOME; llmguard config init", 78,
      ["HOME is not set, so there is no place for the configuration", "name the file with --config"]),
    Case(
      "a script that is not there", "llmguard run ./nosuch", 127,
      ["cannot run './nosuch': no such file", "is the path right? It begins at the folder you are in"]),
    Case(
      "a script whose interpreter is not there", "printf '#!/no/such/sh -e\\n' >s; chmod +x s; llmguard run ./s", 127,
      ["cannot run './s': no such file", "its first line names '/no/such/sh', which is not there"]),
    Case(
      "a script from another system", "printf '#!/bin/sh\\r\\necho hi\\r\\n' >bin/s; chmod +x bin/s; llmguard run s",
      127,
      ["cannot run 's': no such file", "its first line ends in a carriage return"]),
    Case(
      "a line for the shell", "llmguard run 'curl http://127.0.0.1:9/ | cat'", 127,
      ["it is one word, so the name of a program; a line is for a shell: llmguard run -- sh -c 'LINE'"]),
    Case(
      "a variable before the command", "llmguard run -- A=b true", 127,
      ["a variable is set before llmguard: A=b llmguard run -- …"]),
    Case(
      "a submission without a place", "LLMGUARD_LEDGER=/dev/null/l llmguard submit -- echo x", 125,
      ["cannot submit: ", "point LLMGUARD_LEDGER at another path"]),
    Case(
      "a report that takes the command for its file", "llmguard run --report junit ./tests.sh", 125,
      ["needs COMMAND, and './tests.sh' was taken for the file of --report junit", "--report junit FILE COMMAND"]),
    Case("an estimate of nothing", "llmguard estimate", 64, ["needs a command, or a prompt with --file"]),
    Case("an estimate of two", "llmguard estimate --file x -- true", 64, ["a command and --file are two prompts"]),
    Case("an output as elsewhere", "llmguard usage export -o x", 64, ["did you mean '--output'?"]),
    Case("a receipt that is the end of options", "llmguard run --receipt -- echo x", 125, ["--receipt needs a value"]),
    Case("an entry of a cache that is none", "llmguard cache clear one", 64, ["'one' is not an entry's number"]),
    Case("a home that is no folder", "HOME=/dev/null llmguard run -- true", 125, ["the command was not started"]),
  ]

  static let ledgers = [
    Case(
      "not a database",
      "mkdir -p .local/state/llmguard; echo 'some text that is no database' > \(ledger); llmguard usage report",
      65, ["ledger.sqlite3' is not an llmguard ledger"]),
    Case(
      "written by a newer llmguard",
      // The format's number stands in four bytes at 60.
      "llmguard run --no-gateway -- true; llmguard ledger compact; printf '\\0\\0\\1\\0' | dd of=\(ledger) bs=1 seek=60 conv=notrunc 2>/dev/null; llmguard run --no-gateway -- true",
      125,
      [
        "was written by a newer llmguard (format 256, this one knows", "upgrade llmguard, and restart 'llmguard serve'",
      ]),
    Case(
      "read-only",
      // Without its capabilities, even the superuser keeps to permissions.
      """
      llmguard run --no-gateway -- true; chmod 400 \(ledger)*; chmod 500 .local/state/llmguard
      plain() { "$@"; }; [ "$(id -u)" != 0 ] || plain() { setpriv --bounding-set=-all --inh-caps=-all "$@"; }
      plain llmguard run --no-gateway -- echo x; s=$?; chmod 700 .local/state/llmguard; exit $s
      """, 125, ["ledger.sqlite3' cannot be written; the command was not started", "writable for you"], needs: "setpriv"
    ),
    Case(
      "locked by a stopped process",
      """
      llmguard run --no-gateway -- true; mkdir -p .config/llmguard; echo 'lock_wait = "300ms"' > .config/llmguard/llmguard.toml
      mkfifo held; flock \(ledger).lock sh -c 'echo > held; kill -STOP $$' & p=$!
      read -r line < held
      llmguard run --no-gateway -- echo x; s=$?
      kill -KILL $p; pkill -KILL -P $p; exit $s
      """, 125, ["ledger.sqlite3' stayed locked for 0.3 s", "the command was not started"], needs: "flock"),
    Case(
      "a full disk",
      "llmguard run --no-gateway -- true; strace -f -qq -o /dev/null -e trace=pwrite64 -e inject=pwrite64:error=ENOSPC -e signal=none llmguard run --no-gateway -- echo x",
      125, ["no space left on the disk of the ledger", "free some space"], needs: "strace"),
    Case(
      "token counts that overflow", "llmguard run --estimate 9223372036854775807 -n 9 -- true", 75,
      ["more than the hard limit of 1,200,000, so waiting does not help"]),
  ]

  @Test(arguments: (words + ledgers).filter { $0.needs == nil }) func isNamed(_ one: Case) throws { try check(one) }

  private static let toDoWithTools = ledgers.filter { $0.needs != nil }
  @Test(.enabled(if: toDoWithTools.allSatisfy { Wrapping.has($0.needs ?? "") }), arguments: toDoWithTools)
  func whatToolsDoToALedgerIsNamed(_ one: Case) throws { try check(one) }

  private func check(_ one: Case) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("cd \"$HOME\"\n" + one.script)
    #expect(outcome.status == one.status, "\(outcome.error)")
    for part in one.error { #expect(outcome.error.contains(part), "'\(part)' in \(outcome.error)") }
    #expect(!outcome.error.contains("\u{1B}") && !outcome.error.contains("\nllmguard: error: x"))
    #expect(outcome.error.contains("hint: "), "no remedy: \(outcome.error)")
    #expect(!outcome.output.contains("x"), "the command was started")
  }

  /// A provider's counts that cannot be are not believed: the call is settled by its text, and says so.
  @Test func countsThatCannotBeAreNotBelieved() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try File.replace(
      home.path + "/bin/curl",
      with: Array(
        "#!/bin/sh\necho '{\"usage\":{\"prompt_tokens\":99999999999999999999,\"completion_tokens\":9223372036854775807}}'\n"
          .utf8), permissions: 0o700)
    let outcome = try home.run(
      "llmguard run --receipt fd:3 -- curl -d '{\"contents\":[]}' http://x 3> receipt; cat receipt; llmguard ledger verify"
    )
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("\"exactness\": \"estimated\""), "\(outcome.output)")
    #expect(outcome.output.hasSuffix("ok\n"))
  }

  /// Who checks a file says where it was looked for when there is none.
  @Test func aConfigurationThatIsNotThereIsNamed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let path = "\(home.path)/.config/llmguard/llmguard.toml"
    let none = try home.run("llmguard config check")
    #expect(none.output == "ok: there is no '\(path)', and the built-in rules hold\n", "\(none.error)")
    try home.write(".config/llmguard/llmguard.toml", "")
    #expect(try home.run("llmguard config check").output == "ok: \(path)\n")
  }
}
