/// Code and configuration that is asked for without a verb that says so: "nginx config for example.com", "give me a Dockerfile for a
/// Go app". The lexicon's own works, such as a script, need no help.
enum AskedCode {
  /// The order to write it; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 2, words[0].kind == .word else { return nil }
    var start = 0
    if says(openers, words[0]), let ask = asks.first(where: { begins(words, with: $0) }) {
      start = ask.count
      guard start + 2 < words.count, words[start].text == "a" || words[start].text == "an" else { return nil }
      start += 1
    }
    let last = min(start + 7, words.count - 1)
    var place = start
    while place < last, !says(works, words[place]), !isFile(words, place, from: start) {
      guard isOfName(words[place], mayBeVerb: place > start) else { return nil }
      place += 1
    }
    guard place < last, says(links, words[place + 1]) else { return nil }
    // "YAML config to JSON"
    if words[place + 1].text == "to", place + 2 < words.count, words[place + 2].isWord([.format, .tool, .language]) {
      return nil
    }
    return [.word("write"), .word("a")] + words[start...]
  }

  private static func begins(_ words: [InstructionWord], with ask: [String]) -> Bool {
    words.starts(with: ask) { $0.kind == .word && $0.text == $1 }
  }

  private static let asks = [
    ["give", "me"], ["can", "you", "give", "me"], ["could", "you", "give", "me"], ["please", "give", "me"],
    ["i", "need"], ["i", "want"], ["i", "would", "like"], ["can", "i", "have"], ["can", "i", "get"],
    ["provide", "me", "with"],
  ]
  private static let openers = WordSet(["give", "can", "could", "please", "i", "provide"])

  /// What is nothing but written.
  private static let works = WordSet([
    "dockerfile", "makefile", "config", "configuration", "decorator", "playbook", "manifest", "middleware", "workflow",
    "migration", "crontab", "jenkinsfile", "caddyfile", "vagrantfile", "pipeline", "stylesheet", "macro",
  ])

  /// "A systemd service file": not "a file for the accountant".
  private static func isFile(_ words: [InstructionWord], _ place: Int, from start: Int) -> Bool {
    guard place > start, words[place - 1].kind == .word else { return false }
    switch words[place].text {
    case "file": return filed.contains(words[place - 1])
    case "unit": return words[place - 1].text == "systemd" || words[place - 1].text == "service"
    case "block": return words[place - 1].text == "server"
    default: return false
    }
  }

  private static let filed = WordSet([
    "service", "unit", "compose", "docker-compose", "env", "config", "configuration", "values", "workflow",
  ])
  private static let links = WordSet(["for", "that", "which", "to", "with"])

  /// Whether a word may stand in the name of a work: no verb, no preposition, nothing that holds a sentence together.
  private static func isOfName(_ word: InstructionWord, mayBeVerb: Bool) -> Bool {
    guard word.kind == .word else { return word.kind == .code }
    if !mayBeVerb, word.isWord([.verb, .give, .nominal]) { return false }
    return !word.isWord([
      .prep, .det, .and, .or, .not, .relative, .pronoun, .subject, .howto, .filler, .passive, .payload,
    ])
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }
}
