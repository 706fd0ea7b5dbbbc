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
  /// - Parameter limit: the most bytes that may be in it.
  static func unpacked(
    _ body: [UInt8], _ fields: HTTPFields, atMost limit: Int64
  ) throws(Unreadable) -> [UInt8] {
    let codings = fields.elements(of: "Content-Encoding").filter { $0.lowercased() != "identity" }
    guard let name = codings.first else { return body }
    guard codings.count == 1, let coding = ContentDecoder.Coding(name) else {
      throw Unreadable(
        status: 415,
        message: "its body is compressed in a way that cannot be read here: send it plain, or with gzip or deflate")
    }
    do throws(ContentDecoder.Problem) { return try ContentDecoder.whole(body, coding, atMost: limit) } catch {
      switch error {
      case .malformed: throw Unreadable(status: 400, message: "its body is not what 'Content-Encoding: \(name)' says")
      case .tooLarge:
        throw Unreadable(status: 413, message: "its body is larger than \(limit) bytes when it is unpacked")
      case .noLibrary:
        throw Unreadable(
          status: 415, message: "its body is compressed, and zlib (libz.so.1) is not there to read it: send it plain")
      }
    }
  }
}
