import Glibc
import SessionDriver
import Testing

@testable import Posix

/// A fresh private folder for one test.
func withFolder(_ body: (String) throws -> Void) throws {
  let folder = try Folder.makeTemporary(prefix: "posix-tests")
  defer { try? Folder.removeTree(folder) }
  try body(folder)
}

@Suite struct FileTests {
  @Test func aFileIsReplacedWholeAndPrivate() throws {
    try withFolder { folder in
      let path = folder + "/note"
      try File.replace(path, with: Array("old".utf8))
      try File.replace(path, with: Array("new".utf8))
      #expect(try File.readAll(path) == Array("new".utf8))
      #expect(File.permissions(of: path) == 0o600)
      #expect(try Folder.names(in: folder) == ["note"])
    }
  }

  @Test func errorsNameTheCallThePathAndTheReason() {
    #expect(throws: PosixError("open", path: "/nowhere/x", code: ENOENT)) { try File.readAll("/nowhere/x") }
    #expect(PosixError("open", path: "/x", code: EACCES).description == "open '/x': permission denied")
    #expect(throws: PosixError("read", path: "/tmp", code: EISDIR)) { try File.readAll("/tmp") }
    #expect(throws: PosixError("read", path: "/proc/self/stat", code: EFBIG)) {
      try File.readAll("/proc/self/stat", maximumBytes: 8)
    }
  }

  @Test(arguments: [
    ("/a/b", "b"), ("b", "b"), ("a/b//", "b"), ("//", "//"), ("", ""), ("/é/ü x", "ü x"), ("./", "."),
  ])
  func aNameIsThePartAfterTheLastSlash(path: String, name: String) { #expect(File.name(of: path) == name) }

  @Test func linksAreNotFollowedWhereForbidden() throws {
    try withFolder { folder in
      try File.replace(folder + "/target", with: [])
      #expect(symlink(folder + "/target", folder + "/link") == 0)
      #expect(throws: PosixError("open", path: folder + "/link", code: ELOOP)) {
        try FileDescriptor.open(folder + "/link", .readWrite, followLinks: false)
      }
    }
  }

  @Test func removingATreeLeavesWhatItsLinksPointAt() throws {
    try withFolder { folder in
      try Folder.makePrivate(folder + "/kept/inner")
      try Folder.makePrivate(folder + "/gone/deep/deeper")
      #expect(symlink(folder + "/kept", folder + "/gone/deep/link") == 0)
      try Folder.removeTree(folder + "/gone")
      #expect(!File.exists(folder + "/gone"))
      #expect(File.exists(folder + "/kept/inner"))
    }
  }

  /// Two who tidy up at once are both right: what is gone was to go.
  @Test func aTreeIsRemovedByTwoAtOnce() throws {
    try withFolder { folder in
      let failures = Locked<[String]>([])
      for round in 0..<100 {
        let tree = "\(folder)/\(round)"
        for inner in 0..<5 { try Folder.makePrivate("\(tree)/\(inner)/deep") }
        let remove: @Sendable () -> Void = {
          do { try Folder.removeTree(tree) } catch { failures.use { $0.append("\(error)") } }
        }
        Thread.together([remove, remove])
        #expect(!File.exists(tree))
      }
      #expect(failures.use { $0 } == [])
    }
  }

  @Test func foldersAreMadePrivateWithThoseAbove() throws {
    try withFolder { folder in
      try Folder.makePrivate(folder + "/a/b/c")
      try Folder.makePrivate(folder + "/a/b/c")
      #expect(["/a", "/a/b", "/a/b/c"].map { File.permissions(of: folder + $0) } == [0o700, 0o700, 0o700])
      try File.replace(folder + "/file", with: [])
      #expect(throws: PosixError.self) { try Folder.makePrivate(folder + "/file") }
      #expect(throws: PosixError.self) { try Folder.makePrivate(folder + "/file/below") }
    }
  }

  @Test func kindsAreTold() throws {
    #expect(FileDescriptor(.max).kind == .closed)
    let null = try FileDescriptor.open("/dev/null", .read)
    defer { null.close() }
    #expect(null.kind == .device)
    let folder = try FileDescriptor.open("/tmp", .read)
    defer { folder.close() }
    #expect(folder.kind == .other)
  }
}

@Suite struct LockTests {
  @Test func aFileLockExcludesAnotherOpeningUntilReleased() throws {
    try withFolder { folder in
      let first = try FileLock(path: folder + "/lock")
      let second = try FileLock(path: folder + "/lock")
      #expect(try first.acquire(deadlineMs: 0))
      #expect(!first.hadToWait)
      #expect(try !second.acquire(deadlineMs: 5))
      #expect(second.hadToWait)
      #expect(second.holder == "process \(ProcessInfo.id)")
      first.release()
      #expect(try second.acquire(deadlineMs: .max))
      #expect(!second.hadToWait)
    }
  }

  @Test func whoHasEndedHoldsNoLock() throws {
    try withFolder { folder in
      let lock = try FileLock(path: folder + "/lock")
      #expect(try lock.acquire(deadlineMs: 0))
      lock.release()
      // More than the kernel ever numbers a process.
      try FileDescriptor.open(folder + "/lock", .readWrite).writeAll([0, 0, 0, 0x7F])
      #expect(try FileLock(path: folder + "/lock").holder == nil)
    }
  }

  /// The words of a lock file: who holds it, the next number, whose turn it is.
  static func words(_ path: String) throws -> [UInt32] {
    let bytes = try File.readAll(path)
    return stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
    }
  }

  @Test func waitingForAValueEndsWithItOrWithTheTime() throws {
    let value = Locked(0)
    #expect(value.wait(atMostMs: 1, until: { $0 == 1 }) { $0 } == 0)
    try Posix.Thread.start { value.use { $0 = 1 } }
    #expect(value.wait(atMostMs: 60_000, until: { $0 == 1 }) { $0 } == 1)
    #expect(value.wait(atMostMs: nil, until: { $0 == 1 }) { $0 } == 1)
  }

  @Test func aGuardedValueStandsWhereItsTypeMay() {
    func check<Value: Equatable>(_ value: Value) {
      // Several, as one may stand right by chance.
      let all = (0..<8).map { _ in Locked(value) }
      for one in all {
        one.use { stored in
          withUnsafePointer(to: &stored) { #expect(Int(bitPattern: $0) % MemoryLayout<Value>.alignment == 0) }
          #expect(stored == value)
        }
      }
    }
    check(UInt8(7))
    check("a text of its own, longer than what stands in place")
    check(SIMD16<UInt8>(repeating: 3))
    check(SIMD64<UInt8>(repeating: 3))
    check(SIMD64<UInt64>(repeating: 3))
  }

  /// One whose turn it is and who does not come within 20 ms is passed over, which a busy machine brings about at times. So
  /// the line has some attempts; without a line, eight would come in order once in 40,320.
  @Test func whoWaitedFirstComesFirst() async throws {
    var orders: [[Int]] = []
    while orders.last != Array(0..<8), orders.count < 40 { orders.append(try await orderOfEight()) }
    #expect(orders.last == Array(0..<8), "\(orders)")
  }

  /// The order in which eight get a lock that they began to wait for one after the other.
  private func orderOfEight() async throws -> [Int] {
    let folder = try Folder.makeTemporary(prefix: "posix-tests")
    defer { try? Folder.removeTree(folder) }
    let path = folder + "/lock"
    let holder = try FileLock(path: path)
    #expect(try holder.acquire(deadlineMs: 0))
    let order = Locked<[Int]>([])
    for number in 0..<8 {
      try Thread.start {
        guard let lock = try? FileLock(path: path), (try? lock.acquire(deadlineMs: 60_000)) == true else { return }
        order.use { $0.append(number) }
        lock.release()
      }
      while try Self.words(path)[1] != number + 1 { await Task.yield() }
    }
    holder.release()
    while order.use({ $0.count }) < 8 { await Task.yield() }
    #expect(try holder.acquire(deadlineMs: 0), "the line is empty")
    return order.use { $0 }
  }

  @Test(arguments: [[0, 7, 3], [0, 3, 7], [0, 5, 5], [0, 0xFFFF_FFFF, 0xFFFF_FFFF]] as [[UInt32]])
  func whoDiedInTheLineHoldsNobodyUp(words: [UInt32]) async throws {
    let folder = try Folder.makeTemporary(prefix: "posix-tests")
    defer { try? Folder.removeTree(folder) }
    let path = folder + "/lock"
    let bytes = (words + [0, 1, 0, 0, 0]).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    try File.replace(path, with: bytes)
    let holder = try FileLock(path: path)
    #expect(try holder.acquire(deadlineMs: 60_000), "nobody has it, though somebody seems to wait")
    let isTaken = Locked(0)
    for _ in 0..<3 {
      try Thread.start {
        guard let lock = try? FileLock(path: path), (try? lock.acquire(deadlineMs: 60_000)) == true else { return }
        lock.release()
        isTaken.use { $0 += 1 }
      }
    }
    #expect(try !FileLock(path: path).acquire(deadlineMs: 20))
    holder.release()
    while isTaken.use({ $0 }) < 3 { await Task.yield() }
  }

  @Test func ownersSeeEachOtherAndNotThemselves() throws {
    try withFolder { folder in
      let first = try OwnerLocks(path: folder + "/owners")
      let second = try OwnerLocks(path: folder + "/owners")
      #expect(try first.acquire(1 << 40))
      #expect(try !second.acquire(1 << 40))
      #expect(try second.isHeldElsewhere(1 << 40))
      #expect(try !first.isHeldElsewhere(1 << 40))
      #expect(try !second.isHeldElsewhere(7))
      first.release(1 << 40)
      #expect(try !second.isHeldElsewhere(1 << 40))
    }
  }

  @Test func aDroppedOwnerLetsGo() throws {
    try withFolder { folder in
      let watcher = try OwnerLocks(path: folder + "/owners")
      var owner: OwnerLocks? = try OwnerLocks(path: folder + "/owners")
      #expect(try owner?.acquire(3) == true)
      #expect(try watcher.isHeldElsewhere(3))
      owner = nil
      #expect(try !watcher.isHeldElsewhere(3))
    }
  }
}

@Suite struct ZoneTests {
  /// The files are a package of their own, and small images leave it out.
  private static let hasZones = File.exists("/usr/share/zoneinfo/Europe/Berlin")

  @Test(arguments: ["", "/etc/passwd", "../passwd", "Europe", "Nowhere/Atlantis", "zone.tab", "leapseconds", "a b"])
  func anUnknownNameIsNoZone(name: String) { #expect(Zone(name: name) == nil) }

  /// The C library's own reading of the same files, through `date`, at four thousand instants of two centuries.
  @Test(
    .enabled(if: hasZones),
    arguments: [
      "Europe/Berlin", "Europe/Dublin", "Europe/London", "Africa/Casablanca", "Africa/Cairo", "Africa/Monrovia",
      "America/New_York", "America/St_Johns", "America/Santiago", "America/Sao_Paulo", "America/Nuuk",
      "America/Caracas",
      "Asia/Kolkata", "Asia/Kathmandu", "Asia/Gaza", "Asia/Tehran", "Asia/Pyongyang", "Asia/Riyadh",
      "Australia/Lord_Howe", "Australia/Adelaide", "Antarctica/Troll", "Antarctica/Vostok", "Pacific/Apia",
      "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Easter", "EST5EDT", "Etc/GMT+12", "Etc/UTC",
    ])
  func offsetsAreTheLibrarys(name: String) throws {
    let zone = try #require(Zone(name: name))
    let outcome = try Driver.run(
      """
      awk 'BEGIN { for (t = -2208988800; t < 4102444800; t += 1577777) printf "@%d\\n", t }' |
        TZ=\(name) date -f - '+%s %::z' | tr : ' '
      """)
    var count = 0
    for line in outcome.text.split(separator: "\n") {
      let parts = line.split(separator: " ").compactMap { Int64($0) }
      guard parts.count == 4 else { continue }
      let sign: Int64 = line.contains(" -") ? -1 : 1
      let offset = sign * (abs(parts[1]) * 3600 + parts[2] * 60 + parts[3])
      #expect(zone.offsetSeconds(atUnixSeconds: parts[0]) == offset, "\(name) at \(parts[0])")
      count += 1
    }
    #expect(count == 4001, "\(outcome.errorText)")
  }

  @Test func usersAreFoundInTheirFile() throws {
    try withFolder { folder in
      let lines = ["# x", "+:::", "+nis:x:7:7::/:", "ana:x:7:7:Ana:/home/ana:/bin/sh", "", "ben:x:8"]
      try File.replace(folder + "/users", with: Array(lines.joined(separator: "\n").utf8))
      #expect(CurrentUser.name(of: 7, inFile: folder + "/users") == "ana")
      #expect(CurrentUser.name(of: 8, inFile: folder + "/users") == nil)
      let bytes = Array("caf".utf8) + [0xE9] + Array(":x:9:7::/:\ncaf".utf8) + [0xE8] + Array(":x:10:7::/:\n".utf8)
      try File.replace(folder + "/bytes", with: bytes)
      #expect([9, 10].map { CurrentUser.name(of: $0, inFile: folder + "/bytes") } == ["caf%E9", "caf%E8"])
      #expect(CurrentUser.name(of: 7, inFile: folder + "/missing") == nil)
    }
    let stated = try Driver.run("id -un").text.split(separator: "\n").first.map(String.init)
    #expect(CurrentUser.name == stated)
  }

  @Test func offsetsNeedNoEnvironment() {
    let before = getenv("TZ").map { String(cString: $0) }
    _ = Zone(name: "Asia/Kolkata")?.offsetSeconds(atUnixSeconds: 1_700_000_000)
    #expect(getenv("TZ").map { String(cString: $0) } == before)
  }

  @Test(arguments: [
    "", "TZif", "TZif2", String(repeating: "TZif2\u{0}", count: 40),
    "TZif2" + String(repeating: "\u{0}", count: 15) + String(repeating: "\u{7F}", count: 24),
    "TZif\u{0}" + String(repeating: "\u{0}", count: 39),
  ])
  func whatIsNoZoneFileIsRefused(text: String) { #expect(ZoneRules(Array(text.utf8)) == nil) }

  /// A file that ends anywhere is read without a fault, and as none wherever its second part is not whole.
  @Test(.enabled(if: hasZones)) func aCutZoneFileIsRefused() throws {
    let bytes = try File.readAll("/usr/share/zoneinfo/Europe/Berlin")
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0
    let end = bytes[..<whole].lastIndex(of: UInt8(ascii: "\n")) ?? 0
    for length in 0..<bytes.count {
      let rules = ZoneRules(Array(bytes[..<length]))
      #expect((rules == nil) == (length < end), "\(length)")
    }
  }

  @Test(arguments: [
    "", "CET", "CET-", "<CET-1", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J10", "CET-1CEST,1,366", "CET-168",
    "CET-1:60", "CET-1CEST,M3.5.0,M10.5.0/3x", "9-1",
  ])
  func whatIsNoRuleIsRefused(text: String) { #expect(ZoneRule(Array(text.utf8)) == nil) }

  /// A rule is read without a file, too.
  @Test func aRuleAloneIsAZone() throws {
    let rules = try #require(ZoneRules(rule: "CET-1CEST,M3.5.0,M10.5.0/3"))
    #expect(rules.offset(at: 1_711_846_799) == 3600 && rules.offset(at: 1_711_846_800) == 7200)
    #expect(try #require(ZoneRules(rule: "JST-9")).offset(at: -5_000_000_000) == 32_400)
    #expect(ZoneRules(rule: "Nowhere/Bad") == nil)
  }

  /// Days by their numbers: the one that never counts a leap day, and the one that does.
  @Test func daysOfTheYearCount() throws {
    let leap: Int64 = 1_709_164_800  // 2024-02-29T00:00Z
    let julian = try #require(ZoneRule(Array("X0Y,J60/0,J61/0".utf8)))
    let plain = try #require(ZoneRule(Array("X0Y,59/0,60/1".utf8)))
    #expect(julian.offset(at: leap) == 0 && julian.offset(at: leap + 86_400) == 3600)
    #expect(plain.offset(at: leap - 1) == 0 && plain.offset(at: leap) == 3600 && plain.offset(at: leap + 86_400) == 0)
  }

  @Test func utcNeedsNoFile() {
    #expect(Zone(name: "UTC")?.offsetSeconds(atUnixSeconds: 1_700_000_000) == 0)
  }

  @Test(.enabled(if: hasZones)) func offsetsFollowTheRulesOfTheZoneAndTheInstant() throws {
    let (berlin, kolkata) = (try #require(Zone(name: "Europe/Berlin")), try #require(Zone(name: "Asia/Kolkata")))
    // 2024-03-31T01:00:00Z is the second in which Berlin's summer time begins.
    #expect(berlin.offsetSeconds(atUnixSeconds: 1_711_846_799) == 3600)
    #expect(kolkata.offsetSeconds(atUnixSeconds: 1_711_846_800) == 19_800)
    #expect(berlin.offsetSeconds(atUnixSeconds: 1_711_846_800) == 7200)
  }
}

@Suite struct PatternTests {
  @Test(
    arguments: [
      ("tokens: ([0-9]+)", "tokens: 1\ntokens: 22\n", "22"), ("^([0-9]+)$", "1\nx2\n3", "3"), ("(x*)", "é", ""),
      ("([0-9]+)", "a\u{0}b42", "42"), ("^(a)", "aab", "a"), ("(x.*é)", "xéé", "xéé"), ("([0-9]+)", "none", nil),
      ("nothing captured", "nothing captured", nil),
    ] as [(String, String, String?)])
  func theLastMatchCounts(pattern: String, text: String, expected: String?) throws {
    #expect(try Pattern(pattern).lastCapture(in: text) == expected)
  }

  @Test func aMalformedPatternSaysWhy() {
    #expect { try Pattern("(") } throws: { "\($0)".contains("(") }
  }
}

@Suite struct StatusTests {
  @Test func aFailureOfTheWrapperIsToldFromOneOfTheCommand() {
    #expect(ChildStatus.notStarted(PosixError("pipe", code: EMFILE)).shellStatus == 125)
    #expect(ChildStatus.notStarted(PosixError("run", path: "x", code: ENOENT)).shellStatus == 127)
    #expect(ChildStatus.notStarted(PosixError("run", path: "x", code: EACCES)).shellStatus == 126)
    #expect(ChildStatus.signaled(15).shellStatus == 143)
  }

  @Test func randomNamesDiffer() {
    let names = Set((0..<100).map { _ in Random.hexadecimal(bytes: 8) })
    #expect(names.count == 100 && names.allSatisfy { $0.utf8.count == 16 })
  }

  @Test func oneThreadLetsOthersGoFirst() throws {
    // *Source:* proc_pid_stat(5): the nice value is the 17th field behind the name.
    @Sendable func nice() throws -> Int? {
      let stat = String(decoding: try File.readAll("/proc/thread-self/stat"), as: UTF8.self)
      let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
      return fields.count > 17 ? Int(fields[17]) : nil
    }
    let before = try #require(try nice())
    let seen = Locked<Int?>(nil)
    try Posix.Thread.start {
      Posix.Thread.letOthersGoFirst()
      let own = try? nice()
      seen.use { $0 = own ?? -100 }
    }
    #expect(seen.wait(atMostMs: 20_000, until: { $0 != nil }) { $0 } == max(10, before))
    #expect(try nice() == before)
    // One that others go before already is not put nearer to the front.
    let further = Locked<Int?>(nil)
    try Posix.Thread.start {
      _ = setpriority(numericCast(PRIO_PROCESS.rawValue), 0, Int32(max(15, before)))
      Posix.Thread.letOthersGoFirst()
      let own = try? nice()
      further.use { $0 = own ?? -100 }
    }
    #expect(further.wait(atMostMs: 20_000, until: { $0 != nil }) { $0 } == max(15, before))
  }
}
