import Testing

@testable import Intent

/// What was is not what is.
@Suite struct TenseTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("how much the house cost", "how much does the house cost"),
    ("tell me what the ticket cost", "what does the ticket cost"),
    ("explain why the arm hurt", "why does the arm hurt"),
    ("tell me why she quit", "why does she quit"),
    ("explain why the pipe split", "why does the pipe split"),
    ("tell me how he cut the rope", "how does he cut the rope"),
    ("explain why the plan upset the mayor", "why does the plan upset the mayor"),
    ("tell me why the virus spread", "why does the virus spread"),
    ("tell me when the shop shut", "when does the shop shut"),
    ("explain why the price beat the forecast", "why does the price beat the forecast"),
    ("explain why the balloon burst", "why does the balloon burst"),
    ("tell me who hit the target", "who does hit the target"),
    ("tell me why the budget cut the deficit", "why does the budget cut the deficit"),
    ("explain how the rate cut demand", "how does the rate cut demand"),
  ])
  func aPastOfTheSameFormIsNoPresent(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("tell me why the pipe bursts", "explain why the pipe bursts"),
    ("tell me why he quit", "explain why he quit"),
    ("cut this text to 100 words", "can you cut this text to 100 words"),
    ("split this file into chapters", "could you split this file into chapters?"),
    ("put this into a table", "please put this into a table"),
    ("what is the cost of the war", "tell me the cost of the war"),
    ("set the tone of this email to formal", "please set the tone of this email to formal"),
    ("how do I split a string in Python", "Python: split a string"),
    ("cut the third line", "please cut the third line"), ("explain why it hurt", "please explain why it hurt"),
    ("read the text below", "can you read the text below"),
    ("list what the plans cost", "please list what the plans cost"),
    (
      "Mention the budget cut but not the layoffs within the next section of the report.",
      "Could you mention the budget cut but not the layoffs within the next section of the report?"
    ),
  ])
  func anInvariableVerbIsFoundAgain(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("tell me when the library opens", "tell me when the library opened"),
    ("explain how the law changed for tenants", "explain how the law changes for tenants"),
    ("tell me why the engine stopped", "tell me why the engine stops"),
    ("explain why the build failed", "explain why the build fails"),
    ("tell me where the train stopped", "tell me where the train stops"),
    ("list the tests that failed", "list the tests that fail"),
    ("explain why the price increased", "explain why the price increases"),
    ("when the shop closed", "when the shop closes"),
    ("explain how the team worked", "explain how the team works"),
    ("tell me who visited the museum", "tell me who visits the museum"),
    ("tell me when the game started", "tell me when does the game start"),
    ("show the films that opened", "show the films that open"),
    ("tell me why they quit", "why do they quit"),
    ("what he wanted", "what he wants"),
    ("why they put it there", "why do they put it there"),
  ])
  func whatWasIsNotWhatIs(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("list the failed tests", "please list the failed tests"),
    ("explain why the build failed", "tell me why the build failed"),
    ("explain why the deploy failed in two sentences", "in two sentences, explain why the deploy failed"),
    ("fix the bug in the attached code", "please fix the bug in the attached code"),
    ("rename the merged files in git", "please rename the merged files in git"),
    ("list the users who signed up", "can you list the users who signed up?"),
    ("extract the names mentioned in this text", "extract the names in this text"),
    ("which company owned YouTube", "tell me which company owned YouTube"),
    ("list the people who lived in Rome", "list people who lived in Rome"),
    ("explain what happened in this log", "please explain what happened in this log"),
    ("sort the merged rows by date", "can you sort the merged rows by date"),
  ])
  func aPastIsFoundAgain(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
