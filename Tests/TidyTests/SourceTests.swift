import Testing

/// What a reader of the tree relies on.
@Suite struct SourceTests {
  static let maximumLines = 400
  static let maximumFiles = 40

  @Test func filesStaySmall() throws {
    for file in try Checkout.swiftFiles(under: "Sources") + Checkout.swiftFiles(under: "Tests") {
      let lines = try Checkout.text(of: file).utf8.filter { $0 == UInt8(ascii: "\n") }.count
      #expect(lines <= Self.maximumLines, "\(file) has \(lines) lines: which second subject wants its own file?")
    }
  }

  /// A folder that is longer than a screen wants parts with names.
  @Test func foldersStaySmall() throws {
    var files: [Substring: Int] = [:]
    for file in try Checkout.swiftFiles(under: "Sources") {
      files[file[..<(file.lastIndex(of: "/") ?? file.startIndex)], default: 0] += 1
    }
    for (folder, count) in files where count > Self.maximumFiles {
      Issue.record("\(folder) has \(count) files: which of them belong together?")
    }
  }

  @Test func noFileNamesAnUnfinishedPart() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "not imple" + "mented"]
    for file in try Checkout.swiftFiles(under: "Sources") {
      let text = try Checkout.text(of: file)
      for mark in marks { #expect(!text.contains(mark), "\(file) contains \(mark)") }
    }
  }

  @Test func thePackageDependsOnNothing() throws {
    let manifest = try Checkout.text(of: "Package.swift")
    #expect(!manifest.contains(".package("))
    #expect(manifest.contains("treatAllWarnings"))
  }

  @Test func theTopLevelHoldsOnlyWhatItShould() throws {
    let allowed: Set = ["Package.swift", "Sources", "Tests", "man", "completions", "README.md", "Package.resolved"]
    for name in try Checkout.topLevelNames() where !name.hasPrefix(".") {
      #expect(allowed.contains(name), "\(name) does not belong at the top level")
    }
  }
}
