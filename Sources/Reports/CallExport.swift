import Ledger
import TextFormats

/// Calls as other tools read them: CSV by RFC 4180, or a JSON object a line.
public enum CallExport {
  /// A form.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// RFC 4180 with a header.
    case csv
    /// One JSON object a line.
    case jsonl
  }

  /// What comes before the first call.
  public static func header(_ format: Format) -> String {
    format == .csv ? CallColumn.all.map(\.name).joined(separator: ",") + "\r\n" : ""
  }

  /// One call.
  public static func line(_ call: CallRecord, _ format: Format) -> String {
    switch format {
    case .csv: CallColumn.texts(call).map(field).joined(separator: ",") + "\r\n"
    case .jsonl: JSONWriter.compact(CallColumn.object(call)) + "\n"
    }
  }

  /// A field by RFC 4180. A name that begins like a spreadsheet's formula gets an apostrophe before it: numbers never do.
  static func field(_ text: String) -> String {
    let isFormula = text.unicodeScalars.first.map { "=+@\t\r".unicodeScalars.contains($0) } ?? false
    let isNumberLike = text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    let isMinus = text.utf8.first == UInt8(ascii: "-") && !isNumberLike
    let safe = isFormula || isMinus ? "'" + text : text
    guard safe.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else { return safe }
    var quoted = String.UnicodeScalarView()
    for scalar in safe.unicodeScalars {
      if scalar == "\"" { quoted.append(scalar) }
      quoted.append(scalar)
    }
    return "\"" + String(quoted) + "\""
  }
}
