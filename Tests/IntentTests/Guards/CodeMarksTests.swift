import Testing

@testable import Intent

/// Which marks are code, how exactly a number is meant, whether all are meant and whose something is: what is asked of them is in
/// `Data/look-alikes-marks.txt`, and here what they leave alone.
@Suite struct CodeMarksTests {
  @Test(arguments: [
    ("pancake recipe", "recipe for pancakes"), ("convert json -> yaml", "convert json to yaml"),
    ("summarise (in 3 bullets)", "summarise in 3 bullets"),
    ("what does `git stash` do", "what does 'git stash' do"),
    ("translate 'hello' to French", "translate \"hello\" to French"),
    ("exactly 50 words", "precisely 50 words"), ("roughly 50 words", "approximately 50 words"),
    ("write an SQL query that counts the orders for each customer", "SQL query to count orders per customer"),
    ("what does [[ -n $x ]] do", "What does [[ -n $x ]] do?"),
    ("remove comments from a file in Python", "remove all comments from a file in Python"),
    ("find files containing foo", "find files with foo"),
    ("write a table with two columns", "write a table containing two columns"),
    ("remove an element from a list in Python", "delete an element from a list in Python"),
    ("summarise the attached report", "summarise the report"), ("translate the following text", "translate the text"),
    ("list all branches in git", "git: list all branches"),
    ("suggest good names for a cat", "suggest names for a cat"),
    ("give me a good title for this article", "give me a title for this article"),
    ("what is the capital of Kenya", "what is the capital city of Kenya"),
    ("who directed the movie Jaws", "who is the director of the movie Jaws"),
    ("ten keywords for this text", "ten keywords from this text"),
    ("is this review positive/negative?", "is this review positive or negative?"),
  ])
  func otherWordingsStayOne(one: String, other: String) {
    #expect(CacheTier.match(LabelledPair(one, other, isSame: true, kind: ""), threshold: 2) != nil)
  }

  @Test(arguments: [
    ("f(x) in Python", []), ("(a)", ["("]), ("( x )", ["("]), ("((x))", ["(", "("]), ("summarise (3 lines)", []),
    ("summarise (a few lines)", []), ("[x]", ["[", "]"]), ("if [ x ]", ["[ ", "]"]), ("pros & cons", []),
    ("x & y", ["&"]), ("what is I & you", []), ("x; y", [";"]), ("x, then y", []), ("a 'x' in Python", ["'"]),
    ("say 'x' to me", []), ("don't use Python", []), ("", []),
  ])
  func marksOfCodeAreFound(text: String, marks: [String]) { #expect(CodeMarks.marks(in: GuardFacts(text)) == marks) }

  @Test(arguments: [
    ("exactly 50 words", ["exactly"]), ("about fifty words", ["about"]), ("well under 50 words", ["far: well"]),
    ("just more than 50 words", ["far: just"]), ("under 50 words", []), ("tell me about cats", []),
    ("exactly as in 2 files", []),
  ])
  func numbersAreHedged(text: String, hedges: [String]) {
    #expect(HedgedNumbers.hedges(of: GuardFacts(text).pieces) == hedges)
  }
}
