import Posix
import TextFormats

/// The folder of submitted calls, beside the ledger: for each a folder with what it was given and what it left.
///
/// A job lives as long as its process holds the lock on its `lock` file, which the kernel lets go however the process ends;
/// and, where that was killed alone, as long as the run that it had started holds `run.lock`. How it ended stands in
/// `status.json`, written once. A job without any of them was lost: its process was killed, or the machine went down.
struct JobStore {
  let path: String

  init(_ context: Context) throws(Failure) { path = File.parent(of: try context.ledgerPath()) + "/requests" }

  private func folder(_ id: String) -> String { path + "/" + id }

  /// Whether a text can be an id: nothing else becomes part of a path.
  static func isID(_ text: String) -> Bool {
    text.utf8.count == 16 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// The variable in which a submitted call's process has its id.
  static let variable = "LLMGUARD_REQUEST"

  /// The id of the submitted call that this process makes; taken once, so that what it starts has ids of its own.
  ///
  /// The run is asked to end when the job's process ends without it, and until it has ended the job is not over.
  ///
  /// - Returns: `nil` for a process that the job's own one did not start, whatever its environment says; and the lock, which
  ///   must be kept.
  static func takeRun(_ context: Context) -> (id: String, life: FileLock?)? {
    let parent = ProcessInfo.parentID
    guard let id = Environment.take(variable), isID(id), let store = try? JobStore(context),
      store.livingProcess(store.folder(id), Self.outer) == parent
    else { return nil }
    // Where the disk is full, what is known of the job's own process has to do.
    let lock = try? store.live(id, as: Self.inner)
    ProcessInfo.endWith(parent: parent)
    return (id, lock)
  }

  /// The files by which a process is known to live.
  private typealias Signs = (lock: String, process: String)
  private static let outer: Signs = ("/lock", "/process")
  private static let inner: Signs = ("/run.lock", "/run.process")

  /// The file that says that a job shall end.
  func cancelPath(_ id: String) -> String { folder(id) + "/cancel" }

  // MARK: - Life

  /// Makes the folder of a new job.
  func make(program: String, input: [UInt8], nowUnixMs: Int64) throws(PosixError) -> String {
    let id = Random.hexadecimal(bytes: 8)
    try Folder.makePrivate(folder(id))
    let description: JSONValue = [
      "schema": 1, "id": .string(id), "program": .string(program), "submitted_at_unix_ms": .int(nowUnixMs),
      "boot": .string(ProcessInfo.bootID),
    ]
    do throws(PosixError) {
      try File.replace(folder(id) + "/input", with: input)
      try File.replace(folder(id) + "/job.json", with: Array(JSONWriter.pretty(description).utf8))
    } catch {
      // Nobody would know of what is left of it.
      try? Folder.removeTree(folder(id))
      throw error
    }
    return id
  }

  /// Where a job's streams go.
  func streams(_ id: String) -> (input: String, output: String, error: String) {
    (folder(id) + "/input", folder(id) + "/stdout", folder(id) + "/stderr")
  }

  /// Takes a job's life upon this process until it ends.
  ///
  /// - Returns: the lock, which must be kept; `nil` when somebody else has it.
  func live(_ id: String) throws(PosixError) -> FileLock? { try live(id, as: Self.outer) }

  private func live(_ id: String, as signs: Signs) throws(PosixError) -> FileLock? {
    let lock = try FileLock(path: folder(id) + signs.lock)
    guard try lock.acquire(deadlineMs: 5000) else { return nil }
    let text = "\(ProcessInfo.id) \(ProcessInfo.startTicks(ProcessInfo.id) ?? 0)\n"
    try File.replace(folder(id) + signs.process, with: Array(text.utf8))
    return lock
  }

  /// Writes how a job ended.
  func end(_ id: String, status: Int32, nowUnixMs: Int64) throws(PosixError) {
    let state: JSONValue = [
      "schema": 1, "exit_status": .int(Int64(status)), "ended_at_unix_ms": .int(nowUnixMs),
      "cancelled": .bool(File.exists(folder(id) + "/cancel")),
    ]
    try File.replace(folder(id) + "/status.json", with: Array(JSONWriter.pretty(state).utf8))
  }

  /// Notes that a job is part of a run, under whose id the ledger has its calls.
  func note(_ id: String, isInside run: String) throws(PosixError) {
    try File.replace(folder(id) + "/around", with: Array((run + "\n").utf8))
  }

  /// The run that a job is part of; `nil` for one that stands under its own id.
  func runAround(_ id: String) -> String? {
    guard Self.isID(id), let bytes = try? File.readAll(folder(id) + "/around", maximumBytes: 128) else { return nil }
    let run = String(decoding: bytes, as: UTF8.self).prefix { $0.isHexDigit }
    return run.isEmpty ? nil : String(run)
  }

  /// Asks a job to end.
  ///
  /// - Returns: `false` when its process is not there to be asked.
  func cancel(_ job: Job) throws(PosixError) -> Bool {
    try File.replace(job.folder + "/cancel", with: Array("\(Clock.unixMs)\n".utf8))
    guard let process = livingProcess(job.folder) else { return false }
    try ProcessInfo.terminate(process)
    return true
  }

  /// Removes a job's files.
  func remove(_ job: Job) throws(PosixError) { try Folder.removeTree(job.folder) }

  // MARK: - Reading

  /// All jobs, the oldest first.
  func all() -> [Job] {
    let names = (try? Folder.names(in: path)) ?? []
    return names.filter(Self.isID).compactMap(job).sorted {
      ($0.submittedAtUnixMs, $0.id) < ($1.submittedAtUnixMs, $1.id)
    }
  }

  /// One job; `nil` when there is none of that id.
  func job(_ id: String) -> Job? {
    guard Self.isID(id), let description = read(folder(id) + "/job.json") else { return nil }
    var job = Job(
      id: id, program: description["program"]?.stringValue ?? "",
      submittedAtUnixMs: Self.instant(description["submitted_at_unix_ms"]) ?? 0, folder: folder(id), state: .running)
    // A process takes its lock first, and names itself then: looked at in the other order, it is not missed while it starts.
    let isBeingStarted = isBeingStarted(job)
    let process = livingProcess(job.folder)
    // The end is written before the lock is let go: looked for after it, it is not missed.
    if let status = read(job.folder + "/status.json") {
      job.state = status["cancelled"]?.boolValue == true ? .cancelled : .finished
      job.exitStatus = status["exit_status"]?.int64Value.map { Int32(truncatingIfNeeded: $0) }
      job.endedAtUnixMs = Self.instant(status["ended_at_unix_ms"])
    } else if let process {
      job.process = process
    } else if isBeingStarted {
      job.state = .waiting
    } else {
      job.state = File.exists(job.folder + "/cancel") ? .cancelled : .lost
      // It ended where it stood, before it could write when.
      if job.state == .cancelled { job.endedAtUnixMs = read(job.folder + "/cancel")?.int64Value.map { max(0, $0) } }
      let boot = description["boot"]?.stringValue ?? ""
      if job.state == .lost {
        job.reason = boot == ProcessInfo.bootID ? "its process was killed" : "the machine was restarted"
      }
    }
    return job
  }

  /// A time as a file says it, which may be damaged: ages are reckoned from it.
  private static func instant(_ value: JSONValue?) -> Int64? { value?.int64Value.map { max(0, $0) } }

  /// Whether its process has not had the time to take the lock.
  private func isBeingStarted(_ job: Job) -> Bool {
    !File.exists(job.folder + "/process") && Clock.unixMs - job.submittedAtUnixMs < 10_000
  }

  /// The job's process; where that was killed, the run that it had started and that goes on.
  private func livingProcess(_ folder: String) -> Int32? {
    if let process = livingProcess(folder, Self.outer) { return process }
    return File.exists(folder + Self.inner.lock) ? livingProcess(folder, Self.inner) : nil
  }

  private func livingProcess(_ folder: String, _ signs: Signs) -> Int32? {
    guard let lock = try? FileLock(path: folder + signs.lock) else { return nil }
    if (try? lock.acquire(deadlineMs: 0)) ?? false {
      lock.release()
      return nil
    }
    guard let bytes = try? File.readAll(folder + signs.process, maximumBytes: 64) else { return nil }
    let parts = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    guard parts.count == 2, let process = Int32(parts[0]), let ticks = Int64(parts[1]),
      ProcessInfo.startTicks(process) == ticks
    else { return nil }
    return process
  }

  private func read(_ path: String) -> JSONValue? {
    guard let bytes = try? File.readAll(path, maximumBytes: 1 << 20) else { return nil }
    return try? JSONParser.parse(bytes)
  }
}
