import Testing

@testable import Intent

/// What of a text shall stay as it is, and what an answer shall consist of.
@Suite struct KeptTextTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("Rewrite this text, keep the meaning", "Rewrite this text without changing the meaning"),
    ("Rewrite this text, keep the meaning", "Rewrite this text. Don't change the meaning."),
    ("Add comments to this code and leave the code unchanged", "Add comments to this code without changing the code"),
    (
      "Add comments to this code and leave the code unchanged",
      "Add comments to this code, but leave the code as it is"
    ),
    ("Add comments to this code, keep the code as is", "Add comments to this code. Do not modify the code."),
    ("Proofread this text, keep the formatting", "Proofread this text and preserve the formatting"),
    ("Keep the formatting and proofread this text", "Proofread this text and preserve the formatting"),
    ("Without changing the tone, shorten this email", "Shorten this email, keeping the tone"),
    ("Without altering the logic, simplify this function", "Simplify this function without changing the logic"),
  ])
  func keptTextsAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("Rewrite this text, keep the tone", "Rewrite this text, change the tone"),
    ("Rewrite this text, keep the tone", "Rewrite this text, keep the meaning"),
    ("Rewrite this text, keep the tone formal", "Rewrite this text, keep the tone"),
    ("Proofread this text, keep the comments", "Proofread this text without changing the comments"),
    ("Translate this page, don't change the links", "Translate this page, don't translate the links"),
    ("Translate this page, leave the links unchanged", "Translate this page, leave out the links"),
    ("Shorten this email, keep the names", "Shorten this email, don't change the names"),
    ("list what you can change in this code", "list what to keep unchanged in this code"),
  ])
  func keptTextsAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    (
      "Identify the language of this text. Reply only with its name.",
      "Identify the language of this text. Just the name."
    ),
    (
      "Write a SQL query for all customers. Output only the query.",
      "Write a SQL query for all customers (just the query, no explanation)"
    ),
    (
      "Translate this text into French. Return only the translation.",
      "translate this text into french, translation only"
    ),
    ("Is this message spam? Answer yes or no.", "Is this message spam? Answer only yes or no."),
    ("Is this message spam? Answer yes or no.", "Is this message spam? yes/no only"),
    ("Is this message spam? Answer yes or no.", "Only answer yes or no: is this message spam?"),
    ("Classify this line as good or bad. Reply with one word.", "Classify this line as good or bad (one word only)"),
    ("Classify this line as good or bad. Reply with one word.", "Classify this line as good or bad. Just one word."),
    (
      "Extract the emails from this text. Return only JSON.",
      "Extract the emails from this text. JSON only, nothing else."
    ),
  ])
  func answersAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("Identify the language of this text. Just the name.", "Identify the language of this text."),
    ("Identify the language of this text. Just the name.", "Identify the language of this text. Just the code."),
    ("Is this message spam? Answer yes or no only.", "Is this message spam? Answer with one word only."),
    ("Is this message spam? yes/no only", "Is this message spam? Answer yes or no and why."),
    ("Write a SQL query for all customers. Only the query.", "Write a SQL query for all customers with the query."),
    ("Summarize this text. Only the numbers.", "Summarize this text without the numbers."),
    ("Summarize this text. Only the first number.", "Summarize this text. Only the number."),
    ("Translate this text. Only the title.", "Translate this text and the title."),
    ("translate this, only the names", "translate this. Output only the names"),
    ("sort this table, only the numbers", "sort this table. Return only the numbers"),
    ("fix this script, only the function", "fix this script. Reply with only the function"),
    ("Translate this text. Only the title.", "Translate this text. Not only the title."),
    ("Return only JSON from this text, nothing else", "Return nothing else than the text"),
  ])
  func answersAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
