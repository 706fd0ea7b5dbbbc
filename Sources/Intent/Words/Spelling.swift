/// One spelling for words that are spelt in several ways, by rule or by a slip of the keyboard.
///
/// What is right is left alone, so that `causal` is not `casual`: a slip is seen only in what no list of words or names has, and
/// only where one common word alone is within one letter that was left out, doubled or swapped with its neighbour. Nor is anything
/// changed in a text that says both, or that is about spelling.
enum Spelling {
  /// Words shorter than this are as they are, unless they are listed; so are longer ones than any word is.
  private static let minimumLength = 4
  static let maximumLength = 24
  /// A text of more strange words than this is left as it is.
  private static let mostStrange = 32

  /// Whether a word is to be looked at. Most are known, and asked for by their hash alone.
  static func mayBeStrange(_ word: InstructionWord) -> Bool {
    let length = word.text.utf8.count
    if length > maximumLength { return false }
    if length < minimumLength { return length == 3 && shortSlips.contains(word) }
    return !(Lexicon.shared.form(word.hash)?.isKnown ?? false)
  }

  private static let shortSlips = WordSet(["teh", "hte", "giv", "yuo"])

  /// Puts the words at some places of a text into the one spelling.
  ///
  /// - Parameters:
  ///   - words: those of the text.
  ///   - places: where words stand that the lexicon does not know, and that are no names.
  static func correct(_ words: inout [InstructionWord], at places: [Int]) {
    if places.count > mostStrange || says(words, aboutSpelling) { return }
    let written = words
    var unclear: [Int] = []
    var (slips, isCareless) = (false, false)
    let isData = says(words, inData)
    // The Labour Party is another one than the Labor Party.
    let isPolitics = says(words, politics)
    for place in places {
      let letters = Array(written[place].text.utf8)
      var right: String?
      if let short = ShortSlips.meant(in: written, at: place) {
        (right, isCareless) = (short, true)
      } else if !isPolitics, !isData || place == 0, let american = american(letters) {
        // "Label it cancelled", "the folder catalogue"
        if NamePlaces.isOne(written, place) || WrittenWords.isSpoken(written, place) { continue }
        right = String(decoding: american, as: UTF8.self)
      } else if case let isWord = KnownWords.shared.isWord(letters), !isWord || UsualMisspellings.has(letters) {
        right =
          ExactWords.has(words, at: place)
          ? nil
          : ((isWord ? nil : meant(by: letters)) ?? UsualMisspellings.meant(by: letters, in: words, at: place)).map {
            String(decoding: $0, as: UTF8.self)
          }
        if isWord, right == nil { continue }
        if right == nil { unclear.append(place) } else { (slips, isCareless) = (true, true) }
      }
      guard let right else { continue }
      let word = InstructionWord(kind: .word, text: right)
      if !written.contains(word) || ShortSlips.isArticle(written, at: place) { words[place] = word }
    }
    // Who makes one slip makes more.
    for place in unclear where isCareless && !ExactWords.has(words, at: place) {
      guard let letters = meant(by: Array(written[place].text.utf8), amongOthers: true) else { continue }
      let word = InstructionWord(kind: .word, text: String(decoding: letters, as: UTF8.self))
      if !written.contains(word) { words[place] = word }
    }
    let strange = unclear.count { words[$0] == written[$0] }
    // A text in another language is full of words that no list has.
    if slips, strange * 2 > written.count(where: { $0.kind == .word }) || ConceptReader.language(of: words) != 0 {
      words = written
    }
    // What it is about may show only now.
    if places.contains(where: { isAboutSpelling(words, $0) }) { words = written }
    let isTranslated = says(words, translating)
    for place in places where words[place] != written[place] {
      let isKept =
        isTranslated
        ? !Lexicon.shared.knows(words[place].hash)
        : isNamed(words, place) && !isTask(words[place], in: words, at: place)
      if isKept { words[place] = written[place] }
    }
    ShortSlips.splitContractions(&words, at: places)
  }

  /// "How does speling work", but not "list the speling mistakes".
  private static func isAboutSpelling(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard aboutSpelling.contains(words[place]) else { return false }
    let next = place + 1 < words.count ? words[place + 1].text : ""
    return words[place].text != "spelling" || next != "mistakes" && next != "errors"
  }

  static func says(_ words: [InstructionWord], _ set: WordSet) -> Bool {
    words.contains { $0.kind == .word && set.contains($0) }
  }

  /// Whether a word may be a name of code, a column or a file: it stands beside a word for such.
  private static func isNamed(_ words: [InstructionWord], _ place: Int) -> Bool {
    if place == 0 || naming.contains(words[place]) || inCode.contains(words[place]) || isDescribed(words, place) {
      return false
    }
    return says(words, inCode) || words[place - 1].text == "word"
      || words[max(0, place - 2)..<min(words.count, place + 3)].contains { $0.kind == .word && naming.contains($0) }
  }

  /// Whether a word can name nothing there: "a junior developer", "a bash script that", "larger than".
  private static func isDescribed(_ words: [InstructionWord], _ place: Int) -> Bool {
    let next = place + 1 < words.count ? words[place + 1] : nil
    if let next, next.kind == .word, naming.contains(next) || calling.contains(next) { return false }
    if let next, next.text == "than" { return true }
    let before = words[place - 1]
    guard before.kind == .word, !naming.contains(before), !calling.contains(before) else { return false }
    if before.text == "a" || before.text == "an" { return true }
    let isOfOne = place > 1 && (words[place - 2].text == "a" || words[place - 2].text == "an")
    if isOfOne, Lexicon.shared.knows(before.hash) { return true }
    // "An awk command to …": what is to be written, and what it does.
    return programs.contains(words[place]) && (next.map { opensDeed.contains($0) || $0.kind == .pause } ?? true)
  }

  private static let programs = WordSet([
    "command", "commands", "script", "scripts", "program", "programs", "statement", "statements", "expression",
    "one-liner", "snippet", "filter", "functions", "methods",
  ])
  private static let opensDeed = WordSet(["that", "which", "to", "for"])

  // MARK: What the lexicon takes for one

  /// A word of one text that the other one spells otherwise, where it counts how words are spelt.
  static func disagreement(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    guard counts(in: a) || counts(in: b) else { return nil }
    let isAbout = [a, b].contains(where: isAbout)
    return spelt(a, b, isAbout) ?? spelt(b, a, isAbout)
  }

  /// Whether it may count how words of a text are spelt.
  static func counts(in words: [InstructionWord]) -> Bool { says(words, anyOfThese) }

  private static func isAbout(_ words: [InstructionWord]) -> Bool { says(words, aboutSpelling) || says(words, calling) }

  private static func spelt(_ one: [InstructionWord], _ other: [InstructionWord], _ isAbout: Bool) -> String? {
    for (place, word) in one.enumerated() where word.kind == .word && !other.contains(word) {
      let letters = Array(word.text.utf8)
      guard letters.count >= minimumLength, letters.count <= maximumLength,
        letters.allSatisfy(InstructionWords.isSmall),
        isAbout || isNamed(one, place) || place > 0 && says(one, inData) && american(letters) != nil,
        case let american = american(letters),
        let meant = american ?? (KnownWords.shared.isWord(letters) ? nil : meant(by: letters, amongOthers: true))
      else { continue }
      let right = InstructionWord(kind: .word, text: String(decoding: meant, as: UTF8.self))
      let isSpelling = american != nil && place > 0 && !isOrder(right, in: one, at: place)
      if other.contains(right), isAbout || isSpelling || !isTask(right, in: one, at: place) {
        return "how '\(right.text)' is spelt"
      }
    }
    return nil
  }

  /// Whether a word tells what to do, or holds a sentence together.
  private static func isTask(_ word: InstructionWord, in words: [InstructionWord], at place: Int) -> Bool {
    let before = place > 0 ? words[place - 1] : nil
    var (isTask, isOther) = (false, false)
    Lexicon.shared.forEachReading(word.hash) { reading in
      switch reading.kind {
      case .thing, .quality, .unit, .work, .audience, .tone: break
      case .verb, .give: if reading.language == 0 { isTask = true }
      default: if reading.language == 0 { isOther = true }
      }
    }
    // "Rename the function updtae"
    if isOther || isTask, isOther || !(before.map(inSource.contains) ?? false) { return true }
    if place + 1 < words.count, isObject(words[place + 1]) { return isTask || isVerbAlone(word) }
    // "Drop the column deleted": what stands bare behind a word for names is one.
    if let before, before.kind == .word, naming.contains(before) || calling.contains(before) || before.text == "select"
    {
      return false
    }
    return isVerbAlone(word)
  }

  /// "Act as a DBA and optimize this query": nobody's data is followed by what is pointed at.
  private static func isOrder(_ word: InstructionWord, in words: [InstructionWord], at place: Int) -> Bool {
    guard place + 1 < words.count, pointing.contains(words[place + 1]),
      words[place - 1].kind == .pause || ["and", "please", "you"].contains(words[place - 1].text)
    else { return false }
    return isTask(word, in: words, at: place)
  }

  private static let pointing = WordSet(["this", "these", "the", "my", "our", "following", "it"])

  private static let inSource = WordSet([
    "function", "method", "column", "branch", "variable", "field", "class", "rename",
  ])

  /// Whether a word can only be what is done something to: "the function returns nothing".
  private static func isObject(_ word: InstructionWord) -> Bool {
    if word.kind != .word { return word.kind != .pause }
    var (isThing, isOther) = (false, false)
    Lexicon.shared.forEachReading(word.hash) { reading in
      guard reading.language == 0 else { return }
      if [.thing, .work, .det, .number, .payload, .unit].contains(reading.kind) {
        isThing = true
      } else {
        isOther = true
      }
    }
    return isThing && !isOther || objects.contains(word)
  }

  private static let objects = WordSet(["nothing", "null", "none", "nil", "true", "false", "zero"])

  /// "Deletes", "replacing": another form of what is a verb and no thing.
  private static func isVerbAlone(_ word: InstructionWord) -> Bool {
    var (isVerb, isThing) = (false, false)
    Inflection.forEachStem(word.text, after: PhraseHash()) { stem, _ in
      Lexicon.shared.forEachReading(stem.value) { reading in
        guard reading.language == 0 else { return }
        if reading.kind == .verb || reading.kind == .give { isVerb = true } else { isThing = true }
      }
      return false
    }
    return isVerb && !isThing
  }

  /// Beside one of these, a word may be a name of code, a column or a file, which is as it is written.
  static let naming = WordSet(namingWords)
  private static let namingWords = [
    "column", "columns", "field", "fields", "variable", "variables", "key", "keys", "table", "tables", "tag", "tags",
    "header", "headers", "property", "properties", "attribute", "attributes", "parameter", "parameters", "argument",
    "arguments", "flag", "flags", "file", "files", "filename", "folder", "folders", "directory",
    "directories", "url", "urls", "path", "paths", "class", "id", "ids", "identifier", "identifiers",
    "alias", "namespace", "package", "packages", "module", "branch", "branches", "database", "enum",
    "domain", "username", "called", "named", "function", "method",
    "constant", "rename",
  ]

  /// In a text that says one of these, any word may be one.
  private static let inCode = WordSet(inCodeWords)
  private static let inCodeWords = ["sql", "query", "css", "schema", "select", "column", "columns"]

  /// In a text that says one of these, words may be keys of the answer, which a program looks for by their spelling.
  private static let inData = WordSet(inDataWords)
  private static let inDataWords = [
    "json", "yaml", "csv", "xml", "toml", "tsv", "jsonl", "regex", "code", "python", "javascript", "html", "bash",
    "function", "functions", "method", "methods", "script", "scripts", "program", "api",
  ]

  private static let politics = WordSet([
    "party", "parties", "government", "governments", "minister", "ministers", "election", "elections", "politics",
    "mp", "mps", "senator", "senators", "parliament",
  ])

  /// What follows is a name.
  static let calling = WordSet(callingWords)
  private static let callingWords = ["called", "named", "titled", "labeled", "labelled", "tagged"]

  /// In a text that says one of these, it counts how a word is written.
  static let aboutSpelling = WordSet(aboutSpellingWords)
  private static let aboutSpellingWords = [
    "spell", "spells", "spelled", "spelt", "spelling", "spellings", "misspell", "misspelled", "misspelt",
    "misspelling", "misspellings", "typo", "typos", "spellcheck", "spellchecker", "proofread", "orthography",
    "letter-by-letter", "rhyme", "rhymes", "anagram", "anagrams", "palindrome", "palindromes", "syllable", "syllables",
    "vowel", "vowels", "consonant", "consonants", "pronounce", "pronounced", "pronunciation", "etymology",
    "hyphenate", "british", "american", "canadian", "australian", "autocorrect", "correct", "corrects", "corrected",
    "correction", "corrections", "regex", "regexp", "grep", "sed", "underline", "underlined",
    "underlines",
    "substring", "letters", "characters",
  ]

  private static let translating = WordSet(translatingWords)
  private static let translatingWords = [
    "translate", "translates", "translation", "translated", "mean", "means", "meaning",
  ]

  /// All of them: where none is said, it counts nowhere.
  private static let anyOfThese = WordSet(
    aboutSpellingWords + translatingWords + namingWords + inCodeWords + inDataWords + callingWords + ["word"])

  // MARK: Slips

  /// The one common word that a word is a slip of; `nil` when there is none or more than one.
  ///
  /// - Parameter amongOthers: whether the text has another slip.
  static func meant(by word: [UInt8], amongOthers: Bool = false) -> [UInt8]? {
    guard word.count >= minimumLength, word.count <= maximumLength else { return nil }
    var search = SlipSearch(word)
    return search.found(amongOthers: amongOthers)
  }

  // MARK: British and American

  /// The American spelling of a British one; `nil` for all other words.
  static func american(_ word: [UInt8]) -> [UInt8]? {
    guard word.count >= minimumLength else { return nil }
    if let word = listed[String(decoding: word, as: UTF8.self)] { return Array(word.utf8) }
    guard word.count >= 5, mayBeBritish(word), !word.starts(with: "timbre".utf8) else { return nil }
    let found =
      ending(word, from: "is", to: "iz", before: iseEndings, least: 7) ?? ending(
        word, from: "ys", to: "yz", before: iseEndings, least: 7)
      ?? ending(word, from: "tr", to: "ter", before: ["e", "es", "ed"], least: 5)
      ?? ending(word, from: "br", to: "ber", before: ["e", "es"], least: 5)
      ?? ending(word, from: "our", to: "or", before: ourEndings, least: 5)
    if let found, KnownWords.shared.use(PhraseHash(found[...])) >= .listed { return found }
    return singleL(word) ?? diphthong(word)
  }

  /// Whether it has the letters of a British spelling. Most words have none, and this tells so first.
  private static func mayBeBritish(_ word: [UInt8]) -> Bool {
    var before: UInt8 = 0
    for letter in word {
      switch (before, letter) {
      case (UInt8(ascii: "i"), UInt8(ascii: "s")), (UInt8(ascii: "y"), UInt8(ascii: "s")),
        (UInt8(ascii: "t"), UInt8(ascii: "r")), (UInt8(ascii: "b"), UInt8(ascii: "r")),
        (UInt8(ascii: "o"), UInt8(ascii: "u")), (UInt8(ascii: "l"), UInt8(ascii: "l")),
        (UInt8(ascii: "a"), UInt8(ascii: "e")), (UInt8(ascii: "o"), UInt8(ascii: "e")):
        return true
      default: before = letter
      }
    }
    return false
  }

  private static let iseEndings = ["e", "es", "ed", "ing", "er", "ers", "ation", "ations", "able", "ational"]
  private static let ourEndings = [
    "", "s", "ed", "ing", "er", "ers", "ite", "ites", "able", "ably", "ful", "fully", "less", "al", "ally", "ist",
    "ists",
    "hood", "hoods", "ly", "ation", "ing's", "y",
  ]

  /// With one ending for another, where what follows is one of those that may.
  private static func ending(
    _ word: [UInt8], from old: String, to new: String, before rests: [String], least: Int
  ) -> [UInt8]? {
    if word.count < least { return nil }
    for rest in rests {
      let whole = Array((old + rest).utf8)
      guard word.count > whole.count, word[(word.count - whole.count)...].elementsEqual(whole) else { continue }
      let stem = Array(word[..<(word.count - whole.count)])
      if old == "our", isKept(stem) { return nil }
      // "Centre" loses its last letter, "centred" its second one.
      let tail = old.hasSuffix("r") && old.utf8.count == 2 ? String(rest.dropFirst()) : rest
      let ending = new + (old == "tr" && rest == "ed" ? "ed" : tail)
      return stem + Array(ending.utf8)
    }
    return nil
  }

  /// Stems whose -our is another word than their -or, or no British spelling: hour, flour, tour.
  private static func isKept(_ stem: [UInt8]) -> Bool {
    ["fl", "sc", "cont", "det", "vel", "f", "h", "t", "p", "y", "s", "d", "l", "tamb", "param", "am", "st", "dev", "c"]
      .contains(String(decoding: stem, as: UTF8.self))
  }

  /// "Cancelled", "traveller": one l after a stem of two syllables.
  private static func singleL(_ word: [UInt8]) -> [UInt8]? {
    for rest in ["ed", "ing", "er", "ers", "or", "ors", "ings"] {
      let whole = Array(("ll" + rest).utf8)
      guard word.count >= whole.count + 3, word[(word.count - whole.count)...].elementsEqual(whole) else { continue }
      let stem = Array(word[..<(word.count - whole.count + 1)])
      guard stem.count(where: isVowel) >= 2, KnownWords.shared.isCommon(PhraseHash(stem[...])) else { return nil }
      let found = stem + Array(rest.utf8)
      return KnownWords.shared.use(PhraseHash(found[...])) >= .listed ? found : nil
    }
    return nil
  }

  private static func isVowel(_ letter: UInt8) -> Bool { "aeiou".utf8.contains(letter) }

  /// "Encyclopaedia", "oestrogen".
  private static func diphthong(_ word: [UInt8]) -> [UInt8]? {
    guard word.count >= 7 else { return nil }
    for index in 1..<word.count
    where word[index] == UInt8(ascii: "e")
      && (word[index - 1] == UInt8(ascii: "a") || word[index - 1] == UInt8(ascii: "o"))
    {
      var found = word
      found.remove(at: index - 1)
      if KnownWords.shared.isCommon(PhraseHash(found[...])) { return found }
    }
    return nil
  }

  /// Spellings that follow no rule. What a British word means that is spelt otherwise is another word: a programme, a tyre, a
  /// cheque, a storey, a prologue.
  private static let listed: [String: String] = [
    "grey": "gray", "greys": "grays", "greyish": "grayish", "mould": "mold", "moulds": "molds", "mouldy": "moldy",
    "plough": "plow", "ploughs": "plows", "moustache": "mustache", "moustaches": "mustaches", "pyjamas": "pajamas",
    "aluminium": "aluminum", "ageing": "aging", "judgement": "judgment", "judgements": "judgments",
    "acknowledgement": "acknowledgment", "acknowledgements": "acknowledgments", "jewellery": "jewelry",
    "enrolment": "enrollment", "enrolments": "enrollments", "enrol": "enroll", "fulfil": "fulfill",
    "fulfils": "fulfills", "fulfilment": "fulfillment", "skilful": "skillful", "skilfully": "skillfully",
    "wilful": "willful", "wilfully": "willfully", "instalment": "installment", "instalments": "installments",
    "sceptic": "skeptic", "sceptics": "skeptics", "sceptical": "skeptical", "scepticism": "skepticism",
    "artefact": "artifact", "artefacts": "artifacts", "cosy": "cozy", "practise": "practice", "practised": "practiced",
    "practising": "practicing", "practises": "practices", "licence": "license", "licences": "licenses",
    "defence": "defense", "defences": "defenses", "offence": "offense", "offences": "offenses", "pretence": "pretense",
    "catalogue": "catalog", "catalogues": "catalogs", "catalogued": "cataloged", "cataloguing": "cataloging",
    "dialogue": "dialog", "dialogues": "dialogs", "analogue": "analog", "analogues": "analogs",
    "manoeuvre": "maneuver", "manoeuvres": "maneuvers", "chequered": "checkered", "doughnut": "donut",
    "doughnuts": "donuts", "encyclopaedia": "encyclopedia", "meagre": "meager",
    "sulphur": "sulfur", "sulphate": "sulfate", "marvellous": "marvelous", "woollen": "woolen",
  ]
}
