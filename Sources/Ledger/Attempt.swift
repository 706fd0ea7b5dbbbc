import Digest
import GuardModel

/// What is asked, and by whom, as a hash: two calls with one key ask for the same thing.
public struct AttemptKey: Hashable, Sendable {
  /// The hash.
  public let bytes: [UInt8]

  /// The key of a request of a user for an operation.
  ///
  /// - Parameter fingerprint: a hash of what is asked; never the text itself.
  public init(user: String, operation: String, fingerprint: [UInt8]) {
    var hash = SHA256()
    for part in [Array(user.utf8), Array(operation.utf8)] {
      // Each part with its length, so that no two different requests read alike.
      hash.update(Array("\(part.count):".utf8) + part)
    }
    hash.update(fingerprint)
    bytes = hash.finish()
  }
}

/// A call's claim to be the nth attempt at the same thing.
///
/// The number is counted again inside the transaction that reserves, so that of many callers at once only one is the first.
public struct AttemptClaim: Hashable, Sendable {
  /// What is attempted.
  public var key: AttemptKey
  /// Which attempt the caller decided for: 1 is the first.
  public var number: Int64
  /// What attempts cost, and how long they are remembered.
  public var escalation: Escalation
  /// The part of the held tokens that the attempt's price adds; ≥ 0.
  public var surchargeTokens: Int64

  /// Makes a claim.
  public init(key: AttemptKey, number: Int64, escalation: Escalation, surchargeTokens: Int64 = 0) {
    self.key = key
    self.number = number
    self.escalation = escalation
    self.surchargeTokens = surchargeTokens
  }

  /// Whether another number costs what the claimed one costs.
  public func isPriced(like other: Int64) -> Bool {
    escalation.multiplier(attempt: other) == escalation.multiplier(attempt: number)
  }
}
