import TextFormats

/// Counts as a provider states them, before they are believed.
struct UsageCounts {
  /// The counts that can be.
  static let possible: Range<Int64> = 0..<1_000_000_000_000
  /// The uses of tools in one call that can be: all of them together cost less than the ledger keeps of a call.
  static let possibleUses: Range<Int64> = 0..<1_000_000
  var input: JSONValue = 0
  var output: JSONValue = 0
  var cached: JSONValue?
  var written: JSONValue?
  var writtenHour: JSONValue?
  var reasoning: JSONValue?
  var audioInput: JSONValue?
  var audioOutput: JSONValue?
  var tools: JSONValue?
  var searches: JSONValue?
  /// Whether what was cached is beside the input, and not in it.
  var cacheIsExtra = false
  /// Whether they contradict each other, so that what they say in all is not known.
  var isGuessed = false
  /// What of the input and of the output stands in the total alone.
  var unnamedInput: Int64 = 0
  var unnamedOutput: Int64 = 0

  mutating func readDetails(_ input: JSONValue?, _ output: JSONValue?) {
    (cached, written) = (input?["cached_tokens"], input?["cache_write_tokens"])
    (audioInput, audioOutput) = (input?["audio_tokens"], output?["audio_tokens"])
    reasoning = output?["reasoning_tokens"]
  }

  /// Leaves out details that cannot be: what they are a part of is believed without them, at its full price, and as a guess. Of a
  /// part that is dearer than the rest, all of it is that part where more is stated than can be: no call is cheaper for it.
  ///
  /// What is beside the input, as Anthropic's cache is, is no detail: without it nobody knows how much it was.
  mutating func leaveOutImpossible() {
    func leaveOut(_ detail: inout JSONValue?) {
      guard let stated = detail, stated != .null else { return }
      if let number = stated.int64Value, Self.possible.contains(number) { return }
      (detail, isGuessed) = (nil, true)
    }
    func takeAll(_ detail: inout JSONValue?, of whole: Int64?) {
      if case .number(let stated)? = detail, let whole, Self.possible.contains(whole),
        !(stated.int64.map(Self.possible.contains) ?? false), stated.double > 0
      {
        (detail, isGuessed) = (.int(whole), true)
      }
      leaveOut(&detail)
    }
    if !cacheIsExtra {
      leaveOut(&cached)
      // What is no count at all is not taken from, for the difference might fit nowhere.
      let whole = input.int64Value.flatMap { Self.possible.contains($0) ? $0 : nil }
      takeAll(&written, of: whole.map { max(0, $0 - (cached?.int64Value ?? 0)) })
    }
    let statedHour = writtenHour
    leaveOut(&writtenHour)
    // Kept for an hour is dearer than kept for five minutes: where nobody knows how much of it was, all of it was.
    if let statedHour, statedHour != .null, writtenHour == nil { writtenHour = written }
    leaveOut(&reasoning)
    takeAll(&audioInput, of: input.int64Value)
    takeAll(&audioOutput, of: output.int64Value)
    leaveOut(&tools)
  }

  /// A total, where it can be; another one is left out, for its parts are named.
  private func possibleTotal(_ stated: JSONValue?) -> Int64? {
    stated?.int64Value.flatMap { Self.possible.contains($0) ? $0 : nil }
  }

  /// Numbers are no output: what the total of a list of them holds went in.
  mutating func addHiddenInput(total: JSONValue?) {
    guard let total = possibleTotal(total), let input = input.int64Value, total > input, input >= 0 else { return }
    self.input = .int(total)
    unnamedInput = total - input
  }

  /// xAI counts reasoning beside the answer, and says so by a total that holds both; Google's servers of OpenAI's form count
  /// it in the total alone. What else a total holds that is in no part of it is taken for the dearer one, and for a guess.
  ///
  /// *Source:* xAI's reference, and LiteLLM's reading of it; Google's forum for developers, thread 127400: 9 tokens in, 1 out,
  /// 103 in all.
  mutating func addHiddenOutput(total: JSONValue?, model: String?) {
    leaveOutImpossible()
    let total = possibleTotal(total)
    guard var input = input.int64Value, let output = output.int64Value,
      // What cannot be is not believed, and sums of it would not fit.
      [input, output].allSatisfy(Self.possible.contains),
      [cached, written, reasoning].allSatisfy({ Self.possible.contains($0?.int64Value ?? 0) })
    else { return }
    // More was cached than the input holds, so that is beside it.
    let kept = (cached?.int64Value ?? 0) + (written?.int64Value ?? 0)
    if !cacheIsExtra, kept > input {
      input += kept
      self.input = .int(input)
      isGuessed = total != input + output || isGuessed
    }
    let thought = reasoning?.int64Value ?? 0
    let known = input + output
    if let total, total > known {
      self.output = .int(total - input)
      if total - known == thought { return }
      unnamedOutput = total - known
      let isThought = model?.split(separator: "/").last?.hasPrefix("gemini") == true
      if isThought { reasoning = .int(total - known) } else { isGuessed = true }
    } else if thought > output, total != known {
      // More of it than of the answer that it should be part of.
      self.output = .int(output + thought)
      isGuessed = true
    }
  }
}
