import Testing

@testable import Intent

/// What is taken for a slip of the keyboard, and what only looks like one.
@Suite struct SlipTests {
  private func words(_ text: String) -> String { InstructionWords(text).words.map(\.text).joined(separator: " ") }

  private func isServed(_ a: String, _ b: String) -> Bool {
    [(a, b), (b, a)].contains { one, other in
      CacheTier.match(LabelledPair(one, other, isSame: true, kind: ""), threshold: 2) != nil
    }
  }

  /// Swapped, written once for twice or twice for once, left out: in words that everybody writes.
  @Test(arguments: [
    ("recomend", "recommend"), ("neccessary", "necessary"), ("occurence", "occurrence"),
    ("goverment", "government"), ("enviroment", "environment"), ("langauge", "language"),
    ("knowlege", "knowledge"), ("intresting", "interesting"), ("diferent", "different"), ("comittee", "committee"),
    ("sucessful", "successful"), ("adress", "address"), ("becuase", "because"), ("beleive", "believe"),
    ("recieve", "receive"), ("acheive", "achieve"), ("freind", "friend"), ("foriegn", "foreign"),
    ("libary", "library"), ("suprise", "surprise"), ("profesional", "professional"), ("posible", "possible"),
    ("importnat", "important"), ("buisness", "business"), ("calcualte", "calculate"), ("fucntion", "function"),
    ("statment", "statement"), ("questoin", "question"), ("probelm", "problem"), ("reccommend", "recommend"),
    ("algorihtm", "algorithm"), ("temprature", "temperature"), ("speical", "special"),
    ("thier", "their"), ("tomorow", "tomorrow"), ("esssay", "essay"), ("wihtout", "without"),
  ])
  func slipsInCommonWordsAreForgiven(written: String, meant: String) {
    #expect(words("describe the \(written) again") == "describe the \(meant) again")
  }

  /// Rarer words: of science, of crafts, of law, of kitchens.
  @Test(arguments: [
    "carb", "repot", "digram", "storge", "sonder", "transferrin", "relaxin", "cyclin", "probit", "hegemon", "improv",
    "actin", "statin", "lectin", "renin", "fagott", "fogger", "epoxide", "firman", "basilic", "prosection",
    "planation", "ethanal", "gingko", "stollen", "bargee", "mortgagee", "scry", "trialism", "geminal", "punctation",
    "cannel", "dopper", "vison", "explantation", "excerption", "calescence", "oeuvre", "casuality",
  ])
  func rarerWordsStay(word: String) {
    #expect(words("describe the \(word) again") == "describe the \(word) again")
    #expect(
      Spelling.meant(by: Array(word.utf8), amongOthers: true) == nil || KnownWords.shared.isWord(Array(word.utf8)))
  }

  /// Products: without the last vowel, with the last letter twice, without an ending, and such as are listed by name.
  @Test(arguments: [
    "flickr", "grindr", "tumblr", "scribd", "fiverr", "hotell", "layerr", "loggerr", "checkr", "printr", "clustr",
    "compilerr", "reactt", "djangoo", "underscor", "vertica", "magica", "deprecat", "promptl", "trackd", "containr",
    "automattic", "hoppscotch", "deepset", "coolors", "tracktion", "nushell", "reacton", "dispatchr", "mediatr",
  ])
  func namesOfProductsStay(name: String) {
    #expect(words("describe the \(name) again") == "describe the \(name) again")
  }

  /// Who makes one slip makes more: then shorter words are forgiven, too.
  @Test func oneSlipSpeaksForAnother() {
    #expect(words("describe the sytem") == "describe the sytem")
    #expect(words("recomend a sytem") == "recommend a system")
    #expect(words("the ofside rule once you have watched it") == "the ofside rule once you have watched it")
    #expect(words("the ofside rule once you have wathced it") == "the offside rule once you have watched it")
    #expect(words("how to wrok with oldre people") == "how to wrok with oldre people")
    #expect(words("how to wrok with oldre peolpe") == "how to work with older people")
  }

  /// Letters count in what is installed, run, looked for or logged in to, and in names.
  @Test(arguments: [
    ("install calcualtor", "install calculator"), ("uninstall calcualtor", "uninstall calculator"),
    ("pip install langauge", "pip install language"), ("import collectoins", "import collections"),
    ("docker run databsae", "docker run database"), ("kubectl logs fronetnd", "kubectl logs frontend"),
    ("git checkout developemnt", "git checkout development"), ("git merge featuer", "git merge feature"),
    ("ssh into productoin", "ssh into production"), ("log in to productoin", "log in to production"),
    ("connect to productoin", "connect to production"), ("ping gatewya", "ping gateway"),
    ("search the logs for recieved", "search the logs for received"), ("grep recieved", "grep received"),
    ("find lines containing recieved", "find lines containing received"),
    ("list the lines that start with becuase", "list the lines that start with because"),
    ("count the occurrences of becuase", "count the occurrences of because"),
    ("list the rows where the status is complteed", "list the rows where the status is completed"),
    ("is calcualtor safe", "is calculator safe"), ("is telegrram free", "is telegram free"),
    ("is an email from amzaon legit", "is an email from amazon legit"),
    ("write a slogan for my app calcualtor", "write a slogan for my app calculator"),
    ("describe the website calcualtor", "describe the website calculator"),
    ("replace recieved with done", "replace received with done"), ("install requestes", "install requests"),
    ("what does npm install expresss do", "what does npm install express do"),
    ("is requestes a python package", "is requests a python package"),
  ])
  func whereLettersCountNothingIsForgiven(a: String, b: String) { #expect(!isServed(a, b)) }

  /// What is only described is none of these.
  @Test(arguments: [
    ("how do I install the latest verison", "how do I install the latest version"),
    ("how do I build a docker contianer", "how do I build a docker container"),
    ("what is the langauge of this text", "what is the language of this text"),
    ("is the documnetation complete", "is the documentation complete"),
    ("is this paragarph clear", "is this paragraph clear"),
    ("how do I find all cities lagrer than Rome", "how do I find all cities larger than Rome"),
    ("write an email to the manger's assitsant", "write an email to the manger's assistant"),
    ("recomend a book about photosynthsis", "recommend a book about photosynthesis"),
  ])
  func whatIsDescribedIsForgiven(a: String, b: String) { #expect(isServed(a, b)) }

  /// Beside code, a word that can name nothing: a verb, what is to be written, what an article or "than" describes.
  @Test(arguments: [
    (
      "Explain to a junior devloper why the query below is slow",
      "Explain to a junior developer why the query below is slow"
    ),
    ("Write a bash scirpt that deltes log files", "Write a bash script that deletes log files"),
    ("find all files lagrer than 5 MB", "find all files larger than 5 MB"),
    ("awk comand to sum the third column of a file", "awk command to sum the third column of a file"),
    ("explain what the awk one-liner deos", "explain what the awk one-liner does"),
    // Names with two letters swapped.
    ("Write a Pyhton script that sorts a list", "Write a Python script that sorts a list"),
    ("Translate this into Frnech", "Translate this into French"),
    ("Convert the CSV below to a Mrakdown table", "Convert the CSV below to a Markdown table"),
    ("In Terrafrom, create an S3 bucket", "In Terraform, create an S3 bucket"),
    // What many misspell.
    ("write a short seperate note to a colleague", "write a short separate note to a colleague"),
    ("list the negitive values in this file", "list the negative values in this file"),
  ])
  func whatCanNameNothingIsForgiven(a: String, b: String) { #expect(isServed(a, b)) }

  @Test(arguments: [
    ("install Pyhton", "install Python"), ("is Pyhton safe", "is Python safe"),
    ("describe the band Pyhton", "describe the band Python"),
    ("write a SQL query for the sum of amuont", "write a SQL query for the sum of amount"),
    ("write a SQL query that sums the amuont column", "write a SQL query that sums the amount column"),
    ("explain totl in the query below", "explain total in the query below"),
    ("list the columns adress and name", "list the columns address and name"),
    ("list the file fucntion in the folder scirpt", "list the file function in the folder script"),
    ("write a query for comand and name", "write a query for command and name"),
    ("add a column lagrer to the table", "add a column larger to the table"),
    ("add a key called scirpt", "add a key called script"),
    ("create a table named comand", "create a table named command"),
    ("sort by the field pritn", "sort by the field print"), ("select an amuont column", "select an amount column"),
    ("write a SQL query that counts ordres", "write a SQL query that counts orders"),
    ("reverse seperate", "reverse separate"), ("how common is definately", "how common is definitely"),
    ("why do people write definately", "why do people write definitely"),
    ("find all lines with seperator", "find all lines with separator"),
    ("what is the plural of dependancy", "what is the plural of dependency"),
  ])
  func whatMayNameSomethingStays(a: String, b: String) { #expect(!isServed(a, b)) }

  /// An ending that English does not have makes no plural.
  @Test func onlyWhatHissesTakesAnotherLetter() {
    func stems(_ word: String, isEnglish: Bool = true) -> Int {
      var count = 0
      Inflection.forEachStem(word, after: PhraseHash(), isEnglish: isEnglish) { _, _ in
        count += 1
        return false
      }
      return count
    }
    #expect(stems("boxes") == 2)
    #expect(stems("requestes") == 1)
    #expect(stems("textes", isEnglish: false) == 2)
  }

  @Test func theCommonerAWordTheShorterItMayBe() {
    func isForgiven(_ written: String, _ meant: String, _ use: WordUse) -> Bool {
      Slip.isForgiven(Array(written.utf8), for: Array(meant.utf8), use)
    }
    #expect(isForgiven("udner", "under", .basic))
    #expect(!isForgiven("udner", "under", .common))
    #expect(!isForgiven("speical", "special", .rare))
    #expect(isForgiven("speical", "special", .known))
    #expect(!isForgiven("abc", "abc", .basic))
    #expect(!isForgiven("language", "languages", .basic))
    #expect(!isForgiven("bcause", "because", .basic))
    #expect(!isForgiven("ebcause", "because", .basic))
  }
}
