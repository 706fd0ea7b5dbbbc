import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// A provider from which nothing comes is given up after the time that its table says.
@Suite(.serialized) struct IdleProviderTests {
  @Test(arguments: ["/v1/chat/completions", "/v1/files"]) func aProviderIsGivenUpAfterItsTime(target: String) throws {
    let harness = try GatewayHarness(settings: { settings in
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
    let start = Clock.monotonicNanoseconds
    #expect(try harness.post(to: target, MeteredCallTests.chat).status >= 500)
    // libcurl takes the speed of the last seconds, in which the request was sent.
    #expect((Clock.monotonicNanoseconds - start) / 1_000_000 < 30_000)
    #expect(try harness.ledger().last?.kind == (target == "/v1/files" ? .unmetered : .void))
  }
}
