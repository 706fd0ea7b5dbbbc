import Digest
import GuardModel

/// What a call asks for, as hashes: what must be equal, and what may be worded otherwise.
public struct Fingerprint: Hashable, Sendable {
  /// A hash of what must be equal: the conversation before, the text that is asked about, and what cannot be worded otherwise.
  public var surroundings: [UInt8]
  /// What is asked, where it may be worded otherwise; `nil` where only the same words ask for the same.
  public var wording: Wording?

  /// What is asked, whatever its words. Nothing of the text can be told from it.
  public struct Wording: Hashable, Sendable {
    /// Equal for all that may ask for the same.
    public var group: [UInt8]
    /// 40 bytes: 16 that are equal for the same intent, 8 for what must not differ in any case, 8 for the words (four for
    /// which, four for their order), 8 of signs, of which the same share as two questions are alike.
    public var sketch: [UInt8]

    /// Makes it of its parts.
    public init(group: [UInt8], sketch: [UInt8]) {
      self.group = group
      self.sketch = sketch
    }

    static let sketchBytes = 40
  }

  /// Makes a fingerprint.
  public init(_ surroundings: [UInt8], wording: Wording? = nil) {
    self.surroundings = surroundings
    self.wording = wording?.sketch.count == Wording.sketchBytes ? wording : nil
  }
}

/// What is asked, and by whom, as hashes: two calls whose keys match ask for the same thing.
public struct AttemptKey: Hashable, Sendable {
  /// The head, which all that may match have in common, then the sketch.
  public let bytes: [UInt8]

  /// The bytes of a head.
  public static let headBytes = 24

  /// In how many of 64 signs two questions that are taken for one may differ. The signs of vectors at an angle of a differ in
  /// a/π of all on average: eight of 64 are a cosine of 0.92.
  public static let maximumDistance = 8

  /// The key of a request of a user for an operation.
  ///
  /// - Parameter fingerprint: hashes of what is asked; never the text itself.
  public init(user: String, operation: String, fingerprint: Fingerprint) {
    var hash = SHA256()
    let wording = fingerprint.wording
    var parts: [UInt8] = []
    parts.reserveCapacity(256)
    func add(_ part: some Collection<UInt8>) {
      // Each part with its length, so that no two different requests read alike.
      parts += String(part.count).utf8
      parts.append(UInt8(ascii: ":"))
      parts += part
    }
    add(user.utf8)
    add(operation.utf8)
    add(fingerprint.surroundings)
    add(wording?.group ?? [])
    parts.append(wording == nil ? 0 : 1)
    hash.update(parts)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headBytes + Fingerprint.Wording.sketchBytes)
    bytes += hash.finish().prefix(Self.headBytes)
    bytes += wording?.sketch ?? [UInt8](repeating: 0, count: Fingerprint.Wording.sketchBytes)
    self.bytes = bytes
  }

  /// What all keys that may match begin with.
  public var head: [UInt8] { Array(bytes.prefix(Self.headBytes)) }

  /// Whether another key asks for the same: its intent is the same; or nothing that must not differ does, and the questions
  /// are much alike.
  public func matches(_ other: [UInt8]) -> Bool {
    guard other.count == bytes.count else { return false }
    func part(_ range: Range<Int>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
      let range = Self.headBytes + range.lowerBound..<Self.headBytes + range.upperBound
      return (bytes[range], other[range])
    }
    guard bytes.prefix(Self.headBytes) == other.prefix(Self.headBytes) else { return false }
    let (mine, its) = part(0..<16)
    if mine == its { return true }
    let (guards, itsGuards) = part(16..<24)
    let (kept, itsKept) = part(24..<28)
    let (ordered, itsOrdered) = part(28..<32)
    // The same words in another order ask for something else.
    if guards != itsGuards || (kept == itsKept && ordered != itsOrdered) { return false }
    let (signs, itsSigns) = part(32..<40)
    return zip(signs, itsSigns).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount } <= Self.maximumDistance
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
