import Posix

/// Who comes in: decided by the first part of a request's path.
public protocol GatewayDoor: Sendable {
  /// Whose a request is; `nil` for a stranger's. The time that it takes must not tell how near a wrong part comes.
  ///
  /// - Parameter part: the first part of the path, without slashes.
  func identity(behind part: [UInt8]) -> GatewayIdentity?
}

/// The door of one run: whoever knows its token belongs to the run.
struct TokenDoor: GatewayDoor {
  /// 128 random bits.
  let text = Random.hexadecimal(bytes: 16)
  private let token: [UInt8]
  private let owner: GatewayIdentity

  init(_ owner: GatewayIdentity) {
    self.owner = owner
    token = Array(text.utf8)
  }

  func identity(behind part: [UInt8]) -> GatewayIdentity? {
    guard part.count == token.count else { return nil }
    // Every byte is looked at, whatever the others are.
    var difference: UInt8 = 0
    for index in token.indices { difference |= part[index] ^ token[index] }
    return difference == 0 ? owner : nil
  }
}
