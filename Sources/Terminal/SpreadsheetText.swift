/// Fields of CSV as a spreadsheet takes them.
public enum SpreadsheetText {
  /// Whether a spreadsheet would take a field for a formula and work it out: names may begin like one. A number is none.
  ///
  /// It goes by bytes: a sign with a combining mark behind it is another character to Swift, and still that sign to others.
  ///
  /// *Source:* OWASP, "CSV Injection".
  ///
  /// - Parameter field: its bytes, without quotation marks.
  public static func isFormula(_ field: some Collection<UInt8>) -> Bool {
    guard let first = field.first else { return false }
    if first == UInt8(ascii: "-") {
      return !field.dropFirst().allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
    return "=+@\t\r\n".utf8.contains(first)
  }
}
