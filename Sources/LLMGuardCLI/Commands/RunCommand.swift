import CommandSpec
import GuardModel

/// `llmguard run`: guards one command.
enum RunCommand {
  static let user = NamedUser.option("who is charged", isActing: true)
  static let operation = Option<String>(
    "--op", "-o", metavar: "NAME", summary: "what the call is for", environment: "LLMGUARD_OP",
    defaultText:
      "as the first rule that fits says, else the client's name, else the endpoint's: chat, completion, embedding",
    completion: .names(kind: "operations"), read: Readers.operation)
  static let model = Option<String>(
    "--model", "-m", metavar: "NAME", summary: "the model the command uses, where its arguments do not say",
    details: "The command learns what it should use from {model} in its arguments or from LLMGUARD_MODEL.",
    completion: .names(kind: "models"), read: Readers.name("model"))
  static let maxTokens = Option<Int64>(
    "--max-tokens", "-n", metavar: "N", summary: "the most output tokens that a call may ask for",
    details:
      "A request that asks for more, or states no maximum, is sent with this one; one that asks for more "
      + "answers than that is refused. A command that llmguard does not know learns "
      + "what it may use from {max_tokens} in its arguments or from LLMGUARD_MAX_TOKENS.",
    read: { text in
      Int64(text) == 0
        ? .failure(ValueProblem("leaves no room for an answer: give 1 or more ('run --max-calls 0' lets no call out)"))
        : ValueReader.wholeNumber(1...1_000_000_000_000)(text)
    })
  static let estimate = Option<Int64>(
    "--estimate", metavar: "N", summary: "the whole call's tokens, in place of an estimate",
    read: ValueReader.wholeNumber(0...Int64.max))
  static let promptFrom = Option<String>(
    "--prompt-from", metavar: "WHAT", summary: "where the prompt is: stdin, args, or a file",
    details:
      "Without it the prompt is the arguments, and standard input where it is a pipe or a file, or the client reads it.",
    completion: .file)
  static let cache = Option(
    "--cache", metavar: "WORD", summary: "what the cache may do: auto, off, refresh, only or similar",
    details:
      "`auto` gives the stored answer to the same request, or to the same intent in other words; `similar` also to "
      + "a similar one; `only` lets nothing go out; `refresh` goes out and replaces what is stored; `off` does neither.",
    configKey: "cache.mode", defaultText: "auto", completion: .words(CacheMode.allCases.map(\.rawValue)),
    read: ValueReader.choice(CacheMode.self))
  static let noCache = Flag("--no-cache", summary: "make the call anew, as --cache refresh; that is a retry")
  static let noDegrade = Flag("--no-degrade", summary: "refuse instead of sending a cheaper call")
  static let failOpen = Flag(
    "--fail-open", summary: "run the command unmetered when the ledger cannot be used",
    details: "The variable takes 1, true, yes or on, and 0, false, no or off.", environment: "LLMGUARD_FAIL_OPEN",
    configKey: "fail_open", negation: "run nothing when the ledger cannot be used")
  static let priority = Option(
    "--priority", "-p", metavar: "WORD", summary: "how urgent it is where calls wait: high, normal or low",
    environment: "LLMGUARD_PRIORITY", defaultText: "the operation's, else normal",
    completion: .words(Priority.allCases.map(\.rawValue)), read: ValueReader.choice(Priority.self))
  static let wait = Option<Int64>(
    "--wait", metavar: "DURATION", summary: "how long to wait for room before the call is refused; 0: not at all",
    configKey: "queue_wait", defaultText: "2min", read: Readers.duration)
  static let noGateway = Flag(
    "--no-gateway", summary: "do not catch the command's calls; meter it by its text alone",
    details: "Then COMMAND counts as one call, whatever it is, and what it calls inside is not seen.")
  static let isolate = Flag(
    "--isolate", summary: "let the command reach the gateway and nothing else",
    details:
      "It runs in a network of its own (Linux namespaces; no privilege is needed where the kernel allows them), so that "
      + "no call of it can go past the gateway: not with an absolute path, not with an emptied environment. Nor does it reach "
      + "any other server, on this machine or elsewhere: it can open no Unix sockets either (of Docker, a tmux server, an "
      + "agent for keys), except pairs of them among its own processes. What it does with files, and with streams that it was "
      + "given open, is not barred: a file or a FIFO that a program outside acts upon still leads out. Programs of "
      + "32 bits end at once, and set-user-id programs are no more than others.")
  static let unixSockets = Flag(
    "--unix-sockets", summary: "with --isolate: let the command use Unix sockets all the same",
    details: "For a local database, say. Whoever listens at one may then pass its calls on, past the gateway.")
  static let strict = Flag(
    "--strict", summary: "refuse requests to providers that cannot be metered",
    details:
      "At the end it warns of connections that went past the gateway to the port of HTTPS, or to one at which a provider is "
      + "known: which program of the command, and to whom (`past_gateway` in the receipt). They are looked for many times a "
      + "second, and not barred; what is over between two looks is not seen, nor a process of another user's. Whether one was a "
      + "call (of `git` or `pip` it is none) nobody can tell. `--isolate` bars "
      + "all of them. In a JUnit report each is a failure, and `--fail-on-refusal` fails the run for it.")
  static let retries = Option<Int64>(
    "--retries", metavar: "N", summary: "how often a call that the provider turned away is sent again",
    details:
      "It is sent again only while no answer has begun, after the time that the provider asks for, else after one that "
      + "grows.",
    defaultText: "0", read: ValueReader.wholeNumber(0...20))
  static let runBudget = Option<StatedAmount>(
    "--run-budget", metavar: "AMOUNT",
    summary: "what all calls of the run may take: '50k tokens', '$0.50', '20 calls', or nothing: '0 tokens'",
    details:
      "It is taken as a budget is, before a call leaves, beside the user's own budgets. Calls that pass the gateway "
      + "count. Without it, and the two options below, what `llmguard budget cap` says holds, else the configuration.",
    configKey: "run.budget", read: StatedAmount.read)
  static let maxCalls = Option<Int64>(
    "--max-calls", metavar: "N", summary: "how many calls the run may make through the gateway; 0: none",
    configKey: "run.max_calls",
    read: ValueReader.wholeNumber(0...1_000_000_000))
  static let maxDuration = Option<Int64>(
    "--max-duration", metavar: "DURATION", summary: "after which time no call of the run goes out any more",
    details: "The command itself runs on; with 0 it makes no call.", configKey: "run.max_duration",
    read: Readers.duration)
  static let failOnRefusal = Flag(
    "--fail-on-refusal", summary: "end with 75 when any call was refused or dropped and the command ended with 0",
    details:
      "For CI: a script need not look at its calls. What a server (`llmguard serve`) refused that they went to counts as well. Dropped "
      + "is what llmguard itself could not send: it could not be read, or not recorded; and with `--strict` what went past the gateway. A call that its provider did not answer, or answered with an error, is neither: in a JUnit report it is a failure, "
      + "and the status stays the command's. Another exit status of the command, or a signal, stays, too.",
    configKey: "run.fail_on_refusal", negation: "end as the command did, whatever became of its calls")
  static let dryRun = Flag("--dry-run", summary: "print what would happen, and run nothing")
  static let json = Flag("--json", summary: "with --dry-run or --detach: print one JSON object, for programs")
  static let receipt = Option<String>(
    "--receipt", metavar: "PATH|fd:N", summary: "write a JSON receipt there",
    details:
      "Of files nothing is written over but an earlier receipt, or report in JSON; that says from the command's start on, or its "
      + "wait for it, that the run has not ended. One that cannot be written ends a run with 74 that would end with 0, and leaves no earlier one. Where llmguard itself failed and the command was "
      + "not started, it says so; a command line that is wrong changes no file.", completion: .file,
    read: Receipt.readTarget)
  static let requireFit = Flag(
    "--require-fit", summary: "hold what nine of ten runs need first, and do not start when it does not fit",
    details:
      "What the runs of the command needed is taken from the ledger's history: the most that they had used and held at once. "
      + "A command is known by its name, and a script by its own behind an interpreter (`bash nightly.sh`, `uv run nightly.py`), without folders: scripts of one name share one history. "
      + "Its calls draw from what is held, and the "
      + "rest goes back at the end. Below nine runs nothing is held, and that is said; where nothing is left of a "
      + "budget, it is not started.")
  static let detach = Flag(
    "--detach", summary: "print an id and leave; the call goes on without its terminal, see 'submit'")
  static let quiet = Flag(
    "--quiet", "-q", summary: "say nothing but errors and refusals",
    details:
      "An answer from the cache that may not be what was asked for (to a similar request, or past its age) is marked all "
      + "the same.")

  static let name = "run"

  static let command = Command<CLIHandler>(
    name,
    summary: "Run a command and guard its LLM calls: estimate before, settle after",
    description: [
      "COMMAND is a script, or one LLM call. Its streams, its exit status and its signals are untouched. Where its output "
        + "and its errors go to one place and are both read, what it writes to both within the same moment can change "
        + "places.",
      "While it runs, a gateway stands on a port of 127.0.0.1 that only COMMAND is told of. The variables with which LLM "
        + "clients are told an address (OPENAI_BASE_URL, ANTHROPIC_BASE_URL, OLLAMA_HOST, GOOGLE_GEMINI_BASE_URL and "
        + "others) lead there, and from there to where you set them; one that holds no address stops the run before it starts. "
        + "`curl`, `wget`, `http`, `https`, `codex` and `sgpt` are found first in a private folder on "
        + "PATH, where they are led there too. Each call is estimated and held on every budget of the user before it "
        + "goes on, its answer is passed on as it arrives, and it is settled by the provider's own figures. A refused call is "
        + "answered with status 429 in the provider's own form. Keys pass through and are never written. A program that is "
        + "called by its whole path, or has an address of its own in a file, is not caught. The gateway ends with COMMAND: calls of "
        + "what a script leaves running reach nobody any more, and a warning names it; let the script end with `wait`, or lead "
        + "what is to go on to `llmguard serve`.",
      "A command that is one call (a client that llmguard knows, or any with --prompt-from, --model, --max-tokens, "
        + "--estimate, `{model}` or `{max_tokens}`) is metered by its text as well: its prompt is its arguments and its standard "
        + "input, where that is a pipe or a file. Of a command that llmguard does not know nothing is taken: of a pipe what waits "
        + "at the start is counted, and a note says so where more may have passed; a file is held whole and charged as far as "
        + "the command has read it; `--prompt-from stdin` counts either to its end. Its answer is its standard output, and its charge "
        + "is held before it starts. When its call then passes the gateway, that call takes the place of the hold in one step, so it is charged once, by exact figures.",
      "A run inside a guarded script joins the run around it: it uses that run's gateway and charges nothing twice. Its "
        + "options hold for its own calls, beside the outer run's caps and `--strict`; `--receipt`, `--summary` and `--report` "
        + "tell of its own calls; its user is the outer run's. `--no-gateway` and `--isolate` cannot be had there. A script may say what a single call is for in the "
        + "header field `x-llmguard-op` of its request, unless `--op` or LLMGUARD_OP have said it for all. A call that is submitted "
        + "there goes on when the script is over: it has a gateway of its own, stands under its own id, and goes by the options of the "
        + "run around it beside its own. Where that has caps, or something is held for its calls, or with `--isolate`, it is part of it "
        + "instead, and its calls reach nobody any more when that ends: let the script end with `llmguard queue wait ID`.",
      "Near a limit the call is degraded before it is refused. What counts is what a budget comes to with the call itself, "
        + "beside what is used and held: from 80 % on you are warned; from 100 % on the "
        + "call goes to a cheaper model, with fewer output tokens and after a short delay; above 120 % it is refused, and "
        + "you are told when it opens again. Without any configuration everybody has 1M tokens a day.",
      "The model and the maximum are changed on the command line of clients that llmguard knows (`llm`, `ollama run`, "
        + "`aichat`, `mods`, `sgpt`, `claude -p`, `codex exec`, `gemini -p`, `llama-cli`, and a JSON body of `curl -d`), "
        + "and for any other command through `{model}` and `{max_tokens}` in its arguments or the variables LLMGUARD_MODEL "
        + "and LLMGUARD_MAX_TOKENS; a place that nothing is known for stays as it is, and a warning says so. Where the command prints the provider's usage, the settlement is exact; otherwise it "
        + "is counted from the text and marked as estimated.",
      "What the call is for decides its price and quotas. Where `--op` or LLMGUARD_OP do not say, the first `[[rule]]` of the "
        + "configuration that fits does: by the model, the client, the path of the script or of the URL, or an expression "
        + "that the instruction holds. Where none fits, a command that is one call is for "
        + "its client's name, else `default`; a call of a script is for `chat`, `completion` or `embedding`, by its endpoint. "
        + "What `--op` and the header say is the configuration's operation of that name, whatever its capitals. An operation may also allow "
        + "a call so many tokens, or so much money, at most: then its maximum is lowered, or it is refused.",
      "Asking for the same again within half an hour gets dearer: from the second retry on the tokens are charged 1.5, 2 and "
        + "3 times, and you are told before. A call that failed upstream does not count. The tier's and the operation's "
        + "`escalation` and `retry_window` change it.",
      "Before that, the cache is looked at: the same request, or the same intent in other words, is given the stored answer, "
        + "at no charge, and one line says so. By itself it answers calls of known clients that do nothing but answer, whose "
        + "whole prompt has been seen (not of agents such as `claude` and `codex`, nor with options for tools, templates "
        + "or attachments; of `curl` only calls of a model whose reply tells its usage). Everything but the wording must be "
        + "equal: the other arguments, the input, the files, the model. For a command of your own give both `--prompt-from` "
        + "and `--cache`. A call that failed is never stored.",
    ],
    options: [
      user.spec, operation.spec, model.spec, maxTokens.spec, estimate.spec, promptFrom.spec, cache.spec, noCache.spec,
      noDegrade.spec, failOpen.spec, priority.spec, wait.spec, noGateway.spec, isolate.spec, unixSockets.spec,
      strict.spec,
      runBudget.spec, maxCalls.spec, maxDuration.spec, failOnRefusal.spec,
      retries.spec, dryRun.spec, json.spec, receipt.spec, requireFit.spec, detach.spec,
      GuardedRun.summary.spec, GuardedRun.report.spec, quiet.spec,
    ],
    operands: [
      OperandSpec("COMMAND", summary: "the command to run, with its arguments", count: .rest, completion: .program)
    ],
    examples: [
      Example("llmguard run -- llm -m gpt-4o 'three names for a cat'", "Meter one call of a known client."),
      Example("llmguard run ./nightly.sh", "Meter every call that a script makes, whatever makes it."),
      Example(
        "llmguard run --run-budget '50k tokens' --max-calls 200 ./agent.sh", "Keep one run within bounds of its own."),
      Example(
        "git diff | llmguard run --op review -- llm -m gpt-4o 'review this'",
        "Name what the call is for; the diff is prompt."),
      Example(
        "llmguard run --dry-run -- llm -m gpt-4o 'hello'", "See estimate, price, phase and budgets; run nothing."),
      Example(
        "llmguard run -m gpt-4o -n 500 -- ./ask.sh '{model}' '{max_tokens}'",
        "Let a script of your own take what the guard allows."),
    ],
    exitStatuses: [
      Term("N", "the command's own exit status; a command ended by a signal ends llmguard by the same signal"),
      Term(
        "74",
        "the command ended with 0, and what it wrote could not be written on, or a receipt or a report that was asked for could not be "
          + "written. Its calls are settled"),
      Term(
        "75",
        "refused: the command was not started; or it is a client that llmguard knows, its call was refused on its way, and "
          + "it failed; or it ended with 0, and --fail-on-refusal found a call that was refused, or that llmguard itself could "
          + "not send, or with --strict a connection past the gateway. A script else ends with its own status, whatever became of its calls"
      ),
      Term(
        "125",
        "llmguard itself failed, or cannot understand its command line or configuration; the command was not started, unless "
          + "--fail-open and a ledger that cannot be used"),
      Term("126", "the command cannot be executed"), Term("127", "the command was not found"),
    ],
    environment: [
      Term("LLMGUARD_MODEL", "set for the command: the model it should use"),
      Term("LLMGUARD_MAX_TOKENS", "set for the command: the most output tokens it may ask for"),
      Term("LLMGUARD_PHASE", "set for the command: ok, warn or soft"),
      Term("LLMGUARD_RUN", "set for the command: the run's id"),
      Term("LLMGUARD_USER", "the same as `--user`, which comes before it; set for the command: who is charged"),
      Term(
        "LLMGUARD_PROGRAM",
        "set for the command: its program, to which a run inside it counts its calls and by which it forecasts"),
      Term(
        "LLMGUARD_ENVELOPE",
        "set for the command where a share of the budgets is held for it (--require-fit): what names that share"),
      Term(
        "LLMGUARD_GATEWAY",
        "set for the command: the gateway's address, which a run inside it joins; a provider's name behind it leads there"
      ),
      Term(
        "LLMGUARD_ORIGINS",
        "set for the command where variables such as OPENAI_BASE_URL led to servers of your own: those servers, to which a run "
          + "that begins in the command when its gateway is gone sends its calls"),
      Term(
        "LLMGUARD_CAPS",
        "set for the command of a run that was given caps (--max-calls, --max-duration, --run-budget): them, without which no run "
          + "begins in the command when its gateway is gone, unless it is given caps of its own"),
      Term(
        "LLMGUARD_REHEARSAL",
        "set for the command of `llmguard doctor`: the dead end that it is rehearsed before, as is the command of a run in it"
      ),
      Term(
        "LLMGUARD_FLIGHT",
        "set for the command where others wait for its answer: what names that, for which a run inside it does not wait"
      ),
      Term(
        "LLMGUARD_REQUEST",
        "set for the process that makes a submitted call, and taken out of its environment: the call's id; from anybody "
          + "else it means nothing"),
      Term("NO_PROXY", "set for the command: what it was, and this machine"),
      Term(
        "WGETRC", "where wget's settings are, as wget(1) reads it; set for a wget whose settings do not fit the gateway"
      ),
      Term(
        "CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR",
        "whom the gateway trusts besides the system's authorities, as curl(1) reads them"),
      Term(
        "HTTPS_PROXY, http_proxy, ALL_PROXY",
        "the proxies by which the gateway reaches providers, as curl(1) reads them: for addresses with http:// it reads "
          + "`http_proxy` in small letters alone, and the others in either"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    do throws(Failure) {
      if arguments[SharedOptions.json], !arguments[dryRun], !arguments[detach] {
        throw Failure(
          "'--json' prints what --dry-run or --detach say, and neither is given",
          hint: "what the run took: --receipt FILE, --receipt fd:3 3>FILE, or --report json:FILE",
          status: Failure.Status.usage)
      }
      if !arguments[dryRun], !arguments[detach], try OuterRun.isRehearsed() {
        return RehearsedRun(context: context, arguments: arguments).perform()
      }
      if arguments[detach] { return try Submission(context, arguments, word: "--detach").submit() }
      return try GuardedRun(context, arguments).perform()
    } catch {
      UnstartedRun(arguments: arguments, failure: error, context: context).tell()
      // For scripts, everything that is llmguard's own fault is one status.
      let isOfRules = error.status == Failure.Status.configuration && !arguments[dryRun] && !arguments[detach]
      let end = isOfRules && !error.message.contains("started") ? "; the command was not started" : ""
      throw Failure(error.message + end, hint: error.hint, details: error.details, status: Failure.Status.failed)
    }
  }
}
