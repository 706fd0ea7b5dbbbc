/// That somebody was told of something: once, whoever saw it first.
public struct Notice: Hashable, Sendable {
  /// What it is about: who, which budget, which phase and which window. The same key is the same notice.
  public var key: String
  /// Until when it is not told again.
  public var untilUnixMs: Int64
  /// In words, for the record.
  public var note: String
  /// The user concerned, if any.
  public var user: String?

  /// Makes a notice.
  public init(key: String, untilUnixMs: Int64, note: String, user: String?) {
    self.key = key
    self.untilUnixMs = untilUnixMs
    self.note = note
    self.user = user
  }
}
