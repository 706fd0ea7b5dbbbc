import Guard
import GuardModel
import Testing

/// What is told of a refused call: what its cheapest form needs, and the largest maximum that would do.
@Suite struct RoomTests {
  private let calls = GuardTests()

  private func refused(_ request: CallRequest, _ pipeline: Guard) throws -> Room {
    let plan = try pipeline.plan(request)
    #expect(plan.refusal == .budget)
    return try #require(plan.room)
  }

  @Test func theCheapestFormIsThatOfTheLadder() throws {
    let pipeline = calls.pipeline()
    try calls.spend(1100, pipeline)
    let room = try refused(GuardTests.request("a"), pipeline)
    #expect(room.cheapest.tokens == 150, "100 in, and 50 out by the ladder")
    #expect(room.maxOutputTokens == nil, "100 are left, and its prompt is as long")
    let fixed = try refused(GuardTests.request("b", maximum: 90, flexible: false), pipeline)
    #expect(fixed.cheapest.tokens == 190)
  }

  @Test(arguments: [1 as Int64, 13, 49])
  func theLargestMaximumGoesOutAndOneMoreDoesNot(_ left: Int64) throws {
    let pipeline = calls.pipeline()
    try calls.spend(1100 - left, pipeline)
    let most = try #require(try refused(GuardTests.request("a"), pipeline).maxOutputTokens)
    #expect(most == left)
    #expect(try pipeline.plan(GuardTests.request("b", maximum: most)).refusal == nil)
    #expect(try pipeline.plan(GuardTests.request("c", maximum: most + 1)).refusal == .budget)
  }

  @Test func whatIsStatedHasNoSmallerMaximum() throws {
    let pipeline = calls.pipeline()
    try calls.spend(1100, pipeline)
    var request = GuardTests.request("a")
    request.statedTokens = 300
    #expect(try refused(request, pipeline).maxOutputTokens == nil)
  }
}
