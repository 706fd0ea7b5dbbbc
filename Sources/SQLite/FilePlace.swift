import CSQLite

/// The names under which SQLite is given a file.
enum FilePlace {
  /// A path by its folder's own path, without links; `nil` where that is no other one.
  static func placed(_ path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    let folder = String(path[..<slash])
    let resolved = withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: llmguard_sqlite_longest_path
    ) { room in
      room.baseAddress.flatMap { llmguard_sqlite_resolve(folder, $0) == 0 ? nil : String(validatingCString: $0) }
    }
    guard let resolved, resolved != folder else { return nil }
    return (resolved == "/" ? "" : resolved) + path[slash...]
  }

  /// A path as an address: every byte that means something there is escaped.
  static func address(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF")
    var text = "file:"
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII, scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "/._-".utf8.contains(byte) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return text
  }
}
