import Configuration
import TextFormats
import Testing

/// What `config init` writes, and the schema it is written from.
@Suite struct ConfigTemplateTests {
  /// The template's lines with the settings uncommented: those whose `#` has no space after it.
  static let uncommented = ConfigKey.template.split(separator: "\n", omittingEmptySubsequences: false)
    .map { $0.hasPrefix("#") && !$0.hasPrefix("# ") ? String($0.dropFirst()) : String($0) }
    .joined(separator: "\n")

  @Test func everythingIsCommentedOut() {
    for line in ConfigKey.template.split(separator: "\n") { #expect(line.hasPrefix("#"), "\(line)") }
  }

  @Test func uncommentedItChangesNothing() throws {
    let settings = try Reading.settings(Self.uncommented)
    let examples = [".summarize.", ".alice.", ".gpt-4o.", ".mycli."]
    let rows = settings.listing.filter { row in !examples.contains { row.key.contains($0) } }
    #expect(rows.map { "\($0.key) = \($0.value)" } == Settings().listing.map { "\($0.key) = \($0.value)" })
    #expect(rows.filter { $0.key.hasPrefix("tier.default.") }.allSatisfy { $0.origin.hasPrefix("user.toml:") })
    #expect(settings.weights(operation: "summarize", model: "gpt-4o").isEmpty)
    #expect(settings.operations["summarize"]?.budgets == [])
    #expect(settings.operations["summarize"]?.ladder == nil)
    #expect(settings.prices.isEmpty)
  }

  @Test func everyKeyStandsInItWithItsSummary() {
    let lines = ConfigKey.template.split(separator: "\n")
    for key in ConfigKey.all {
      let name = key.path.split(separator: ".").last ?? ""
      #expect(lines.contains("# " + key.summary.filter { $0 != "`" }), "\(key.path)")
      #expect(
        lines.contains { line in
          ["#\(name) = ", "#\(name).", "# Example: \(name) = "].contains { line.hasPrefix($0) }
        }, "\(key.path)")
    }
  }

  /// Each key with its example, in a system file so that locks may be set.
  @Test(arguments: ConfigKey.all)
  func theExampleOfAKeyIsRead(_ key: ConfigKey) {
    let path = key.path.split(separator: ".").map { $0 == "NAME" ? "default" : String($0) }.joined(separator: ".")
    // A pair of patterns counts only together.
    let partner = [
      "client.NAME.usage_input": "client.default.usage_output = '(x)'\n",
      "client.NAME.usage_output": "client.default.usage_input = '(x)'\n",
    ]
    var text = (partner[key.path] ?? "") + "\(path) = \(key.example)\n"
    if path.hasPrefix("rule.") {
      // A list of tables: a rule has an operation and something to know its calls by.
      let other = path == "rule.operation" ? "model = 'm'" : "operation = 'o'"
      text = "[[rule]]\n\(path.dropFirst(5)) = \(key.example)\n\(other)\n"
    }
    let (settings, problems) = Reading.read(system: text)
    #expect(problems.isEmpty, "\(problems)")
    if path.hasPrefix("rule.") {
      #expect(settings.rules.map(\.place) == ["system.toml:2"])
      return
    }
    #expect(settings.origins[path] != nil)
  }

  @Test(arguments: ConfigKey.all)
  func theStatedDefaultOfAKeyIsTheBuiltInOne(_ key: ConfigKey) {
    guard !key.path.contains("NAME"), !key.defaultValue.isEmpty, key.path != "lock.keys" else { return }
    let row = Settings().listing.first { $0.key == key.path }
    #expect(row?.value == key.defaultValue)
    #expect(row?.origin == "built-in")
  }

  @Test func theStatedDefaultsOfATierAreThoseOfANewOne() throws {
    let new = try Reading.settings("[tier.new]").listing.filter { $0.key.hasPrefix("tier.new.") }
    for key in ConfigKey.all where key.path.hasPrefix("tier.NAME.") && key.path != "tier.NAME.ladder.models" {
      let name = "tier.new." + key.path.dropFirst("tier.NAME.".count)
      #expect(new.first { $0.key == name }?.value ?? "" == key.defaultValue, "\(name)")
    }
  }
}
