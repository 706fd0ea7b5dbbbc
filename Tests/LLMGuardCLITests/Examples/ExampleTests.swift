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
    let root = ProgramHome.checkout
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
    let root = ProgramHome.checkout
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
      case "|", ";", "&", ")", "(", "\n":
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

  /// `FILE`, `ID`.
  private func isPlaceholder(_ word: String) -> Bool { word.count > 1 && word.allSatisfy(\.isUppercase) }

  /// What running text mentions whole is taken by the program in a home like a reader's: what it names may not be there, and
  /// a call may not fit, but it is no mistake.
  @Test func whatIsMentionedRuns() throws {
    let home = try ExampleHome()
    defer { home.remove() }
    let lasting: Set = ["serve", "watch", "--follow", "import", "edit", "demo", "generate"]
    let whole = Self.mentions.filter { line in
      lasting.isDisjoint(with: line.words)
        && !line.words.contains { $0.contains("…") || $0.hasPrefix("/") || isPlaceholder($0) }
        && (try? CommandParser(CommandTree.root).parse(line.words)) != nil
    }
    #expect(whole.count >= 30)
    var script = """
      try() { timeout 60 "$HOME/bin/llmguard" "$@" >out 2>err </dev/null && return; local status=$?
        case $status in
          1 | 66 | 69 | 75) ;;
          64) grep -q ' needs ' err || cat err ;;
          2) grep -q 'the price of .* is unknown' err || cat err ;;
          73) grep -q 'exists already' err || cat err ;;
          *) echo "$status: llmguard $*"; cat err ;;
        esac; }

      """
    for line in whole {
      let words = line.words.map { word in
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
      }
      script += "try \(words.joined(separator: " "))\n"
    }
    let example = ShownExample(place: "running text", kind: .bash, text: script)
    let (status, output) = try home.type(example, ExampleStage(of: ""))
    #expect(status == 0 && output.isEmpty, "\(output)")
  }
}
