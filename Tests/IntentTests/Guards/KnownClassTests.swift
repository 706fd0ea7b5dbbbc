import Testing

@testable import Intent

/// What may be said of what stands before it, of when it is done, or of one thing of its kind.
@Suite struct KnownClassTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// Lengths of works, times of deeds, articles, columns, participles and words of a language.
  @Test(arguments: [
    ("in 20 lines, explain a neural network", "explain a neural network in 20 lines"),
    ("in six words, explain a story", "explain a story in six words"),
    ("in two sentences, explain a joke", "explain a joke in two sentences"),
    ("in five lines, explain a web server", "explain a web server in five lines"),
    ("what is, in ten lines, a chess engine", "what is a chess engine in ten lines"),
    ("in 280 characters, explain a tweet", "explain a tweet in 280 characters"),
    ("cancel the Monday call", "cancel the call on Monday"),
    ("move the Friday meeting", "move the meeting on Friday"),
    ("cancel Tuesday's interview", "cancel the interview on Tuesday"),
    ("postpone the Monday standup", "postpone the standup on Monday"),
    ("reschedule the June workshop", "reschedule the workshop in June"),
    ("remind the team of the Monday call", "remind the team of the call on Monday"),
    ("announce the summer sale", "announce the sale in summer"),
    ("start the weekend sale", "start the sale on the weekend"),
    ("write a spring poem", "write a poem about a spring"),
    ("write a poem about spring", "write a poem about a spring"),
    ("write a poem about summer", "write a poem about a summer"),
    ("explain cricket to a child", "explain a cricket to a child"),
    ("describe bridge", "describe a bridge"),
    ("explain light", "explain a light"),
    ("how do I make paper", "how do I make a paper"),
    ("what is squash", "what is a squash"),
    ("describe the properties of glass", "describe the properties of a glass"),
    ("write a story about space", "write a story about a space"),
    ("in a table, compare `a` and `b`", "compare `a` and `b` in a table"),
    ("in a table, compare `id` and `name`", "compare `id` and `name` in a table"),
    ("in a table, compare `user_id` and `account_id`", "compare `user_id` and `account_id` in a table"),
    ("in a table, compare user_id and account_id", "compare user_id and account_id in a table"),
    ("as JSON, compare `a` and `b`", "compare `a` and `b` as JSON"),
    ("in a spreadsheet, compare `price` and `cost`", "compare `price` and `cost` in a spreadsheet"),
    ("in Excel, how do I open a file made", "how do I open a file made in Excel"),
    ("in Word, how do I edit a letter written", "how do I edit a letter written in Word"),
    ("in Teams, how do I read a message sent", "how do I read a message sent in Teams"),
    ("per line, list files with one word", "list files with one word per line"),
    ("per page, list reports with a single chart", "list reports with a single chart per page"),
    ("as JSON, write a script to save users", "write a script to save users as JSON"),
    ("as CSV, write a function to export orders", "write a function to export orders as CSV"),
    ("as JSON, write a script for saving users", "write a script for saving users as JSON"),
    ("as XML, create a tool to store orders", "create a tool to store orders as XML"),
    ("in German, explain this word", "explain this word in German"),
    ("in German, explain this rule", "explain this rule in German"),
    ("in French, explain this idiom", "explain this idiom in French"),
    ("in Spanish, explain the following tense", "explain the following tense in Spanish"),
    ("in Japanese, describe this grammar rule", "describe this grammar rule in Japanese"),
    ("in Latin, explain this quote", "explain this quote in Latin"),
    ("in French, explain this title", "explain this title in French"),
    ("in 500 words, explain an essay", "explain an essay in 500 words"),
    ("in one page, explain a resume", "explain a resume in one page"),
    ("in three bullet points, explain a slide", "explain a slide in three bullet points"),
    ("using a loop, explain this function", "explain this function using a loop"),
  ])
  func whatMayBelongElsewhereStaysApart(a: String, b: String) { #expect(!isServed(a, b)) }

  /// Where it can only be said of the whole.
  @Test(arguments: [
    ("in two sentences, explain recursion", "explain recursion in two sentences"),
    ("in two sentences, explain why the deploy failed", "explain why the deploy failed in two sentences"),
    ("in three sentences, summarize this story", "summarize this story in three sentences"),
    ("in two sentences, explain a mutex", "explain a mutex in two sentences"),
    ("list the Monday meetings", "list the meetings on Monday"),
    ("summarize Friday's meeting", "summarize the meeting on Friday"),
    ("write an email to decline the Friday meeting", "write an email to decline the meeting on Friday"),
    ("show the June sales", "show the sales in June"),
    ("write a winter haiku", "write a haiku about winter"),
    ("write a poem about the spring", "write a poem about spring"),
    ("write a cat poem", "write a poem about a cat"),
    ("explain the cricket rules to a child", "explain cricket rules to a child"),
    ("in a short table, compare Postgres and MySQL", "compare Postgres and MySQL in a short table"),
    ("in Excel, how do I merge two columns", "how do I merge two columns in Excel"),
    ("as JSON, generate ten fake users", "generate ten fake users as JSON"),
    ("in German, explain this error message", "explain this error message in German"),
    ("in German, summarize this article", "summarize this article in German"),
    ("in French, explain the text below", "explain the text below in French"),
    ("in German, translate this word", "translate this word in German"),
  ])
  func theirNeighboursAreOne(a: String, b: String) { #expect(isServed(a, b)) }

  /// A node is not Node, the joker no joker, and a picture of somebody not his.
  @Test(arguments: [
    ("what is a root", "what is root"),
    ("what is a go", "what is go"),
    ("what is a map", "what is map"),
    ("what is an atom", "what is atom"),
    ("what is a node", "what is node"),
    ("what is a mole", "what is mole"),
    ("explain a fish shell", "explain the fish shell"),
    ("write a poem about an orange", "write a poem about orange"),
    ("who is the doctor", "who is a doctor"),
    ("who is the joker", "who is a joker"),
    ("explain the civil war", "explain a civil war"),
    ("explain the gold rush", "explain a gold rush"),
    ("explain the white house", "explain a white house"),
    ("what is the big bang", "what is a big bang"),
    ("explain the prohibition", "explain prohibition"),
    ("explain the enlightenment", "explain enlightenment"),
    ("describe the picture of my mother", "describe my mother's picture"),
    ("describe the memory of my father", "describe my father's memory"),
    ("list the paintings of the king", "list the king's paintings"),
    ("explain the photos of the photographer", "explain the photographer's photos"),
    ("explain the conquest of Rome", "explain Rome's conquest"),
    ("describe the hunt of the lion", "describe the lion hunt"),
    ("describe the discovery of the scientist", "describe the scientist's discovery"),
    ("write a review of the band colleage", "write a review of the band colleague"),
    ("who is the boss", "who is my boss"),
    ("tell me about the civil war", "tell me about a civil war"),
    ("write an essay about the revolution", "write an essay about a revolution"),
    ("write a biography of the king", "write a biography of a king"),
    ("what caused the war", "what caused a war"),
    ("how did the war end", "how did a war end"),
    ("what is an amazon", "what is amazon"),
  ])
  func articlesAndPicturesTellApart(a: String, b: String) { #expect(!isServed(a, b)) }

  /// Where an article says nothing, and what belongs to somebody is his.
  @Test(arguments: [
    ("write a poem about a cat", "write a cat poem"),
    ("what is a monad", "what is monad"),
    ("explain the observer pattern", "explain observer pattern"),
    ("explain a race condition", "explain race condition"),
    ("fix a bug in this code", "fix the bug in this code"),
    ("explain the theory of the author", "explain the author's theory"),
    ("describe the death of the author", "describe the author's death"),
    ("explain the size of the image", "explain the image size"),
  ])
  func elsewhereTheyAreOne(a: String, b: String) { #expect(isServed(a, b)) }
}
