import Posix

/// Takes the coding off a body that was sent compressed, piece by piece, in constant memory.
///
/// zlib and Zstandard are loaded when the first body of theirs comes; libcurl and the package manager bring them along nearly
/// everywhere.
public final class ContentDecoder {
  /// A coding that can be taken off. *Source:* RFC 9110 section 8.4.1.
  public enum Coding: Hashable, Sendable {
    /// RFC 1952; several files behind each other are one.
    case gzip
    /// RFC 1950, and what many send in its place: RFC 1951 alone.
    case deflate
    /// RFC 8878, as RFC 9659 has it. Codex packs its requests so where it is signed in with ChatGPT.
    case zstd

    /// Reads a name; `nil` for a coding that cannot be taken off.
    public init?(_ name: some StringProtocol) {
      switch name.lowercased() {
      case "gzip", "x-gzip": self = .gzip
      case "deflate": self = .deflate
      case "zstd": self = .zstd
      default: return nil
      }
    }

    /// The library that takes it off, for a person.
    public var library: String {
      switch self {
      case .gzip, .deflate: "zlib (libz.so.1)"
      case .zstd: "Zstandard (libzstd.so.1)"
      }
    }
  }

  /// Why a body cannot be read.
  public enum Problem: Error, Hashable, Sendable {
    /// The library of its coding is not there.
    case noLibrary
    /// It is not what its coding says.
    case malformed
    /// There is more in it than is taken.
    case tooLarge(limit: Int64)
    /// Whoever takes what is in it takes no more.
    case stopped
  }

  private let stream: any PackedStream
  private var room: UnpackedRoom
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  /// Whether all that was begun has ended.
  public var isAtEnd: Bool { stream.isAtEnd }

  /// Makes a decoder of one body.
  ///
  /// - Parameters:
  ///   - coding: what is to be taken off.
  ///   - limit: the most bytes that may be in it.
  /// - Throws: `Problem.noLibrary`.
  public init(_ coding: Coding, atMost limit: Int64) throws(Problem) {
    room = UnpackedRoom(output: output, limit: limit)
    let made: (any PackedStream)? =
      switch coding {
      case .gzip: ZlibStream(isGzip: true)
      case .deflate: ZlibStream(isGzip: false)
      case .zstd: ZstdStream()
      }
    guard let made else {
      output.deallocate()
      throw .noLibrary
    }
    stream = made
  }

  deinit { output.deallocate() }

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
    var problem: Problem?
    withoutActuallyEscaping(take) { take in
      room.receiver = take
      defer { room.receiver = nil }
      do throws(Problem) { try stream.decode(Array(piece), &room) } catch { problem = error }
    }
    if let problem { throw problem }
  }
}

/// A body of one coding, on its way.
protocol PackedStream: AnyObject {
  /// Whether all that was begun has ended.
  var isAtEnd: Bool { get }

  /// Takes the coding off the next piece.
  func decode(_ piece: [UInt8], _ room: inout UnpackedRoom) throws(ContentDecoder.Problem)
}

/// Where what was unpacked is written, piece by piece, and counted.
struct UnpackedRoom {
  /// The memory of one piece.
  let output: UnsafeMutableRawBufferPointer
  /// The most bytes that may be unpacked.
  let limit: Int64
  /// Who takes the pieces.
  var receiver: ((UnsafeRawBufferPointer) -> Bool)?
  /// How many bytes were unpacked.
  private(set) var count: Int64 = 0

  init(output: UnsafeMutableRawBufferPointer, limit: Int64) {
    self.output = output
    self.limit = limit
  }

  /// Passes on what was written.
  ///
  /// - Parameter made: how many bytes.
  mutating func take(_ made: Int) throws(ContentDecoder.Problem) {
    count += Int64(made)
    if count > limit { throw .tooLarge(limit: limit) }
    if made > 0, receiver?(UnsafeRawBufferPointer(rebasing: output[..<made])) == false { throw .stopped }
  }
}
