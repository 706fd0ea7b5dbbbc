import Testing

@testable import Intent

/// Slips that are asked about, names that look like slips, and what still is one.
@Suite struct CheckedTextTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// A text whose faults are looked for, and a word that is marked.
  @Test(arguments: [
    ("fix the sentence he has a seperate room", "fix the sentence he has a separate room"),
    ("find the mistakes: he recieved the package", "find the mistakes: he received the package"),
    ("is this sentence right: she gave a speach", "is this sentence right: she gave a speech"),
    ("check the grammar: the goverment is slow", "check the grammar: the government is slow"),
    ("any mistakes in the goverment is slow", "any mistakes in the government is slow"),
    ("is it grammatical to say a neccessary evil", "is it grammatical to say a necessary evil"),
    ("score this essay: they recieved it", "score this essay: they received it"),
    ("which is right, fucntion or other", "which is right, function or other"),
    ("echo fucntion", "echo function"), ("my teacher marked goverment, why", "my teacher marked government, why"),
    ("how do teh and the differ", "how do the and the differ"),
    ("is it goverment", "is it government"), ("how do you write goverment", "how do you write government"),
    ("why is recieve wrong", "why is receive wrong"),
    ("why does my editor mark funtion", "why does my editor mark function"),
    ("why does Word underline goverment", "why does Word underline government"),
    ("write a regular expression for goverment", "write a regular expression for government"),
    ("find all files that contain a seperate room", "find all files that contain a separate room"),
    ("write a script that replaces recieve with get", "write a script that replaces receive with get"),
  ])
  func whatIsCheckedStays(a: String, b: String) { #expect(!isServed(a, b)) }

  /// Names of code, commands, people and what is sold.
  @Test(arguments: [
    ("rename the column creaetd", "rename the column created"),
    ("delete the branch updtaes", "delete the branch updates"),
    ("why is the function replcaes not found", "why is the function replaces not found"),
    ("set the flag recieved to true", "set the flag received to true"),
    ("select deltes from the table", "select deletes from the table"),
    ("rename the recieve button", "rename the receive button"),
    ("install mkae", "install make"), ("what is lsit", "what is list"), ("how do I use deos", "how do I use does"),
    ("explain thieves cant", "explain thieves can not"), ("a poem about whats app", "a poem about what is app"),
    ("explain the garantee brand", "explain the guarantee brand"),
    ("write a bio for Pyhton Smith", "write a bio for Python Smith"),
    ("write an email to Typescritp", "write an email to TypeScript"),
    ("tell Kotiln that I am late", "tell Kotlin that I am late"),
    ("explain the Djagno package", "explain the Django package"),
    ("I typed Haksell, what does it do", "I typed Haskell, what does it do"),
  ])
  func whatIsNamedStays(a: String, b: String) { #expect(!isServed(a, b)) }

  @Test(arguments: [
    ("write a function that deltes files", "write a function that deletes files"),
    ("list the avaliable options", "list the available options"),
    ("how do I write documnetation", "how do I write documentation"),
    ("what is wrong with this scirpt", "what is wrong with this script"),
    ("is this documnetation right", "is this documentation right"),
    ("fix the grammer in the text below", "fix the grammar in the text below"),
    ("find the error in this scirpt", "find the error in this script"),
    ("replace the paragarph below with a list", "replace the paragraph below with a list"),
    ("the function retruns nothing, why", "the function returns nothing, why"),
    ("why does the function retrun null", "why does the function return null"),
    ("a function that replaces nubmers with words", "a function that replaces numbers with words"),
    ("find the errors in the scirpt that is below", "find the errors in the script that is below"),
    ("is there an error in it and how do I aviod it", "is there an error in it and how do I avoid it"),
    ("print nubmers from 1 to 10", "print numbers from 1 to 10"),
    ("list the errors in teh log below", "list the errors in the log below"),
    ("how deos it work", "how does it work"), ("explain what the command deos", "explain what the command does"),
    ("why wont it start", "why will not it start"), ("I want to lsit the files", "I want to list the files"),
    ("write a Pyhton package", "write a Python package"),
    ("write an email about Pyhton", "write an email about Python"),
  ])
  func otherSlipsAreForgiven(a: String, b: String) { #expect(isServed(a, b)) }
}
