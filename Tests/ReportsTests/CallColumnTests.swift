import GuardModel
import TextFormats
import Testing

@testable import Reports

/// What the manual says of exported calls agrees with itself: its examples are those of one call.
@Suite struct CallColumnTests {
  private let examples: [String: JSONValue]

  init() throws {
    examples = try Dictionary(
      uniqueKeysWithValues: CallColumn.all.map { ($0.name, try JSONParser.parse($0.example)) })
  }

  private func number(_ name: String) throws -> Int64 { try #require(examples[name]?.int64Value, "\(name)") }

  @Test func anExampleIsOfItsType() {
    for column in CallColumn.all {
      let isNumber = examples[column.name]?.int64Value != nil
      #expect(isNumber == (column.type == "integer"), "\(column.name)")
    }
  }

  @Test func theExamplesAreThoseOfOneCall() throws {
    #expect(examples["ended_at"] == .string(CivilTime.rfc3339(try number("ended_at_unix_ms"), in: .utc)))
    #expect(try number("started_at_unix_ms") < number("ended_at_unix_ms"))
    #expect(try number("held_tokens") == number("estimated_input_tokens") + number("estimated_output_tokens"))
    #expect(try number("charge_tokens") == number("input_tokens") + number("output_tokens"))
    #expect(try number("call") < number("entry"))
  }
}
