/// Questions that say what kind of name answers them, as the plain ones: "which author wrote Faust", "Faust was written by whom",
/// "which city is the capital of Peru".
enum AskedName {
  /// "Who is the author of Faust", "what is the capital of Peru"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 3, words[0].kind == .word || words[0].kind == .code else { return nil }
    let end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard end > 3, end < 10, words[end...].allSatisfy({ $0.kind == .pause }) else { return nil }
    switch words[0].text {
    case "which", "what": return kind(words, end)
    case "name": return named(words, end)
    default: return passive(words, end)
    }
  }

  private static func kind(_ words: [InstructionWord], _ end: Int) -> [InstructionWord]? {
    guard words[1].kind == .word, words[2].kind == .word else { return nil }
    if words[1].text == "city" {
      guard end > 4, words[2].text == "is",
        words[3].text == "the" && words[4].text == "capital" && end > 6 && words[5].text == "of"
          || words[end - 1].text == "capital" && words[end - 2].kind == .possessive && isName(words[3..<(end - 2)])
      else { return nil }
      return [words[0].text == "what" ? words[0] : .word("what")] + words[2...]
    }
    guard let deed = makers[words[1].text], deed == words[2].text, isName(words[3..<end]) else { return nil }
    return made(words[1], words[3...])
  }

  /// "Faust was written by whom"
  private static func passive(_ words: [InstructionWord], _ end: Int) -> [InstructionWord]? {
    guard end > 4, words[end - 1].kind == .word, words[end - 1].text == "whom" || words[end - 1].text == "who",
      words[end - 2].text == "by", words[end - 4].kind == .word, words[end - 4].text == "was",
      let maker = makings[words[end - 3].text], isName(words[..<(end - 4)])
    else { return nil }
    return made(.word(maker), words[..<(end - 4)] + words[end...])
  }

  /// "Name the author of Faust": one that is the only one.
  private static func named(_ words: [InstructionWord], _ end: Int) -> [InstructionWord]? {
    // "Name Kenya's capital"
    if words[end - 1].text == "capital" || end > 5 && words[end - 1].text == "city" && words[end - 2].text == "capital",
      let owner = words[1..<end].firstIndex(where: { $0.kind == .possessive }), owner > 1, owner < 5,
      isName(words[1..<owner]), end - owner < 4
    {
      return [.word("what"), .word("is")] + words[1...]
    }
    guard end > 4, words[1].text == "the", words[2].kind == .word,
      makers[words[2].text] != nil || words[2].text == "creator",
      words[3].text == "of", isName(words[4..<end])
    else { return nil }
    return made(words[2], words[4...])
  }

  private static func made(_ maker: InstructionWord, _ work: ArraySlice<InstructionWord>) -> [InstructionWord] {
    if maker.text == "director", !isFilm(work) { return [.word("who"), .word("directed")] + work }
    return ["who", "is", "the"].map(InstructionWord.word) + [maker, .word("of")] + work
  }

  /// Whether a work is named as one that is filmed or staged: its director is who directed it.
  static func isFilm(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.contains { $0.kind == .word && films.contains($0) }
  }
  private static let films = WordSet([
    "movie", "film", "series", "episode", "sitcom", "documentary", "trilogy", "musical", "sequel", "prequel", "remake",
  ])

  /// Whether a work is named and nothing more is said of it.
  private static func isName(_ words: ArraySlice<InstructionWord>) -> Bool {
    !words.isEmpty
      && words.allSatisfy { word in
        switch word.kind {
        case .word:
          !word.isWord([.subject, .relative, .not, .and, .or, .pronoun]) && !pointers.contains(word)
            && (!word.isWord([.prep]) || word.text == "of")
        case .code, .quote: true
        default: false
        }
      }
  }

  private static let makers = [
    "author": "wrote", "painter": "painted", "composer": "composed", "director": "directed", "inventor": "invented",
  ]
  private static let makings = [
    "written": "author", "painted": "painter", "composed": "composer", "directed": "director", "invented": "inventor",
  ]
  private static let pointers = WordSet([
    "this", "these", "those", "below", "above", "following", "attached", "my", "our", "your", "it", "that", "most",
    "more", "first", "last", "best", "is", "was", "to",
  ])
}
