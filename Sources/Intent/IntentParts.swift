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
    /// The preposition that its phrase is bound by, where it is one that a compound may leave out; else empty.
    let role: String
    /// Whether it can only be what it is: its preposition, its verb or a "not" is part of it.
    let isBound: Bool
    /// Whether it is joined to others by "and" or "or".
    let isJoined: Bool
    /// What its clause does.
    let verb: String
  }

  private var parts: [Part] = []
  private var phrases = 0
  /// Phrases that nothing but their order binds.
  private var bare = 0
  /// What is done, and what stands for the whole request.
  private var whole: Set<String> = []
  private var named: [String] = []
  /// What is done, and what what it is done to does: "a script that deletes".
  private var mainTasks: Set<String> = []
  private var otherTasks: Set<String> = []
  /// What is said to be done; empty for what follows from the nouns alone.
  private var doings: Set<String> = []
  private var hasLength = false
  /// Whether anything says that only the very order counts.
  private var isFixed = false

  /// Prepositions that a compound leaves out.
  private static let light: Set = ["", "of", "for", "in", "on", "about", "with", "using"]
  /// Those whose phrase says the same in front: "sales in spring" are spring sales, but pizza with cheese is no cheese pizza.
  private static let compounds: Set = ["in", "on", "about", "for"]
  /// What adds nothing to a request.
  private static let empty: Set = ["be", "good"]

  init(_ clauses: [IntentBuilder.Clause], slots: [CanonicalIntent.Slot], isOrdered: Bool) {
    isFixed = isOrdered || clauses.contains(where: \.hasBrackets)
    for clause in clauses {
      let isLight = ["get", "make"].contains(clause.verb)
      let verb = (clause.isNegated ? "not " : "") + (isLight ? "" : clause.verb)
      let task = (clause.isNegated ? "not " : "") + clause.verb
      if clause.isSubordinate { otherTasks.insert(task) } else { mainTasks.insert(task) }
      doings.insert(clause.isImplied && clause.verb == "get" ? "" : clause.verb)
      if !verb.isEmpty { whole.insert("task " + verb) }
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
    let isLight = Self.light.contains(phrase.role)
    let bound = (isLight ? "" : phrase.role + ":") + (phrase.isNegated ? "not:" : "")
    let role = isLight ? phrase.role : ""
    phrases += 1
    if phrase.role.isEmpty { bare += 1 }
    let head = phrase.nouns.flatMap(Self.words).last { !Self.empty.contains($0) } ?? ""
    func part(_ text: String, _ place: Int, isJoined: Bool = false) -> Part {
      Part(
        text: bound + text, phrase: phrases, place: place, head: place < 0 ? head : "", role: role,
        isBound: !bound.isEmpty, isJoined: isJoined,
        verb: verb)
    }
    let nouns = phrase.nouns.flatMap(Self.words)
    let joints = nouns.filter { $0 == "&" || $0 == "|" }
    if !joints.isEmpty {
      // What is joined stays as it is; only its members may change their places.
      let members = nouns.split { $0 == "&" || $0 == "|" }.map { $0.joined(separator: " ") }
      let joint = Set(joints).sorted().joined()
      let qualities = Set(phrase.qualities).sorted().map { "[\($0)]" }
      for (index, member) in members.enumerated() {
        let own = index == 0 ? qualities : []
        parts.append(part((own + [member, joint]).joined(separator: " "), index, isJoined: true))
      }
      return
    }
    if nouns.contains("not") { isFixed = true }
    for quality in Set(phrase.qualities).sorted() where !Self.empty.contains(quality) {
      // A number counts what its phrase is about.
      parts.append(part(quality.hasPrefix("#") ? "\(quality) \(head)" : quality, nouns.isEmpty ? 0 : -1))
    }
    for (index, noun) in nouns.enumerated() where !Self.empty.contains(noun) {
      let next = index + 1 < nouns.count ? nouns[index + 1] : ""
      if noun.hasPrefix("[") {
        // A quality inside of what belongs to something stays with its noun.
        parts.append(
          Part(
            text: bound + String(noun.dropFirst().dropLast()), phrase: phrases, place: -1,
            head: nouns[(index + 1)...].first { !$0.hasPrefix("[") } ?? "", role: role, isBound: !bound.isEmpty,
            isJoined: false,
            verb: verb))
        continue
      }
      parts.append(part(noun.hasPrefix("#") ? "\(noun) \(next)" : noun, index))
    }
  }

  /// Whether nothing is said of how the answer shall be: "the contract in plain English" may be one that is there already.
  private var hasNoForm: Bool {
    !hasLength
      && !named.contains { text in ["tone", "format", "language", "audience"].contains(where: text.hasPrefix) }
  }

  /// The words of a noun that holds others: "(all function)", "title&author".
  private static func words(_ noun: String) -> [String] {
    guard let first = noun.utf8.first, first != UInt8(ascii: "\""), first != UInt8(ascii: "`"),
      noun.utf8.contains(where: { " &|()".utf8.contains($0) })
    else { return [noun] }
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
    var bytes = Array("parts 1".utf8)
    for text in whole.sorted() + named + parts.map({ "\($0.verb) \($0.text)" }).sorted() {
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
      if a.place < 0 || b.place < 0 { return a.place == b.place ? .none : a.place < 0 ? .modifies("") : .isModified("") }
      return a.place < b.place ? .modifies("") : .isModified("")
    }
    switch (a.role.isEmpty, b.role.isEmpty) {
    case (true, true): return .listed(isFirst: a.phrase < b.phrase)
    case (false, true): return .modifies(bond(a))
    case (true, false): return .isModified(bond(b))
    case (false, false): return .bound(bond(a), bond(b), isFirst: a.phrase < b.phrase)
    }
  }

  /// What binds a part: "a password with 16 characters" is a 16-character password.
  private static func bond(_ part: Part) -> String {
    part.role == "with" && part.text.hasPrefix("#") ? "" : part.role
  }

  /// Whether two intents with the same parts put them together in ways that mean the same.
  static func agree(_ a: IntentParts, _ b: IntentParts) -> Bool {
    if a.isFixed || b.isFixed { return false }
    // "Write a script that deletes a file", "delete a file that writes a script"
    let turned = a.mainTasks.subtracting(b.mainTasks).intersection(b.otherTasks)
    let turnedBack = b.mainTasks.subtracting(a.mainTasks).intersection(a.otherTasks)
    if !turned.isEmpty, !turnedBack.isEmpty { return false }
    let (left, right) = (a.parts.sorted { $0.text < $1.text }, b.parts.sorted { $0.text < $1.text })
    guard a.doings == b.doings || (a.hasNoForm && haveOneTask(a.doings, b.doings)),
      left.map(\.text) == right.map(\.text),
      left.map(\.verb) == right.map(\.verb),
      Set(left.map(\.text)).count == left.count
    else { return false }
    // A quality goes with what it belongs to.
    let isQuality = left.indices.map { left[$0].place < 0 && right[$0].place < 0 }
    for i in left.indices where isQuality[i] && left[i].head != right[i].head { return false }
    // A part that stands alone belongs to what is done: a summary for doctors is none of doctors.
    let alone = isQuality.indices.filter { !isQuality[$0] }
    if alone.count == 1, !haveOneRole(left[alone[0]].role, right[alone[0]].role) { return false }
    for i in left.indices where !isQuality[i] {
      for j in left.indices where j > i && !isQuality[j] {
        if isNameAndKind(left[i], left[j]), isNameAndKind(right[i], right[j]) { continue }
        let (x, y) = (relation(left[i], left[j]), relation(right[i], right[j]))
        if !isCompatible(x, y, bare: a.bare), !isCompatible(y, x, bare: b.bare) { return false }
      }
    }
    return true
  }

  /// Whether two prepositions bind a part to what is done in the same way: to explain about it is to explain it.
  private static func haveOneRole(_ a: String, _ b: String) -> Bool {
    a == b || (["", "about", "on"].contains(a) && ["", "about", "on"].contains(b))
  }

  /// Whether both are told to do the same: "a reading list" may be one to write, but not one to find.
  private static func haveOneTask(_ a: Set<String>, _ b: Set<String>) -> Bool {
    // What follows from the nouns alone may be either.
    let (said, saidToo) = (a.intersection(["get", "make"]), b.intersection(["get", "make"]))
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

  /// Whether a part says the same of another one, bound to it by two prepositions or by its place.
  private static func haveOneBond(_ a: String, _ b: String) -> Bool {
    a == b || (a.isEmpty && compounds.contains(b)) || (b.isEmpty && compounds.contains(a))
  }

  private static func isCompatible(_ x: Relation, _ y: Relation, bare: Int) -> Bool {
    if x == y { return true }
    switch (x, y) {
    case (.none, _): return true
    case (.modifies(let role), .modifies(let other)), (.isModified(let role), .isModified(let other)):
      return haveOneBond(role, other)
    // "docstring, google style" is a google style docstring; three in a row are a list.
    case (.listed, .modifies(let role)), (.listed, .isModified(let role)): return role.isEmpty && bare <= 2
    case (.listed, .joined): return true
    case (.bound(let a, let b, _), .bound(let c, let d, _)): return a == c && b == d && a != b
    // "a report on sales in spring" is a spring sales report.
    case (.bound(let first, _, let isFirst), .modifies(let role)): return !isFirst && haveOneBond(first, role)
    case (.bound(_, let second, let isFirst), .isModified(let role)): return isFirst && haveOneBond(second, role)
    default: return false
    }
  }
}
