/// The clients that are known without configuration.
///
/// *Source:* each client's own `--help` and documentation; where an option is not listed here, its value counts as
/// prompt, so that an estimate is too high rather than too low.
public enum BuiltInClients {
  /// All of them; the first that matches counts.
  public static let all: [Client] = [
    llm, ollama, aichat, mods, sgpt, claude, codex, gemini, llamaCLI, curl,
  ]

  private static func client(_ name: String, _ program: String, _ change: (inout Client) -> Void) -> Client {
    var client = Client(name: name, program: program)
    change(&client)
    return client
  }

  static let llm = client("llm", "llm") {
    $0.modelOptions = ["-m", "--model"]
    $0.maxTokensOption = ["-o", "max_tokens"]
    $0.promptOptions = ["-s", "--system"]
    $0.promptFileOptions = ["-f", "--fragment", "--sf", "--system-fragment"]
    $0.valueOptions = [
      "-t", "--template", "-p", "--param", "-a", "--attachment", "--at", "--cid", "--conversation", "--key",
      "-d", "--database", "--schema", "-T", "--tool", "--functions", "-q", "--query",
    ]
    $0.conversationOptions = ["-c", "--continue", "--cid", "--conversation"]
    $0.callWords = ["prompt", "chat"]
    $0.dialogueWords = ["chat"]
    $0.otherCommands = [
      "aliases", "cmd", "collections", "embed-models", "fragments", "install", "keys", "logs", "models", "openai",
      "plugins", "schemas", "templates", "tools", "uninstall",
    ]
    $0.onlyAnswers = true
    $0.isPlainOnTerminals = true
    $0.unseenOptions = [
      "-t", "--template", "-a", "--attachment", "--at", "--attachment-type", "-T", "--tool", "--functions", "--td",
      "--tools-debug", "--ta", "--tools-approve", "--schema", "--save", "-d", "--database", "-q", "--query", "--async",
    ]
  }

  static let ollama = client("ollama run", "ollama") {
    $0.requiredWords = ["run"]
    $0.modelIsOperand = true
    $0.valueOptions = ["--format", "--keepalive"]
    $0.readsNamedMedia = true
    $0.onlyAnswers = true
  }

  static let aichat = client("aichat", "aichat") {
    $0.modelOptions = ["-m", "--model"]
    $0.promptOptions = ["--prompt"]
    $0.promptFileOptions = ["-f", "--file"]
    $0.valueOptions = ["-r", "--role", "-s", "--session", "-a", "--agent", "--rag", "--macro"]
    $0.conversationOptions = ["-s", "--session"]
    $0.onlyAnswers = true
    $0.unseenOptions = [
      "-r", "--role", "-a", "--agent", "--rag", "--rebuild-rag", "--macro", "-e", "--execute", "--serve",
      "--list-models",
      "--sync-models", "--info",
    ]
  }

  static let mods = client("mods", "mods") {
    $0.modelOptions = ["-m", "--model"]
    $0.maxTokensOption = ["--max-tokens"]
    $0.valueOptions = [
      "-a", "--api", "-R", "--role", "-t", "--title", "-c", "--continue", "-s", "--show", "--temp", "--topp", "--topk",
      "--fanciness", "--status-text", "--max-retries", "--word-wrap", "-x", "--http-proxy",
    ]
    $0.conversationOptions = ["-c", "--continue", "-C", "--continue-last"]
    $0.onlyAnswers = true
    $0.unseenOptions = [
      "-R", "--role", "-s", "--show", "-S", "--show-last", "-M", "--ask-model", "-t", "--title", "-d", "--delete",
      "--delete-older-than", "-l", "--list", "--list-roles", "--settings", "--reset-settings", "--dirs",
    ]
  }

  static let sgpt = client("sgpt", "sgpt") {
    $0.modelOptions = ["--model"]
    $0.valueOptions = ["--temperature", "--top-p", "--chat", "--repl", "--role"]
    $0.conversationOptions = ["--chat", "--repl"]
    $0.dialogueWords = ["--repl"]
    $0.onlyAnswers = true
    $0.unseenOptions = [
      "-s", "--shell", "--interaction", "-d", "--describe-shell", "--functions", "--role", "--create-role",
      "--show-role", "--editor", "--show-chat", "--list-chats", "-lc", "--list-roles", "-lr", "--install-integration",
    ]
    $0.unkeptOptions = ["--no-cache"]
  }

  static let claude = client("claude -p", "claude") {
    $0.requiredWords = ["-p", "--print"]
    $0.modelOptions = ["--model"]
    $0.promptOptions = ["--system-prompt", "--append-system-prompt"]
    $0.valueOptions = [
      "--output-format", "--input-format", "--max-turns", "--allowedTools", "--disallowedTools", "--permission-mode",
      "--mcp-config", "--fallback-model", "--resume", "-r", "--add-dir", "--settings", "--session-id",
    ]
    $0.conversationOptions = ["-c", "--continue", "-r", "--resume", "--session-id"]
  }

  static let codex = client("codex exec", "codex") {
    $0.requiredWords = ["exec", "e"]
    $0.modelOptions = ["-m", "--model"]
    $0.valueOptions = [
      "-c", "--config", "-p", "--profile", "-s", "--sandbox", "-C", "--cd", "-i", "--image", "--output-schema", "-o",
      "--output-last-message", "--color",
    ]
    $0.conversationOptions = ["resume"]
  }

  static let gemini = client("gemini -p", "gemini") {
    $0.requiredWords = ["-p", "--prompt"]
    $0.modelOptions = ["-m", "--model"]
    $0.promptOptions = ["-p", "--prompt"]
    $0.valueOptions = ["-o", "--output-format", "--approval-mode", "--include-directories", "-e", "--extensions"]
    $0.conversationOptions = ["-r", "--resume"]
  }

  static let llamaCLI = client("llama-cli", "llama-cli") {
    $0.modelOptions = ["-m", "--model"]
    $0.maxTokensOption = ["-n"]
    $0.promptOptions = ["-p", "--prompt", "-sys", "--system-prompt"]
    $0.promptFileOptions = ["-f", "--file", "-sysf", "--system-prompt-file"]
    $0.valueOptions = ["-c", "--ctx-size", "-t", "--threads", "-ngl", "--n-gpu-layers", "-s", "--seed", "--temp"]
    $0.readsInput = false
    $0.runsLettersTogether = false
    $0.onlyAnswers = true
    $0.isPlainOnTerminals = true
    $0.unseenOptions = [
      "-i", "--interactive", "-if", "-cnv", "--conversation", "--prompt-cache", "--image", "--mmproj",
    ]
    $0.dialogueWords = ["-i", "--interactive", "-if", "--interactive-first", "-cnv", "--conversation"]
    $0.singleTurnWords = ["-no-cnv", "--no-conversation", "-st", "--single-turn"]
  }

  static let curl = client("curl", "curl") {
    $0.bodyOptions = ["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json"]
    $0.valueOptions = [
      "-H", "--header", "-X", "--request", "-o", "--output", "-u", "--user", "-A", "--user-agent", "-m", "--max-time",
      "--connect-timeout", "--retry", "-w", "--write-out", "-x", "--proxy", "--cacert", "-b", "--cookie", "--url", "-K",
      "--config", "--retry-delay", "-e", "--referer", "-F", "--form", "-T", "--upload-file", "--max-filesize",
    ]
    $0.readsInput = false
    $0.usage = .reply
    $0.onlyAnswers = true
    $0.isPlainOnTerminals = true
    $0.unseenOptions = [
      "-T", "--upload-file", "-F", "--form", "-K", "--config", "--data-urlencode", "--next", "-:",
    ]
    $0.unkeptOptions = [
      "-o", "--output", "-O", "--remote-name", "-w", "--write-out", "-D", "--dump-header", "-c", "--cookie-jar", "-b",
      "--cookie", "-i", "--include", "-v", "--verbose", "-n", "--netrc", "-J", "--remote-header-name",
      "--trace", "--trace-ascii", "--stderr", "--etag-save", "--libcurl", "--hsts", "--alt-svc",
    ]
  }
}
