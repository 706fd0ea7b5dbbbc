import Posix
import Testing

/// Prompts that are no text, or hardly one: different ones are never taken for the same.
@Suite struct CacheBadInputStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try File.replace(
      home.path + "/bin/llm",
      with: Array(
        "#!/bin/sh\necho call >>$HOME/calls; n=$(wc -c); echo \"answer $(wc -l <$HOME/calls) to $n bytes\"\n".utf8),
      permissions: 0o700)
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['900000M tokens/day']\n")
  }

  /// Each of these is asked, each is another request, and each is answered from the cache when it comes again or, where its
  /// bytes are not seen as they are, not at all.
  private static let arguments = [
    "names", "na\\342\\200\\213mes", "names\\342\\200\\213", "names\\357\\273\\277", "na\\302\\255mes",
    "\\342\\200\\256names", "names\\342\\200\\217", "n\\330\\247mes", "\\327\\251\\327\\234\\327\\225\\327\\235",
    "\\327\\251\\327\\234\\327\\225\\342\\200\\217\\327\\235", "na\\314\\201mes", "n\\303\\241mes",
  ]

  private static let notText = ["names \\377", "names \\376", "names \\357\\277\\275", "\\300\\200names"]

  private func counts(_ script: String) throws -> [Substring] {
    let outcome = try home.run("ask() { llmguard run -q -- llm \"$@\" | cut -d ' ' -f 2; }\n" + script)
    #expect(outcome.error == "")
    return outcome.output.split(separator: "\n")
  }

  @Test func whatCannotBeSeenInAPromptCounts() throws {
    defer { home.remove() }
    let once = Self.arguments.map { "ask \"$(printf '\($0)')\" </dev/null\n" }.joined()
    let counts = try counts(once + once)
    #expect(
      counts
        == (Self.arguments.indices.map { "\($0 + 1)" } + Self.arguments.indices.map { "\($0 + 1)" })[...].map {
          $0[...]
        })
  }

  @Test func anArgumentThatIsNoTextIsNeverAnsweredFromTheCache() throws {
    defer { home.remove() }
    let once = Self.notText.map { "ask \"$(printf '\($0)')\" </dev/null\n" }.joined()
    let counts = try counts(once + once)
    #expect(Set(counts).count == counts.count && counts.count == Self.notText.count * 2, "\(counts)")
  }

  @Test func everyByteOfWhatIsPipedInCounts() throws {
    defer { home.remove() }
    let texts = [
      "names", "na\\000mes", "na\\000\\000mes", "names\\000", "names\\377", "names\\376", "names\\300\\200",
      "na\\342\\200\\213mes", "\\342\\200\\256names", "names\\n\\n", "names\\r\\n",
    ]
    let once = texts.map { "printf '\($0)' | ask summarise\n" }.joined()
    let counts = try counts(once + once)
    #expect(counts == (texts.indices.map { "\($0 + 1)" } + texts.indices.map { "\($0 + 1)" }).map { $0[...] })
  }

  /// What is too long to look at goes out, whole, and is not kept: the last byte of two may differ.
  @Test func fiftyMegabytesGoOutWholeAndAreNotTakenForOthers() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      long() { head -c $1 /dev/zero | tr '\\0' 'a'; echo $2; }
      ask() { llmguard run -q --estimate 10 -n 10 -- llm summarise; }
      long 50000000 1 | ask; for end in 1 2 1; do long 5000000 $end | ask; done
      du -k .cache 2>/dev/null | awk '$1 > 1000'
      """, limitSeconds: 300)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4, "\(outcome)")
    #expect(lines.first?.hasSuffix(" to 50000002 bytes") == true, "\(outcome)")
    #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(" to 5000002 bytes") }, "\(outcome)")
    #expect(Set(lines.prefix(3)).count == 3, "\(outcome)")
  }
}
