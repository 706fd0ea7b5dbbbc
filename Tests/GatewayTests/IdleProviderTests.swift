import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// A provider from which nothing comes is given up after the time that its table says.
@Suite(.serialized) struct IdleProviderTests {
  /// That takes some seconds, in which both kinds wait.
  @Test func aProviderIsGivenUpAfterItsTime() throws {
    let targets = ["/v1/chat/completions", "/v1/files"]
    let harnesses = try targets.map { _ in try Self.harness() }
    let statuses = Locked(targets.map { _ in 0 })
    let start = Clock.monotonicNanoseconds
    Posix.Thread.together(
      targets.indices.map { place in
        { @Sendable in
          let status = try? harnesses[place].post(to: targets[place], MeteredCallTests.chat).status
          statuses.use { $0[place] = status ?? 0 }
        }
      })
    // libcurl takes the speed of the last seconds, in which the request was sent.
    #expect((Clock.monotonicNanoseconds - start) / 1_000_000 < 30_000)
    #expect(statuses.use { $0.allSatisfy { $0 >= 500 } }, "\(statuses.use { $0 })")
    #expect(try harnesses.map { try $0.ledger().last?.kind } == [.void, .unmetered])
  }

  private static func harness() throws -> GatewayHarness {
    try GatewayHarness(settings: { settings in
      settings.providers = settings.providers.map { provider in
        var provider = provider
        provider.idleTimeoutSeconds = 1
        return provider
      }
    }) { exchange in
      let endNs = Clock.monotonicNanoseconds + 60_000_000_000
      while exchange.socket.pending != .end, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 20) }
      return false
    }
  }
}
