import Testing

@testable import Intent

/// A phrase in front and the same words at the end.
@Suite struct FrontPhraseTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// At the end it may belong to the noun or the clause before it.
  @Test(arguments: [
    ("in Swedish, explain the passive", "explain the passive in Swedish"),
    ("in Polish, list the cases", "list the cases in Polish"),
    ("in Spanish, describe the slang", "describe the slang in Spanish"),
    ("in Italian, find the songs", "find the songs in Italian"),
    ("In French, can you list the verbs?", "can you list the verbs in French"),
    ("in Japanese, write about the honorifics", "write about the honorifics in Japanese"),
    ("in German, write a report about the word order", "write a report about the word order in German"),
    ("in English, write an essay about a novel", "write an essay about a novel in English"),
    ("in German, summarize the films he likes", "summarize the films he likes in German"),
    ("in French, list the words in this text", "list the words in this text in French"),
    ("in German, explain the jokes below that he made", "explain the jokes below that he made in German"),
    ("in Spanish, tell me how they greet each other", "tell me how they greet each other in Spanish"),
    ("in JSON, explain the comments", "explain the comments in JSON"),
    ("in a table, find the columns", "find the columns in a table"),
    ("in XML, list the attributes", "list the attributes in XML"),
    ("as CSV, find the data she exported", "find the data she exported as CSV"),
    ("as JSON, explain dates", "explain dates as JSON"),
    ("as a table, list the figures shown", "list the figures shown as a table"),
    ("as a PDF, describe the report he sent", "describe the report he sent as a PDF"),
    ("in a friendly tone, list the letters", "list the letters in a friendly tone"),
    ("in simple terms, find the definitions", "find the definitions in simple terms"),
    ("in detail, tell me how he planned the attack", "tell me how he planned the attack in detail"),
    ("step by step, describe how they built it", "describe how they built it step by step"),
    ("in two sentences, find the errors", "find the errors in two sentences"),
    ("in three words, list the names", "list the names in three words"),
    ("using Python, list the scripts", "list the scripts using Python"),
    ("using Python, list scripts", "list Python scripts"),
    ("using Java, find companies", "find Java companies"),
    ("using Rust, describe the projects", "describe the projects using Rust"),
    ("using jq, fix the scripts", "fix the scripts using jq"),
    ("in bash, fix the scripts", "fix the scripts in bash"),
    ("using Docker, restart the services", "restart the services using Docker"),
    ("with git, find the folders", "find the folders with git"),
    ("using a hammer, draw a man", "draw a man using a hammer"),
    ("using statistics, describe how people cheat", "describe how people cheat using statistics"),
    ("using an analogy, explain how poets teach", "explain how poets teach using an analogy"),
    ("with emojis, find the messages", "find the messages with emojis"),
    ("without errors, list the files", "list the files without errors"),
    ("without headers, find the tables", "find the tables without headers"),
    ("without jargon, list the articles", "list the articles without jargon"),
    ("ignoring warnings, describe the compiler", "describe the compiler ignoring warnings"),
    ("as a lawyer, explain why he quit", "explain why he quit as a lawyer"),
    ("as a pirate, draw this man", "draw this man as a pirate"),
    ("as a villain, describe this person", "describe this person as a villain"),
    ("as an expert, describe the witness", "describe the witness as an expert"),
    ("as a student, write a story about Tom", "write a story about Tom as a student"),
    ("for experts, list the rules", "list the rules for experts"),
    ("for kids, list the books", "list the books for kids"),
    ("for kids, I need a review of a story", "I need a review of a story for kids"),
    ("for children, explain vaccines", "explain vaccines for children"),
    ("for women, describe the risks of aspirin", "describe the risks of aspirin for women"),
    ("for my boss, explain why the plan is bad", "explain why the plan is bad for my boss"),
    ("for children, write a report about books", "write a report about books for children"),
    ("for a 5-year-old, explain the right dose", "explain the right dose for a 5-year-old"),
    ("for beginners, explain the mistakes", "explain the mistakes for beginners"),
    ("for beginners, list exercises", "list exercises for beginners"),
    ("for plumbers, list the risks of lead", "list the risks of lead for plumbers"),
    ("to my wife, explain why I lied", "explain why I lied to my wife"),
    ("to children, explain threats", "explain threats to children"),
    ("to the team, describe the message I sent", "describe the message I sent to the team"),
    ("after dinner, describe the songs we sang", "describe the songs we sang after dinner"),
    ("before the exam, list the books he read", "list the books he read before the exam"),
    ("during the war, describe how people lived", "describe how people lived during the war"),
    ("at noon, tell me what they ate", "tell me what they ate at noon"),
    ("on Friday, cancel the meeting", "cancel the meeting on Friday"),
    ("in this email, explain what happened", "explain what happened in this email"),
    ("while driving, tell me why people text", "tell me why people text while driving"),
    ("crying, describe the child", "describe the child crying"),
    ("based on age, list the discounts", "list the discounts based on age"),
    ("based on novels, write a report about films", "write a report about films based on novels"),
    ("for each country, write a report about sales", "write a report about sales per country"),
    ("in the following languages, explain the tenses", "explain the tenses in the following languages"),
    ("in the following style, describe the houses", "describe the houses in the following style"),
    ("as JSON, how do I store a date", "how do I store a date as JSON"),
    ("as YAML, parse the file", "parse the file as YAML"),
    ("without parsing errors, fix the files", "fix the files without parsing errors"),
    ("with Python, delete the files", "delete the files with Python"),
    ("using curl, delete the files", "delete the files using curl"),
    ("using Python, write a report about files", "write a report about files using Python"),
    ("in French, suggest songs", "suggest songs in French"),
    ("in German, recommend books", "recommend books in German"),
    ("with a dog, explain how he left", "explain how he left, with a dog"),
    ("for new parents, explain this law", "explain this law for new parents"),
    ("explain, in Swedish, the passive", "please explain the passive in Swedish"),
    ("in German, list the months", "show the months in German please"),
    ("In French can you list the verbs?", "can you list the verbs in French"),
    ("briefly, explain why he stopped", "explain why he stopped briefly"),
    ("explain formally how he spoke", "explain how he spoke formally"),
    ("auf Englisch, erkläre die Zeiten", "erkläre die Zeiten auf Englisch"),
    ("per month, explain the costs", "explain the costs per month"),
    ("in the style of Goya, describe the painting", "describe the painting in the style of Goya"),
    ("from scratch, explain how they built it", "explain how they built it from scratch"),
    ("in alphabetical order, find the lists", "find the lists in alphabetical order"),
    ("in German, what is word order?", "what is word order in German?"),
    ("in German, explain word order in two sentences", "in two sentences, explain word order in German"),
    ("in three words, delete the lines", "delete the lines in three words"),
    ("in under 100 words, explain the letter he wrote", "explain the letter he wrote in under 100 words"),
    ("in simple terms, describe the texts", "describe the texts in simple terms"),
    ("in detail, translate the letters", "translate the letters in detail"),
    ("as a bulleted list, mark the sentences", "mark the sentences as a bulleted list"),
    ("in this email, explain recursion", "explain recursion in this email"),
    ("in verse, explain the use", "explain the use of verse"),
    ("cancel on Friday the meeting", "please cancel the meeting on Friday"),
    ("explain for patients the risks", "please explain the risks for patients"),
    ("list, in French, the words in this text", "show the words in this text in French"),
    (
      "active voice instead of passive voice in the following report, can you replace it",
      "Replace the active voice with passive voice in the following report."
    ),
    ("telling a joke, draw a man", "draw a man telling a joke"),
    ("thanking the staff, shorten the letter", "shorten the letter thanking the staff"),
    ("working alone, explain how freelancers live", "explain how freelancers live, working alone"),
    ("with a loop, mark every function in this file", "mark every function in this file with a loop"),
    ("using recursion, list the functions in this file", "list the functions in this file using recursion"),
    ("in Rust, explain closures", "explain closures in Rust"),
    ("to my son, explain this letter", "explain this letter to my son"),
    ("in 50 words, find the errors in this court ruling", "find the errors in this court ruling in 50 words"),
    ("in 50 words, list the men this judge ruling mentions", "list the men this judge ruling mentions in 50 words"),
    ("with git, plot the commits in this file as a project", "plot the commits in this file as a project with git"),
    ("with Excel, list the sales in this file as a chart", "list the sales in this file as a chart with Excel"),
    (
      "with Python, plot the jobs he runs in this file as a chart",
      "plot the jobs he runs in this file as a chart with Python"
    ),
    ("to save disk space, write a script", "write a script to save disk space"),
    ("to save disk space, describe the plan", "describe the plan to save disk space"),
    ("to save disk space, delete the scripts", "delete the scripts to save disk space"),
    ("to save disk space, ask the team", "ask the team to save disk space"),
    (
      "to save disk space, list the reasons to delete the logs",
      "list the reasons to delete the logs to save disk space"
    ),
    ("to save disk space, describe and delete the logs", "describe and delete the logs to save disk space"),
    ("to save disk space, tell me why they delete the logs", "tell me why they delete the logs to save disk space"),
    ("to train the model, delete the images", "delete the images to train the model"),
    ("in Terraform, create a list of the modules", "create a list of the modules in Terraform"),
    ("in Terraform, create a report about buckets", "create a report about buckets in Terraform"),
    ("in Terraform, find an S3 bucket", "find an S3 bucket in Terraform"),
    ("in Terraform, create a bucket with the tags", "create a bucket with the tags in Terraform"),
    ("in Terraform, create an overview with resources", "create an overview with resources in Terraform"),
    ("with tears, plot the sales in this file as a chart", "plot the sales in this file as a chart with tears"),
    ("in Python, list the scripts and say how", "list the scripts in Python and say how"),
    ("in React, list the modals", "list the modals in React"),
    ("from the countries he saw, list the cities", "list the cities from the countries he saw"),
  ])
  func whereItMayBelongToMoreItIsAnother(front: String, end: String) {
    // However politely either is asked, and whichever was first.
    for a in [front, front + ", please"] {
      for b in [end, "please " + end] { #expect(!isServed(a, b) && !isServed(b, a), "'\(a)', '\(b)'") }
    }
  }

  /// It can belong to nothing but the request.
  @Test(arguments: [
    ("In under 300 words, teach me the basics of chess", "Teach me the basics of chess in under 300 words"),
    ("In two sentences, explain why the sky is blue", "Explain why the sky is blue in two sentences"),
    ("In 100 words, describe how engines work", "Describe how engines work in 100 words"),
    ("in three bullet points, summarise this article", "summarise this article in three bullet points"),
    ("In one paragraph, explain recursion", "Explain recursion in one paragraph"),
    ("Within 200 words, write a story about a dragon", "Write a story about a dragon within 200 words"),
    ("In at most 50 words, describe the plan", "Describe the plan in at most 50 words"),
    ("in less than 20 words, list the reasons", "list the reasons in less than 20 words"),
    (
      "In the following report, replace passive voice with active voice",
      "Replace passive voice with active voice in the following report"
    ),
    ("In the text below, list the names", "List the names in the text below"),
    ("In the log below, find the errors", "Find the errors in the log below"),
    ("From the text below, extract the dates", "Extract the dates from the text below"),
    ("From this invoice, extract the total", "Extract the total from this invoice"),
    ("Based on the notes below, write an email", "Write an email based on the notes below"),
    ("As a bulleted list, summarize this article", "Summarize this article as a bulleted list"),
    ("As JSON, list the ingredients", "List the ingredients as JSON"),
    ("As a markdown table, list the planets", "List the planets as a markdown table"),
    ("In JSON, summarize this text", "Summarize this text in JSON"),
    ("In French, summarize the following text", "Summarize the following text in French"),
    ("In German, explain this", "Explain this in German"),
    ("In Spanish, rewrite the text below", "Rewrite the text below in Spanish"),
    ("In French, write a poem about the sea", "Write a poem about the sea in French"),
    ("In German, write a haiku about autumn", "Write a haiku about autumn in German"),
    ("In German, write a haiku", "Write a haiku in German"),
    ("In French, write a letter to my landlord", "Write a letter to my landlord in French"),
    ("In Italian, write a short story", "write a short story in Italian"),
    ("In simple terms, explain this code", "Explain this code in simple terms"),
    ("In detail, describe recursion", "Describe recursion in detail"),
    ("Step by step, explain this code", "Explain this code step by step"),
    ("In a friendly tone, write a letter", "Write a letter in a friendly tone"),
    ("In a formal tone, rewrite this email", "Rewrite this email in a formal tone"),
    ("In plain English, explain this contract", "Explain this contract in plain English"),
    ("For beginners, explain recursion", "Explain recursion for beginners"),
    ("For a 5-year-old, explain this text", "Explain this text for a 5-year-old"),
    ("For executives, summarize the following report", "Summarize the following report for executives"),
    ("For my boss, summarize this email", "Summarize this email for my boss"),
    ("For children, write a poem", "Write a poem for children"),
    ("For a bakery, suggest five names", "Suggest five names for a bakery"),
    ("To my landlord, write a letter", "Write a letter to my landlord"),
    ("In vim, how do I delete a line", "How do I delete a line in vim"),
    ("In Python, how do I reverse a string", "How do I reverse a string in Python"),
    ("In git, how do I undo a commit", "How do I undo a commit in git"),
    ("In Excel, sum the column", "Sum the column in Excel"),
    ("Using pytest, write unit tests for this class", "Write unit tests for this class using pytest"),
    ("Using sed, delete the empty lines", "Delete the empty lines using sed"),
    ("In Python, what is a decorator", "What is a decorator in Python"),
    (
      "Without losing my changes, how do I undo the last commit",
      "How do I undo the last commit without losing my changes"
    ),
    ("For each user, count the errors", "Count the errors for each user"),
    ("Into French, translate this text", "Translate this text into French"),
    ("Ignoring comments, list the changes", "List the changes, ignoring comments"),
    ("In German, list the months", "List the months, in German"),
    ("With examples, explain recursion", "Explain recursion, with examples"),
    ("Using an analogy, explain this code", "Explain this code using an analogy"),
    ("Briefly, explain recursion", "Explain recursion briefly"),
    ("Politely, rewrite this email", "Rewrite this email politely"),
    ("In this code, explain the loop", "Explain the loop in this code"),
    ("In three sentences, summarize the plot", "Summarize the plot in three sentences"),
    ("In Dracula, summarise chapter 7", "Summarise chapter 7 of Dracula"),
    ("Explain in two sentences why it rains", "In two sentences, explain why it rains"),
    ("In Rust, write a function that adds two numbers", "Write a function that adds two numbers in Rust"),
    ("Using sed, replace \"foo\" with \"bar\" in all files", "Replace \"foo\" with \"bar\" in all files using sed"),
    ("In the contract below, find the deadlines", "Find the deadlines in the contract below"),
    ("Using only the notes below, write a summary", "Write a summary using only the notes below"),
    ("For teenagers, rewrite this text", "Rewrite this text for teenagers"),
    ("for my boss, summarise the log below", "I need a summary of the log below for my boss"),
    (
      "For the on-call team, please summarise the incident report below in three sentences.",
      "Could you give me a three-sentence summary of the incident report below for the on-call team?"
    ),
    (
      "In at most 120 words, summarize this court ruling for a newspaper audience",
      "Summarize this court ruling for a newspaper audience in at most 120 words"
    ),
    (
      "Using the formal Sie, plese translate the following email into German",
      "Translate the following email into German, using the formal Sie"
    ),
    (
      "With matplotlib, visualise the monthly sales in this file as a stacked bar chart",
      "Visualise the monthly sales in this file as a stacked bar chart with matplotlib"
    ),
    (
      "To save disk space, compress the old backups with zstd and delete the originals",
      "Compress the old backups with zstd and delete the originals to save disk space"
    ),
    ("To free disk space, delete the logs", "Delete the logs to free disk space"),
    (
      "From the meeting notes below, list the action items with the owner and due date",
      "A list of the action items from the meeting notes below, with the owner and due date"
    ),
    (
      "In Terraform, create an S3 bucket with versioning and block public access",
      "Create an S3 bucket with versioning and block public access in Terraform"
    ),
    (
      "In React, how can I close the modal when the user clicks outside it?",
      "close modal in React when user clicks outside it, how?"
    ),
  ])
  func whereItBelongsToTheRequestItIsOne(front: String, end: String) {
    #expect(isServed(front, end) && isServed(end, front), "\(Guards.disagreement(front, end) ?? "their keys")")
  }

  /// What is done to a work, and a work that does it.
  @Test(arguments: [
    ("java class: add tests", "a java class that adds tests"),
    ("bash script: delete the logs", "a bash script that deletes the logs"),
    ("python function: sort the list", "a python function that sorts the list"),
    ("sql query: count the users", "an sql query that counts the users"),
    ("python script: add comments", "a python script that adds comments"),
    ("java program: find the bug", "a java program that finds the bug"),
  ])
  func whatIsDoneToAWorkIsNotWhatItDoes(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test func whatStandsInFrontIsFound() {
    func fronts(_ text: String) -> [[String]] { GuardFacts(text).fronts.map(\.content) }
    #expect(fronts("In German, explain word order") == [["german"]])
    #expect(fronts("please explain in German how it works") == [["german"]])
    #expect(fronts("In French, in two sentences, explain this").count == 2)
    #expect(fronts("explain word order in German").isEmpty)
    #expect(fronts("Deleting a remote git branch - how?").isEmpty)
    #expect(fronts("").isEmpty && fronts("in").isEmpty && fronts("in, as, for,").isEmpty)
  }
}
