/// Help for a terminal: short on one screen, long with everything.
public struct Help {
  /// How headings look; the plain style changes nothing.
  public typealias Emphasis = (String) -> String

  private let columns: Int
  private let emphasize: Emphasis

  /// Makes a writer of help.
  ///
  /// - Parameters:
  ///   - columns: the terminal's; text is wrapped at 100 at the most.
  ///   - emphasize: how headings look.
  public init(columns: Int, emphasize: @escaping Emphasis = { $0 }) {
    self.columns = min(max(columns, 40), 100)
    self.emphasize = emphasize
  }

  /// The help of the command at the end of a path.
  public func text<Handler>(path: [Command<Handler>], isLong: Bool) -> String {
    guard let command = path.last else { return "" }
    let name = path.map(\.name).joined(separator: " ")
    var text = wrapped(plain("\(command.summary)."), indent: 0)
    text += "\n" + heading("Usage") + wrapped(Self.usage(name, command), indent: 2)
    if isLong {
      for paragraph in command.description { text += "\n" + wrapped(plain(paragraph), indent: 0) }
    }
    if !command.visibleSubcommands.isEmpty {
      text += "\n" + heading("Commands") + list(command.visibleSubcommands.map { ($0.name, $0.summary) })
    }
    if !command.operands.isEmpty {
      text += "\n" + heading("Arguments") + list(command.operands.map { ($0.name, $0.summary) })
    }
    let common = (path.first?.options ?? []) + [OptionSpec.help]
    text += options(path.count > 1 ? command.options : common, "Options", isLong)
    if path.count > 1 { text += options(common, "Options of every command", isLong) }
    if isLong {
      text += terms("Exit status", command.exitStatuses) + terms("Environment", command.environment)
      text += terms("Files", command.files)
    }
    if !command.examples.isEmpty {
      let shown = isLong ? command.examples[...] : command.examples.prefix(3)
      text += "\n" + heading("Examples")
      text += shown.map { example in
        example.line.split(separator: "\n").map { "  \($0)\n" }.joined() + wrapped(example.meaning, indent: 6)
      }.joined()
    }
    if !isLong { text += "\n" + wrapped("'\(name) --help' says more; 'man \(Self.page(path))' has it all.", indent: 0) }
    return text
  }

  /// The synopsis: `llmguard run [OPTIONS] [--] COMMAND [ARG…]`.
  static func usage<Handler>(_ name: String, _ command: Command<Handler>) -> String {
    var parts = [name]
    if !command.options.isEmpty { parts.append("[OPTIONS]") }
    // A command of a group that does something by itself needs none of those below it.
    let isGroup = command.handler == nil || name == command.name
    if !command.subcommands.isEmpty { parts.append(isGroup ? "COMMAND" : "[COMMAND]") }
    for operand in command.operands {
      if case .rest = operand.count { parts.append("[--]") }
      parts.append(operand.shown)
    }
    return parts.joined(separator: " ")
  }

  /// The man page that documents a path: groups document their commands.
  static func page<Handler>(_ path: [Command<Handler>]) -> String {
    path.prefix(2).map(\.name).joined(separator: "-")
  }

  private func heading(_ text: String) -> String { emphasize(text + ":") + "\n" }

  private func options(_ options: [OptionSpec], _ title: String, _ isLong: Bool) -> String {
    if options.isEmpty { return "" }
    guard isLong else { return "\n" + heading(title) + list(options.map { ($0.shown, $0.summary) }) }
    var text = "\n" + heading(title)
    for option in options {
      text += "  \(option.shown)\n" + wrapped(plain(sentence(option.summary)), indent: 6)
      if !option.details.isEmpty { text += wrapped(plain(option.details), indent: 6) }
      let sources = Self.sources(option)
      if !sources.isEmpty { text += wrapped("[\(sources)]", indent: 6) }
    }
    return text
  }

  /// Where else an option's value can come from.
  static func sources(_ option: OptionSpec) -> String {
    [
      option.defaultText.map { "default: \($0)" }, option.environment.map { "environment: \($0)" },
      option.configKey.map { "configuration: \($0)" },
    ].compactMap { $0 }.joined(separator: "; ")
  }

  private func terms(_ title: String, _ terms: [Term]) -> String {
    terms.isEmpty ? "" : "\n" + heading(title) + list(terms.map { ($0.name, $0.meaning) })
  }

  /// Names and meanings in two columns; a name too long for its column stands on its own line.
  private func list(_ rows: [(String, String)]) -> String {
    let width = min(rows.map(\.0.count).max() ?? 0, 26)
    return rows.map { name, meaning in
      let text = wrapped(plain(meaning), indent: width + 4)
      if name.count > width { return "  \(name)\n" + text }
      let padding = String(repeating: " ", count: width - name.count)
      return "  \(name)\(padding)  " + text.drop { $0 == " " }
    }.joined()
  }

  private func plain(_ text: String) -> String { text.filter { $0 != "`" } }

  private func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      if !line.isEmpty, indent + line.count + 1 + word.count > columns {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(margin + line) }
    return lines.joined(separator: "\n") + "\n"
  }
}
