import Testing

@testable import Intent

/// What is written in two ways and is one word, or says no more for being said otherwise.
@Suite struct UsualWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("Remove every 3rd line from the file orders.csv", "Remove every third line from the file orders.csv"),
    ("find the 2nd-highest salary in this table", "find the second highest salary in this table"),
    ("How do I insert a page break in Microsoft Excel?", "How do I insert a page break in Excel?"),
    ("How do I open a file in Microsoft Outlook?", "How do I open a file in Outlook?"),
    ("How do I upload a file to Amazon S3 with the CLI?", "How do I upload a file to S3 with the CLI?"),
    ("How do I resize an image from the command line?", "How do I resize an image on the command line?"),
    ("How do I resize an image from the command line?", "How do I resize an image in the terminal?"),
    ("What does HTTP status 409 mean?", "What does HTTP error 409 mean?"),
    ("What does HTTP status 409 mean?", "meaning of HTTP 409"),
    ("Suggest one title for this article", "come up with a single title for this article"),
    ("write a haiku about the sea", "write one haiku about the sea"),
    ("Cron expression for weekdays at 7am", "cron expression for Monday to Friday at 7am"),
    ("Cron expression for weekdays at 7am", "cron expression for Mon-Fri at 7 am"),
    ("cron expression for every 15 minutes on weekdays", "cron expression for every 15 minutes, Monday to Friday"),
    ("Übersetze diesen Text ins Englische", "Übersetze diesen Text auf Englisch"),
    ("Traduis ce texte vers l'anglais", "Traduis ce texte en anglais"),
    ("Traduis ce texte de l'anglais vers l'espagnol", "Traduis ce texte de l'anglais en espagnol"),
    ("Traduce este texto al portugués", "Traduce este texto a portugués"),
    ("who invented Git?", "creator of Git"),
    ("name the author of Faust", "who wrote Faust"),
    ("write a Dockerfile for a Go app", "Dockerfile for a Go application please"),
    ("convert 14:00 UTC to Tokyo time", "2pm UTC to tokyo time"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Other numbers and names, what is read from a place, and texts about how something is written.
  @Test(arguments: [
    ("Remove every 3rd line from the file orders.csv", "Remove every fourth line from the file orders.csv"),
    ("replace 3rd with III in this text", "replace third with III in this text"),
    ("what does 2nd stand for", "what does second stand for"),
    ("run this job every 2nd", "run this job every second"),
    ("is Excel made by Microsoft?", "is Excel made?"),
    ("write an outlook for Microsoft", "write an outlook"),
    ("how do I clean chrome?", "how do I clean Google Chrome?"),
    ("Google Chrome vs Microsoft Edge", "Chrome vs Edge"),
    ("history of Microsoft Windows", "history of windows"),
    ("How do I change the font in the terminal?", "How do I change the font on the command line?"),
    ("How do I open a file in the terminal?", "How do I open a file on the command line?"),
    ("How do I copy text from the terminal?", "How do I copy text in the terminal?"),
    ("how do I read arguments from the command line", "how do I read arguments on the command line"),
    ("What does HTTP status 409 mean?", "What does HTTP status 404 mean?"),
    ("count the HTTP 404 errors in this log", "count the HTTP 404 lines in this log"),
    ("design an HTTP 404 page", "design an HTTP 404 error page"),
    ("what is HTTP 2?", "what is HTTP status 2?"),
    ("Suggest one title for this article", "Suggest titles for this article"),
    ("write one poem", "write one poem per day"),
    ("Explain gravity to a 5-year-old", "Explain gravity to a 6-year-old"),
    ("write a story for a 5-year-old", "write a story about a 5-year-old"),
    ("Cron expression for weekdays at 7am", "cron expression for Monday and Friday at 7am"),
    ("Cron expression for weekdays at 7am", "cron expression for weekends at 7am"),
    ("Cron expression for Monday at 7am", "cron expression for Monday to Friday at 7am"),
    ("I am away Monday to Friday, write an auto-reply", "I am away on weekdays, write an auto-reply"),
    ("Übersetze diesen Text ins Englische", "Übersetze diesen Text aus dem Englischen"),
    ("Traduis ce texte vers l'anglais", "Traduis ce texte de l'anglais"),
    ("who invented the telephone", "creator of the telephone"),
    ("name an author of Faust", "who wrote Faust"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
