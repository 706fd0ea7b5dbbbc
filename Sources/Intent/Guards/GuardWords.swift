/// Words that turn a request into another one.
enum GuardWords {
  /// Said by one only, each of these makes a difference.
  static let oneSided = WordSet(oneSidedWords)

  private static let oneSidedWords = [
    "only", "just", "should", "must", "may", "might", "did", "first", "last", "second", "third", "both", "either",
    "neither",
    "most", "least", "always", "never", "before", "after", "except", "unless", "until", "since", "instead", "why",
    "when",
    "where", "who", "average", "total", "maximum", "minimum", "median", "public", "private", "remote", "local",
    "formal",
    "backwards", "reverse", "not", "again", "max", "min", "none", "without",
  ]

  /// Words that count even inside of a known phrase.
  static let modals = WordSet(["should", "must", "might", "did", "never"])

  /// Words that are looked at one by one: those above, and those with an opposite.
  static let marked: WordSet = {
    var marked = WordSet(room: oneSidedWords.count + 2 * opposites.count)
    for word in oneSidedWords { marked.add(word) }
    for pair in opposites {
      marked.add(pair.0)
      marked.add(pair.1)
    }
    return marked
  }()

  /// Words that count as said when one of these is.
  static let equals: [String: Set<String>] = [
    "only": ["just", "solely", "purely", "exclusively", "filter"], "last": ["past"],
    "just": ["only", "solely", "purely", "exclusively", "please", "simply"],
    "most": ["commonest", "frequent"],
    "instead": ["rather", "replace", "substitute", "substitutes"], "when": ["year", "date", "if", "time"],
    "why": ["cause", "causes", "causing", "reason", "reasons", "makes"],
    "where": ["find", "what", "bug"], "who": ["author", "that", "which"],
    "total": ["sum", "overall", "all"],
    "maximum": ["max", "most", "up", "less", "fewer", "limit"], "minimum": ["min", "least"],
    "max": ["maximum", "most", "up", "less", "fewer", "limit", "more"],
    "min": ["minimum", "least"],
    "without": [
      "no", "not", "omit", "omitting", "exclude", "excluding", "except", "leave", "skip", "keep", "keeping",
      "leaving", "avoid", "avoiding", "skipping", "w/o",
    ],
    "not": ["no", "without", "never", "avoid", "omit", "exclude", "excluding", "except", "skip", "nothing"],
    "except": ["but", "without", "excluding", "not", "other"], "after": ["following", "once", "afterwards"],
    "before": ["prior", "until"], "formal": ["formally"], "second": ["seconds", "2nd"],
    "first": ["lowest", "highest", "ascending", "descending", "1st"],
    "did": ["was", "were"], "never": ["not", "no", "without"],
    "none": ["no", "not", "neither"],
    "since": ["from"], "until": ["till", "to", "through"], "public": [],
    "reverse": ["reversed", "reverses", "reversing", "backwards", "invert"],
  ]

  /// Whose something is.
  static let owners: Set<String> = ["my", "your", "our", "his", "her", "their"]

  /// What a preposition says of a number, by its name in the lexicon. By its length first: it is asked of every one.
  static func bound(_ name: String) -> String? {
    switch name.utf8.count {
    case 4: name == "more" || name == "over" ? "more" : name == "less" ? "less" : nil
    case 5: name == "above" ? "more" : name == "under" || name == "below" ? "less" : nil
    case 6: name == "atmost" ? name : nil
    case 7: name == "atleast" ? name : nil
    case 12: name == "greater_than" ? "more" : nil
    default: nil
    }
  }

  /// What says that something was.
  static let past: Set<String> = ["was", "did", "caused", "what_did"]

  /// Names that are common words in small letters.
  static let namesAndWords = WordSet([
    "polish", "swift", "go", "rust", "ruby", "dart", "julia", "oracle", "excel", "spring", "flask", "helm", "react",
    "angular",
    "express", "perl", "nano", "cargo", "yarn", "pip", "java", "word", "basic", "may", "march", "will", "bill", "mark",
    "turkey",
    "azure", "vim", "python", "apache", "windows", "turkish", "catalan", "make", "find", "fish", "jest", "flutter",
    "latex", "thai", "latin",
  ])

  /// Words in capitals that are no other words in small letters.
  static let acronyms = WordSet([
    "tcp", "udp", "http", "https", "url", "urls", "api", "cv", "faq", "cpu", "ai", "llm", "vpn", "nda", "hr", "pc",
    "tv", "ip",
    "gdpr", "ssh", "pr", "db", "id", "usa", "hq", "co2", "usb", "pst", "cet", "est", "utc", "gmt", "dba", "ceo", "cto",
    "cfo", "pdf", "html", "seo", "saas", "kpi", "kpis", "crm", "roi", "faqs", "ux", "ui", "dns", "dhcp", "jwt", "sms",
    "gps", "pto", "sla", "cli", "gpu", "ssl", "tls", "orm", "apis", "bmi", "nfc", "rsvp",
  ])

  /// Verbs with a no inside; what the lexicon calls a negation counts already.
  static let hiddenNegations = WordSet([
    "avoid", "forbid", "prevent", "refrain", "nothing", "nobody", "nowhere", "hardly", "unless", "cannot", "isn't",
    "lose", "losing",
  ])

  /// The opposites of a word. Where two requests may have one answer, hardly ever a word is asked for: no table is made.
  static func opposites(of word: String) -> [String] {
    var found: [String] = []
    for pair in opposites {
      if pair.0 == word { found.append(pair.1) } else if pair.1 == word { found.append(pair.0) }
    }
    return found
  }

  /// Opposites: one in each makes a difference.
  static let opposites: [(String, String)] = [
    ("enable", "disable"), ("on", "off"), ("activate", "deactivate"), ("increase", "decrease"), ("increase", "reduce"),
    ("raise", "lower"), ("start", "stop"), ("open", "close"), ("add", "remove"), ("add", "delete"),
    ("insert", "delete"),
    ("create", "delete"), ("keep", "remove"), ("keep", "discard"), ("keep", "delete"), ("include", "exclude"),
    ("with", "without"), ("pros", "cons"), ("advantages", "disadvantages"), ("benefits", "drawbacks"),
    ("benefits", "risks"),
    ("ascending", "descending"), ("highest", "lowest"), ("largest", "smallest"), ("biggest", "smallest"),
    ("most", "least"),
    ("best", "worst"), ("fastest", "slowest"), ("newest", "oldest"), ("latest", "earliest"), ("first", "last"),
    ("longer", "shorter"), ("larger", "smaller"), ("bigger", "smaller"), ("more", "less"), ("more", "fewer"),
    ("over", "under"),
    ("above", "below"), ("greater", "less"), ("before", "after"), ("upload", "download"), ("import", "export"),
    ("push", "pull"),
    ("encrypt", "decrypt"), ("encode", "decode"), ("compress", "decompress"), ("mount", "unmount"),
    ("install", "uninstall"),
    ("accept", "decline"), ("accept", "reject"), ("approve", "reject"), ("accepting", "declining"),
    ("formal", "informal"),
    ("formal", "casual"), ("short", "long"), ("brief", "detailed"), ("simple", "complex"), ("active", "passive"),
    ("positive", "negative"), ("public", "private"), ("local", "remote"), ("staged", "unstaged"), ("valid", "invalid"),
    ("internal", "external"), ("senior", "junior"), ("all", "none"), ("all", "one"), ("input", "output"),
    ("buy", "sell"), ("win", "lose"), ("send", "receive"), ("lock", "unlock"), ("allow", "deny"), ("allow", "block"),
    ("show", "hide"), ("expand", "shorten"), ("merge", "split"), ("upgrade", "downgrade"), ("client", "server"),
    ("maximum", "minimum"), ("max", "min"), ("past", "future"), ("old", "new"), ("cheap", "expensive"), ("hot", "cold"),
    ("vertical", "horizontal"), ("row", "column"), ("rows", "columns"), ("row", "rows"), ("left", "right"),
    ("true", "false"),
    ("present", "past"), ("succeed", "fail"), ("succeeded", "failed"), ("pass", "fail"), ("visible", "hidden"),
    ("question", "statement"), ("fact", "opinion"), ("even", "odd"), ("even", "prime"), ("technical", "non-technical"),
    ("morning", "evening"), ("day", "night"), ("today", "tomorrow"), ("today", "yesterday"), ("tomorrow", "yesterday"),
    ("daily", "weekly"), ("daily", "hourly"), ("weekly", "monthly"), ("monthly", "yearly"), ("am", "pm"),
    ("january", "february"), ("monday", "tuesday"), ("monday", "friday"), ("thursday", "friday"),
  ]
}
