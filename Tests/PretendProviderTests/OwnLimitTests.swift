import Glibc
import HTTPWire
import Posix
import Testing
import Upstream

@testable import PretendProvider

/// What the provider says of its own limits is true of what it has served.
@Suite(.serialized) struct OwnLimitTests {
  @Test func whatIsTakenComesBack() {
    var limit = OwnLimit(eachMs: 10)
    #expect(limit.most == 600_000)
    func told(_ count: Int64, _ nowMs: Int64) -> [Int64] {
      let (left, resetMs) = limit.take(count, nowMs: nowMs)
      return [left, resetMs]
    }
    #expect(told(0, 5000) == [600_000, 0])
    #expect(told(1, 5000) == [599_999, 1])
    #expect(told(1000, 5000) == [598_999, 101])
    #expect(told(0, 5100) == [599_999, 1])
    #expect(told(0, 5101) == [600_000, 0])
    // What is served beyond it is owed.
    #expect(told(700_000, 6000) == [0, 70_000])
    #expect(told(0, 15_999) == [0, 60_001])
    #expect(told(0, 16_001) == [10, 59_999])
    #expect(told(.max, 16_001)[0] == 0)
    #expect(told(-5, 1 << 40)[0] == 600_000)
  }

  /// The fields of a reply to a call of so many words, which are repeated.
  private func fields(
    _ provider: PretendProvider, _ path: String, words: Int, _ field: String = "x-none"
  ) throws -> HTTPFields {
    let text = String(repeating: "word ", count: words)
    let body =
      #"{"model":"m","max_tokens":1000000,"stream":true,"messages":[{"role":"user","content":"\#(text)"}]}"#
    let head = Locked<HTTPResponseHead?>(nil)
    try UpstreamClient().send(
      UpstreamRequest(
        method: "POST", url: provider.url + path, fields: [(name: "x-pretend", value: Array(field.utf8))],
        body: .bytes(Array(body.utf8))),
      onHead: { raw in
        head.use { $0 = try? HTTPResponseHead(reading: raw) }
        return true
      }, onBody: { _ in true })
    return try #require(head.use { $0 }).fields
  }

  @Test func aReplyTellsWhatItsCallTook() throws {
    let provider = try PretendProvider()
    let first = try fields(provider, "/v1/chat/completions", words: 20_000)
    let line = try #require(provider.tally.lines["m"])
    #expect(line.inputTokens + line.outputTokens > 20_000)
    #expect(first["x-ratelimit-limit-tokens"] == "150000000" && first["x-ratelimit-limit-requests"] == "1500000")
    #expect(first["x-ratelimit-remaining-tokens"] == "\(150_000_000 - line.inputTokens - line.outputTokens)")
    #expect(first["x-ratelimit-reset-tokens"] == "9ms")
    #expect(first["x-ratelimit-remaining-requests"] == "1499999" && first["x-ratelimit-reset-requests"] == "1ms")
    // What the first one took has come back meanwhile.
    Clock.sleep(ms: 30)
    let second = try fields(provider, "/v1/chat/completions", words: 1)
    #expect(second["x-ratelimit-remaining-tokens"].flatMap { Int64($0) } ?? 0 > 149_999_900, "\(second)")
  }

  @Test func anthropicsTellInstants() throws {
    let provider = try PretendProvider()
    let before = Clock.unixMs
    let told = try fields(provider, "/v1/messages", words: 1)
    for what in ["requests", "tokens"] {
      let reset = try #require(told["anthropic-ratelimit-\(what)-reset"])
      let digits = reset.split { !$0.isNumber }.compactMap { Int32($0) }
      try #require(digits.count == 6 && reset.count == 20 && reset.hasSuffix("Z"), "\(reset)")
      var parts = tm()
      (parts.tm_year, parts.tm_mon, parts.tm_mday) = (digits[0] - 1900, digits[1] - 1, digits[2])
      (parts.tm_hour, parts.tm_min, parts.tm_sec) = (digits[3], digits[4], digits[5])
      #expect((before...Clock.unixMs + 2000).contains(Int64(timegm(&parts)) * 1000), "\(reset)")
    }
    #expect(told["anthropic-ratelimit-requests-remaining"] == "1499999")
    #expect(told["anthropic-ratelimit-tokens-limit"] == "150000000")
  }

  @Test func itTellsWhatItIsToldToTell() throws {
    let provider = try PretendProvider()
    let told = try fields(provider, "/v1/chat/completions", words: 1, "tokens-left-7, resets-90")
    #expect(told["x-ratelimit-remaining-tokens"] == "7" && told["x-ratelimit-reset-tokens"] == "1m30s")
    let calls = try fields(provider, "/v1/chat/completions", words: 1, "left-0, resets-2")
    #expect(calls["x-ratelimit-remaining-requests"] == "0" && calls["x-ratelimit-reset-requests"] == "2s")
  }
}
