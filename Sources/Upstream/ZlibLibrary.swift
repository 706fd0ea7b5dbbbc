import Posix

/// The functions of zlib that are used.
///
/// *Source:* zlib.h of zlib 1.2 and later for the numbers and for the order of `z_stream`'s members, which is part of its
/// binary interface.
struct ZlibLibrary: @unchecked Sendable {
  typealias Stream = UnsafeMutableRawPointer
  private typealias Begin = @convention(c) (Stream, Int32, UnsafePointer<CChar>, Int32) -> Int32
  typealias Inflate = @convention(c) (Stream, Int32) -> Int32
  typealias Plain = @convention(c) (Stream) -> Int32
  private typealias Version = @convention(c) () -> UnsafePointer<CChar>

  static let good: Int32 = 0
  static let ended: Int32 = 1
  static let nothingToDo: Int32 = -5
  static let noFlush: Int32 = 0
  /// The size of `z_stream` where pointers have eight bytes.
  static let streamBytes = 112

  private let initialize: Begin
  let inflate: Inflate
  let end: Plain
  let reset: Plain
  private let version: Version

  /// The library, where it is there.
  static let shared = ZlibLibrary()

  private init?() {
    guard MemoryLayout<Int>.size == 8, let library = DynamicLibrary(firstOf: ["libz.so.1", "libz.so"]),
      let initialize = library.function("inflateInit2_", as: Begin.self),
      let inflate = library.function("inflate", as: Inflate.self),
      let end = library.function("inflateEnd", as: Plain.self),
      let reset = library.function("inflateReset", as: Plain.self),
      let version = library.function("zlibVersion", as: Version.self)
    else { return nil }
    self.initialize = initialize
    self.inflate = inflate
    self.end = end
    self.reset = reset
    self.version = version
  }

  /// Begins to inflate. - Parameter windowBits: 31 for gzip, 15 for zlib, -15 for neither's wrapping.
  func begin(_ stream: Stream, _ windowBits: Int32) -> Int32 {
    initialize(stream, windowBits, version(), Int32(Self.streamBytes))
  }

  /// The members of `z_stream` that are ours to set.
  struct Fields {
    private let base: Stream

    init(_ base: Stream) { self.base = base }

    func set(input: UnsafeMutableRawBufferPointer) {
      base.storeBytes(of: input.baseAddress, toByteOffset: 0, as: UnsafeMutableRawPointer?.self)
      base.storeBytes(of: UInt32(input.count), toByteOffset: 8, as: UInt32.self)
    }

    func set(output: UnsafeMutableRawBufferPointer) {
      base.storeBytes(of: output.baseAddress, toByteOffset: 24, as: UnsafeMutableRawPointer?.self)
      base.storeBytes(of: UInt32(output.count), toByteOffset: 32, as: UInt32.self)
    }

    var inputLeft: Int { Int(base.load(fromByteOffset: 8, as: UInt32.self)) }
    var outputLeft: Int { Int(base.load(fromByteOffset: 32, as: UInt32.self)) }
  }
}
