import Gateway
import Posix
import Providers

/// Which clients this machine has, and which of them `llmguard run` catches.
struct ClientSurvey {
  /// What is known of one client here.
  struct Finding {
    let client: CaughtClient
    /// Where it is; `nil` when it is not on this machine.
    let place: String?
    /// The variables or the shim that catch it; empty when nothing does.
    let caughtBy: [String]
  }

  let findings: [Finding]

  /// Looks at this machine.
  ///
  /// - Parameters:
  ///   - variables: those that a run sets.
  ///   - shims: the programs that a run puts a shim in front of.
  init(variables: Set<String>, shims: Set<String>) {
    let clients = CaughtClient.all
    let modules = Self.pythonModules(
      clients.compactMap { if case .pythonModule(let name) = $0.presence { name } else { nil } })
    findings = clients.map { client in
      var caughtBy: [String] = []
      switch client.way {
      case .variable(let names): caughtBy = names.filter(variables.contains)
      case .shim: if case .program(let name) = client.presence, shims.contains(name) { caughtBy = [name] }
      case .configuration, .code, .never: break
      }
      let place: String? =
        switch client.presence {
        case .program(let name): Executable.find(name)
        case .pythonModule(let name): modules[name]
        }
      return Finding(client: client, place: place, caughtBy: caughtBy)
    }
  }

  /// Where the Python of `PATH` finds modules; those it does not find are left out. Nothing of them is run.
  private static func pythonModules(_ names: [String]) -> [String: String] {
    guard Executable.find("python3") != nil, let folder = try? Folder.makeTemporary(prefix: "llmguard-doctor")
    else { return [:] }
    defer { try? Folder.removeTree(folder) }
    let code = """
      import importlib.util, sys
      for name in sys.argv[2:]:
          try:
              found = importlib.util.find_spec(name)
          except Exception:
              continue
          if found:
              # A module in several folders has no file of its own.
              place = found.origin or next(iter(found.submodule_search_locations or [""]))
              print(name, place, sep="\\t", file=open(sys.argv[1], "a"))
      """
    let output = folder + "/modules"
    let quiet = "exec python3 \"$@\" </dev/null >/dev/null 2>&1"
    let command = ChildCommand(arguments: ["sh", "-c", quiet, "sh", "-c", code, output] + names)
    guard command.run() == .exited(0), let bytes = try? File.readAll(output, maximumBytes: 1 << 20) else { return [:] }
    var places: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { places[parts[0]] = parts[1] }
    }
    return places
  }
}

extension ClientSurvey.Finding {
  /// How it is caught, for people.
  var words: String {
    switch client.way {
    case .never(let why): return "not caught: \(why)"
    case .configuration(let key): return "not caught: it heeds \(key) alone"
    case .code: return "not caught but by its code"
    case .variable(let names):
      return caughtBy.isEmpty
        ? "not caught: \(names.joined(separator: ", ")) leads nowhere" : caughtBy.joined(separator: ", ")
    case .shim: return caughtBy.isEmpty ? "not caught" : "a shim before it on PATH"
    }
  }

  /// What leads it all the same; `nil` for one that is caught, and where nothing does.
  var remedy: String? {
    switch client.way {
    case .configuration(let key): key
    case .code(let line): line
    case .variable, .shim, .never: nil
    }
  }

  /// How it is caught, for programs.
  var way: String {
    if caughtBy.isEmpty { return "not_caught" }
    return if case .shim = client.way { "shim" } else { "variable" }
  }
}
