import Posix

/// A home for measurements of the gateway, with rules that refuse nothing, and a pretend provider.
struct GatewayHome {
  /// Where the programs are: beside this one.
  let programs: String
  /// The home.
  let path: String

  init() throws(BenchFailure) {
    guard let own = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    programs = File.parent(of: own)
    for name in ["llmguard", "pretend-provider"] where !File.exists("\(programs)/\(name)") {
      throw BenchFailure("'\(name)' is not beside this program", hint: "swift build -c release")
    }
    do throws(PosixError) {
      path = try Folder.makeTemporary(prefix: "llmguard-bench")
      try Folder.makePrivate("\(path)/.config/llmguard")
      let rules = "[tier.default]\nbudgets = [\"1000B tokens/day\"]\nescalation = [1]\n"
      try File.replace("\(path)/.config/llmguard/llmguard.toml", with: Array(rules.utf8))
    } catch { throw BenchFailure(error) }
  }

  /// Starts the provider, which ends with the home.
  ///
  /// - Parameter port: its port; `nil` for a free one.
  /// - Returns: its base address.
  func startProvider(port: Int64? = nil) throws(BenchFailure) -> String {
    // The provider ends with its standard input, which the shell holds open until it has run what it was told.
    let script = """
      mkfifo "$2/life"
      "$1/pretend-provider" ${3:+--port "$3"} <"$2/life" >"$2/address" 2>/dev/null &
      ( exec 7>"$2/life"; while [ -d "$2" ] && [ ! -e "$2/stop" ]; do sleep 0.2; done ) >/dev/null 2>&1 </dev/null &
      while [ ! -s "$2/address" ]; do sleep 0.05; done
      """
    let arguments = ["sh", "-c", script, "sh", programs, path, port.map { "\($0)" } ?? ""]
    guard ChildCommand(arguments: arguments).run() == .exited(0),
      let bytes = try? File.readAll("\(path)/address", maximumBytes: 256)
    else { throw BenchFailure("the pretend provider did not start") }
    return String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" } + "/v1"
  }

  /// What a client's command is told.
  func environment(base: String, key: String) -> [String: String?] {
    [
      "HOME": path, "OPENAI_BASE_URL": base, "OPENAI_API_KEY": key, "XDG_STATE_HOME": nil, "XDG_CONFIG_HOME": nil,
      "XDG_CACHE_HOME": nil, "LLMGUARD_LEDGER": nil, "LLMGUARD_CONFIG": nil,
    ]
  }

  /// Ends the provider, and takes all away.
  func remove() {
    try? File.replace("\(path)/stop", with: [])
    try? Folder.removeTree(path)
  }
}
