import CIntentTables
import Testing

@testable import Intent

@Suite struct LexiconTests {
  /// The lexicon as a person reads it, line by line.
  private struct Line {
    let kind: String
    let name: String
    let language: UInt8
    let forms: [[String]]

    static func all() -> [Line] {
      let text = String(
        decoding: UnsafeBufferPointer(start: intent_lexicon(), count: intent_lexicon_size()), as: UTF8.self)
      return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        let halves = line.split(separator: "=", maxSplits: 1)
        var head = halves[0].split(separator: " ").map(String.init)
        let language = head.count == 3 ? Lexicon.languages.firstIndex(of: head.removeFirst()) ?? 255 : 0
        return Line(
          kind: head[0], name: head[1], language: UInt8(language),
          forms: halves[1].split(separator: "|").map { $0.split(separator: " ").map(String.init) })
      }
    }
  }

  private static func hash(_ words: some Sequence<String>) -> UInt64 {
    var hash = PhraseHash()
    for word in words { hash.add(word.utf8) }
    return hash.value
  }

  @Test func theTableHoldsEveryLineAndNothingElse() {
    let lexicon = Lexicon.shared
    let lines = Line.all()
    let remedy: Comment = "compile the lexicon again: see .tools/compile-lexicon/README.md"
    #expect(lexicon.conceptCount == lines.count, remedy)
    var readings: [UInt64: [Lexicon.Reading]] = [:]
    for (number, line) in lines.enumerated() {
      #expect(lexicon.name(UInt16(number)) == line.name, remedy)
      for form in line.forms {
        var found: [Lexicon.Reading] = []
        lexicon.forEachReading(Self.hash(form)) { found.append($0) }
        let wanted = found.first {
          $0.concept == UInt16(number) && $0.kind.name == line.kind && $0.language == line.language
        }
        #expect(wanted != nil, "\(form.joined(separator: " ")) is not \(line.kind) \(line.name)")
        if let wanted { readings[Self.hash(form), default: []].append(wanted) }
        for count in 1..<max(form.count, 1) {
          #expect(lexicon.form(Self.hash(form.prefix(count)))?.beginsPhrase ?? false, remedy)
        }
      }
    }
    #expect(lexicon.formCount == readings.count, remedy)
    for (hash, wanted) in readings {
      var found: [Lexicon.Reading] = []
      lexicon.forEachReading(hash) { found.append($0) }
      #expect(found.count == wanted.count, remedy)
      // Of one language, the last line counts first.
      for language in 0..<UInt8(Lexicon.languages.count) {
        #expect(
          found.filter { $0.language == language } == wanted.reversed().filter { $0.language == language }, remedy)
      }
    }
    #expect(lexicon.longestPhrase == lines.flatMap(\.forms).map(\.count).max(), remedy)
  }

  @Test func noFormIsListedTwiceInOneKind() {
    var seen: Set<String> = []
    var doubles: [String] = []
    for line in Line.all() {
      for form in line.forms {
        let place = "\(line.language) \(line.kind) \(form.joined(separator: " "))"
        if !seen.insert(place).inserted { doubles.append(place) }
      }
    }
    #expect(doubles.isEmpty, "listed twice: \(doubles.joined(separator: ", "))")
    #expect(seen.count >= 1500)
  }

  @Test func anUnknownPhraseHasNoForm() {
    let lexicon = Lexicon.shared
    #expect(lexicon.form(Self.hash(["xylophonist"])) == nil)
    #expect(!lexicon.knows(Self.hash(["could", "xylophonist"])))
    #expect(lexicon.form(Self.hash(["can"]))?.beginsPhrase == true)
    #expect(lexicon.form(Self.hash(["can", "you"]))?.isKnown(in: 0) == true)
  }

  @Test(arguments: [
    ("transalte", "translate"), ("summmarize", "summarize"), ("clasify", "classify"), ("classsify", "classify"),
    ("reviewer", nil),
    ("dinstall", nil), ("desending", "descending"), ("form", nil),
  ])
  func slipsOfLongWordsAreForgivenWhenTheyAreClear(word: String, meant: String?) {
    #expect(Lexicon.shared.correction(of: Array(word.utf8)).map { String(decoding: $0, as: UTF8.self) } == meant)
  }
}
