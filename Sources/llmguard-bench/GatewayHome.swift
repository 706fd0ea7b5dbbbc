import Posix

/// A home for measurements of the gateway, with rules that refuse nothing, and a pretend provider.
struct GatewayHome {
  /// This program.
  let own: String
  /// Where the others are: beside it.
  let programs: String
  /// The home.
  let path: String

  /// - Parameter others: programs that are needed beside `llmguard` and the provider.
  init(needing others: [String] = []) throws(BenchFailure) {
    guard let own = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    self.own = own
    programs = File.parent(of: own)
    for name in ["llmguard", "pretend-provider"] + others where !File.exists("\(programs)/\(name)") {
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
    let provider = try start("pretend-provider", port.map { ["--port", "\($0)"] } ?? [], as: "provider")
    return provider.url + "/v1"
  }

  /// Starts a program that stands beside this one, prints its address, and ends with its standard input. It ends with the home.
  ///
  /// - Parameter name: what its files in the home are called.
  /// - Returns: its address without a path, and the process's number.
  func start(_ program: String, _ arguments: [String], as name: String) throws(BenchFailure) -> (
    url: String, pid: String
  ) {
    // The shell holds its standard input open while the home is there.
    let script = """
      home=$1 name=$2; shift 2
      mkfifo "$home/$name.life"
      "$@" <"$home/$name.life" >"$home/$name.address" 2>/dev/null &
      echo $! >"$home/$name.pid"
      ( exec 7>"$home/$name.life"; while [ -d "$home" ] && [ ! -e "$home/stop" ]; do sleep 0.2; done ) \\
        >/dev/null 2>&1 </dev/null &
      while [ ! -s "$home/$name.address" ]; do kill -0 "$(cat "$home/$name.pid")" || exit 1; sleep 0.05; done
      """
    let words = ["sh", "-c", script, "sh", path, name, "\(programs)/\(program)"] + arguments
    guard ChildCommand(arguments: words).run() == .exited(0),
      let address = try? File.readAll("\(path)/\(name).address", maximumBytes: 256),
      let pid = try? File.readAll("\(path)/\(name).pid", maximumBytes: 32)
    else { throw BenchFailure("'\(program)' did not start") }
    return (
      String(decoding: address, as: UTF8.self).filter { $0 != "\n" },
      String(decoding: pid, as: UTF8.self).filter(\.isNumber)
    )
  }

  /// What a client's command is told.
  func environment(base: String, key: String) -> [String: String?] {
    Tools.environment(home: path).merging(["OPENAI_BASE_URL": base, "OPENAI_API_KEY": key]) { $1 }
  }

  /// Ends the provider, and takes all away.
  func remove() {
    try? File.replace("\(path)/stop", with: [])
    try? Folder.removeTree(path)
  }
}
