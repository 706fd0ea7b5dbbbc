/// Output as a page shows it, and whether a program wrote such.
///
/// A line that is only `…` stands for any number of lines. How long something lasts is another each time, and so are all
/// numbers where a page shows what a model answered. A message that a terminal broke is one line, as a page shows it.
struct ShownOutput {
  var lines: [String]
  var isExact = false

  /// What of the lines is not there; `nil` when all are, in their order and one right after the other.
  func missing(in output: String) -> String? {
    let wanted = lines.map(normal)
    let found = output.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
    var deepest = 0
    func matches(_ want: Int, _ place: Int, isLoose: Bool) -> Bool {
      deepest = max(deepest, want)
      guard want < wanted.count else { return true }
      if wanted[want].hasPrefix("…") { return matches(want + 1, place, isLoose: true) }
      for next in place..<(isLoose ? found.count : min(place + 1, found.count)) {
        if let end = end(of: wanted[want], in: found[next...]), matches(want + 1, end, isLoose: false) { return true }
      }
      return false
    }
    return matches(0, 0, isLoose: true) ? nil : lines[min(deepest, lines.count - 1)]
  }

  /// Where a line ends that output begins with, behind those that go on with it; `nil` where output begins in another way.
  private func end(of wanted: String, in found: ArraySlice<Substring>) -> Int? {
    guard let first = found.first else { return nil }
    var line = String(first)
    if normal(line) == wanted { return found.startIndex + 1 }
    guard line.hasPrefix("llmguard: ") || line.hasPrefix("hint: ") else { return nil }
    for (index, more) in zip(found.indices, found).dropFirst() {
      if !more.hasPrefix("  ") { break }
      line += more.dropFirst()
      if normal(line) == wanted { return index + 1 }
    }
    return nil
  }

  private func normal(_ line: String) -> String {
    // Pages show what a reader sees, on a terminal; the hour is told where there is none.
    let words = line.replacing(#/ \(at [-0-9]+ [:+\-0-9]+\)/#, with: "").split(separator: " ")
    var result: [String] = []
    for word in words {
      let bare = word.drop { "([".contains($0) }
      let unit = String(word.prefix { $0.isLetter })
      if let last = result.last, last == "#" || !last.isEmpty && last.allSatisfy(\.isNumber),
        ["ms", "s", "m", "min", "h", "d"].contains(unit)
      {
        result.removeLast()
        let rest = word.dropFirst(unit.count)
        if result.last == "a while" { result.removeLast() }
        result.append("a while")
        if !rest.isEmpty { result.append(String(rest)) }
      } else if isExact || !bare.contains(where: \.isNumber) {
        result.append(String(word))
      } else if word.wholeMatch(of: /[0-9]+\/[0-9a-f]{6}/) != nil {
        // An answer of the cache, by its entry and its request.
        result.append("#/#")
      } else {
        result.append(hidingNumbers(word))
      }
    }
    return result.joined(separator: " ")
  }

  /// `1.3k` and `120` as `#`; the figures in names, such as `gpt-4o`, stay.
  private func hidingNumbers(_ word: Substring) -> String {
    let core = word.drop { "($[".contains($0) }.prefix { $0.isNumber || ".,kM".contains($0) }
    let rest = word.drop { "($[".contains($0) }.dropFirst(core.count)
    let isNumber = core.first?.isNumber == true && rest.allSatisfy { "),;%].×".contains($0) }
    return isNumber ? word.prefix { "($[".contains($0) } + "#" + rest : String(word)
  }
}
