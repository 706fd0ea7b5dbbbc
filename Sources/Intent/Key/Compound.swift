/// Where a noun before another one certainly says the same as behind it, bound by a preposition.
///
/// An autumn haiku is one about autumn, but a love letter need not be about love, nor is a water bottle one in water. So only
/// such pairs are known here of which no reader thinks otherwise.
enum Compound {
  /// - Parameters:
  ///   - modifier: the noun in front, or behind the preposition, as in an intent's key.
  ///   - doing: what is done with it all; empty where it is got or made.
  static func isSure(_ modifier: String, _ head: String, _ role: String, doing: String) -> Bool {
    let (modifier, head) = (bare(modifier), bare(head))
    switch role {
    case "about":
      return poems.contains(head) && (ofNature.contains(modifier) || ofMachines.contains(modifier))
        || head == "report" && figures.contains(modifier)
        || head == "policy" && governed.contains(modifier)
    case "for":
      if ["recipe", "tip"].contains(head), living.contains(modifier) { return false }
      return head == "policy" && governed.contains(modifier) || written.contains(head)
        || parts.contains(head) && wholes.contains(modifier)
    case "in", "on":
      return role == "in" && divisions.contains(head)
        || times.contains(modifier) && events.contains(head) && isSaid(doing)
        || role == "in" && head == "report" && seasons.contains(modifier)
        || role == "on" && modifier == "remote" && ["branch", "tag"].contains(head)
    default: return false
    }
  }

  /// Whether something is called by what it is for, of which there is one for any number of it: a pancake recipe.
  static func isNamedByPurpose(_ noun: String) -> Bool {
    switch bare(noun) {
    case "recipe", "tip", "idea", "name", "checklist", "slogan", "tagline", "lesson_plan": true
    default: false
    }
  }

  /// Without the marks of unknown words and of plurals.
  private static func bare(_ noun: String) -> String {
    let noun = noun.utf8.first == UInt8(ascii: "'") ? String(noun.dropFirst()) : noun
    return IntentForm.withoutPlural(noun)
  }

  // MARK: About

  private static let poems: Set = ["haiku", "poem", "limerick", "sonnet"]
  /// What a poem can only be about: it is for nobody, and no kind of poem.
  private static let ofNature: Set = [
    "sea", "ocean", "moon", "sun", "sky", "rain", "snow", "wind", "autumn", "winter", "summer", "spring", "night",
    "morning", "river", "mountain", "forest", "tree", "cat", "dog", "bird", "coffee", "tea", "pizza", "bread", "cloud",
    "star", "lake", "desert", "garden", "flower", "rose", "bee", "butterfly", "horse", "frog", "whale", "fox", "owl",
    "thunderstorm", "waterfall", "sunset", "sunrise", "moonlight",
  ]
  private static let ofMachines: Set = [
    "dns", "tcp", "udp", "http", "https", "tls", "ssl", "ssh", "vpn", "dhcp", "bgp", "cpu", "gpu", "api", "regex",
    "recursion", "cron", "firewall", "nat",
  ]
  private static let figures: Set = ["sale", "sales", "revenue", "traffic", "weather", "inventory", "expense"]

  private static let governed: Set = [
    "travel", "expense", "refund", "return", "privacy", "security", "password", "vacation", "attendance",
  ]

  // MARK: For

  /// Who gives tips as well, and what is eaten by some.
  private static let living: Set = [
    "baby", "child", "cat", "dog", "doctor", "nurse", "teacher", "lawyer", "student", "parent", "expert",
  ]

  /// What is called by what it is for: unit tests, a pancake recipe.
  private static let written: Set = [
    "unit_test", "integration_test", "docstring", "commit_message", "release_notes", "changelog", "subject_line",
    "regex",
    "alt_text", "recipe", "itinerary", "agenda", "checklist", "slogan", "tagline", "lesson_plan", "name", "idea", "tip",
  ]
  /// Parts of a text, and such texts.
  private static let parts: Set = ["title", "outline", "headline", "introduction", "conclusion", "abstract", "caption"]
  private static let wholes: Set = [
    "slide", "article", "blog_post", "post", "essay", "story", "short_story", "report", "presentation", "talk",
    "thesis",
    "speech", "chapter", "section", "book", "novel", "paper", "podcast", "video",
  ]

  /// Parts that a text has one after the other: chapter 7 in a book is one of it.
  private static let divisions: Set = ["chapter", "scene", "verse"]

  // MARK: When

  private static let times: Set = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "january", "february",
    "april", "june", "july", "august", "september", "october", "november", "december", "spring", "summer", "autumn",
    "winter",
  ]
  /// Whether what is done is done at once by whom one asks. "Cancel the call on Monday" may say when to cancel it.
  private static func isSaid(_ doing: String) -> Bool {
    doing.isEmpty || InlineText.tasks.contains(doing) || ofMeetings.contains(doing)
  }

  /// What sets the time of a meeting, and what is told of it.
  private static let ofMeetings: Set = [
    "schedule", "plan", "book", "arrange", "organize", "describe", "compare", "analyze",
  ]

  /// A report on a season is hardly one that is sent in it.
  private static let seasons: Set = ["spring", "summer", "autumn", "winter"]
  /// What takes place, or is measured, at such times. A report or a release may be sent, written or deployed then as well.
  private static let events: Set = [
    "meeting", "call", "appointment", "interview", "workshop", "webinar", "standup", "training", "session", "launch",
    "deadline", "sale", "sales", "revenue", "traffic", "weather",
  ]

  // MARK: Of

  /// Whether what stands before "of" says something else behind the same words: a wine glass, the author's criticism.
  static func keepsOf(_ noun: String) -> Bool { holders.contains(bare(noun)) }

  /// What holds something, and what somebody does to somebody.
  private static let holders: Set = [
    "glass", "glasse", "cup", "mug", "bottle", "jug", "jar", "can", "bowl", "pot", "pan", "plate", "spoon", "bag",
    "sack",
    "box", "boxe", "case", "crate", "carton", "basket", "bucket", "barrel", "tank", "tin", "tray", "packet", "head",
    "heart",
    "love", "hate", "hatred", "fear", "loss", "losse", "criticism", "praise", "examination", "interrogation",
    "evaluation",
    "accusation", "persecution", "rejection", "betrayal", "murder", "killing", "portrayal", "treatment", "punishment",
    "admiration", "condemnation", "invasion", "support", "abuse", "attack", "defeat",
    "critique", "assess",
    // What shows somebody, or is somebody's.
    "picture", "photo", "photograph", "portrait", "painting", "drawing", "statue", "sculpture", "caricature", "bust",
    "control", "memory", "memorie", "conquest", "hunt", "pursuit", "chase", "rescue", "protection", "opinion",
    "impression",
    "trust", "respect", "election", "appointment", "adoption", "dismissal", "assassination", "kidnapping", "occupation",
    "liberation", "colonization", "exploitation", "oppression", "teaching", "discovery", "recommendation",
    "representation", "depiction", "accusation", "suspicion", "envy", "mockery", "imitation", "worship",
  ]
}
