/// A request whose answer is another one each time it is asked, though its words are the same: it wants chance, something
/// other than before, or what is so at this moment. Nothing that was answered before is an answer to it.
///
/// It errs to one side: what is taken for one by mistake is a call more.
public enum FleetingWish {
  /// Whether an instruction is such a request.
  ///
  /// - Parameter isAboutText: whether it comes with a text: then what it asks of the moment is in that text.
  public static func isAsked(in instruction: String, isAboutText: Bool = false) -> Bool {
    guard hasTrigger(instruction) else { return false }
    let words = words(of: instruction)
    if words.isEmpty { return false }
    return wantsChance(words) || wantsAnother(words) || !isAboutText && wantsTheMoment(words)
  }

  /// The words in small letters, without what is quoted and without what follows a colon: that is what is worked on.
  private static func words(of instruction: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    forEachLetter(of: instruction) { letter in
      if let letter {
        word.append(letter)
      } else {
        words.append(String(decoding: word, as: UTF8.self))
        word.removeAll(keepingCapacity: true)
      }
    }
    return words
  }

  /// Whether one of its words is in each such request, or may be one of them with an accent that stands apart (from U+0300 on): most
  /// have none, and then nothing is put together.
  private static func hasTrigger(_ instruction: String) -> Bool {
    var (hash, isFound) = (PhraseHash(), false)
    let triggers = Self.triggers
    forEachLetter(of: instruction) { letter in
      if let letter {
        if letter >= 0xCC { isFound = true }
        return hash.add(byte: letter)
      }
      hash.endWord()
      if triggers.contains(hash: hash.value) { isFound = true }
      hash = PhraseHash()
    }
    return isFound
  }

  /// The letters of its words one by one, `nil` behind each word.
  private static func forEachLetter(of instruction: String, _ visit: (UInt8?) -> Void) {
    var instruction = instruction
    instruction.withUTF8 { bytes in
      var (isQuoted, isInWord) = (false, false)
      func end() {
        if isInWord { visit(nil) }
        isInWord = false
      }
      for (place, byte) in bytes.enumerated() {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
          isQuoted.toggle()
          end()
        } else if isQuoted {
          continue
        } else if byte == UInt8(ascii: ":"), place + 1 < bytes.count,
          bytes[place + 1] == 0x20 || bytes[place + 1] == 0x0A
        {
          break
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

  private static func says(_ phrase: [String], _ words: [String]) -> Bool {
    guard words.count >= phrase.count else { return false }
    for start in 0...(words.count - phrase.count) where words[start] == phrase[0] {
      if words[start..<(start + phrase.count)].elementsEqual(phrase) { return true }
    }
    return false
  }

  // MARK: - Chance

  private static let choosing: Set = [
    "pick", "choose", "give", "generate", "select", "name", "tell", "suggest", "think", "create", "make", "list",
    "show",
    "say", "write", "invent", "draw", "produce", "get", "need", "want", "recommend", "propose", "print", "return",
    "output", "ask", "nenne", "gib", "erstelle", "donne", "choisis", "dame", "elige", "genera", "wähle", "erzeuge",
  ]
  private static let chance: Set = [
    "random", "randomly", "arbitrary", "zufällig", "zufällige", "zufälligen", "zufälliger", "zufälliges", "zufallszahl",
    "hasard", "aleatorio", "aleatoria", "azar", "aléatoire",
  ]
  private static let secrets: Set = [
    "password", "passwords", "passphrase", "passphrases", "uuid", "uuids", "guid", "guids", "nonce", "passwort",
    "kennwort",
  ]
  private static let ofSecrets: Set = [
    "policy", "policies", "rule", "rules", "manager", "managers", "reset", "resets", "strength", "protection",
    "hygiene",
  ]
  /// What is a secret behind one of the words before it, and at the end of its phrase: "a key", "an API key for the staging
  /// server", and not "the key points" or "a token bucket".
  private static let keys: Set = [
    "key", "keys", "token", "tokens", "secret", "secrets", "pin", "pins", "salt", "salts", "otp",
  ]
  private static let beforeKeys: Set = [
    "a", "an", "new", "api", "secret", "session", "access", "auth", "authentication", "encryption", "aes", "hmac",
    "signing", "bearer", "csrf", "refresh", "master", "private", "license", "licence", "serial", "activation", "one",
    "strong", "secure", "unique", "hex", "bit", "byte", "digit", "character", "hexadecimal",
  ]
  private static let behindKeys: Set = [
    "for", "of", "with", "please", "pls", "now", "that", "which", "in", "to", "as", "code", "codes", "and",
  ]
  private static let making: Set = [
    "generate", "create", "make", "give", "need", "want", "invent", "produce", "pick", "choose", "write", "get",
    "gimme", "issue", "think", "erstelle", "erzeuge", "gib", "genera", "donne", "dame",
  ]
  /// Keys that a command makes, which is the same each time.
  private static let keysOfCommands: Set = ["ssh", "gpg", "pgp", "gnupg", "keygen"]
  /// Words of requests to be told of a key, or for a text about one.
  private static let tellingOfKeys: Set = ["how", "what", "why", "where", "when", "explain", "describe", "about"]
  private static let chancePhrases = phrases([
    "heads or tails", "draw lots", "draw straws", "guess a number",
    "surprise me", "think of a number", "pick a number", "choose a number", "pick a card", "draw a card",
    "pick a winner", "choose a winner", "draw a winner", "lottery numbers", "überrasche mich", "surprends moi",
  ])
  private static let throwing: Set = ["roll", "flip", "toss", "throw", "shuffle", "würfle", "würfel", "wirf"]
  private static let thrown: Set = ["die", "dice", "d20", "d6", "coin", "coins", "cards", "deck", "würfel", "münze"]

  /// Words of requests for a program that chooses: that is the same program each time.
  private static let code: Set = [
    "shell", "bash", "zsh", "python", "javascript", "js", "typescript", "node", "ruby", "perl", "rust", "swift", "java",
    "kotlin", "php", "sql", "postgres", "mysql", "excel", "powershell", "linux", "openssl", "awk", "script", "function",
    "method", "class", "code", "command", "program", "snippet", "query", "algorithm", "generator", "regex", "macro",
    "formula", "liner", "expression", "validator", "schema", "column", "config", "configuration",
  ]

  private static func wantsChance(_ words: [String]) -> Bool {
    if words.contains(where: code.contains) { return false }
    if chancePhrases.contains(where: { says($0, words) }) { return true }
    let chooses = words.contains(where: choosing.contains)
    if words.contains(where: chance.contains),
      chooses || chance.contains(words[0]) || words[0] == "a" || words[0] == "ein"
    {
      return true
    }
    let makes = words.contains(where: making.contains) || ["a", "an", "new", "one"].contains(words[0])
    if chooses || makes, let place = words.firstIndex(where: secrets.contains) {
      // "A password policy"
      return place + 1 == words.count || !ofSecrets.contains(words[place + 1])
    }
    if makes, isOfKey(words) { return true }
    if words[0] == "shuffle" || makes && words.contains("shuffled") { return true }
    return throwing.contains(words[0]) && words.contains(where: thrown.contains) || words == ["würfle"]
  }

  private static func isOfKey(_ words: [String]) -> Bool {
    if words.contains(where: keysOfCommands.contains) || words.contains(where: tellingOfKeys.contains) { return false }
    return words.indices.dropFirst().contains { place in
      keys.contains(words[place]) && beforeKeys.contains(words[place - 1])
        && (place + 1 == words.count || behindKeys.contains(words[place + 1]))
    }
  }

  // MARK: - Another one

  private static let giving: Set = [
    "tell", "give", "show", "write", "make", "suggest", "name", "generate", "create", "try", "find", "pick", "propose",
    "draft", "need", "want", "have", "say", "recommend", "think", "invent", "compose", "ask", "gimme", "do", "me", "us",
  ]
  private static let others: Set = ["another", "different", "else", "new"]
  private static let otherPhrases = phrases([
    "try again", "once more", "one more", "something else", "something different", "something new", "a different one",
    "another one", "a new one", "not the same as before", "noch einen", "noch eine", "noch ein", "noch mal", "nochmal",
    "einen anderen", "eine andere", "ein anderes", "un autre", "une autre", "encore un", "encore une", "otra vez",
    "otro chiste", "otra idea",
  ])

  private static func wantsAnother(_ words: [String]) -> Bool {
    if words[0] == "another" || words[0] == "again" { return true }
    if words[0] == "regenerate", words.count < 3 { return true }
    if words.count <= 5, otherPhrases.contains(where: { says($0, words) }) { return true }
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

  private static let asking: Set = [
    "what", "whats", "who", "when", "which", "is", "are", "did", "does", "will", "where", "were", "has", "any",
    "wie", "was", "wer", "wann", "welcher", "welches", "quel", "quelle", "qui", "qué", "que", "quién", "cuál",
  ]
  private static let ordering: Set = ["tell", "give", "show", "list", "get", "say", "print", "report", "the", "please"]
  private static let moment: Set = [
    "today", "tonight", "tomorrow", "yesterday", "now", "currently", "nowadays", "heute", "morgen", "gestern", "jetzt",
    "aktuell", "aujourd", "demain", "hier", "maintenant", "hoy", "mañana", "ayer", "ahora",
  ]
  private static let newest: Set = ["latest", "newest", "recent", "neueste", "neuesten", "aktuelle", "aktuellen"]
  private static let passing: Set = [
    "time", "date", "day", "year", "month", "week", "weather", "temperature", "price", "prices", "rate", "news",
    "headlines", "version", "president", "chancellor", "minister", "ceo", "score", "scores", "status", "events",
    "situation", "population", "forecast", "champion", "uhrzeit", "datum", "wetter", "heure", "hora", "fecha",
  ]
  private static let momentPhrases = phrases([
    "what time is it", "what day is it", "what year is it", "what month is it", "what date is it", "what is the time",
    "what is the date", "what s the time", "what s the date", "whats the time", "whats the date", "time is it",
    "wie spät", "wieviel uhr", "wie viel uhr", "quelle heure", "qué hora", "que hora", "at the moment", "this week",
    "this month", "this year", "this morning", "this evening", "this weekend", "last night", "last week", "right now",
  ])

  /// What is so at this moment though no word says so.
  private static let passingPhrases = phrases([
    "the weather", "in the news", "is it raining", "is it snowing", "days until", "weeks until", "days till",
    "the price",
  ])

  private static func asksWhatPasses(_ words: [String]) -> Bool {
    passingPhrases.contains { phrase in
      guard says(phrase, words) else { return false }
      if phrase.last != "price" { return true }
      // "The price of gold", and not "the price elasticity".
      return words.last == "price" || ["of", "for"].contains { says(["price", $0], words) }
    }
  }

  private static func wantsTheMoment(_ words: [String]) -> Bool {
    let asks =
      asking.contains(words[0])
      || words[0] == "how" && words.count > 1 && !["do", "to", "can", "would", "should", "does"].contains(words[1])
    guard asks || ordering.contains(words[0]) || words.count <= 4 else { return false }
    // "What time is it in Tokyo when it is 3 pm UTC" asks for no moment but that one.
    if namesTheMoment(words) { return false }
    if asks, asksWhatPasses(words) { return true }
    let isPassing = words.contains(where: passing.contains)
    if momentPhrases.contains(where: { saysOfTheMoment($0, words) }) { return asks || isPassing || words.count <= 4 }
    if words.contains(where: moment.contains) { return asks || isPassing }
    if words.contains(where: newest.contains) { return asks || isPassing }
    return isPassing && words.contains("current")
  }

  /// Whether the time is given that another one is asked for, and nothing else of the moment.
  private static func namesTheMoment(_ words: [String]) -> Bool {
    guard words.contains("time"), !words.contains(where: moment.contains), !words.contains(where: newest.contains),
      let place = words.indices.first(where: { ["when", "if"].contains(words[$0]) }), place + 3 < words.count,
      words[place + 1] == "it", words[place + 2] == "s" || words[place + 2] == "is"
    else { return false }
    return words[place + 3].utf8.first.map { $0 > 0x2F && $0 < 0x3A } ?? false
  }

  /// "What is the time", but not "what is the time complexity".
  private static func saysOfTheMoment(_ phrase: [String], _ words: [String]) -> Bool {
    guard phrase.last == "time" || phrase.last == "date" else { return says(phrase, words) }
    return says(phrase, words)
      && (words.last == phrase.last || endings.contains { says([phrase[phrase.count - 1], $0], words) })
  }
  private static let endings = ["now", "today", "right", "in", "please"]

  private static func phrases(_ texts: [String]) -> [[String]] {
    texts.map { $0.split(separator: " ").map(String.init) }
  }

  /// Of the words of each such request one is among these: most requests have none, and then nothing else is made ready.
  static let triggers = WordSet(triggerWords)
  static let triggerWords = [
    "again", "ahora", "aktuell", "aktuelle", "aktuellen", "aleatoria", "aleatorio", "aléatoire", "andere", "anderen",
    "anderes", "another", "arbitrary", "aujourd", "autre", "ayer", "azar", "before", "card", "chiste", "current",
    "currently", "date", "demain", "different", "ein", "eine", "einen", "else", "evening", "flip", "gestern", "guid",
    "guids", "hasard", "heure", "heute", "hier", "hora", "hoy", "idea", "it", "jetzt", "kennwort", "key", "keys",
    "latest", "lots", "maintenant", "mal", "mañana", "me", "mich", "moi", "moment", "month", "more", "morgen",
    "morning", "neueste", "neuesten", "new", "newest", "news", "night", "nochmal", "nonce", "now", "nowadays", "number",
    "numbers", "one", "otp", "passphrase", "passphrases", "password", "passwords", "passwort", "pin", "pins", "price",
    "raining", "random", "randomly", "recent", "regenerate", "roll", "salt", "salts", "secret", "secrets", "shuffle",
    "shuffled", "snowing", "spät", "straws", "tails", "throw", "till", "time", "today", "token", "tokens", "tomorrow",
    "tonight", "toss", "uhr", "un", "une", "until", "uuid", "uuids", "vez", "weather", "week", "weekend", "winner",
    "wirf", "würfel", "würfle", "year", "yesterday", "zufallszahl", "zufällig", "zufällige", "zufälligen", "zufälliger",
    "zufälliges",
  ]

  /// What has to be among them.
  static var triggersThatAreNeeded: Set<String> {
    var all = chance.union(secrets).union(throwing).union(others).union(moment).union(newest)
    all.formUnion(keys.union(["current", "again", "more", "regenerate", "shuffled"]))
    for phrase in chancePhrases + otherPhrases + momentPhrases + passingPhrases {
      all.insert(phrase[phrase.count - 1])
    }
    return all
  }
}
