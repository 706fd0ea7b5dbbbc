/// Requests that play with a word: an acrostic, a pun, its score, its short form, what is a plural of it. There another word for the same
/// thing is another word.
enum LetterPlay {
  /// Adds the names in such a text as they are written, in order.
  static func add(to senses: inout [String], in facts: GuardFacts) {
    let words = facts.said
    if isPlay(words) {
      for concept in facts.concepts where concept.word.kind == .word {
        if concept.may(.thing) || concept.may(.tool) || concept.may(.unit) || concept.may(.quality)
          || concept.may(.format) || concept.may(.language) || concept.may(.audience)
        {
          senses.append(concept.surface)
        }
      }
    }
    if kinds.isSaid(in: words) {
      for word in words where word.kind == .word && doubles.contains(word) { senses.append(word.text) }
    }
  }

  /// "Short form of …", but not "fill in the short form".
  private static func isPlay(_ words: [InstructionWord]) -> Bool {
    guard let place = words.firstIndex(where: isOne) else { return false }
    let next = place + 1 < words.count ? words[place + 1].text : ""
    switch words[place].text {
    case "short", "long": return next == "form"
    case "expand":
      return words.count < 5 || next == "the" && place + 2 < words.count && terms.contains(words[place + 2])
    case "sign": return next == "language"
    case "tongue": return next == "twister" || next == "twisters"
    case "ascii": return next == "art"
    case "british": return next == "or"
    case "gender": return next == "of"
    case "stock": return next == "ticker"
    case "initials", "palindrome": return next == "of" || next == "for" || next == "with"
    case "word": return next == "search"
    case "domain": return next == "names" || next == "name"
    case "shorten": return words.count < 4
    default: return true
    }
  }

  private static func isOne(_ word: InstructionWord) -> Bool {
    word.kind == .word ? plays.contains(word) : word.kind == .code && cases.contains(word)
  }

  private static let cases = WordSet(["camelCase", "PascalCase", "snake_case", "kebab-case"])
  private static let terms = WordSet(["abbreviation", "acronym", "short", "contraction"])
  private static let plays = WordSet([
    "acrostic", "acrostics", "scrabble", "crossword", "crosswords", "tongue", "pun", "puns", "palindrome",
    "palindromes",
    "ascii", "short", "long", "expand", "camelcase", "slug", "slugs", "initials", "cipher", "numerology", "british",
    "hyphenated", "gender", "rhyming", "rhyme", "rhymes", "mnemonic", "mnemonics", "wordplay", "stock", "sign",
    "anagram", "anagrams", "homophone", "homophones", "etymology", "synonym", "synonyms", "antonym", "antonyms",
    "kebab-case", "snake_case", "pascalcase", "shorten", "braille", "slang", "word", "domain", "hashtag", "hashtags",
    "limerick", "limericks",
  ])
  /// Where kinds or two things are set side by side.
  private static let kinds = WordSet([
    "types", "type", "kinds", "kind", "vs", "versus", "compare", "difference", "differences",
  ])
  /// Nouns of which many are another thing.
  private static let doubles = WordSet(
    [
      "air", "airs", "arm", "arms", "art", "arts", "bowl", "bowls", "brain", "brains", "chip", "chips", "cloth",
      "cloths", "compass", "compasses", "credit", "credits", "custom", "customs", "damage",
      "damages", "dart", "darts", "draught", "draughts", "economic", "economics", "ethic", "ethics", "force", "forces",
      "fund", "funds", "future", "futures", "glass", "glasses", "green", "greens", "gut", "guts",
      "interest", "interests", "iron", "irons", "jean", "jeans", "letter", "letters", "manner",
      "manners", "minute", "minutes", "option", "options", "pain", "pains", "people", "peoples",
      "premise", "premises", "quarter", "quarters", "remain", "remains", "right", "rights", "saving", "savings",
      "scale", "scales", "security", "securities", "spectacle", "spectacles", "spirit", "spirits",
      "stock", "stocks", "term", "terms", "water", "waters", "wood", "woods",
    ])
}
