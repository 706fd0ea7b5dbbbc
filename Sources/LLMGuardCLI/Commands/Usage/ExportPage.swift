import CommandSpec
import Reports

/// What the manual says of exported calls.
enum ExportPage {
  static let page = FileFormatPage(
    name: "llmguard-export", summary: "Columns of the calls that llmguard exports",
    description: [
      "`llmguard usage export` writes a call a line, as CSV by RFC 4180 with a header, or with `--format jsonl` as one JSON "
        + "object a line. `llmguard usage list` in a pipe writes the same columns separated by tabs, the latest calls first, with "
        + "a header where `--header` asks for one.",
      "The columns stand in the order of this page. New ones come at the end; none is renamed, moved or taken away. In CSV, and between "
        + "tabs, a value that is not there is an empty field, in JSON it is `null`. Amounts of money are whole millionths of a "
        + "dollar. In CSV a text that a spreadsheet would take for a formula has an apostrophe before it.",
    ],
    keys: CallColumn.all.map {
      ConfigKeyDoc(path: $0.name, type: $0.type, defaultValue: "", summary: $0.summary, example: $0.example)
    },
    isOutput: true,
    seeAlso: [("llmguard", 1), ("llmguard-usage", 1)])
}
