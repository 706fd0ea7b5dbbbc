/// A thing that is named and nothing else, of which another one is wanted each time, or which is another one at each moment: "password
/// please", "uuid v4", "6 lotto numbers", "unix timestamp", "weather in Berlin". Where there is a text beside it, it is asked of that.
enum BareWish {
  /// Whether it is a secret or a thing of chance.
  static func isOfChance(_ words: [FleetingWord]) -> Bool {
    guard words.count < 9, let rest = named(words), let last = rest.last else { return false }
    // "Number between 1 and 10"
    if ranges.contains(rest) { return true }
    if hasFigures(words) || listing.contains(words[0]) { return false }
    if rest.contains(where: secrets.contains) {
      return rest.allSatisfy { secrets.contains($0) || manners.contains($0) }
    }
    if phrases.contains(rest) || rest == ["time", "code"] && words.contains("one") { return true }
    if keys.contains(last), rest.count > 1, rest.count < 4 { return rest.dropLast().allSatisfy(ofKeys.contains) }
    return rest.contains(where: chance.contains) && rest.allSatisfy { chance.contains($0) || throwing.contains($0) }
  }

  /// Whether something is to be picked by chance: "pick one: red, blue".
  static func picksOne(_ words: [FleetingWord]) -> Bool { words == ["pick", "one"] }

  /// Whether it is the time, the day, the weather or a price.
  static func isOfTheMoment(_ words: [FleetingWord]) -> Bool {
    // "Weekday 2024-05-06" is always the same.
    guard words.count < 7, !words.contains(where: \.beginsWithDigit), let rest = named(words), rest.count < 5 else {
      return false
    }
    if rest.contains(where: ofMoments.contains), rest.allSatisfy(moments.contains) { return true }
    guard rest.count > 1 else { return false }
    if rest[1] == "in" {
      // "Time in Tokyo", and not "time in seconds", "time in Rust".
      return rest[0] == "weather" || rest[0] == "time" && !rest.dropFirst(2).contains(where: isKnown)
    }
    return rest.count < 4 && rest.last == "price" && !telling.isAny(of: rest) && !isAct(rest[0])
  }

  /// What it names, without what says only that it is wanted; a number in front says how many. `nil` for nothing.
  private static func named(_ words: [FleetingWord]) -> [FleetingWord]? {
    let rest = words.filter { word in
      let isCount = word.beginsWithDigit && !FleetingWish.notedDice.contains(word)
      return !isCount && !FleetingWish.saysOnlyThatOneIsWanted(word) && !polite.contains(word)
    }
    return rest.isEmpty ? nil : rest
  }

  /// Whether a number stands behind what is named: it is worked on.
  private static func hasFigures(_ words: [FleetingWord]) -> Bool {
    let isCount = { (word: FleetingWord) in word.beginsWithDigit && !FleetingWish.notedDice.contains(word) }
    let start = words.firstIndex { !isCount($0) && !FleetingWish.saysOnlyThatOneIsWanted($0) && !polite.contains($0) }
    return words[(start ?? 0)...].contains(where: isCount)
  }

  private static func isKnown(_ word: FleetingWord) -> Bool { Lexicon.shared.form(word.hash)?.isKnown ?? false }

  private static func isAct(_ word: FleetingWord) -> Bool {
    var isAct = false
    Lexicon.shared.forEachReading(word.hash) { if $0.kind == .verb || $0.kind == .give { isAct = true } }
    return isAct
  }

  // MARK: Words

  private static let polite = FleetingWords([
    "bitte", "por", "favor", "svp", "s", "il", "te", "vous", "plait", "plaît", "thanks",
  ])
  private static let listing = FleetingWords(["list", "show", "print", "name", "say", "return", "output"])
  private static let ranges: [[FleetingWord]] = [["number", "between", "and"], ["number", "from", "to"]]
  private static let secrets = FleetingWords([
    "password", "passwords", "passphrase", "passphrases", "passwort", "kennwort", "contraseña", "passe", "uuid",
    "uuids",
    "uuidv1", "uuidv4", "uuidv7", "guid", "guids", "ulid", "ulids", "nonce", "otp",
  ])
  private static let manners = FleetingWords([
    "strong", "secure", "hex", "bit", "byte", "character", "characters", "digit", "digits", "v1", "v4", "v7", "version",
    "code", "codes", "mot", "de", "wifi", "random",
  ])
  private static let phrases: [[FleetingWord]] = [
    ["seed", "phrase"], ["word", "seed", "phrase"], ["words", "seed", "phrase"], ["recovery", "phrase"],
    ["mnemonic", "phrase"],
  ]
  private static let keys = FleetingWords(["key", "token", "secret", "pin"])
  private static let ofKeys = FleetingWords([
    "api", "jwt", "session", "access", "auth", "aes", "hmac", "encryption", "signing", "bearer", "csrf", "wifi",
    "digit", "hex", "strong", "random", "secret",
  ])
  private static let chance = FleetingWords(["dice", "lotto", "lottery", "coin"] + FleetingWish.notedDice.texts)
  private static let throwing = FleetingWords(["roll", "flip", "toss", "numbers"])
  private static let ofMoments = FleetingWords(["timestamp", "epoch", "weekday", "weather", "date", "week", "time"])
  private static let moments = FleetingWords([
    "timestamp", "epoch", "weekday", "weather", "date", "week", "time", "unix", "number", "iso", "utc", "gmt", "today",
    "current", "now", "local",
  ])
  private static let telling = FleetingWords([
    "what", "how", "why", "vs", "versus", "full", "half", "shadow", "strike", "limit", "reserve", "cost", "unit",
    "list",
    "sale", "total", "average",
  ])

  /// One of these is in each such text that no other wish is known by.
  static let things = FleetingWords([
    "contraseña", "passe", "otp", "key", "token", "secret", "pin", "phrase", "dice", "roll", "numbers", "number",
    "flip",
    "toss", "time", "timestamp", "epoch", "weekday", "weather", "date", "price", "week",
  ])
}
