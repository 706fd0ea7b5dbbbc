import GuardModel
import Ledger
import Terminal
import TextFormats

/// One call's whole story: what was asked, what was decided and why, what it took, and the entries that say so.
public struct CallStory: Sendable {
  private let call: CallRecord
  private let entries: [Entry]
  private let zone: ZoneOffsets
  private let standing: (states: [BudgetState], nowUnixMs: Int64)?
  private let weights: [(of: String, factor: Multiplier)]

  /// Makes a story.
  ///
  /// - Parameters:
  ///   - standing: how the budgets of its user stand at an instant, for a call that one of them refused.
  ///   - weights: what its tokens would be multiplied by today, and what says so: `operation chat`. The ledger does not have those
  ///     of the day; today's are told where they give what was charged.
  public init(
    _ call: CallRecord, entries: [Entry], zone: ZoneOffsets, standing: (states: [BudgetState], nowUnixMs: Int64)? = nil,
    weights: [(of: String, factor: Multiplier)] = []
  ) {
    self.call = call
    self.entries = entries
    self.zone = zone
    self.standing = standing
    self.weights = weights
  }

  /// One object.
  public var json: JSONValue {
    var object = JSONObject([("schema", 1)])
    for (key, value) in CallColumn.object(call).objectValue?.members ?? [] { object[key] = value }
    object["entries"] = .array(
      entries.map { entry in
        [
          "entry": .int(entry.sequence), "kind": .string(entry.kind.rawValue), "at_unix_ms": .int(entry.atUnixMs),
          "at": .string(CivilTime.rfc3339(entry.atUnixMs, in: .utc)),
          "charge_tokens": .int(entry.charge?.tokens), "cost_micro_usd": .int(entry.charge?.costMicroUSD),
          "note": .string(orNull: Refusal.shown(entry.note)),
        ]
      })
    return .object(object)
  }

  /// A fact a line under a title, for people; tab-separated in a pipe.
  public func text(_ style: Style) -> String {
    if !style.isTerminal {
      return CallColumn.all.map { "\($0.name)\t\(TerminalText.safe(text(of: $0)))\n" }.joined()
    }
    let width = 11
    let title = style.apply(.bold, "Call \(call.number)") + " of " + TerminalText.safe(call.facts.user) + "\n"
    return title
      + lines.map { name, text in
        "  \(style.apply(.dim, name + String(repeating: " ", count: width - name.count)))"
          + Self.wrapped(TerminalText.safe(text), indent: width + 2, columns: min(style.columns, 110)) + "\n"
      }.joined()
  }

  private func text(of column: CallColumn) -> String {
    switch column.value(call) {
    case .string(let text): text
    case .number(let number): number.text
    default: ""
    }
  }

  private var lines: [(String, String)] {
    let facts = call.facts
    var lines = [
      ("for", "operation \(facts.operation), in tier \(facts.tier)"),
      ("from", "\(facts.program), run \(facts.run)"), ("outcome", outcome),
    ]
    if let route = call.entry.route {
      lines.append(("to", "\(facts.provider ?? "unknown"), a route of the kind '\(route)'"))
    } else {
      lines += [("model", model), ("phase", phase)]
    }
    if facts.attempt > 1 { lines.append(("asked", again)) }
    if let waitedMs = facts.waitedMs { lines.append(("waited", Self.waited(waitedMs))) }
    if call.entry.route == nil { lines.append(("estimate", estimate)) }
    if let usage = call.entry.usage { lines.append(("took", took(usage))) }
    lines.append(("charge", charge))
    for entry in entries { lines.append(("entry \(entry.sequence)", self.entry(entry))) }
    return lines
  }

  private var outcome: String {
    let ended = CivilTime.rfc3339(call.endedAtUnixMs, in: zone)
    let lasted = call.reservedAtUnixMs.map {
      ", after \(HumanNumber.duration(milliseconds: max(0, call.endedAtUnixMs - $0)))"
    }
    switch CallOutcome(call) {
    case .complete: return "answered in full at \(ended)\(lasted ?? "")"
    case .failed: return "\(call.entry.note ?? "the command failed or was stopped") at \(ended)\(lasted ?? "")"
    case .abandoned: return "its llmguard ended without settling it; the estimate was charged at \(ended)"
    case .refused:
      if let standing, Refusal.budget(inNote: call.entry.note) != nil {
        return "refused at \(ended) by "
          + RefusalNotes.reason(call, standing.states, zone, nowUnixMs: standing.nowUnixMs)
      }
      let byStrict = call.entry.route == nil ? " by a policy" : " by --strict: it cannot be metered"
      return "refused at \(ended)" + (call.entry.note.map { " by " + CallOutcome.reason($0, of: "the ") } ?? byStrict)
    case .cached:
      let why: [CacheTier: String] = [
        .exact: "the same request", .intent: "the same request in other words", .similar: "a similar request",
      ]
      let tier = call.entry.cacheTier.flatMap { why[$0] } ?? "a request"
      let saved =
        call.entry.saved.map { ", which saved \(HumanNumber.exact($0.tokens)) tokens, \(Self.cost($0.costMicroUSD))" }
        ?? ""
      return "answered from the cache at \(ended), as \(tier) was before\(saved)\(answer)"
    case .unmetered: return "sent at \(ended); llmguard cannot tell what such requests take"
    case .givenBack: return "given back at \(ended)" + (call.entry.note.map { ": \($0)" } ?? "")
    }
  }

  /// The cache's entry, and how it is said that it was wrong.
  private var answer: String {
    guard let note = call.entry.note, note.hasPrefix(CachedCall.noteMark) else { return "" }
    return "; if that was wrong: llmguard cache reject \(note.dropFirst(CachedCall.noteMark.count))"
  }

  private var model: String {
    let name = (call.facts.model ?? "unknown") + (call.facts.provider.map { " of \($0)" } ?? "")
    guard let asked = call.facts.requestedModel, asked != call.facts.model else { return name }
    return "\(name) in place of \(asked), which was asked for"
  }

  private var phase: String {
    switch (call.facts.phase, call.facts.degraded) {
    case (.ok, _): "ok: there was plenty left"
    case (.warn, _):
      "warn: with its estimate on top, a budget came to where warnings begin"
        + (call.entry.kind == .cached ? "" : ", so the call went out with a warning")
    case (.soft, true):
      "soft: with its estimate as asked on top, \(degradingBudget) came to where degradation begins, so the call went out degraded\(cheaper)"
    case (.soft, false):
      "soft: with its estimate on top, a budget came to where degradation begins, and nothing of the call was left to degrade"
    case (.hard, _): hardPhase
    }
  }

  /// The budget that its hold names; older ledgers name none.
  private var degradingBudget: String {
    entries.first { $0.kind == .reserve }?.note.map { "the \($0)" } ?? "a budget"
  }

  /// What of it was degraded, where that was not its model: the ledger has no more.
  private var cheaper: String {
    call.facts.requestedModel == nil ? " (its maximum lowered, its start delayed, or both)" : ""
  }

  /// A call may have been too large for what was left, or refused for a reason of its own: that says nothing of the next one.
  private var hardPhase: String {
    switch CallOutcome(call) {
    case .refused where Refusal.isPause(inNote: call.entry.note): "hard: all calls of \(call.facts.user) were paused"
    case .refused where call.entry.note?.hasPrefix(Refusal.policyMark) != false:
      "hard: a policy refused it, whatever the budgets had left"
    case .refused: "hard: it did not fit into what a budget had left"
    case .cached: "hard: a call would have been refused; an answer from the cache was not"
    case .complete, .failed, .abandoned, .givenBack, .unmetered: "hard: no budget had room for it when it was charged"
    }
  }

  private var again: String {
    let extra = call.entry.surchargeTokens ?? 0
    let text = "retry \(call.facts.attempt - 1) of the same request"
    return extra > 0 ? text + ", which added \(HumanNumber.exact(extra)) tokens to the charge" : text
  }

  private var estimate: String {
    let facts = call.facts
    let text = "\(Self.tokens(facts.estimatedInput)) in, \(HumanNumber.exact(facts.estimatedOutput)) out"
    guard let held = call.held else { return text }
    let total = try? Amount.sum(facts.estimatedInput, facts.estimatedOutput)
    let weighted = total.map { $0 != held.tokens && gives(held.tokens, of: $0) } ?? false
    return text + "; held \(HumanNumber.exact(held.tokens)) tokens\(weighted ? " (\(factors))" : ""), "
      + Self.cost(held.costMicroUSD)
  }

  private func took(_ usage: TokenUsage) -> String {
    var text = "\(Self.tokens(usage.input)) in, \(HumanNumber.exact(usage.output)) out"
    let parts = [
      (usage.cachedInput, "read from the provider's cache"),
      (usage.cacheWrite - usage.cacheWriteHour, "written to it"), (usage.cacheWriteHour, "written to it for an hour"),
      (usage.audioInput, "audio in"), (usage.toolInput, "added by the provider's tools"),
      (usage.reasoning, "reasoning"), (usage.audioOutput, "audio out"),
    ].filter { $0.0 > 0 }.map { "\(HumanNumber.exact($0.0)) \($0.1)" }
    if !parts.isEmpty { text += " (\(parts.joined(separator: ", ")))" }
    if usage.webSearches > 0 { text += ", \(RunReport.count(usage.webSearches, "web search", "web searches"))" }
    return text
      + (usage.exactness == .exact ? "; the provider counted them" : "; llmguard counted them from the text")
  }

  private var charge: String {
    if call.entry.kind == .unmetered { return "nothing; the cost is unknown" }
    guard let posted = call.posted else { return "nothing" }
    let unpriced = call.entry.unpriced
    var text =
      "\(HumanNumber.exact(posted.tokens)) tokens\(weighted(posted)), \(UsagePart.bound(unpriced).words)\(Self.cost(posted.costMicroUSD))"
    if let stamp = call.facts.priceStamp { text += " (price: \(stamp))" }
    let unknown = unpriced.filter { $0 != .excess }.map(\.words)
    if !unknown.isEmpty { text += "; the price of \(unknown.joined(separator: " and ")) is unknown" }
    if unpriced.contains(.excess) { text += "; more is kept of no call" }
    if call.overrunTokens > 0 { text += "; \(HumanNumber.exact(call.overrunTokens)) more than was held" }
    return text
  }

  /// Why more or fewer tokens were charged than were taken, beside what a retry added: ` (weighted × 3: operation chat)`.
  private func weighted(_ posted: Charge) -> String {
    guard call.entry.kind == .settle, let usage = call.entry.usage, let total = try? usage.total() else { return "" }
    let plain = posted.tokens - (call.entry.surchargeTokens ?? 0)
    if plain == total { return "" }
    return gives(plain, of: total) ? " (\(factors))" : " (weighted; today's weights are others)"
  }

  /// Whether today's weights make that of so many tokens.
  private func gives(_ charged: Int64, of tokens: Int64) -> Bool {
    (try? Charge.weighted(tokens: tokens, by: weights.map { $0.factor })) == charged
  }

  private var factors: String {
    "weighted × \(weights.map { $0.factor.description }.joined(separator: " × ")): \(weights.map { $0.of }.joined(separator: ", "))"
  }

  private static func waited(_ ms: Int64) -> String {
    ms < 1000 ? "\(ms) ms for its turn" : "\(HumanNumber.duration(milliseconds: ms)) for its turn"
  }

  private func entry(_ entry: Entry) -> String {
    let words: [EntryKind: String] = [
      .reserve: "held", .settle: "settled", .void: "given back", .refuse: "refused",
      .cached: "answered from the cache for", .unmetered: "sent unmetered",
    ]
    var text = "\(CivilTime.rfc3339(entry.atUnixMs, in: zone))  \(words[entry.kind] ?? entry.kind.rawValue)"
    if let charge = entry.charge { text += " \(HumanNumber.exact(charge.tokens)) tokens" }
    if let note = Refusal.shown(entry.note) {
      text += entry.kind == .reserve ? ", degraded by the \(note)" : ": \(note)"
    }
    return text
  }

  private static func cost(_ microUSD: Int64?) -> String {
    microUSD.map(HumanNumber.money(microUSD:)) ?? "price unknown"
  }

  private static func tokens(_ count: Int64) -> String { "\(HumanNumber.exact(count)) token\(count == 1 ? "" : "s")" }

  static func wrapped(_ text: String, indent: Int, columns: Int) -> String {
    TerminalText.wrapped(text, to: columns - indent).joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
