import GuardModel
import TextFormats

/// A run inside another: it uses the gateway of the outer one, and says in its addresses who it is.
///
/// Its part of the path stands before the key: `~ID`, or `~ID~OPERATION` in hexadecimal digits.
public struct JoinedRun: Hashable, Sendable {
  /// Its id: hexadecimal digits.
  public let id: String
  /// What its calls are for, where it says.
  public let operation: String?

  /// Makes one.
  public init(id: String, operation: String?) {
    self.id = id
    self.operation = operation
  }

  /// Reads a part of a path; `nil` for any other part.
  init?(_ part: String) {
    guard part.hasPrefix("~") else { return nil }
    let parts = part.dropFirst().split(separator: "~", omittingEmptySubsequences: false)
    guard let id = parts.first, !id.isEmpty, id.utf8.count <= 64, id.allSatisfy(\.isHexDigit) else { return nil }
    self.id = String(id)
    guard parts.count > 1 else {
      operation = nil
      return
    }
    let digits = Array(parts[1].utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
    let name = String(decoding: bytes, as: UTF8.self)
    do throws(NameError) { try Name.check("operation", name) } catch { return nil }
    operation = name
  }

  /// Its part of the path.
  public var part: String {
    let digits = operation?.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return "~\(id)" + (digits.map { "~\($0)" } ?? "")
  }
}

extension GatewaySummary {
  /// What a run inside the run is told.
  func json(user: String) -> JSONValue {
    [
      "schema": 1, "user": .string(user), "calls": .int(calls), "refusals": .int(refusals),
      "last_was_refused": .bool(lastWasRefused),
    ]
  }
}
