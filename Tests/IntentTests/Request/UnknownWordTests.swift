import Testing
import TextFormats

@testable import Intent

/// Whatever a request says, a word that nobody knows, or a character that cannot be seen, makes another one of it: no rule may
/// read over what it does not understand.
@Suite struct UnknownWordTests {
  /// No word of any list, nor a slip of one.
  private static let unknown = "xqzvo"
  private static let hidden: Character = "\u{200B}"

  /// How many requests there are for each that is looked at.
  private static let stride = 97

  @Test func itIsServedForNoOther() throws {
    var number = 0
    var served: [String] = []
    for name in try Self.files() {
      let requests = try Self.requests(in: name)
      #expect(requests.count > 20, "\(name) has requests")
      for (index, request) in requests.enumerated() where index % Self.stride == 0 {
        let words = request.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        for place in words.indices {
          number += 1
          for changed in Self.changed(words, at: place, number) where Self.isServed(request, changed) {
            served.append("'\(request)' for '\(changed)'")
          }
        }
      }
    }
    #expect(number > 1500)
    #expect(served.isEmpty, "\(served.joined(separator: "\n"))")
  }

  /// In place of a word, before one, and inside of one: one of these three each time, in turn.
  private static func changed(_ words: [String], at place: Int, _ number: Int) -> [String] {
    var words = words
    switch number % 3 {
    case 0: words[place] = unknown
    case 1: words.insert(unknown, at: place)
    default:
      guard words[place].count > 1 else { return [] }
      words[place].insert(hidden, at: words[place].index(after: words[place].startIndex))
    }
    return [words.joined(separator: " ")]
  }

  private static func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  private static func files() throws -> [String] {
    ["own-groups.txt", "stranger-groups.txt", "prompts-dev.jsonl", "blind-pairs.jsonl"]
      + (1...8).map { "asked-groups-\($0).jsonl" } + (1...5).map { "prompt-groups-\($0).jsonl" }
      + ["reworded-groups.jsonl"] + (2...4).map { "reworded-groups-\($0).jsonl" }
  }

  /// The short requests of one line in a file, of whatever shape: every text of it that has several words.
  private static func requests(in name: String) throws -> [String] {
    let text = try WrittenGroup.text(name)
    var all: [String] = []
    if name.hasSuffix(".txt") {
      all = text.split(separator: "\n").filter { $0.hasPrefix("+ ") }.map { String($0.dropFirst(2)) }
    } else {
      for line in text.split(separator: "\n") { collect(try JSONParser.parse(String(line)), &all) }
    }
    return all.filter { $0.utf8.count < 200 && $0.contains(" ") && !$0.contains("\n") }
  }

  private static func collect(_ value: JSONValue, _ all: inout [String]) {
    switch value {
    case .string(let text): all.append(text)
    case .array(let values): for value in values { collect(value, &all) }
    case .object(let object):
      for (key, value) in object.members where keys.contains(key) { collect(value, &all) }
    default: break
    }
  }

  /// What holds a request, or several of them.
  private static let keys: Set = ["base", "same", "near", "text", "instr_a", "instr_b"]
}
