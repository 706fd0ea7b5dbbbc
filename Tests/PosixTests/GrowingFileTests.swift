import Glibc
import Posix
import Testing

/// Files that take their place when they are whole.
struct GrowingFileTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = try Folder.makeTemporary(prefix: "growing")
    defer { try? Folder.removeTree(folder) }
    try body(folder)
  }

  private func text(_ path: String) throws -> String { String(decoding: try File.readAll(path), as: UTF8.self) }

  @Test func nothingStandsInTheFolderUntilItIsWhole() throws {
    try inFolder { folder in
      let file = try GrowingFile("\(folder)/new")
      try file.write("half of it")
      // Whoever is killed here leaves what is there now.
      #expect(try Folder.names(in: folder) == [])
      try file.finish(permissions: 0o640)
      #expect(try Folder.names(in: folder) == ["new"])
      #expect(try text("\(folder)/new") == "half of it")
      #expect(File.permissions(of: "\(folder)/new") == 0o640)
    }
  }

  @Test func anOldFileStandsUntilItIsReplaced() throws {
    try inFolder { folder in
      try File.replace("\(folder)/file", with: Array("old".utf8))
      let file = try GrowingFile("\(folder)/file", over: ["old", "new"])
      try file.write("new")
      #expect(try text("\(folder)/file") == "old")
      try file.finish()
      #expect(try text("\(folder)/file") == "new")
      let other = try GrowingFile("\(folder)/file", over: ["old", "new"])
      try other.write("never")
      other.abandon()
      #expect(try text("\(folder)/file") == "new")
      #expect(GrowingFile.problem(at: "\(folder)/file", over: ["old"])?.isForeign == true)
      #expect(throws: PosixError("replace", path: "\(folder)/file", code: -3)) { try GrowingFile("\(folder)/file") }
      #expect(try Folder.names(in: folder) == ["file"])
    }
  }

  @Test func aNameMayBeAsLongAsNamesCanBe() throws {
    try inFolder { folder in
      let path = "\(folder)/" + String(repeating: "n", count: 255)
      for content in ["one", "two"] {
        #expect(GrowingFile.problem(at: path, over: ["one"]) == nil)
        let file = try GrowingFile(path, over: ["one"])
        try file.write(content)
        try file.finish()
        #expect(try text(path) == content)
      }
      #expect(try Folder.names(in: folder).count == 1)
      #expect(GrowingFile.problem(at: path + "n")?.reason == "file name too long")
    }
  }

  @Test func whereALinkLeadsIsLookedAt() throws {
    try inFolder { folder in
      try Folder.makePrivate("\(folder)/there")
      try File.replace("\(folder)/there/file", with: [])
      #expect(symlink("\(folder)/there", "\(folder)/link") == 0)
      #expect(GrowingFile.problem(at: "\(folder)/link")?.reason == "is a directory")
    }
  }
}
