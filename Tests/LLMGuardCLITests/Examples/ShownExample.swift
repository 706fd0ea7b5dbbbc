import CommandSpec
import Posix

@testable import LLMGuardCLI

/// An example as readers type it: a line of the help and the manual, or a block of the README or the documentation.
struct ShownExample: Sendable, CustomStringConvertible {
  /// What a shell makes of it.
  enum Kind: String, Sendable { case sh, bash, crontab, console }

  var place: String
  var kind: Kind
  var text: String
  var description: String { "\(place): \(text.split(separator: "\n").first ?? "")" }

  /// Every example of the help, which the manual shows, too; and every block of a shell in the README and the documentation.
  static let all = ofCommand(CommandTree.root) + ofPages

  private static func ofCommand(_ command: Command<CLIHandler>) -> [ShownExample] {
    command.examples.map { example in
      let isCron = isSchedule(example.line[...])
      return ShownExample(place: "help of \(command.name)", kind: isCron ? .crontab : .bash, text: example.line)
    } + command.subcommands.flatMap(ofCommand)
  }

  private static var ofPages: [ShownExample] {
    let folder = "\(ProgramHome.checkout)/Sources/llmguard/llmguard.docc"
    let pages = ((try? Folder.names(in: folder)) ?? []).filter { $0.hasSuffix(".md") }.sorted().map {
      "\(folder)/\($0)"
    }
    return (["\(ProgramHome.checkout)/README.md"] + pages).flatMap { path -> [ShownExample] in
      guard let bytes = try? File.readAll(path) else { return [] }
      return blocks(String(decoding: bytes, as: UTF8.self), of: File.name(of: path)).compactMap { block in
        Kind(rawValue: block.language).map { ShownExample(place: block.place, kind: $0, text: block.text) }
      }
    }
  }

  /// The blocks of code of a page, each with its language and its line.
  static func blocks(_ page: String, of name: String) -> [(place: String, language: String, text: String)] {
    var found: [(place: String, language: String, text: String)] = []
    var open: (line: Int, language: String, lines: [Substring])?
    for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if !line.hasPrefix("```") {
        open?.lines.append(line)
      } else if let block = open {
        found.append(("\(name):\(block.line)", block.language, block.lines.joined(separator: "\n")))
        open = nil
      } else {
        open = (index + 1, String(line.dropFirst(3)), [])
      }
    }
    return found
  }

  /// The lines of the manual's pages that show what to type.
  static func ofManual(_ page: String) -> [String] {
    var lines: [String] = []
    var isExample = false
    var isLiteral = false
    for line in page.split(separator: "\n") {
      if line.hasPrefix(".Sh ") { isExample = line == ".Sh EXAMPLES" }
      if line.hasPrefix(".Bd -literal") {
        isLiteral = true
      } else if line == ".Ed" {
        isLiteral = false
      } else if isExample, isLiteral {
        lines.append(plain(line))
      }
    }
    return lines
  }

  /// A line of a manual's page without its escapes.
  private static func plain(_ line: Substring) -> String {
    var text = ""
    var rest = line[...]
    while let character = rest.popFirst() {
      guard character == "\\" else {
        text.append(character)
        continue
      }
      switch rest.popFirst() {
      case "e": text.append("\\")
      case "-": text.append("-")
      case "(":
        let name = rest.prefix(2)
        rest = rest.dropFirst(2)
        text +=
          ["aq": "'", "dq": "\"", "ti": "~", "ha": "^", "ga": "`", "oq": "‘", "cq": "’"][String(name)] ?? "?\(name)"
      case "&": break
      case let other: text += "?\(other.map(String.init) ?? "")"
      }
    }
    return text
  }

  // MARK: - As scripts

  /// Whether a line is a schedule of cron: five fields of times before its command.
  private static func isSchedule(_ line: Substring) -> Bool {
    let fields = line.split(separator: " ", maxSplits: 5)
    return fields.count == 6 && fields.prefix(5).allSatisfy { $0.allSatisfy { $0.isNumber || "*/,-".contains($0) } }
  }

  /// What bash runs. The name before a prompt is the user's. What a crontab says is done at once, as cron would: each command by a shell, in the environment that
  /// stands above it. Of a console, what was typed.
  var script: String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    switch kind {
    case .sh, .bash: return text
    case .crontab:
      return lines.map { line in
        guard Self.isSchedule(line), let command = line.split(separator: " ", maxSplits: 5).last else {
          // What is installed in the folders that are named stands elsewhere in tests.
          return line.isEmpty ? "" : "export " + line + (line.hasPrefix("PATH=") ? ":$PATH" : "")
        }
        return "sh -c '" + command.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
          + "'"
      }.joined(separator: "\n")
    case .console:
      return lines.compactMap { line in
        guard let command = Self.typed(line) else { return nil }
        let name = line.prefix { $0 != "$" }
        return "echo '\(name)$'; \(name.isEmpty ? "" : "export LLMGUARD_USER=\(name); ")\(command)"
      }.joined(separator: "\n")
    }
  }

  /// What was typed in a line of a console, after `$ ` or `name$ `; `nil` for output.
  static func typed(_ line: Substring) -> Substring? {
    let name = line.prefix { $0.isLetter }
    let rest = line.dropFirst(name.count)
    return rest.hasPrefix("$ ") ? rest.dropFirst(2) : nil
  }

  /// What a console shows: each command by its prompt alone, as the script prints it, and the output below it.
  var shownOutput: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // Parts of one session stand apart.
      if line.isEmpty { return "…" }
      return Self.typed(line) == nil ? String(line) : line.prefix(while: { $0 != "$" }) + "$"
    }
  }
}
