import Posix

/// An address that a text names for a variable where that is not set: `${OPENAI_BASE_URL:-http://host/v1}`.
///
/// Whoever sets the variable, as a run does, takes that address away from it.
public struct DefaultAddress: Hashable, Sendable {
  /// The variable.
  public let variable: String
  /// The address as it is written.
  public let address: String

  /// How a text says it.
  public enum Manner: Sendable {
    /// As scripts do: a shell's `${NAME:-VALUE}` and `${NAME:=VALUE}`, make's `NAME ?= VALUE`, Python's `get("NAME", "VALUE")` and
    /// JavaScript's `NAME || "VALUE"`.
    case code
    /// As files of variables do: `NAME=VALUE`. Those who read them (dotenv, node's `--env-file`) leave what is set.
    case variables
  }

  /// The first one of a text for a variable; `nil` where it names none that looks like an address.
  public init?(of variable: String, in bytes: [UInt8], _ manner: Manner) {
    let name = Array(variable.utf8)
    guard ByteSearch.holds(name, in: bytes) else { return nil }
    var (place, left) = (0, Self.mostPlaces)
    while left > 0, let found = bytes[place...].firstRange(of: name) {
      place = found.upperBound
      left -= 1
      let before = bytes[..<found.lowerBound]
      if let last = before.last, Self.isOfName(last) { continue }
      guard let address = Self.address(behind: bytes[place...], before, manner) else { continue }
      (self.variable, self.address) = (variable, address)
      return
    }
    return nil
  }

  /// No text of a person's names a variable more often.
  private static let mostPlaces = 100

  private static func isOfName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte)
  }

  private static func address(
    behind rest: ArraySlice<UInt8>, _ before: ArraySlice<UInt8>, _ manner: Manner
  ) -> String? {
    var rest = rest
    func takes(_ text: String) -> Bool {
      guard rest.starts(with: text.utf8) else { return false }
      rest = rest.dropFirst(text.utf8.count)
      return true
    }
    func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }
    let near = before.suffix(4096)
    let line = near[(near.lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? near.startIndex)...]
      .drop { $0 == 0x20 || $0 == 0x09 }
    // A comment names nothing.
    if line.starts(with: "#".utf8) || line.starts(with: "//".utf8) { return nil }
    switch manner {
    case .variables:
      guard line.isEmpty || line.elementsEqual("export ".utf8) else { return nil }
      skipSpace()
      guard takes("=") else { return nil }
      skipSpace()
      _ = takes("\"") || takes("'")
    case .code:
      if before.suffix(2).elementsEqual("${".utf8) {
        guard takes(":-") || takes(":=") || takes("-") || takes("=") else { return nil }
        _ = takes("\"") || takes("'")
      } else if line.isEmpty || line.elementsEqual("export ".utf8) {
        skipSpace()
        guard takes("?=") else { return nil }
        skipSpace()
      } else {
        // What is looked up with a default beside it, and what stands for a value that is empty: both in quotes.
        let call = before.dropLast()
        let isArgument = call.last == UInt8(ascii: "(") && Self.looksUp(call.dropLast())
        if takes("\"") || takes("'") { _ = takes("]") || takes(")") }
        skipSpace()
        guard isArgument && takes(",") || takes("||") || takes("??") || takes("or ") else { return nil }
        skipSpace()
        guard takes("\"") || takes("'") || takes("`") else { return nil }
      }
    }
    let said = String(decoding: rest.prefix { $0 > 0x20 && !"\"'`}),;".utf8.contains($0) }, as: UTF8.self)
    return Self.isAddress(said) ? said : nil
  }

  /// Whether a function's name, at the end of some text, is of one that looks a variable up.
  private static func looksUp(_ text: ArraySlice<UInt8>) -> Bool {
    let name = text.suffix(32).reversed().prefix { isOfName($0) }.reversed()
    return ["get", "getenv", "setdefault", "env"].contains(String(decoding: name, as: UTF8.self))
  }

  /// Whether a text is an address, with its scheme or without. Another variable's value is none that is known here.
  private static func isAddress(_ text: String) -> Bool {
    if text.hasPrefix("http://") || text.hasPrefix("https://") { return !text.contains("$") }
    let server = text.prefix { $0 != "/" }.split(separator: ":", omittingEmptySubsequences: false)
    guard server.count <= 2, let host = server.first, host.contains(".") || server.count == 2, !host.isEmpty else {
      return false
    }
    let isHost = host.utf8.allSatisfy { isOfName($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    return isHost && (server.count == 1 || UInt16(server[1]) != nil)
  }
}
