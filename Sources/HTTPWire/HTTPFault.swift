/// Why a message is refused: what a server answers, and what it says.
public struct HTTPFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// The status to answer with: 400, 413, 414, 417, 431, 501 or 505.
  public let status: Int
  /// What is wrong, for a person; it quotes nothing of the message.
  public let message: String

  /// Names a fault.
  public init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The status and the message.
  public var description: String { "\(status): \(message)" }
}
