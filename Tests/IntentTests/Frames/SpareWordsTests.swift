import Testing

@testable import Intent

/// Two or three words that say what one does.
@Suite struct SpareWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("creator of the Perl programming language", "who created Perl?"),
    ("write a Dockerfile for a Node.js 20 application", "write a Dockerfile for a Node 20 app"),
    ("what is 12 GiB expressed in MiB?", "convert 12 GiB to MiB"),
    ("list the errors from the past hour", "list the errors from the last hour"),
    ("list the errors from the past 24 hours", "list the errors from the last 24 hours"),
    ("rewrite this but keep the names", "rewrite this and keep the names"),
    ("one-liner in bash to delete all files older than 7 days", "bash one-liner to delete all files older than 7 days"),
    ("compare Docker with Podman", "compare Docker and Podman"),
    ("Ansible vs Puppet: what are the main differences?", "What are the main differences between Ansible and Puppet?"),
    ("How do Ansible and Puppet mainly differ?", "Ansible vs Puppet main differences"),
    ("explain to a beginner how DNS works", "explain how DNS works to a beginner"),
    ("how do I list open ports on Linux", "list open ports on Linux"),
    ("DNS haiku", "write a haiku about DNS"),
    ("what is the average of the price column in this CSV?", "calculate the average of the price column in this CSV"),
    ("label this ticket as bug or feature", "classify this ticket as bug or feature"),
    ("write a title of no more than six words for the alert below", "title for this alert, max 6 words"),
    ("summarize this log in English as five bullets", "summarize this log as five bullets in English"),
    ("write a docstring in Google style for this function", "write a Google-style docstring for this function"),
    ("what is a bash one-liner for deleting all empty files", "bash one-liner to delete all empty files"),
    (
      "3-sentence summary of the incident report below, for the on-call team",
      "summarize the incident report below in three sentences for the on-call team"
    ),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Where each of them says more.
  @Test(arguments: [
    ("explain Perl programming", "explain Perl"),
    ("list items below 5", "list items above 5"),
    ("temperatures below zero", "temperatures above zero"),
    ("title of at least six words for the alert below", "title of no more than six words for the alert below"),
    ("list books in English in a table", "list books in a table in English"),
    ("find this word in French in a list", "find this word in a list in French"),
    ("write a docstring in Google style", "write a docstring in NumPy style"),
    ("what is a bash one-liner", "bash one-liner"),
    ("write to the on-call team", "write to the team"),
    ("write a Python application letter", "write a Python app letter"),
    ("write a job application", "write a job app"),
    ("restart node 20", "restart node.js 20"),
    ("list meetings in the past year", "list meetings in the last year"),
    ("logs from the past day", "logs from the last day"),
    ("the past two exams", "the last two exams"),
    ("undo the commit but keep the changes", "undo the commit but do not keep the changes"),
    ("rewrite this but keep the tone", "rewrite this but change the tone"),
    ("compare prices with tax", "compare prices and tax"),
    ("compare Docker with Compose files", "compare Docker and Compose"),
    ("Ansible vs Puppet main differences", "Ansible vs Puppet main similarities"),
    ("explain to a beginner what to say", "explain what to say to a beginner"),
    ("list Linux file systems", "how do I list Linux file systems"),
    ("list all files in Linux", "what are files in Linux"),
    ("DNS tutorial", "tutorial about DNS haikus"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
