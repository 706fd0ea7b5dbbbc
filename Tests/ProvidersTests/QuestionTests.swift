import Providers
import TextFormats
import Testing

/// What a request body asks for, as retries are known by it.
@Suite struct QuestionTests {
  private func question(_ text: String) throws -> RequestBody.Question? {
    RequestBody.Question(try JSONParser.parse(text))
  }

  /// What varies an answer, and in which order the members stand, asks for nothing else.
  @Test(arguments: [
    #"{"model":"a","messages":[{"role":"user","content":"hi"}]}"#,
    #"{"messages":[{"content":"hi","role":"user"}],"model":"b","seed":3,"temperature":1,"max_tokens":9,"stream":true}"#,
    #"{"model":"a","user":"x","messages":[{"role":"user","content":"hi"}],"reasoning_effort":"low","store":true}"#,
  ])
  func variationsAskForTheSame(body: String) throws {
    #expect(try question(body)?.asked == "hi")
  }

  @Test func theOrderOfMembersDoesNotCount() throws {
    #expect(
      try question(#"{"system":"s","tools":[],"messages":[],"model":"a"}"#)
        == question(#"{"messages":[],"model":"b","tools":[],"system":"s"}"#))
  }

  /// Whatever else stands in a body is asked about: another picture, another cached document, another form of the answer.
  @Test(arguments: [
    #""images":["A"]"#, #""images":["B"]"#, #""cachedContent":"c/1""#, #""cachedContent":"c/2""#,
    #""response_format":{"type":"json_object"}"#, #""documents":[1]"#, #""tool_resources":{"a":1}"#,
    #""generationConfig":{"responseSchema":{"type":"object"},"temperature":1}"#, #""unheard_of":1"#,
  ])
  func whatElseStandsInABodyIsAskedAbout(member: String) throws {
    let plain = try question(#"{"model":"m","prompt":"what is this"}"#)
    let other = try question(#"{"model":"m","prompt":"what is this",\#(member)}"#)
    #expect(plain != nil && other != nil && plain != other)
    let again = try question(#"{"model":"n",\#(member),"prompt":"what is this"}"#)
    #expect(other == again)
  }

  @Test func aTemperatureOfGeminiIsNoQuestion() throws {
    func asked(_ config: String) throws -> RequestBody.Question? {
      try question(#"{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":\#(config)}"#)
    }
    #expect(try asked(#"{"temperature":0.1,"maxOutputTokens":5}"#) == asked(#"{"temperature":0.9,"topK":3}"#))
    #expect(try asked(#"{"temperature":0.1}"#) != asked(#"{"responseMimeType":"application/json"}"#))
  }

  /// A conversation that the provider keeps has grown since: "continue" asks for something new each time.
  @Test func aConversationOfTheProvidersIsNeverTheSame() throws {
    #expect(try question(#"{"model":"m","conversation":"conv_1","input":"continue"}"#) == nil)
    #expect(try question(#"{"model":"m","conversation":null,"input":"continue"}"#) != nil)
    let call = BuiltInClients.all.first { $0.name == "curl" }?
      .read(["curl", "-d", #"{"conversation":"c","input":"continue"}"#, "http://h/v1/responses"])
    #expect(call?.continuesConversation == true)
  }
}
