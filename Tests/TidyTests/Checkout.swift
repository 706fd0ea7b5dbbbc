import Glibc

/// The checkout the tests were built from, read as text.
enum Checkout {
  /// The top folder: two above this file's.
  static let root: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  struct Unreadable: Error { let path: String }

  /// The names in a folder, sorted, without `.` and `..`.
  static func names(in folder: String) throws -> [String] {
    guard let handle = opendir(folder) else { throw Unreadable(path: folder) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func topLevelNames() throws -> [String] { try names(in: root) }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Every `.swift` file under a folder of the checkout, as paths from the root.
  static func swiftFiles(under folder: String) throws -> [String] {
    try names(in: "\(root)/\(folder)").flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if isFolder("\(root)/\(path)") { return try swiftFiles(under: path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }

  /// A file's text; bytes that are not UTF-8 are repaired.
  static func text(of path: String) throws -> String {
    guard let file = fopen("\(root)/\(path)", "r") else { throw Unreadable(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The modules a source text imports, in order.
  static func imports(in text: String) -> [String] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    var isInsideText = false
    return text.split(separator: "\n").compactMap { line in
      // A text of several lines may be in another language, which imports too.
      let wasInsideText = isInsideText
      if line.ranges(of: "\"\"\"").count % 2 == 1 { isInsideText.toggle() }
      if wasInsideText { return nil }
      var words = line.split(separator: " ")
      while let first = words.first, first.hasPrefix("@") || first == "public" || first == "internal" {
        words.removeFirst()
      }
      guard words.first == "import", words.count > 1 else { return nil }
      let named = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
      return named.split(separator: ".").first.map(String.init)
    }
  }
}
