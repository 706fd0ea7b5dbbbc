/// A request whose answer is another one each time it is asked, though its words are the same: it wants chance, something
/// other than before, or what is so at this moment. Nothing that was answered before is an answer to it.
///
/// It errs to one side: what is taken for one by mistake is a call more.
public enum FleetingWish {
  /// Whether an instruction is such a request.
  ///
  /// - Parameter isAboutText: whether it comes with a text: then what it asks of the moment is in that text.
  public static func isAsked(in instruction: String, isAboutText: Bool = false) -> Bool {
    let (hasTrigger, hasMarks) = firstLook(instruction)
    guard hasTrigger || hasMarks else { return false }
    let words = hasMarks ? composedWords(of: instruction) : words(of: instruction)
    if words.isEmpty { return false }
    if wantsChance(words) || wantsAnother(words) || !isAboutText && BareWish.isOfChance(words) { return true }
    if isAboutText { return false }
    // What is longer has a text of its own to choose for.
    return wantsTheMoment(words) || instruction.utf8.count < 60 && BareWish.picksOne(words)
  }

  /// The words in small letters, without what is quoted and without what follows a colon: that is what is worked on.
  private static func words(of instruction: String) -> [FleetingWord] {
    var words: [FleetingWord] = []
    words.reserveCapacity(16)
    var (hash, first) = (PhraseHash(), UInt8(0))
    forEachLetter(of: instruction) { letter in
      if let letter {
        hash.add(byte: letter)
        if first == 0 { first = letter }
      } else {
        hash.endWord()
        words.append(FleetingWord(hash: hash.value, first: first))
        (hash, first) = (PhraseHash(), 0)
      }
    }
    return words
  }

  /// The same where accents stand apart: a word that is known with them is that word.
  private static func composedWords(of instruction: String) -> [FleetingWord] {
    var words: [FleetingWord] = []
    var word: [UInt8] = []
    forEachLetter(of: instruction) { letter in
      if let letter { return word.append(letter) }
      let text = String(decoding: word, as: UTF8.self)
      // Strings are equal however their accents are written.
      words.append(FleetingWord(accented.firstIndex(of: text).map { accented[$0] } ?? text))
      word.removeAll(keepingCapacity: true)
    }
    return words
  }

  /// All words with accents that anything here is known by.
  private static let accented: Set<String> = {
    let lists = [
      choosing, chance, secrets, making, throwing, thrown, asking, moment, newest, passing, giving, others,
    ].flatMap(\.texts)
    let phrases = [chancePhrases, otherPhrases, momentPhrases, passingPhrases, dayPhrases].flatMap(\.texts)
    let words = lists + phrases.flatMap { $0.split(separator: " ").map(String.init) }
    return Set(words.filter { !$0.utf8.allSatisfy { $0 < 0x80 } })
  }()

  /// Whether one of its words is in each such request, and whether some may be one of them with an accent that stands apart (from
  /// U+0300 on): most have neither, and then nothing is put together.
  private static func firstLook(_ instruction: String) -> (hasTrigger: Bool, hasMarks: Bool) {
    var (hash, hasTrigger, hasMarks) = (PhraseHash(), false, false)
    let triggers = Self.triggers
    forEachLetter(of: instruction) { letter in
      if let letter {
        if letter >= 0xCC { hasMarks = true }
        return hash.add(byte: letter)
      }
      hash.endWord()
      if triggers.contains(hash: hash.value) { hasTrigger = true }
      hash = PhraseHash()
    }
    return (hasTrigger, hasMarks)
  }

  /// The letters of its words one by one, `nil` behind each word.
  private static func forEachLetter(of instruction: String, _ visit: (UInt8?) -> Void) {
    var instruction = instruction
    instruction.withUTF8 { bytes in
      var (isQuoted, isInWord) = (false, false)
      var behindMark = 0
      func end() {
        if isInWord { visit(nil) }
        isInWord = false
      }
      for (place, byte) in bytes.enumerated() where place >= behindMark {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
          isQuoted.toggle()
          end()
        } else if isQuoted {
          continue
        } else if byte == UInt8(ascii: ":"), place + 1 < bytes.count,
          bytes[place + 1] == 0x20 || bytes[place + 1] == 0x0A
        {
          break
        } else if byte == 0xE2, isApostrophe(bytes, place) {
          behindMark = place + 3
          end()
        } else if (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte >= 0x80 {
          visit(byte)
          isInWord = true
        } else if (0x41...0x5A).contains(byte) {
          visit(byte | 0x20)
          isInWord = true
        } else {
          end()
        }
      }
      end()
    }
  }

  /// Whether the apostrophe that telephones and word processors write (U+2018, U+2019) stands at a place: "today’s date".
  private static func isApostrophe(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
    place + 2 < bytes.count && bytes[place + 1] == 0x80 && (bytes[place + 2] == 0x98 || bytes[place + 2] == 0x99)
  }

  // MARK: - Chance

  private static let choosing = FleetingWords([
    "pick", "choose", "give", "generate", "select", "name", "tell", "suggest", "think", "create", "make", "list",
    "show",
    "say", "write", "invent", "draw", "produce", "get", "need", "want", "recommend", "propose", "print", "return",
    "output", "ask", "nenne", "gib", "erstelle", "donne", "choisis", "dame", "elige", "genera", "wähle", "erzeuge",
  ])
  static let chance = FleetingWords([
    "random", "randomly", "arbitrary", "zufällig", "zufällige", "zufälligen", "zufälliger", "zufälliges", "zufallszahl",
    "hasard", "aleatorio", "aleatoria", "azar", "aléatoire",
  ])
  static let secrets = FleetingWords([
    "password", "passwords", "passphrase", "passphrases", "uuid", "uuids", "uuidv1", "uuidv4", "uuidv7", "guid",
    "guids",
    "ulid", "ulids", "nonce", "passwort", "kennwort",
  ])
  private static let ofSecrets = FleetingWords([
    "policy", "policies", "rule", "rules", "manager", "managers", "reset", "resets", "strength", "protection",
    "hygiene",
  ])
  /// What is a secret behind one of the words before it, and at the end of its phrase: "a key", "an API key for the staging
  /// server", and not "the key points" or "a token bucket".
  static let keys = FleetingWords([
    "key", "keys", "token", "tokens", "secret", "secrets", "pin", "pins", "salt", "salts", "otp",
  ])
  private static let beforeKeys = FleetingWords([
    "a", "an", "new", "api", "secret", "session", "access", "auth", "authentication", "encryption", "aes", "hmac",
    "signing", "bearer", "csrf", "refresh", "master", "private", "license", "licence", "serial", "activation", "one",
    "strong", "secure", "unique", "hex", "bit", "byte", "digit", "character", "hexadecimal",
  ])
  private static let behindKeys = FleetingWords([
    "for", "of", "with", "please", "pls", "now", "that", "which", "in", "to", "as", "code", "codes", "and",
  ])
  private static let making = FleetingWords([
    "generate", "create", "make", "give", "need", "want", "invent", "produce", "pick", "choose", "write", "get",
    "gimme", "issue", "think", "erstelle", "erzeuge", "gib", "genera", "donne", "dame",
  ])
  /// How a request begins that names nothing but what it wants: "a password".
  private static let oneOfIt = FleetingWords(["a", "an", "new", "one", "neues", "ein"])
  /// Keys that a command makes, which is the same each time.
  private static let keysOfCommands = FleetingWords(["ssh", "gpg", "pgp", "gnupg", "keygen"])
  /// Words of requests to be told of a key, or for a text about one.
  private static let tellingOfKeys = FleetingWords([
    "how", "what", "why", "where", "when", "explain", "describe", "about",
  ])
  static let chancePhrases = FleetingPhrases([
    "heads or tails", "draw lots", "draw straws", "guess a number",
    "surprise me", "think of a number", "pick a number", "choose a number", "draw a number", "pick a card",
    "draw a card",
    "pick a winner", "choose a winner", "draw a winner", "lottery numbers", "überrasche mich", "surprends moi",
    "kopf oder zahl", "münze werfen",
  ])
  /// Things of chance that are wanted where nothing else is said: "a dice roll, please", and not "the odds of a dice roll".
  private static let chanceThings: [[FleetingWord]] = [
    ["dice", "roll"], ["coin", "flip"], ["coin", "toss"], ["lotto", "numbers"], ["seed", "phrase"],
  ]
  static let throwing = FleetingWords(["roll", "flip", "toss", "throw", "shuffle", "würfle", "würfel", "wirf"])
  private static let thrown = FleetingWords([
    "die", "dice", "coin", "coins", "cards", "deck", "würfel", "münze",
  ])
  /// Dice as players write them: "d20", "2d6", and "2w6" in German.
  static let notedDice = FleetingWords(
    ["", "1", "2", "3", "4", "5", "6", "8", "10"].flatMap { count in
      ["4", "6", "8", "10", "12", "20", "100"].flatMap { ["\(count)d\($0)", "\(count)w\($0)"] }
    })
  /// What may stand before a wish and says no more than please.
  private static let polite = FleetingWords([
    "please", "pls", "can", "could", "would", "you", "just", "now", "ok", "okay",
  ])

  /// Words of requests for a program that chooses: that is the same program each time.
  private static let code = FleetingWords([
    "shell", "bash", "zsh", "python", "javascript", "js", "typescript", "node", "ruby", "perl", "rust", "swift", "java",
    "kotlin", "php", "sql", "postgres", "mysql", "excel", "powershell", "linux", "openssl", "awk", "script", "function",
    "method", "class", "code", "command", "program", "snippet", "query", "algorithm", "generator", "regex", "macro",
    "formula", "liner", "expression", "validator", "schema", "column", "config", "configuration",
  ])

  private static func wantsChance(_ words: [FleetingWord]) -> Bool {
    // "An OTP code" is no program.
    if words.indices.contains(where: { code.contains(words[$0]) && !($0 > 0 && words[$0 - 1] == "otp") }) {
      return false
    }
    if chancePhrases.areSaid(in: words) { return true }
    if words.count < 8, chanceThings.contains(words.filter { !saysOnlyThatOneIsWanted($0) }) { return true }
    let chooses = choosing.isAny(of: words)
    if chance.isAny(of: words),
      chooses || chance.contains(words[0]) || words[0] == "a" || words[0] == "ein"
    {
      return true
    }
    let makes = making.isAny(of: words) || oneOfIt.contains(words[0])
    if chooses || makes, let place = words.firstIndex(where: secrets.contains) {
      // "A password policy"
      return place + 1 == words.count || !ofSecrets.contains(words[place + 1])
    }
    if makes, isOfKey(words) { return true }
    if words[0] == "shuffle" || makes && words.contains("shuffled") { return true }
    let throwsIt = words.first { !polite.contains($0) }.map(throwing.contains) ?? false
    return throwsIt && (thrown.isAny(of: words) || notedDice.isAny(of: words)) || words == ["würfle"]
  }

  static func saysOnlyThatOneIsWanted(_ word: FleetingWord) -> Bool {
    polite.contains(word) || oneOfIt.contains(word) || making.contains(word) || choosing.contains(word) || word == "me"
  }

  private static func isOfKey(_ words: [FleetingWord]) -> Bool {
    if keysOfCommands.isAny(of: words) || tellingOfKeys.isAny(of: words) { return false }
    return words.indices.dropFirst().contains { place in
      keys.contains(words[place]) && beforeKeys.contains(words[place - 1])
        && (place + 1 == words.count || behindKeys.contains(words[place + 1]))
    }
  }

  // MARK: - Another one

  private static let giving = FleetingWords([
    "tell", "give", "show", "write", "make", "suggest", "name", "generate", "create", "try", "find", "pick", "propose",
    "draft", "need", "want", "have", "say", "recommend", "think", "invent", "compose", "ask", "gimme", "do", "me", "us",
  ])
  static let others = FleetingWords(["another", "different", "else", "new"])
  static let otherPhrases = FleetingPhrases([
    "try again", "once more", "one more", "something else", "something different", "something new", "a different one",
    "another one", "a new one", "not the same as before", "noch einen", "noch eine", "noch ein", "noch mal", "nochmal",
    "einen anderen", "eine andere", "ein anderes", "un autre", "une autre", "encore un", "encore une", "otra vez",
    "otro chiste", "otra idea", "a different answer", "a new answer",
  ])

  /// Whole requests that ask for what comes next, wherever the conversation is.
  private static let goingOn: [[FleetingWord]] = [["continue"], ["go", "on"], ["keep", "going"], ["go", "ahead"]]

  private static func wantsAnother(_ words: [FleetingWord]) -> Bool {
    if words.count <= 4, goingOn.contains(words.filter { !polite.contains($0) }) { return true }
    if words[0] == "another" || words[0] == "again" { return true }
    if words[0] == "regenerate", words.count < 3 { return true }
    if words.count <= 5, otherPhrases.areSaid(in: words) { return true }
    guard others.isAny(of: words) || words.contains("more") else { return false }
    for place in words.indices.dropFirst() {
      let before = words[place - 1]
      // "Another word for happy" is one that means the same.
      if place + 2 < words.count, words[place + 1] == "word" || words[place + 1] == "term", words[place + 2] == "for" {
        continue
      }
      // "Give me another name", "write a different poem", but not "convert it to another format", "explain a different way".
      if words[place] == "another", giving.contains(before) { return true }
      if words[place] == "different", before == "a", place > 1, giving.contains(words[place - 2]) { return true }
      if words[place] == "more", before == "one" || before == "some" || before == "few", place > 1,
        giving.contains(words[place - 2]) || words[place - 2] == "a"
      {
        return true
      }
    }
    return false
  }

  // MARK: - The moment

  private static let asking = FleetingWords([
    "what", "whats", "who", "when", "which", "is", "are", "did", "does", "will", "where", "were", "has", "any",
    "wie", "was", "wer", "wann", "welcher", "welches", "quel", "quelle", "qui", "qué", "que", "quién", "cuál",
  ])
  /// How to do something is the same at any time.
  private static let behindHow = FleetingWords(["do", "to", "can", "would", "should", "does"])
  private static let ordering = FleetingWords([
    "tell", "give", "show", "list", "get", "say", "print", "report", "the", "please",
  ])
  static let moment = FleetingWords([
    "today", "tonight", "tomorrow", "yesterday", "now", "currently", "nowadays", "heute", "morgen", "gestern", "jetzt",
    "aktuell", "aujourd", "demain", "hier", "maintenant", "hoy", "mañana", "ayer", "ahora",
  ])
  static let newest = FleetingWords([
    "latest", "newest", "recent", "neueste", "neuesten", "aktuelle", "aktuellen",
  ])
  private static let passing = FleetingWords([
    "time", "date", "day", "year", "month", "week", "timestamp", "epoch", "weather", "temperature", "price", "prices",
    "rate", "news",
    "headlines", "version", "president", "chancellor", "minister", "ceo", "score", "scores", "status", "events",
    "situation", "population", "forecast", "champion", "uhrzeit", "datum", "wetter", "heure", "hora", "fecha",
  ])
  static let momentPhrases = FleetingPhrases([
    "what time is it", "what week is it", "what day is it", "what year is it",
    "what month is it", "what date is it", "what is the time",
    "what is the date", "what s the time", "what s the date", "whats the time", "whats the date", "time is it",
    "wie spät", "wieviel uhr", "wie viel uhr", "quelle heure", "qué hora", "que hora", "at the moment", "this week",
    "this month", "this year", "this morning", "this evening", "this weekend", "last night", "last week", "right now",
    "next week", "next month", "next weekend", "next monday", "next tuesday", "next wednesday", "next thursday",
    "next friday", "next saturday", "next sunday", "last monday", "last tuesday", "last wednesday", "last thursday",
    "last friday", "last saturday", "last sunday",
  ])

  /// What is so at this moment though no word says so.
  static let passingPhrases = FleetingPhrases([
    "the weather", "in the news", "is it raining", "is it snowing", "days until", "weeks until", "days till",
    "days left until", "the price",
  ])
  private static let counting = FleetingWords(["days", "weeks", "number", "count"])

  private static let ofPrices = FleetingPhrases(["price of", "price for"])

  /// Where nothing else is asked: "is it Sunday in the Bible" is not.
  static let dayPhrases = FleetingPhrases([
    "is it monday", "is it tuesday", "is it wednesday", "is it thursday", "is it friday", "is it saturday",
    "is it sunday",
    "is it weekend", "is it a weekday", "is it a weekend", "is it a holiday", "which day is it", "which week is it",
    "what week is this",
  ])

  private static func asksWhatPasses(_ words: [FleetingWord]) -> Bool {
    passingPhrases.areSaid(in: words) { phrase in
      // "The price of gold", and not "the price elasticity".
      phrase.last != "price" || words.last == "price" || ofPrices.areSaid(in: words)
    }
  }

  private static func wantsTheMoment(_ words: [FleetingWord]) -> Bool {
    let asks =
      asking.contains(words[0])
      || words[0] == "how" && words.count > 1 && !behindHow.contains(words[1])
    // "Tomorrow's date in ISO format"
    let isOfTheMoment = words.count > 1 && moment.contains(words[0]) && words[1] == "s"
    guard asks || isOfTheMoment || ordering.contains(words[0]) || counting.contains(words[0]) || words.count <= 4 else {
      return false
    }
    // "What time is it in Tokyo when it is 3 pm UTC" asks for no moment but that one.
    if namesTheMoment(words) { return false }
    if BareWish.isOfTheMoment(words) { return true }
    if asks, asksWhatPasses(words) || words.count <= 4 && dayPhrases.areSaid(in: words) { return true }
    // "Days until Christmas"
    if counting.contains(words[0]), passingPhrases.areSaid(in: Array(words.prefix(4))) { return true }
    let isPassing = passing.isAny(of: words)
    if momentPhrases.areSaid(in: words, where: { saysOfTheMoment($0, words) }) {
      return asks || isPassing || words.count <= 4
    }
    if moment.isAny(of: words) { return asks || isPassing }
    if newest.isAny(of: words) { return asks || isPassing }
    // "The current timestamp in SQL" is an expression.
    return isPassing && words.contains("current") && !isExpression(words)
  }

  /// "The current timestamp in SQL", but not "the current Formula 1 champion".
  private static func isExpression(_ words: [FleetingWord]) -> Bool {
    guard words.allSatisfy({ !passing.contains($0) || clocks.contains($0) }) else { return false }
    return words.indices.dropFirst().contains { place in
      expressions.contains(words[place])
        && (place + 1 == words.count || words[place - 1] == "in" && place + 2 >= words.count)
    }
  }
  private static let expressions = FleetingWords(["sql", "formula", "excel", "regex", "expression", "function"])
  private static let clocks = FleetingWords(["timestamp", "date", "time", "day", "week", "month", "year", "epoch"])

  /// Whether the time is given that another one is asked for, and nothing else of the moment.
  private static func namesTheMoment(_ words: [FleetingWord]) -> Bool {
    guard words.contains("time"), !moment.isAny(of: words), !newest.isAny(of: words),
      let place = words.firstIndex(where: { $0 == "when" || $0 == "if" }), place + 3 < words.count,
      words[place + 1] == "it", words[place + 2] == "s" || words[place + 2] == "is"
    else { return false }
    return words[place + 3].beginsWithDigit
  }

  /// "What is the time", but not "what is the time complexity".
  private static func saysOfTheMoment(_ phrase: [FleetingWord], _ words: [FleetingWord]) -> Bool {
    guard let last = phrase.last, last == "time" || last == "date" else { return true }
    if words.last == last { return true }
    return words.indices.dropFirst().contains { words[$0 - 1] == last && endings.contains(words[$0]) }
  }
  private static let endings = FleetingWords(["now", "today", "right", "in", "please"])
}
