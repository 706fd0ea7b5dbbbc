import GuardModel
import Providers

/// What a provider's reply says, and how many tokens a text has, does not depend on where the stream is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = input(data, count)
  var (whole, cut, counter) = (UsageReader(), UsageReader(), TokenCounter())
  whole.consume(bytes)
  for piece in pieces(of: bytes) {
    cut.consume(piece)
    counter.consume(piece)
  }
  let reply = whole.finish()
  require(cut.finish() == reply, "a reply says the same in pieces")
  if let usage = reply.usage {
    require(min(usage.input, usage.output, usage.cachedInput, usage.cacheWrite, usage.reasoning) >= 0, "\(usage)")
    require(usage.cachedInput + usage.cacheWrite <= usage.input && usage.reasoning <= usage.output, "\(usage)")
  }
  if let usage = reply.usage {
    require((0...usage.output).contains(reply.unnamedOutput), "a total holds \(reply.unnamedOutput) beside \(usage)")
  }
  if let cost = reply.costMicroUSD { require(cost >= 0, "a cost is negative: \(cost)") }
  var counterOfWhole = TokenCounter()
  counterOfWhole.consume(bytes)
  require(counter.tokens == counterOfWhole.tokens, "a text has as many tokens in pieces")
  require(counter.tokens >= 0 && counter.tokens <= 4 * count, "\(counter.tokens) tokens in \(count) bytes")
  return 0
}
