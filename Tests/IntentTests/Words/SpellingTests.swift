import Testing

@testable import Intent

/// One spelling for several, and what is never taken for a slip.
@Suite struct SpellingTests {
  private func words(_ text: String) -> String { InstructionWords(text).words.map(\.text).joined(separator: " ") }

  @Test(arguments: [
    ("explain this paragarph", "explain this paragraph"), ("list the nubmers", "list the numbers"),
    ("a stong pasword for a smal shop", "a strong password for a small shop"),
    ("explain betwen", "explain between"), ("teh proces", "the process"),
    ("write a darft of teh report", "write a draft of the report"),
    ("Waht is this", "what is this"), ("list the custmers", "list the customers"),
    ("suport the plan", "support the plan"),
    ("why dont they pay", "why do not they pay"),
  ])
  func slipsAreForgiven(written: String, meant: String) { #expect(words(written) == meant) }

  /// Words, names and jargon are what they are, and so is what could be two words.
  @Test(arguments: [
    "explain cidr", "explain umask", "explain perl and cron", "a causal effect", "a martial art", "explain ethanal",
    "explain deno",
    "the trail of the angel", "explain boto", "a diary", "explain kubectl", "dockerfiles and healthchecks", "reindexed",
    "explain solr", "explain memoization", "a carless life", "what is foss", "explain adn", "the reviewe",
    "ask mathew", "a lien", "form a line", "unstaged hunks", "estimate the revenu",
  ])
  func whatMayBeRightIsLeftAlone(text: String) { #expect(words(text) == text) }

  @Test(arguments: [
    "Ask Jonh about it", "a note for Smtih", "run `nubmers`", "say \"paragarph\"", "open nubmers.txt", "--nubmers",
    "usre_nubmers",
  ])
  func namesAndLiteralsAreLeftAlone(text: String) {
    #expect(!words(text).contains("numbers") && !words(text).contains("john"))
  }

  @Test(arguments: [
    ("behaviour", "behavior"), ("neighbours", "neighbors"), ("favourite", "favorite"), ("organise", "organize"),
    ("normalising", "normalizing"), ("prioritisation", "prioritization"), ("analysed", "analyzed"),
    ("centre", "center"),
    ("theatres", "theaters"), ("fibre", "fiber"), ("cancelled", "canceled"), ("travellers", "travelers"),
    ("modelling", "modeling"), ("catalogue", "catalog"), ("licence", "license"), ("jewellery", "jewelry"),
    ("anaesthetic", "anesthetic"), ("centred", "centered"),
  ])
  func britishSpellingsAreAmericanOnes(british: String, american: String) {
    let found = Spelling.american(Array(british.utf8)).map { String(decoding: $0, as: UTF8.self) }
    #expect(found == american)
  }

  /// Words of both, or such that mean something else without the letter.
  @Test(arguments: [
    "four", "hour", "flour", "tour", "contour", "scour", "devour", "timbre", "genre", "acre", "ogre", "prologue",
    "programme",
    "called", "filled", "polled", "tiller", "controlled", "installed", "propeller", "rise", "wise", "prise", "advise",
    "exercise",
    "surprise", "shoes", "poem", "cheque", "tyre", "storey", "draught", "rogue", "vogue",
  ])
  func otherWordsAreNot(word: String) { #expect(Spelling.american(Array(word.utf8)) == nil) }

  /// Where it counts how a word is spelt, it counts.
  @Test(arguments: [
    "how do you spell colour", "correct recieve", "convert behaviour to behavior", "a regex for behaviour",
    "add a column behaviour", "a function called normalise", "the key favourite in the JSON", "translate perro",
    "what does sinistre mean", "is it theatre or theater",
  ])
  func whereItCountsNothingIsChanged(text: String) {
    #expect(
      words(text).split(separator: " ").map(String.init) == text.lowercased().split(separator: " ").map(String.init))
  }

  /// What is ordered is no name, even beside a query.
  @Test func anOrderIsTheSameInBothSpellings() {
    let (american, british) = ("Act as a DBA and optimize this query", "You are a DBA. Optimise the query below.")
    #expect(Guards.disagreement(american, british) == nil)
    #expect(Guards.disagreement("a query for optimize", "a query for optimise") != nil)
    #expect(Guards.disagreement("drop the column optimize", "drop the column optimise") != nil)
  }

  @Test func aTextInAnotherLanguageIsLeftAlone() {
    for text in ["résume ce compte rendu pour la reunion", "fasse das Protokol der Sitzung fur mich zusammen"] {
      #expect(words(text) == text.lowercased())
    }
  }

  @Test func hostileWordsAreOnlyWords() {
    for letters in [
      "aaaa", String(repeating: "a", count: 4000), String(repeating: "ab", count: 2000), "zzzzzz", "aabbccddee",
    ] {
      #expect(words("explain " + letters).hasPrefix("explain "))
    }
  }
}
