import Intent
import Posix
import Testing

/// Pairs that a reader of the lexicon made to break it, `Data/look-alikes.txt`, and pairs from the life of scripts.
@Suite struct LookAlikeTests {
  static var pairs: [(String, String)] {
    get throws {
      let files = ["look-alikes.txt", "look-alikes-scripts.txt"].map { File.parent(of: #filePath) + "/Data/" + $0 }
      let text = try files.reduce(into: "") { $0 += String(decoding: try File.readAll($1), as: UTF8.self) + "\n" }
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
        let parts = line.split(separator: "|", maxSplits: 1).map { $0.split(separator: " ").joined(separator: " ") }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }
    }
  }

  @Test func noneIsServed() throws {
    let pairs = try Self.pairs
    #expect(pairs.count > 1700)
    for (a, b) in pairs {
      for (one, other) in [(a, b), (b, a)] {
        let match = CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2)
        #expect(match == nil, "'\(one)' and '\(other)' share an answer")
      }
    }
  }

  /// Pairs of `Data/look-alikes-templates.txt`: of a line, any two alternatives, with the same of every other choice.
  static var templates: [(String, String)] {
    get throws {
      let text = String(
        decoding: try File.readAll(File.parent(of: #filePath) + "/Data/look-alikes-templates.txt"), as: UTF8.self)
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.flatMap { pairs(of: $0) }
    }
  }

  private static func pairs(of template: Substring) -> [(String, String)] {
    // Every other part stands in braces.
    let parts = template.split(omittingEmptySubsequences: false) { $0 == "{" || $0 == "}" }.enumerated().map {
      place, part in place % 2 == 0 ? [part] : part.split(separator: "|", omittingEmptySubsequences: false)
    }
    let texts = parts.reduce([(choice: [Int](), text: "")]) { texts, part in
      texts.flatMap { text in part.indices.map { (text.choice + [$0], text.text + part[$0]) } }
    }.map { ($0.choice, $0.text.split(separator: " ").joined(separator: " ")) }
    var pairs: [(String, String)] = []
    for (place, one) in texts.enumerated() {
      for other in texts[(place + 1)...] where zip(one.0, other.0).count(where: { $0 != $1 }) == 1 {
        pairs.append((one.1, other.1))
      }
    }
    return pairs
  }

  @Test func noAlternativeIsServed() throws {
    let pairs = try Self.templates
    #expect(pairs.count > 5000)
    for (one, other) in pairs {
      let match = CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2)
      #expect(match == nil, "'\(one)' and '\(other)' share an answer")
    }
  }

  /// Pairs of `Data/look-alikes-marks.txt`, which is written as the templates are.
  @Test func noMarkIsServedForAnother() throws {
    let text = String(
      decoding: try File.readAll(File.parent(of: #filePath) + "/Data/look-alikes-marks.txt"), as: UTF8.self)
    let pairs = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.flatMap { Self.pairs(of: $0) }
    #expect(pairs.count > 700)
    for (one, other) in pairs {
      let match = CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2)
      #expect(match == nil, "'\(one)' and '\(other)' share an answer")
    }
  }

  /// Pairs of `Data/look-alikes-names.txt`: every place with either form of every word.
  static var names: [(String, String)] {
    get throws {
      let text = String(
        decoding: try File.readAll(File.parent(of: #filePath) + "/Data/look-alikes-names.txt"), as: UTF8.self)
      let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      let places = lines.filter { $0.contains("{}") }.map {
        $0.split(separator: "{}", omittingEmptySubsequences: false)
      }
      let words = lines.filter { !$0.contains("{}") }.map { $0.split(separator: "|") }
      return places.flatMap { place in
        words.map { (place.joined(separator: String($0[0])), place.joined(separator: String($0[1]))) }
      }
    }
  }

  @Test func noNameIsServedForAnother() throws {
    let pairs = try Self.names
    #expect(pairs.count > 10_000)
    for (one, other) in pairs {
      let match = CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2)
      #expect(match == nil, "'\(one)' and '\(other)' share an answer")
    }
  }

  /// What is called so by nobody, or is one of its kind, is still the same in either form.
  @Test(arguments: [
    ("write docs for this function", "write documentation for this function"),
    ("how do I roll back a release in prod?", "how do I roll back a release in production?"),
    ("describe a seperate option for small teams", "describe a separate option for small teams"),
    ("list the e-mail column of this table", "list the email column of this table"),
    ("pull out the IP addresses as a JSON array", "Extract all IP addresses and return them as a JSON array"),
  ])
  func wordsThatAreNoNames(a: String, b: String) {
    #expect(CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil)
  }

  /// What is put, run, matched or answered as it stands needs the same word; what only describes does not.
  @Test(arguments: [
    ("reply with ok if it is polite", "reply with okay if it is polite"), ("mkdir docs", "mkdir documentation"),
    ("a regex for kids", "a regex for children"), ("answer y/n", "answer yes/no"),
    ("find all yml files", "find all yaml files"), ("reply with True or False", "reply with true or false"),
    ("extract qty and price as JSON", "extract quantity and price as JSON"),
    ("rewrite only the passive voice", "rewrite the passive voice"), ("what is psql", "what is postgres"),
    ("write a welcome guide for newcomers", "write a welcome guide for beginners"),
    ("write a note: no smoking, please", "write a note: no smoking"),
    ("play the song begining", "play the song beginning"),
  ])
  func wordsThatAreTakenAsTheyStand(a: String, b: String) {
    #expect(CacheTier.match(LabelledPair(a, b, isSame: false, kind: ""), threshold: 2) == nil)
    #expect(CacheTier.match(LabelledPair(b, a, isSame: false, kind: ""), threshold: 2) == nil)
  }

  @Test(arguments: [
    ("explain recursion to kids", "explain recursion to children"), ("convert this to yml", "convert this to YAML"),
    ("install certs on nginx", "install certificates on nginx"),
    ("list running containers", "list currently running containers"),
    ("is this spam? yes or no", "is this spam? yes/no"),
    ("python sort dict by value", "Python: sort a dictionary by value"),
    ("write a commit msg for this diff", "write a commit message for this diff"),
  ])
  func wordsThatDescribe(a: String, b: String) {
    #expect(CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil)
  }

  /// Models answer in the language they are asked in.
  @Test(arguments: [
    ("Erkläre diesen Code", "explain this code"), ("Résume ce texte", "summarize this text"),
    ("Schreibe einen Witz über Berlin", "write a joke about Berlin"),
    ("Fasse diesen Text in drei Sätzen zusammen", "summarise this text in 3 sentences"),
    ("Resume este texto en 3 frases", "summarise this text in 3 sentences"),
  ])
  func aRequestInAnotherLanguageIsAnotherOne(a: String, b: String) {
    #expect(Guards.disagreement(a, b) != nil)
    #expect(Guards.disagreement(b, a) != nil)
  }

  @Test(arguments: [
    ("Übersetze diesen Text ins Französische", "Bitte übersetze den Text auf Französisch"),
    ("Summarise this e-mail thread in three bullet points", "a 3-bullet summary of the thread, please"),
  ])
  func inOneLanguageTheyMayAgree(a: String, b: String) {
    #expect(Guards.disagreement(a, b) == nil, "\(Guards.disagreement(a, b) ?? "")")
  }
}
