import Intent
import Testing

/// What belongs to a noun, and what to the whole request or to something else.
@Suite struct BelongingTests {
  private static func isServed(_ a: String, _ b: String) -> Bool {
    [(a, b), (b, a)].contains { one, other in
      CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2) != nil
    }
  }

  // MARK: Where it comes from

  @Test(arguments: [
    ("list people from Berlin", "list people in Berlin"), ("find refugees from Syria", "find refugees in Syria"),
    ("show the flights from Berlin", "show the flights in Berlin"),
    ("list the students from this school", "list the students in this school"),
    ("find recipes from my kitchen", "find recipes in my kitchen"),
    ("list the exports from the port", "list the exports in the port"),
  ])
  func whereSomethingComesFromIsNotWhereItIs(a: String, b: String) {
    #expect(!Self.isServed(a, b))
  }

  @Test(arguments: [
    ("extract all IP addresses from the log", "list all IP addresses in the log"),
    ("list the names from the article", "list the names in the article"),
    ("extract the dates from this table", "list the dates in this table"),
    ("Extract every invoice number from this email", "List all invoice numbers in the email"),
    ("get the names from the users.csv", "list the names in the users.csv"),
    ("find all the dates from the documents", "list all the dates in the documents"),
  ])
  func whatIsTakenFromATextIsInIt(a: String, b: String) {
    #expect(Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  // MARK: A noun or the whole

  @Test(arguments: [
    ("summarize the detailed report", "summarize the report in detail"),
    ("write a story about a brief encounter", "write a brief story about an encounter"),
    ("rewrite the formal email", "make the email formal"),
    ("improve the friendly reply", "improve the reply in a friendly tone"),
    ("summarize the casual chat", "summarize the chat casually"),
    ("give an explanation of the brief talk", "give a brief explanation of the talk"),
    ("give me a friendly person's name", "give me a person's name in a friendly tone"),
    ("write an email about the informal meeting", "write an informal email about the meeting"),
    ("list the JSON files", "list the files as JSON"), ("list the keys of this JSON", "list the keys as JSON"),
    ("list the keys in this JSON", "list the keys as JSON"), ("find the YAML error", "find the error in YAML"),
    ("list the bullet points", "list as bullet points"), ("explain the present tense", "explain in the present tense"),
    ("explain plain language", "explain in plain language"),
    ("list the alphabetical index", "list the index alphabetically"),
    ("run the hourly job", "run the job every hour"),
    ("explain the recursive function", "explain the function recursively"),
    ("write a simple explanation of the rules", "write an explanation of the simple rules"),
  ])
  func whatANounIsIsNotHowItIsDone(a: String, b: String) {
    #expect(!Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  @Test(arguments: [
    ("explain managers", "explain for managers"), ("explain a beginner mistake", "explain a mistake to a beginner"),
    ("explain child abuse", "explain abuse to a child"), ("describe developers", "describe for developers"),
    ("explain children's rights", "explain rights to children"),
    ("explain a student loan", "explain a loan to a student"),
    ("write a student essay", "write an essay for students"),
  ])
  func whoIsSpokenOfIsNotWhoReads(a: String, b: String) {
    #expect(!Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  @Test(arguments: [
    ("write a Python quiz", "write a quiz in Python"), ("write a LaTeX tutorial", "write a tutorial in LaTeX"),
    ("write a Docker joke", "write a joke in Docker"), ("write an HTML story", "write a story in HTML"),
  ])
  func whatATextIsAboutIsNotWhatItIsWrittenIn(a: String, b: String) {
    #expect(!Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  @Test(arguments: [
    ("write a brief story about an encounter", "a brief story about an encounter, please"),
    ("give me a detailed explanation of recursion", "explain recursion in detail"),
    ("make this email more formal", "rewrite this email in a formal tone"),
    ("write a product description in a friendly tone", "write a friendly product description"),
    ("give me a JSON array of the names", "give me the names as a JSON array"),
    ("convert this CSV file to JSON", "turn this CSV file into JSON"),
    ("list the names as a markdown table", "a markdown table of the names"),
    ("write a children's story", "write a story for children"),
    ("write a Python script that sorts a list", "write a script in Python that sorts a list"),
    ("a detailed review of this essay", "review this essay in detail"),
  ])
  func whatIsSaidOfWhatIsToBeMadeIsSaidOfTheWhole(a: String, b: String) {
    #expect(Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  // MARK: Compounds

  @Test(arguments: [
    ("write a love letter", "write a letter about love"), ("write a war poem", "write a poem for war"),
    ("write a phishing email", "write an email about phishing"), ("write a prose poem", "write a poem about prose"),
    ("write a police report", "write a report about the police"),
    ("explain a water bottle", "explain a bottle in water"),
    ("explain winter sports", "explain sports in winter"), ("explain a spring roll", "explain a roll in spring"),
    ("explain a memory leak", "explain a leak in memory"), ("explain a data center", "explain a center for data"),
    ("list cat food", "list food for cats"), ("write a short sales email", "write a short email about sales"),
    ("write a ghost story", "write a story for a ghost"), ("explain street art", "explain art on the street"),
  ])
  func aCompoundSaysMoreThanItsWords(a: String, b: String) {
    #expect(!Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  @Test(arguments: [
    ("write a haiku about the sea", "write a sea haiku"), ("write a recipe for a pancake", "write a pancake recipe"),
    ("write unit tests for the parser", "write parser unit tests"),
    ("write an outline for a blog post", "write a blog post outline"),
    ("schedule the Friday meeting", "schedule the meeting on Friday"),
    ("write an expense policy for business travel", "write a business travel expense policy"),
    ("write a report about sales", "write a sales report"),
  ])
  func whereACompoundIsSureItIsOne(a: String, b: String) {
    #expect(Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  // MARK: Lengths

  @Test(arguments: [
    ("in one sentence, describe how to tell a story", "describe how to tell a story in one sentence"),
    ("explain in one line how to swap variables", "explain how to swap variables in one line"),
    ("explain in one line how to reverse a string", "explain how to reverse a string in one line"),
    ("in two sentences, explain why judges give verdicts", "explain why judges give verdicts in two sentences"),
    ("in ten words, explain how to pitch a startup", "explain how to pitch a startup in ten words"),
    (
      "in three sentences, explain how lawyers describe a case",
      "explain how lawyers describe a case in three sentences"
    ),
    ("in six words, write a review of a story", "write a review of a story in six words"),
  ])
  func whatIsSaidMayHaveTheLength(front: String, end: String) {
    #expect(!Self.isServed(front, end), "\(CanonicalIntent.read(front))\nand\n\(CanonicalIntent.read(end))")
  }

  @Test(arguments: [
    ("in under 100 words, explain how to set up a VPN", "explain how to set up a VPN in under 100 words"),
    ("explain in two sentences why the sky is blue", "explain why the sky is blue in two sentences"),
    ("in 50 words, write a review of this story", "write a review of this story in 50 words"),
  ])
  func whatIsNotSaidHasNone(front: String, end: String) {
    #expect(Self.isServed(front, end), "\(CanonicalIntent.read(front))\nand\n\(CanonicalIntent.read(end))")
  }

  // MARK: Of

  @Test(arguments: [
    ("explain a glass of wine", "explain a wine glass"),
    ("describe three cups of coffee", "describe three coffee cups"),
    ("explain the head of the table", "explain the table head"), ("explain the love of God", "explain God's love"),
    ("explain the criticism of the author", "explain the author's criticism"),
    ("explain the critique of the artist", "explain the artist's critique"),
    ("summarize the evaluation of the teacher", "summarize the teacher's evaluation"),
    ("write a review of the editor", "write the editor's review"),
  ])
  func whatStandsBeforeOfIsNotAlwaysTheSameBehind(a: String, b: String) {
    #expect(!Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  @Test(arguments: [
    ("explain the analysis of the data", "explain the data analysis"),
    ("describe the configuration of the server", "describe the server's configuration"),
    ("a review of this essay", "this essay's review"),
  ])
  func whereItSaysTheSameItIsOne(a: String, b: String) {
    #expect(Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  // MARK: What is there, and what is to be made

  @Test(arguments: [
    ("improve the performance of the actor", "make the actor faster"),
    ("python snippet: convert to Java", "a python snippet that converts to Java"),
    ("the cron line that runs the backup", "write a cron line that runs the backup"),
    (
      "as soon as possible, write a letter saying I need the money",
      "write a letter saying I need the money as soon as possible"
    ),
  ])
  func anotherTaskIsAnotherRequest(a: String, b: String) {
    #expect(!Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }

  @Test(arguments: [
    ("improve the performance of this query", "make this query faster"),
    ("write a letter to my landlord asap", "as soon as possible, write a letter to my landlord"),
  ])
  func theSameTaskIsOne(a: String, b: String) {
    #expect(Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }
}
