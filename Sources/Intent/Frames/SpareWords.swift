/// Words of which two or three say what one does: "the Perl programming language" is Perl, "12 GiB expressed in MiB" are 12 GiB in
/// MiB, "the past hour" is the last one.
enum SpareWords {
  /// The same words without them.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    var words = words
    var place = 0
    while place < words.count {
      if words[place].kind == .word, triggered.contains(words[place]) { place = shortened(&words, at: place) }
      place += 1
    }
    return words
  }

  /// The word that each begins with, or has.
  static let triggers = [
    "programming", "application", "expressed", "past", "but", "while", "one-liner", "docstring", "docstrings", "node",
    "cron", "pattern", "most", "max", "maximum", "under", "fewer", "less", "more", "top", "ideas", "would",
  ]
  private static let triggered = WordSet(triggers)

  /// Where to read on.
  private static func shortened(_ words: inout [InstructionWord], at place: Int) -> Int {
    switch words[place].text {
    case "programming": return named(&words, at: place)
    case "application": return app(&words, at: place)
    case "node": return node(&words, at: place)
    case "expressed": return expressed(&words, at: place)
    case "past":
      if isSpan(words, place) { words[place] = .word("last") }
      return place
    case "but", "while": return kept(&words, at: place)
    case "one-liner": return oneLiner(&words, at: place)
    case "pattern": return pattern(&words, at: place)
    case "most", "max", "maximum", "under", "fewer", "less", "more": return bounded(&words, at: place)
    case "cron": return scheduled(&words, at: place)
    case "would": return acted(&words, at: place)
    case "ideas": return ideas(&words, at: place)
    case "top": return topmost(&words, at: place)
    case "docstring", "docstrings": return styled(&words, at: place)
    default: return place
    }
  }

  /// The word behind a place; empty where there is none.
  private static func next(_ words: [InstructionWord], _ place: Int) -> String {
    place + 1 < words.count && words[place + 1].kind == .word ? words[place + 1].text : ""
  }

  /// "The Perl programming language"
  private static func named(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard next(words, place) == "language", place > 0, words[place - 1].isWord([.tool]),
      !ofMany.contains(words[place - 1])
    else { return place }
    words.removeSubrange(place...(place + 1))
    guard place > 1, words[place - 2].text == "the" else { return place - 1 }
    words.remove(at: place - 2)
    return place - 2
  }

  /// "A Python application", "a Node.js 20 application": no application for a job.
  private static func app(_ words: inout [InstructionWord], at place: Int) -> Int {
    let before = place > 1 && words[place - 1].kind == .number ? place - 2 : place - 1
    guard before >= 0, words[before].isWord([.tool]) || before > 0 && isGo(words, before), ends(words, place + 1)
    else { return place }
    words[place] = .word("app")
    return place
  }

  /// "A Node 20 app" runs on Node.js; node 20 is one of a cluster.
  private static func node(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard place + 2 < words.count, words[place + 1].kind == .number,
      words[place + 2].text == "app" || words[place + 2].text == "application"
    else { return place }
    words[place] = .word("node.js")
    return place
  }

  /// "12 GiB expressed in MiB"
  private static func expressed(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard next(words, place) == "in", place > 1, words[place - 1].isWord([.unit]), words[place - 2].kind == .number
    else { return place }
    words.remove(at: place)
    return place
  }

  /// "Undo the commit but keep the changes"
  private static func kept(_ words: inout [InstructionWord], at place: Int) -> Int {
    let next = next(words, place)
    guard next == "keeping" || next == "keep" && words[place].text == "but", place > 1, place + 2 < words.count,
      // "I fixed it but keep getting the error"
      !words[place + 2].text.hasSuffix("ing")
    else { return place }
    if words[place - 1].kind == .pause { words.remove(at: place - 1) }
    guard let but = words[..<min(place + 1, words.count)].lastIndex(where: { ["but", "while"].contains($0.text) })
    else { return place }
    words[but] = .word("and")
    words[but + 1] = .word("keep")
    return place
  }

  private static func oneLiner(_ words: inout [InstructionWord], at place: Int) -> Int {
    let next = next(words, place)
    // "What is a bash one-liner for deleting files": one to delete them.
    if place == 4, words.prefix(2).map(\.text) == ["what", "is"], words[2].text == "a", words[3].isWord([.tool]),
      ["to", "that", "for"].contains(next)
    {
      words.removeSubrange(0..<3)
      return 1
    }
    // "A one-liner in bash that …"
    guard next == "in", place + 3 < words.count, words[place + 2].isWord([.tool]),
      ["to", "that", "for", "which"].contains(words[place + 3].text)
    else { return place }
    let tool = words[place + 2]
    words.removeSubrange((place + 1)...(place + 2))
    words.insert(tool, at: place)
    return place + 1
  }

  /// "A regex pattern for dates"
  private static func pattern(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard place > 0, words[place - 1].kind == .word, words[place - 1].text == "regex", ends(words, place + 1) else {
      return place
    }
    words.remove(at: place)
    return place - 1
  }

  /// "Optimize this query as a DBA would": as one.
  private static func acted(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard place > 3, words[place - 2].text == "a" || words[place - 2].text == "an", words[place - 3].text == "as",
      words[place - 1].kind == .word, ends(words, place + 1),
      // "Why does he act as a child would" asks for no act.
      !words[..<(place - 3)].contains(where: { $0.isWord([.howto]) || $0.kind == .word && questions.contains($0) })
    else { return place }
    words.remove(at: place)
    return place
  }

  /// "Five name ideas for a shop": five names. "Name ideas for a party" tells some.
  private static func ideas(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard place > 1, words[place - 1].text == "name", next(words, place) == "for",
      words[place - 2].kind == .number || words[place - 2].isWord([.number])
    else { return place }
    words.replaceSubrange((place - 1)...place, with: [.word("names")])
    return place - 1
  }

  /// "The top 10 largest files": who is largest is on top.
  private static func topmost(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard place + 2 < words.count, words[place + 1].kind == .number || words[place + 1].isWord([.number]),
      words[place + 2].kind == .word, superlatives.contains(words[place + 2]),
      // "The laptop top 5", "over the top 10"
      place < 2 || words[place - 1].text == "the" && !["over", "at", "on", "to"].contains(words[place - 2].text)
    else { return place }
    words.remove(at: place)
    return place
  }

  /// "A docstring in Google style"
  private static func styled(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard next(words, place) == "in", place + 3 < words.count, words[place + 3].text == "style",
      styles.contains(words[place + 2])
    else { return place }
    let style = [words[place + 2], words[place + 3], words[place]]
    words.replaceSubrange(place...(place + 3), with: style)
    return place + 2
  }

  /// Languages that are called as somebody or something else is: Julia need not be one.
  private static let ofMany = WordSet([
    "julia", "ada", "ruby", "pascal", "rust", "swift", "java", "go", "dart", "elm", "crystal", "c", "d", "r", "basic",
    "scratch", "scheme", "haskell", "python", "lua", "groovy", "processing", "logo", "eiffel", "racket", "scala",
    "clojure", "elixir", "simula", "icon", "delphi", "oberon", "mercury", "hack", "ring", "red", "apex",
  ])

  /// "Shorten this text to at most 100 words": shorten it, at most 100 words.
  private static func bounded(_ words: inout [InstructionWord], at place: Int) -> Int {
    var (start, number) = (place, place + 1)
    switch words[place].text {
    case "most": start = place - 1
    case "more": start = place - 1
    case "maximum": if start > 0, words[start - 1].text == "a" { start -= 1 }
    default: break
    }
    guard start > 2, words[start - 1].text == "to", number < words.count else { return place }
    if ["of", "than"].contains(words[number].text) { number += 1 }
    guard words[place].text != "most" || words[start].text == "at",
      words[place].text != "more" || words[start].text == "no",
      number + 1 < words.count, words[number].kind == .number || words[number].isWord([.number]),
      lengths.contains(words[number + 1])
    else { return place }
    words[start - 1] = InstructionWord(kind: .pause, text: ",")
    return place
  }

  private static let questions = WordSet([
    "how", "why", "what", "who", "when", "where", "does", "did", "do", "would", "treat",
  ])
  private static let superlatives = WordSet([
    "largest", "biggest", "smallest", "longest", "shortest", "highest", "lowest", "newest", "oldest", "heaviest",
    "slowest", "fastest",
  ])
  private static let lengths = WordSet(["words", "sentences", "characters", "lines", "paragraphs", "bullets"])

  /// "The cron schedule to run daily", "a cron expression that fires every day": the expression for every day.
  private static func scheduled(_ words: inout [InstructionWord], at place: Int) -> Int {
    guard place + 3 < words.count, words[place + 1].text == "expression" || words[place + 1].text == "schedule" else {
      return place
    }
    var rest = place + 2
    switch words[rest].text {
    case "to" where running.contains(words[rest + 1]): rest += 2
    case "that", "which":
      guard ["runs", "fires", "triggers"].contains(words[rest + 1].text) else { return place }
      rest += 2
    case "running", "for": rest += 1
    default: return place
    }
    guard rest < words.count else { return place }
    var first = words[rest]
    if ["daily", "hourly"].contains(first.text) { first = .word(first.text == "daily" ? "day" : "hour") }
    if !["every", "each", "daily", "hourly", "at", "on"].contains(words[rest].text), words[place + 2].text != "for" {
      return place
    }
    let every: [InstructionWord] =
      first == words[rest] ? [first.text == "each" ? .word("every") : first] : [.word("every"), first]
    words.replaceSubrange((place + 1)...rest, with: [.word("expression"), .word("for")] + every)
    return place + 2
  }

  /// "A Go application"
  private static func isGo(_ words: [InstructionWord], _ place: Int) -> Bool {
    words[place].kind == .word && words[place].text == "go" && words[place - 1].text == "a"
  }

  private static let running = WordSet(["run", "fire", "trigger"])

  /// "In the past hour", "from the past 24 hours": the past day may be the day before, and the past year no calendar year.
  private static func isSpan(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place > 1, words[place - 1].text == "the", before.contains(words[place - 2]), place + 1 < words.count else {
      return false
    }
    if words[place + 1].text == "hour" || words[place + 1].text == "minute" { return endsNow(words, place + 2) }
    guard words[place + 1].kind == .number || words[place + 1].isWord([.number]), place + 2 < words.count else {
      return false
    }
    return words[place + 2].kind == .word && spans.contains(words[place + 2]) && endsNow(words, place + 3)
  }

  /// Whether a span ends before a word that ends now: "the last 10 minutes of the film" do not.
  private static func endsNow(_ words: [InstructionWord], _ place: Int) -> Bool {
    ends(words, place) && (place >= words.count || words[place].text != "of")
  }

  private static let styles = WordSet(["google", "numpy", "sphinx", "epytext"])
  private static let before = WordSet(["from", "in", "within", "during", "over", "for", "of"])
  private static let spans = WordSet(["minutes", "hours", "days", "weeks", "months", "years"])

  /// Whether a noun ends before a word.
  private static func ends(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause || words[place].isWord([.prep, .and, .or, .relative])
      || words[place].text == "please" && place + 1 == words.count
  }
}
