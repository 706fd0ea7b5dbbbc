import HTTPWire
import Upstream

/// The bodies of metered calls that clients compress: what is in them has to be read, and goes on to the provider as it is.
enum PackedRequest {
  /// Why a body cannot be read.
  struct Unreadable: Error {
    let status: Int
    let message: String
  }

  /// The body without its coding.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that may be in it.
  ///   - part: the memory that it takes of what all share, beside the body itself: a few bytes may hold many.
  static func unpacked(
    _ body: [UInt8], _ fields: HTTPFields, atMost limit: Int64, in part: SharedRoom.Part
  ) throws(Unreadable) -> [UInt8] {
    let codings = fields.elements(of: "Content-Encoding").filter { $0.lowercased() != "identity" }
    guard let name = codings.first else { return body }
    guard codings.count == 1, let coding = ContentDecoder.Coding(name) else {
      throw Unreadable(
        status: 415,
        message:
          "its body is compressed in a way that cannot be read here: send it plain, or with gzip, deflate or zstd")
    }
    var plain: [UInt8] = []
    do throws(ContentDecoder.Problem) {
      let decoder = try ContentDecoder(coding, atMost: limit)
      try decoder.decode(body) { piece in
        // What there is no room for is not unpacked either: a few bytes of it may take long.
        if !part.grow(to: Int64(body.count + plain.count + piece.count)) { return false }
        plain.append(contentsOf: piece)
        return true
      }
      if !decoder.isAtEnd { throw .malformed }
    } catch {
      switch error {
      case .malformed: throw Unreadable(status: 400, message: "its body is not what 'Content-Encoding: \(name)' says")
      case .tooLarge:
        throw Unreadable(status: 413, message: "its body is larger than \(limit) bytes when it is unpacked")
      case .stopped: throw Unreadable(status: SharedRoom.none.status, message: SharedRoom.none.message)
      case .noLibrary:
        throw Unreadable(
          status: 415, message: "its body is compressed, and \(coding.library) is not there to read it: send it plain")
      }
    }
    return plain
  }
}
