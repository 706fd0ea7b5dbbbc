import Digest
import Intent
import Posix

/// What a call asks for, as the cache compares it.
///
/// Everything but the instruction must be equal to the byte: the surroundings (model, parameters, system prompt, earlier
/// turns, tools) and the payload. The instruction may be worded otherwise, where it can be told from the payload.
public struct CacheQuestion: Hashable, Sendable {
  /// A hash of everything around what is asked: 32 bytes.
  public let surroundings: [UInt8]
  /// A hash of the text it is asked about: 32 bytes.
  public let payload: [UInt8]
  /// A hash of the normalised instruction: 32 bytes.
  public let exact: [UInt8]
  /// What is asked; empty where it cannot be told from the payload, and then only the same request matches.
  public let instruction: String

  /// Whether it wants chance, something other than before or what is so at this moment: then nothing stored answers it.
  public let isFleeting: Bool

  /// The key of what is asked for, read once it is needed.
  private let reading: IntentReading

  /// The key of the intent; `nil` where what is asked is not understood.
  var intentKey: [UInt8]? { instruction.isEmpty ? nil : reading.key(of: instruction) }

  /// The instruction as it is understood.
  var read: ReadInstruction { reading.read(instruction) }

  /// Reads what is asked for now, before others wait for it.
  public func readIntent() { _ = partsKey }

  /// The key of its parts, however they are put together; `nil` where what is asked is not understood.
  var partsKey: [UInt8]? { instruction.isEmpty ? nil : reading.parts(of: instruction) }

  /// Takes what somebody else has read already.
  ///
  /// - Parameters:
  ///   - key: the intent's key; `nil` where it is not understood.
  ///   - parts: the key of the intent's parts; `nil` where the wording of something counts.
  ///   - signs: the signs of the sentence's vector.
  ///   - summary: what guards compare of it, to be made of this once it is needed.
  public func readIntent(_ key: [UInt8]?, parts: [UInt8]?, signs: UInt64, summary: UnmadeSummary?) {
    reading.take(IntentReading.Known(key: key, parts: parts, signs: signs, summary: summary))
  }

  /// Numbers of what it asks for, in whatever words and surroundings: two questions that have none in common are never answered
  /// by the same entry. They take no hash to make.
  public var beginnings: [UInt64] {
    let about = Self.beginning(payload)
    return Self.beginnings(exact, intentKey, partsKey) { $0 &+ about }
  }

  /// The beginnings of those hashes that there are. A call asks for them four times.
  static func beginnings(
    _ exact: [UInt8], _ intent: [UInt8]?, _ parts: [UInt8]?, _ change: (UInt64) -> UInt64 = { $0 }
  ) -> [UInt64] {
    var all: [UInt64] = []
    all.reserveCapacity(3)
    all.append(change(beginning(exact)))
    if let intent { all.append(change(beginning(intent))) }
    if let parts { all.append(change(beginning(parts))) }
    return all
  }

  /// The first eight bytes of a hash.
  static func beginning(_ hash: [UInt8]) -> UInt64 { hash.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } }

  /// What guards compare of it, in a few bytes; `nil` where that does not say enough.
  var summary: GuardSummary? { instruction.isEmpty ? nil : reading.summary(of: instruction) }

  /// The signs of the sentence's vector, where somebody has read them.
  var knownSigns: UInt64? { reading.known?.signs }

  /// Longer instructions are compared to the byte only: what is so long is no instruction.
  public static let maximumInstructionBytes = 16 << 10

  /// Makes a question.
  ///
  /// - Parameters:
  ///   - surroundings: everything around it, part by part.
  ///   - asked: what the user asks, which may hold a payload of its own.
  ///   - parts: how that was told apart, where somebody has done so.
  ///   - payload: a hash of what else it is about.
  ///   - isAboutText: whether there is anything else it is about.
  public init(
    surroundings: Surroundings, asked: [UInt8], parts: RequestParts? = nil, payload: [UInt8] = [],
    isAboutText: Bool = false
  ) {
    let parts = parts ?? RequestParts.split(lastUserBytes: asked)
    let isComparable = !parts.instruction.isEmpty && parts.instruction.utf8.count <= Self.maximumInstructionBytes
    let isAlone = payload.isEmpty && parts.payload.isEmpty && isComparable
    self.init(
      surroundings: surroundings.hash,
      payload: isAlone ? Self.noPayload : Self.hash(payload, parts.payload, isComparable ? nil : parts.instruction),
      instruction: isComparable ? parts.instruction : "",
      isFleeting: FleetingWish.isAsked(
        in: parts.instruction, isAboutText: isAboutText || !parts.payload.isEmpty))
  }

  /// The hash of what it is asked about, which an instruction belongs to that cannot be compared.
  private static func hash(_ payload: [UInt8], _ inInstruction: [UInt8], _ instruction: String?) -> [UInt8] {
    var hash = Surroundings()
    hash.add(payload)
    hash.add(inInstruction)
    if let instruction { hash.add(instruction.utf8) }
    return hash.hash
  }

  /// Most questions are about nothing but what they say themselves.
  private static let noPayload = hash([], [], nil)

  /// The same, as it goes out with another model or maximum: what it is answered then is the answer to that alone.
  public func lowered(model: String?, maxOutputTokens: Int64?) -> CacheQuestion {
    var hash = Surroundings()
    hash.add(surroundings)
    hash.add(model)
    hash.add(maxOutputTokens.map(String.init))
    return CacheQuestion(surroundings: hash.hash, self)
  }

  /// The same, as it is asked in one form alone, such as a stream: an answer that no other form can be made of is kept so.
  public func inForm(_ mark: String) -> CacheQuestion {
    var hash = Surroundings()
    hash.add(surroundings)
    hash.add("in this form alone: " + mark)
    return CacheQuestion(surroundings: hash.hash, self)
  }

  /// Makes a question like another one, with other surroundings: what it asks has been read.
  private init(surroundings: [UInt8], _ other: CacheQuestion) {
    (self.surroundings, payload, exact) = (surroundings, other.payload, other.exact)
    (instruction, isFleeting, reading) = (other.instruction, other.isFleeting, other.reading)
  }

  /// Makes a question of its parts.
  init(surroundings: [UInt8], payload: [UInt8], instruction: String, isFleeting: Bool = false) {
    (self.surroundings, self.payload, self.instruction) = (surroundings, payload, instruction)
    self.isFleeting = isFleeting
    reading = IntentReading()
    exact = SHA256.hash(NormalisedText.exact(instruction))
  }

  /// Parts with their lengths, hashed, so that no two different lists of parts read alike.
  public struct Surroundings: Hashable, Sendable {
    private var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// Adds an array's bytes as a part: for any other sequence the language's runtime has to look at what it is.
    public mutating func add(_ part: [UInt8]) { bytes += part.isEmpty ? Self.hashOfNothing : SHA256.hash(part) }

    /// Adds a part.
    public mutating func add(_ part: some Sequence<UInt8>) {
      let part = SHA256.hash(part)
      bytes += part
    }

    /// Adds a part of text; that there is none is a part, too.
    public mutating func add(_ text: String?) {
      bytes.append(text == nil ? 0 : 1)
      bytes += text.map { SHA256.hash(Array($0.utf8)) } ?? Self.hashOfNothing
    }

    private static let hashOfNothing = SHA256.hash([])

    /// The hash of all parts: 32 bytes.
    public var hash: [UInt8] { SHA256.hash(bytes) }
  }
}

/// The keys of a question within a scope: what the store looks up.
public struct CacheKeys: Hashable, Sendable {
  /// What they are made of.
  public let question: CacheQuestion
  /// Whose answers fit, such as `user ana`.
  public let scope: String
  /// Scope, surroundings and payload.
  let place: [UInt8]
  /// The place and the same words.
  let exact: [UInt8]

  /// Bytes of a key: enough that nobody can make two that are equal.
  static let keyBytes = 20

  /// Makes the keys of a question.
  public init(_ question: CacheQuestion, scope: String) {
    self.question = question
    self.scope = scope
    place = Self.key(SHA256.hash(Array(scope.utf8)), question.surroundings, question.payload)
    exact = Self.key(place, question.exact)
  }

  /// The keys of the same question, as it is asked in one form alone.
  public func inForm(_ mark: String) -> CacheKeys { CacheKeys(question.inForm(mark), scope: scope) }

  /// The key of a request that was asked before.
  static func exact(_ instruction: String, in place: [UInt8]) -> [UInt8] {
    key(place, SHA256.hash(NormalisedText.exact(instruction)))
  }

  /// What tells the request from others that one entry answered, for people: six digits and letters.
  public var mark: String { Self.mark(exact) }

  /// The same of a request's key: it is compared with few others, and nobody gains by making two alike.
  static func mark(_ exact: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return exact.prefix(3).reduce(into: "") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }

  /// The place and an intent, made once they are needed.
  private let known = KnownKeys()

  /// The place and an intent; `nil` where what is asked is not understood.
  var intent: [UInt8]? { known.intent { question.intentKey.map { Self.key(place, $0) } } }

  /// The place and the parts of an intent; `nil` where what is asked is not understood.
  var parts: [UInt8]? { known.parts { question.partsKey.map { Self.key(place, $0) } } }

  /// Makes all keys now, before others wait for them.
  public func readIntent() { _ = (intent, parts) }

  /// Whether all keys have been made.
  var areMade: Bool { known.areMade }

  /// The beginnings of the keys under which an answer may be found: they are hashes, so no two begin alike.
  public var beginnings: [UInt64] { CacheQuestion.beginnings(exact, intent, parts) }

  /// A number for the lock that one of several identical calls takes.
  public var flight: Int64 {
    exact.prefix(8).reduce(0) { $0 << 8 | Int64($1) } & (Int64.max >> 1)
  }

  private static func key(_ parts: [UInt8]...) -> [UInt8] {
    var hash = SHA256()
    for part in parts { hash.update(part) }
    return Array(hash.finish().prefix(keyBytes))
  }
}

/// One instruction, read when it is first asked for: reading takes longer than all else that is compared.
private final class IntentReading: Hashable, Sendable {
  /// What of it somebody else has read already.
  struct Known {
    let key: [UInt8]?
    let parts: [UInt8]?
    let signs: UInt64
    let summary: UnmadeSummary?
  }

  private struct State {
    var whole: ReadInstruction?
    var known: Known?
    var parts: [UInt8]??
    var summary: GuardSummary??

    mutating func read(_ instruction: String) -> ReadInstruction {
      if let whole { return whole }
      let new = ReadInstruction(instruction)
      whole = new
      return new
    }
  }

  private let state = Locked(State())

  func read(_ instruction: String) -> ReadInstruction { state.use { $0.read(instruction) } }

  /// The key of what it asks for.
  func key(of instruction: String) -> [UInt8]? {
    state.use { state in
      if let known = state.known { return known.key }
      let intent = state.read(instruction).intent
      return intent.isUnderstood ? intent.key : nil
    }
  }

  /// The key of its parts.
  func parts(of instruction: String) -> [UInt8]? {
    state.use { state in
      if let known = state.known { return known.key == nil ? nil : known.parts }
      if let parts = state.parts { return parts }
      let intent = state.read(instruction).intent
      let new = intent.isUnderstood ? intent.partsKey : nil
      state.parts = .some(new)
      return new
    }
  }

  /// What guards compare of it.
  func summary(of instruction: String) -> GuardSummary? {
    state.use { state in
      if let summary = state.summary { return summary }
      let new = if let known = state.known { known.summary?.make() } else { state.read(instruction).summary }
      state.summary = .some(new)
      return new
    }
  }

  func take(_ known: Known) { state.use { ($0.known, $0.summary) = (known, nil) } }

  var known: Known? { state.use { $0.known } }

  // What was read follows from the instruction, which questions compare themselves.
  static func == (_: IntentReading, _: IntentReading) -> Bool { true }
  func hash(into _: inout Hasher) {}
}

/// The keys of an intent and of its parts in one place.
private final class KnownKeys: Hashable, Sendable {
  private struct State {
    var intent: [UInt8]??
    var parts: [UInt8]??
  }

  private let known = Locked(State())

  func intent(_ make: () -> [UInt8]?) -> [UInt8]? { known.use { Self.key(&$0.intent, make) } }

  func parts(_ make: () -> [UInt8]?) -> [UInt8]? { known.use { Self.key(&$0.parts, make) } }

  var areMade: Bool { known.use { $0.intent != nil && $0.parts != nil } }

  private static func key(_ known: inout [UInt8]??, _ make: () -> [UInt8]?) -> [UInt8]? {
    if let key = known { return key }
    let key = make()
    known = .some(key)
    return key
  }

  // What is known follows from the question and the place, which keys compare themselves.
  static func == (_: KnownKeys, _: KnownKeys) -> Bool { true }
  func hash(into _: inout Hasher) {}
}
