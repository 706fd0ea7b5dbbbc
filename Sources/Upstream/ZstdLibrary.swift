import Posix

/// The functions of the Zstandard library that are used.
///
/// *Source:* zstd.h of zstd 1.4 and later for the numbers and for the members of its buffers, which are part of its binary
/// interface.
struct ZstdLibrary: @unchecked Sendable {
  typealias Context = UnsafeMutableRawPointer
  private typealias Create = @convention(c) () -> Context?
  private typealias Free = @convention(c) (Context) -> Int
  private typealias Set = @convention(c) (Context, Int32, Int32) -> Int
  private typealias Decompress = @convention(c) (Context, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int
  private typealias IsError = @convention(c) (Int) -> UInt32

  /// `ZSTD_d_windowLogMax`.
  private static let windowLogMaximum: Int32 = 100
  /// 8 MB, which no sender may go beyond and which is all the memory that a body can ask for. *Source:* RFC 9659 section 3.
  private static let windowLog: Int32 = 23

  private let create: Create
  private let free: Free
  private let set: Set
  private let decompress: Decompress
  private let isErrorCode: IsError

  /// The library, where it is there.
  static let shared = ZstdLibrary()

  private init?() {
    guard MemoryLayout<Int>.size == 8, let library = DynamicLibrary(firstOf: ["libzstd.so.1", "libzstd.so"]),
      let create = library.function("ZSTD_createDCtx", as: Create.self),
      let free = library.function("ZSTD_freeDCtx", as: Free.self),
      let set = library.function("ZSTD_DCtx_setParameter", as: Set.self),
      let decompress = library.function("ZSTD_decompressStream", as: Decompress.self),
      let isErrorCode = library.function("ZSTD_isError", as: IsError.self)
    else { return nil }
    self.create = create
    self.free = free
    self.set = set
    self.decompress = decompress
    self.isErrorCode = isErrorCode
  }

  /// Begins a stream; `nil` where there is no memory for one.
  func begin() -> Context? {
    guard let context = create() else { return nil }
    guard isErrorCode(set(context, Self.windowLogMaximum, Self.windowLog)) == 0 else {
      _ = free(context)
      return nil
    }
    return context
  }

  func end(_ context: Context) { _ = free(context) }

  /// What a step made of a piece.
  struct Step {
    /// How much was read of the input, and written of the output, in bytes.
    var (read, written) = (0, 0)
    /// Whether a frame has ended, and all of it is written.
    var isAtEnd = false
  }

  /// Goes on; `nil` for what is malformed, or asks for more memory than it may.
  func step(
    _ context: Context, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
  ) -> Step? {
    // `ZSTD_inBuffer` and `ZSTD_outBuffer`: an address, a size and a place.
    var from = (UInt(bitPattern: input.baseAddress), UInt(input.count), UInt(0))
    var into = (UInt(bitPattern: output.baseAddress), UInt(output.count), UInt(0))
    let result = decompress(context, &into, &from)
    guard isErrorCode(result) == 0 else { return nil }
    return Step(read: Int(from.2), written: Int(into.2), isAtEnd: result == 0)
  }
}
