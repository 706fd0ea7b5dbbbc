/// How the pretend provider answers one call, beside the ordinary: words in the model's name behind `--`
/// (`gpt-4o--status-429--slow-200`) or in the field `x-pretend: status-429, slow-200`.
public struct Behaviour: Hashable, Sendable {
  /// Answers with this status and an error in the provider's shape: `status-429`.
  public var status: Int?
  /// The `Retry-After` of an error, in seconds: `retry-after-1`.
  public var retryAfterSeconds: Int?
  /// Calls that it says are left of its own limit: `left-0`.
  public var callsLeft: Int64?
  /// Tokens that it says are left of its own limit: `tokens-left-0`.
  public var tokensLeft: Int64?
  /// In how many seconds it says that there are more: `resets-2`.
  public var resetSeconds: Int?
  /// Answers so many calls of this model with 503 before it answers one: `fails-2`.
  public var failures = 0
  /// Ends the connection of so many calls of this model without any answer before it answers one: `drops-2`.
  public var drops = 0
  /// Milliseconds before the first byte: `slow-200`.
  public var delayMs: Int64 = 0
  /// Milliseconds before each part of a stream: `pause-20`.
  public var pauseMs: Int64 = 0
  /// Words of the answer: `words-100`.
  public var words: Int?
  /// Bytes of the answer's text, made of one word: `huge-1000000`.
  public var hugeBytes: Int64?
  /// Tokens of the input that came from the provider's cache: `cached-5`.
  public var cached: Int64 = 0
  /// Tokens of the output that were thought: `reasoning-7`.
  public var reasoning: Int64 = 0
  /// The usage it tells instead of the true one: `lie-negative`, `lie-absurd`, `lie-text`, `lie-null`, `lie-none`, `lie-fraction`,
  /// `lie-huge`, `lie-zero`.
  public var lie: Lie?
  /// Serves in this tier, whatever was asked for: `tier-default`.
  public var serviceTier: String?
  /// Ends the connection in the middle of the answer: `cut`.
  public var isCut = false
  /// Ends the connection without any answer: `hang-up`.
  public var hangsUp = false
  /// Packs an answer with gzip: `gzip`.
  public var isPacked = false
  /// Does not know `stream_options` and says so: `strict`.
  public var rejectsStreamOptions = false
  /// Answers with 200 and an error object: `error-200`.
  public var isErrorInSuccess = false
  /// Answers with a page that is not JSON: `html`.
  public var isPage = false

  /// What is told instead of the truth.
  public enum Lie: String, Hashable, Sendable {
    case negative, absurd, text, null, none, fraction, huge, zero
  }

  /// Puts the moment at which it is sent, in nanoseconds of the monotonic clock, in the place of each piece of a stream's
  /// text: `stamp`.
  public var isStamped = false

  /// The ordinary.
  public init() {}

  /// Reads words; those that say nothing are left alone.
  public init(model: String, field: String?) {
    let isPlain = !zip(model.utf8, model.utf8.dropFirst()).contains { $0 == 0x2D && $1 == 0x2D }
    let inModel = isPlain ? [] : model.split(separator: "--").dropFirst().map(String.init)
    let inField = field?.split(separator: ",").map { String($0.filter { $0 != " " }) } ?? []
    for word in inModel + inField { read(word) }
  }

  private mutating func read(_ word: String) {
    // Some clients append a tag: `llama--slow-20:latest`.
    let word = word.prefix { $0 != ":" }
    let name = word.prefix { !$0.isNumber }
    let number = Int64(word.dropFirst(name.count))
    switch (name, number) {
    case ("status-", let value?): status = Int(value)
    case ("retry-after-", let value?): retryAfterSeconds = Int(value)
    case ("left-", let value?): callsLeft = value
    case ("tokens-left-", let value?): tokensLeft = value
    case ("resets-", let value?): resetSeconds = Int(value)
    case ("fails-", let value?): failures = Int(value)
    case ("drops-", let value?): drops = Int(value)
    case ("slow-", let value?): delayMs = value
    case ("pause-", let value?): pauseMs = value
    case ("words-", let value?): words = Int(value)
    case ("huge-", let value?): hugeBytes = value
    case ("cached-", let value?): cached = value
    case ("reasoning-", let value?): reasoning = value
    case ("cut", nil): isCut = true
    case ("hang-up", nil): hangsUp = true
    case ("gzip", nil): isPacked = true
    case ("strict", nil): rejectsStreamOptions = true
    case ("error-", 200?): isErrorInSuccess = true
    case ("html", nil): isPage = true
    case ("stamp", nil): isStamped = true
    case (_, nil) where name.hasPrefix("tier-"): serviceTier = String(name.dropFirst(5))
    default: if name.hasPrefix("lie-") { lie = Lie(rawValue: String(name.dropFirst(4))) }
    }
  }
}
