import Posix
import ScriptedServer

/// A home for stories of a server, with a provider that answers each call alike, and holds up those that are to last.
///
/// A call whose body has the word `last` writes the file `seen`, and is answered when the file `release` is there; while the file
/// `hold` is there no call is answered.
struct ServedHome {
  let home: ProgramHome
  let provider: ScriptedServer
  /// How long a call is held up at most.
  private static let longestMs: Int64 = 40_000

  init() throws {
    let home = try ProgramHome()
    self.home = home
    provider = try ScriptedServer { exchange in
      let lasts = String(decoding: exchange.body, as: UTF8.self).contains("last")
      if lasts { try? home.write("seen", "x") }
      let end = Clock.monotonicNanoseconds + Self.longestMs * 1_000_000
      while lasts && !File.exists(home.path + "/release") || File.exists(home.path + "/hold"),
        Clock.monotonicNanoseconds < end
      { Clock.sleep(ms: 5) }
      exchange.reply(
        #"{"model":"gpt-4o","choices":[{"message":{"content":"Tom"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
      )
      return true
    }
    try configure("")
  }

  /// Writes the rules, before those that say where the provider is.
  func configure(_ rules: String) throws {
    try home.write(".config/llmguard/llmguard.toml", "\(rules)\n[provider.openai]\nbase = '\(provider.url)/v1'\n")
  }

  /// Lines of a script that start a server and wait until clients can come.
  ///
  /// They leave its process in `server`, its address in `address`, the ledger's path in `ledger`, what it prints in the file
  /// `env` and its log in `log`, and define
  /// - `post BASE TEXT [CURL OPTIONS]`: asks the provider behind an address;
  /// - `at KEY`: asks for the models with a key, and prints the status and a space;
  /// - `healthz`, `until_it_is STATUS`: the status of `/healthz`, and waiting for it;
  /// - `stop`: ends the server, and prints how that went.
  ///
  /// - Parameters:
  ///   - options: the server's.
  ///   - users: get a key each, which stands in the file `key-USER`.
  static func start(_ options: String = "", users: String = "") -> String {
    """
    mkfifo ready
    llmguard serve --listen 127.0.0.1:0 --ready-fd 3 \(options) >env 2>log 3>ready & server=$!
    read -r word address <ready; ledger=$(llmguard ledger path)
    for user in \(users); do llmguard serve key add $user >key-$user 2>/dev/null; done
    post() {
      base=$1 text=$2; shift 2; curl -sS "$@" "$base/chat/completions" \\
        -d '{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"'"$text"'"}]}'
    }
    at() { curl -sS -o answer -w '%{http_code} ' "$address/$1/openai/v1/models"; }
    healthz() { curl -sS -o /dev/null -w '%{http_code}' "$address/healthz"; }
    until_it_is() { n=0; until [ "$(healthz)" = "$1" ] || [ $n -ge 300 ]; do sleep 0.2; n=$((n+1)); done; }
    stop() { kill -TERM $server; wait $server; echo "ended $?"; }

    """
  }
}
