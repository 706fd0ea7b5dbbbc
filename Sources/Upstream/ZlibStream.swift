/// A body in gzip or deflate.
final class ZlibStream: PackedStream {
  private let isGzip: Bool
  private let library: ZlibLibrary
  /// zlib's `z_stream`, which it points to itself.
  private let stream = UnsafeMutableRawBufferPointer.allocate(byteCount: ZlibLibrary.streamBytes, alignment: 16)
  private var isBegun = false
  /// The first bytes, until they tell which of two forms it is.
  private var first: [UInt8] = []
  private(set) var isAtEnd = false

  /// Makes a stream; `nil` where zlib is not there.
  init?(isGzip: Bool) {
    guard let library = ZlibLibrary.shared else { return nil }
    self.library = library
    self.isGzip = isGzip
    stream.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    if isBegun { _ = library.end(base) }
    stream.deallocate()
  }

  private var base: UnsafeMutableRawPointer { stream.baseAddress! }

  func decode(_ piece: [UInt8], _ room: inout UnpackedRoom) throws(ContentDecoder.Problem) {
    var bytes = piece
    if !isBegun {
      first += bytes
      if !isGzip, first.count < 2 { return }
      bytes = first
      first = []
      try begin(bytes)
    }
    var problem: ContentDecoder.Problem?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(ContentDecoder.Problem) { try inflate(buffer, &room) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  private func begin(_ bytes: [UInt8]) throws(ContentDecoder.Problem) {
    var windowBits: Int32 = 31
    if !isGzip {
      let (a, b) = (Int(bytes[0]), Int(bytes[1]))
      windowBits = a & 15 == 8 && (a << 8 | b) % 31 == 0 ? 15 : -15
    }
    guard library.begin(base, windowBits) == 0 else { throw .noLibrary }
    isBegun = true
  }

  private func inflate(
    _ input: UnsafeMutableRawBufferPointer, _ room: inout UnpackedRoom
  ) throws(ContentDecoder.Problem) {
    let fields = ZlibLibrary.Fields(base)
    fields.set(input: input)
    while true {
      if isAtEnd {
        // More behind the end: of gzip another file may follow.
        if fields.inputLeft == 0 { return }
        guard isGzip, library.reset(base) == 0 else { throw .malformed }
        isAtEnd = false
      }
      fields.set(output: room.output)
      let result = library.inflate(base, ZlibLibrary.noFlush)
      let made = room.output.count - fields.outputLeft
      try room.take(made)
      switch result {
      case ZlibLibrary.ended: isAtEnd = true
      case ZlibLibrary.good: if fields.inputLeft == 0, made < room.output.count { return }
      // Nothing more can be made of what is there.
      case ZlibLibrary.nothingToDo: return
      default: throw .malformed
      }
    }
  }
}
