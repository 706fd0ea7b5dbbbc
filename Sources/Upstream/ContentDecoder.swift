import Posix

/// Takes the coding off a body that was sent compressed, piece by piece, in constant memory.
///
/// zlib is loaded when the first one is made; libcurl brings it along nearly everywhere.
public final class ContentDecoder {
  /// A coding that can be taken off. *Source:* RFC 9110 section 8.4.1.
  public enum Coding: Hashable, Sendable {
    /// RFC 1952; several files behind each other are one.
    case gzip
    /// RFC 1950, and what many send in its place: RFC 1951 alone.
    case deflate

    /// Reads a name; `nil` for a coding that cannot be taken off.
    public init?(_ name: some StringProtocol) {
      switch name.lowercased() {
      case "gzip", "x-gzip": self = .gzip
      case "deflate": self = .deflate
      default: return nil
      }
    }
  }

  /// Why a body cannot be read.
  public enum Problem: Error, Hashable, Sendable {
    /// zlib is not there.
    case noLibrary
    /// It is not what its coding says.
    case malformed
    /// There is more in it than is taken.
    case tooLarge(limit: Int64)
    /// Whoever takes what is in it takes no more.
    case stopped
  }

  private let coding: Coding
  private let library: ZlibLibrary
  private let limit: Int64
  /// zlib's `z_stream`, which it points to itself.
  private let stream = UnsafeMutableRawBufferPointer.allocate(byteCount: ZlibLibrary.streamBytes, alignment: 16)
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  private var isBegun = false
  /// The first bytes, until they tell which of two forms it is.
  private var first: [UInt8] = []
  private var count: Int64 = 0
  /// Whether all that was begun has ended.
  public private(set) var isAtEnd = false

  /// Makes a decoder of one body.
  ///
  /// - Parameters:
  ///   - coding: what is to be taken off.
  ///   - limit: the most bytes that may be in it.
  public init(_ coding: Coding, atMost limit: Int64) throws(Problem) {
    guard let library = ZlibLibrary.shared else { throw .noLibrary }
    self.library = library
    self.coding = coding
    self.limit = limit
    stream.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    if isBegun { _ = library.end(base) }
    stream.deallocate()
    output.deallocate()
  }

  /// A whole body.
  public static func whole(_ bytes: [UInt8], _ coding: Coding, atMost limit: Int64) throws(Problem) -> [UInt8] {
    let decoder = try ContentDecoder(coding, atMost: limit)
    var result: [UInt8] = []
    try decoder.decode(bytes) { piece in
      result.append(contentsOf: piece)
      return true
    }
    guard decoder.isAtEnd else { throw .malformed }
    return result
  }

  /// Decodes the next piece.
  ///
  /// - Parameter take: takes what was in it, in pieces that are good for the moment only. Says whether to go on.
  public func decode(_ piece: some Collection<UInt8>, _ take: (UnsafeRawBufferPointer) -> Bool) throws(Problem) {
    var bytes = Array(piece)
    if !isBegun {
      first += bytes
      if coding == .deflate, first.count < 2 { return }
      bytes = first
      first = []
      try begin(bytes)
    }
    var problem: Problem?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(Problem) { try inflate(buffer, take) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  private var base: UnsafeMutableRawPointer { stream.baseAddress! }

  private func begin(_ bytes: [UInt8]) throws(Problem) {
    var windowBits: Int32 = 31
    if coding == .deflate {
      let (a, b) = (Int(bytes[0]), Int(bytes[1]))
      windowBits = a & 15 == 8 && (a << 8 | b) % 31 == 0 ? 15 : -15
    }
    guard library.begin(base, windowBits) == 0 else { throw .noLibrary }
    isBegun = true
  }

  private func inflate(
    _ input: UnsafeMutableRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Bool
  ) throws(Problem) {
    let fields = ZlibLibrary.Fields(base)
    fields.set(input: input)
    while true {
      if isAtEnd {
        // More behind the end: of gzip another file may follow.
        if fields.inputLeft == 0 { return }
        guard coding == .gzip, library.reset(base) == 0 else { throw .malformed }
        isAtEnd = false
      }
      fields.set(output: output)
      let result = library.inflate(base, ZlibLibrary.noFlush)
      let made = output.count - fields.outputLeft
      count += Int64(made)
      if count > limit { throw .tooLarge(limit: limit) }
      if made > 0, !take(UnsafeRawBufferPointer(rebasing: output[..<made])) { throw .stopped }
      switch result {
      case ZlibLibrary.ended: isAtEnd = true
      case ZlibLibrary.good: if fields.inputLeft == 0, made < output.count { return }
      // Nothing more can be made of what is there.
      case ZlibLibrary.nothingToDo: return
      default: throw .malformed
      }
    }
  }
}
