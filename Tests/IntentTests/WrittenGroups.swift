import Intent
import Posix

/// Requests in several wordings with look-alikes, from a file of `Data` (its first lines describe the format).
struct WrittenGroup {
  var same: [String] = []
  var near: [(kind: String, text: String)] = []

  struct Malformed: Error { let line: String }

  static func all(in name: String = "own-groups.txt") throws -> [WrittenGroup] {
    var groups: [WrittenGroup] = []
    var isOpen = false
    for line in try text(name).split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
      if line.isEmpty {
        isOpen = false
        continue
      }
      if !isOpen { groups.append(WrittenGroup()) }
      isOpen = true
      let text = String(line.dropFirst(2))
      if line.hasPrefix("+ ") {
        groups[groups.count - 1].same.append(text)
      } else if line.hasPrefix("- "), let colon = text.firstIndex(of: ":") {
        let near = (String(text[..<colon]), String(text[text.index(colon, offsetBy: 2)...]))
        groups[groups.count - 1].near.append(near)
      } else {
        throw Malformed(line: String(line))
      }
    }
    return groups
  }

  /// Those of a file of rewordings: a line is a group.
  static func reworded(in name: String = "reworded-groups-2.jsonl") throws -> [WrittenGroup] {
    func texts(_ line: Substring, behind mark: String) -> [String] {
      line.split(separator: mark).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }
    return try text(name).split(separator: "\n").map { line in
      let sides = line.split(separator: "\"near\": ", maxSplits: 1)
      guard sides.count == 2 else { throw Malformed(line: String(line)) }
      let same = texts(sides[0], behind: "\"base\": \"") + texts(sides[0], behind: "\"text\": \"")
      return WrittenGroup(same: same, near: texts(sides[1], behind: "\"text\": \"").map { ("", $0) })
    }
  }

  /// Every two wordings are the same; every wording and every look-alike are not.
  var pairs: [LabelledPair] {
    var pairs: [LabelledPair] = []
    for (index, a) in same.enumerated() {
      for b in same[(index + 1)...] { pairs.append(LabelledPair(a, b, isSame: true, kind: "same")) }
      for (kind, b) in near { pairs.append(LabelledPair(a, b, isSame: false, kind: kind)) }
    }
    return pairs
  }

  /// A file beside the tests, as text.
  static func text(_ name: String) throws -> String {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return String(decoding: try File.readAll("/\(folder)/Data/\(name)"), as: UTF8.self)
  }
}
