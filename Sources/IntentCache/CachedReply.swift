import GuardModel

/// An answer as it is kept: enough to give it again as it was given.
public struct CachedReply: Hashable, Sendable {
  /// How it was given.
  public enum Form: Hashable, Sendable {
    /// The standard output of a command that ended well.
    case output
    /// A reply to an HTTP request.
    case http(status: Int64, contentType: String)
  }

  /// How it was given.
  public var form: Form
  /// The fields of its head that are given again, one on a line; empty where there are none.
  public var fields: String
  /// Its bytes.
  public var body: [UInt8]

  /// Makes a reply.
  public init(form: Form = .output, fields: String = "", body: [UInt8]) {
    self.form = form
    self.fields = fields
    self.body = body
  }

  /// A checksum over all of it: a single changed word always changes it.
  ///
  /// It guards against a damaged file, not against somebody who may write the file.
  var checksum: Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(body.count)
    func add(_ word: UInt64) { hash = ((hash ^ word) &* 0x9E37_79B9_7F4A_7C15).byteSwapped }
    switch form {
    case .output: add(0)
    case .http(let status, let contentType):
      add(UInt64(bitPattern: status))
      for byte in contentType.utf8 { add(UInt64(byte)) }
    }
    add(UInt64(fields.utf8.count))
    for byte in fields.utf8 { add(UInt64(byte)) }
    body.withUnsafeBytes { bytes in
      let whole = bytes.count / 8 * 8
      for offset in stride(from: 0, to: whole, by: 8) {
        add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      for byte in bytes[whole...] { add(UInt64(byte)) }
    }
    return Int64(bitPattern: hash)
  }
}

/// An entry of the cache, without its answer.
public struct CacheEntry: Hashable, Sendable {
  /// Its number, never used again.
  public var id: Int64
  /// What was asked; empty where it could not be told from the payload.
  public var instruction: String
  /// Whose it is.
  public var scope: String
  /// Who asked.
  public var user: String
  /// What for.
  public var operation: String
  /// The model that answered; `nil` when unknown.
  public var model: String?
  /// When it was stored.
  public var storedAtUnixMs: Int64
  /// When it was last given; when it was stored, if never.
  public var usedAtUnixMs: Int64
  /// What it takes of the cache's room.
  public var bytes: Int64
  /// What the call took.
  public var usage: TokenUsage
  /// What the call cost; `nil` when unknown.
  public var costMicroUSD: Int64?
  /// How it was given.
  public var form: CachedReply.Form

  /// How old it is, in milliseconds; below 0 where its time is later than now, as a clock that was set back leaves it.
  public func ageMs(at nowUnixMs: Int64) -> Int64 {
    let (age, isOver) = nowUnixMs.subtractingReportingOverflow(storedAtUnixMs)
    return isOver ? (storedAtUnixMs < 0 ? .max : .min) : age
  }
}

/// What is stored with an answer.
public struct CacheFacts: Hashable, Sendable {
  /// Who asked.
  public var user: String
  /// What for.
  public var operation: String
  /// The model that answered.
  public var model: String?
  /// What the call took.
  public var usage: TokenUsage
  /// What the call cost.
  public var costMicroUSD: Int64?

  /// Gathers the facts.
  public init(user: String, operation: String, model: String?, usage: TokenUsage, costMicroUSD: Int64?) {
    self.user = user
    self.operation = operation
    self.model = model
    self.usage = usage
    self.costMicroUSD = costMicroUSD
  }
}

/// A stored answer that fits a request.
public struct CacheFinding: Hashable, Sendable {
  /// The entry.
  public var entry: CacheEntry
  /// Its answer.
  public var reply: CachedReply
  /// Why it fits.
  public var tier: CacheTier
  /// How alike the requests are, in thousandths; 1000 but for `similar`.
  public var likeness: Int64

  /// Makes a finding.
  public init(entry: CacheEntry, reply: CachedReply, tier: CacheTier, likeness: Int64 = 1000) {
    self.entry = entry
    self.reply = reply
    self.tier = tier
    self.likeness = likeness
  }
}
