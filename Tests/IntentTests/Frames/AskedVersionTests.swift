import Testing

@testable import Intent

/// What is to become of a text that is there.
@Suite struct AskedVersionTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("port this bash script to PowerShell", "convert this bash script to PowerShell"),
    ("rewrite the following bash script in PowerShell", "convert this bash script to PowerShell"),
    ("PowerShell version of this bash script please", "convert this bash script to PowerShell"),
    ("give me a Kotlin version of this Java class", "convert this Java class to Kotlin"),
    ("translate this Python code to Go", "port this Python code to Go"),
    ("more formal version of this message", "make this message more formal"),
    ("a shorter version of this text", "make this text shorter"),
    ("give this alert a title of at most 6 words", "write a title of at most 6 words for this alert"),
    ("give this alert a short title", "write a short title for this alert"),
    ("what will this Terraform plan change?", "explain what this Terraform plan will change"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Other languages, other ends, and what is there in another version already.
  @Test(arguments: [
    ("port this bash script to PowerShell", "port this bash script to Python"),
    ("rewrite this Python script in Rust", "rewrite this Rust script in Python"),
    ("rewrite this Python script in Rust", "run this Python script in Rust"),
    ("rewrite this bash script in one line", "convert this bash script to one line"),
    ("call this Python script in Bash", "convert this Python script to Bash"),
    ("PowerShell version of this bash script", "bash version of this PowerShell script"),
    ("which PowerShell version of this bash script works", "convert this bash script to PowerShell"),
    ("a more formal version of this message", "is this message more formal"),
    ("a more formal version of this message", "make this message less formal"),
    ("give this alert a title", "give this alert a priority"),
    ("give this report a title and a summary", "write a title for this report"),
    ("what will this plan change", "what does this plan change"),
    ("what will this plan change", "list what this plan will change"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
