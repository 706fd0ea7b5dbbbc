import GuardModel
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// A stream is asked for its usage; a server that does not know how to tell it is asked without, and no other call goes out twice.
@Suite(.serialized) struct UsageOptionTests {
  private static let call = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"a"}]}"#
  private static let events = #"data: {"choices":[{"delta":{"content":"Hello"}}]}"# + "\n\ndata: [DONE]\n\n"

  /// How often a server is asked that turns the last of some calls away with an error.
  private func asked(afterCalls earlier: Int, _ status: Int, _ error: String, lastModel: String = "m") throws -> Int {
    let count = Locked(0)
    let harness = try GatewayHarness { exchange in
      let number = count.use { count in
        count += 1
        return count
      }
      if number <= earlier {
        exchange.reply(type: "text/event-stream", Self.events)
      } else {
        exchange.reply(status: status, error)
      }
      return true
    }
    for _ in 0..<earlier { #expect(try harness.post(Self.call).status == 200) }
    let last = try harness.post(Self.call.replacing(#""m""#, with: "\"\(lastModel)\""))
    #expect(last.status == status && last.text == error)
    return count.use { $0 } - earlier
  }

  @Test(arguments: [400, 422]) func anErrorThatNamesTheOptionIsTriedWithout(status: Int) throws {
    #expect(try asked(afterCalls: 1, status, #"{"detail":[{"loc":["body","stream_options"]}]}"#) == 2)
    #expect(try asked(afterCalls: 0, status, #"{"error":{"message":"x","param":"include_usage"}}"#) == 2)
  }

  /// Some say only that they do not know something.
  @Test(arguments: [#"{"error":{"message":"unknown field"}}"#, "bad request", #"{"error":{"param":null}}"#])
  func anErrorThatNamesNothingIsTriedWithoutWhereTheOptionMayBeUnknown(error: String) throws {
    #expect(try asked(afterCalls: 0, 400, error) == 2)
    #expect(try asked(afterCalls: 1, 400, error) == 1, "it was taken before")
    #expect(try asked(afterCalls: 1, 400, error, lastModel: "other") == 2, "another server may be behind it")
  }

  @Test func anErrorThatNamesSomethingElseIsNotTriedAgain() throws {
    let error = #"{"error":{"message":"too long","param":"messages","code":"context_length_exceeded"}}"#
    #expect(try asked(afterCalls: 0, 400, error) == 1)
    #expect(try asked(afterCalls: 0, 404, #"{"error":{"message":"unknown model"}}"#) == 1)
  }

  /// When the run's time is over meanwhile, nothing goes out once more.
  @Test(arguments: [400, 503], [true, false]) func whatComesTooLateIsNotTriedAgain(status: Int, isOver: Bool) throws {
    let error = #"{"error":{"message":"unknown stream_options"}}"#
    // On a slow machine a call may come too late itself: then there is more time.
    for durationMs: Int64 in isOver ? [400, 2000, 20_000] : [600_000] {
      let count = Locked(0)
      let endsAtMs = Clock.sinceStartMs + durationMs
      let harness = try GatewayHarness(configure: { options in
        options.caps.endsAtMs = endsAtMs
        options.retries = 1
      }) { exchange in
        count.use { $0 += 1 }
        while isOver, Clock.sinceStartMs <= endsAtMs { Clock.sleep(ms: 10) }
        exchange.reply(status: status, error)
        return true
      }
      let reply = try harness.post(Self.call)
      if isOver, count.use({ $0 }) == 0, durationMs < 20_000 { continue }
      #expect(reply.status == status && reply.text == error && count.use { $0 } == (isOver ? 1 : 2))
      return
    }
  }

  /// A server that knows the option, one model of which does not, and what is asked of it for each call.
  private func knowsOption(_ calls: [(body: String, status: Int)]) throws -> [Bool] {
    let asked = Locked<[Bool]>([])
    let harness = try GatewayHarness { exchange in
      let body = exchange.text
      let has = body.contains("include_usage")
      asked.use { $0.append(has) }
      if body.contains("\"wrong\"") {
        // What the client has sent stands in it.
        exchange.reply(status: 400, #"{"error":{"message":"Invalid value: 'stream_options'","param":null}}"#)
      } else if has, body.contains("\"old\"") {
        exchange.reply(status: 400, #"{"error":{"message":"unknown field stream_options"}}"#)
      } else {
        exchange.reply(type: "text/event-stream", Self.events)
      }
      return true
    }
    for call in calls { #expect(try harness.post(call.body).status == call.status) }
    return asked.use { $0 }
  }

  /// Who names the option in a wrong call takes it from nobody; with another model it may be unknown.
  @Test func aWrongCallOfOneTakesTheOptionFromNobody() throws {
    let wrong = Self.call.replacing("user", with: "wrong")
    let old = Self.call.replacing(#""m""#, with: #""old""#)
    let calls = [(wrong, 400), (Self.call, 200), (wrong, 400), (Self.call, 200)]
    #expect(try knowsOption(calls) == [true, false, true, true, false, true])
    #expect(
      try knowsOption([(old, 200), (old, 200), (Self.call, 200)]) == [true, false, false, true],
      "not known with one model, and asked for with the others")
  }

  /// An error that passes by itself, and names nothing, says nothing of the option.
  @Test func anErrorThatPassesByItselfTakesTheOptionFromNobody() throws {
    let asked = Locked<[Bool]>([])
    let harness = try GatewayHarness { exchange in
      let number = asked.use { asked in
        asked.append(exchange.text.contains("include_usage"))
        return asked.count
      }
      if number == 1 {
        exchange.reply(status: 400, #"{"error":{"message":"Failed to call a function","code":"tool_use_failed"}}"#)
      } else {
        exchange.reply(type: "text/event-stream", Self.events)
      }
      return true
    }
    for _ in 0..<3 { #expect(try harness.post(Self.call).status == 200) }
    #expect(asked.use { $0 } == [true, false, true, true])
  }

  /// Whoever asked for it in OpenRouter's own way keeps it; others are not shown what they did not ask for.
  @Test(
    arguments: [
      ("openai", #"{"model":"m","stream":true,"usage":{"include":true}}"#),
      ("openrouter", #"{"model":"m","stream":true}"#),
      ("openrouter", #"{"stream":true,"models":["a/b"]}"#),
    ])
  func whatWasAskedForIsNotHidden(provider: String, body: String) throws {
    let stream =
      "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n"
      + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n"
    let bodies = Locked<[String]>([])
    let harness = try GatewayHarness { exchange in
      bodies.use { $0.append(exchange.text) }
      exchange.reply(type: "text/event-stream", stream)
      return true
    }
    let reply = try harness.post(to: "/api/v1/chat/completions", key: provider, body)
    #expect((reply.text == stream) == body.contains(#""include":true"#))
    // A server of one's own may know the usual option alone.
    #expect(bodies.use { $0.allSatisfy { $0.contains("include_usage") } })
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 5, output: 3, exactness: .exact))
  }
}
