import Testing

@testable import Intent

/// Words that mean two things by what stands beside them.
@Suite struct DoubleWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("who is on call", "who is on the call"),
    ("list the people on call", "list the people on the call"),
    ("advantages of keys over SSH", "advantages of keys with SSH"),
    ("why choose Mosh over SSH", "why choose Mosh with SSH"),
    ("connect Excel via Python", "connect Excel with Python"),
    ("merge a file using Excel", "merge a file with Excel"),
    ("compare JSON with jq", "compare JSON and jq"),
    ("compare CSV with Python", "compare CSV and Python"),
    ("compare CSV with pandas", "compare CSV and pandas"),
    ("compare PDF with Word", "compare PDF and Word"),
    ("how to excel", "how to excel in Excel"),
    ("tell me a poem by Goethe", "write a poem by Goethe"),
    ("find the process that is using port 80", "find the process that was using port 80"),
    ("what is Liz short for", "what does Liz stand for"),
    ("what is Bernie short for", "what does Bernie stand for"),
    ("give this article a title", "give this article's title"),
    ("plan a 3-day trip", "plan 3-day trips"),
    ("plan a 2-day hike", "plan 2-day hikes"),
    ("when is the best time for a marathon", "what is the best time for a marathon"),
    ("list of objects to JSON", "list objects as JSON"),
    ("what happens in the last 10 minutes of the movie", "what happens in the past 10 minutes of the movie"),
    ("what happened in the past 10 years of his life", "what happened in the last 10 years of his life"),
    ("change the times in this text from 3 pm to 15:00", "change the times in this text from 15:00 to 3 pm"),
    ("a more recent version of this document", "make this document more recent"),
    ("install Kubernetes with kubectl", "install kubectl"),
    ("upgrade Kubernetes with kubectl", "upgrade kubectl"),
    ("compare plotting in Python with pandas", "compare plotting with pandas"),
    ("how do I stop using Docker", "how do I stop Docker"),
    ("install using pip", "install pip"),
    ("install with Docker", "install Docker"),
    ("install on Windows", "install Windows"),
    ("learn with Python", "learn Python"),
    ("run in Docker", "run Docker"),
    ("configure with Ansible", "configure Ansible"),
    ("how do I restart using Docker", "how do I restart Docker"),
    ("open in Excel", "open Excel"),
    ("set up with Docker", "set up Docker"),
    ("write a parser for JavaScript", "write a parser in JavaScript"),
    ("write a linter for Python", "write a linter in Python"),
    ("write a Python interpreter", "write an interpreter in Python"),
    ("write a compiler for Rust", "write a compiler in Rust"),
    ("list the important log files on Linux", "how to list the important log files on Linux"),
    ("list common services on Linux", "how to list common services on Linux"),
    ("list critical processes on Windows", "how do I list critical processes on Windows"),
    ("list the times from 9 am to 5 pm", "list the times from 09:00 to 17:00"),
    ("generate time slots from 9 am to 5 pm", "generate time slots from 09:00 to 17:00"),
    ("proofread: see you at 3 pm", "proofread: see you at 15:00"),
    ("tell me a joke by Mark Twain", "write a joke by Mark Twain"),
    ("I want a poem by Goethe", "write a poem by Goethe"),
    ("a more famous version of this text", "make this text more famous"),
    ("order this table by phone", "order a table by phone"),
    ("order this spreadsheet by date", "order a spreadsheet by date"),
    ("write a profiler for Python", "write a profiler in Python"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("copy files over SSH", "copy files via SSH"),
    ("replace \"foo\" with \"bar\" in all files using sed", "sed: replace \"foo\" by \"bar\" in all files"),
    ("compare Docker with Podman", "compare Docker and Podman"),
    ("compare JSON with YAML", "compare JSON and YAML"),
    ("write an on-call policy", "write an oncall policy"),
    ("what is OPEC short for", "what does OPEC stand for"),
    ("when is the best time to visit Rome", "what is the best time to visit Rome"),
    ("errors in the past 24 hours", "errors in the last 24 hours"),
    ("a shorter version of this text", "make this text shorter"),
    ("a list of countries in Asia", "list the countries in Asia"),
    ("write an invitation for a party at 7 pm", "write an invitation for a party at 19:00"),
    ("write a poem by Friday", "give me a poem by Friday"),
    ("convert a CSV to Excel", "convert CSV to Excel"),
    ("plan a 3-day trip to Rome", "plan a 3 day trip to Rome"),
    ("install Docker on Ubuntu", "how do I install Docker on Ubuntu"),
    ("write a CSV parser in Python", "write a Python CSV parser"),
    ("write a JSON parser for Python", "write a JSON parser in Python"),
    ("write a parser for JavaScript", "write a JavaScript parser"),
    ("list open ports on Linux", "how do I list open ports on Linux"),
    ("list the running processes on Linux", "how to list the running processes on Linux"),
  ])
  func elsewhereTheyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
