import Providers
import Testing

@Suite struct AbsurdCostTests {
  /// A cost that no call has would break the sums of everybody.
  @Test func anAbsurdCostIsNotBelieved() {
    func cost(_ text: String) -> Int64? {
      UsageReaderTests.read(#"{"usage":{"prompt_tokens":1,"completion_tokens":1,"cost":\#(text)}}"#).costMicroUSD
    }
    #expect(cost("0.25") == 250_000 && cost("10000") == 10_000_000_000)
    #expect(cost("9000000000000") == nil && cost("10000.01") == nil && cost("-1") == nil)
  }
}
