import Guard
import IntentCache
import TextFormats
import Testing

/// Which requests can have one answer.
@Suite struct HTTPQuestionTests {
  private func question(_ body: String) -> CacheQuestion? {
    HTTPQuestion.question(body: Array(body.utf8), surroundings: CacheQuestion.Surroundings())
  }

  @Test func whatTheProviderKeepsIsNotAnsweredFromHere() throws {
    #expect(question(#"{"model":"m","conversation":"conv_1","input":"explain heaps"}"#) == nil)
    #expect(question(#"{"model":"m","conversation":{"id":"conv_1"},"input":"explain heaps"}"#) == nil)
    #expect(question(#"{"model":"m","conversation":null,"input":"explain heaps"}"#) != nil)
  }

  /// What is to be stored has an id that other calls go on with: an answer that was not stored has none.
  @Test func anAnswerThatIsToBeStoredIsAnotherOne() throws {
    let stored = try #require(question(#"{"model":"m","store":true,"input":"hi"}"#))
    #expect(stored.surroundings != question(#"{"model":"m","store":false,"input":"hi"}"#)?.surroundings)
    #expect(stored.surroundings == question(#"{"model":"m","store":true,"input":"hi","user":"me"}"#)?.surroundings)
  }

  /// A call that may do more than answer, and one that goes on with what tools have done, are always made.
  @Test(arguments: [
    #""tools":[{"type":"function"}]"#, #""functions":[{}]"#, #""web_search_options":{}"#, #""mcp_servers":[{}]"#,
    #""previous_response_id":"r""#, #""cachedContent":"c""#, #""background":true"#, #""container":"c""#,
    #""messages":[{"role":"tool","content":"x"}]"#, #""messages":[{"role":"assistant","tool_calls":[{}]}]"#,
    #""messages":[{"role":"user","content":[{"type":"tool_result"}]}]"#,
    #""contents":[{"parts":[{"functionResponse":{}}]}]"#, #""input":[{"type":"function_call_output"}]"#,
    #""input":[{"type":"web_search_call"}]"#, #""prompt":{"id":"p"}"#,
  ])
  func whatMayDoMoreIsAlwaysMade(member: String) {
    let asks = ["messages", "contents", "input", "prompt"].contains { member.hasPrefix("\"\($0)\"") }
    #expect(question("{\"model\":\"m\",\(member)\(asks ? "" : ",\"input\":\"hi\"")}") == nil)
  }

  /// Nobody here has seen what stands at an address, or what a search finds.
  @Test(arguments: [
    #""messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/webcam.jpg"}}]}]"#,
    #""messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"http://x/y.jpg"}}]}]"#,
    #""input":[{"role":"user","content":[{"type":"input_file","file_url":"https://x/y.pdf"}]}]"#,
    #""input":[{"role":"user","content":[{"type":"input_image","image_url":"HTTPS://x/y.png"}]}]"#,
    #""contents":[{"parts":[{"fileData":{"fileUri":"gs://x/y"}}]}]"#,
    #""contents":[{"parts":[{"file_data":{"file_uri":"https://x"}}]}]"#,
    #""plugins":[{"id":"web"}]"#, #""search_parameters":{"mode":"on"}"#, #""enable_search":true"#,
    #""data_sources":[{"type":"azure_search"}]"#, #""connectors":[{"id":"web-search"}]"#,
    #""messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"https://x/y.pdf"}}]}]"#,
    #""models":["openai/gpt-4o","openai/gpt-4o:Online"]"#,
  ])
  func whatIsLookedUpIsAlwaysMade(member: String) {
    let asks = ["messages", "contents", "input"].contains { member.hasPrefix("\"\($0)\"") }
    #expect(question("{\"model\":\"m\",\(member)\(asks ? "" : ",\"input\":\"hi\"")}") == nil)
  }

  @Test(arguments: [
    "gpt-4o-search-preview", "gpt-5-search-api", "sonar", "perplexity/sonar-pro", "groq/compound", "compound-beta",
    "openai/gpt-4o:online", "o3-deep-research",
  ])
  func whatAModelLooksUpByItselfIsAlwaysMade(model: String) {
    #expect(question("{\"model\":\"\(model)\",\"input\":\"hi\"}") == nil)
  }

  /// What is in the call itself is the same each time, and a word in a text is no address.
  @Test(arguments: [
    #""messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]}]"#,
    #""messages":[{"role":"user","content":"https://x is no picture"}]"#,
    #""messages":[{"role":"user","content":[{"type":"text","text":"https://x"}]}],"models":["a","b"]"#,
    #""messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,AA"}}]}]"#,
    #""input":[{"role":"user","content":[{"type":"input_image","image_url":"DATA:image/png;base64,AA"}]}]"#,
    #""plugins":[],"enable_search":false,"search_parameters":null,"input":"hi""#,
  ])
  func whatIsInTheCallMayBeAnswered(member: String) {
    for model in ["m", "researcher-7b", "sonarqube", "text-searcher"] {
      #expect(question("{\"model\":\"\(model)\",\(member)}") != nil)
    }
  }

  @Test(arguments: [
    #""tools":[]"#, #""tools":null"#, #""background":false"#, #""previous_response_id":null"#,
    #""messages":[{"role":"assistant","content":"x","tool_calls":null}]"#,
  ])
  func whatSaysThatThereIsNoneMayBeAnswered(member: String) {
    #expect(question(#"{"model":"m",\#(member),"prompt":"hi"}"#) != nil)
  }

  /// Some readers take the first of two values, others the last.
  @Test(arguments: [
    #"{"model":"m","temperature":0,"temperature":1,"prompt":"hi"}"#,
    #"{"model":"m","messages":[{"role":"user","content":"a"}],"messages":[{"role":"user","content":"b"}]}"#,
    #"{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}"#,
    #"{"model":"m","options":{"seed":1,"seed":2},"prompt":"hi"}"#,
  ])
  func whatStandsTwiceIsNotAnswered(body: String) { #expect(question(body) == nil) }

  /// In which order members stand, and what the provider keeps of a prompt, changes no answer.
  @Test(arguments: [
    (
      #"{"model":"m","n":1,"messages":[{"role":"user","content":"hi"}]}"#,
      #"{"messages":[{"content":"hi","role":"user"}],"n":1,"model":"m"}"#
    ),
    (
      #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}"#,
      #"{"model":"m","messages":[{"role":"user","content":[{"text":"hi","cache_control":{"type":"e"},"type":"text"}]}]}"#
    ),
    (
      #"{"model":"m","system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":"hi"}]}"#,
      #"{"model":"m","cache_control":{},"system":[{"type":"text","text":"s","cache_control":{}}],"messages":[{"role":"user","content":"hi"}]}"#
    ),
  ])
  func whatChangesNoAnswerIsNotCompared(a: String, b: String) throws {
    let one = try #require(question(a))
    #expect(one == question(b))
  }

  @Test(arguments: [
    (#"{"m":{"properties":{"a":{},"b":{}}},"prompt":"hi"}"#, #"{"m":{"properties":{"b":{},"a":{}}},"prompt":"hi"}"#),
    (
      #"{"messages":[{"role":"user","content":[{"type":"a"},{"type":"b"},{"type":"text","text":"hi"}]}]}"#,
      #"{"messages":[{"role":"user","content":[{"type":"b"},{"type":"a"},{"type":"text","text":"hi"}]}]}"#
    ),
    (
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"hi"}]}"#,
      #"{"messages":[{"role":"assistant","content":"b"},{"role":"user","content":"a"},{"role":"user","content":"hi"}]}"#
    ),
    (#"{"m":{"cache_control":1},"prompt":"hi"}"#, #"{"m":{},"prompt":"hi"}"#),
  ])
  func whatMayChangeOneIsCompared(a: String, b: String) throws {
    let one = try #require(question(a))
    #expect(one != question(b))
  }

  // MARK: What the user's words are

  /// Whether two last words of the user may have one answer.
  private func isOne(_ body: (String) -> String) throws -> Bool {
    let a = try #require(question(body("Can you open the window?"))),
      b = try #require(question(body("open the window")))
    return a.surroundings == b.surroundings && !a.instruction.isEmpty && !b.instruction.isEmpty
  }

  /// Where the system or an earlier turn says what is to be done with them, they are a text, and each is another one.
  @Test(arguments: [
    #"{"system":"Translate what the user writes into German.","messages":[{"role":"user","content":"TEXT"}]}"#,
    #"{"messages":[{"role":"system","content":"You are a sentiment classifier"},{"role":"user","content":"TEXT"}]}"#,
    #"{"messages":[{"role":"developer","content":[{"type":"text","text":"Correct the grammar"}]},{"role":"user","content":"TEXT"}]}"#,
    #"{"instructions":"You are a translator","input":"TEXT"}"#,
    #"{"systemInstruction":{"parts":[{"text":"Summarise it"}]},"contents":[{"parts":[{"text":"TEXT"}]}]}"#,
    #"{"messages":[{"role":"user","content":"From now on put all I say in French"},{"role":"assistant","content":"Yes"},{"role":"user","content":"TEXT"}]}"#,
    #"{"messages":[{"role":"user","content":"I'll send sentences"},{"role":"assistant","content":"Yes"},{"role":"user","content":"TEXT"}]}"#,
    #"{"messages":[{"role":"user","content":"could you open the door?"},{"role":"assistant","content":"polite"},{"role":"user","content":"TEXT"}]}"#,
    #"{"contents":[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},{"role":"user","parts":[{"text":"TEXT"}]}]}"#,
    #"{"system":"Find typos and list them.","messages":[{"role":"user","content":"TEXT"}]}"#,
    #"{"system":[{"type":"text","text":"You are helpful."},{"type":"text","text":"Answer Q for questions, O for orders."}],"messages":[{"role":"user","content":"TEXT"}]}"#,
    #"{"instructions":"Base64","input":"TEXT"}"#,
    #"{"system":"English","prompt":"TEXT"}"#,
    #"{"system":"You are an English assistant","prompt":"TEXT"}"#,
    #"{"system":"You are a language assistant","prompt":"TEXT"}"#,
    #"{"system":"Tu es un traducteur.","prompt":"TEXT"}"#,
    #"{"template":"Polite or rude: {{ .Prompt }}","prompt":"TEXT"}"#,
    #"{"messages":[{"role":"system","content":"Rate politeness from 1 to 5."},{"role":"user","content":"TEXT"}]}"#,
  ])
  func whatATaskIsGivenForIsText(body: String) throws {
    #expect(try !isOne { body.replacing("TEXT", with: $0) })
    let text = body.replacing("TEXT", with: "Can you open the window?")
    #expect(question(text) == question(text))
    #expect(
      question(text)?.surroundings != question(body.replacing("TEXT", with: "can you open the window?"))?.surroundings)
  }

  @Test(arguments: [
    #"{"messages":[{"role":"user","content":"TEXT"}]}"#,
    #"{"system":"You are terse.","messages":[{"role":"user","content":"TEXT"}]}"#,
    #"{"system":"You are a helpful assistant.","prompt":"TEXT"}"#,
    #"{"system":"","prompt":"TEXT"}"#,
    #"{"system":"You’re an experienced Python developer. Don't use emojis, and reply in German!","prompt":"TEXT"}"#,
    #"{"system":"You are a large language model trained by OpenAI.","prompt":"TEXT"}"#,
    #"{"messages":[{"role":"system","content":[{"type":"text","text":"Answer briefly."}]},{"role":"user","content":"TEXT"}]}"#,
    #"{"system_instruction":{"parts":[{"text":"Be concise."}]},"contents":[{"role":"user","parts":[{"text":"TEXT"}]}]}"#,
  ])
  func elsewhereOtherWordsMayAsk(body: String) throws { #expect(try isOne { body.replacing("TEXT", with: $0) }) }

  /// A prompt that is gone on with as a text: each blank at its end counts.
  @Test(arguments: [
    #"{"raw":true,"prompt":"def f():TEXT"}"#, #"{"suffix":"return 1","prompt":"def f():TEXT"}"#,
  ])
  func whatIsGoneOnWithIsComparedToTheByte(body: String) throws {
    let all = ["", " ", "\\n", "\\n    ", "\\n\\t"].map { question(body.replacing("TEXT", with: $0)) }
    #expect(all.allSatisfy { $0?.instruction == "" } && Set(all).count == all.count)
    // Of a chat blanks at an end say nothing.
    let chat = #"{"prompt":"explain recursionTEXT"}"#
    let two = ["", " "].map { question(chat.replacing("TEXT", with: $0)) }
    #expect(two[0]?.exact != nil && two[0]?.exact == two[1]?.exact && two[0]?.surroundings == two[1]?.surroundings)
  }
}
