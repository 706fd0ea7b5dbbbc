/// What every fleeting wish has one of.
extension FleetingWish {
  /// Of the words of each such request one is among these: most requests have none, and then nothing else is made ready.
  static let triggers = WordSet(triggerWords)
  static let triggerWords = [
    "again", "ahora", "aktuell", "aktuelle", "aktuellen", "aleatoria", "aleatorio", "aléatoire", "andere", "anderen",
    "anderes", "another", "answer", "arbitrary", "aujourd", "autre", "ayer", "azar", "before", "card", "chiste",
    "continue", "contraseña", "current", "currently", "date", "demain", "dice", "different", "ein", "eine", "einen",
    "else", "epoch", "evening", "flip", "friday", "gestern", "go", "guid", "guids", "hasard", "heure", "heute", "hier",
    "holiday", "hora", "hoy", "idea", "it", "jetzt", "keep", "kennwort", "key", "keys", "latest", "lots", "maintenant",
    "mal", "mañana", "me", "mich", "moi", "moment", "monday", "month", "more", "morgen", "morning", "neueste",
    "neuesten", "new", "newest", "news", "night", "nochmal", "nonce", "now", "nowadays", "number", "numbers", "one",
    "otp", "passe", "passphrase", "passphrases", "password", "passwords", "passwort", "phrase", "pin", "pins", "price",
    "raining", "random", "randomly", "recent", "regenerate", "roll", "salt", "salts", "saturday", "secret", "secrets",
    "shuffle", "shuffled", "snowing", "spät", "straws", "sunday", "tails", "this", "throw", "thursday", "till", "time",
    "timestamp", "today", "token", "tokens", "tomorrow", "tonight", "toss", "tuesday", "uhr", "ulid", "ulids", "un",
    "une", "until", "uuid", "uuids", "uuidv1", "uuidv4", "uuidv7", "vez", "weather", "wednesday", "week", "weekday",
    "weekend", "werfen", "winner", "wirf", "würfel", "würfle", "year", "yesterday", "zahl", "zufallszahl", "zufällig",
    "zufällige", "zufälligen", "zufälliger", "zufälliges",
  ]

  /// What has to be among them.
  static var triggersThatAreNeeded: Set<String> {
    var all: Set = ["current", "again", "more", "regenerate", "shuffled", "continue", "go", "keep", "phrase"]
    for words in [chance, secrets, throwing, others, moment, newest, keys, BareWish.things] {
      all.formUnion(words.texts)
    }
    for phrases in [chancePhrases, otherPhrases, momentPhrases, passingPhrases, dayPhrases] {
      for phrase in phrases.texts { all.insert(String(phrase.split(separator: " ").last ?? "")) }
    }
    return all
  }
}
