/// Words that reading leaves out or takes for others, and that count in some places: "good", "following", what one does.
enum DroppedWords {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: [InstructionWord], _ b: [InstructionWord]) -> String? {
    if a == b { return nil }
    if let words = owned(a, b) ?? owned(b, a) { return words }
    let (left, right) = (said(a), said(b))
    if left == right { return nil }
    return (left.first { !right.contains($0) } ?? right.first { !left.contains($0) }).map {
      "only one of them says '\($0)'"
    }
  }

  /// What of a text may count; most have nothing of it.
  static func facts(of words: [InstructionWord]) -> [String] {
    said(words)
      + words.indices.compactMap { place in
        words[place].kind == .possessive && isOwned(words, at: place) ? words[place - 1].text + "'s" : nil
      }
  }

  private static func said(_ words: [InstructionWord]) -> [String] {
    var found: [String] = []
    for (place, word) in words.enumerated() where word.kind == .word && marked.contains(word) {
      let fact: String? =
        switch word.text {
        case "do", "does": isDeed(words, at: place) ? "do" : nil
        case "following": isOfTime(words, at: place) || isFollowed(words, at: place) ? word.text : nil
        case "attached", "enclosed", "supplied", "provided":
          isKind(words, at: place) || isSentAlong(words, at: place) ? word.text : nil
        case "be": isBecome(words, at: place) ? word.text : nil
        case "good": isAsked(words, at: place) || isChosen(words, at: place) ? word.text : nil
        case "city", "cities": isOfOther(words, at: place) ? word.text : nil
        case "/": slashed(words, at: place)
        // "Should I use Rust", "should it use Rust"
        case "should": next(words, place).flatMap { pointed.contains($0) ? "should it" : nil }
        default: isOfMember(words, at: place) ? String(word.text.prefix(6)) : nil
        }
      if let fact, !found.contains(fact) { found.append(fact) }
    }
    return found.sorted()
  }

  /// "My mother's recipe" is hers, and no recipe for my mother.
  private static func owned(_ one: [InstructionWord], _ other: [InstructionWord]) -> String? {
    for place in one.indices where one[place].kind == .possessive && isOwned(one, at: place) {
      let rest = one[(place + 1)...].prefix { $0.kind == .word }
      let isForOwner = other.indices.dropFirst().contains { index in
        other[index].text == "for" && rest.contains(other[index - 1])
          && other[index...].prefix(5).contains(one[place - 1])
      }
      if isForOwner { return "whose it is, and whom it is for" }
    }
    return nil
  }

  /// Whether a mark of the genitive follows somebody who is mine, yours, his, …
  private static func isOwned(_ words: [InstructionWord], at place: Int) -> Bool {
    place > 1 && words[place - 1].kind == .word && GuardWords.owners.contains(words[place - 2].text)
  }

  private static let marked = WordSet([
    "do", "does", "following", "good", "remove", "removes", "removing", "delete", "deletes", "deleting", "attached",
    "enclosed", "supplied", "provided", "be", "city", "cities", "/",
    "should",
  ])

  private static let pointed = WordSet(["it", "this", "that", "these", "they"])

  private static func next(_ words: [InstructionWord], _ place: Int) -> InstructionWord? {
    place + 1 < words.count && words[place + 1].kind == .word ? words[place + 1] : nil
  }

  /// "What does a nurse do" asks for no definition of one. What a text or a command does is what it is.
  private static func isDeed(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 1, place + 1 == words.count || words[place + 1].kind == .pause,
      let asks = words[..<place].lastIndex(where: { $0.text == "what" })
    else { return false }
    let start = words[asks + 1].text == "do" || words[asks + 1].text == "does" ? asks + 2 : asks + 1
    let doer = words[min(start, place)..<place]
    guard let first = doer.first, let last = doer.last, doer.allSatisfy({ $0.kind == .word }), !isText(last) else {
      return false
    }
    switch first.text {
    case "a", "an": return true
    case "the": return doer.count == 2
    default: return doer.count == 1 && last.text.utf8.last == UInt8(ascii: "s") && words[asks + 1].text == "do"
    }
  }

  private static func isText(_ word: InstructionWord) -> Bool {
    Attachment.texts.contains(word) || word.text.hasPrefix("text") || word.text.hasPrefix("command")
  }

  /// "The following year", but not "the following chapter", which may stand there.
  private static func isOfTime(_ words: [InstructionWord], at place: Int) -> Bool {
    next(words, place).map(times.contains) ?? false
  }

  /// "Without following redirects", "about following your heart", but "of following text".
  private static func isFollowed(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0, let next = next(words, place), !isText(next), !next.mayBe([.payload]) else { return false }
    return acting.contains(words[place - 1])
  }

  private static let acting = WordSet([
    "about", "of", "for", "without", "on", "from", "by", "with", "not", "stop", "start", "keep", "avoid", "prevent",
    "enable", "disable", "while", "before", "after", "when", "to",
  ])

  /// "The attached disks", "volumes attached" are those that are; an attached text is the one that is worked on.
  private static func isKind(_ words: [InstructionWord], at place: Int) -> Bool {
    let behind = next(words, place).flatMap { $0.isWord([.prep]) ? nil : $0 }
    guard let noun = behind ?? (place > 0 ? words[place - 1] : nil), noun.kind == .word else { return false }
    return !isText(noun) && !noun.mayBe([.payload, .work, .format, .verb, .nominal]) && !noun.isWord([.det, .pronoun])
  }

  /// "An email about the attached report" goes with it, where "the report" is any; what is summarized is there in either case.
  private static func isSentAlong(_ words: [InstructionWord], at place: Int) -> Bool {
    // "How do I open the attached file": that of a message.
    if words[..<place].contains(where: { $0.kind == .word && handled.contains($0) }) { return true }
    guard place > 2, let message = words[..<place].firstIndex(where: { $0.kind == .word && messages.contains($0) })
    else { return false }
    return words[message..<place].suffix(3).contains { $0.kind == .word && concerning.contains($0) }
  }

  private static let handled = WordSet([
    "how", "open", "send", "forward", "delete", "print", "upload", "save", "rename", "move", "download",
  ])
  private static let messages = WordSet([
    "email", "emails", "e-mail", "mail", "letter", "message", "note", "memo", "reply", "response", "announcement",
    "invitation", "post", "reminder", "text", "dm",
  ])
  private static let concerning = WordSet(["about", "on", "with", "regarding", "concerning", "for", "mentioning"])

  /// "The capital city of a company": a country's or a region's capital alone is its capital city in either wording.
  private static func isOfOther(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0, words[place - 1].text == "capital" else { return false }
    if place > 1, words[place - 2].kind == .possessive { return place > 2 && owning.contains(words[place - 3]) }
    guard let of = next(words, place), of.text == "of" || of.text == "in", let owner = next(words, place + 1) else {
      return true
    }
    return owner.text != "the" && owner.isWord([.det, .quality])
      || words[(place + 2)...].contains(where: owning.contains)
  }

  private static let owning = WordSet([
    "company", "firm", "business", "bank", "fund", "corporation", "startup", "investor", "shareholder", "partnership",
    "organization", "industry", "market",
  ])

  /// "Read/write access" is both, "read or write access" one of them. Of labels, and of yes and no, one is chosen in either wording.
  private static func slashed(_ words: [InstructionWord], at place: Int) -> String? {
    guard place > 0, words[place - 1].kind == .word, let next = next(words, place), !labels.contains(next),
      !labels.contains(words[place - 1]), !choosing.isSaid(in: words),
      !words[..<place].contains(where: { $0.kind == .pause && $0.text != "," })
    else { return nil }
    return words[place - 1].text + "/" + next.text
  }

  private static let labels = WordSet([
    "yes", "no", "positive", "negative", "neutral", "true", "false", "good", "bad", "spam", "ham",
  ])
  private static let choosing = WordSet([
    "classify", "classifies", "categorize", "categorise", "label", "tag", "sentiment", "answer", "reply", "respond",
    "whether", "decide", "detect", "determine",
  ])

  /// "How to be a host" is not how to host.
  private static func isBecome(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 1, words[..<place].contains(where: { $0.text == "how" }) else { return false }
    return words[place - 1].text == "to" && words[place - 2].text == "how"
      || words[place - 1].text == "i" && ["do", "can"].contains(words[place - 2].text)
  }

  private static let times = WordSet([
    "day", "days", "week", "weeks", "month", "months", "year", "years", "morning", "evening", "night", "season",
    "decade", "century", "quarter", "weekend", "summer", "winter", "spring", "autumn", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "afternoon", "hour",
  ])

  /// "Explain good design", "how do I become a good leader": what is asked about is not every design. What is to be written or
  /// listed is to be good in any case, and a good way is a way.
  private static func isAsked(_ words: [InstructionWord], at place: Int) -> Bool {
    guard let next = next(words, place), !ways.contains(next), !isWritten(next),
      let first = words.first(where: { !polite.contains($0) })
    else { return false }
    // "What would be a good title" asks for one.
    return asking.contains(first) && !words[..<place].contains { $0.text == "would" && first.text == "what" }
  }

  /// "Reply to a good review", "count good rows", "write a good review": which one is meant, or that it praises. What is only to be
  /// made or thought of is to be good in any case.
  private static func isChosen(_ words: [InstructionWord], at place: Int) -> Bool {
    guard let next = next(words, place), !ways.contains(next) else { return false }
    let noun = words[(place + 1)...].prefix(3).prefix { $0.kind == .word && !$0.isWord([.prep]) }
    return noun.contains(where: praising.contains)
      || !words[..<place].allSatisfy { $0.kind == .number || wished.contains($0) }
  }

  private static let wished = WordSet([
    "a", "an", "some", "any", "few", "one", "two", "three", "four", "five", "six", "seven", "eight", "ten", "twenty",
    "me", "us", "i", "we", "you", "please", "can", "could", "would", "need", "want", "like", "looking", "for", "help",
    "give", "suggest", "write", "create", "make", "draft", "generate", "compose", "propose", "recommend", "think", "of",
    "come", "up", "with", "find", "pick", "what", "is", "are", "be", "really", "very", "short", "new", "invent",
  ])
  /// What is good where somebody is pleased.
  private static let praising = WordSet([
    "review", "reviews", "rating", "ratings", "reference", "references", "testimonial", "testimonials", "feedback",
    "comment", "comments", "recommendation", "recommendations", "grade", "grades", "score", "scores", "mark", "marks",
    "evaluation", "evaluations", "assessment", "appraisal", "word", "words", "verdict", "opinion", "opinions",
  ])

  /// "What are good names for a cat" asks for some.
  private static func isWritten(_ word: InstructionWord) -> Bool {
    word.text == "name" || word.text == "names" || word.mayBe([.work])
  }

  private static let ways = WordSet([
    "way", "ways", "approach", "example", "examples", "explanation", "method", "idea", "command", "one-liner",
  ])
  private static let polite = WordSet(["please", "can", "could", "you", "would", "hey", "hi", "so"])
  private static let asking = WordSet([
    "explain", "describe", "define", "what", "how", "is", "are", "does", "do", "why", "who", "when", "discuss",
    "compare", "should",
  ])

  /// "Remove a user from the group", "a disk from a volume group": what is removed from there is not deleted. What is taken out of a text
  /// or a list is gone in either case.
  private static func isOfMember(_ words: [InstructionWord], at place: Int) -> Bool {
    guard let from = words[place...].firstIndex(where: { $0.kind == .word && $0.text == "from" }) else { return false }
    guard from > place + 1 else { return false }
    if members.contains(words[from - 1]) { return true }
    let (object, source) = (words[(place + 1)..<from], words[(from + 1)...].prefix(5))
    return !RemovedThings.isOfText(Array(object)) && !source.contains { sources.contains($0) || isText($0) }
      && !source.contains { $0.mayBe([.payload, .format]) || $0.kind == .payload || $0.kind == .quote }
  }

  /// What holds what it is made of.
  private static let sources = WordSet([
    "text", "texts", "string", "strings", "list", "lists", "array", "arrays", "dict", "dictionary", "dictionaries",
    "table", "tables", "column", "columns", "row", "rows", "dataframe", "df", "series", "pdf", "document", "documents",
    "file", "files", "filename", "filenames", "line", "lines", "sentence", "sentences", "paragraph", "code", "log",
    "logs",
    "page", "pages", "object", "objects", "map", "set", "tuple", "vector", "path", "name", "names", "word", "words",
    "url",
    "urls", "input", "output", "this", "these", "it", "them", "spreadsheet", "sheet", "worksheet", "image", "images",
    "video",
    "audio", "recording", "transcript", "database", "collection", "queue", "stack", "tree", "heap", "directory",
    "folder",
    "disk", "computer", "script", "function", "query", "clause", "variable", "number", "beginning", "end", "start",
    "data",
    "dataset", "environment", "history", "cache", "title", "body", "response", "answer", "header", "headers", "message",
  ])

  private static let members = WordSet([
    "user", "users", "member", "members", "person", "people", "employee", "employees", "player", "players", "tag",
    "tags", "label", "labels", "role", "roles", "permission", "permissions", "contact", "contacts", "friend", "friends",
    "app", "apps", "device", "devices", "account", "accounts", "subscriber", "subscribers", "attendee", "attendees",
    "participant", "participants", "photo", "photos", "picture", "pictures", "song", "songs", "item", "items",
    "product", "products", "customer", "customers", "student", "students", "filter", "filters", "node", "nodes",
    "guest", "guests", "admin", "admins", "album", "book", "books", "episode", "track", "tracks", "server", "servers",
    "policy", "policies", "volume", "volumes", "disk", "disks", "drive", "package", "packages", "pod", "pods", "card",
    "cards", "project", "projects", "process", "processes", "container", "containers", "host", "hosts", "network",
    "networks", "course", "courses", "repo", "repos", "repository", "branch", "branches", "worktree", "remote",
    "machine", "machines", "instance", "instances", "playlist", "channel", "channels", "domain", "domains", "team",
    "teams", "subnet", "certificate", "license", "dependency", "dependencies", "group", "groups", "bot", "bots",
  ])
}
