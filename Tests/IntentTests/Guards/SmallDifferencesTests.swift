import Testing

@testable import Intent

/// Small words that reading takes for others or leaves out.
@Suite struct SmallDifferencesTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// "And" or "or" between two orders or two conditions.
  @Test(arguments: [
    ("SQL query for users older than 18 and younger than 30", "SQL query for users older than 18 or younger than 30"),
    ("sort by name and date", "sort by name or date"),
    ("start and stop a container", "start or stop a container"),
    ("how do I start and stop a container", "how do I start or stop a container"),
    ("summarize and translate this", "summarize or translate this"),
    ("fix and explain this bug", "fix or explain this bug"),
    ("rewrite this sentence in active or passive voice", "rewrite this sentence in active and passive voice"),
    ("delete and create the table", "delete or create the table"),
  ])
  func joinsCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// Nor is "et" "ou", or "y" "o".
  @Test(arguments: [
    ("traduis et résume ce texte", "traduis ou résume ce texte"),
    ("explique pourquoi et comment", "explique pourquoi ou comment"),
    ("explica por qué y cómo", "explica por qué o cómo"),
  ])
  func joinsOfOtherLanguagesCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// A word of a language stands at no question's end.
  @Test(arguments: [
    ("what is for in Python", "what is Python for"), ("what is with in Python", "what is Python with"),
    ("what is like in SQL", "what is SQL like"), ("what is for in bash", "what is bash for"),
  ])
  func wordsOfALanguageCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// What a hyphen joins is not turned round.
  @Test(arguments: [
    ("an egg-free recipe", "a free egg recipe"), ("an ad-free app", "a free ad app"),
    ("an English-speaking guide", "a speaking English guide"),
  ])
  func joinedWordsCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// An article makes a noun of a name that is written small.
  @Test(arguments: [
    ("who is mark", "who is a mark"), ("what did grant say", "what did the grant say"),
    ("a poem about grace", "a poem about a grace"), ("add a comment in word", "add a comment in the word"),
    ("tell me about amazon", "tell me about the amazon"), ("who is who", "who is the who"),
  ])
  func articlesOfNamesCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("explain python for loops", "explain for loops in python"),
    ("how does SQL like work", "how does like work in SQL"),
    ("an egg-free recipe", "please, an egg-free recipe"), ("a poem about grace", "write a poem about grace"),
    (
      "Plan a three-day trip to Lisbon for a family with children.",
      "Can you plan a trip to Lisbon for a family with kids? Three days."
    ),
  ])
  func whatIsTheSameStaysSo(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// A letter that is a name.
  @Test(arguments: [
    ("vitamin A deficiency symptoms", "vitamin deficiency symptoms"),
    ("vitamin a deficiency symptoms", "vitamin deficiency symptoms"),
    ("what is a record", "what is an A record"), ("what is a level", "what is A level"),
    ("how to find A in a string", "how to find a in a string"),
  ])
  func lettersCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// What somebody is doing is not what he is; that of a program is.
  @Test(arguments: [
    ("what is NASA doing", "what is NASA"), ("what is the government doing", "what is the government"),
    ("what is my cat doing", "what is my cat"), ("what are they doing", "what are they"),
    ("what is Apple doing", "explain Apple"), ("what is the server doing?", "what is the server?"),
  ])
  func doingCounts(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// A list in a program is no order to list.
  @Test(arguments: [
    ("list of strings in Python", "list strings in Python"),
    ("list of dictionaries in Python", "list dictionaries in Python"),
    ("list of objects in Java", "list objects in Java"),
    ("list of integers in C#", "list integers in C#"), ("a list of tuples in Python", "list the tuples in Python"),
  ])
  func listsOfProgramsCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// What stands before "on-call" and its kin is lost behind it.
  @Test(arguments: [
    ("write an email to the on-site team", "write an email about the on-site team"),
    ("summarize this for the off-site team", "summarize this from the off-site team"),
    ("translate the mail for the after-sales team", "translate the mail from the after-sales team"),
    ("summarise the mail below for the on-call engineer", "summarise the mail below about the on-call engineer"),
    ("summarise the mail below for the on-call engineer", "summarise the mail below from the on-call engineer"),
  ])
  func whomItIsForCounts(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// One boss or several.
  @Test(arguments: [
    ("write an email to my boss", "write an email to my bosses"),
    ("write an email about my supervisor", "write an email about my supervisors"),
  ])
  func numbersOfOwnedCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// A German letter is no short one, though it is a "Brief".
  @Test(arguments: [
    ("schreibe einen Brief an meinen Vermieter", "schreibe einen kurzen Brief an meinen Vermieter"),
    ("schreibe einen Brief an meinen Vermieter", "schreibe einen Brief an meine Vermieter"),
    ("übersetze diesen Text ins Englische", "übersetze diesen englischen Text"),
    ("übersetze den Text ins Englische", "übersetze den englischen Text"),
    ("übersetze meinen Brief auf Englisch", "übersetze meinen englischen Brief"),
  ])
  func inGermanToo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// Other tasks of words that TextTask knows.
  @Test(arguments: [
    ("days between May 1 and June 3", "list the days between May 1 and June 3"),
    ("how many days are between May 1 and June 3", "show the days between May 1 and June 3"),
    ("replace all tabs with spaces", "replace all tabs with a space"),
    ("what is safari", "what is a safari"),
    ("explain the use of RSA", "explain the uses of RSA"), ("list the use of salt", "list the uses of salt"),
    ("explain the join", "explain the joins"), ("explain the move", "explain the moves"),
  ])
  func tasksAndNumbersCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// Neighbours that ask for the same.
  @Test(arguments: [
    ("list users with a name and an email", "list users with name and email"),
    ("what is this function doing", "what does this function do"),
    ("what is this script doing", "what does this script do"),
    ("list of files in bash", "list files in bash"), ("list of branches in git", "list the branches in git"),
    ("find lines with error or warning", "find lines containing error or warning"),
    ("write a poem about my cats", "compose a poem about my cats"),
    ("replace all newlines with spaces", "replace every newline with a space"),
    ("replace all tabs with spaces", "replace every tab with spaces"),
    ("replace all tabs with a space", "replace every tab with a space"),
    ("days between May 1 and June 3", "how many days are there between May 1 and June 3"),
    ("übersetze diesen Text ins Englische", "bitte übersetze den Text ins Englische"),
    ("übersetze den Text in die englische Sprache", "bitte übersetze den Text in die englische Sprache"),
  ])
  func elsewhereTheyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a), "\(a) | \(b)") }

  /// Facts kept beside an answer hold what the guard looks at.
  @Test func factsDiffer() {
    let facts = { (text: String) in SmallDifferences.facts(of: GuardFacts(text)) }
    #expect(facts("which is faster, A or B") == ["or"])
    #expect(facts("what is an A record") == ["A"] && facts("what is a record").isEmpty)
    #expect(facts("sort by name or date") != facts("sort by name and date"))
    #expect(facts("write to my bosses") != facts("write to my boss"))
    #expect(facts("write to the on-site team") != facts("write about the on-site team"))
  }
}
