/// A part of what is asked as a person reads it. In a key each word carries a mark of what it is: `'emma` is a word that
/// llmguard does not know and takes as it is written, `#4` a number, `~+` a sign, `[#50] percent` an amount, `line+` more
/// than one.
enum ShownPart {
  /// Two values to be read side by side: with their marks only where they would look alike without them.
  static func pair(_ a: String, _ b: String) -> (a: String, b: String) {
    let shown = (a: words(a), b: words(b))
    return shown.a == shown.b && a != b ? (a, b) : shown
  }

  /// A value without its marks; what stands in quotes, or is code, stays as it is.
  static func words(_ value: String) -> String {
    var text = ""
    var rest = Substring(value)
    while let first = rest.first {
      if first == " " {
        text.append(rest.removeFirst())
      } else if first == "\"" || first == "`" {
        let end = rest.dropFirst().firstIndex(of: first).map { rest.index(after: $0) } ?? rest.endIndex
        text += rest[..<end]
        rest = rest[end...]
      } else {
        let end = rest.firstIndex(of: " ") ?? rest.endIndex
        text += word(rest[..<end])
        rest = rest[end...]
      }
    }
    return text
  }

  private static func word(_ marked: Substring) -> String {
    var word = marked
    // An amount's brackets stand round its number.
    if word.first == "[", word.last == "]" { word = word.dropFirst().dropLast() }
    let isPlural = word.count > 1 && word.last == "+" && word.first != "~"
    if isPlural { word = word.dropLast() }
    if word.count > 1, let mark = word.first, "'#~".contains(mark) { word = word.dropFirst() }
    return isPlural ? "\(word) (plural)" : String(word)
  }
}
