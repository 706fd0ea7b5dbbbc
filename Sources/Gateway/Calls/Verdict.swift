import Guard
import GuardModel
import Ledger
import Providers
import Upstream

/// What becomes of a call's hold, once its reply has ended in whatever way.
enum Verdict: Hashable {
  /// It did not happen, or the provider turned it away.
  case giveBack(String)
  /// It took this.
  case settle(TokenUsage, costMicroUSD: Int64?, in: ServiceTier?, CallEnding)

  /// Decides about a call by how its reply ended.
  init(_ end: ReplyEnd, of plan: Plan?) {
    let estimatedInput = plan?.shape.inputTokens ?? 0
    // What is counted of sounds or pictures in a reply says little of tokens; no call answers more than it may.
    let countedOutput = min(end.countedOutput, plan?.shape.maxOutputTokens ?? .max)
    // What was thought comes before what is shown: of a call that broke off nobody knows more of it than was held.
    let unseenOutput = end.thinksUnseen ? plan?.shape.outputTokens ?? 0 : 0
    guard let status = end.status else {
      // It was sent, and the provider may be at work on it: that is not free. With one that goes on behind its reply it goes on
      // to its end.
      let output = end.goesOnAfterReply ? plan?.shape.outputTokens ?? 0 : unseenOutput
      self =
        end.clientLeft
        ? .settle(
          TokenUsage(input: estimatedInput, output: output, exactness: .estimated), costMicroUSD: nil, in: nil,
          .failed)
        : .giveBack(end.failure?.message ?? "the provider sent no reply")
      return
    }
    guard (200..<300).contains(status) else {
      self = .giveBack(end.isRefusal ? Entry.refusedElsewhere : Entry.answeredMark + "status \(status)")
      return
    }
    let (reply, isWhole) = (end.reply, end.isWhole)
    let trust = UsageTrust(
      plan, countedOutput: countedOutput, leastOutput: end.leastOutput, isText: end.isText,
      mayLeaveInputOut: end.mayLeaveInputOut)
    let usage = trust.believed(reply)
    // A stream that ends with an error after its text has taken that.
    if reply.isError, isWhole, countedOutput == 0, usage == nil || (try? usage?.total()) == 0 {
      self = .giveBack(Entry.answeredMark + "an error")
      return
    }
    let ending: CallEnding = isWhole && !reply.isError ? .complete : .failed
    if let usage {
      let took = end.corrected(usage, ending, countedOutput: countedOutput, unseenOutput: unseenOutput)
      self = .settle(
        took, costMicroUSD: UsageTrust.believedCost(reply.costMicroUSD, of: took), in: reply.serviceTier, ending)
      return
    }
    // Of an answer that is fetched later nothing has come: what it may take stays charged.
    let isLater = isWhole && reply.isPending
    // Nor is more known of one that came whole and does not say, where nothing was learned.
    let output =
      isLater
      ? max(countedOutput, plan?.shape.outputTokens ?? 0)
      : max(
        countedOutput,
        ending == .complete && end.thinksUnseen
          ? min(end.likelyOutput ?? unseenOutput, plan?.shape.maxOutputTokens ?? .max) : unseenOutput)
    self = .settle(
      TokenUsage(input: estimatedInput, output: output, exactness: .estimated), costMicroUSD: nil,
      in: reply.serviceTier, ending)
  }
}

/// How a reply ended, and what came of it.
struct ReplyEnd {
  /// The provider's status; `nil` when it sent none.
  var status: Int?
  /// Why the reply is not whole; `nil` when it is.
  var failure: UpstreamError?
  /// Whether another gateway says that it refused the call.
  var isRefusal = false
  /// Whether the client took no more of it.
  var clientLeft = false
  /// What the reply said of itself.
  var reply: ProviderReply
  /// The tokens of its text as far as it came.
  var countedOutput: Int64
  /// What every tokenizer makes of that text at least.
  var leastOutput: Int64 = 0
  /// Whether what was counted is the text of the answer alone, and not a whole reply.
  var isText = false
  /// Whether it came part by part, each of which may tell what was taken until then; in one piece there is one usage, that of all.
  var isInParts = false
  /// Whether the reply came whole, and what is packed in it did not.
  var isCut = false
  /// Whether the call was to go on behind its reply: then a stream may end before it does.
  var goesOnAfterReply = false
  /// Whether no input is said where the server had it from a call before.
  var mayLeaveInputOut = true
  /// Whether its model may have thought what nobody was shown.
  var thinksUnseen = false
  /// What an answer of this length took in the past, with what was thought; `nil` where nobody knows.
  var likelyOutput: Int64?

  /// Whether a stream ended as one that is whole, and its last part did not come: what is between breaks off like that, and HTTP/2
  /// where it is reset without an error.
  private var isUnfinished: Bool { isInParts && (reply.isUsageSoFar || reply.isPending && !goesOnAfterReply) }

  /// Why it is not whole, in few words: the ledger has them of each such call.
  var reason: String? {
    if clientLeft { return UpstreamError.cancelled.message }
    if case .timedOut = failure { return "the provider took too long" }
    if reply.isError { return "the provider's answer ended with an error" }
    return isWhole ? nil : "the provider broke off"
  }

  var isWhole: Bool { failure == nil && !clientLeft && !isCut && !isUnfinished }

  /// The usage that a reply stated, with what came beyond it.
  fileprivate func corrected(
    _ stated: TokenUsage, _ ending: CallEnding, countedOutput: Int64, unseenOutput: Int64
  ) -> TokenUsage {
    var usage = stated
    // What it said at the beginning of its output is less than what came, and than what was thought before that.
    let isSoFar = ending == .failed && reply.isUsageSoFar
    let came = max(countedOutput, isSoFar ? unseenOutput : 0)
    if !isWhole || isSoFar, came > usage.output, isText || isInParts && !isCut {
      usage.output = came
      usage.exactness = .estimated
    }
    // Nobody knows what else it would have said.
    if isCut || isSoFar { usage.exactness = .estimated }
    return usage
  }
}

extension GatewaySummary {
  /// Counts a call that was settled.
  mutating func settle(_ plan: Plan, _ settlement: Settlement) {
    let (usage, charge) = (settlement.usage, settlement.charge)
    add(Self.sums(plan, settlement))
    tokens &+= (try? usage.total()) ?? 0
    chargeTokens &+= charge.tokens
    costMicroUSD &+= charge.costMicroUSD ?? 0
    if usage.exactness == .exact { exact += 1 } else { estimated += 1 }
  }

  /// What a settled call adds to sums.
  static func sums(_ plan: Plan, _ settlement: Settlement) -> UsageSums {
    .settled(settlement, plan.facts, max(0, settlement.charge.tokens - plan.shape.charge.tokens))
  }

  /// What the only call took; `nil` where it is not known of one call alone.
  public var usageOfOne: TokenUsage? {
    guard calls == 1, exact + estimated == 1, refusals + unmetered == 0 else { return nil }
    return TokenUsage(
      input: exact == 1 ? sums.exactInput : sums.estimatedInput,
      output: exact == 1 ? sums.exactOutput : sums.estimatedOutput, cachedInput: sums.cachedInput,
      cacheWrite: sums.cacheWrite, reasoning: sums.reasoning, cacheWriteHour: sums.cacheWriteHour,
      audioInput: sums.audioInput, audioOutput: sums.audioOutput, toolInput: sums.toolInput,
      webSearches: sums.webSearches, exactness: exact == 1 ? .exact : .estimated)
  }

  /// Adds to the sums; what does not fit is left out, as the ledger would refuse it.
  mutating func add(_ more: UsageSums) { try? sums.add(more) }
}
