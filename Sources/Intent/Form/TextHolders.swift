/// What holds texts and data, so that what is taken from it is in it.
extension ImpliedTask {
  /// What is taken from a text, a table or a store of data is in it; people from Berlin may be anywhere.
  static func isText(_ phrase: IntentBuilder.Phrase) -> Bool {
    guard let noun = phrase.nouns.last else { return phrase.namesPayload }
    if noun.utf8.first == UInt8(ascii: "`") { return true }
    var last = noun.utf8.first == UInt8(ascii: "'") ? String(noun.dropFirst()) : noun
    // What only points keeps its ending: "the documents".
    if last.hasSuffix("s" + IntentBuilder.plural) { last.removeLast(2) }
    return holders.contains(IntentForm.withoutPlural(last))
  }

  private static let holders: Set = texts.union([
    "text", "log", "log_file", "file", "folder", "directory", "table", "row", "column", "list", "array", "data",
    "dataset", "database", "document", "transcript", "page", "webpage", "stdin", "input", "output", "string",
    "line", "sentence", "code", "config", "invoice", "diff", "spreadsheet", "abstract", "chapter", "section", "thread",
    "meeting_notes", "payload", "json", "csv", "xml", "yaml", "html", "pdf",
  ])
}

extension ImpliedTask {
  /// Texts that are there where something is to be done to them.
  static let texts: Set = [
    "email", "letter", "article", "message", "paragraph", "note", "post", "blog_post", "report", "story", "poem",
    "review", "description", "product_description", "speech", "essay", "recipe", "announcement", "readme", "changelog",
    "documentation", "release_notes",
  ]
}
