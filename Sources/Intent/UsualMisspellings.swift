/// Words that many misspell by another letter. Elsewhere no letter is ever taken for another: these are no words, and all mean one.
enum UsualMisspellings {
  /// What is meant; nil for what is not listed, or stands for itself: "reverse seperate", "how common is definately".
  static func meant(by word: [UInt8], in words: [InstructionWord], at place: Int) -> [UInt8]? {
    guard word.count > 5, words.count > 4, let right = meant[String(decoding: word, as: UTF8.self)],
      place > 0 && isPartOfPhrase(words[place - 1], endings: Self.before)
        || place + 1 < words.count && isPartOfPhrase(words[place + 1], endings: Self.behind)
    else { return nil }
    return Array(right.utf8)
  }

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
    "accross": "across", "critera": "criteria",
    "agressive": "aggressive", "arguement": "argument", "arguements": "arguments",
    "attendence": "attendance", "colleage": "colleague", "collegue": "colleague",
    "collegues": "colleagues", "colleages": "colleagues", "commitee": "committee",
  ]
}
