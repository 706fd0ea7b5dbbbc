import Testing

@testable import Intent

/// Requests whose answer is another one each time.
@Suite struct FleetingWishTests {
  @Test(arguments: [
    "pick a random number between 1 and 10", "Generate a random password", "give me a uuid", "roll a die",
    "flip a coin",
    "surprise me", "a random fact", "random joke", "think of a number", "nenne eine zufällige Zahl",
    "tell me another joke", "another joke", "give me a different name for my cat", "write a different poem",
    "try again",
    "once more", "something else", "suggest one more title", "noch einen Witz", "otro chiste",
    "what time is it now", "What's today's date?", "what is the current time", "what day is it", "what is the time",
    "what is the date in Rome", "the current date",
    "what is the latest news", "what is the weather today", "what happened yesterday", "who is the current president",
    "is it raining right now", "show me today's headlines", "tell me the current price of gold", "wie spät ist es",
    "make up a secret token of 32 hex digits", "generate an API key", "generate a PIN", "generate a secret",
    "generate a key for AES", "new encryption key", "write a session token", "a v4 UUID please", "give me a salt",
    "give me a 4-digit PIN", "heads or tails?", "draw lots between Anna and Bob", "shuffle a b c",
    "a shuffled list of the planets", "guess a number", "what is the weather in Rome", "what is the price of bitcoin",
    "is it raining", "how many days until Christmas", "what is in the news", "Regenerate", "regenerate, please",
    "quelle heure est-il", "what is the latest version of node?", "how warm is it today",
    "next Friday's date", "What is next Monday's date?", "roll 2d6", "please roll 3d6 + 2", "can you flip a coin",
    "würfle 2w6", "roll d20", "flip 3 coins", "pick a card", "draw a number", "generate a UUIDv4", "a uuidv7",
    "make a ULID", "tomorrow's date in ISO format", "Yesterday's date as an epoch, please",
    "today's weather in Rome, Italy",
    "days until christmas", "number of days until Easter Sunday this time", "days left until the first of May",
    "how old is the queen now", "latest version of node",
    "continue", "Continue.", "please continue", "go on", "go on, please", "keep going", "go ahead",
    "What’s today’s date?", "tomorrow’s date in ISO format", "current unix timestamp", "timestamp now",
    "what week is it", "is it Friday", "dice roll", "coin flip", "lotto numbers", "generate an OTP code", "seed phrase",
    "neues Passwort bitte", "a different answer please",
    "password", "password please", "uuid v4", "uuid please", "api key please", "jwt secret", "OTP code please",
    "a one-time code", "12-word seed phrase", "mot de passe", "contraseña", "passwort bitte", "6 lotto numbers please",
    "d20 roll", "dice", "number between 1 and 10", "pick one: red, blue", "kopf oder zahl", "münze werfen",
    "timestamp", "unix timestamp", "epoch time", "time in Tokyo", "is it a weekday", "which day is it",
    "weekday today", "week number", "what week is this", "weather in Berlin", "bitcoin price",
    "Who is the current Formula 1 champion?", "What is the current status of SQL Server 2025",
    "show the current price of Microsoft Excel", "What is the current exchange rate, as an Excel formula",
    "What is the current SQL Server release date",
  ])
  func anAnswerToThemIsNoneNextTime(text: String) { #expect(FleetingWish.isAsked(in: text)) }

  @Test(arguments: [
    "name three cats", "summarise this text", "explain random forests", "what is a random variable",
    "convert this from one format to another", "how do I list files that changed today",
    "how to get the current branch",
    "write an email that I cannot come tomorrow", "translate to German: what time is it",
    "translate \"tell me another joke\" into French", "what is the difference between a list and another one",
    "how do I update to the latest version", "explain how to roll back a migration", "explain the current file",
    "write a new function", "list the current limits of this design", "what does `now` do in SQL",
    "What is the time complexity of this algorithm?", "what is the date format of logs",
    "Generate a random password with 16 characters in the shell.", "write a python function that picks a random line",
    "find a different word for happy", "give me another word for big", "generate a password policy for a company",
    "give me a regular expression for a UUID", "are two different lists equal", "make the text more formal",
    "write a haiku about today", "give me the key points", "explain a token bucket", "create a token bucket in Go",
    "write a secret santa invitation", "what is an API key", "create an SSH key", "how do I get an API key",
    "choose one of: spam, ham", "choose one of the labels", "what is the price elasticity of demand",
    "describe the weather in Macbeth", "continue the story", "explain uuid v4", "explain what a UUIDv4 is",
    "how to roll dice in python", "roll back 2 commits", "what is a card game", "roll out the plan in 2 steps",
    "keep the tone and shorten this", "how do I go on from here in vim", "write a python function that rolls 2d6",
    "explain 2d6 in role-playing games", "count the words until the first comma", "continue in German", "go on strike",
    "convert a unix timestamp to a date", "what is a coin flip algorithm in python",
    "give me 5 different names for a cat", "explain OTP codes", "what is a seed phrase?",
    "expected value of a dice roll", "is it Sunday in the Bible",
    "who won the coin toss in 2010", "what are lotto numbers", "Is it weekend work law in Germany",
    "what is the answer", "current timestamp in SQL", "what is the current week number formula in Excel",
    "time in seconds", "price elasticity", "explain the date format", "keys and values",
    "number between brackets regex", "primary key",
    "name a secret", "Define price", "Cost vs price", "time in Rust", "time in sonata form", "Weekday 2024-05-06",
    "Unix timestamp 1700000000", "Flip digits 12345", "numbers 1 10", "list api keys", "key words", "time code",
    "list of keys", "time complexity", "git token", "token bucket",
    "pick one: Free money! Click here now, and win a thousand dollars today", "full price",
    "write an invitation for next Friday at 8", "don’t translate the names",
    "regenerate the client from the schema", "the next release's notes as a list", "",
  ])
  func allOtherAnswersStay(text: String) { #expect(!FleetingWish.isAsked(in: text)) }

  /// What happened then stands in the text that comes with it.
  @Test func aTextSaysWhatIsSo() {
    #expect(!FleetingWish.isAsked(in: "what happened today?", isAboutText: true))
    #expect(FleetingWish.isAsked(in: "pick a random line", isAboutText: true))
  }

  /// An accent may stand apart from its letter, as some keyboards and file names write it.
  @Test(arguments: [
    "wu\u{308}rfle", "nenne eine zufa\u{308}llige Zahl", "wie spa\u{308}t ist es", "que\u{301} hora es",
    "un nombre ale\u{301}atoire, donne", "u\u{308}berrasche mich",
  ])
  func accentsMayStandApart(text: String) { #expect(FleetingWish.isAsked(in: text)) }

  @Test(arguments: ["explain the wu\u{308}rfel", "re\u{301}sume\u{301} this text", "дай мне список городов", ""])
  func accentsAloneAreNoWish(text: String) { #expect(!FleetingWish.isAsked(in: text)) }

  @Test func everyWishHasAWordThatIsLookedForFirst() {
    #expect(Set(FleetingWish.triggerWords) == FleetingWish.triggersThatAreNeeded)
  }

  /// What is asked of a text beside it is the same each time.
  @Test(arguments: ["Get price", "Print unique keys", "api key", "uuid v4", "timestamp", "weekday", "pick one: a, b"])
  func whereThereIsATextItIsAskedOfThat(text: String) {
    #expect(!FleetingWish.isAsked(in: text, isAboutText: true))
  }
}
