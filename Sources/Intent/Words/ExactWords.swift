/// Where it counts how a word is spelt, because it is looked for or run as it is written, or names something.
///
/// Such words stand bare: "install the latest version" describes what to install, "install requests" names it. So what is asked
/// is what stands before a word and those beside it that no article, preposition or mark parts from it.
enum ExactWords {
  /// Whether the word at a place stands where letters count.
  static func has(_ words: [InstructionWord], at place: Int) -> Bool {
    if isOfName(words, at: place) || CheckedText.holds(words, at: place) || isCounted(words, at: place) { return true }
    // "A separate option" describes one.
    if place > 0, words[place - 1].text != "a", words[place - 1].text != "an", NamePlaces.isOne(words, place) {
      return true
    }
    var start = place
    var (isCommand, isTold) = (false, false)
    while start > 0, place - start < longest, !ends(words[start - 1]) {
      start -= 1
      if says(commands, words[start]) { isCommand = true }
      if tells(words, at: start) { isTold = true }
    }
    if place > 0, says(kinds, words[place - 1]) { return true }
    guard start > 0 else { return isCommand }
    let before = words[start - 1]
    switch before.kind {
    case .number, .possessive, .payload, .quote: return false
    // "Replace the … below" describes what is replaced; "files that contain a …", "search for a …" say the words themselves.
    case .word where isArticle(before) && !isTold:
      guard before.text == "a" || before.text == "an", start > 1 else { return false }
      return says(containing, words[start - 2]) || tells(words, at: start - 2)
        || isSought(words, before: start - 1, by: searchingAlone, alone: true)
    default: break
    }
    if isCommand || isTold { return true }
    guard before.kind == .word else { return false }
    return isSought(words, before: start) || isSubject(words, before: start) || isValue(words, before: start)
  }

  /// "Mr Grammer", "I typed Postrges", "the Grammer family", "rename the recieve button", "so that updtaes works".
  private static func isOfName(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0 else { return false }
    if isDoer(words, at: place) || isGiven(words, at: place) { return true }
    // "Replaces numbers with words" describes what is replaced.
    if says(verbs, words[place - 1]) { return words[place].text.utf8.last != UInt8(ascii: "s") }
    if says(naming, words[place - 1]) { return true }
    let next = place + 1 < words.count ? words[place + 1] : nil
    // "Change recieved to done", "the film recieve"
    if words[place - 1].text == "change", next?.text == "to" { return true }
    if place > 1, next == nil, words[place - 2].text == "the", says(titled, words[place - 1]) { return true }
    return words[place - 1].text == "the" && place + 1 < words.count && says(named, words[place + 1])
  }

  /// "Translate recieve to French", "write neccessary in capitals", "invite colleage to the party": one bare word is what is
  /// written, or somebody.
  private static func isGiven(_ words: [InstructionWord], at place: Int) -> Bool {
    guard says(giving, words[place - 1]), words[place].text.utf8.last != UInt8(ascii: "s") else { return false }
    // "How do I write documnetation" asks for no letters.
    if place + 1 == words.count || words[place + 1].kind == .pause { return words[place - 1].text != "write" }
    return words[place + 1].isWord([.prep])
  }

  private static let giving = WordSet([
    "translate", "write", "spell", "say", "type", "pronounce", "conjugate", "hyphenate", "invite", "call", "contact",
    "meet", "thank", "congratulate", "ask", "phone", "message",
  ])

  /// "So that updtaes works", "check that updtae works": what takes a verb of one thing, and has no article, is called so. Where
  /// no code is spoken of, informtaion is what nobody counts.
  private static func isDoer(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place + 1 < words.count, says(clauses, words[place - 1]), isOfOne(words[place + 1]) else { return false }
    return words[place].text.utf8.last == UInt8(ascii: "s") || words.contains { says(programs, $0) }
  }

  /// Whether a verb is said of one thing alone: "works", "has".
  private static func isOfOne(_ word: InstructionWord) -> Bool {
    if says(ofOne, word) { return !says(modals, word) }
    return word.isDeed || word.text.utf8.last == UInt8(ascii: "s") && says(doing, word)
  }

  /// "Count how often a recieved message occurs", "how many times does recieved appear".
  private static func isCounted(_ words: [InstructionWord], at place: Int) -> Bool {
    guard let asked = words[..<place].firstIndex(where: { says(countingWords, $0) }), asked > 0,
      ["how", "many"].contains(words[asked - 1].text)
    else { return false }
    return words[..<asked].contains { says(counting, $0) } || words[place...].contains { says(occurring, $0) }
  }

  /// Whether the word at a place says what the letters of records are: "the lines that say a recieved message". A report that
  /// mentions something is to be written.
  private static func tells(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0, says(telling, words[place]) else { return false }
    return says(records, words[place - 1])
      || place > 1 && says(relating, words[place - 1]) && says(records, words[place - 2])
  }

  /// As many words may stand between a command and a name that it takes.
  private static let longest = 5

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool {
    (word.kind == .word || word.kind == .code) && set.contains(word)
  }

  /// Whether what stands before a word has nothing to do with it: a mark, a number, or a word that holds sentences together.
  private static func ends(_ word: InstructionWord) -> Bool {
    switch word.kind {
    case .code: return false
    case .word: break
    default: return true
    }
    if says(commands, word) || says(telling, word) { return false }
    return word.mayBe([.det, .pronoun, .subject, .relative, .prep, .not, .and, .or, .number])
      || says(auxiliaries, word)
  }

  private static func isArticle(_ word: InstructionWord) -> Bool { word.mayBe([.det, .number]) }

  /// "Search the logs for received", "lines starting with received", "ssh into production", "an e-mail from amazon".
  ///
  /// - Parameter alone: whether only what is searched for or counted may be meant, as behind an article: "an e-mail from a …"
  ///   describes who sent it.
  private static func isSought(
    _ words: [InstructionWord], before start: Int, by searching: WordSet = searching, alone: Bool = false
  ) -> Bool {
    var head = start - 1
    let preposition = words[head].text
    // "Log in to".
    while head > 0, words[head].mayBe([.prep]), start - head < 4 { head -= 1 }
    guard head < start - 1 else { return false }
    switch preposition {
    case "for": return words[..<start].contains { says(searching, $0) }
    case "of" where says(occurrences, words[head]): return true
    case _ where alone: return false
    case "from": return says(messages, words[head])
    case "into", "to", "in", "on": return says(reaching, words[head])
    case "with", "by": return says(matching, words[head])
    default: return false
    }
  }

  /// "Is telegram safe": what is asked about has no article, so it is a name or a substance.
  private static func isSubject(_ words: [InstructionWord], before start: Int) -> Bool {
    guard says(ofOne, words[start - 1]) else { return false }
    return start == 1 || words[start - 2].kind == .pause || words[start - 2].text == "who"
  }

  /// "Rows where the status is canceled".
  private static func isValue(_ words: [InstructionWord], before start: Int) -> Bool {
    guard says(being, words[start - 1]) else { return false }
    return words[..<(start - 1)].dropFirst().contains { says(conditions, $0) }
  }

  /// What takes a name that stands bare behind it.
  private static let commands = WordSet([
    "install", "installs", "installed", "installing", "reinstall", "uninstall", "uninstalling", "import", "imports",
    "importing", "require", "download", "downloading", "launch", "restart", "configure", "enable", "disable", "replace",
    "replaces", "replacing", "substitute", "rename", "renaming", "containing", "contains", "contain", "matching",
    "matches",
    "equals",
    "google", "git", "npm", "npx", "pip", "pip3", "pipx", "yarn", "pnpm", "brew", "apt", "apt-get", "dnf", "yum",
    "pacman",
    "cargo",
    "rustup", "gem", "conda", "docker", "docker-compose", "podman", "kubectl", "helm", "systemctl", "sudo",
    "ssh", "scp", "rsync", "ping", "telnet", "curl", "wget", "grep", "rg", "cd", "mkdir", "rm", "mv", "cp",
    "chmod", "kill", "pkill", "killall", "nslookup", "dig", "whois", "traceroute", "checkout", "clone",
  ])

  private static let containing = WordSet(["contain", "contains", "containing"])
  /// What has a title or a name, which stands behind it.
  static let titled = WordSet([
    "restaurant", "hotel", "pub", "cafe", "film", "movie", "novel", "song", "album", "game", "play", "show", "podcast",
    "shop", "bar", "club", "team", "magazine", "newspaper",
  ])
  private static let naming = WordSet([
    "mr", "mrs", "ms", "dr", "miss", "professor", "prof", "sir", "madam", "uncle", "aunt", "dear", "typed",
  ])
  private static let verbs = WordSet(["replaces", "contains"])
  /// What is called by the name of somebody or something, or by what stands on it.
  private static let named = WordSet([
    "family", "brand", "startup", "restaurant", "surname", "button", "label", "company", "firm", "corporation", "inc",
    "brothers", "sisters", "estate", "foundation", "institute", "clan", "dynasty", "band", "album", "effect", "theorem",
    "law", "principle", "paradox", "syndrome", "disease", "hypothesis", "theory", "scandal", "trial", "case", "verdict",
    "prize", "award", "option", "setting", "endpoint", "directive", "operator", "decorator", "hook", "queue", "bucket",
    "container", "macro", "annotation", "cookie", "token", "pod", "volume", "widget", "event", "role", "topic", "tab",
    "checkbox", "constructor", "selector", "module", "env",
  ])
  private static let clauses = WordSet([
    "that", "if", "when", "whether", "because", "until", "once", "why", "unless", "while",
  ])
  private static let programs = WordSet([
    "function", "method", "class", "script", "command", "test", "tests", "button", "api", "code", "program", "query",
    "build",
  ])
  private static let modals = WordSet(["did", "can", "could", "will", "would", "should"])
  private static let doing = WordSet([
    "works", "runs", "fails", "passes", "crashes", "breaks", "hangs", "exits", "starts", "stops", "throws", "exists",
    "happens", "goes", "takes", "gets", "comes", "compiles", "loads",
  ])
  private static let countingWords = WordSet(["often", "times"])
  private static let counting = WordSet(["count", "counts", "counting", "tally"])
  private static let occurring = WordSet(["occur", "occurs", "appear", "appears", "mentioned"])
  private static let telling = WordSet(["say", "says", "saying", "mention", "mentions", "mentioning", "read", "reads"])
  private static let relating = WordSet(["that", "which", "who"])
  private static let records = WordSet([
    "line", "lines", "row", "rows", "entry", "entries", "message", "messages", "email", "emails", "page", "pages",
    "sign", "signs", "comment", "comments", "commit", "commits", "log", "logs",
  ])

  /// A name follows these: "the app calendar".
  private static let kinds = WordSet([
    "app", "apps", "application", "website", "library", "framework", "package", "plugin", "extension", "brand",
    "startup",
    "repo", "repository", "hostname", "username", "keyword", "string", "hashtag", "command", "crate", "distro", "word",
    "called", "named", "titled", "labeled", "labelled", "tagged", "option", "setting", "endpoint", "directive",
    "band", "singer", "rapper", "actor", "actress", "novelist", "poet", "painter",
  ])

  private static let searching = WordSet([
    "search", "searches", "searching", "searched", "grep", "scan", "scans", "look", "looks", "looking", "lookup",
    "google",
    "filter", "filters", "query",
  ])

  /// What looks for the letters themselves, and for nothing else.
  private static let searchingAlone = WordSet([
    "search", "searches", "searching", "searched", "grep", "scan", "scans", "google",
  ])

  private static let messages = WordSet([
    "email", "emails", "e-mail", "e-mails", "mail", "mails", "message", "messages", "sms", "text", "texts", "call",
    "calls", "newsletter", "invoice", "invoices",
  ])

  private static let reaching = WordSet([
    "ssh", "log", "logs", "logged", "logging", "login", "sign", "signed", "connect", "connects", "connected",
    "connecting", "switch", "switched", "switching", "push", "pushed", "deploy", "deployed", "deploying", "checkout",
    "cd",
    "rename", "renamed", "set", "equal", "ping", "telnet", "scp", "rsync", "subscribe", "subscribed", "found",
    "downloaded",
  ])

  private static let matching = WordSet([
    "start", "starts", "starting", "begin", "begins", "beginning", "end", "ends", "ending", "replace", "replaced",
    "followed", "preceded", "prefixed", "tagged",
  ])

  private static let occurrences = WordSet([
    "occurrence", "occurrences", "instance", "instances", "mention", "mentions",
  ])

  private static let auxiliaries = WordSet([
    "is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "could", "will", "would", "should",
  ])

  /// Names are of one thing.
  private static let ofOne = WordSet(["is", "was", "does", "did", "has", "can", "could", "will", "would", "should"])

  private static let being = WordSet(["is", "are", "was", "were", "equals", "not"])

  private static let conditions = WordSet(["where", "whose", "status", "state", "rows", "records", "field", "value"])
}
