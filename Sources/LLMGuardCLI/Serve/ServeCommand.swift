import CommandSpec
import Posix

/// `llmguard serve`: the gateway in the foreground, for a whole machine or a CI job.
enum ServeCommand {
  static let listen = Option<ServeAddress>(
    "--listen", metavar: "ADDRESS:PORT", summary: "where it listens; port 0 takes a free one",
    details: "The address alone (`localhost`) and the port alone (`:4470`) will do: the other is the default's.",
    defaultText: "127.0.0.1:4470", read: ServeAddress.read)
  static let allowRemote = Flag(
    "--allow-other-machines", summary: "let --listen name an address that other machines can reach",
    details:
      "What clients send, their keys for providers and their prompts, then crosses the network as it is: not encrypted. "
      + "Do this in a network that you trust, or behind a server that speaks TLS.")
  static let name = Option<String>(
    "--name", metavar: "HOST[:PORT]", summary: "what clients call it by, when that is not the address it listens on",
    details:
      "Requests must name it in their Host field, and the addresses that are printed hold it. With 0.0.0.0 it is needed.",
    isRepeatable: true)
  static let printEnvironment = Flag(
    "--print-env", summary: "make a key for as long as it runs, and print what a shell has to export",
    details:
      "The key is that of --user. It is printed once and written nowhere. The lines are for sh and its like (bash, zsh), and for "
      + "fish from 3.4 on.")
  static let readyFD = Option<Int64>(
    "--ready-fd", metavar: "N", summary: "write a line to this open descriptor and close it when clients can come",
    read: ValueReader.wholeNumber(1...1_000_000))
  static let grace = Option<Int64>(
    "--grace", metavar: "DURATION", summary: "how long calls under way may go on when it is told to end",
    defaultText: "30s", read: Readers.duration)
  static let failOpen = Flag(
    "--fail-open", summary: "let calls out unmetered while the ledger cannot be used",
    details: "The variable takes 1, true, yes or on, and 0, false, no or off.", environment: "LLMGUARD_FAIL_OPEN",
    configKey: "fail_open", negation: "let no call out while the ledger cannot be used")
  static let strict = Flag(
    "--strict", summary: "refuse requests to providers that cannot be metered",
    details:
      "Files, images and lists of models are such requests, and replies that lead to another server. What clients send past the server "
      + "it does not see: where nothing but the server is to reach a provider, keep the provider's key from them.")
  static let quiet = Flag(
    "--quiet", "-q", summary: "say nothing but errors and refusals",
    details:
      "An answer from the cache that may not be what was asked for (to a similar request, or past its age) has its line all "
      + "the same.")
  static let verbose = Flag(
    "--verbose", "-v", summary: "say one line about each call that has ended",
    details: "Who, what for, which model, what it took and how it ended; never a key, an address or a prompt.")

  static let command = Command<CLIHandler>(
    "serve", summary: "Run the gateway in the foreground, for a whole machine or a CI job",
    description: [
      "It is the gateway of `llmguard run` without a command: every call that comes to it is estimated, held on its user's "
        + "budgets, degraded or refused near their limits, answered from the cache where that may be, queued, and settled by the "
        + "provider's own figures. The rules are read when it starts, and anew when it is sent SIGHUP; where their files "
        + "change meanwhile, it says so. Budgets, top-ups and tiers that are given on the command line count at once.",
      "Who calls is told by a key in the address that the client is given: `http://127.0.0.1:4470/KEY/openai/v1`. So the "
        + "client's own key for the provider passes through untouched. `llmguard serve key add USER` makes a key and prints "
        + "it once, with what to export; only its SHA-256 is kept, in `serve-keys.json` beside the ledger. A request "
        + "without a key, with an unknown one, or that names another host is answered with 404.",
      "For a CI job, `--print-env` makes a key that lasts as long as the server, and prints the variables of every known "
        + "client as lines for a shell (`--json`: as one object). They are complete when clients can come. On this "
        + "machine a folder comes first on PATH as well, which leads `curl`, `wget` and their like there, as in `llmguard run`; "
        + "it is gone when the server ends. An `llmguard run` in a shell with these variables is a run of its own beside "
        + "the server: its calls go to the providers by its own gateway, and nothing is charged twice.",
      "`GET /healthz` needs no key, for load balancers and probes: 200 while calls can be held, 503 while the ledger cannot be "
        + "written or does not answer within a second, or the keys cannot be read, and no more than that. With `--fail-open` it "
        + "stays 200 whatever the ledger does. "
        + "`GET /KEY/llmguard/budgets` tells the key's user what `llmguard budget show --json` says of them, and of nobody else. "
        + "`GET /metrics` is for Prometheus, with a key of its own (`llmguard serve key add prometheus --metrics`).",
      "Without a word about it, it listens on this machine alone. SIGINT and SIGTERM end it: no new calls are taken, those "
        + "under way may come to their end within `--grace`, and what is left then is cut and settled by what came. A second "
        + "signal does not wait.",
      "SIGHUP has it read the configuration and the prices anew, where it has no terminal (a service, a container) or was started under "
        + "nohup: what is wrong in them is said, and the old rules hold on; else the new ones hold from then on, also for calls that wait, and no call is "
        + "dropped. How large the cache may grow, and what stands on its command line, stays. In a terminal SIGHUP ends it, as the "
        + "terminal's end does. `llmguard budget show`, `budget list` and `config check` say where a server goes by older rules.",
    ],
    options: [
      listen.spec, allowRemote.spec, name.spec, printEnvironment.spec, SharedOptions.json.spec, RunCommand.user.spec,
      RunCommand.operation.spec, readyFD.spec, grace.spec, RunCommand.cache.spec, RunCommand.noDegrade.spec,
      failOpen.spec, RunCommand.wait.spec, strict.spec, RunCommand.retries.spec, verbose.spec,
      quiet.spec,
    ],
    subcommands: [ServeKeyCommands.command],
    examples: [
      Example("llmguard serve", "Serve this machine; users have keys of their own."),
      Example(
        "llmguard serve --listen 127.0.0.1:0 --print-env >env &\nuntil [ -s env ]; do sleep 0.1; done; . ./env",
        "In a CI job: start it, and lead this shell's clients to it."),
      Example(
        "eval \"$(llmguard serve key add alice --print-env)\"", "Make a key for alice, and use it in this shell."),
    ],
    exitStatuses: [
      Term("0", "it was told to end, and has settled all calls"),
      Term("65", "the ledger is lost, or lacks entries that were in it: 'ledger restore' puts a backup in its place"),
      Term("69", "libcurl is missing: no call could go out"), Term("73", "it cannot listen there"),
    ],
    environment: [
      Term("JOURNAL_STREAM", "tells that standard error is systemd's journal, which dates each line itself")
    ],
    files: [
      Term("~/.local/state/llmguard/serve-keys.json", "hashes of the users' keys"),
      Term(
        "~/.local/state/llmguard/serve-rules.*",
        "where a server listens and which rules it goes by, for as long as it runs; one that was killed leaves it"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    var serving = try Serving(context, arguments)
    return try serving.perform()
  }
}
