import Testing

@testable import Intent

/// Names, and words that are spoken of, are what they are written as.
@Suite struct WrittenWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("create a user named admin", "create a user named administrator"),
    ("create a tag called prod", "create a tag called production"),
    ("create a folder named lib", "create a folder named library"),
    ("write a song titled the repo", "write a song titled the repository"),
    ("grep for config", "grep for configuration"),
    ("search the code for func", "search the code for function"),
    ("count the word admin", "count the word administrator"),
    ("delete the user admin", "delete the user administrator"),
    ("list files in the lib folder", "list files in the library folder"),
    ("explain the dir command", "explain the folder command"),
    ("spell e-mail", "spell email"),
    ("how many letters in maths", "how many letters in mathematics"),
    ("how many letters are in fridge", "how many letters are in refrigerator"),
    ("what rhymes with fridge", "what rhymes with refrigerator"),
    ("how many letters in seven", "how many letters in 7"),
    ("count the vowels in nineteen", "count the vowels in 19"),
    ("print seven in Python", "print 7 in Python"),
    ("a regex for ten", "a regex for 10"),
    ("replace ten with two", "replace 10 with 2"),
    ("a regex for ok", "a regex for okay"),
    ("difference between admin and administrator", "difference between admin and admin"),
    ("difference between a and an", "difference between this and that"),
    ("the difference between I and me", "the difference between me and myself"),
    ("the difference between no and not", "the difference between no and nor"),
    ("explain ms", "explain milliseconds"),
    ("explain dir in Python", "explain directory in Python"),
    ("explain times", "explain multiplied by"),
    ("explain prime", "explain prime number"),
    ("explain everyday", "explain every day"),
    ("explain maybe", "explain may be"),
    ("develop a film", "develop a movie"),
  ])
  func anotherWordIsAnotherName(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("create a branch called prod", "please create a branch called prod"),
    ("explain this repo", "explain this repository"),
    ("explain this stack trace", "please explain the following stacktrace"),
    ("list the files in this dir", "list the files in this directory"),
    ("explain the difference between a list and a tuple in Python", "list vs tuple in Python"),
    ("a regex for email addresses", "write a regex for e-mail addresses"),
    ("a regex for three digits", "a regex for 3 digits"),
    ("what does the dir command do", "explain the dir command"),
    ("explain e-mail headers", "explain email headers"),
    ("what does this function do", "explain this function"),
    ("docstring, google style, for the function below", "google-style docstring for the func below"),
    ("what does the flag -z do in tar", "explain the -z option of tar"),
    ("list three fruits", "list 3 fruits"),
  ])
  func elsewhereItIsOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
