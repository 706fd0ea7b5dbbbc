import Digest

/// What an intent is made of, however its parts are put together: "a haiku about autumn" has the parts of "an autumn haiku".
///
/// Two intents with the same parts need not be the same: "the model of the data" has those of "the data of the model". So equal
/// parts only make a candidate, and `agree` compares what belongs to what.
struct IntentParts {
  /// A word or literal, where it stands.
  private struct Part {
    let text: String
    /// Its phrase, in the order of the text.
    let phrase: Int
    /// Its place among the nouns of the phrase; -1 for a quality.
    let place: Int
    /// What a quality belongs to.
    let head: String
    /// The last noun of its phrase; where it has none, its quality.
    let last: String
    /// The preposition that its phrase is bound by, where it is one that a compound may leave out; else empty.
    let role: String
    /// The same, where it says more than a compound would: "a password with 16 characters" is a 16-character password.
    let bond: String
    /// Whether it can only be what it is: its preposition, its verb or a "not" is part of it.
    let isBound: Bool
    /// Whether it is joined to others by "and" or "or".
    let isJoined: Bool
    /// Whether it is a quality of a phrase; where that has no noun, it stands alone.
    let isQuality: Bool
    /// What its clause does.
    let verb: String
  }

  private var parts: [Part] = []
  private var phrases = 0
  /// Phrases that nothing but their order binds.
  private var bare = 0
  /// What is done, and what stands for the whole request.
  private var whole: [String] = []
  private var named: [String] = []
  /// What is done, and what what it is done to does: "a script that deletes".
  private var mainTasks: [String] = []
  private var otherTasks: [String] = []
  /// Whether something stands there beside what is said to be done: "Python script: …".
  private var namesWork = false
  /// What is said to be done; empty for what follows from the nouns alone.
  private var doings: [String] = []
  private var hasLength = false
  /// Whether anything says that only the very order counts.
  private var isFixed = false

  /// Prepositions that a compound leaves out.
  private static func isLight(_ role: String) -> Bool {
    switch role.utf8.count {
    case 0: true
    case 2: role == "of" || role == "in" || role == "on"
    case 3: role == "for"
    case 4: role == "with"
    case 5: role == "about" || role == "using"
    default: false
    }
  }

  /// What adds nothing to a request.
  private static func isEmpty(_ noun: String) -> Bool { noun == "be" || noun == "good" }

  /// Adds a text where it is not there yet: there are one or two, so that a list is quicker than a set.
  private static func insert(_ text: String, into list: inout [String]) {
    if !list.contains(text) { list.append(text) }
  }

  init(_ clauses: [IntentBuilder.Clause], slots: [CanonicalIntent.Slot], isOrdered: Bool) {
    isFixed = isOrdered || clauses.contains(where: \.hasBrackets)
    parts.reserveCapacity(8)
    for clause in clauses {
      let isLight = clause.verb == "get" || clause.verb == "make"
      let task = clause.isNegated ? "not " + clause.verb : clause.verb
      let verb = isLight ? (clause.isNegated ? "not " : "") : task
      if clause.isSubordinate { Self.insert(task, into: &otherTasks) } else { Self.insert(task, into: &mainTasks) }
      if isLight, clause.isImplied, !clause.isGiven, !clause.isSubordinate { namesWork = true }
      Self.insert(clause.isImplied && clause.verb == "get" ? "" : clause.verb, into: &doings)
      if !verb.isEmpty { Self.insert("task " + verb, into: &whole) }
      for phrase in clause.phrases { add(phrase, verb) }
    }
    for slot in slots where slot.name != "task" && slot.name != "object" {
      if slot.name == "length" {
        var length = IntentBuilder.Phrase()
        let first = clauses.first.map { ["get", "make"].contains($0.verb) ? "" : $0.verb } ?? ""
        // To summarise in 3 sentences is not to summarise 3 sentences.
        length.role = InlineText.tasks.contains(first) ? "length" : "with"
        length.nouns = slot.value.split(separator: " ").map(String.init)
        add(length, first)
        hasLength = true
      } else {
        // Those of one kind keep their order: "a short email and a long letter".
        named.append(slot.name + " " + slot.value)
      }
    }
  }

  private mutating func add(_ phrase: IntentBuilder.Phrase, _ verb: String) {
    let isLight = Self.isLight(phrase.role)
    let bound =
      isLight && !phrase.isNegated ? "" : (isLight ? "" : phrase.role + ":") + (phrase.isNegated ? "not:" : "")
    let role = isLight ? phrase.role : ""
    phrases += 1
    if phrase.role.isEmpty { bare += 1 }
    let nouns = Self.words(phrase.nouns)
    let last = nouns.last { !Self.isEmpty($0) } ?? ""
    // "Chapter 7"
    let says = nouns.last { !Self.isEmpty($0) && !Self.isNumber($0) } ?? phrase.qualities.last ?? ""
    let countsWith = role == "with" && (nouns + phrase.qualities).contains { $0.hasPrefix("#") }
    let bond = countsWith ? "" : role
    func part(
      _ text: String, _ place: Int, head: String = "", isJoined: Bool = false, isQuality: Bool = false
    ) -> Part {
      Part(
        text: bound.isEmpty ? text : bound + text, phrase: phrases, place: place, head: head, last: says, role: role,
        bond: bond,
        isBound: !bound.isEmpty, isJoined: isJoined, isQuality: isQuality, verb: verb)
    }
    let qualities = phrase.qualities.count < 2 ? phrase.qualities : Set(phrase.qualities).sorted()
    if nouns.contains(where: { $0 == "&" || $0 == "|" }) {
      // What is joined stays as it is; only its members may change their places.
      let members = nouns.split { $0 == "&" || $0 == "|" }.map { $0.joined(separator: " ") }
      let joint = Set(nouns.filter { $0 == "&" || $0 == "|" }).sorted().joined()
      for (index, member) in members.enumerated() {
        let own = index == 0 ? qualities.map { "[\($0)]" } : []
        parts.append(part((own + [member, joint]).joined(separator: " "), index, isJoined: true))
      }
      return
    }
    if nouns.contains("not") { isFixed = true }
    for quality in qualities where !Self.isEmpty(quality) {
      // A number counts what its phrase is about.
      let place = nouns.isEmpty ? 0 : -1
      parts.append(
        part(
          Self.isNumber(quality) ? quality + " " + last : quality, place, head: place < 0 ? last : "", isQuality: true))
    }
    for (index, noun) in nouns.enumerated() where !Self.isEmpty(noun) {
      if noun.utf8.first == UInt8(ascii: "[") {
        // A quality inside of what belongs to something stays with its noun.
        parts.append(
          part(
            String(noun.dropFirst().dropLast()), -1,
            head: nouns[(index + 1)...].first { $0.utf8.first != UInt8(ascii: "[") } ?? ""))
        continue
      }
      let next = index + 1 < nouns.count ? nouns[index + 1] : ""
      parts.append(part(Self.isNumber(noun) ? noun + " " + next : noun, index))
    }
  }

  private static func isNumber(_ noun: String) -> Bool { noun.utf8.first == UInt8(ascii: "#") }

  /// Whether nothing is said of how the answer shall be: "the contract in plain English" may be one that is there already.
  private var hasNoForm: Bool {
    !hasLength
      && !named.contains { text in ["tone", "format", "language", "audience"].contains(where: text.hasPrefix) }
  }

  /// The words of nouns, some of which hold others.
  private static func words(_ nouns: [String]) -> [String] {
    nouns.contains(where: holdsOthers) ? nouns.flatMap(words) : nouns
  }

  private static func holdsOthers(_ noun: String) -> Bool {
    var noun = noun
    return noun.withUTF8 { bytes in
      guard let first = bytes.first, first != UInt8(ascii: "\""), first != UInt8(ascii: "`") else { return false }
      return bytes.contains { byte in
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"): true
        default: false
        }
      }
    }
  }

  /// The words of a noun that holds others: "(all function)", "title&author".
  private static func words(_ noun: String) -> [String] {
    if !holdsOthers(noun) { return [noun] }
    var words: [String] = []
    var word = ""
    for letter in noun.unicodeScalars {
      if letter == "&" || letter == "|" {
        if !word.isEmpty { words.append(word) }
        words.append(String(letter))
        word = ""
      } else if letter == " " || letter == "(" || letter == ")" {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.unicodeScalars.append(letter)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// A hash of the parts in no order: 32 bytes.
  var key: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    bytes += "parts 2".utf8
    for text in whole.sorted() + named + parts.map({ $0.verb + " " + $0.text }).sorted() {
      bytes.append(0)
      bytes += text.utf8
    }
    return SHA256.hash(bytes)
  }

  // MARK: Arrangement

  /// How two parts of one text belong together.
  private enum Relation: Equatable {
    /// Nothing follows from where they stand.
    case none
    /// The first one says more of the second, bound by a preposition or, where that is empty, by its place alone.
    case modifies(String)
    case isModified(String)
    /// They stand one after the other, the first one first or second.
    case listed(isFirst: Bool)
    /// Each is bound by a preposition.
    case bound(String, String, isFirst: Bool)
    case joined
  }

  private static func relation(_ a: Part, _ b: Part) -> Relation {
    if a.isBound || b.isBound || a.verb != b.verb { return .none }
    if a.phrase == b.phrase {
      if a.isJoined { return .joined }
      if a.place < 0 || b.place < 0 {
        return a.place == b.place ? .none : a.place < 0 ? .modifies("") : .isModified("")
      }
      return a.place < b.place ? .modifies("") : .isModified("")
    }
    switch (a.role.isEmpty, b.role.isEmpty) {
    case (true, true): return .listed(isFirst: a.phrase < b.phrase)
    case (false, true): return .modifies(a.bond)
    case (true, false): return .isModified(b.bond)
    case (false, false): return .bound(a.bond, b.bond, isFirst: a.phrase < b.phrase)
    }
  }

  /// Whether two intents with the same parts put them together in ways that mean the same.
  static func agree(_ a: IntentParts, _ b: IntentParts) -> Bool {
    if a.isFixed || b.isFixed { return false }
    // "Write a script that deletes a file", "delete a file that writes a script"
    if isTurned(a, b), isTurned(b, a) { return false }
    // "Python script: add comments", "a Python script that adds comments"
    if a.namesWork && isTurned(a, b) || b.namesWork && isTurned(b, a) { return false }
    let (left, right) = (a.parts.sorted { $0.text < $1.text }, b.parts.sorted { $0.text < $1.text })
    guard Set(a.doings) == Set(b.doings) || (a.hasNoForm && haveOneTask(a.doings, b.doings)),
      left.map(\.text) == right.map(\.text),
      left.map(\.verb) == right.map(\.verb),
      Set(left.map(\.text)).count == left.count
    else { return false }
    // "An email that asks for a raise", "an email that asks about a raise"
    for (one, other) in zip(left, right)
    where one.role != other.role && !one.role.isEmpty && !other.role.isEmpty && a.otherTasks.contains(one.verb) {
      return false
    }
    // A quality goes with what it belongs to.
    let isQuality = left.indices.map { left[$0].place < 0 && right[$0].place < 0 }
    // "A simple explanation of the rules", "an explanation of the simple rules"
    for (one, other) in zip(left, right)
    where one.isQuality && other.isQuality && one.role.isEmpty && other.role.isEmpty && one.place != other.place {
      return false
    }
    for i in left.indices where isQuality[i] && left[i].head != right[i].head { return false }
    // A part that stands alone belongs to what is done: a summary for doctors is none of doctors.
    let alone = isQuality.indices.filter { !isQuality[$0] }
    // So does what is said with a number: to delete on page 3 is not to delete page 3.
    if a.hasLength == b.hasLength, let first = alone.first,
      alone.allSatisfy({ areOfOnePhrase(left, right, $0, first) }),
      !haveOneRole(left[first], right[first])
    {
      return false
    }
    for i in left.indices where !isQuality[i] {
      for j in left.indices where j > i && !isQuality[j] {
        if isNameAndKind(left[i], left[j]), isNameAndKind(right[i], right[j]) { continue }
        let (x, y) = (relation(left[i], left[j]), relation(right[i], right[j]))
        let nouns = ((left[i].last, left[j].last), (right[i].last, right[j].last))
        let doing = a.isOfLetter(left[i].verb) ? "" : left[i].verb
        if !isCompatible(x, y, nouns, doing, bare: a.bare),
          !isCompatible(y, x, (nouns.1, nouns.0), doing, bare: b.bare)
        {
          return false
        }
      }
    }
    return true
  }

  /// Whether what is done is what a letter does: one that declines a meeting on Friday is written now.
  private func isOfLetter(_ verb: String) -> Bool {
    otherTasks.contains(verb) && !mainTasks.contains(verb)
      && parts.contains { ["email", "letter", "message", "note", "reply"].contains($0.text) }
  }

  private static func areOfOnePhrase(_ left: [Part], _ right: [Part], _ index: Int, _ other: Int) -> Bool {
    left[index].phrase == left[other].phrase && right[index].phrase == right[other].phrase
  }

  /// Whether two prepositions bind a part to what is done in the same way: to explain about it is to explain it.
  private static func haveOneRole(_ a: Part, _ b: Part) -> Bool {
    a.role == b.role || (leavesAlone(a) && leavesAlone(b))
  }

  private static func leavesAlone(_ part: Part) -> Bool {
    part.role.isEmpty || part.role == "about"
      || part.role == "on" && (part.verb.isEmpty || InlineText.tasks.contains(part.verb))
  }

  /// Whether what one is told to do is done in the other by what it is told to do something to.
  private static func isTurned(_ a: IntentParts, _ b: IntentParts) -> Bool {
    a.mainTasks.contains { !b.mainTasks.contains($0) && b.otherTasks.contains($0) }
  }

  /// Whether both are told to do the same: "a reading list" may be one to write, but not one to find.
  private static func haveOneTask(_ a: [String], _ b: [String]) -> Bool {
    // What follows from the nouns alone may be either.
    let (said, saidToo) = (Set(a).intersection(["get", "make"]), Set(b).intersection(["get", "make"]))
    return said == saidToo || (said.isEmpty && a.contains("")) || (saidToo.isEmpty && b.contains(""))
  }

  /// "The flag -z", "the -z flag": a name and what it is the name of.
  private static func isNameAndKind(_ a: Part, _ b: Part) -> Bool {
    guard a.phrase == b.phrase, a.place >= 0, b.place >= 0, abs(a.place - b.place) == 1, !a.isJoined else {
      return false
    }
    return isName(a.text) != isName(b.text)
  }

  private static func isName(_ text: String) -> Bool {
    text.hasPrefix("\"") || text.hasPrefix("`")
  }

  /// The last nouns of the phrases of two parts, in one text and in the other.
  private typealias Nouns = ((String, String), (String, String))

  /// Whether a part says the same of another one, bound to it by two prepositions or by its place.
  private static func haveOneBond(
    _ a: String, _ b: String, _ nouns: Nouns, _ doing: String, isFirst: Bool = true
  ) -> Bool {
    if a == b { return true }
    guard a.isEmpty || b.isEmpty else { return false }
    // What the preposition binds, and what to: "an outline for a blog post", "a blog post outline".
    let bound = a.isEmpty ? nouns.1 : nouns.0
    return Compound.isSure(
      isFirst ? bound.0 : bound.1, isFirst ? bound.1 : bound.0, a.isEmpty ? b : a, doing: doing)
  }

  private static func isCompatible(
    _ x: Relation, _ y: Relation, _ nouns: Nouns, _ doing: String, bare: Int
  ) -> Bool {
    if x == y { return true }
    switch (x, y) {
    case (.none, _): return true
    case (.modifies(let role), .modifies(let other)): return haveOneBond(role, other, nouns, doing)
    case (.isModified(let role), .isModified(let other)): return haveOneBond(role, other, nouns, doing, isFirst: false)
    // "docstring, google style" is a google style docstring; three in a row are a list.
    case (.listed, .modifies(let role)), (.listed, .isModified(let role)): return role.isEmpty && bare <= 2
    case (.listed, .joined): return true
    case (.bound(let a, let b, _), .bound(let c, let d, _)): return a == c && b == d && a != b
    // "a report on sales in spring" is a spring sales report.
    case (.bound(let first, _, let isFirst), .modifies(let role)):
      return !isFirst && haveOneBond(first, role, nouns, doing)
    case (.bound(_, let second, let isFirst), .isModified(let role)):
      return isFirst && haveOneBond(second, role, nouns, doing, isFirst: false)
    default: return false
    }
  }
}
