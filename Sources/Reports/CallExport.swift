import Ledger
import Terminal
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

  /// How exports begin, also those of an earlier version, which may have had fewer columns.
  public static let beginnings = [
    "\(CallColumn.all[0].name),\(CallColumn.all[1].name),", String(decoding: keys[0], as: UTF8.self),
  ]

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
      for index in readings.indices {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        switch readings[index] {
        case .integer(let read): if let number = read(call) { append(number, to: &bytes) }
        case .text(let read): if let text = read(call) { appendField(text, to: &bytes) }
        }
      }
      bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    case .jsonl:
      for index in readings.indices {
        bytes += keys[index]
        switch readings[index] {
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
  /// How each value is read: the columns themselves are dear to pass around.
  private static let readings = CallColumn.all.map(\.read)
  private static let null = Array("null".utf8)

  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    if rest < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest)) }
    let start = bytes.count
    while rest > 0 {
      let (tens, digit) = rest.quotientAndRemainder(dividingBy: 10)
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
      rest = tens
    }
    bytes[start...].reverse()
  }

  /// Adds a field by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it.
  private static func appendField(_ text: String, to bytes: inout [UInt8]) {
    let letters = text.utf8
    guard let first = letters.first else { return }
    let quote = UInt8(ascii: "\"")
    // Most fields are letters, digits and hyphens, and begin with a letter or a digit.
    if first | 0x20 >= UInt8(ascii: "a") || (0x30...0x39).contains(first),
      letters.allSatisfy({ $0 >= UInt8(ascii: "-") })
    {
      bytes += letters
      return
    }
    let needsQuotes = letters.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
    if needsQuotes { bytes.append(quote) }
    if SpreadsheetText.isFormula(letters) { bytes.append(UInt8(ascii: "'")) }
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
