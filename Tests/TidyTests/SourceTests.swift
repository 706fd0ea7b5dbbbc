import Testing

/// What a reader of the tree relies on.
@Suite struct SourceTests {
  static let maximumLines = 400

  @Test func filesStaySmall() throws {
    for file in try Checkout.swiftFiles(under: "Sources") + Checkout.swiftFiles(under: "Tests") {
      let lines = try Checkout.text(of: file).utf8.filter { $0 == UInt8(ascii: "\n") }.count
      #expect(lines <= Self.maximumLines, "\(file) has \(lines) lines: which second subject wants its own file?")
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
