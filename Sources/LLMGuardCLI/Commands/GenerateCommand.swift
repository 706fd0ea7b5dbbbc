import CommandSpec
import Configuration
import GuardModel
import Posix

/// `llmguard generate`: man pages and completions from the declarations.
enum GenerateCommand {
  static let outputDirectory = Option<String>(
    "--output-dir", metavar: "DIR", summary: "where man/ and completions/ are written; it has to be said",
    details: "Files of the same names that are there are replaced.", completion: .folder)

  static let command = Command<CLIHandler>(
    "generate", summary: "Write the man pages and shell completions",
    description: [
      "They are made from the same declarations that parse the command line, so they cannot disagree with it.",
      "A page carries the day it last changed: one that is there and says the same stays as it is.",
    ],
    options: [outputDirectory.spec],
    examples: [Example("llmguard generate --output-dir .", "Write them into the current folder.")],
    environment: [Term("SOURCE_DATE_EPOCH", "the day of pages that change, in seconds since 1970; else it is today")],
    handler: CLIHandler(run: run))

  /// The files by name, from the top folder.
  ///
  /// - Parameter date: what the pages carry.
  static func files(date: String) -> [(path: String, text: String)] {
    let pages =
      ManPage.pages(
        of: CommandTree.root, date: date, formats: [("llmguard-export", 5), ("llmguard-metrics", 5)],
        seeAlso: [("llmguard.toml", 5)])
      + [format.page(date: date), ExportPage.page.page(date: date), MetricsPage.page.page(date: date)]
    let scripts = CompletionScripts(CommandTree.root)
    return pages.map { ("man/\($0.fileName)", $0.text) } + [
      ("completions/llmguard.bash", scripts.bash), ("completions/_llmguard", scripts.zsh),
      ("completions/llmguard.fish", scripts.fish),
    ]
  }

  private static var format: FileFormatPage {
    FileFormatPage(
      name: "llmguard.toml", summary: "Configuration of llmguard", description: ConfigText.description,
      keys: ConfigKey.all.map {
        ConfigKeyDoc(
          path: $0.path, type: $0.type, defaultValue: $0.defaultValue, summary: $0.summary, example: $0.example,
          isInList: $0.path.hasPrefix("rule."))
      },
      files: [
        Term("~/.config/llmguard/llmguard.toml", "the user's file"),
        Term(Context.systemConfig, "the administrator's file"),
      ],
      seeAlso: [("llmguard", 1), ("llmguard-config", 1)])
  }

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard let top = arguments[outputDirectory] else {
      throw Failure(
        "llmguard generate needs \(outputDirectory.spec.name): nothing is written",
        hint: "say where man/ and completions/ are to be made, with some thirty files in them: "
          + "llmguard generate --output-dir .",
        status: Failure.Status.usage)
    }
    try write(in: top) { () throws(PosixError) in
      for folder in ["man", "completions"] { try Folder.makePrivate("\(top)/\(folder)") }
    }
    for (path, new) in files(date: today(context)) {
      try write(in: top) { () throws(PosixError) in
        let there = try? File.readAll("\(top)/\(path)")
        let text = there.flatMap { unchanged(String(decoding: $0, as: UTF8.self), new) } ?? new
        try File.replace("\(top)/\(path)", with: Array(text.utf8), permissions: 0o644)
      }
      // What was written is the result of this command, so it goes to standard output.
      try context.print("\(path)\n")
    }
    return 0
  }

  private static func write(in top: String, _ body: () throws(PosixError) -> Void) throws(Failure) {
    do throws(PosixError) { try body() } catch {
      throw Failure(
        writing: error.path ?? top, outputDirectory.spec.name, error, remains: "what was printed is written")
    }
  }
}

extension GenerateCommand {
  /// The page that is there, when it differs from the new one in nothing but its date.
  private static func unchanged(_ there: String, _ new: String) -> String? {
    func isDate(_ line: Substring) -> Bool { line.hasPrefix(".Dd ") }
    func undated(_ text: String) -> [Substring] {
      text.split(separator: "\n", omittingEmptySubsequences: false).filter { !isDate($0) }
    }
    return undated(there) == undated(new) ? there : nil
  }

  /// The day as mdoc(7) writes it: `November 24, 2026`, in UTC.
  ///
  /// *Source:* SOURCE_DATE_EPOCH as reproducible-builds.org specifies it.
  private static func today(_ context: Context) -> String {
    let stated = Environment.value("SOURCE_DATE_EPOCH").flatMap { Int64($0) }
    let date = CivilDate(dayNumber: (stated ?? context.nowUnixMs / 1000) / 86_400)
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
      "December",
    ]
    return "\(months[Int(date.month) - 1]) \(date.day), \(date.year)"
  }
}

/// What the manual says of the configuration as a whole.
enum ConfigText {
  static let description = [
    "`llmguard.toml` is written in TOML 1.0. The administrator's file is \(Context.systemConfig), the user's is "
      + "`$XDG_CONFIG_HOME/llmguard/llmguard.toml` (`~/.config` when the variable is not set), or what --config or "
      + "LLMGUARD_CONFIG names.",
    "An option of the command line comes before a variable `LLMGUARD_KEY` (for the keys without a table, but `unknown_price`), that before the "
      + "user's file, and that before the administrator's, who may lock keys.",
    "A budget is written like `200k tokens/day`, `$5/month`, `50k tokens/6h` (six hours from the first call), "
      + "`10k tokens/min burst 50k` (a bucket that refills), `100 calls/hour` or `unlimited`. A duration is written like "
      + "`500ms`, `1s`, `2min`, `6h`, `30d` or `1h30m`.",
  ]
}
