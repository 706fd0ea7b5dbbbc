import Glibc
import Testing

@testable import Posix

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

  /// Nothing of it is compiled: it would take all memory, or the matching all time.
  @Test(arguments: [
    "(please )?(sum|translate).{1,32000}", "((a{100}){100}){100}", "x{0,2000}", "(ab){501}", "a{1001,}",
    "[a-z]{1,1002}", "([]{}]{40}){40}", "(.*)(.*)\\1x", "(.+)\\1\\1",
  ])
  func whatWouldTakeAllIsNotCompiled(pattern: String) {
    #expect { try Pattern(pattern) } throws: { error in
      let hint = (error as? Pattern.Malformed)?.hint ?? ""
      return "\(error)".contains("parts") && hint.contains("repeat less often")
        || "\(error)".contains("forever") && hint.contains("instead of (a|b)-\\1")
    }
  }

  @Test(arguments: [
    "(please )?(sum|translate).{1,300}", "a{1,255}b{1,255}", "[[:alpha:]]{2,}(,[[:digit:]{}]{3}){0,9}",
    "\\{1000,2000\\}", "[{]9999}", "(a|b)*c+d?", "\\.\\$", "x{1001}", String(repeating: "word|", count: 900) + "x",
  ])
  func whatIsUsualIsCompiled(pattern: String) throws { _ = try Pattern(pattern) }

  @Test func aMalformedPatternSaysWhy() {
    #expect { try Pattern("(") } throws: { "\($0)".contains("(") && ($0 as? Pattern.Malformed)?.hint == nil }
  }
}

@Suite struct StatusTests {
  @Test func aFailureOfTheWrapperIsToldFromOneOfTheCommand() {
    #expect(ChildStatus.notStarted(PosixError("pipe", code: EMFILE)).shellStatus == 125)
    #expect(ChildStatus.notStarted(PosixError("run", path: "x", code: ENOENT)).shellStatus == 127)
    #expect(ChildStatus.notStarted(PosixError("run", path: "x", code: EACCES)).shellStatus == 126)
    #expect(ChildStatus.notStarted(PosixError("run", path: "x", code: EAGAIN)).shellStatus == 125)
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
