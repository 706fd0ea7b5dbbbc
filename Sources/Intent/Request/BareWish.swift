/// A thing that is named and nothing else, of which another one is wanted each time, or which is another one at each moment: "password
/// please", "uuid v4", "6 lotto numbers", "unix timestamp", "weather in Berlin".
enum BareWish {
  /// Whether it is a secret or a thing of chance.
  static func isOfChance(_ words: [FleetingWord]) -> Bool {
    guard words.count < 9 else { return false }
    let rest = named(words)
    if rest == ["number", "between", "and"] || rest == ["number", "from", "to"] { return true }
    // "Name a secret" asks for no secret of one's own.
    if rest.count == 1, parts.contains(rest[0]) { return false }
    return rest.count < 5 && things.isAny(of: rest) && rest.allSatisfy { things.contains($0) || besides.contains($0) }
      // A date is one of the moment.
      && !rest.allSatisfy(moments.contains)
  }

  /// Whether something is to be picked by chance: "pick one: red, blue".
  static func picksOne(_ words: [FleetingWord]) -> Bool { words == ["pick", "one"] }

  /// Whether it is the time, the day, the weather or a price.
  static func isOfTheMoment(_ words: [FleetingWord]) -> Bool {
    guard words.count < 7 else { return false }
    let rest = named(words)
    if rest.count < 4, rest.contains(where: ofMoments.contains), rest.allSatisfy(moments.contains) { return true }
    guard rest.count > 1, rest.count < 5 else { return false }
    // "Time in Tokyo", and not "time in seconds".
    if rest[1] == "in" { return rest[0] == "weather" || rest[0] == "time" && !units.isAny(of: rest) }
    return rest.count < 4 && rest.last == "price" && !telling.isAny(of: rest)
  }

  /// What it names, without how many and without what says only that it is wanted.
  private static func named(_ words: [FleetingWord]) -> [FleetingWord] {
    words.filter { word in
      let isCount = word.beginsWithDigit && !FleetingWish.notedDice.contains(word)
      return !isCount && !FleetingWish.saysOnlyThatOneIsWanted(word) && !polite.contains(word)
    }
  }

  private static let polite = FleetingWords([
    "bitte", "por", "favor", "svp", "s", "il", "te", "vous", "plait", "plaît", "thanks",
  ])
  /// One of these is in each.
  static let things = FleetingWords([
    "password", "passwords", "passphrase", "passphrases", "passwort", "kennwort", "contraseña", "passe", "uuid",
    "uuids",
    "uuidv1", "uuidv4", "uuidv7", "guid", "guids", "ulid", "ulids", "nonce", "otp", "token", "tokens", "secret",
    "secrets", "key", "keys", "pin", "phrase", "dice", "roll", "numbers", "flip", "toss", "time", "timestamp", "epoch",
    "weekday", "weather", "date", "price", "week",
  ])
  /// What is such a thing together with another word alone.
  private static let parts = FleetingWords([
    "token", "tokens", "secret", "secrets", "key", "keys", "phrase", "roll", "numbers", "flip", "toss",
  ])
  private static let besides = FleetingWords(
    [
      "api", "jwt", "session", "access", "auth", "aes", "hmac", "strong", "secure", "unique", "hex", "bit", "byte",
      "character", "characters", "digit", "digits", "letter", "word", "words", "code", "codes", "time", "v1", "v4",
      "v7",
      "version", "mot", "de", "seed", "mnemonic", "recovery", "wifi", "bearer", "csrf", "encryption", "signing",
      "lotto",
      "lottery", "coin", "die", "random",
    ] + FleetingWish.notedDice.texts)
  private static let ofMoments = FleetingWords(["timestamp", "epoch", "weekday", "weather", "date", "week", "time"])
  private static let moments = FleetingWords([
    "timestamp", "epoch", "weekday", "weather", "date", "week", "time", "unix", "number", "iso", "utc", "gmt", "today",
    "current", "now", "local",
  ])
  private static let units = FleetingWords([
    "seconds", "minutes", "hours", "milliseconds", "days", "python", "sql", "excel", "bash", "java", "javascript", "c",
    "physics", "space", "relativity", "music", "history", "english", "german", "french", "spanish",
  ])
  private static let telling = FleetingWords([
    "what", "how", "why", "explain", "full", "half", "shadow", "strike", "limit", "reserve",
  ])
}
