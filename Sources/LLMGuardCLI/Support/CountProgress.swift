import Posix
import Terminal

/// How far something long has come: a line that changes on a terminal, a plain line every ten seconds elsewhere.
struct CountProgress {
  private let verb: String
  private let noun: String
  private let total: Int64
  private let isTerminal: Bool
  private let isQuiet: Bool
  private let start = Clock.monotonicNanoseconds
  private var shownAtMs: Int64 = 0
  private var isShown = false

  /// Begins.
  ///
  /// - Parameters:
  ///   - verb: what is done, as in `replaying`.
  ///   - noun: with what, as in `calls`.
  init(_ verb: String, _ noun: String, of total: Int64, isTerminal: Bool, isQuiet: Bool) {
    (self.verb, self.noun, self.total) = (verb, noun, total)
    (self.isTerminal, self.isQuiet) = (isTerminal, isQuiet)
  }

  /// Shows it, where it is time.
  mutating func show(_ done: Int64) {
    let elapsed = (Clock.monotonicNanoseconds - start) / 1_000_000
    if isQuiet || elapsed - shownAtMs < (isTerminal ? 200 : 10_000) { return }
    shownAtMs = elapsed
    let text = "\(verb): \(HumanNumber.count(done, of: total)) of \(HumanNumber.limit(total)) \(noun)"
    StandardStreams.complain(isTerminal ? "\r\u{1B}[Kllmguard: \(text)" : "llmguard: \(text)\n")
    isShown = isTerminal
  }

  /// Takes the line away.
  mutating func end() {
    if isShown { StandardStreams.complain("\r\u{1B}[K") }
    isShown = false
  }
}
