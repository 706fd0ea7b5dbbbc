import TextFormats

/// A key of `llmguard.toml`: known to the reader, the template, `config show` and the man page.
public struct ConfigKey: Hashable, Sendable {
  /// Where it stands; `NAME` stands for any name: `tier.NAME.budgets`.
  public let path: String
  /// The type of its value.
  public let type: String
  /// What holds without it, as TOML; empty when nothing does.
  public let defaultValue: String
  /// One line.
  public let summary: String
  /// A value as an example, as TOML.
  public let example: String

  /// All keys, in the order of the manual.
  public static let all: [ConfigKey] = [
    key(
      "timezone", "string", "", "the time zone in which days, weeks and months begin; the machine's when not set",
      #""Europe/Berlin""#),
    key("default_tier", "string", #""default""#, "the tier of users that nobody gave one", #""default""#),
    key(
      "fail_open", "boolean", "false", "whether commands run unmetered, with a warning, when the ledger cannot be used",
      "false"),
    key(
      "unknown_price", "string or table", #""refuse""#,
      "what happens to a model without a known price where a money budget applies: `refuse`, or a price to assume",
      "{ input = 5.00, output = 15.00 }"),
    key(
      "abandoned_holds", "string", #""charge""#,
      "what becomes of the hold of a run that was killed: `charge` its estimate, or `void` it", #""charge""#),
    key("lock_wait", "duration", #""10s""#, "how long to wait for other processes that use the ledger", #""10s""#),
    key(
      "default_max_tokens", "integer", "1000", "the output expected of a call that says no maximum and has no history",
      "1000"),
    key(
      "prefer", "string", #""model""#,
      "what a call gives up first in the soft phase: its `model`, its `length`, or time (`delay`); `llmguard prefer` comes before it",
      #""length""#),
    key("queue_wait", "duration", #""2min""#, "how long a call waits for its turn before it is refused", #""10min""#),
    key("results_ttl", "duration", #""7d""#, "how long what submitted calls left is kept", #""1d""#),
    key(
      "run.budget", "amount, or two", "",
      "what each run may take at most, in tokens, money, or one of each, where neither `--run-budget` nor `llmguard budget cap` says",
      #"["50k tokens", "$0.50"]"#),
    key("run.max_calls", "integer", "", "the most calls a run may make, where `--max-calls` does not say", "200"),
    key(
      "run.max_duration", "duration", "",
      "after which time no call of a run goes out, where `--max-duration` does not say", #""2h""#),
    key(
      "run.fail_on_refusal", "boolean", "false",
      "whether a run ends with 75 where its command ended with 0 and any of its calls was refused, unless `--no-fail-on-refusal` is given",
      "true"),
    key(
      "cache.mode", "string", #""auto""#,
      "what calls want of the cache that do not say: `auto`, the answer to the same request or the same intent; `similar`, to a similar one, too; `off`, none",
      #""auto""#),
    key(
      "cache.scope", "string", #""user""#, "whose answers a call may be given: those of its `user`, `tier`, or `all`",
      #""tier""#),
    key(
      "cache.near_limit", "string", #""offer""#,
      "what happens to a similar answer when a budget is nearly used up: `offer` names it; `serve` gives it in the soft phase and, in the hard one, in place of a refusal",
      #""serve""#),
    key(
      "cache.ttl", "duration, or an array of one or four", #"["1d", "3d", "7d", "14d"]"#,
      "how long an answer is good, in the phases ok, warn, soft and hard, none shorter than the one before",
      #"["1h", "6h", "1d", "7d"]"#),
    key(
      "cache.similarity", "number, or four", "[0.9, 0.85, 0.8, 0.75]",
      "how alike a similar request must be, 0 to 1, in the phases ok, warn, soft and hard, none higher than the one before",
      "[0.95, 0.9, 0.85, 0.8]"),
    key(
      "cache.hit_charge", "number", "0",
      "what part of the tokens that a call would be charged an answer from the cache is charged, 0 to 1 with at most three decimals; it takes no money",
      "0.1"),
    key("cache.max_bytes", "integer", "536870912", "the most bytes the cache keeps, 1048576 at least", "104857600"),
    key("cache.max_entry_bytes", "integer", "4194304", "the most bytes of one answer that is kept", "1048576"),
    key(
      "cache.judge.model", "string", "",
      "a cheap model that is asked whether a similar request wants the same answer, where no rule can tell and asking costs less than it may save; nobody is asked without it. It has five tokens to say yes or no, so one that thinks first (a reasoning model) cannot be it",
      #""gpt-4o-mini""#),
    key(
      "tier.NAME.budgets", "array of budgets", "[]",
      "the tier's limits; the tightest decides, and without any nothing is limited (the tier `default` has 1M tokens a day unless it says otherwise). A limit counts the calls that are made while it applies: a new one begins at nothing, whatever was used before",
      #"["200k tokens/day", "$5/month"]"#),
    key(
      "tier.NAME.self_grant", "array of budgets", "[]",
      "what users may book themselves on top of their budgets in each window, at most: `llmguard budget grant --self`; no budget that refills, for that has no windows",
      #"["50k tokens/day"]"#),
    key(
      "tier.NAME.warn", "integer", "80",
      "from this percentage of a limit on, with the call itself, calls go out with a warning; 1 to 1000, and no more than `soft`",
      "80"),
    key(
      "tier.NAME.soft", "integer", "100",
      "from this percentage on, calls go out degraded by the ladder, and with `--no-degrade` are refused; no more than `hard`. A budget in calls is not degraded for, as a cheaper call is a call, too",
      "100"),
    key(
      "tier.NAME.hard", "integer", "120",
      "above this percentage, calls are refused, 1 to 1000; of a budget in calls never more than 100 % goes out", "120"),
    key(
      "tier.NAME.escalation", "array of numbers", "[1, 1, 1.5, 2, 3]",
      "what the first call, its first retry, its second, … are charged, as a factor from 1 to 1000, none below the one before; the last one stays",
      "[1, 1.5, 2]"),
    key(
      "tier.NAME.retry_window", "duration", #""30min""#, "how long asking for the same again counts as a retry",
      #""1h""#),
    key(
      "tier.NAME.concurrency", "integer", "",
      "the most calls each user may have under way at once; more wait their turn",
      "4"),
    key("tier.NAME.calls_per_minute", "integer", "", "the most calls each user may start in a minute; more wait", "60"),
    key(
      "tier.NAME.tokens_per_minute", "integer", "",
      "the most estimated tokens in the calls each user starts in a minute; more wait", "100000"),
    key("tier.NAME.cache", "string", "", "as `mode` in `[cache]`; `off` keeps its calls out of it", #""off""#),
    key("tier.NAME.near_limit", "string", "", "as in `[cache]`", #""serve""#),
    key("tier.NAME.cache_ttl", "duration, or an array of one or four", "", "as `ttl` in `[cache]`", #""1h""#),
    key(
      "tier.NAME.ladder.models", "table", "the built-in chains",
      "for each model the next cheaper one; followed as a chain, past models that are dearer for the call; of a budget in tokens it "
        + "takes as much, unless its `weight` is less",
      #"{ "gpt-4o" = "gpt-4o-mini" }"#),
    key("tier.NAME.ladder.max_tokens", "integer", "1000", "the most output tokens a degraded call may ask for", "1000"),
    key("tier.NAME.ladder.delay", "duration", #""1s""#, "how long a degraded call waits before it goes out", #""1s""#),
    key(
      "operation.NAME.weight", "number", "1",
      "a factor on the charge of its calls, 0 to 1000 with at most three decimals", "1.5"),
    key(
      "operation.NAME.budgets", "array of budgets", "[]", "quotas of each user for this operation", #"["20 calls/day"]"#
    ),
    key("operation.NAME.escalation", "array of numbers", "the tier's", "as in a tier", "[1]"),
    key("operation.NAME.retry_window", "duration", "", "as in a tier", #""10min""#),
    key(
      "operation.NAME.priority", "string", #""normal""#,
      "`high`, `normal` or `low`: half a minute's head start in the waiting line, none, or half a minute's handicap",
      #""high""#),
    key(
      "operation.NAME.max_tokens_per_call", "integer", "",
      "the most tokens, input and output, that one call may take: its maximum of output tokens is lowered to fit where that can be done, else the call is refused, as all are that take no maximum (`chatgpt`'s)",
      "8000"),
    key(
      "operation.NAME.max_cost_per_call", "amount of money", "",
      "the most that one call may cost, likewise; a model without a known price is refused", #""$0.50""#),
    key("operation.NAME.cache", "string", "", "as `mode` in `[cache]`; `off` keeps its calls out of it", #""off""#),
    key("operation.NAME.near_limit", "string", "", "as in `[cache]`", #""serve""#),
    key("operation.NAME.cache_ttl", "duration, or an array of one or four", "", "as `ttl` in `[cache]`", #""7d""#),
    key(
      "operation.NAME.ladder.models", "table", "the tier's", "the operation's own ladder, in place of the tier's",
      #"{ "gpt-4o" = "gpt-4o-mini" }"#),
    key("operation.NAME.ladder.max_tokens", "integer", "", "as in a tier", "500"),
    key("operation.NAME.ladder.delay", "duration", "", "as in a tier", #""2s""#),
    key(
      "rule.operation", "string", "",
      "what the calls that fit this rule are for, unless `--op`, LLMGUARD_OP or a header says; rules are tried in the order of the file, the system's first, and the first that fits counts",
      #""review""#),
    key("rule.route", "string", "", "the path of the URL, where `*` stands for anything", #""*/chat/completions""#),
    key("rule.model", "string", "", "the model, where `*` stands for anything", #""gpt-4o*""#),
    key("rule.client", "string", "", "the client, where `*` stands for anything", #""llm""#),
    key(
      "rule.script", "string", "",
      "the script or program, likewise: its whole path where a slash is in the pattern, else its name",
      #""nightly-*.sh""#),
    key(
      "rule.instruction", "string", "",
      "a POSIX extended expression that the instruction holds, without regard to case", #"'review|find bugs'"#),
    key(
      "user.NAME.tier", "string", "the default tier", "the user's tier; `llmguard user set-tier` comes before it",
      #""default""#),
    key(
      "user.NAME.budgets", "array of budgets", "[]",
      "the user's own limits; each replaces the tier's of the same unit and window", #"["500k tokens/day"]"#),
    key("user.NAME.self_grant", "array of budgets", "the tier's", "as in a tier, in place of it", #"["$1/month"]"#),
    key(
      "model.NAME.weight", "number", "1",
      "a factor on what the model's calls are charged in tokens, as an operation's: less than 1 lets a budget in tokens last longer on a cheaper model",
      "0.1"),
    key(
      "model.NAME.price", "table", "the price list's",
      "the model's price in dollars per million tokens: `input`, `output`, and where they cost otherwise `cached_input`, `cache_write`, "
        + "`cache_write_1h`, `reasoning`, `audio_input`, `audio_output`; `web_search` in dollars per thousand searches, and `tool_use` per "
        + "thousand uses of any other tool of the provider's own (where they differ, the dearest is safe); and `as_of`, the day it was read. Tables inside of it, `flex`, `priority`, `ultrafast`, `batch`, `fast`, `us`, `fast_us` and (in these, too) `above_200k` or another "
        + "number, hold what differs in a service tier or above so many input tokens",
      #"{ input = 2.50, output = 10.00 }"#),
    key(
      "model.NAME.concurrency", "integer", "", "the most calls of the model under way at once, of all users together",
      "8"
    ),
    key("model.NAME.calls_per_minute", "integer", "", "the most calls of the model that start in a minute", "500"),
    key("model.NAME.tokens_per_minute", "integer", "", "the most estimated tokens in them", "200000"),
    key(
      "provider.NAME.base", "string", "the provider's own address",
      "where the calls of a provider go: the address that its clients take for a base. A new name makes a provider of "
        + "any server that speaks OpenAI's, Anthropic's, Gemini's or Ollama's form",
      #""https://llm.example.com/v1""#),
    key(
      "provider.NAME.variables", "array of strings", "the built-in ones",
      "variables that tell clients another base; `run` points them at its gateway", #"["EXAMPLE_BASE_URL"]"#),
    key(
      "provider.NAME.deployments", "table", "{}",
      "for each name that its calls give in place of a model the model behind it, as Azure has deployments; a call is "
        + "degraded by naming the deployment of a cheaper model, where there is one",
      #"{ "our-chat" = "gpt-4o", "our-small-chat" = "gpt-4o-mini" }"#),
    key(
      "provider.NAME.concurrency", "integer", "",
      "the most calls under way at once at the provider, of all users and models together; of calls that pass the gateway",
      "16"),
    key("provider.NAME.calls_per_minute", "integer", "", "the most calls that start there in a minute", "1000"),
    key("provider.NAME.tokens_per_minute", "integer", "", "the most estimated tokens in them", "400000"),
    key(
      "provider.NAME.idle_timeout", "duration", #""10min""#,
      "how long nothing may come from the provider before a call is given up: a model that thinks for longer before its first word, "
        + "without a stream, needs more; 1min to 24h",
      #""30min""#),
    key(
      "client.NAME.program", "string", "the client's name", "the name of a command that makes one LLM call", #""mycli""#
    ),
    key(
      "client.NAME.required_words", "array of strings", "[]", "words of which one must be among its arguments",
      #"["ask"]"#),
    key(
      "client.NAME.model_options", "array of strings", "[]", "its options that hold the model", #"["-m", "--model"]"#),
    key(
      "client.NAME.model_is_operand", "boolean", "false",
      "whether the first argument after the required word is the model", "false"),
    key(
      "client.NAME.max_tokens_option", "array of strings", "[]", "the words before its maximum of output tokens",
      #"["--max-tokens"]"#),
    key(
      "client.NAME.prompt_options", "array of strings", "[]", "options whose values are part of the prompt",
      #"["--system"]"#),
    key(
      "client.NAME.prompt_file_options", "array of strings", "[]",
      "options that name a file that is part of the prompt", #"["--file"]"#),
    key(
      "client.NAME.body_options", "array of strings", "[]", "options whose values are a JSON request body, or `@FILE`",
      #"["--data"]"#),
    key("client.NAME.value_options", "array of strings", "[]", "other options with a value", #"["--format"]"#),
    key(
      "client.NAME.conversation_options", "array of strings", "[]",
      "words that say that the call goes on with an earlier conversation, and so asks for something new",
      #"["--continue"]"#),
    key(
      "client.NAME.only_answers", "boolean", "false",
      "whether a call does nothing but answer, so that it can be answered from the cache, and asking again is a retry",
      "true"),
    key(
      "client.NAME.unseen_options", "array of strings", "[]",
      "words with which a call does more, or is asked something that its command line does not show: such a call is never answered from the cache, nor a retry",
      #"["--tool", "--template"]"#),
    key("client.NAME.reads_input", "boolean", "true", "whether piped standard input is part of the prompt", "true"),
    key(
      "client.NAME.usage", "string", #""none""#,
      "`reply` when its output is the provider's JSON reply, which says what was used", #""reply""#),
    key(
      "client.NAME.usage_input", "string", "",
      "a POSIX extended expression whose group is the number of input tokens it prints; `usage_output` must stand beside it",
      #"'in: ([0-9]+)'"#),
    key("client.NAME.usage_output", "string", "", "the same for output tokens", #"'out: ([0-9]+)'"#),
    key("client.NAME.usage_on_error", "boolean", "false", "whether it prints them on standard error", "true"),
    key(
      "notify.command", "array of strings", "[]",
      "a command, with its arguments, that is told of events: one event as JSON on its standard input (its `message` is a line for people, `level_percent` the share of a budget that was reached), once for each user, budget, phase and window; eight run at once beside a ledger, 64 more wait, and what comes on top of these is not told, but recorded; a run says where that failed, and so do `config check` and `doctor`",
      #"["/usr/local/bin/tell-us", "--quiet"]"#),
    key(
      "notify.events", "array of strings",
      #"["phase", "refusal", "budget", "burn_rate", "price_unknown", "ledger"]"#,
      "what it is told: a later `phase`, a `refusal`, 50, 80, 100 and 120 % of a `budget` (the highest alone, where one call passes several), a `burn_rate` four times the user's usual, a `price_unknown`, trouble with the `ledger`",
      #"["refusal", "ledger"]"#),
    key("notify.timeout", "duration", #""10s""#, "how long it may take before it is ended", #""10s""#),
    key(
      "lock.keys", "array of strings", "[]",
      "in the system file: keys, or tables of keys, that neither the user's file nor the environment nor a command may change: a locked budget can be lowered but not raised, topped up (but for `self_grant`) or taken back to zero, and `default_tier` keeps users in their tiers. To lock limits, lock `tier`, `user` and `default_tier` together: no file of a user then changes what calls are charged either (`weight` of operations and models, `escalation` of operations, `deployments` of providers, `usage_input` and `usage_output` of clients, `abandoned_holds`, `unknown_price`). Lock `model` too where budgets are in money, for it says what calls cost, and `operation` for its quotas. A lock binds llmguard and its files, not the person: on an account of their own, people can name another user (`--user`) or ledger (`LLMGUARD_LEDGER`), state what a call takes (`--estimate`) or what it is for (`--op`), or call without llmguard. Whom that matters for needs `llmguard serve` under an account of its own",
      #"["default_tier", "tier", "user"]"#),
  ]

  private static func key(
    _ path: String, _ type: String, _ defaultValue: String, _ summary: String, _ example: String
  ) -> ConfigKey {
    ConfigKey(path: path, type: type, defaultValue: defaultValue, summary: summary, example: example)
  }

  /// A key as TOML writes it, from its parts: `model."gpt-4.1".price`.
  static func text(of parts: [String]) -> String { parts.map(TOMLWriter.key).joined(separator: ".") }

  /// Whether a key, or a table of keys, of these parts exists.
  static func exists(_ parts: [String]) -> Bool {
    all.contains { key in
      let schema = key.path.split(separator: ".")
      return parts.count <= schema.count && zip(schema, parts).allSatisfy { $0 == $1 || $0 == "NAME" }
    }
  }

  /// The keys that may stand in a table: `tier.free.ladder` gives `models`, `max_tokens`, `delay`.
  static func names(in table: [String]) -> [String] {
    var names: [String] = []
    for key in all {
      let parts = key.path.split(separator: ".").map(String.init)
      guard parts.count > table.count,
        zip(parts, table).allSatisfy({ $0 == $1 || $0 == "NAME" })
      else { continue }
      let next = parts[table.count]
      if !names.contains(next) { names.append(next) }
    }
    return names
  }
}
