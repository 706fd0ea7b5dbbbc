import Posix

/// What a benchmark needs beside itself.
enum Tools {
  /// The program that was built beside this one.
  static func program() throws(BenchFailure) -> String {
    let path = ProcessInfo.executablePath.map { File.parent(of: $0) + "/llmguard" } ?? ""
    guard File.exists(path) else {
      throw BenchFailure("'\(path)' was not found", hint: "build it first: swift build -c release")
    }
    return path
  }

  /// A file below `.tools` of the checkout that built this executable.
  static func file(_ name: String) throws(BenchFailure) -> String {
    var folder = ProcessInfo.executablePath.map(File.parent(of:)) ?? "/"
    while folder != "/" {
      let path = "\(folder)/.tools/\(name)"
      if File.exists(path) { return path }
      folder = File.parent(of: folder)
    }
    throw BenchFailure("'.tools/\(name)' was not found", hint: "run the binary that a checkout has built")
  }

  /// The checkout's own check of a name.
  static func check(_ name: String) throws(BenchFailure) -> String {
    let tools = File.parent(of: try file("realrun/realrun.sh"))
    return File.parent(of: File.parent(of: File.parent(of: tools))) + "/.ci/" + name
  }

  /// Runs a shell script with arguments, and fails with its words where it fails.
  ///
  /// - Returns: what it wrote into the file that is its first argument.
  @discardableResult
  static func shell(
    _ script: String, _ arguments: [String] = [], environment: [String: String?] = [:]
  ) throws(BenchFailure) -> String {
    let folder = try temporaryFolder()
    defer { try? Folder.removeTree(folder) }
    let answer = folder + "/answer"
    var command = ChildCommand(arguments: ["sh", "-euc", script, "sh", answer] + arguments)
    command.environment = environment
    let status = command.run()
    guard status.shellStatus == 0 else {
      throw BenchFailure("a step ended with status \(status.shellStatus): \(script)")
    }
    guard File.exists(answer) else { return "" }
    do throws(PosixError) {
      return String(decoding: try File.readAll(answer), as: UTF8.self)
    } catch { throw BenchFailure(error) }
  }

  /// What a program is told that is measured in a home of its own: nothing that would lead it to somebody's rules, ledger or
  /// cache.
  static func environment(home: String) -> [String: String?] {
    var environment: [String: String?] = ["HOME": home]
    for name in [
      "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "LLMGUARD_LEDGER", "LLMGUARD_CONFIG",
      "LLMGUARD_CACHE", "LLMGUARD_USER", "LLMGUARD_OP", "LLMGUARD_PRIORITY", "LLMGUARD_FAIL_OPEN",
      "LLMGUARD_MAX_TOKENS", "LLMGUARD_GATEWAY", "LLMGUARD_RUN",
    ] { environment[name] = .some(nil) }
    return environment
  }

  /// A folder of one's own.
  static func temporaryFolder() throws(BenchFailure) -> String {
    do throws(PosixError) { return try Folder.makeTemporary(prefix: "llmguard-bench") } catch {
      throw BenchFailure(error)
    }
  }
}
