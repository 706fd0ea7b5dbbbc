import GuardModel
import TextFormats

/// A number that predicts trouble: its name, what it is, and its values.
public struct Metric: Sendable {
  /// What its values count.
  public enum Unit: String, Hashable, Sendable {
    /// A part of a whole, 0 to 1 where nothing else is said.
    case ratio
    /// Seconds.
    case seconds
    /// Tokens.
    case tokens
    /// Dollars.
    case dollars
    /// Things.
    case count
  }

  /// How its values move.
  public enum Kind: String, Hashable, Sendable {
    /// Up and down.
    case gauge
    /// Up only.
    case counter
  }

  /// A value, of a part where there are several.
  public struct Sample: Hashable, Sendable {
    /// What tells it from the others: `operation` and its name; none where there is one value.
    public var labels: [Label]
    /// The value.
    public var value: FixedPoint

    /// Makes a sample.
    public init(_ labels: [Label] = [], _ value: FixedPoint) {
      self.labels = labels
      self.value = value
    }
  }

  /// A name and its value.
  public struct Label: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value, which may hold anything.
    public var value: String

    /// Makes a label.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What it is, in one place for tables, JSON, Prometheus and the manual.
  public struct Definition: Hashable, Sendable {
    /// Its name in JSON and, after `llmguard_`, in Prometheus.
    public var name: String
    /// Its name for people.
    public var title: String
    /// What it is, in one sentence.
    public var meaning: String
    /// What its values count.
    public var unit: Unit
    /// How they move.
    public var kind: Kind
    /// The label its values are told apart by, if any.
    public var label: String?

    init(_ name: String, _ title: String, _ unit: Unit, kind: Kind = .gauge, label: String? = nil, _ meaning: String) {
      self.name = name
      self.title = title
      self.unit = unit
      self.kind = kind
      self.label = label
      self.meaning = meaning
    }
  }

  /// What it is.
  public var definition: Definition
  /// Its values; none when nothing happened that could tell.
  public var samples: [Sample]

  /// The most values that one metric has: the others of many are summed up as `other`.
  public static let maximumLabels = 50
}

extension Metric.Definition {
  static let exhaustion = Metric.Definition(
    "budget_exhaustion_ratio", "Users who used a budget up", .ratio,
    "The share of the users who called, or were refused, of whom at least one call was decided in `soft` or refused by a "
      + "budget: who would have gone beyond a budget (beyond the tier's `soft` of it, where that is not 100 %) in one of its "
      + "windows, with calls that went out or with one that was too large.")
  static let retryAfterWarning = Metric.Definition(
    "retry_after_warning_ratio", "Retries after a warning", .ratio,
    "The share of the calls that went out in `warn` or `soft` that asked for the same as a call before.")
  static let retry = Metric.Definition(
    "retry_ratio", "Retries", .ratio, "The share of all calls that asked for the same as a call before.")
  static let tokensPerCall = Metric.Definition(
    "tokens_per_call_average", "Tokens a call, on average", .tokens, label: "operation",
    "Tokens in and out of the calls of an operation, over the number of its calls.")
  static let pentUp = Metric.Definition(
    "reset_to_next_call_median_seconds", "From a reset to the next call, half within", .seconds,
    "Half of the times between the end (or the reset) of a budget's window in which the user had reached `soft` or was "
      + "refused by a budget, and the user's next call, are no longer than this: short ones are pent-up demand.")
  static let cached = Metric.Definition(
    "cached_ratio", "Answered from the cache", .ratio,
    "The share of the answers that came from the cache: x of it is x / (1 - x) cached ones to each that was not.")
  static let refusals = Metric.Definition(
    "refusal_ratio", "Refused", .ratio,
    "Refused calls over all that was asked for, requests that nobody can meter with it; 0.005 is 5 refusals in 1,000.")
  static let softSpend = Metric.Definition(
    "soft_spend_ratio", "Spent in the soft phase", .ratio,
    "The share of the charged tokens that calls in `soft` took.")
  static let inputError = Metric.Definition(
    "input_estimate_error_median_ratio", "Error of input estimates, half within", .ratio,
    "How well llmguard counts: half of the latest calls that the provider counted had an input that differs from its estimate "
      + "by no more than this share of that input.")
  static let estimateUse = Metric.Definition(
    "estimate_used_median_ratio", "Taken of what was held, half within", .ratio,
    "Half of the latest calls that the provider counted took no more than this share of the tokens that were held for them, "
      + "in and out; it is small where answers are short, for the longest answer that a call may get is held.")
  static let overrun = Metric.Definition(
    "overrun_ratio", "Above what was held", .ratio,
    "The share of the charged tokens that were more than was held for their calls.")
  static let queueWaitHalf = Metric.Definition(
    "queue_wait_p50_seconds", "Waiting for their turn, half within", .seconds,
    "Half of the latest calls that a limit made stand in the line waited no longer than this before they went out.")
  static let queueWaitMost = Metric.Definition(
    "queue_wait_p95_seconds", "Waiting for their turn, 95 % within", .seconds,
    "Of the latest calls that a limit made stand in the line, 95 in 100 waited no longer than this before they went out."
  )
  static let unmetered = Metric.Definition(
    "unmetered_ratio", "Unmetered", .ratio,
    "Requests that nobody can meter over all that went out to providers, such requests and calls together.")
  static let unmeteredTotal = Metric.Definition(
    "unmetered_requests_total", "Unmetered requests, ever", .count, kind: .counter,
    "Requests that nobody can meter and that went out since the ledger began.")
  static let recoveries = Metric.Definition(
    "hold_recoveries", "Holds recovered", .count,
    "Calls whose llmguard was killed, and whose charge the next one settled or gave back.")
  static let givenBack = Metric.Definition(
    "calls_given_back", "Calls that came to nothing", .count,
    "Calls that failed, or were not made, and whose charge was given back: no other number has them.")
  static let callsTotal = Metric.Definition(
    "calls_total", "Calls, ever", .count, kind: .counter, "Calls that were settled since the ledger began.")
  static let refusalsTotal = Metric.Definition(
    "refusals_total", "Refusals, ever", .count, kind: .counter, "Calls that were refused since the ledger began.")
  static let chargeTotal = Metric.Definition(
    "charge_tokens_total", "Charged tokens, ever", .tokens, kind: .counter,
    "Charged (weighted) tokens since the ledger began.")
  static let costTotal = Metric.Definition(
    "cost_dollars_total", "Cost, ever", .dollars, kind: .counter,
    "What calls cost since the ledger began, as far as it is known; those of unknown cost are counted apart.")
  static let cachedTotal = Metric.Definition(
    "cached_calls_total", "Answers from the cache, ever", .count, kind: .counter,
    "Calls that were answered from the cache since the ledger began.")
  static let userChargeTotal = Metric.Definition(
    "user_charge_tokens_total", "Charged tokens of a user, ever", .tokens, kind: .counter, label: "user",
    "Charged (weighted) tokens since the ledger began, of the users with the most.")
  static let userCostTotal = Metric.Definition(
    "user_cost_dollars_total", "Cost of a user, ever", .dollars, kind: .counter, label: "user",
    "What calls cost since the ledger began, as far as it is known, of the users with the most.")
  static let userRefusalsTotal = Metric.Definition(
    "user_refusals_total", "Refusals of a user, ever", .count, kind: .counter, label: "user",
    "Calls that were refused since the ledger began, of the users with the most.")
  static let unknownCostTotal = Metric.Definition(
    "calls_of_unknown_cost_total", "Calls of unknown cost, ever", .count, kind: .counter,
    "Calls whose price or discount was not known, wholly or in part, since the ledger began: a price that is not known is in no "
      + "sum, and a discount is taken off none.")
  static let costAtMostTotal = Metric.Definition(
    "calls_of_cost_at_most_total", "Calls of unknown discount, ever", .count, kind: .counter,
    "Of the calls of unknown cost, those of which a discount alone was not known since the ledger began: the sums hold the most "
      + "that they can have cost.")
  static let costAboutTotal = Metric.Definition(
    "calls_of_cost_about_total", "Calls of a cost that may be more or less, ever", .count, kind: .counter,
    "Of the calls of unknown cost, those that may have cost more or less than the sums hold, since the ledger began: a price and "
      + "a discount were not known.")
}
