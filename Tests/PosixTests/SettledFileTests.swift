import Glibc
import Posix
import Testing

/// What should be a file and may never come to an end, or never begin, is not waited for.
@Suite struct SettledFileTests {
  @Test(.timeLimit(.minutes(1))) func aNamedPipeIsRefusedAtOnce() throws {
    let folder = try Folder.makeTemporary(prefix: "settled-")
    defer { try? Folder.removeTree(folder) }
    let fifo = folder + "/fifo"
    #expect(mkfifo(fifo, 0o600) == 0)
    let refused = PosixError("read", path: fifo, code: PosixError.noFile)
    #expect(throws: refused) { try File.readSettled(fifo, maximumBytes: 9) }
    #expect(refused.reason == "it is a FIFO or a device, and no file")
    #expect(throws: PosixError("read", path: "/dev/zero", code: PosixError.noFile)) {
      try File.readSettled("/dev/zero", maximumBytes: 9)
    }
  }

  /// A file, nothing, and what a caller gives for this one reading, as `<(…)` does.
  @Test(.timeLimit(.minutes(1))) func whatComesToAnEndIsRead() throws {
    let folder = try Folder.makeTemporary(prefix: "settled-")
    defer { try? Folder.removeTree(folder) }
    try File.replace(folder + "/file", with: Array("a file".utf8))
    #expect(try File.readSettled(folder + "/file", maximumBytes: 9) == Array("a file".utf8))
    #expect(try File.readSettled("/dev/null", maximumBytes: 9) == [])
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    #expect(write(ends[1], "a pipe", 6) == 6)
    close(ends[1])
    #expect(try File.readSettled("/proc/self/fd/\(ends[0])", maximumBytes: 9) == Array("a pipe".utf8))
    #expect(throws: PosixError("open", path: folder + "/none", code: ENOENT)) {
      try File.readSettled(folder + "/none", maximumBytes: 9)
    }
  }
}
