import Guard
import GuardModel
import IntentCache
import Terminal

/// What `run` says of answers from the cache.
extension Announcement {
  /// `cached: the same request was answered 12 min ago, which saves 1.2k tokens`
  func cached(_ answer: CachedAnswer, _ plan: Plan) -> String {
    var text = "cached: " + found(answer.finding, ageMs: answer.ageMs, plan)
    if answer.isJudged { text += "; the judge says that it wants the same" }
    // The phase is that of the call as it was asked: little may be used, where it would take much.
    if answer.isNearLimit {
      text += "; given because of near_limit (\(standing(of: plan, asWasAsked: true, tellsReset: false)))"
    } else if answer.isPastUsualAge {
      text += pastUsualAge(plan)
    }
    let whole = (try? Amount.sum(answer.charge.tokens, answer.saved.tokens)) ?? .max
    text +=
      answer.charge == .zero
      ? ", which saves \(HumanNumber.count(whole)) tokens"
      : ", which costs \(HumanNumber.count(answer.charge.tokens)) of \(HumanNumber.count(whole)) tokens"
    // One to the same words can be wrong, too: by itself, or by now.
    return text + "; wrong? llmguard cache reject \(answer.name)"
  }

  private func pastUsualAge(_ plan: Plan) -> String {
    ", longer than usual because of a budget (\(standing(of: plan, asWasAsked: true, tellsReset: false)))"
  }

  /// `the same request was answered 12 min ago`; by whom, where that is the cheaper model that the call would go to.
  private func found(_ finding: CacheFinding, ageMs: Int64, _ plan: Plan) -> String {
    let (model, asked) = (finding.entry.model, Self.short(finding.entry.instruction))
    let by = model == plan.request.model ? "" : model.map { " by \($0)" } ?? ""
    let answered = "was answered\(by) \(HumanNumber.ago(milliseconds: ageMs))"
    return switch finding.tier {
    case .exact: "the same request \(answered)"
    case .intent: "the same request in other words ('\(asked)') \(answered)"
    case .similar: "a similar request ('\(asked)', \(finding.likeness / 10) % alike) \(answered)"
    }
  }

  /// What `--dry-run` says of the cache.
  ///
  /// - Parameter passesGateway: whether the call passes the gateway, which looks for its request as it is sent: what is on a command
  ///   line does not say all that such an answer depends on.
  func rehearsed(_ cache: CacheRehearsal, _ plan: Plan, passesGateway: Bool) -> String {
    switch cache {
    case .given(let finding, let ageMs, let isPastUsualAge):
      found(finding, ageMs: ageMs, plan) + (isPastUsualAge ? pastUsualAge(plan) : "")
        + ": that answer would be given (entry \(finding.entry.id))"
    case .nothing(_, let judge?): "holds an answer to a similar request: the judge \(judge) would be asked about it"
    case .nothing(let offer?, nil): self.offer(offer)
    case .nothing(nil, nil):
      passesGateway
        ? "holds no answer to this command; the gateway looks once more, for its request" : "holds no answer to this"
    }
  }

  /// `a cached answer to a similar request ('…'), 12 min old, exists: add --cache similar`
  func offer(_ offer: CacheOffer) -> String { self.offer(offer, "add --cache similar", else: "leave out --no-cache") }

  /// The same for a request's own field.
  func offerToRequest(_ offer: CacheOffer) -> String {
    self.offer(
      offer, "send 'x-llmguard-cache: similar', or start llmguard with --cache similar",
      else: "send 'x-llmguard-cache: only'")
  }

  private func offer(_ offer: CacheOffer, _ similar: String, else same: String) -> String {
    let (what, remedy) = offer.tier == .similar ? ("a similar request", similar) : ("the same request", same)
    return "a cached answer to \(what) ('\(Self.short(offer.instruction))'), "
      + "\(HumanNumber.old(milliseconds: offer.ageMs)), exists: \(remedy)"
  }

  /// The beginning of an instruction, on one line.
  static func short(_ text: String) -> String {
    // `joined` would make the language's runtime look through all that the program's types conform to.
    let line = text.split(whereSeparator: \.isWhitespace).reduce(into: "") { $0 += ($0.isEmpty ? "" : " ") + $1 }
    return line.count > 60 ? line.prefix(59) + "…" : line
  }
}
