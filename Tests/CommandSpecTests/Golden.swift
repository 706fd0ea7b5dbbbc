import Glibc
import Testing

/// Texts kept beside the tests. With `LLMGUARD_RECORD=1` in the environment they are written anew; a missing one fails.
enum Golden {
  private static var folder: String {
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Golden"
  }

  static func expect(_ text: String, is name: String, _ location: SourceLocation = #_sourceLocation) {
    let path = "\(folder)/\(name)"
    if let record = getenv("LLMGUARD_RECORD"), String(cString: record) == "1" {
      guard let file = fopen(path, "w") else {
        Issue.record("cannot write \(path)", sourceLocation: location)
        return
      }
      fputs(text, file)
      fclose(file)
      return
    }
    guard let file = fopen(path, "r") else {
      Issue.record("\(name) is missing; LLMGUARD_RECORD=1 writes it", sourceLocation: location)
      return
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    let expected = String(decoding: bytes, as: UTF8.self)
    let difference = zip(
      text.split(separator: "\n", omittingEmptySubsequences: false),
      expected.split(separator: "\n", omittingEmptySubsequences: false)
    ).enumerated().first { $1.0 != $1.1 }
    #expect(
      text == expected,
      "\(name) differs from line \(difference.map { "\($0.offset + 1): \($0.element)" } ?? "of its end")",
      sourceLocation: location)
  }
}
