import Configuration
import Testing

/// `deployments` of a provider.
@Suite struct DeploymentsTests {
  @Test func eachHasItsModel() throws {
    let settings = try Reading.settings(
      """
      [provider.azure]
      base = "https://our.openai.azure.com"
      deployments = { "our-chat" = "gpt-4o", "a.small_1" = "gpt-4o-mini" }
      """)
    let azure = try #require(settings.providers.first { $0.name == "azure" })
    #expect(azure.deployments == ["our-chat": "gpt-4o", "a.small_1": "gpt-4o-mini"])
    #expect(azure.variables.map(\.name) == ["AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"])
    #expect(settings.providers.allSatisfy { $0.name == "azure" || $0.deployments.isEmpty })
  }

  @Test(arguments: [
    ("deployments = 'x'", "a table"), ("deployments = { a = 1 }", "a string"),
    ("deployments = { 'a/b' = 'gpt-4o' }", "cannot be a deployment's name"),
    ("deployments = { 'a?b' = 'gpt-4o' }", "cannot be a deployment's name"),
    ("deployments = { 'ä' = 'gpt-4o' }", "cannot be a deployment's name"), ("deployments = { a = '' }", "empty"),
  ])
  func mistakesAreNamed(line: String, message: String) {
    let (_, problems) = Reading.read(user: "[provider.azure]\n\(line)")
    #expect(problems.count == 1)
    #expect(problems.first?.message.contains(message) == true, "\(problems)")
    #expect(problems.first?.description.contains("user.toml:2") == true, "\(problems)")
  }
}
