/// Two words that name one thing, where the first is read as an order, as politeness or as another word elsewhere: "craft beer", "name
/// tags", "thank you letters", "well known ports", "a phone directory".
enum SenseCompounds {
  /// The two at a place; `nil` where they are none.
  static func compound(_ words: [InstructionWord], at place: Int) -> String? {
    let (first, next) = (words[place].text, words[place + 1].text)
    guard pairs.contains(first + " " + next) else {
      // "Thank you letters": the two are one word of thanks.
      guard first == "thank", next == "you", place + 2 < words.count, thanked.contains(words[place + 2]) else {
        return nil
      }
      return "thank you"
    }
    // "Display ads" at the beginning; "how do I display ads" shows some.
    if orders.contains(words[place]), place > 0, words[place - 1].kind == .word,
      opening.contains(words[place - 1])
    {
      return nil
    }
    // "Code review questions" are no "review questions".
    return place > 0 && words[place - 1].text == "code" ? "code \(first) \(next)" : "\(first) \(next)"
  }

  private static let table: [(String, [String])] = [
    (
      "craft",
      [
        "beer", "beers", "kits", "ideas", "projects", "workshops", "fairs", "supplies", "shows", "stores", "paper",
        "gin",
        "activities", "breweries", "markets", "cocktails",
      ]
    ),
    ("draft", ["picks", "beer", "beers", "horses", "dates"]), ("pen", ["names", "pals", "drawings", "name"]),
    ("name", ["tags", "days", "changes", "plates", "badges", "brands"]), ("collect", ["calls"]),
    ("display", ["fonts", "ads", "cases", "settings", "ports", "cables", "names"]), ("count", ["nouns"]),
    ("show", ["tunes", "homes", "rooms", "dogs", "trials"]), ("list", ["prices", "comprehensions"]),
    ("review", ["questions", "checklist", "checklists", "sites", "boards", "meetings"]), ("report", ["cards"]),
    ("design", ["patterns", "systems", "thinking", "sprints"]), ("test", ["cases", "plans", "data", "drives"]),
    ("search", ["engines", "terms"]), ("check", ["marks", "boxes"]), ("build", ["times", "tools"]),
    ("print", ["media", "shops"]), ("order", ["forms"]), ("format", ["strings", "specifiers"]),
    ("type", ["hints", "annotations"]), ("change", ["logs", "requests"]), ("edit", ["wars"]), ("copy", ["editors"]),
    ("clean", ["energy"]), ("filter", ["coffee", "bubbles"]), ("group", ["names", "chats"]),
    ("answer", ["keys", "sheets"]), ("cover", ["letters", "songs", "bands"]), ("sample", ["sizes"]),
    ("pitch", ["decks"]), ("quote", ["marks"]), ("compound", ["words"]),
    ("exit", ["signs", "sign", "interviews", "codes"]), ("explain", ["plans"]),
    // Read as politeness, or pointed at, elsewhere.
    ("well", ["known", "defined"]), ("wanted", ["poster", "posters"]), ("simply", ["connected"]),
    ("found", ["footage", "poetry", "objects"]), ("maybe", ["types", "monad", "type"]),
    ("this", ["keyword", "pointer", "keywords", "pointers", "binding"]),
    ("that", ["clauses", "clause"]), ("which", ["clauses", "clause"]), ("who", ["clauses", "clause"]),
    ("be", ["verbs", "verb"]), ("required", ["reading", "fields", "field", "courses"]), ("on", ["clauses", "clause"]),
    ("about", ["pages", "page"]), ("am", ["radio"]), ("okay", ["signs", "sign"]),
    ("ok", ["signs", "sign", "buttons", "button"]),
    ("following", ["distance", "distances"]), ("hello", ["messages", "message", "packets", "world"]),
    ("mentioned", ["users", "user"]), ("here", ["strings", "string", "documents", "document", "docs"]),
    ("no", ["rush"]), ("easy", ["recipes"]), ("nice", ["and"]), ("rush", ["jobs"]),
    ("thanks", ["messages", "message", "letters", "letter", "cards", "card", "notes", "note", "speeches", "speech"]),
    ("greetings", ["cards", "card"]), ("greeting", ["cards", "card"]),
    ("defined", ["functions", "benefits"]), ("given", ["names", "name"]),
    // Lists of people and of firms, no folders.
    ("business", directories), ("staff", directories), ("phone", directories), ("telephone", directories),
    ("church", directories), ("member", directories), ("members", directories), ("web", directories),
    ("company", directories), ("doctor", directories), ("doctors", directories), ("student", directories),
    ("vendor", directories), ("employee", directories), ("contact", directories), ("online", directories),
    ("city", directories), ("school", directories), ("alumni", directories), ("restaurant", directories),
    ("service", directories), ("provider", directories), ("lawyer", directories), ("hotel", directories),
    ("team", directories), ("supplier", directories), ("partner", directories), ("faculty", directories),
    ("resident", directories), ("tenant", directories), ("building", directories), ("corporate", directories),
    ("customer", directories), ("agency", directories), ("people", directories), ("physician", directories),
  ]
  private static let directories = ["directory", "directories"]
  /// The first word of each.
  static let firsts = WordSet(table.map(\.0) + ["thank"])
  private static let pairs = WordSet(table.flatMap { first, nexts in nexts.map { first + " " + $0 } })
  private static let thanked = WordSet([
    "letters", "letter", "cards", "card", "notes", "note", "speeches", "speech", "messages", "message", "emails",
    "email", "e-mail", "gifts", "gift",
  ])
  private static let orders = WordSet([
    "craft", "draft", "name", "collect", "display", "count", "show", "list", "review", "report", "design", "test",
    "search", "check", "build", "print", "order", "format", "type", "change", "edit", "copy", "clean", "filter",
    "group",
    "answer", "cover", "sample", "pitch", "quote", "explain",
  ])
  private static let opening = WordSet(["to", "i", "you", "please", "we", "that", "and", "me"])
}
