import Ledger
import TextFormats

/// Calls as other tools read them: CSV by RFC 4180, or a JSON object a line.
///
/// What is written are bytes: a ledger holds millions of calls, and each has some forty values.
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
    var bytes: [UInt8] = []
    append(call, format, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Adds the line of a call.
  public static func append(_ call: CallRecord, _ format: Format, to bytes: inout [UInt8]) {
    switch format {
    case .csv:
      for (index, column) in CallColumn.all.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        switch column.read {
        case .integer(let read): if let number = read(call) { append(number, to: &bytes) }
        case .text(let read): if let text = read(call) { appendField(text, to: &bytes) }
        }
      }
      bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    case .jsonl:
      for (index, column) in CallColumn.all.enumerated() {
        bytes += keys[index]
        switch column.read {
        case .integer(let read):
          if let number = read(call) { append(number, to: &bytes) } else { bytes += null }
        case .text(let read):
          if let text = read(call) { JSONWriter.append(text, to: &bytes) } else { bytes += null }
        }
      }
      bytes += [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    }
  }

  /// What stands before each value of an object: `{"call":`, `,"ended_at":`.
  private static let keys: [[UInt8]] = CallColumn.all.enumerated().map { index, column in
    Array("\(index == 0 ? "{" : ",")\(JSONWriter.compact(.string(column.name))):".utf8)
  }
  private static let null = Array("null".utf8)

  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = number.magnitude
    repeat {
      let (tens, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
      rest = tens
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Adds a field by RFC 4180. A name that begins like a spreadsheet's formula gets an apostrophe before it: numbers never
  /// do.
  private static func appendField(_ text: String, to bytes: inout [UInt8]) {
    let letters = text.utf8
    let isFormula = letters.first.map { "=+@\t\r".utf8.contains($0) } ?? false
    let isMinus = letters.first == UInt8(ascii: "-") && !letters.dropFirst().allSatisfy { (0x30...0x39).contains($0) }
    let quote = UInt8(ascii: "\"")
    let needsQuotes = letters.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
    if needsQuotes { bytes.append(quote) }
    if isFormula || isMinus { bytes.append(UInt8(ascii: "'")) }
    if needsQuotes {
      for letter in letters {
        if letter == quote { bytes.append(quote) }
        bytes.append(letter)
      }
      bytes.append(quote)
    } else {
      bytes += letters
    }
  }
}
