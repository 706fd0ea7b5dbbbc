import Posix

/// An address as curl reads it: what leads it to a server must lead llmguard there, too.
///
/// *Source:* curl's `lib/urlapi.c` as it behaves (7.88.1): one to three slashes behind the scheme, ports with zeros before them, names
/// with percent signs, and with letters that IDNA makes ASCII of.
enum CurlSpelling {
  /// An address (a `ByteText`) with percent signs for what is not ASCII behind its host. Clients send that as it is, and servers take
  /// it for the same; a letter with an accent of its own would hide the slash before it.
  static func encoded(_ url: String) -> String {
    if url.utf8.allSatisfy({ $0 < 0x80 }) { return url }
    let bytes = ByteText.bytes(url)
    let marks = Array(":/?#".utf8)
    var place = bytes.firstIndex(where: marks.contains) ?? bytes.count
    // A scheme, and not the port of a host.
    if place + 1 < bytes.count, bytes[place] == marks[0], bytes[place + 1] == marks[1] {
      place = bytes[(place + 1)...].firstIndex { $0 != marks[1] } ?? bytes.count
    }
    place = bytes[place...].firstIndex(where: marks.dropFirst().contains) ?? bytes.count
    var result = Array(bytes[..<place])
    for byte in bytes[place...] {
      result += byte < 0x80 ? [byte] : Array(("%" + String(byte, radix: 16, uppercase: true)).utf8)
    }
    return ByteText.text(result)
  }

  /// The address in its usual spelling; what has none stays as it is.
  static func usual(_ url: String) -> String {
    guard let colon = url.firstIndex(of: ":") else { return url }
    let scheme = url[..<colon].lowercased()
    let rest = url[url.index(after: colon)...]
    let slashes = rest.prefix { $0 == "/" }.count
    guard ["http", "https"].contains(scheme), (1...3).contains(slashes) else { return url }
    let server = rest.dropFirst(slashes).prefix { !["/", "?", "#"].contains($0) }
    let tail = rest.dropFirst(slashes + server.count)
    var host = server[...]
    var before = ""
    if let at = server.lastIndex(of: "@") {
      before = String(server[...at])
      host = server[server.index(after: at)...]
    }
    var port = ""
    if let mark = host.lastIndex(of: ":"), !host.hasSuffix("]"), let number = UInt16(host[host.index(after: mark)...]) {
      port = ":\(number)"
      host = host[..<mark]
    }
    return "\(scheme)://\(before)\(plain(host))\(port)\(tail)"
  }

  /// A name without percent signs, and with the ASCII letters and dots that wide ones stand for.
  private static func plain(_ host: Substring) -> String {
    var decoded: [UInt8] = []
    var bytes = Array(host.utf8)[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16),
        bytes.count >= 2, value > 0x20
      {
        decoded.append(value)
        bytes = bytes.dropFirst(2)
      } else {
        decoded.append(byte)
      }
    }
    var name = String.UnicodeScalarView()
    for scalar in String(decoding: decoded, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x3002, 0xFF61: name.append(".")
      case 0xFF01...0xFF5E: name.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
      default: name.append(scalar)
      }
    }
    return String(name)
  }
}
