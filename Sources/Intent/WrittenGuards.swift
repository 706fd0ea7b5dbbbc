/// Guards on what the reading of an instruction leaves out: letter case where it tells things apart, whose something is, tense,
/// how many are wanted, and small words where they are no fillers.
///
/// They see the words as they are written, and can only forbid.
enum WrittenGuards {
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (WrittenWords(a.text), WrittenWords(b.text))
    if let found = letterCase(left, right) ?? letterCase(right, left) { return found }
    if a.language != 1, let found = capitals(left, right) ?? capitals(right, left) { return found }
    if let found = tense(left, right) { return found }
    for guarded in [whose, oneAndMany, fillers, lengths, results] {
      if let found = guarded(left, right) ?? guarded(right, left) { return found }
    }
    return marks(left, right) ?? quantity(left, right) ?? order(left, right) ?? askedAbout(a, b)
  }

  // MARK: Letter case

  /// `-o` is not `-O`, and `Mb` not `MB`.
  private static func letterCase(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    for word in a.words where word.raw.hasPrefix("-") {
      let alike = b.words.filter { $0.lower == word.lower }
      if let other = alike.first, !alike.contains(where: { $0.raw == word.raw }) {
        return "'\(word.raw)' and '\(other.raw)'"
      }
    }
    let (left, right) = (units(a), units(b))
    return left == right || left.map { $0.lowercased() } != right.map { $0.lowercased() }
      ? nil : "units: \(left.joined(separator: ", ")) and \(right.joined(separator: ", "))"
  }

  /// The units that differ from others by nothing but letter case, in the writing that tells them apart.
  private static func units(_ text: WrittenWords) -> [String] {
    let found = text.words.compactMap { word -> String? in
      let unit = String(word.raw.drop { $0.isASCII && ($0.isNumber || $0 == ".") })
      return unitsByCase.contains(unit.lowercased()) || bytes.contains(unit.lowercased()) ? unit : nil
    }
    return found.map { unit in
      // Of bytes, small letters are taken for capitals, unless both are there: 5 mb are 5 MB, but 5 Mb are not.
      let isMixed = found.contains { $0 != unit && $0.lowercased() == unit.lowercased() }
      guard !isMixed, bytes.contains(unit.lowercased()) else { return unit }
      return unit.utf8.first.map(InstructionWords.isCapital) == true && unit.hasSuffix("b") ? unit : unit.uppercased()
    }
  }

  /// *Source:* the prefixes and units of the SI and of IEC 80000-13.
  private static let unitsByCase: Set = ["k", "m", "g", "t", "p", "mm", "mw", "mg", "pw", "mpa", "mv", "mj", "mhz"]
  private static let bytes: Set = ["kb", "mb", "gb", "tb", "pb"]

  /// A name by its capital is no common word: Turkey, Bill, Rust.
  private static func capitals(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    for (index, word) in a.words.enumerated() where !word.startsSentence && word.raw.utf8.count > 1 {
      guard let first = word.raw.utf8.first, InstructionWords.isLetter(first) else { continue }
      let others = b.words.indices.filter { b.words[$0].lower == word.lower }
      guard !others.isEmpty, !others.contains(where: { b.words[$0].isCapital == word.isCapital }),
        !others.contains(where: { b.words[$0].startsSentence })
      else { continue }
      if isClear(index, a), others.contains(where: { isClear($0, b) }) { continue }
      // Whoever writes everything small means names, too; and an abbreviation may be written so.
      let isCareless =
        word.raw.utf8.allSatisfy { !InstructionWords.isSmall($0) } || !a.hasCapitals || !b.hasCapitals
      if ambiguous.contains(word.lower) || !isCareless && !isKnown(word.lower) {
        return "'\(word.raw)' and '\(b.words[others[0]].raw)'"
      }
    }
    // A ruby is not Ruby.
    for (index, word) in a.words.enumerated() where ambiguous.contains(word.lower) && isThing(index, a) {
      let others = b.words.indices.filter { b.words[$0].lower == word.lower }
      if !others.isEmpty, !others.contains(where: { isThing($0, b) }) {
        return "'\(word.raw)' as a thing, and as a name"
      }
    }
    return nil
  }

  /// Whether what stands around a word says that it is a language or a tool: "in go", "a rust function".
  private static func isClear(_ index: Int, _ text: WrittenWords) -> Bool {
    if index > 0, ["in", "using", "with", "via"].contains(text.words[index - 1].lower) { return true }
    guard index + 1 < text.words.count else { return false }
    let next = text.words[index + 1].lower
    return ofTools.contains(next)
      || next.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true
  }

  private static func isThing(_ index: Int, _ text: WrittenWords) -> Bool {
    index > 0 && ["a", "an", "the"].contains(text.words[index - 1].lower) && !isClear(index, text)
      && !text.words[index].isCapital && isWhole(index, text)
  }

  private static func isKnown(_ word: String) -> Bool {
    var hash = PhraseHash()
    hash.add(word.utf8)
    return Lexicon.shared.knows(hash.value, in: 0)
  }

  /// What is said of languages and tools alone.
  private static let ofTools: Set = [
    "function", "functions", "script", "scripts", "code", "program", "programs", "class", "method", "snippet",
    "project",
    "module", "package", "library", "list", "dict", "dictionary", "string", "array", "error", "exception", "traceback",
    "query", "database", "table", "server", "config", "configuration", "developer", "project", "macro", "formula",
    "spreadsheet", "document", "app", "api", "syntax", "version", "one-liner", "command", "tutorial", "unit", "regex",
  ]

  /// Words that are names of people, places, firms or tools, and something else besides.
  private static let ambiguous: Set = [
    "python", "java", "swift", "rust", "go", "ruby", "oracle", "apache", "basic", "julia", "dart", "flutter", "word",
    "excel",
    "access", "spark", "express", "windows", "elixir", "crystal", "target", "visa", "office", "teams", "meta",
    "alphabet", "slack", "zoom", "discord", "signal", "notion", "apple", "amazon", "mercury", "china", "turkey", "may",
    "march",
    "august", "mark", "bill", "will", "rose", "grace", "hope", "art", "frank", "jack", "bob", "pat", "sue", "rich",
    "chase",
    "drew", "polish", "safari", "chrome", "edge", "square", "stripe", "gap", "jaguar", "puma", "nice",
    "reading",
    "bath", "cork", "orange", "phoenix", "mobile", "lancaster", "jersey", "guinea", "chad", "jordan", "georgia",
    "hungary",
    "greece", "wales", "victoria", "dawn", "iris", "ivy", "lily", "joy", "faith", "guy", "nick", "rob", "gene", "dean",
    "earl", "duke", "buddy", "ray", "sandy", "penny", "olive", "ginger", "pepper", "april", "june",
  ]

  // MARK: Whose

  /// His letter is not her letter. What is mine may go without saying.
  private static func whose(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    for word in ["his", "her", "their", "your", "my", "our"] where a.contains(word) && !b.contains(word) {
      let others = ["his", "her", "their", "your", "my", "our"].filter { b.contains($0) && !a.contains($0) }
      if let other = others.first { return "'\(word)' and '\(other)'" }
      if ["his", "her"].contains(word) { return "only one of them says '\(word)'" }
    }
    // A letter to me is no letter to anybody; but "explain it to me" is "explain it".
    for who in ["me", "us"] where isAddressed(to: who, a) && !isAddressed(to: who, b) {
      if ["write", "draft", "compose", "send", "reply"].contains(where: a.contains) {
        return "only one of them is to \(who)"
      }
    }
    return nil
  }

  private static func isAddressed(to who: String, _ text: WrittenWords) -> Bool {
    text.words.indices.dropFirst().contains { text.words[$0].lower == who && text.words[$0 - 1].lower == "to" }
  }

  // MARK: Tense

  /// "When was it" is not "when is it", nor "what caused it" "what causes it".
  private static func tense(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    func says(_ text: WrittenWords, _ words: Set<String>) -> Bool { text.words.contains { words.contains($0.lower) } }
    let past: Set = ["was", "were", "did", "had"]
    let present: Set = ["is", "are", "does", "do", "has"]
    if says(a, past), !says(a, present), says(b, present), !says(b, past) { return "the tense" }
    if says(b, past), !says(b, present), says(a, present), !says(a, past) { return "the tense" }
    for (one, other) in [(a, b), (b, a)] {
      guard let opener = one.words.first?.lower, questions.contains(opener) else { continue }
      for word in one.words.dropFirst().prefix(3) where word.lower.hasSuffix("ed") && !other.contains(word.lower) {
        let stem = String(word.lower.dropLast(2))
        if other.contains(stem + "s") || other.contains(stem + "es") { return "the tense" }
      }
    }
    return nil
  }

  private static let questions: Set = ["what", "who", "which", "when", "where", "why", "how"]

  // MARK: How many

  /// An idea is not ideas, where that is what is to be given.
  private static func oneAndMany(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    for (index, word) in a.words.enumerated() where isWhole(index, a) {
      let many = manyOf[word.lower].map { [$0] } ?? plurals(of: word.lower)
      guard let plural = many.first(where: b.contains), !a.contains(plural), !b.contains(word.lower) else { continue }
      func before(_ count: Int) -> String { index >= count ? a.words[index - count].lower : "" }
      // The article may stand before a quality.
      let isOne = [1, 2].contains { count in
        ["a", "an"].contains(before(count)) && (index == count || givers.contains(before(count + 1)))
      }
      let isNamed = manyOf[word.lower] != nil && ["the", "which", "this", "that", "a"].contains(before(1))
      if isOne || isNamed { return "'\(word.lower)' and '\(plural)'" }
    }
    return nil
  }

  /// Whether no other noun follows that a word belongs to.
  private static func isWhole(_ index: Int, _ text: WrittenWords) -> Bool {
    index + 1 == text.words.count || text.words[index + 1].startsPart || followers.contains(text.words[index + 1].lower)
  }

  private static let followers: Set = [
    "about", "for", "of", "on", "in", "to", "with", "from", "that", "which", "who", "at", "by", "please", "is", "are",
    "using",
  ]
  private static let givers: Set = [
    "write", "give", "me", "us", "suggest", "recommend", "make", "create", "generate", "draft", "need", "want",
    "propose",
    "list", "name", "show", "provide", "compose", "like", "find",
  ]

  private static func plurals(of word: String) -> [String] {
    guard word.utf8.count > 2, word.utf8.allSatisfy(InstructionWords.isLetter) else { return [] }
    return word.hasSuffix("y") ? [word.dropLast() + "ies", word + "s"] : [word + "s", word + "es"]
  }

  private static let manyOf = ["person": "people", "child": "children", "man": "men", "woman": "women"]

  /// "Any" errors are not "all" errors.
  private static func quantity(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    let all = ["all", "every", "each"]
    func saysAny(_ text: WrittenWords) -> Bool { text.contains("any") && !all.contains(where: text.contains) }
    func saysAll(_ text: WrittenWords) -> Bool { !text.contains("any") && all.contains(where: text.contains) }
    return saysAny(a) && saysAll(b) || saysAll(a) && saysAny(b) ? "'any' and 'all'" : nil
  }

  // MARK: Small words

  /// Words that mean nothing at the edge of a request, and something in the middle of it: the get method, a well, to quickly sort.
  private static func fillers(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    for (index, word) in a.words.enumerated() where fillerWords.contains(word.lower) && !word.startsPart {
      guard a.count(of: word.lower) > b.count(of: word.lower) else { continue }
      let before = index > 0 ? a.words[index - 1].lower : ""
      let isLast = index + 1 == a.words.count
      let isNamed =
        ["the", "a", "an"].contains(before)
        || word.lower != "how" && ["about", "of", "on", "for", "with", "does"].contains(before)
      let isManner = adverbs.contains(word.lower) && before == "to"
      let isObject = isLast && !["quickly", "simply", "here", "also"].contains(word.lower)
      let isQuality = qualities.contains(word.lower) && !isLast && index > 0
      if isNamed || isManner || isObject || isQuality { return "only one of them says '\(word.lower)'" }
    }
    return nil
  }

  private static let adverbs: Set = ["quickly", "simply", "just", "also", "well"]
  private static let qualities: Set = ["required", "wanted", "requested", "being"]
  private static let fillerWords: Set = [
    "get", "gets", "got", "maybe", "perhaps", "well", "here", "how", "being", "been", "quickly", "simply", "also",
    "required",
    "wanted", "requested",
  ]

  /// "Summarise 3 sentences" is no length, as "summarise in 3 sentences" is.
  private static func lengths(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    func isObject(_ text: WrittenWords, _ index: Int) -> Bool {
      index > 0 && worksOn.contains(text.words[index - 1].lower)
    }
    for (index, word) in a.words.enumerated() where isObject(a, index) {
      guard index + 1 < a.words.count, lengthUnits.contains(a.words[index + 1].lower),
        word.raw.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
      else { continue }
      let others = b.words.indices.filter { b.words[$0].lower == word.lower }
      if !others.isEmpty, !others.contains(where: { isObject(b, $0) }) { return "what the number counts" }
    }
    return nil
  }

  private static let worksOn: Set = [
    "summarize", "summarise", "translate", "rewrite", "shorten", "expand", "explain", "correct", "fix", "the", "these",
    "those",
  ]
  private static let lengthUnits: Set = [
    "sentence", "sentences", "word", "words", "paragraph", "paragraphs", "line", "lines", "page", "pages", "bullets",
  ]

  /// A function that prints is not one that returns.
  private static func results(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    func says(_ text: WrittenWords, _ stem: String) -> Bool {
      [stem, stem + "s", stem + "ing", stem + "ed"].contains(where: text.contains)
    }
    return says(a, "print") && !says(a, "return") && says(b, "return") && !says(b, "print")
      ? "'print' and 'return'" : nil
  }

  // MARK: Marks and order

  private static func marks(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    if a.marks != b.marks, a.marks.sorted() != b.marks.sorted() { return "the signs" }
    if !a.brackets.isEmpty, !b.brackets.isEmpty, a.brackets.sorted() != b.brackets.sorted() {
      return "what stands in brackets"
    }
    return nil
  }

  /// The last column of all tables, and all columns of the last table: the same words but for their endings.
  private static func order(_ a: WrittenWords, _ b: WrittenWords) -> String? {
    func stems(_ text: WrittenWords) -> [String] {
      text.words.map { $0.lower.utf8.count > 3 && $0.lower.hasSuffix("s") ? String($0.lower.dropLast()) : $0.lower }
    }
    let (left, right) = (stems(a), stems(b))
    guard left.count == right.count, left != right, left.sorted() == right.sorted() else { return nil }
    let isRotation = left.indices.contains { left[$0...] + left[..<$0] == right[...] }
    return isRotation ? nil : "the same words in another order"
  }

  // MARK: What is asked about

  /// Where a word itself is asked about, no other word stands for it: what delete does is not what remove does.
  private static func askedAbout(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard a.asksAbout || b.asksAbout else { return nil }
    // The option -z is the flag -z.
    let namesOption = a.identifiers.contains { $0.hasPrefix("-") }
    for (name, surface) in a.surfaces where !(namesOption && name == "option") {
      let others = b.surfaces.filter { $0.name == name }.map(\.surface)
      guard let other = others.first, !others.contains(where: { isSameWord($0, surface) }) else { continue }
      return "'\(surface)' and '\(other)'"
    }
    return nil
  }

  /// Whether two words are one with another ending or another spelling.
  private static func isSameWord(_ a: String, _ b: String) -> Bool {
    let (left, right) = (a.utf8.filter { $0 != UInt8(ascii: "-") }, b.utf8.filter { $0 != UInt8(ascii: "-") })
    let common = zip(left, right).prefix { $0 == $1 }.count
    return common >= min(4, min(left.count, right.count))
  }
}
