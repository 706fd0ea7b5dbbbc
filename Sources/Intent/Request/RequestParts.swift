/// A request told apart: what is asked, and the text it is asked about.
///
/// The instruction may be compared by what it means; the payload is compared byte for byte. Where the two cannot be told
/// apart, everything is payload and the instruction is empty.
public struct RequestParts: Sendable, Equatable {
  /// What is asked. A payload that stood inside of it leaves the character U+FFFC.
  public let instruction: String
  /// The text it is asked about, byte for byte, with a zero byte after each of its parts.
  public let payload: [UInt8]

  /// Makes the parts.
  public init(instruction: String, payload: [UInt8]) {
    self.instruction = instruction
    self.payload = payload
  }

  /// Tells the last user message of a request apart.
  ///
  /// - Parameter lastUserText: the message. Of a message that is not UTF-8, hand in the bytes: a repaired text is another one.
  public static func split(lastUserText: String) -> RequestParts {
    var text = lastUserText
    return text.withUTF8 { split(Array($0)) }
  }

  /// Tells the last user message of a request apart; bytes that are not UTF-8 are all payload.
  public static func split(lastUserBytes bytes: [UInt8]) -> RequestParts {
    guard String(validating: bytes, as: UTF8.self) != nil else { return allPayload(bytes) }
    return split(bytes)
  }

  private static func allPayload(_ bytes: [UInt8]) -> RequestParts { RequestParts(instruction: "", payload: bytes) }

  private static func split(_ bytes: [UInt8]) -> RequestParts {
    var splitter = RequestSplitter(bytes)
    guard let parts = splitter.parts() else { return allPayload(bytes) }
    return parts
  }
}
