import GuardModel
import Posix
import Providers

/// What a command answered, as it streams by: its tokens, and the usage it tells of itself.
final class Answer {
  private var counter = TokenCounter()
  private var reader: UsageReader?
  private var tail: [UInt8] = []
  private let usage: Client.UsageSource
  /// Bytes of standard input that passed and were not counted before.
  private(set) var laterInput = TokenCounter()
  /// Its bytes, for giving it again; `nil` when they are not kept, or were too many.
  private(set) var output: [UInt8]?
  private let maximumKept: Int
  /// Whether anything was answered.
  private(set) var isEmpty = true
  /// Why not all of it could be written on; `nil` when it was, or its reader had enough.
  private(set) var failure: PosixError?

  private static let tailBytes = 256 << 10

  /// Makes an empty answer.
  ///
  /// - Parameters:
  ///   - usage: how the command tells what it used.
  ///   - keepsUpTo: the most bytes to keep; 0 keeps none.
  init(usage: Client.UsageSource, keepsUpTo maximumKept: Int = 0) {
    self.usage = usage
    self.maximumKept = maximumKept
    output = maximumKept > 0 ? [] : nil
    if usage == .reply { reader = UsageReader() }
  }

  /// Whether standard error must be watched, too.
  var watchesError: Bool {
    if case .patterns(_, _, true) = usage { return true }
    return false
  }

  func consumeOutput(_ bytes: UnsafeRawBufferPointer) {
    isEmpty = isEmpty && bytes.isEmpty
    if let kept = output?.count {
      if kept + bytes.count <= maximumKept { output?.append(contentsOf: bytes) } else { output = nil }
    }
    counter.consume(bytes)
    reader?.consume(bytes)
    if case .patterns(_, _, false) = usage { keep(bytes) }
  }

  /// Not all of it could be written on, or a signal has come. Its command may have been told so, and have left off: what was seen
  /// is no whole answer.
  ///
  /// - Parameter failure: why not; `nil` where its reader had enough, and for a signal.
  func cut(by failure: PosixError?) {
    output = nil
    self.failure = self.failure ?? failure
  }

  func consumeError(_ bytes: UnsafeRawBufferPointer) { keep(bytes) }
  func consumeInput(_ bytes: UnsafeRawBufferPointer) { laterInput.consume(bytes) }

  private func keep(_ bytes: UnsafeRawBufferPointer) {
    tail.append(contentsOf: bytes)
    if tail.count > 2 * Self.tailBytes { tail.removeFirst(tail.count - Self.tailBytes) }
  }

  /// The tokens of the answer, as counted for a model.
  func countedTokens(for model: String?) -> Int64 { counter.tokens(by: TokenizerFamily(model: model)) }

  /// The tokens of the text in a provider's reply that the command wrote; `nil` where it wrote none, or more than is kept.
  func answerTokens(for model: String?) -> AnswerTokens? { reader?.answerTokens(model: model) }

  /// What the command told of itself; nothing when it did not.
  func reply() -> ProviderReply {
    switch usage {
    case .none: return ProviderReply()
    case .reply: return reader?.finish() ?? ProviderReply()
    case .patterns(let input, let output, _):
      var reply = ProviderReply()
      let text = String(decoding: tail, as: UTF8.self)
      if let input = Self.number(input, in: text), let output = Self.number(output, in: text) {
        reply.usage = TokenUsage(input: input, output: output, exactness: .exact)
      }
      return reply
    }
  }

  private static func number(_ pattern: String, in text: String) -> Int64? {
    (try? Pattern(pattern))?.lastCapture(in: text).flatMap { digits in
      Int64(digits.filter { $0.isNumber }).flatMap { $0 < 1_000_000_000_000 ? $0 : nil }
    }
  }
}
