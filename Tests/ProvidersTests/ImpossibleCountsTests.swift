import GuardModel
import Testing

@testable import Providers

/// Counts that no call has: the reply is read to its end, and they are not believed.
@Suite struct ImpossibleCountsTests {
  /// Usage in all forms, with places for one count.
  private static let forms = [
    #"{"usage":{"prompt_tokens":#,"completion_tokens":#,"total_tokens":#,"prompt_tokens_details":{"cached_tokens":#,"#
      + #""cache_write_tokens":#,"audio_tokens":#},"completion_tokens_details":{"reasoning_tokens":#,"audio_tokens":#}}}"#,
    #"{"usage":{"prompt_tokens":#,"completion_tokens":#,"prompt_cache_hit_tokens":#,"total_tokens":#}}"#,
    #"{"object":"list","usage":{"prompt_tokens":#,"total_tokens":#}}"#,
    #"{"usage":{"input_tokens":#,"output_tokens":#,"total_tokens":#,"input_tokens_details":{"cached_tokens":#},"#
      + #""output_tokens_details":{"reasoning_tokens":#}}}"#,
    #"{"usage":{"input_tokens":#,"output_tokens":#,"total_tokens":#,"cache_creation_input_tokens":#}}"#,
    #"{"usage":{"input_tokens":#,"output_tokens":#,"cache_read_input_tokens":#,"cache_creation_input_tokens":#,"#
      + #""cache_creation":{"ephemeral_5m_input_tokens":#,"ephemeral_1h_input_tokens":#},"#
      + #""server_tool_use":{"web_search_requests":#},"output_tokens_details":{"thinking_tokens":#}}}"#,
    #"{"usage":{"input_tokens":#,"output_tokens":#,"cache_creation":{"ephemeral_5m_input_tokens":#,"#
      + #""ephemeral_1h_input_tokens":#}}}"#,
    #"{"usageMetadata":{"promptTokenCount":#,"candidatesTokenCount":#,"thoughtsTokenCount":#,"totalTokenCount":#,"#
      + #""toolUsePromptTokenCount":#,"cachedContentTokenCount":#}}"#,
    #"{"done":true,"prompt_eval_count":#,"eval_count":#}"#,
  ]

  /// A form with some numbers in its places; the others hold 3.
  private static func text(_ form: String, _ numbers: [Int: Int64]) -> String {
    var text = ""
    for (place, piece) in form.split(separator: "#", omittingEmptySubsequences: false).dropLast().enumerated() {
      text += piece + String(numbers[place] ?? 3)
    }
    return text + (form.split(separator: "#").last ?? "")
  }

  /// Sums of two such counts fit nowhere; of each pair of places, with every sign.
  @Test(arguments: forms) func noCountIsTooMuchToRead(form: String) {
    let places = form.count { $0 == "#" }
    let extremes: [Int64] = [.max, .min, .max - 3, -1, 1 << 62]
    for (first, second) in (0..<places).flatMap({ a in (0..<places).map { (a, $0) } }) {
      for one in extremes {
        for other in extremes + [0, 5_000_000] {
          var reader = UsageReader()
          reader.consume(Self.text(form, [first: one].merging([second: other]) { $1 }).utf8)
          let reply = reader.finish()
          guard let usage = reply.usage else { continue }
          #expect((0...usage.output).contains(reply.unnamedOutput) && (0...usage.input).contains(reply.unnamedInput))
          // What is believed all the same leaves the impossible out.
          #expect((try? usage.total()) != nil && usage.input < 1 << 42, "\(first) \(second) \(one) \(other)")
        }
      }
    }
  }

  /// Gemini's candidates are not believed where they cannot be, also where nothing else stands beside them.
  @Test(arguments: [Int64.min, -1, 1_000_000_000_000, .max]) func candidatesThatCannotBeAreNotBelieved(count: Int64) {
    var reader = UsageReader()
    reader.consume(
      #"{"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":\#(count),"totalTokenCount":3}}"#.utf8)
    let reply = reader.finish()
    #expect(reply.usage == nil && reply.unnamedOutput == 0)
  }

  /// More cached than a number can hold beside the input; and what can be is read as ever.
  @Test func moreCachedThanCanBeIsLeftOut() {
    func read(_ cached: Int64) -> ProviderReply {
      var reader = UsageReader()
      reader.consume(Self.text(Self.forms[0], [2: 6, 3: cached, 4: 0]).utf8)
      return reader.finish()
    }
    for cached in [Int64.max, 1_000_000_000_000, -1] {
      #expect(
        read(cached).usage
          == TokenUsage(input: 3, output: 3, reasoning: 3, audioInput: 3, audioOutput: 3, exactness: .estimated))
    }
    #expect(read(500).usage?.input == 503 && read(3).usage?.input == 3)
  }

  /// One detail that cannot be takes nothing from totals that can: they are charged without a discount, as an estimate.
  @Test(
    arguments: [
      (#""prompt_tokens_details":{"cached_tokens":#}"#, 40),
      (#""completion_tokens_details":{"reasoning_tokens":#}"#, 40),
      (#""prompt_cache_hit_tokens":#"#, 40),
      (#""total_tokens":#"#, 40),
      (#""total_tokens":200,"completion_tokens_details":{"reasoning_tokens":#}"#, 100),
    ] as [(String, Int64)]) func anImpossibleDetailIsLeftOut(detail: String, output: Int64)
  {
    for value in ["-1", "\"7\"", "1.5", "9223372036854775808", "9223372036854775807", "true", "[]"] {
      var reader = UsageReader()
      let part = detail.replacing("#", with: value)
      let isExact = detail == #""total_tokens":#"#
      reader.consume(#"{"model":"gpt-4o","usage":{"prompt_tokens":100,"completion_tokens":40,\#(part)}}"#.utf8)
      #expect(
        reader.finish().usage == TokenUsage(input: 100, output: output, exactness: isExact ? .exact : .estimated),
        "\(part)")
    }
  }

  /// What Gemini thought is what its total holds beside the rest; where it has none, nobody knows.
  @Test(arguments: ["-1", "1.5", "9223372036854775807"]) func impossibleThoughtsAreToldByTheTotal(thoughts: String) {
    func read(_ total: String) -> TokenUsage? {
      var reader = UsageReader()
      reader.consume(
        #"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":\#(thoughts)\#(total)}}"#
          .utf8)
      return reader.finish().usage
    }
    let usage = read(#","totalTokenCount":40"#)
    #expect(usage?.input == 10 && usage?.output == 30 && usage?.exactness == .estimated)
    #expect(read("") == nil)
    // Also where the total holds nothing beside the rest.
    #expect(read(#","totalTokenCount":15"#) == TokenUsage(input: 10, output: 5, exactness: .estimated))
  }

  /// A million searches, or sources, in one call are no more to be believed; that there were some is, and the cost is in part.
  @Test(arguments: [(Int64(999_999), true), (1_000_000, false), (2_000_000_000, false), (.max, false)])
  func searchesWithoutEndAreNotBelieved(count: Int64, isBelieved: Bool) {
    func read(_ usage: String) -> ProviderReply {
      var reader = UsageReader()
      reader.consume(#"{"usage":{\#(usage)}}"#.utf8)
      return reader.finish()
    }
    let searches = read(#""input_tokens":1,"output_tokens":2,"server_tool_use":{"web_search_requests":\#(count)}"#)
    #expect(searches.usage?.webSearches == (isBelieved ? count : 0) && searches.usage?.input == 1)
    #expect(searches.usage?.otherTools == (isBelieved ? 0 : 1))
    #expect(
      read(#""input_tokens":1,"output_tokens":2,"server_tool_use":{"web_search_requests":-1}"#).usage?.otherTools == 1)
    let sources = read(#""prompt_tokens":1,"completion_tokens":2,"num_sources_used":\#(count)"#)
    #expect(sources.usage?.otherTools == (isBelieved ? count : 1) && sources.usage?.output == 2)
  }

  /// What cannot be takes nothing away from what can: no call is cheaper for it.
  @Test(arguments: ["-9999", "-1", "1.5", "9223372036854775807"]) func theImpossibleMakesNothingCheaper(count: String) {
    func read(_ usage: String) -> TokenUsage? {
      var reader = UsageReader()
      reader.consume(usage.utf8)
      return reader.finish().usage
    }
    let gemini = read(
      #"{"usageMetadata":{"promptTokenCount":10000,"candidatesTokenCount":50,"toolUsePromptTokenCount":\#(count)}}"#)
    // A fraction is no count at all: then nothing is believed.
    #expect(gemini == nil || gemini?.input == 10_000 && gemini?.output == 50 && gemini?.exactness == .estimated)
    #expect(count.contains(".") || gemini != nil)
    let parts = read(
      #"{"usage":{"input_tokens":10,"output_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":100000,"#
        + #""ephemeral_1h_input_tokens":\#(count)}}}"#)
    #expect(parts == nil, "nobody knows how much was kept")
    let short = read(
      #"{"usage":{"input_tokens":10,"output_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":100000}}}"#)
    #expect(short?.cacheWrite == 100_000 && short?.cacheWriteHour == 0 && short?.exactness == .exact)
    let hour = read(
      #"{"usage":{"input_tokens":10,"output_tokens":10,"cache_creation_input_tokens":100000,"#
        + #""cache_creation":{"ephemeral_1h_input_tokens":\#(count)}}}"#)
    #expect(hour?.cacheWrite == 100_000 && hour?.cacheWriteHour == 100_000 && hour?.exactness == .estimated)
  }

  /// Of what is dearer than the rest, and more than can be, all was that; of what is less than nothing, or no number, none.
  @Test(arguments: [
    ("-1", false), ("\"7\"", false), ("true", false), ("[]", false), ("null", false), ("1.5", true),
    ("1000000000000", true), ("9223372036854775807", true), ("9223372036854775808", true), ("1e300", true),
  ]) func moreOfADearPartThanCanBeIsAllOfIt(value: String, isAll: Bool) {
    func read(_ input: String, _ output: String) -> TokenUsage? {
      var reader = UsageReader()
      reader.consume(
        (#"{"model":"gpt-4o","usage":{"prompt_tokens":100,"completion_tokens":40,"total_tokens":140,"#
          + #""prompt_tokens_details":{\#(input)},"completion_tokens_details":{\#(output)}}}"#).utf8)
      return reader.finish().usage
    }
    let exactness = value == "null" ? Exactness.exact : .estimated
    #expect(
      read(#""audio_tokens":\#(value)"#, "")
        == TokenUsage(input: 100, output: 40, audioInput: isAll ? 100 : 0, exactness: exactness))
    #expect(
      read("", #""audio_tokens":\#(value)"#)
        == TokenUsage(input: 100, output: 40, audioOutput: isAll ? 40 : 0, exactness: exactness))
    #expect(
      read(#""cached_tokens":30,"cache_write_tokens":\#(value)"#, "")
        == TokenUsage(input: 100, output: 40, cachedInput: 30, cacheWrite: isAll ? 70 : 0, exactness: exactness))
  }
}
