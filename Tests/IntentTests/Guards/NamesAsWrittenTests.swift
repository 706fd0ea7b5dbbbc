import Testing

@testable import Intent

/// Names with marks, what is printed or counted, what is installed or sorted by, and articles of German, French and Spanish.
@Suite struct NamesAsWrittenTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  private func expectApart(_ a: String, _ b: String) {
    #expect(!isServed(a, b) && !isServed(b, a), "'\(a)' and '\(b)' share an answer")
    expectTold(a, b)
  }

  /// What is kept beside an answer says no more than guards do.
  private func expectTold(_ a: String, _ b: String) {
    guard let one = GuardFacts(a).summary, let other = GuardFacts(b).summary, one.agrees(with: other) else { return }
    #expect(Guards.disagreement(a, b) == nil, "the summaries of '\(a)' and '\(b)' agree")
  }

  @Test(arguments: [
    ("explain $?", "explain $!"), ("what is $?", "what is $!"),
    ("what does $? mean in bash", "what does $! mean in bash"),
    ("explain $:", "explain $"), ("explain $;", "explain $,"), ("explain map!", "explain map"),
    ("explain sort! in Ruby", "explain sort in Ruby"), ("explain println!", "explain println"),
    ("explain nil?", "explain nil"), ("explain a?", "explain a"), ("explain set! in Scheme", "explain set in Scheme"),
    ("what does the ! in map! mean", "what does the ! in map mean"), ("what does foo? do", "what does foo do"),
    ("Use map! in Ruby", "Use map in Ruby"), ("define empty? in Scheme", "define empty in Scheme"),
  ])
  func marksOfNames(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("Summarize this article!", "Summarize this article"), ("How do I undo a commit?", "How do I undo a commit"),
    ("explain this!", "explain this"), ("hey! explain recursion", "explain recursion"),
    ("Can you explain recursion?", "explain recursion"),
    ("Translate this to French! Thanks", "Translate this to French"),
    ("what is &&?", "what is &&"), ("write a poem about cats!", "write a poem about cats"),
  ])
  func marksOfSentences(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("print Hello World", "print Hello, World!"), ("print Hello World", "print Hello World!"),
    ("print hello world", "print hello, world"), ("count Error lines", "count ERROR lines"),
    ("search for Warning in the log", "search for WARNING in the log"),
    ("lines that match Todo", "lines that match TODO"),
    ("match Foo", "match FOO"), ("count Warnings", "count WARNINGS"), ("replace Foo with bar", "replace FOO with bar"),
    ("list Error messages", "list ERROR messages"), ("rename a to B", "rename A to B"),
    ("rename the variable a to B", "rename the variable A to B"),
    ("ERROR lines: count them", "Error lines: count them"),
  ])
  func whatIsPrintedOrCounted(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("List the JSON files", "List the json files"), ("print the sorted list, please", "print the sorted list"),
    ("Count the words in this text.", "count the words in this text"),
    ("Find the errors in this log", "please find the errors in this log"),
  ])
  func whatIsOnlyDescribed(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("ein Gedicht über einen Hund", "ein Gedicht über den Hund"),
    ("Schreib ein Gedicht über eine Katze", "Schreibe ein Gedicht über die Katze"),
    ("Erkläre einen Krieg", "Erkläre den Krieg"), ("Wo ist eine Bank", "Wo ist die Bank"),
    ("écris un poème sur un chien", "écris un poème sur le chien"),
    ("écris un poème sur une fille", "écris un poème sur la fille"),
    ("écris un poème sur les chiens", "écris un poème sur des chiens"),
    ("escribe un poema sobre un perro", "escribe un poema sobre el perro"),
    ("escribe un poema sobre una niña", "escribe un poema sobre la niña"),
  ])
  func articles(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("Fasse einen Text zusammen", "Fasse den Text zusammen"), ("Résume un texte", "Résume le texte"),
    ("Schreibe ein Gedicht über den Hund", "Schreib bitte ein Gedicht über den Hund"),
  ])
  func articlesOfTexts(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("restart photos", "restart photographs"), ("stop kids", "stop children"),
    ("install photos", "install photographs"),
    ("how do I install maths", "how do I install math"), ("install Colour", "install Color"),
    ("sort by hrs", "sort by hours"),
    ("sort the list by hrs", "sort the list by hours"),
    ("sort by hrs descending", "sort by hours descending"), ("start ads", "start adverts"),
    ("sort rows by mins", "sort rows by minutes"),
    ("enable notifs and restart msgs", "enable notifs and restart messages"),
  ])
  func namesBehindVerbs(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("restart the docs service", "please restart the docs service"),
    ("sort the people by surname", "sort the people by last name"),
    ("install certs on nginx", "install certificates on nginx"),
    ("sort this list by price", "please sort this list by price"),
  ])
  func namesThatAreTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
