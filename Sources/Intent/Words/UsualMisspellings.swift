/// Words that many misspell by another letter. Elsewhere no letter is ever taken for another: these are no words, and all mean one.
enum UsualMisspellings {
  /// What is meant; nil for what is not listed, or stands for itself: "reverse seperate", "how common is definately".
  static func meant(by word: [UInt8], in words: [InstructionWord], at place: Int) -> [UInt8]? {
    if place < 4, let right = orders[String(decoding: word, as: UTF8.self)], isOrder(words, at: place) {
      return Array(right.utf8)
    }
    guard word.count > 5, words.count > 4 || isPointedAt(words, at: place),
      let right = meant[String(decoding: word, as: UTF8.self)],
      place > 0 && isPartOfPhrase(words[place - 1], endings: Self.before)
        || place + 1 < words.count && isPartOfPhrase(words[place + 1], endings: Self.behind)
    else { return nil }
    return Array(right.utf8)
  }

  /// Whether a word is listed, which is none though it may look like one: a grammer is no comparison of gram.
  static func has(_ word: [UInt8]) -> Bool {
    let word = String(decoding: word, as: UTF8.self)
    return meant[word] != nil || orders[word] != nil
  }

  /// Whether a word can only be what is to be done: nothing but politeness stands before it, and what it is done to behind it.
  private static func isOrder(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place + 1 < words.count, words[..<place].allSatisfy({ isOne($0, of: [.filler, .pronoun]) }) else {
      return false
    }
    let next = words[place + 1]
    if next.kind != .word { return next.kind != .pause && next.kind != .possessive }
    return isOne(next, of: [.det, .number]) || next.text == "me" || Attachment.questions.contains(next)
      || GuardWords.owners.contains(next.text)
  }

  private static func isOne(_ word: InstructionWord, of kinds: [ConceptKind]) -> Bool {
    word.kind == .pause || word.mayBe(kinds) || politeness.contains(word)
  }

  /// What opens a request together with other words.
  private static let politeness = WordSet(["can", "could", "would", "will", "you"])

  /// "Summarize this artical", "fix the grammer": what is pointed at, or worked on, is described in a few words, too.
  private static func isPointedAt(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 1 else { return false }
    let before = words[place - 1]
    return pointing.contains(before) || before.text == "the" && place == 2 && working.contains(words[0])
  }

  private static let pointing = WordSet(["this", "these", "those", "my", "our"])
  private static let working = WordSet(["fix", "check", "improve", "polish", "review", "shorten", "summarize"])

  /// Whether a word beside it is of the same phrase: an article or an adjective before it, a noun behind it.
  private static func isPartOfPhrase(_ word: InstructionWord, endings kinds: [ConceptKind]) -> Bool {
    guard word.kind == .word else { return false }
    var (isOf, isOther) = (false, false)
    Lexicon.shared.forEachReading(word.hash) { reading in
      guard reading.language == 0 else { return }
      if kinds.contains(reading.kind) { isOf = true } else if binding.contains(reading.kind) { isOther = true }
    }
    return isOf && !isOther
  }

  private static let binding: [ConceptKind] = [.verb, .give, .prep, .pronoun, .subject, .howto, .passive, .nominal]
  private static let before: [ConceptKind] = [.det, .quality, .language, .tone, .number]
  private static let behind: [ConceptKind] = [.thing, .work, .unit, .payload]

  /// Only what is in no list of words, and means one word alone.
  private static let meant: [String: String] = [
    "dependancy": "dependency", "dependancies": "dependencies", "independant": "independent",
    "maintainance": "maintenance", "maintenence": "maintenance", "maintanance": "maintenance",
    "seperate": "separate", "seperated": "separated", "seperately": "separately", "seperator": "separator",
    "seperating": "separating", "definately": "definitely", "existance": "existence", "existant": "existent",
    "appearence": "appearance", "relevent": "relevant", "relevence": "relevance", "consistant": "consistent",
    "consistantly": "consistently", "persistant": "persistent", "compatability": "compatibility",
    "compatable": "compatible", "availible": "available", "availibility": "availability", "visable": "visible",
    "responsability": "responsibility", "responsable": "responsible", "tendancy": "tendency", "catagory": "category",
    "catagories": "categories", "catagorize": "categorize", "delimeter": "delimiter", "delimeters": "delimiters",
    "excercise": "exercise", "excercises": "exercises", "sentance": "sentence", "sentances": "sentences",
    "grammer": "grammar", "negitive": "negative",
    "positve": "positive", "corespondence": "correspondence", "correspondance": "correspondence",
    "refrence": "reference", "referance": "reference", "performence": "performance", "preformance": "performance",
    "occurance": "occurrence", "occurances": "occurrences", "occurence": "occurrence", "occured": "occurred",
    "accidently": "accidentally", "buisnesses": "businesses", "challange": "challenge", "challanges": "challenges",
    "comparision": "comparison", "comparisions": "comparisons", "concensus": "consensus", "defination": "definition",
    "definitly": "definitely", "desparate": "desperate", "discription": "description", "discriptions": "descriptions",
    "explaination": "explanation", "explainations": "explanations", "finaly": "finally", "garantee": "guarantee",
    "gaurantee": "guarantee", "guarentee": "guarantee", "hierachy": "hierarchy", "heirarchy": "hierarchy",
    "imediately": "immediately", "independance": "independence", "lisence": "license", "liscense": "license",
    "neccessary": "necessary", "necesary": "necessary", "paralell": "parallel", "parrallel": "parallel",
    "pronounciation": "pronunciation", "privelege": "privilege", "priviledge": "privilege",
    "priviledges": "privileges", "recomendation": "recommendation", "recomendations": "recommendations",
    "reccomend": "recommend", "reccomendation": "recommendation", "resturant": "restaurant", "seperation": "separation",
    "similiar": "similar", "speach": "speech", "succesful": "successful", "succesfully": "successfully",
    "sucessfully": "successfully", "sumarise": "summarize", "sumarize": "summarize",
    "summerise": "summarize", "summerize": "summarize", "tempature": "temperature", "therfore": "therefore",
    "unneccessary": "unnecessary", "enviornment": "environment", "enviorment": "environment",
    "vocabulery": "vocabulary", "writting": "writing", "begining": "beginning", "refered": "referred",
    "prefered": "preferred", "transfered": "transferred", "untill": "until", "auxillary": "auxiliary",
    "artical": "article", "articals": "articles", "sentense": "sentence", "sentenses": "sentences",
    "speling": "spelling",
    "proffesional": "professional", "diffrence": "difference", "diference": "difference",
    "accross": "across", "critera": "criteria",
    "agressive": "aggressive", "arguement": "argument", "arguements": "arguments",
    "attendence": "attendance", "colleage": "colleague", "collegue": "colleague",
    "collegues": "colleagues", "colleages": "colleagues", "commitee": "committee",
  ]

  /// Orders that many misspell.
  private static let orders: [String: String] = [
    "summerize": "summarize", "summerise": "summarize", "summarice": "summarize", "sumarize": "summarize",
    "sumarise": "summarize", "sumarrize": "summarize", "explane": "explain", "explan": "explain",
    "discribe": "describe",
    "delet": "delete", "creat": "create", "convet": "convert", "shwo": "show", "fidn": "find", "writte": "write",
    "wirte": "write", "tranlate": "translate", "traslate": "translate",
  ]
}
