/// How much of one message a reader takes. Beyond it the message is refused; nothing is cut.
public struct HTTPLimits: Hashable, Sendable {
  /// Bytes of the request line or the status line. Longer request lines are 414.
  ///
  /// *Source:* RFC 9112 section 3 asks for 8000 at least.
  public var startLineBytes = 16_384
  /// Bytes of all field lines of a head, or of a body's trailers. More is 431.
  public var fieldsBytes = 65_536
  /// Field lines of a head, or of a body's trailers. More is 431.
  public var fieldCount = 128
  /// Bytes of the line before a chunk, with its extensions. Longer ones are 400: nothing that is sent needs them.
  public var chunkLineBytes = 1024
  /// Bytes of a body. More is 413. `nil` for no limit.
  public var bodyBytes: Int64?

  /// The limits as they stand above.
  public init() {}
}
