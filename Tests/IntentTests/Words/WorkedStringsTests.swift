import Testing

@testable import Intent

/// A string that is worked on by its letters and stands bare is compared as it is written; a kind of thing is not.
@Suite struct WorkedStringsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    "count the letters in {}", "how many characters does {} have", "MD5 of {}", "the SHA-1 hash of {}", "ROT13 of {}",
    "URL-encode {}", "encrypt {} with Caesar", "print {} in C", "a shell script that prints {}", "write {} backwards",
    "a bash one-liner that echoes {}", "write {} in Morse code", "spell {} backwards", "translate {} to Spanish",
    "how do you say {} in Spanish", "Spanish translation of {}", "pronounce {}", "anagram of {}", "tokenise {}",
    "a button that says {}", "a log message {}", "the title {}", "reply with {}", "say {}", "output {}", "type {}",
    "is {} grammatical", "which tense is {}", "part of speech of {}", "lowercase {}", "Pig Latin for {}",
    "how many words in {}", "identify the verb in {}", "passive form of {}", "what letter does {} end with",
    "does {} need a comma", "a haiku starting with {}", "how many times does the letter s occur in {}",
    "snake_case {}", "Spellcheck {}", "Draft a reply to {}", "Critique the prompt {}", "replace {} with x",
  ])
  func itIsComparedAsWritten(request: String) {
    for (a, b) in [
      ("I don't know", "I do not know"), ("three cats", "3 cats"), ("the colour", "the color"), ("teh cat", "the cat"),
      ("what's up", "what is up"), ("organise", "organize"),
    ] {
      let (one, other) = (request.replacing("{}", with: a), request.replacing("{}", with: b))
      #expect(!isServed(one, other) && !isServed(other, one), "\(one)")
    }
  }

  @Test(arguments: [
    ("how do you say hello in German", "translate hello into German"),
    ("translate 'hello' to French", "translate \"hello\" to French"),
    ("print nubmers from 1 to 10", "print numbers from 1 to 10"),
    ("replace tabs with spaces in Vim", "replace tabs by spaces in Vim"),
    ("write a tweet announcing our new app", "tweet to announce our new app"),
    ("what does this error message mean?", "meaning of this error message"),
    ("how do I reverse a string in Python", "reverse a string in Python"),
    ("shell: random 16-character password", "Generate a random password with 16 characters in the shell."),
  ])
  func whatHasNoLettersIsRead(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("MD5 of three cats", "three cats"), ("print hello world in C", "hello world"), ("reverse a string in C", ""),
    ("print", ""), ("explain recursion", ""), ("MD5 of", ""), ("backwards", ""), ("is it", ""), ("say \"hi\"", ""),
    ("reply with yes or no", ""), ("is organise correct?", "organise correct"), ("", ""), ("say say say", "say say"),
  ])
  func stringsAreFound(text: String, string: String) { #expect(WorkedStrings.string(in: GuardFacts(text)) == string) }
}
