import Posix

/// Whole runs that the cache answers.
struct CachedRuns {
  let program: String?
  let runs: Int64

  private static func replace(_ file: String, with script: String) throws(BenchFailure) {
    do throws(PosixError) { try File.replace(file, with: Array(script.utf8), permissions: 0o700) } catch {
      throw BenchFailure(error)
    }
  }

  func run() throws(BenchFailure) -> Int32 {
    let here = File.parent(of: ProcessInfo.executablePath ?? "")
    let llmguard = program ?? here + "/llmguard"
    guard File.exists(llmguard) else {
      throw BenchFailure("there is no llmguard at '\(llmguard)'", hint: "name it with --program")
    }
    let folder: String
    do throws(PosixError) {
      folder = try Folder.makeTemporary(prefix: "llmguard-bench")
      try Folder.makePrivate(folder + "/bin")
    } catch { throw BenchFailure(error) }
    defer { try? Folder.removeTree(folder) }
    let client = folder + "/bin/llm"
    try Self.replace(client, with: "#!/bin/sh\necho answer\n")
    let commands = [
      ("/bin/true", "/bin/true"), ("llmguard --version", "'\(llmguard)' --version"),
      ("a run the cache answers", "'\(llmguard)' run -q -- llm 'three names for a cat'"),
    ]
    var times: [[Int64]] = commands.map { _ in [] }
    for round in 0..<8 {
      // A run that the cache does not answer fails from here on, and the measurement with it.
      if round == 1 { try Self.replace(client, with: "#!/bin/sh\nexit 1\n") }
      for (index, command) in commands.enumerated() {
        let started = Clock.monotonicNanoseconds
        var child = ChildCommand(arguments: [
          "/bin/sh", "-c",
          "i=0; while [ $i -lt \(runs) ]; do \(command.1) >/dev/null </dev/null || exit 1; i=$((i+1)); done",
        ])
        child.environment = Tools.environment(home: folder)
        child.environment["PATH"] = folder + "/bin:/usr/bin:/bin"
        let status = child.run()
        guard status == .exited(0) else { throw BenchFailure("'\(command.1)' failed: \(status.shellStatus)") }
        // The first round fills the cache and warms up.
        if round > 0 { times[index].append((Clock.monotonicNanoseconds - started) / 1000 / runs) }
      }
    }
    var lines = "\(runs) runs a round, 7 rounds; one run takes, at the median of the rounds:\n"
    for (command, times) in zip(commands, times) {
      let sorted = times.sorted()
      lines += "\(sorted[sorted.count / 2]) us (\(sorted[0]) to \(sorted[sorted.count - 1]))  \(command.0)\n"
    }
    try? StandardStreams.print(lines)
    return 0
  }
}
