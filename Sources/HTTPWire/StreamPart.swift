/// A part of a streamed body: what is passed on, and what it says.
public struct StreamPart: Hashable, Sendable {
  /// The bytes as they came. All parts' bytes together are the body.
  public let raw: [UInt8]
  /// What it says: an event's data, or a line without its end. `nil` when it says nothing. Of one that is too long
  /// to be kept the last part says what is short in it (`JSONOutline`), the others nothing.
  public let data: [UInt8]?
  /// Whether it is the last part of one that is too long and says something: what stands before has been passed on. A comment says
  /// nothing, however long it is.
  public let isRest: Bool
  /// Whether what it says was too long itself: its text was not kept. Beside a long comment it may be short.
  public let isCut: Bool

  /// Makes one that says nothing.
  public init(_ raw: [UInt8]) { self.init(raw, data: nil) }

  init(_ raw: [UInt8], data: [UInt8]?, isRest: Bool = false, isCut: Bool = false) {
    self.raw = raw
    self.data = data
    self.isRest = isRest
    self.isCut = isCut
  }
}
