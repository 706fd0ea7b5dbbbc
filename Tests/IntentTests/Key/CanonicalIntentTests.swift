import Intent
import Testing

@Suite struct CanonicalIntentTests {
  private func same(_ a: String, _ b: String) -> Bool {
    let (left, right) = (CanonicalIntent.read(a), CanonicalIntent.read(b))
    return left.asksTheSame(as: right) && Guards.disagreement(a, b) == nil
  }

  @Test(arguments: [
    ("Can you summarise this?", "a summary of this, please"), ("summary pls", "tl;dr"),
    ("Summarize this text", "Could you sum up the text below for me?"),
    ("Translate this into German", "German translation please"),
    ("Write unit tests for this function with pytest", "pytest unit tests for this function"),
    ("Convert this CSV to JSON", "turn the following CSV into JSON"),
    ("What is 12*7?", "calculate 12 times 7"), ("10 miles in km", "how many kilometres are 10 miles?"),
    ("How do I delete a remote branch in git?", "git: delete remote branch"),
    ("Make this email more formal", "Rewrite this email in a more formal tone"),
    ("Summarise in three bullet points", "3-bullet summary"),
    ("TCP vs UDP", "What's the difference between TCP and UDP?"),
    ("Explain this function", "What does this function do?"), ("sumarize this articel", "Summarize this articel"),
    ("transalte this into French", "Translate this into French"),
    ("Fasse den Text zusammen", "Bitte eine Zusammenfassung des Textes"),
    ("Résume ce texte en cinq phrases", "Peux-tu résumer le texte en 5 phrases ?"),
    ("Traduce este texto al inglés", "Traducción de este texto al inglés, por favor"),
    ("Make this query faster", "Optimise this query's performance"),
    ("Restart the nginx service on Debian", "debian: restart the nginx service"),
    ("Markdown table from this CSV", "Turn this CSV into a Markdown table"),
    ("csv -> markdown table", "Convert the CSV to a Markdown table"),
    ("List the gizmos in this text", "list all gizmos in the text"),
    ("List all IP addresses in the text", "Pull out the IP addresses from this text"),
    ("Shorten the e-mail's second paragraph", "shorten the second paragraph of the e-mail"),
    ("Switch the feature off", "turn off the feature"),
    ("I was wondering if you could summarise this", "any chance you could sum this up"),
    ("It'd be lovely if you could summarise this", "I'm asking you to sum this up, thank you very much"),
    ("So, explain this function", "Hi there, could you kindly tell me what this function does?"),
    ("JSON -> CSV", "Convert this JSON to CSV"),
    ("Summarise this in at most 100 words", "sum this up, 100 words max"),
    ("List five ideas for a party", "5 party ideas please"),
    ("Summarise this, leaving out names", "a summary of this without any names"),
    ("Explain recursion so that a beginner understands it", "beginner-friendly explanation of recursion"),
    ("Put this email into Italian", "I need this email in Italian"),
    ("Python function to delete a folder", "Write a Python function that deletes a folder."),
    ("regex explanation, please", "Explain the regex"),
    ("SQL query that returns all customers", "write a SQL query to return all customers"),
    ("customer interview -> case study", "Write a case study from this customer interview"),
    ("Which dates are mentioned in this text? List them all.", "List every date in this text"),
    ("How do I list running Docker containers?", "docker: show running containers"),
  ])
  func otherWordsForTheSame(a: String, b: String) {
    #expect(
      same(a, b),
      "\(CanonicalIntent.firstDifference(CanonicalIntent.read(a), CanonicalIntent.read(b)) ?? "") \(Guards.disagreement(a, b) ?? "")"
    )
  }

  @Test(arguments: [
    ("Summarise in at most 100 words", "Summarise in 100 words"), ("formal email to my boss", "Make this email formal"),
    ("List five questions in this text", "Write five questions about this text"),
    ("Write a letter without dates", "Write a letter with dates"),
    ("Write an email in Italian", "Put this email into Italian"),
    ("Copy A1 to B2", "Copy B2 to A1"), ("flights from Boston to Denver", "flights from Denver to Boston"),
    ("Translate this from German", "Translate this to German"),
    ("Translate this into German", "Translate this into Dutch"),
    ("Replace \"a\" with \"b\"", "Replace \"b\" with \"a\""), ("Summarise in 3 sentences", "Summarise in 3 words"),
    ("Summarise in 3 sentences", "Summarise in 4 sentences"), ("Write 5 x and 3 y", "Write 3 x and 5 y"),
    ("Show the deployment A in namespace B", "Show the deployment B in namespace A"),
    ("List users without orders", "List users with orders"), ("List users without orders", "List orders without users"),
    ("Use tabs rather than spaces", "Use spaces rather than tabs"),
    ("Does the client call the server?", "Does the server call the client?"),
    ("Should I merge?", "Did I merge?"), ("Sort by price ascending", "Sort by price descending"),
    ("Write tests for the code", "Write code for the tests"),
    ("a short summary of the long text", "a long summary of the short text"),
    ("Translate: please delete the file", "Translate: please remove the file"),
    ("Send me the report", "Send you the report"),
    ("phone number for us", "phone number for the US"), ("Extract all names", "Extract the first name"),
    ("Return the answer (not the question) first", "Return the question (not the answer) first"),
    ("Explain it to a child", "Explain it to an expert"), ("Show the limit in MiB", "Show the limit in MB"),
    ("files above 5 MB", "files below 5 MB"),
    ("List the reviewers", "List the reviews"), ("Convert this JSON to YAML", "Convert this YAML to JSON"),
    ("Summarize this, do not translate it", "Translate this, do not summarize it"),
    ("write a script that deletes a file", "delete a file that writes a script"),
    ("short email and long letter", "short letter and long email"),
    ("the names that are not in it", "the names that are in it"),
    ("Turn the feature off", "Turn the feature on"), ("Look the reference up", "Look the reference over"),
    ("List the gizmo in this text", "List the gizmos in this text"),
    ("Explain the customs form", "Explain the custom form"),
    ("Make this query faster", "Make this query shorter"),
    ("Make this query faster", "Make a faster query of this"),
    ("Turn this CSV into a Markdown table", "CSV from this Markdown table"),
    ("Migrate from Debian to Ubuntu", "Migrate from Ubuntu to Debian"),
    ("Run nginx on Debian", "Run nginx on Ubuntu"),
    ("List the IP address in the text", "List the IP addresses in the text"),
  ])
  func lookAlikesDiffer(a: String, b: String) {
    #expect(CanonicalIntent.read(a).key != CanonicalIntent.read(b).key, "\(CanonicalIntent.read(a))")
  }

  @Test func unknownWordsStayInTheKey() {
    #expect(CanonicalIntent.read("Summarise the frobnicator").key != CanonicalIntent.read("Summarise the widget").key)
    #expect(CanonicalIntent.read("Summarise the frobnicator").description.contains("frobnicator"))
  }

  @Test func whatIsNotUnderstoodIsComparedAsWritten() {
    let intent = CanonicalIntent.read("Frobnicate blixly")
    #expect(!intent.isUnderstood)
    #expect(intent.key != CanonicalIntent.read("frobnicate blixly").key)
  }

  @Test func aDifferenceIsSaidInWords() {
    let (a, b) = (CanonicalIntent.read("Translate this into German"), CanonicalIntent.read("Translate this into Dutch"))
    #expect(CanonicalIntent.firstDifference(a, b) == "language to: 'german' is not 'dutch'")
    #expect(CanonicalIntent.firstDifference(a, a) == nil)
  }

  /// A part that one of them does not have is compared with none, not with whatever stands in its place.
  @Test func whatOneOfThemDoesNotSayIsSaidSo() {
    let (short, long) = (
      CanonicalIntent.read("Summarise chapter 4 of Emma in three bullet points"),
      CanonicalIntent.read("Summarise chapter 4 of Emma in three bullet points in French")
    )
    #expect(CanonicalIntent.firstDifference(short, long) == "language to: only the second one says 'french'")
    #expect(CanonicalIntent.firstDifference(long, short) == "language to: only the first one says 'french'")
    let (into, from) = (
      CanonicalIntent.read("translate this into German"), CanonicalIntent.read("translate this from German")
    )
    #expect(CanonicalIntent.firstDifference(into, from) == "language to: only the first one says 'german'")
    let rows = CanonicalIntent.sideBySide(short, long)
    #expect(rows.first { $0.name == "length" }.map { $0.a == $0.b && $0.a != nil } == true)
    #expect(rows.filter { $0.a != $0.b }.map(\.name) == ["language to"])
  }

  @Test func shortAmericanAndBritishAndContractionsAreOne() {
    #expect(same("Summarize the color options", "Summarise the colour options"))
    #expect(same("What's the capital of Australia?", "What is the capital of Australia?"))
    #expect(same("Don't translate this", "Do not translate this"))
  }
}
