/// Writes TOML 1.0.0.
public enum TOMLWriter {
  /// A document: plain values first, then tables under headers, then arrays of tables.
  public static func document(_ table: TOMLTable) -> String {
    var text = ""
    write(table, path: [], into: &text)
    return text
  }

  /// A key, in quotes where it must be.
  public static func key(_ key: String) -> String {
    let isBare =
      !key.isEmpty
      && key.utf8.allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
    return isBare ? key : string(key)
  }

  /// A string in double quotes.
  public static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A value on one line.
  public static func inline(_ value: TOMLValue) -> String {
    switch value {
    case .string(let text): return string(text)
    case .integer(let value): return String(value)
    case .float(let value): return float(value)
    case .boolean(let value): return value ? "true" : "false"
    case .dateTime(let value): return value.description
    case .array(let elements): return "[" + elements.map { inline($0.value) }.joined(separator: ", ") + "]"
    case .table(let table):
      let entries = table.entries.map { "\(key($0.key)) = \(inline($0.node.value))" }
      return entries.isEmpty ? "{}" : "{ " + entries.joined(separator: ", ") + " }"
    }
  }

  private static func float(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return "\(value)"
  }

  private static func write(_ table: TOMLTable, path: [String], into text: inout String) {
    for entry in table.entries where !isSection(entry.node.value) {
      text += "\(key(entry.key)) = \(inline(entry.node.value))\n"
    }
    for entry in table.entries where isSection(entry.node.value) {
      let inner = path + [key(entry.key)]
      let name = inner.joined(separator: ".")
      switch entry.node.value {
      case .table(let table):
        text += "\n[\(name)]\n"
        write(table, path: inner, into: &text)
      case .array(let elements):
        for element in elements {
          guard case .table(let table) = element.value else { continue }
          text += "\n[[\(name)]]\n"
          write(table, path: inner, into: &text)
        }
      default: break
      }
    }
  }

  /// A table, or an array of nothing but tables, gets headers of its own.
  private static func isSection(_ value: TOMLValue) -> Bool {
    switch value {
    case .table: return true
    case .array(let elements):
      return !elements.isEmpty && elements.allSatisfy { if case .table = $0.value { true } else { false } }
    default: return false
    }
  }
}
