/// The files of a folder as a disk has them: what is safe, and what was written since and may be lost.
struct PowerDisk {
  /// A file, whatever names it has.
  private struct Content {
    var safe: [UInt8] = []
    var pending: [Change] = []
  }

  private enum Change {
    case write(offset: Int, bytes: ArraySlice<UInt8>)
    case truncate(Int)
  }

  private enum Naming {
    case make(String, Int)
    case remove(String)
    case rename(String, String)
  }

  /// How chance treats what is not safe.
  enum Mode: CaseIterable {
    /// All of it is lost.
    case nothing
    /// All of it survives.
    case everything
    /// The first part survives; the write at the border is torn.
    case beginning
    /// Each sector by itself.
    case sectors
  }

  private static let sector = 512

  private var contents: [Content] = []
  private var names: [String: Int] = [:]
  private var safeNames: [String: Int] = [:]
  private var pendingNames: [Naming] = []
  /// Whether a sync does nothing.
  let isLying: Bool

  init(isLying: Bool) { self.isLying = isLying }

  /// Does what was recorded.
  mutating func apply(_ event: PowerRecording.Event, _ record: [UInt8]) {
    switch event.kind {
    case .opened:
      let file = file(event.name)
      if event.length == 1 { contents[file].pending.append(.truncate(0)) }
    case .written:
      let file = file(event.name)
      contents[file].pending.append(.write(offset: event.offset, bytes: record[event.bytes]))
    case .truncated:
      let file = file(event.name)
      contents[file].pending.append(.truncate(event.offset))
    case .synced:
      if isLying { return }
      let file = file(event.name)
      for change in contents[file].pending { Self.apply(change, to: &contents[file].safe) }
      contents[file].pending = []
    case .unlinked:
      names[event.name] = nil
      pendingNames.append(.remove(event.name))
    case .renamed:
      let target = String(decoding: record[event.bytes], as: UTF8.self)
      names[target] = names.removeValue(forKey: event.name)
      pendingNames.append(.rename(event.name, target))
    case .folderSynced:
      if isLying { return }
      for naming in pendingNames { Self.apply(naming, to: &safeNames) }
      pendingNames = []
    }
  }

  private mutating func file(_ name: String) -> Int {
    if let known = names[name] { return known }
    contents.append(Content())
    names[name] = contents.count - 1
    pendingNames.append(.make(name, contents.count - 1))
    return contents.count - 1
  }

  /// What the disk has after a power loss now.
  func afterPowerLoss(_ mode: Mode, _ random: inout SeededRandom) -> [String: [UInt8]] {
    // The folder's changes are journaled: they survive in order.
    var left = safeNames
    let kept: Int
    switch mode {
    case .nothing: kept = 0
    case .everything: kept = pendingNames.count
    case .beginning, .sectors: kept = Int.random(in: 0...pendingNames.count, using: &random)
    }
    for naming in pendingNames[..<kept] { Self.apply(naming, to: &left) }
    var files: [String: [UInt8]] = [:]
    for (name, file) in left.sorted(by: { $0.key < $1.key }) {
      files[name] = Self.survived(contents[file], mode, &random)
    }
    return files
  }

  private static func survived(_ content: Content, _ mode: Mode, _ random: inout SeededRandom) -> [UInt8] {
    var bytes = content.safe
    switch mode {
    case .nothing: break
    case .everything: for change in content.pending { apply(change, to: &bytes) }
    case .beginning:
      let whole = Int.random(in: 0...content.pending.count, using: &random)
      for change in content.pending[..<whole] { apply(change, to: &bytes) }
      if whole < content.pending.count { tear(content.pending[whole], &bytes, &random) }
    case .sectors: for change in content.pending { tear(change, &bytes, &random) }
    }
    return bytes
  }

  /// Lets each sector of a write survive or not; a truncation happens or does not.
  private static func tear(_ change: Change, _ bytes: inout [UInt8], _ random: inout SeededRandom) {
    guard case .write(let offset, let written) = change else {
      if Bool.random(using: &random) { apply(change, to: &bytes) }
      return
    }
    var start = offset
    while start < offset + written.count {
      let end = min((start / sector + 1) * sector, offset + written.count)
      if Bool.random(using: &random) {
        let first = written.startIndex + start - offset
        apply(.write(offset: start, bytes: written[first..<first + end - start]), to: &bytes)
      }
      start = end
    }
  }

  private static func apply(_ change: Change, to bytes: inout [UInt8]) {
    switch change {
    case .truncate(let length):
      if length < bytes.count {
        bytes.removeLast(bytes.count - length)
      } else {
        bytes += [UInt8](repeating: 0, count: length - bytes.count)
      }
    case .write(let offset, let written):
      if bytes.count < offset + written.count {
        bytes += [UInt8](repeating: 0, count: offset + written.count - bytes.count)
      }
      bytes.replaceSubrange(offset..<offset + written.count, with: written)
    }
  }

  private static func apply(_ naming: Naming, to names: inout [String: Int]) {
    switch naming {
    case .make(let name, let file): names[name] = file
    case .remove(let name): names[name] = nil
    case .rename(let name, let target): names[target] = names.removeValue(forKey: name)
    }
  }
}
