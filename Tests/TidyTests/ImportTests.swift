import Testing

/// The layers hold: what a file imports is what its target may import.
@Suite struct ImportTests {
  /// System modules and the only targets that may import them.
  static let systemModules: [String: Set<String>] = [
    "Glibc": ["Posix"], "CPosix": ["Posix"], "CSQLite": ["SQLite"],
    "CSQLiteHeap": ["SQLite"], "CWriteAheadLog": ["SQLite"], "CDigest": ["Digest"], "CIntentTables": ["Intent"],
    "Foundation": [],
    "FoundationEssentials": [],
    "Dispatch": [],
  ]

  /// Targets by layer, lowest first. A target may import only targets of lower layers.
  static let layers: [Set<String>] = [
    ["CSQLite", "CSQLiteHeap", "CPosix", "CWriteAheadLog", "CDigest", "CIntentTables"],
    ["Posix", "SQLite", "TextFormats", "CommandSpec", "GuardModel", "Digest"],
    ["Terminal", "Ledger", "Providers", "HTTPWire", "Intent"],
    ["SQLiteLedger", "Configuration", "IntentCache", "Upstream"],
    ["Guard", "Reports", "Dashboard"],
    ["Gateway"],
    ["LLMGuardCLI"],
    ["llmguard", "llmguard-bench"],
  ]

  /// Problems with one file's imports.
  static func problems(target: String, imports: [String]) -> [String] {
    guard let layer = layers.firstIndex(where: { $0.contains(target) }) else {
      return ["the target \(target) stands in no layer"]
    }
    return imports.compactMap { module in
      if let allowed = systemModules[module] {
        return allowed.contains(target) ? nil : "\(target) may not import \(module)"
      }
      guard let other = layers.firstIndex(where: { $0.contains(module) }) else {
        return "\(target) imports \(module), which is not a target"
      }
      return other < layer ? nil : "\(target) may not import \(module), which is not in a lower layer"
    }
  }

  @Test func everyImportKeepsTheLayers() throws {
    let files = try Checkout.swiftFiles(under: "Sources")
    #expect(files.count > 30, "the sources were not found")
    for file in files {
      let target = String(file.split(separator: "/")[1])
      let found = Self.problems(target: target, imports: Checkout.imports(in: try Checkout.text(of: file)))
      #expect(found.isEmpty, "\(file): \(found.joined(separator: "; "))")
    }
  }

  @Test func everyTargetFolderStandsInOneLayer() throws {
    let folders = Set(try Checkout.swiftFiles(under: "Sources").map { String($0.split(separator: "/")[1]) })
    let listed = Self.layers.reduce(into: Set<String>()) { $0.formUnion($1) }
    #expect(folders.subtracting(listed).isEmpty)
    #expect(listed.subtracting(folders).subtracting(Self.layers[0]).isEmpty)
  }

  /// What people read of the layers is what holds.
  @Test func theLayersAreWrittenDownAsTheyAre() throws {
    let text = try Checkout.text(of: "Sources/llmguard/llmguard.docc/Architecture.md")
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| L") }
    let written = rows.map { row in
      let cells = row.split(separator: "|")
      return Set(cells[1].split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
    }
    #expect(written == Self.layers)
  }

  @Test(arguments: [
    ("GuardModel", "Ledger"), ("Ledger", "SQLiteLedger"), ("Terminal", "Reports"), ("GuardModel", "Glibc"),
    ("LLMGuardCLI", "Foundation"), ("Guard", "Reports"), ("Reports", "CSQLite"), ("Nowhere", "Posix"),
  ])
  func anUpwardImportIsFound(target: String, module: String) {
    #expect(Self.problems(target: target, imports: [module]).count == 1)
  }

  @Test func importsAreReadWithTheirAttributes() {
    let text = "import Posix\n@testable import Ledger\npublic import struct GuardModel.Charge\n// import Nothing\n"
    #expect(Checkout.imports(in: text) == ["Posix", "Ledger", "GuardModel"])
  }

  @Test func anIndentedImportIsReadAndOneInsideATextIsNot() {
    let text = "#if DEBUG\n  import Foundation\n#endif\nlet script = #\"\"\"\n  import sys\n  \"\"\"#\nimport Ledger\n"
    #expect(Checkout.imports(in: text) == ["Foundation", "Ledger"])
  }
}
