import CommandSpec
import Configuration
import Posix
import Testing

@testable import LLMGuardCLI

/// What the help, the manual, the README and the documentation tell people to type is what the program takes.
@Suite struct ExampleTests {
  /// A command line of llmguard, without the program's name.
  struct Line: Sendable, CustomStringConvertible {
    var words: [String]
    var place: String
    var description: String { "\(place): llmguard \(words.joined(separator: " "))" }
  }

  static let all = ofCommands(CommandTree.root) + documents

  private static func ofCommands(_ command: Command<CLIHandler>) -> [Line] {
    command.examples.flatMap { lines(of: $0.line, place: "example of \(command.name)") }
      + command.subcommands.flatMap(ofCommands)
  }

  /// The shell lines of the README and of the documentation.
  private static var documents: [Line] {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = "\(root)/Sources/llmguard/llmguard.docc"
    let pages = ((try? Folder.names(in: folder)) ?? []).filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    return (["\(root)/README.md"] + pages).flatMap { path -> [Line] in
      guard let bytes = try? File.readAll(path) else { return [] }
      var (isShell, isConsole) = (false, false)
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").flatMap { line -> [Line] in
        if line.hasPrefix("```") {
          (isShell, isConsole) = (line == "```sh" || line == "```crontab", line == "```console")
        }
        let isTyped = isShell || isConsole && line.hasPrefix("$ ")
        return isTyped ? lines(of: String(line), place: File.name(of: path)) : []
      }
    }
  }

  /// Command lines within running text, between backticks: of the README, the documentation, the help and the manual of the
  /// configuration. They may leave out what the sentence does not need.
  static let mentions: [Line] = {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = "\(root)/Sources/llmguard/llmguard.docc"
    let pages = ((try? Folder.names(in: folder)) ?? []).filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    var texts = (["\(root)/README.md"] + pages).map { path in
      (File.name(of: path), (try? File.readAll(path)).map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
    func gather(_ command: Command<CLIHandler>) {
      texts.append((command.name, ([command.summary] + command.description).joined(separator: "\n")))
      texts += command.options.map { (command.name + " " + $0.name, "\($0.summary)\n\($0.details)") }
      command.subcommands.forEach(gather)
    }
    gather(CommandTree.root)
    texts += ConfigKey.all.map { ($0.path, $0.summary) }
    return texts.flatMap { place, text in
      prose(text).split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
        .flatMap { lines(of: String($0.element), place: place) }
    }
  }()

  /// A page without its blocks of code, whose fences are backticks, too.
  private static func prose(_ text: String) -> String {
    var isCode = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("```") { isCode.toggle() }
      return !isCode && !line.hasPrefix("```")
    }.joined(separator: "\n")
  }

  /// The command lines of llmguard within a line of a shell: what comes after the word up to the end of its command.
  static func lines(of text: String, place: String) -> [Line] {
    var found: [Line] = []
    var words: [String]?
    for token in tokens(text) {
      switch token {
      case .end:
        if let words, !words.isEmpty { found.append(Line(words: words, place: place)) }
        words = nil
      case .word(let word):
        if words != nil { words?.append(word) } else if word == "llmguard" { words = [] }
      }
    }
    return found
  }

  private enum Token { case word(String), end }

  /// Splits by a shell's rules, as far as examples use them.
  private static func tokens(_ text: String) -> [Token] {
    var tokens: [Token] = []
    var word: String?
    var quote: Character?
    var skipsTarget = false
    func flush() {
      guard let done = word else { return }
      word = nil
      if skipsTarget { skipsTarget = false } else { tokens.append(.word(done)) }
    }
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        continue
      }
      switch character {
      case "'", "\"":
        quote = character
        word = word ?? ""
      case " ", "\t": flush()
      case "#" where word == nil:
        return tokens + [.end]
      case "|", ";", "&", ")", "(":
        flush()
        tokens.append(.end)
      case ">", "<":
        flush()
        skipsTarget = true
      default: word = (word ?? "") + String(character)
      }
    }
    flush()
    return tokens + [.end]
  }

  @Test func thereAreExamples() {
    #expect(Self.all.count > 60)
    #expect(Self.mentions.count > 20)
    #expect(Self.mentions.contains { $0.place == "user.NAME.tier" })
    #expect(Self.all.contains { $0.place == "README.md" })
    #expect(Self.all.contains { $0.place == "Troubleshooting.md" })
    #expect(
      Self.lines(of: "a | FOO=1 llmguard run -- x 'y z' > f # llmguard no", place: "").map(\.words) == [
        ["run", "--", "x", "y z"]
      ])
  }

  @Test(arguments: all) func isUnderstood(_ line: Line) {
    #expect(throws: Never.self) { try CommandParser(CommandTree.root).parse(line.words) }
  }

  @Test(arguments: mentions) func isMentionedAsItIs(_ line: Line) {
    do throws(UsageError) { _ = try CommandParser(CommandTree.root).parse(line.words) } catch {
      // Only what is left out may be missing: `llmguard budget grant --self` has no amount.
      #expect(error.message.contains(" needs "), "\(error.message)")
    }
  }

  /// The examples that look, and those that change a ledger of one's own, are run as they stand.
  @Test func whatNeedsNoNetworkRuns() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1M tokens/day']\n[tier.pro]\n[tier.free]\n")
    let groups: Set = [
      "usage", "budget", "user", "queue", "ledger", "config", "price", "forecast", "estimate", "prefer", "run",
      "submit",
      "simulate", "cache", "doctor", "demo", "--version", "--help",
    ]
    let lasting: Set = ["serve", "watch", "--follow", "import", "edit"]
    // What the examples guard: commands that answer without a network.
    for name in ["llm", "curl", "ollama", "claude", "codex", "nightly.sh", "ask.sh", "agent.sh"] {
      try home.write("bin/\(name)", "#!/bin/sh\necho 'one two three'\n")
      try home.write(name, "#!/bin/sh\necho 'one two three'\n")
    }
    try home.write("new.toml", "[tier.default]\nbudgets = ['2M tokens/day']\n")
    var script = """
      chmod +x bin/* *.sh; rm -f llm curl ollama claude codex
      llmguard run --user alice --op review -m gpt-4o --estimate 40 -- echo hi > /dev/null
      try() { printf '%s\\n' "$*" >> tried; timeout 20 "$@" > out 2> err; status=$?
        case $status in 0|1|66|69|73|74|75) ;; 64) grep -q 'there is no call' err || cat err ;; 65) grep -q '^llmguard: error: the price of' err || cat err ;; *) echo "$status: $*"; cat err ;; esac; }

      """
    var count = 0
    // A path of the whole machine's is left alone.
    for line in Self.all
    where groups.contains(line.words[0]) && lasting.isDisjoint(with: line.words)
      && !line.words.contains(where: { $0.hasPrefix("/") })
    {
      count += 1
      let words = line.words.map { word in
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
      }
      script += "try llmguard \(words.joined(separator: " "))\n"
    }
    #expect(count > 30)
    let outcome = try home.run(script, limitSeconds: 300)
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }
}
