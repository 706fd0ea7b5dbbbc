import Testing

@testable import Intent

/// Phrases that stand elsewhere, several of them, and what is to be left as it is.
@Suite struct MovedPhraseTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    // Two phrases, of which one is in front.
    (
      "From this invoice, give me the total amount and the due date as JSON",
      "As JSON, give me the total amount and the due date from this invoice"
    ),
    (
      "Summarise the changes from the git log below as a changelog for users",
      "From the git log below, summarise the changes as a changelog for users"
    ),
    (
      "Reply to the complaint below in a friendly tone and offer a refund",
      "In a friendly tone, reply to the complaint below and offer a refund"
    ),
    (
      "summarise the log below in three sentences for the on-call engineer",
      "for the on-call engineer, in three sentences, summarise the log below"
    ),
    (
      "Write a short notice for our team that the server will be down",
      "For our team, write a short notice that the server will be down"
    ),
    (
      "From the commits below, write release notes for version 2.3, grouped by feature",
      "Write release notes for version 2.3 from the commits below, grouped by feature"
    ),
    // What is kept.
    (
      "Translate the subtitles into Polish and leave the timestamps unchanged",
      "Leave the timestamps unchanged and translate the subtitles into Polish"
    ),
    ("Show me how to sort a file and keep the header", "Show me how to keep the header and sort a file"),
    (
      "Rewrite the paragraph below so that a child can understand it, without losing any figures",
      "Without losing any figures, rewrite the paragraph below so that a child can understand it"
    ),
    // What only the way of doing something has, or the answer.
    (
      "In Python, how do I retry a failing HTTP request three times",
      "How do I retry a failing HTTP request three times in Python"
    ),
    ("With pandas, how do I read a Parquet file", "How do I read a Parquet file with pandas"),
    ("Compare Postgres and ClickHouse in a short table", "In a short table, compare Postgres and ClickHouse"),
    (
      "explain the difference between a hard link and a symlink with one example each",
      "with one example each, explain the difference between a hard link and a symlink"
    ),
    (
      "in two lines for the team, summarise today's failed jobs from this report",
      "summarise today's failed jobs from this report in two lines for the team"
    ),
    (
      "Before pushing, how do I squash the last four commits into one",
      "How do I squash the last four commits into one before pushing"
    ),
    (
      "Given the schema below, write a query for the average salary",
      "Write a query for the average salary, given the schema below"
    ),
    (
      "Keeping the Markdown, translate the following notes from English into German",
      "Translate the following notes from English into German and keep the Markdown"
    ),
    (
      "Translate the following notes into German, keeping the Markdown",
      "Keeping the Markdown, translate the following notes into German"
    ),
    (
      "Keep the TLS settings and convert this Apache virtual host to an nginx block",
      "Convert this Apache virtual host to an nginx block and keep the TLS settings"
    ),
    (
      "Without third-party packages, how do I convert a timestamp to local time in Python",
      "How do I convert a timestamp to local time in Python without third-party packages"
    ),
    (
      "from the invoice text below extract vendor, date and total",
      "extract vendor, date and total from the invoice text below"
    ),
    (
      "Using window functions, write a query for the running total of sales",
      "Write a query for the running total of sales, using window functions"
    ),
  ])
  func whatIsMovedSaysTheSame(a: String, b: String) {
    #expect(isServed(a, b) && isServed(b, a), "\(Guards.disagreement(a, b) ?? "their keys")")
  }

  @Test(arguments: [
    ("in Python, rewrite this Go code", "in Go, rewrite this Python code"),
    ("from the log below, copy the errors from the report", "from the report, copy the errors from the log below"),
    ("in the text below, replace names in the header", "in the header, replace names in the text below"),
    // The second of two orders may have it alone.
    (
      "explain this traceback and suggest a fix in at most two sentences",
      "in at most two sentences, explain this traceback and suggest a fix"
    ),
    (
      "In one sentence, explain negative correlation, and then give one example",
      "explain negative correlation, and then give one example in one sentence"
    ),
    ("in two sentences, explain recursion, list its uses", "explain recursion, list its uses in two sentences"),
    ("given the class, list the books", "list the books given the class"),
    ("in two sentences, translate this text and summarise it", "translate this text and summarise it in two sentences"),
    ("propose a fix and explain the error message in German", "explain the error message in German and propose a fix"),
    // What is done in another order is done to something else.
    ("remove the duplicates and count the lines", "count the lines and remove the duplicates"),
    ("leave the house and call a cab", "call a cab and leave the house"),
    (
      "write a story in which they keep the dog and sell the house",
      "write a story in which they sell the house and keep the dog"
    ),
    // It may belong to what stands before it.
    ("write a class that keeps the state", "write a class and keep the state"),
    ("write a function that sorts a list, keeping its order", "write a function that sorts a list and keep its order"),
    ("describe a man, keeping bees", "describe a man and keep bees"),
    ("given names, list the letters", "list the letters, given names"),
    ("list the given names", "list the names given"),
    ("before lunch, how do I delete the meetings", "how do I delete the meetings before lunch"),
    ("before sorting the list, remove duplicates", "before removing duplicates, sort the list"),
    ("after sorting the list, remove duplicates", "after removing duplicates, sort the list"),
    ("before deleting it, copy the file", "delete it before copying the file"),
    ("without comments, list the functions in Python", "list the functions in Python without comments"),
    ("in the table below list prices are wrong, fix them", "fix list prices in the table below"),
    ("keeping bees, summarize this article about people", "summarize this article about people keeping bees"),
    ("keeping a diary, describe this man", "describe this man keeping a diary"),
    ("with pandas, how do I draw a zoo", "how do I draw a zoo with pandas"),
    ("with jq, how do I find the scripts", "how do I find the scripts with jq"),
    ("without plugins, how do I copy my Eclipse", "how do I copy my Eclipse without plugins"),
    ("without packages, how do I find the projects", "how do I find the projects without packages"),
    ("in a table, compare rows and columns", "compare rows and columns in a table"),
    ("in a table, compare Python and Ruby for rows", "compare Python and Ruby for rows in a table"),
    ("with one example each, list the words and phrases", "list the words and phrases with one example each"),
    ("using Excel, write a query for the stores", "write a query for the stores using Excel"),
    ("if the service crashes, how do I restart the server", "how do I restart the server if the service crashes"),
    ("after lunch, how do I delete the meetings", "how do I delete the meetings after lunch"),
    (
      "in German, explain the letter below Anna and Tom write", "explain the letter below Anna and Tom write in German"
    ),
    ("in German, explain this text people write", "explain this text people write in German"),
  ])
  func whatMayBelongToSomethingElseIsAnother(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// What is chosen depends on what was done before; what is left as it is does not.
  @Test(arguments: [
    ("sort the list and keep the first three", "keep the first three and sort the list"),
    ("merge the lists and keep only unique values", "keep only unique values and merge the lists"),
    ("shorten the titles and keep those under 40 characters", "keep those under 40 characters and shorten the titles"),
    ("reverse the string and keep the first 3 characters", "keep the first 3 characters and reverse the string"),
    ("replace tabs with spaces and keep lines with tabs", "keep lines with tabs and replace tabs with spaces"),
    ("shorten the lines and keep the longer ones", "keep the longer ones and shorten the lines"),
    ("clean the data and keep the results", "keep the results and clean the data"),
    ("rename the files and keep a copy", "keep a copy and rename the files"),
    ("shorten the lines and keep long words", "keep long words and shorten the lines"),
    ("filter the rows and keep unmatched rows", "keep unmatched rows and filter the rows"),
  ])
  func whatIsKeptOfSeveralStaysInItsPlace(a: String, b: String) { #expect(!isServed(a, b)) }

  @Test(arguments: [
    ("sort the list and keep the dates", "keep the dates and sort the list"),
    ("join two tables and keep unmatched rows", "keep unmatched rows and join two tables"),
    ("summarize the reviews and keep it simple", "keep it simple and summarize the reviews"),
    ("shorten the text and keep the names and dates", "keep the names and dates and shorten the text"),
  ])
  func whatIsLeftAloneMayStandFirst(a: String, b: String) { #expect(isServed(a, b)) }
}
