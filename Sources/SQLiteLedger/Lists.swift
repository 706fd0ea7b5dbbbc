extension [String] {
  /// The texts as one, with something between them.
  ///
  /// As `joined` does; but the first use of that in a process makes the language's runtime look through all that the
  /// program's types conform to, and every run would wait for it.
  func list(_ separator: String) -> String {
    var text = ""
    for (index, part) in enumerated() {
      if index > 0 { text += separator }
      text += part
    }
    return text
  }
}
