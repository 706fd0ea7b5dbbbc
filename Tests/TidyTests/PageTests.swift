import Testing

/// Whoever opens the documentation finds every page of it, and every link leads to one.
@Suite struct PageTests {
  private static let folder = "Sources/llmguard/llmguard.docc"

  private static func pages() throws -> [String] {
    try Checkout.names(in: "\(Checkout.root)/\(folder)").filter { $0.hasSuffix(".md") }
  }

  @Test func theFirstPageNamesAllOthers() throws {
    let first = try Checkout.text(of: "\(Self.folder)/llmguard.md")
    let pages = try Self.pages().filter { $0 != "llmguard.md" }
    #expect(pages.count > 8)
    for page in pages { #expect(first.contains("](\(page))"), "\(page) is named nowhere") }
  }

  /// A link by its page (`<doc:Proof>`), by a file beside it, or from the README.
  @Test func everyLinkLeadsSomewhere() throws {
    let pages = Set(try Self.pages())
    var links = 0
    for file in try Self.pages().map({ "\(Self.folder)/\($0)" }) + ["README.md"] {
      let text = try Checkout.text(of: file)
      for rest in text.split(separator: "<doc:").dropFirst() {
        let name = rest.prefix { $0 != ">" }
        #expect(pages.contains(name + ".md"), "\(file) leads to \(name)")
        links += 1
      }
      for rest in text.split(separator: "llmguard.docc/").dropFirst() where file == "README.md" {
        let name = rest.prefix { $0.isLetter || $0 == "." }
        #expect(pages.contains(String(name)), "\(file) leads to \(name)")
        links += 1
      }
    }
    #expect(links > 8, "\(links)")
  }
}
