/// A body in Zstandard; several frames behind each other are one.
final class ZstdStream: PackedStream {
  private let library: ZstdLibrary
  private let context: ZstdLibrary.Context
  private(set) var isAtEnd = false

  /// Makes a stream; `nil` where the library is not there.
  init?() {
    guard let library = ZstdLibrary.shared, let context = library.begin() else { return nil }
    self.library = library
    self.context = context
  }

  deinit { library.end(context) }

  func decode(_ piece: [UInt8], _ room: inout UnpackedRoom) throws(ContentDecoder.Problem) {
    var problem: ContentDecoder.Problem?
    piece.withUnsafeBytes { buffer in
      do throws(ContentDecoder.Problem) { try decompress(buffer, &room) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  private func decompress(
    _ input: UnsafeRawBufferPointer, _ room: inout UnpackedRoom
  ) throws(ContentDecoder.Problem) {
    var place = 0
    while place < input.count {
      var step: ZstdLibrary.Step
      let (before, madeBefore) = (place, room.count)
      repeat {
        guard let next = library.step(context, UnsafeRawBufferPointer(rebasing: input[place...]), room.output) else {
          throw .malformed
        }
        step = next
        place += step.read
        try room.take(step.written)
        // A buffer that is full may leave more to be written of what was read, or nothing.
      } while !step.isAtEnd && step.written == room.output.count
      isAtEnd = step.isAtEnd
      if place == before, room.count == madeBefore, !step.isAtEnd { throw .malformed }
    }
  }
}
