import Configuration
import Testing

/// `idle_timeout` of a provider.
@Suite struct IdleTimeoutTests {
  @Test func aProviderMayThinkForLonger() throws {
    let settings = try Reading.settings(
      "[provider.openai]\nidle_timeout = '90min'\n[provider.mine]\nbase = 'http://127.0.0.1:1/v1'\n")
    func seconds(_ name: String) -> Int64? { settings.providers.first { $0.name == name }?.idleTimeoutSeconds }
    #expect(seconds("openai") == 5400)
    #expect(seconds("mine") == 600 && seconds("anthropic") == 600)
    let listed = settings.listing.filter { $0.key.hasSuffix("idle_timeout") }
    #expect(listed.map(\.key) == ["provider.openai.idle_timeout"])
  }

  /// What is cut off early costs at the provider all the same.
  @Test(arguments: [
    ("59s", "at least 1min"), ("25h", "at most 24h"), ("0s", "at least 1min"), ("soon", "not a duration"),
  ])
  func whatCannotBeOneIsSaid(text: String, message: String) {
    let (_, problems) = Reading.read(user: "[provider.openai]\nidle_timeout = '\(text)'")
    #expect(problems.count == 1 && problems.first?.message.contains(message) == true, "\(problems)")
  }
}
