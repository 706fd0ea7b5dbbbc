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

  /// A message of several texts: one short line beside texts to work on asks, and these stay as they are.
  @Test(arguments: [
    [(true, "Sum it up.\n"), (false, "one\ntwo")],
    [(false, String(repeating: "a", count: 401)), (true, "Sum it up.")],
    [(false, "one\ntwo"), (false, "three\nfour"), (true, String(repeating: "a", count: 400))],
  ])
  func ofSeveralTextsOneShortLineAsks(texts: [(asks: Bool, text: String)]) throws {
    func body(_ texts: [String]) -> JSONValue {
      let parts = texts.map { JSONValue.object(JSONObject([("type", .string("text")), ("text", .string($0))])) }
      let message = JSONValue.object(JSONObject([("role", .string("user")), ("content", .array(parts))]))
      return .object(JSONObject([("messages", .array([message]))]))
    }
    let question = RequestBody.Question(body(texts.map(\.text)))
    #expect(question?.asked == texts.first { $0.asks }?.text)
    for index in texts.indices where !texts[index].asks {
      var others = texts.map(\.text)
      others[index] += "!"
      let other = RequestBody.Question(body(others))
      #expect(other?.asked == question?.asked && other?.surroundings != question?.surroundings)
    }
    // Where it stands counts.
    let turned = RequestBody.Question(body(texts.map(\.text).reversed()))
    #expect(turned?.asked == question?.asked && turned?.surroundings != question?.surroundings)
  }

  @Test(arguments: [
    #"["Sum it up.","Be brief."]"#, #"["a\nb","c\nd"]"#, #"["a\nb","Sum it up.","c\nd"]"#,
    #"["Text:","a\nb","Sum it up."]"#, #"["\n","a\nb"]"#,
  ])
  func whereNoneOrSeveralMayAskNothingIsTakenOut(texts: String) throws {
    let parts = try #require(JSONParser.parse(texts).arrayValue).map { text in
      JSONValue.object(JSONObject([("text", text)]))
    }
    let message = JSONValue.object(JSONObject([("role", .string("user")), ("content", .array(parts))]))
    let question = RequestBody.Question(.object(JSONObject([("messages", .array([message]))])))
    #expect(question != nil && question?.asked == nil)
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
