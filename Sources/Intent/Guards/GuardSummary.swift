import CIntentTables
import Digest

/// What guards compare of an instruction, hashed, so that it can be kept beside an answer: where two agree, guards have
/// nothing to say, and neither text has to be read again.
///
/// It says nothing where they differ: then the guards look at the texts themselves. It holds for the very program that made
/// it, for another one may have other guards or another lexicon.
public struct GuardSummary: Hashable, Sendable {
  /// A hash of all that must be equal but the words, 16 bytes, as two numbers.
  private let facts: (UInt64, UInt64)
  /// Which words there are, in any order.
  private let kept: UInt64
  /// The words in their order.
  private let ordered: UInt64

  /// Whether guards have nothing to say of the two.
  public func agrees(with other: GuardSummary) -> Bool {
    // The same words in another order are another request, unless the end was only put in front: that is not told here.
    facts == other.facts && (kept != other.kept || ordered == other.ordered)
  }

  /// Both are of the same facts and the same words.
  public static func == (a: GuardSummary, b: GuardSummary) -> Bool {
    a.facts == b.facts && a.kept == b.kept && a.ordered == b.ordered
  }

  /// By a part of the facts' hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(facts.0) }

  /// How many bytes it has.
  static let byteCount = 32

  /// As it is kept: 32 bytes.
  public var bytes: [UInt8] {
    [facts.0, facts.1, kept, ordered].withUnsafeBytes { Array($0) }
  }

  /// Takes what was kept; `nil` for what is none.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    func number(_ index: Int) -> UInt64 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self) }
    }
    self.init(facts: (number(0), number(1)), kept: number(2), ordered: number(3))
  }

  private init(facts: (UInt64, UInt64), kept: UInt64, ordered: UInt64) {
    (self.facts, self.kept, self.ordered) = (facts, kept, ordered)
  }

  /// Names the program that makes summaries, which no other one has: what its linker made of its content; `nil` where it made
  /// nothing, and then there are no summaries.
  static let program: [UInt8]? = {
    var size = 0
    guard let name = intent_program_name(&size), size >= 8 else { return nil }
    return Array(UnsafeBufferPointer(start: name, count: size))
  }()

  /// - Parameter program: whoever makes it.
  init?(_ facts: GuardFacts, by program: [UInt8]) {
    // What is said once is said by both where the lists are equal; but that is asked of the words themselves. Letters that
    // can be written in two ways are equal to the language where their bytes are not.
    var text = facts.text
    guard facts.marked.allSatisfy(facts.says),
      text.withUTF8({ $0.allSatisfy { $0 < Self.firstOfCombining } }),
      // How a word is spelt is asked of both texts.
      !Spelling.counts(in: facts.pieces), !WrittenWords.counts(in: facts.pieces),
      !ProductNames.counts(in: facts.pieces)
    else { return nil }
    var list = List(program)
    list.add(number: Int(facts.language) << 2 | (facts.isPast ? 2 : 0) | facts.negations % 2)
    list.add(number: facts.numbers.count)
    for number in facts.numbers {
      list.add(number.value)
      list.add(number.unit)
    }
    list.add(facts.operators)
    list.add(facts.quotes)
    list.add(facts.quotationMarks)
    list.add(WrittenWords.spoken(in: facts.pieces))
    list.add(NamePlaces.names(in: facts.pieces))
    list.add(NameMarks.names(in: facts))
    list.add(BareMarks.marks(in: facts))
    list.add(CodeMarks.marks(in: facts))
    list.add(HedgedNumbers.hedges(of: facts.pieces))
    list.add(NamedOwners.roles(in: facts))
    list.add(number: AskedAll.isAsked(in: facts) ? 1 : 0)
    list.add(number: WithHaving.has(facts.pieces) ? 1 : 0)
    list.add(RegexScope.facts(of: facts.pieces))
    list.add(TextRoles.facts(of: facts.pieces))
    list.add(CarriedText.texts(in: facts.text))
    list.add(WorkedStrings.string(in: facts))
    list.add(MentionedStrings.words(in: facts))
    list.add(OtherSenses.senses(in: facts))
    list.add(SaidWords.words(in: facts))
    list.add(AskedSmallWords.words(in: facts))
    list.add(PrintedText.facts(of: facts))
    list.add(ForeignArticles.facts(of: facts))
    list.add(ForeignWords.facts(of: facts))
    list.add(LabelCapitals.facts(of: facts))
    list.add(facts.identifiers)
    list.add(facts.names)
    list.add(facts.capitalised)
    list.add(facts.pasts)
    list.add(number: facts.pasts.isEmpty || !facts.hasAuxiliary ? 0 : 1)
    list.add(facts.bounds)
    list.add(facts.owners)
    list.add(facts.bracketed)
    list.add(facts.marked)
    list.add(facts.spacing)
    list.add(number: facts.slots.count)
    for slot in facts.slots {
      list.add(number: Int(slot.kind.rawValue))
      list.add(slot.name)
    }
    list.add(number: facts.after.count)
    for place in facts.after {
      list.add(place.preposition)
      list.add(place.name)
    }
    list.add(number: facts.fronts.count)
    for front in facts.fronts { list.add(front.content) }
    list.add(ArticleGuard.facts(of: facts.pieces))
    list.add(KindGuard.facts(of: facts.pieces))
    list.add(DroppedWords.facts(of: facts.pieces))
    list.add(SmallDifferences.facts(of: facts))
    list.add(EdgeWords.facts(of: facts))
    list.add(CalledThings.facts(of: facts))
    list.add(ToolMeans.facts(of: facts))
    list.add(SmallNames.openings(in: facts.text))
    list.add(number: RemovedThings.amount(in: facts) == .all ? 1 : 0)
    list.add(NounOrders.order(of: facts) ?? "")
    list.add(number: NounOrders.opensBare(facts.pieces) ? 1 : 0)
    list.add(SlotPlaces.pointed(in: facts))
    list.add(WrittenWords.explained(in: facts))
    list.add(number: SoughtThing.act(in: facts).rawValue)
    let (kept, ordered) = facts.wordHashes
    let hash = SHA256.hash(list.bytes)
    func number(_ start: Int) -> UInt64 { hash[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(facts: (number(0), number(8)), kept: kept, ordered: ordered)
  }

  /// The first byte of the letters from U+0300 on, among which are marks that belong to the letter before them.
  private static let firstOfCombining: UInt8 = 0xCC

  /// Numbers and texts one after the other, each text with its length.
  private struct List {
    private(set) var bytes: [UInt8]

    init(_ start: [UInt8]) {
      bytes = start
      bytes.reserveCapacity(256)
    }

    mutating func add(number: Int) {
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: number)) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ text: String) {
      var text = text
      text.withUTF8 { text in
        add(number: text.count)
        bytes.append(contentsOf: UnsafeRawBufferPointer(text))
      }
    }

    mutating func add(_ texts: [String]) {
      add(number: texts.count)
      for text in texts { add(text) }
    }
  }
}

/// What a summary is made of once it is asked for: behind one reference, as what it holds is copied part by part.
public final class UnmadeSummary: Sendable {
  private let facts: GuardFacts

  init(_ facts: GuardFacts) { self.facts = facts }

  /// What guards compare of it, in a few bytes, made anew each time; `nil` where that does not say enough.
  public func make() -> GuardSummary? { facts.summary }
}

extension GuardFacts {
  /// What guards compare, in a few bytes; `nil` where that does not say enough.
  var summary: GuardSummary? { GuardSummary.program.flatMap { GuardSummary(self, by: $0) } }

  /// Hashes of `sequence`, in any order and in its order.
  fileprivate var wordHashes: (kept: UInt64, ordered: UInt64) {
    var (kept, ordered): (UInt64, UInt64) = (0, 0)
    for piece in pieces {
      if piece.kind == .pause || piece.kind == .possessive { continue }
      var hash = piece.hash
      var text = piece.text
      if piece.kind == .word {
        text.withUTF8 { bytes in
          // So that an order of words is one for "column" and "columns", too.
          if bytes.count > 3, bytes.last == UInt8(ascii: "s") { hash = Self.hash(bytes.dropLast()) }
        }
      }
      hash ^= hash >> 29
      hash &*= 0x9E37_79B9_7F4A_7C15
      kept &+= hash ^ hash >> 32
      ordered = (ordered << 7 | ordered >> 57) &* 0x0000_0100_0000_01b3 ^ hash
    }
    return (kept, ordered)
  }

  private static func hash(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 {
    var hash = PhraseHash()
    for byte in bytes { hash.add(byte: byte) }
    hash.endWord()
    return hash.value
  }
}
