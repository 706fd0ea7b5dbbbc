import GuardModel
import Ledger
import Posix
import TextFormats

/// A column of exported calls: its name, what it means, and its value. Exports, lists in pipes and the manual read them
/// here. New ones come at the end; none is renamed or taken away.
public struct CallColumn: Sendable {
  /// Its name.
  public let name: String
  /// The type of its values.
  public let type: String
  /// One line.
  public let summary: String
  /// A value as JSON writes it.
  public let example: String
  let read: Reading

  /// How its value is read from a call.
  enum Reading: Sendable {
    case integer(@Sendable (CallRecord) -> Int64?)
    case text(@Sendable (CallRecord) -> String?)
  }

  /// Its value.
  func value(_ call: CallRecord) -> JSONValue {
    switch read {
    case .integer(let read): .int(read(call))
    case .text(let read): .string(orNull: read(call))
    }
  }

  /// All columns, in their order.
  public static let all: [CallColumn] = [
    integer("call", "the call's number; `llmguard usage show` takes it", "812") { $0.number },
    integer("ended_at_unix_ms", "when it ended, in milliseconds since 1970", "1795535200000") { $0.endedAtUnixMs },
    text("ended_at", "the same by RFC 3339, in UTC", "2026-11-24T15:46:40Z") {
      CivilTime.rfc3339($0.endedAtUnixMs, in: .utc)
    },
    integer("started_at_unix_ms", "when its charge was held; nothing when it never was", "1795535195000") {
      $0.reservedAtUnixMs
    },
    text(
      "outcome",
      "`complete`, `failed`, `abandoned` (its llmguard ended without settling it), `refused`, `cached` (answered from the cache), `given_back` (it did not happen, or the provider answered with an error: it cost nothing; or the gateway that it went to, over the same ledger, charged it), or `unmetered` (nobody can tell what it took)",
      "complete"
    ) { CallOutcome($0).rawValue },
    text("user", "who was charged", "ana") { $0.facts.user },
    text("tier", "the user's tier at the time", "free") { $0.facts.tier },
    text("operation", "what it was for", "review") { $0.facts.operation },
    text("program", "the program of its run, without folder or arguments", "llm") { $0.facts.program },
    text("run", "its run", "0f3a5c7be1d24986") { $0.facts.run },
    text("model", "the model it went to, or would have; nothing when not known", "gpt-4o-mini") { $0.facts.model },
    text("requested_model", "the model that was asked for, where `model` is another one", "gpt-4o") {
      $0.facts.requestedModel
    },
    text("phase", "the phase it was decided in: `ok`, `warn`, `soft` or `hard`", "soft") { $0.facts.phase.rawValue },
    integer("degraded", "1 when the soft phase changed it, else 0", "1") { $0.facts.degraded ? 1 : 0 },
    integer("attempt", "which attempt at the same thing it was: 1 for the first, and where nobody can tell", "1") {
      $0.facts.attempt
    },
    integer("estimated_input_tokens", "estimated before", "400") { $0.facts.estimatedInput },
    integer("estimated_output_tokens", "estimated before, or the call's own maximum", "1000") {
      $0.facts.estimatedOutput
    },
    integer("input_tokens", "what it took; nothing where it took nothing, or nobody can tell", "388") {
      $0.entry.usage?.input
    },
    integer("output_tokens", "the same of its answer", "912") { $0.entry.usage?.output },
    integer("cached_input_tokens", "of the input, what the provider had cached", "0") { $0.entry.usage?.cachedInput },
    integer("cache_write_tokens", "of the input, what the provider cached", "0") { $0.entry.usage?.cacheWrite },
    integer("reasoning_tokens", "of the output, what was reasoning", "0") { $0.entry.usage?.reasoning },
    text("exactness", "`exact` when the provider counted, `estimated` when llmguard did", "exact") {
      $0.entry.usage?.exactness.rawValue
    },
    integer("held_tokens", "charged tokens that were held before; nothing when none were", "1400") { $0.held?.tokens },
    integer("charge_tokens", "charged (weighted) tokens; 0 when nothing was charged", "1300") {
      $0.posted?.tokens ?? 0
    },
    integer(
      "cost_micro_usd",
      "the cost in millionths of a dollar; nothing when it is unknown, the least it can be when `unpriced` says so (the most where that is `service_discount` alone)",
      "1230"
    ) {
      $0.posted == nil && $0.entry.kind != .unmetered ? 0 : $0.posted?.costMicroUSD
    },
    integer("overrun_tokens", "charged tokens beyond those held", "0") { $0.overrunTokens },
    integer("surcharge_tokens", "charged tokens that are there because it was a retry", "0") {
      $0.posted == nil ? 0 : $0.entry.surchargeTokens ?? 0
    },
    text(
      "price",
      "which price was used, with the service tier and the length where they have their own; nothing when it is unknown",
      "built-in 2026-11-01 flex"
    ) { $0.facts.priceStamp },
    text("cache_tier", "why a stored answer fitted: `exact`, `intent` or `similar`; else nothing", "exact") {
      $0.entry.cacheTier?.rawValue
    },
    integer("saved_tokens", "charged tokens that an answer from the cache saved", "1300") {
      $0.entry.saved?.tokens ?? 0
    },
    text(
      "note",
      "the budget, `paused` or, behind `policy: `, the policy, where that refused it; why it was given back, or its answer did not come whole; or the cache's entry "
        + "that answered it",
      "daily token budget"
    ) { Refusal.shown($0.entry.note) },
    integer("entry", "the ledger's entry that ended it", "813") { $0.entry.sequence },
    text("provider", "the provider it went to; nothing when not known", "openai") { $0.facts.provider },
    text("route", "the kind of route of a request that nobody can meter; else nothing", "images") { $0.entry.route },
    integer("queue_wait_ms", "how long it stood in the line; nothing when no limit made it", "120") {
      $0.facts.waitedMs
    },
    integer("cache_write_1h_tokens", "of the tokens written to the provider's cache, what it keeps for an hour", "0") {
      $0.entry.usage?.cacheWriteHour
    },
    integer("audio_input_tokens", "of the input, what was sound", "0") { $0.entry.usage?.audioInput },
    integer("audio_output_tokens", "of the output, what was sound", "0") { $0.entry.usage?.audioOutput },
    integer("tool_input_tokens", "of the input, what the provider's own tools added", "0") {
      $0.entry.usage?.toolInput
    },
    integer("web_searches", "searches of the web that the provider made for it", "0") { $0.entry.usage?.webSearches },
    text(
      "unpriced",
      "what of it has a price of its own that is unknown: `cache_write_1h`, `audio_input`, `audio_output`, `web_searches`, `tools` (other tools of the provider's own), `service_tier`, `service_discount` (a service tier that is no dearer), `above_limit` (more than is kept of a call); else nothing",
      "web_searches"
    ) { UsagePart.text($0.entry.unpriced) },
    text(
      "host",
      "the machine that wrote this down, so that exports of several can be put together: it is the one that exports, "
        + "whose ledger has the call", "build-07"
    ) { _ in ProcessInfo.hostName },
  ]

  private static func integer(
    _ name: String, _ summary: String, _ example: String, _ value: @escaping @Sendable (CallRecord) -> Int64?
  ) -> CallColumn {
    CallColumn(name: name, type: "integer", summary: summary, example: example, read: .integer(value))
  }

  private static func text(
    _ name: String, _ summary: String, _ example: String, _ value: @escaping @Sendable (CallRecord) -> String?
  ) -> CallColumn {
    CallColumn(name: name, type: "string", summary: summary, example: "\"\(example)\"", read: .text(value))
  }

  /// A call as one object.
  public static func object(_ call: CallRecord) -> JSONValue {
    .object(JSONObject(all.map { ($0.name, $0.value(call)) }))
  }

  /// A call's values as texts; one that is not there is empty.
  public static func texts(_ call: CallRecord) -> [String] {
    all.map { column in
      switch column.read {
      case .integer(let read): read(call).map(String.init) ?? ""
      case .text(let read): read(call) ?? ""
      }
    }
  }
}
