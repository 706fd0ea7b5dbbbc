import Intent
import Testing

/// Intents of the same parts, put together otherwise.
@Suite struct IntentPartsTests {
  private func read(_ a: String, _ b: String) -> (CanonicalIntent, CanonicalIntent) {
    (CanonicalIntent.read(a), CanonicalIntent.read(b))
  }

  @Test(arguments: [
    ("Write a haiku about autumn.", "an autumn haiku, please"),
    ("How do I delete a remote branch in git?", "What's the git command to remove a branch on the remote?"),
    ("Write an email declining the meeting on Friday.", "I'd like an email that declines the Friday meeting"),
    ("Write a Google-style docstring for this function.", "docstring, Google style, for the function below"),
    ("Write a minimal UDP echo server in C.", "minimal udp echo server in C"),
    ("What does the flag -z do in tar?", "Explain the -z option of tar"),
    ("Generate a random password with 16 characters in the shell.", "shell: random 16-character password"),
    ("a report on sales in spring", "spring sales report"),
  ])
  func whatACompoundLeavesOutMayBeSaid(a: String, b: String) {
    let (left, right) = read(a, b)
    #expect(left.partsKey != nil)
    #expect(left.partsKey == right.partsKey, "\(left)\nand\n\(right)")
    #expect(left.asksTheSame(as: right), "\(left)\nand\n\(right)")
    #expect(right.asksTheSame(as: left))
  }

  @Test(arguments: [
    ("Write a function for this docstring", "Write a docstring for this function"),
    ("Explain the model of the data", "Explain the data of the model"),
    ("Write a poem about dogs for cats", "Write a poem about cats for dogs"),
    ("Rewrite the loop as a list comprehension", "Rewrite the list comprehension as a loop"),
    ("Summarise the letter and list the names", "List the letter and summarise the names"),
    ("the old file in the new folder", "the new file in the old folder"),
    ("Show the columns name, price and colour", "Show the columns price, name and colour"),
    ("Write 5 jokes with 3 dogs", "Write 3 jokes with 5 dogs"),
    ("a short email and a long letter", "a long email and a short letter"),
    ("Write a headline for the press release", "headline -> write the press release"),
    ("Extract the title", "Write a title"),
    (
      "Show the branch that is gone locally but kept on the remote",
      "Show the branch gone on the remote but kept locally"
    ),
    ("What comes after lunch?", "lunch: what comes?"),
    ("a car without doors", "car doors"),
    ("write a speech for doctors", "write a speech about doctors"),
    ("write a letter for my mother", "write a letter about my mother"),
    ("give me recipes for dogs", "give me recipes with dogs"),
    ("summary for doctors", "summary of doctors"),
    ("arguments for war", "arguments about war"),
    ("a pizza with cheese", "a cheese pizza"),
    ("find books on the shelf", "find books about the shelf"),
  ])
  func whatBelongsToWhatMustBeTheSame(a: String, b: String) {
    let (left, right) = read(a, b)
    #expect(!left.asksTheSame(as: right), "\(left)\nand\n\(right)")
    #expect(!right.asksTheSame(as: left))
  }

  @Test func aTextThatIsNotUnderstoodHasNoParts() {
    #expect(CanonicalIntent.read("xyzzy").partsKey == nil)
    // What is to be translated is compared as it is written.
    #expect(CanonicalIntent.read("Translate to French: the dog in the house").partsKey == nil)
  }
}
