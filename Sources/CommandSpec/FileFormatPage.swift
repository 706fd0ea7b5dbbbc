/// What the manual says of one key of a configuration file.
public struct ConfigKeyDoc: Hashable, Sendable {
  /// Where it stands: `tier.NAME.budgets`; a part in capitals stands for any name.
  public let path: String
  /// The type of its value, in words.
  public let type: String
  /// What holds without it, as it would be written; empty when nothing does.
  public let defaultValue: String
  /// One line.
  public let summary: String
  /// More: whole sentences, or nothing.
  public let details: String
  /// A value as it would be written.
  public let example: String
  /// Whether its table may stand several times: `[[rule]]`.
  public let isInList: Bool

  /// Documents a key.
  public init(
    path: String, type: String, defaultValue: String, summary: String, details: String = "", example: String,
    isInList: Bool = false
  ) {
    self.path = path
    self.type = type
    self.defaultValue = defaultValue
    self.summary = summary
    self.details = details
    self.example = example
    self.isInList = isInList
  }

  /// The table it stands in, empty for the top, and its own name.
  fileprivate var parts: (table: String, name: String) {
    guard let dot = path.lastIndex(of: ".") else { return ("", path) }
    return (String(path[..<dot]), String(path[path.index(after: dot)...]))
  }
}

/// The page of section 5 for a configuration file, from the keys that its reader knows; or for what the program writes.
public struct FileFormatPage: Sendable {
  /// The file's name: `llmguard.toml`.
  public var name: String
  /// One line, without a full stop.
  public var summary: String
  /// Paragraphs; words in backquotes are literal.
  public var description: [String]
  /// All keys; those of one table stand together.
  public var keys: [ConfigKeyDoc]
  /// Whether the program writes it, so that its keys are fields with values, and nobody's settings.
  public var isOutput: Bool
  /// Where the file is.
  public var files: [Term]
  /// Whole files with what they do.
  public var examples: [Example]
  /// Pages to refer to.
  public var seeAlso: [(name: String, section: Int)]

  /// Describes a file.
  public init(
    name: String, summary: String, description: [String], keys: [ConfigKeyDoc], isOutput: Bool = false,
    files: [Term] = [],
    examples: [Example] = [], seeAlso: [(name: String, section: Int)] = []
  ) {
    self.name = name
    self.summary = summary
    self.description = description
    self.keys = keys
    self.isOutput = isOutput
    self.files = files
    self.examples = examples
    self.seeAlso = seeAlso
  }

  /// The page.
  ///
  /// - Parameter date: what stands in the footer, such as `November 24, 2026`.
  public func page(date: String) -> ManPage {
    var page = MandocText()
    page.heading(name, section: 5, summary: summary, date: date)
    page.macro("Sh", "DESCRIPTION")
    page.paragraphs(description)
    page.macro("Sh", isOutput ? "FIELDS" : "KEYS")
    var table: String?
    for key in keys {
      let (itsTable, itsName) = key.parts
      if itsTable != table {
        if table != nil { page.macro("El") }
        if !isOutput {
          page.macro(
            "Ss",
            itsTable.isEmpty
              ? "Top of the file" : MandocText.argument(key.isInList ? "[[\(itsTable)]]" : "[\(itsTable)]"))
        }
        page.macro("Bl", "-tag -width Ds")
        table = itsTable
      }
      page.macro(
        "It", "Cm", MandocText.argument(itsName), isOutput ? "Ar" : "= Ar", MandocText.argument(key.type))
      page.prose(sentence(key.summary))
      page.prose(key.details)
      if !key.defaultValue.isEmpty { page.prose("Default: `\(key.defaultValue)`.") }
      page.prose(isOutput ? "Example: `\(key.example)`" : "Example: `\(itsName) = \(key.example)`")
    }
    if table != nil { page.macro("El") }
    page.terms("FILES", macro: "Pa", files)
    page.examples(examples)
    page.seeAlso(seeAlso)
    return ManPage(fileName: name + ".5", text: page.source)
  }
}
