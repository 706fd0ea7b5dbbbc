import Testing

@testable import Intent

/// Words that are spoken of: each pair was answered by one answer once.
@Suite struct SaidWordsTests {
  @Test(arguments: [
    ("What is plz short for?", "What is okay short for?"),
    ("what is tl;dr short for", "what is recap short for"),
    ("when do we use fewer", "when do we use less"),
    ("is kid ok in an essay", "is child ok in an essay"),
    ("can I write kid in an essay", "can I write child in an essay"),
    ("which is longer, kid or dog", "which is longer, child or dog"),
    ("define tldr", "define recap"),
    ("what does the acronym js stand for", "what does the acronym javascript stand for"),
    ("how do you spell till", "how do you spell until"),
    ("how do you pronounce maximum", "how do you pronounce max"),
    ("Woher kommt das Wort danke", "Woher kommt das Wort bitte"),
    ("Welche Wortart ist bitte", "Welche Wortart ist danke"),
    ("three sentences using roughly", "three sentences using approximately"),
    ("conjugate to delete", "conjugate to remove"),
    ("were past tense", "was past tense"),
    ("week plural", "weeks plural"),
    ("children pronunciation", "kids pronunciation"),
    ("what is german for kid", "what is german for child"),
    ("hashtags for kids", "hashtags for children"),
    ("word search with kids", "word search with children"),
    ("what is regarding spelled backwards", "what is concerning spelled backwards"),
    ("crossword answers for delete", "crossword answers for remove"),
    ("mnemonic for delete", "mnemonic for remove"),
    ("is asap rude in an email", "is pls rude in an email"),
    ("hi vs hello", "hey vs hello"),
    ("difference between max and amax", "difference between maximum and amax"),
  ])
  func whatIsAskedOfAWordIsAskedOfNoOther(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("JavaScript promise finally", "JavaScript promise then"),
    ("linux make command", "linux write command"),
    ("make command in Linux", "create command in Linux"),
    ("numpy max function", "numpy maximum function"),
    ("Java int", "Java Integer"),
    ("dplyr count", "dplyr tally"),
    ("C# using keyword", "C# utilizing keyword"),
    ("css display", "css show"),
    ("css show property", "css display property"),
    ("SQL modify column", "SQL alter column"),
    ("SQL create statement", "SQL make statement"),
    ("delete operator in JavaScript", "remove operator in JavaScript"),
    ("what does less do in Linux", "what does fewer do in Linux"),
    ("docker create command", "docker make command"),
    ("git show", "git display"),
    ("vim delete line", "vim remove line"),
    ("rename the variable to max", "rename the variable to maximum"),
    ("add an enum value count", "add an enum value tally"),
    ("a CLI with the subcommands list and delete", "a CLI with the subcommands list and remove"),
    ("a menu with the entries open and delete", "a menu with the entries open and remove"),
    ("change the button text to larger", "change the button text to bigger"),
    ("Change the button text to Buy", "Change the button text to Purchase"),
    ("add a field called only", "add a field called exclusively"),
    ("who wrote count", "who wrote tally"),
  ])
  func aNameIsNoOtherName(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("Improve this sentence, kids run here", "Improve this sentence, children run here"),
    ("Improve this sentence, the admin is here", "Improve this sentence, the administrator is here"),
    ("Improve this sentence, if admins run here", "Improve this sentence, if administrators run here"),
    ("Hi, improve this sentence, admins run here", "Hi, improve this sentence, administrators run here"),
    ("Correct this sentence, also the admin eat", "Correct this sentence, also the administrator eat"),
    (
      "Rewrite this sentence, the admin has to delete it", "Rewrite this sentence, the administrator has to remove it"
    ),
  ])
  func aTextBehindACommaIsComparedAsItIs(a: String, b: String) { expectApart(a, b) }

  /// They are spoken of, and asked for in other words.
  @Test(arguments: [
    ("difference between TCP and UDP", "What is the difference between TCP and UDP?"),
    ("Ansible vs Puppet: what are the main differences?", "How do Ansible and Puppet mainly differ?"),
    ("what does this error mean?", "what does this error message mean"),
    ("git undo last commit", "how do I undo the last commit in git"),
    ("Write pytest tests for this function", "Can you write unit tests in pytest for the following function?"),
    ("what does idempotent mean", "explain what idempotent means"),
  ])
  func thoseWhoAskForTheSameShareAnAnswer(a: String, b: String) {
    #expect(SaidWords.disagreement(GuardFacts(a), GuardFacts(b)) == nil)
  }

  private func expectApart(_ a: String, _ b: String) {
    #expect(CacheTier.match(LabelledPair(a, b, isSame: false, kind: "word"), threshold: 2) == nil, "\(a) | \(b)")
    #expect(CacheTier.match(LabelledPair(b, a, isSame: false, kind: "word"), threshold: 2) == nil, "\(b) | \(a)")
  }
}
