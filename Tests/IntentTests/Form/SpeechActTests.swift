import Testing

@testable import Intent

/// What a request is: an order, a question, a wish, or what is there.
@Suite struct SpeechActTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("let me know if the build breaks", "does the build break"),
    ("let me know if the server is down", "is the server down"),
    ("let me know if it rains", "does it rain"),
    ("let me know when lunch will be ready", "when will lunch be ready"),
    ("let me know when the package arrives", "when does the package arrive"),
    ("let me know if you have time", "do you have time"),
    ("let me know if there are problems", "are there problems"),
    ("let me know if the price drops", "does the price drop"),
    ("let me know if she calls", "does she call"),
    ("let me know when the page is up", "when is the page up"),
    ("let me know if the disk is full", "is the disk full"),
    ("tell me if you need anything", "do you need anything"),
  ])
  func toBeToldOfIsNoQuestion(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("let me know how many words are in this text", "how many words are in this text"),
    ("let me know why the sky is blue", "tell me why the sky is blue"),
    ("tell me if the tests fail", "tell me whether the tests fail"),
    ("let me know where Rome is", "where is Rome"),
    ("let me know if the build breaks", "please let me know if the build breaks"),
    ("let me know how long the film is", "explain to me how long the film is"),
    ("let me know who wrote Emma", "tell me who wrote Emma"),
    ("let me know where Rome lies", "I want to know where Rome lies"),
    ("let me know how often cats sleep", "do you know how often cats sleep"),
    ("let me know if the tests fail", "let me know if the tests fail, please"),
    ("let me know when lunch is ready", "hey, let me know when lunch is ready"),
  ])
  func toBeToldMayBeAQuestion(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("the correction of the course", "correct the course"),
    ("the conversion of the Saxons", "convert the Saxons"),
    ("the conversion of the mill", "convert the mill"),
    ("the rewrite of the engine", "rewrite the engine"),
    ("update of the treaty", "update the treaty"),
    ("the classification of a whale", "classify a whale"),
    ("the painting of the ceiling", "paint the ceiling"),
    ("the opening of the museum", "open the museum"),
    ("the hiding of the gold", "hide the gold"),
    ("the selling of a house", "sell a house"),
    ("the signing of the treaty", "sign the treaty"),
    ("the translating of the Iliad", "translate the Iliad"),
    ("the translation of the Iliad", "translate the Iliad"),
    ("draft of a striker", "write a striker"),
    ("the refactoring of the party", "refactor the party"),
    ("the expansion of the empire", "expand the empire"),
    ("the shortening of the day", "shorten the day"),
    ("the reading of a poem", "read a poem"),
    ("the German translation of the Bible", "translate the Bible into German"),
    ("the conversion of St Paul", "convert St Paul"),
    ("the count of Monte Cristo", "count Monte Cristo"),
    ("the extraction of oil", "extract oil"),
    ("the making of a murderer", "make a murderer"),
    ("the translation of Ulysses", "translate Ulysses"),
    ("the writing of a letter", "write a letter"),
    ("translation of the Bible into German", "translate the Bible into German"),
    ("design of a bridge", "design a bridge"),
    ("plan of a building", "plan a building"),
    ("list of Schindler", "list Schindler"),
    ("the trimming of the hedge", "trim the hedge"),
    ("the conversion of Russia to Christianity", "convert Russia to Christianity"),
    ("the conversion of 3 pagans", "convert 3 pagans"),
    ("the killing of 3 kings", "kill 3 kings"),
    ("the building of this wall", "build this wall"),
    ("the writing of this book", "write this book"),
  ])
  func whatHappensIsNoOrder(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("the translation of this text into French", "translate this text into French"),
    ("a summary of the French Revolution", "summarize the French Revolution"),
    ("an explanation of photosynthesis", "explain photosynthesis"),
    ("a description of the water cycle", "describe the water cycle"),
    ("the correction of this paragraph", "correct this paragraph"),
    ("a conversion of this CSV to JSON", "convert this CSV to JSON"),
    ("conversion of 10 miles to km", "convert 10 miles to km"),
    ("a comparison of Rust and Go", "compare Rust and Go"),
    ("a rewrite of the email below", "rewrite the email below"),
    ("the sorting of a list in Python", "sort a list in Python"),
    ("draft of a letter to my landlord", "write a letter to my landlord"),
    ("a classification of the following reviews", "classify the following reviews"),
    ("an outline of a talk about bees", "outline a talk about bees"),
    ("translation of \"good morning\" into Japanese", "translate \"good morning\" into Japanese"),
    ("a definition of entropy", "define entropy"),
    ("a correction of my essay", "correct my essay"),
  ])
  func theNounOfATextIsAnOrder(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("the program that counts votes", "write a program that counts votes"),
    ("the function that sorts dates", "write a function that sorts dates"),
    ("I need the script that cleans the logs", "write a script that cleans the logs"),
    ("the query that timed out", "write a query that timed out"),
    ("the Python script that sends the mail", "write a Python script that sends the mail"),
    ("the poem that won the prize", "write a poem that won the prize"),
    ("the letter that started the war", "write a letter that started the war"),
    ("give me the function that parses dates", "write a function that parses dates"),
    ("the story that ends well", "write a story that ends well"),
    ("the app which tracks runs", "build an app which tracks runs"),
    ("the essay that caused the scandal", "write an essay that caused the scandal"),
    ("the poem about the raven", "write a poem about the raven"),
    ("the letter to the Romans", "write a letter to the Romans"),
    ("the plan of the building", "write a plan of the building"),
    ("the recipe of my grandmother", "write a recipe of my grandmother"),
    ("the report of the commission", "write a report of the commission"),
    ("the song of the year", "write a song of the year"),
    ("the speech of the president", "write a speech of the president"),
    ("the story of Job", "write a story of Job"),
    ("the story that started this war", "write a story that started this war"),
    ("the function of the liver", "write a function of the liver"),
    ("the function of this gene", "write a function of this gene"),
    ("the program of the party", "write a program of the party"),
    ("the poem", "write a poem"),
    ("the letter", "write a letter"),
    ("the script", "write a script"),
    ("this script that runs daily", "write a script that runs daily"),
    ("that script which runs daily", "write a script which runs daily"),
  ])
  func whatIsThereIsNotToBeMade(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("a script that runs every Monday", "write a script that runs every Monday"),
    ("I need a function that parses dates", "write a function that parses dates"),
    ("what is the regex to match a date?", "write a regex for matching a date"),
    ("a poem that rhymes", "write a poem that rhymes"),
    ("script that deletes logs", "write a script that deletes logs"),
    ("give me a query that returns all users", "write a query that returns all users"),
    ("I need an SQL query that lists orders", "write an SQL query that lists orders"),
    ("can you write a script that runs every Monday", "write a script that runs every Monday"),
    ("the commit message for this diff", "write a commit message for this diff"),
    ("Python function that reverses a list", "write a Python function that reverses a list"),
    ("a program that counts votes please", "write a program that counts votes"),
    ("the regex for dates", "regex for dates"),
  ])
  func whatIsNotThereIsToBeMade(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("can you translate Greek", "translate Greek"),
    ("will you translate Greek", "translate Greek"), ("would you write songs", "write songs"),
    ("can you summarize podcasts", "summarize podcasts"),
    ("can you read spreadsheets", "read spreadsheets"),
    ("could you write songs", "write songs"),
    ("can you draw cartoons", "draw cartoons"),
    ("can you generate videos", "generate videos"),
    ("can you convert units", "convert units"),
    ("can you translate into Elvish", "translate into Elvish"),
    ("can you open files", "open files"),
    ("can you send messages", "send messages"),
    ("are you able to read Arabic", "read Arabic"),
    ("would you be able to solve riddles", "solve riddles"),
    ("is it possible to get a discount", "get a discount"),
    ("can I get a refund", "get a refund"),
    ("I want to write a novel", "write a novel"),
    ("are you able to run code", "run code"),
    ("I need to cancel my subscription", "cancel my subscription"),
    ("I am trying to open the door", "open the door"),
    ("I have to send the report", "send the report"),
    ("I need to restart the server", "restart the server"),
    ("I want to delete my account", "delete my account"),
    ("I would like to write a book", "write a book"),
    ("can we get married", "get married"),
    ("can you open locked doors", "open locked doors"),
    ("can you run code", "run code"),
    ("can you write in French", "write in French"),
    ("we want to move the office", "move the office"),
    ("we want to write a book", "write a book"),
    ("would it be possible to get a refund", "get a refund"),
    ("can you buy games on Linux", "buy games on Linux"),
    ("can you install Windows", "install Windows"),
    ("can you run Docker on Windows", "run Docker on Windows"),
    ("can you get Python for Windows", "get Python for Windows"),
    ("can you rename branches in git", "rename branches in git"),
    ("can you translate books", "translate books"),
    ("can you write good code", "write good code"),
    ("can you write very long stories", "write very long stories"),
    ("are you able to write long stories", "write long stories"),
    ("can you create accurate maps", "create accurate maps"),
    ("can you write poems and songs", "write poems and songs"),
    ("can you find people", "find people"),
    ("can you show images", "show images"),
    ("can you get sick", "get sick"),
    ("can you remove stains", "remove stains"),
    ("can you give discounts", "give discounts"),
    ("can you give refunds", "give refunds"),
    ("can you tell lies", "tell lies"),
    ("can you make coffee", "make coffee"),
    ("can you create videos", "create videos"),
    ("can you create images in Python", "create images in Python"),
    ("could you generate random numbers", "generate random numbers"),
  ])
  func whetherOneCanIsNoOrder(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("can you summarize this article", "summarize this article"),
    ("can you write a poem about the sea", "write a poem about the sea"),
    ("could you translate \"hello\" into Greek", "translate \"hello\" into Greek"),
    ("can you write poems about cats", "write poems about cats"),
    ("can you please write poems", "write poems"),
    ("can you write three poems", "write three poems"),
    ("can you read the attached file", "read the attached file"),
    ("can you explain closures", "explain closures"),
    ("could you fix the bug in this code", "fix the bug in this code"),
    ("can you sort these rows by price", "sort these rows by price"),
    ("are you able to summarise the report below", "summarise the report below"),
    ("can you list all prime numbers below 50", "list all prime numbers below 50"),
    ("can I get a summary of this text", "a summary of this text"),
    ("I want to write a letter to my landlord", "write a letter to my landlord"),
    ("can you write code that sorts a list", "write code that sorts a list"),
    ("can you translate into French: hello there", "translate into French: hello there"),
    ("can you translate into French", "translate into French"),
    ("can you translate this into French", "translate this into French"),
    ("can you list fruits", "list fruits"), ("can you summarize Hamlet", "summarize Hamlet"),
    ("can you convert to JSON", "convert to JSON"), ("can you sort alphabetically", "sort alphabetically"),
  ])
  func aPoliteOrderIsOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("how do I delete my profile", "delete my profile"),
    ("how to install Firefox", "install Firefox"),
    ("how to install Docker", "install Docker"),
    ("how do I restart apache", "restart apache"),
    ("command to stop the service", "stop the service"),
    ("command to remove all images", "remove all images"),
    ("what command restarts the server", "restart the server"),
    ("give me the command to rename the folder", "rename the folder"),
    ("find photos on Windows", "how do I find photos on Windows"),
    ("find the MAC address on Linux", "how do I find the MAC address on Linux"),
    ("show the serial number on Windows", "how do I show the serial number on Windows"),
    ("how do I send the report", "send the report"),
    ("how do I delete my account in GitHub", "delete my account in GitHub"),
    ("how do I close the window", "close the window"),
    ("how do I find a job on Linux", "find a job on Linux"),
    ("how do I find the largest file in git", "find the largest file in git"),
    ("how do I get the wifi password on Windows", "get the wifi password on Windows"),
    ("how do I kill a process", "kill a process"),
    ("how do I list all open ports", "list all open ports"),
    ("how do I list the files", "list the files"),
    ("how do I open a bank account", "open a bank account"),
    ("how do I see the wifi password on macOS", "see the wifi password on macOS"),
    ("how do I send an email", "send an email"),
    ("how do I learn Python", "learn Python"),
    ("how do I download Python", "download Python"),
  ])
  func howToIsNoOrder(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("how do I undo the last commit in git", "undo the last commit in git"),
    ("how do I delete a remote branch in git", "git delete remote branch"),
    ("how do I restart nginx on Debian", "restart nginx on Debian"),
    ("how can I list all running Docker containers", "list all running docker containers"),
    ("what is the git command to remove a remote branch", "git: remove a remote branch"),
    ("how do I exit vim without saving", "exit vim without saving"),
    ("how do I sort a dictionary by value in Python", "sort a dictionary by value in Python"),
    ("how to delete my account", "how do I delete my account"),
    ("show me how to install Docker", "how do I install Docker"),
    ("tell me how to find files on Linux", "how do I find files on Linux"),
    ("how do I remove duplicate lines from a file", "remove duplicate lines from a file"),
    ("command to restart the server", "what is the command to restart the server"),
  ])
  func anOrderThatCanOnlyBeExplainedAsksHow(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("will you keep my messages", "keep my messages"),
    ("will you publish this letter", "publish this letter"),
    ("will you remember this chat", "remember this chat"),
    ("would you sign this lease", "sign this lease"),
    ("would you recommend this book", "recommend this book"),
    ("would you recommend Rust", "recommend Rust"),
    ("would you merge this pull request", "merge this pull request"),
    ("would you buy this car", "buy this car"),
    ("can anyone see my photos", "see my photos"),
    ("could anyone access the server", "access the server"),
    ("can somebody read my mail", "read my mail"),
    ("can you explain videos", "explain videos"),
    ("could you pass the driving test", "pass the driving test"),
    ("is it possible for you to remember faces", "remember faces"),
  ])
  func whatNoWriterDoesIsAQuestion(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("will you write me a poem", "write me a poem"),
    ("would you translate this into French", "translate this into French"),
    ("would you sort this list by name", "sort this list by name"),
    ("would you remove the typos from this text", "remove the typos from this text"),
    ("would you recommend a good book", "recommend a good book"),
    ("can anyone explain monads", "explain monads"),
    ("can anybody help me fix this bug", "fix this bug"),
    ("can someone write a regex for dates", "write a regex for dates"),
    ("could you invent a story about a dragon", "invent a story about a dragon"),
    ("could you explain how DNS works", "explain how DNS works"),
  ])
  func whatAWriterDoesIsAnOrder(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("explain the rules that children understand", "explain the rules so that children understand"),
    ("simplify the words that a beginner understands", "simplify the words so that a beginner understands"),
    ("rewrite the sentence that sounds formal", "rewrite the sentence so that it sounds formal"),
    ("rewrite the paragraph that is formal", "rewrite the paragraph so that it is formal"),
    ("list the chapters to be reviewed", "list the reviewed chapters"),
    ("list the tasks to be completed", "list the completed tasks"),
  ])
  func whichOnesIsNotHow(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("explain recursion so that a child understands it", "explain recursion to a child"),
    ("I'd like an email that politely declines the meeting", "write a polite email declining the meeting"),
  ])
  func whatIsToBeIsHow(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
