import Testing

/// What the program reads of its environment, its manual tells.
@Suite struct EnvironmentTests {
  @Test func everyVariableThatIsReadStandsInTheManual() throws {
    let manual = try Checkout.names(in: "\(Checkout.root)/man").map { try Checkout.text(of: "man/\($0)") }.joined()
    let files = try Checkout.swiftFiles(under: "Sources").filter { !$0.hasPrefix("Sources/llmguard-bench/") }
    var read: Set<String> = []
    for file in files {
      let text = try Checkout.text(of: file)
      for mark in ["Environment.value(\"", "Environment.take(\"", "ariable = \"", "absolutePath(in: \""] {
        for rest in text.split(separator: mark, omittingEmptySubsequences: false).dropFirst() {
          let name = rest.prefix { $0.isUppercase || $0 == "_" }
          if !name.isEmpty, name.last != "_", rest.dropFirst(name.count).first == "\"" { read.insert(String(name)) }
        }
      }
    }
    #expect(read.isSuperset(of: ["LLMGUARD_LEDGER", "LLMGUARD_PROGRAM", "LLMGUARD_REQUEST", "TMPDIR"]), "\(read)")
    for name in read.sorted() {
      let isTold = manual.split(separator: "\n").contains { line in
        line.hasPrefix(".It Ev ") && line.split { " ,\"".contains($0) }.contains(Substring(name))
      }
      #expect(isTold, "\(name) is read, and no page of the manual says so")
    }
  }
}
