import Posix
import Providers

/// A private folder that stands first on a command's `PATH`: programs that would call providers by their addresses are
/// links to llmguard there, which changes the addresses and hands over to the real program.
struct ShimFolder {
  /// The file that marks such a folder and says where calls go.
  static let tableName = ".llmguard-shims"

  /// Variables that a shim may have to give back.
  private static let ownVariables = ["API_BASE_URL", "OLLAMA_HOST"]
  /// What begins the line of such a variable.
  static let ownMark = "own"

  let path: String
  /// Is held while the folder is wanted; `nil` for one in a temporary place.
  private let life: FileLock?
  private static let lockSuffix = ".lock"
  private static let temporaryPrefix = "llmguard-shims"
  /// How often a new name is drawn. Each time another run must have come within microseconds.
  private static let attempts = 100

  /// Makes the folder for the programs that this machine has.
  ///
  /// - Parameters:
  ///   - servers: where their calls go.
  ///   - home: the folder of the ledger, which holds it, and in which those of killed runs are swept; `nil` for a temporary
  ///     place.
  init?(servers: ServerTable, home: String?) throws(PosixError) {
    guard let program = ProcessInfo.executablePath else { return nil }
    // A colon would end it on a PATH.
    if let home = home.flatMap(Folder.resolved), !home.contains(":"),
      let (path, lock) = try? Self.make(in: home + "/shims")
    {
      (self.path, life) = (path, lock)
    } else {
      path = try Folder.makeTemporary(prefix: Self.temporaryPrefix)
      life = nil
      Self.sweepTemporary(beside: path)
    }
    do throws(PosixError) {
      let folders = Self.realFolders
      for name in CommandRewriter.programs where Program.find(name, in: folders) != nil {
        try Folder.link("\(path)/\(name)", to: program)
      }
      let own = Self.ownVariables.compactMap { name in
        Environment.value(name).map { "\(Self.ownMark)\t\(name)\t\($0)\n" }
      }
      // Nobody reads it before the command starts, and it ends with the run: no sync is worth its wait.
      let place = "\(path)/\(Self.tableName)"
      let table = try FileDescriptor.open(place, .createNew)
      defer { table.close() }
      do throws(PosixError) { try table.writeAll(Array((servers.text + own.joined()).utf8)) } catch {
        throw error.at(place)
      }
    } catch {
      remove()
      throw error
    }
  }

  /// `PATH` with the folder first.
  var searchPath: String { path + ":" + (Environment.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin") }

  func remove() { Self.remove(path, life) }

  /// Ends it with its run. It stays as long as processes go on that have it on their `PATH`: their calls would go to their providers
  /// without it, past everything, and not to a gateway that is not there any more. A later run sweeps it.
  func end() {
    guard Self.noteLeft(by: path, isOwn: true) else { return remove() }
    life?.release()
  }

  /// The file that names the processes for which such a folder stays, each by its number and its start.
  private static let leftName = ".left"

  /// Whether a folder that no run holds is there for processes that go on: those that it names, or others that they have started.
  private static func isWanted(_ path: String) -> Bool {
    let bytes = (try? File.readAll("\(path)/\(leftName)", maximumBytes: 65_536)) ?? []
    let isNamed = String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
      let parts = line.split(separator: " ")
      guard parts.count == 2, let id = Int32(parts[0]), let ticks = Int64(parts[1]) else { return false }
      return ProcessInfo.goesOn(id, startTicks: ticks)
    }
    return isNamed || noteLeft(by: path)
  }

  /// Notes the processes that have a folder in a variable.
  ///
  /// - Parameter isOwn: whether it is this process's command that they are of.
  /// - Returns: whether there are some.
  private static func noteLeft(by path: String, isOwn: Bool = false) -> Bool {
    // Its name is drawn at random: no other text has it.
    let left = LeftProcess.numbers(mentioning: "/" + File.name(of: path), afterThisOne: isOwn)
    let text = left.compactMap { id in ProcessInfo.startTicks(id).map { "\(id) \($0)\n" } }.joined()
    if text.isEmpty { return false }
    // Where that cannot be written, the sweep looks for them itself.
    try? File.replace("\(path)/\(leftName)", with: Array(text.utf8))
    return true
  }

  private static func remove(_ path: String, _ life: FileLock?) {
    try? Folder.removeTree(path)
    if life != nil { try? File.remove(path + lockSuffix) }
    life?.release()
  }

  /// Removes such folders of this user's as have stayed for processes that are over. Those of runs that go on name none.
  private static func sweepTemporary(beside path: String) {
    let place = File.parent(of: path)
    for name in (try? Folder.names(in: place)) ?? [] where name.hasPrefix(temporaryPrefix + "-") {
      let left = "\(place)/\(name)"
      if Folder.isOwn(left), File.exists("\(left)/\(leftName)"), !isWanted(left) { remove(left, nil) }
    }
  }

  /// Makes a folder in a place that is the user's, and removes what killed runs have left there.
  private static func make(in place: String) throws(PosixError) -> (String, FileLock) {
    try Folder.makePrivate(place)
    // Whoever could change what stands on a PATH, or what it lies in, would choose what runs.
    guard Folder.isOwn(place) else { throw PosixError("mkdir", path: place, code: PosixError.notPermitted) }
    for name in try Folder.names(in: place) where name.hasSuffix(lockSuffix) {
      guard let lock = try? FileLock(path: "\(place)/\(name)"), (try? lock.acquire(deadlineMs: 0)) == true else {
        continue
      }
      let left = "\(place)/\(name.dropLast(lockSuffix.count))"
      if isWanted(left) { lock.release() } else { remove(left, lock) }
    }
    let (path, lock) = try newPlace(in: place)
    try Folder.makePrivate(path)
    return (path, lock)
  }

  /// A name for a folder, which nobody else takes for one of a killed run.
  ///
  /// Before the lock is had, another run may take the file for such a run's, and remove it. A third one that has seen its name
  /// would then make a new file, and remove the folder under our feet.
  private static func newPlace(in place: String) throws(PosixError) -> (String, FileLock) {
    for _ in 0..<attempts {
      let path = "\(place)/\(Random.hexadecimal(bytes: 8))"
      let lock = try FileLock(path: path + lockSuffix)
      guard try lock.acquire(deadlineMs: 1000) else { throw PosixError("flock", path: path) }
      if !lock.isRemoved { return (path, lock) }
    }
    throw PosixError("flock", path: place)
  }

  /// A program outside of all such folders.
  static func realProgram(_ name: String) -> String? { Program.find(name, in: realFolders) }

  /// The folders of `PATH`, each once, without such folders.
  private static var realFolders: [String] {
    var folders: [String] = []
    for folder in Program.folders where !folders.contains(folder) && !File.exists("\(folder)/\(tableName)") {
      folders.append(folder)
    }
    return folders
  }
}
