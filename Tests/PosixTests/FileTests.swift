import Glibc
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
