import Posix

/// Whole runs that the cache answers.
struct CachedRuns {
  let program: String?
  let runs: Int64

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
      try File.replace(folder + "/bin/llm", with: Array("#!/bin/sh\necho answer\n".utf8), permissions: 0o700)
    } catch { throw BenchFailure(error) }
    defer { try? Folder.removeTree(folder) }
    let commands = [
      ("/bin/true", "/bin/true"), ("llmguard --version", "'\(llmguard)' --version"),
      ("a run the cache answers", "'\(llmguard)' run -q -- llm 'three names for a cat'"),
    ]
    var times: [[Int64]] = commands.map { _ in [] }
    for round in 0..<8 {
      for (index, command) in commands.enumerated() {
        let started = Clock.monotonicNanoseconds
        var child = ChildCommand(arguments: [
          "/bin/sh", "-c",
          "i=0; while [ $i -lt \(runs) ]; do \(command.1) >/dev/null </dev/null || exit 1; i=$((i+1)); done",
        ])
        child.environment = [
          "HOME": folder, "PATH": folder + "/bin:/usr/bin:/bin", "XDG_STATE_HOME": nil, "XDG_CACHE_HOME": nil,
          "XDG_CONFIG_HOME": nil, "LLMGUARD_LEDGER": nil, "LLMGUARD_CACHE": nil, "LLMGUARD_CONFIG": nil,
        ]
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
