import GuardModel
import Testing

@testable import Providers

/// What a call's prompt is counted as, where it is more than plain text.
struct PromptCountTests {
  private func count(_ format: WireFormat, _ body: String, target: String = "/v1/x") throws -> Int64 {
    try ProviderRequest(format, target: target, body: Array(body.utf8)).countedInputTokens
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private func base64(_ bytes: [UInt8]) -> String {
    var letters: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let three = bytes[start..<min(start + 3, bytes.count)]
      let bits = three.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - three.count))
      for place in 0...three.count { letters.append(Self.alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
      letters += [UInt8](repeating: UInt8(ascii: "="), count: 3 - three.count)
    }
    return String(decoding: letters, as: UTF8.self)
  }

  private func big(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private func little(_ value: Int, _ count: Int) -> [UInt8] { big(value, count).reversed() }

  private static let noise = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }

  private func png(_ width: Int, _ height: Int) -> [UInt8] {
    [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + big(13, 4) + Array("IHDR".utf8) + big(width, 4) + big(height, 4) + [
      8, 2, 0, 0, 0,
    ]
      + Self.noise
  }

  private func jpeg(_ width: Int, _ height: Int) -> [UInt8] {
    [0xFF, 0xD8, 0xFF, 0xE1] + big(402, 2) + [UInt8](repeating: 7, count: 400) + [0xFF, 0xC4] + big(4, 2) + [
      1, 2, 0xFF, 0xC2,
    ]
      + big(17, 2) + [8] + big(height, 2) + big(width, 2) + Self.noise
  }

  private func chat(_ model: String, _ url: String, detail: String = "auto") -> String {
    let part = #"{"type":"image_url","image_url":{"url":"\#(url)","detail":"\#(detail)"}}"#
    return #"{"model":"\#(model)","messages":[{"role":"","content":[\#(part)]}]}"#
  }

  /// *Source:* OpenAI's guide "Images and vision": 765 tokens of 1024 by 1024, 1105 of 2048 by 4096, 85 of any size with little detail.
  @Test(arguments: [
    ("gpt-4o", 1024, 1024, "high", 765 as Int64), ("gpt-4o", 2048, 4096, "high", 1105),
    ("gpt-4o", 4096, 8192, "low", 85),
    ("gpt-4o-mini", 128, 64, "high", 8500), ("gpt-4o-mini", 128, 64, "low", 2833),
    ("openai/gpt-5", 128, 64, "auto", 210),
    ("o3", 128, 64, "high", 225), ("gpt-4.1-mini", 128, 64, "high", 13), ("gpt-4.1-mini", 4000, 1474, "high", 2489),
    ("claude-sonnet-4-5", 200, 200, "auto", 53), ("claude-sonnet-4-5", 3000, 3000, "auto", 1600),
    ("gemini-2.5-flash", 300, 200, "auto", 258), ("gemini-2.5-flash", 960, 540, "auto", 1548),
    ("gemini-2.5-flash", 384, 384, "auto", 258), ("gemini-2.5-flash", 400, 400, "auto", 1032),
    ("gpt-4.1-mini", 4000, 1474, "low", 415),
    ("llava", 10, 10, "auto", 1600),
  ])
  func aPictureCountsByItsPixels(model: String, width: Int, height: Int, detail: String, tokens: Int64) throws {
    for bytes in [png(width, height), jpeg(width, height)] {
      let url = "data:image/png;base64," + base64(bytes)
      // Three for the message, and the words of its part.
      let around = try count(.openAIChat, chat(model, "", detail: detail)) - media(model, detail)
      #expect(try count(.openAIChat, chat(model, url, detail: detail)) - around == tokens)
    }
  }

  private func media(_ model: String, _ detail: String) -> Int64 {
    MediaTokens(model: model).tokens(of: "", isRough: detail == "low")
  }

  @Test func picturesOfOtherKindsTellTheirPixelsToo() {
    let webp = Array("RIFF\0\0\0\0WEBP".utf8)
    let found: [([UInt8], MediaKind?)] = [
      (Array("GIF89a".utf8) + little(300, 2) + little(200, 2), .picture(width: 300, height: 200)),
      (
        webp + Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0] + little(299, 3) + little(199, 3),
        .picture(width: 300, height: 200)
      ),
      (
        webp + Array("VP8 ".utf8) + [UInt8](repeating: 0, count: 10) + little(300, 2) + little(200, 2),
        .picture(width: 300, height: 200)
      ),
      (webp + Array("VP8L".utf8) + [0, 0, 0, 0, 0x2F] + little(299 | 199 << 14, 4), .picture(width: 300, height: 200)),
      (png(300, 200), .picture(width: 300, height: 200)), (Array(png(300, 200).prefix(20)), nil), (png(0, 200), nil),
      ([], nil),
      ([0xFF, 0xD8, 0xFF, 0xE1, 0, 0, 0xFF, 0xFF, 0xFF], nil), (Array("%PDF-1.7".utf8), .document),
      (Array("ID3".utf8), .recording(bytesPerSecond: nil)), (Array("\0\0\0 ftypisom".utf8), .film),
    ]
    for (bytes, kind) in found { #expect(MediaKind(of: bytes) == kind, "\(bytes.prefix(16))") }
  }

  /// Ollama's pictures are bare base64, which is no text.
  @Test(arguments: [
    (WireFormat.ollamaChat, #"{"model":"llava","messages":[{"role":"user","content":"hi","images":["$"]}]}"#),
    (.ollamaGenerate, #"{"model":"llava","prompt":"hi","images":["$"]}"#),
    (.openAIChat, #"{"model":"llava","messages":[{"role":"user","content":["hi",{"image":"$"}]}]}"#),
  ])
  func aBarePictureIsOne(format: WireFormat, body: String) throws {
    let counted = try count(format, body.replacing("$", with: base64(png(1000, 1000))))
    #expect((1600...1610).contains(counted))
  }

  @Test(arguments: [
    ("claude-sonnet-4-5", 3100 as Int64), ("gemini-2.5-flash", 258 as Int64), ("gpt-4o", 2605 as Int64),
  ])
  func aDocumentCountsByItsPages(model: String, page: Int64) {
    let pages = (1...40).map { "\($0) 0 obj << /Type\($0 % 2 == 0 ? " " : "")/Page /Parent 1 0 R >> endobj\n" }.joined()
    let open = Array(("%PDF-1.4\n1 0 obj << /Type /Pages /Count 40 >> endobj\n" + pages).utf8)
    #expect(MediaTokens(model: model).tokens(of: "data:application/pdf;base64," + base64(open)) == 40 * page)
    // What is packed shows no pages: then its size tells.
    let packed = Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 9, count: 655_360)
    #expect(MediaTokens(model: model).tokens(of: base64(packed)) == 10 * page)
  }

  @Test func whatIsHeardCountsByItsLength() {
    let head = Array("RIFF\0\0\0\0WAVEfmt ".utf8) + little(16, 4) + little(1, 2) + little(1, 2) + little(16_000, 4)
    let wave = base64(head + little(32_000, 4) + [UInt8](repeating: 1, count: 32_000 * 30 - 32))
    #expect(MediaTokens(model: "gemini-2.5-flash").tokens(of: wave) == 30 * 32)
    #expect(MediaTokens(model: "gpt-4o-audio-preview").tokens(of: wave) == 30 * 10)
    let packed = base64(Array("ID3".utf8) + [UInt8](repeating: 1, count: 9_600_000 - 3))
    #expect(MediaTokens(model: "gemini-2.5-flash").tokens(of: packed) == 600 * 32)
  }

  /// What only the provider can read is no text.
  @Test func whatIsSealedIsNoText() throws {
    let sealed = base64(Self.noise)
    func thought(_ seal: String) -> String {
      let block = #"{"type":"thinking","thinking":"I should read it."\#(seal)}"#
      return #"{"model":"claude-x","messages":[{"role":"assistant","content":[\#(block)]}]}"#
    }
    #expect(
      try count(.anthropicMessages, thought(#","signature":"\#(sealed)""#)) == count(.anthropicMessages, thought("")))
    func redacted(_ data: String) -> String {
      #"{"model":"claude-x","messages":[{"role":"assistant","content":[{"type":"redacted_thinking","data":"\#(data)"}]}]}"#
    }
    #expect(try count(.anthropicMessages, redacted(sealed)) - count(.anthropicMessages, redacted("")) == 750)
    func reasoning(_ content: String) -> String {
      #"{"model":"gpt-5","input":[{"type":"reasoning","summary":[],"encrypted_content":"\#(content)"}]}"#
    }
    #expect(try count(.openAIResponses, reasoning(sealed)) - count(.openAIResponses, reasoning("")) == 750)
    func part(_ proof: String) -> String { #"{"contents":[{"parts":[{"text":"ok"\#(proof)}]}]}"# }
    let target = "/v1beta/models/gemini-2.5-flash:generateContent"
    #expect(
      try count(.gemini, part(#","thoughtSignature":"\#(sealed)""#), target: target)
        == count(.gemini, part(""), target: target))
  }

  /// A text that is sent along as a document is a text, also where it is packed.
  @Test func aDocumentOfTextIsCounted() throws {
    let words = String(repeating: "some words of it ", count: 1000)
    let plain = TokenCounter.tokens(in: words, by: .anthropic)
    func document(_ source: String) -> String {
      #"{"model":"claude-x","messages":[{"role":"user","content":[{"type":"document","source":{\#(source)}}]}]}"#
    }
    let text = try count(
      .anthropicMessages, document(#""type":"text","media_type":"text/plain","data":"\#(words)""#))
    #expect((plain...plain + 20).contains(text))
    let packed = base64(Array(words.utf8))
    let part = #"{"inlineData":{"mimeType":"text/plain","data":"\#(packed)"}}"#
    let target = "/v1beta/models/gemini-2.5-flash:generateContent"
    let counted = try count(.gemini, #"{"contents":[{"parts":[\#(part)]}]}"#, target: target)
    #expect(counted > plain / 2 && counted < plain * 2)
  }

  /// An address that a tool is called with, or that a search has found, is a text: nobody fetches it for the call.
  @Test(arguments: [
    #"{"type":"tool_use","id":"t","name":"fetch","input":{"url":"https://x.y/z"}}"#,
    #"{"type":"web_search_tool_result","content":[{"type":"web_search_result","url":"https://x.y/z","title":"z"}]}"#,
    #"{"functionCall":{"name":"fetch","args":{"url":"https://x.y/z"}}}"#,
    #"{"type":"tool_use","id":"t","name":"show","input":{"images":["https://x.y/z"]}}"#,
  ])
  func anAddressThatIsOnlyToldIsText(part: String) throws {
    #expect(
      try count(.anthropicMessages, #"{"model":"claude-x","messages":[{"role":"user","content":[\#(part)]}]}"#) < 60)
  }

  @Test func aToolsParametersAreCounted() throws {
    func body(_ model: String, _ tools: String) -> String {
      #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"tools":[\#(tools)]}"#
    }
    func tool(_ properties: String) -> String {
      #"{"name":"read","description":"Reads.","input_schema":{"type":"object","properties":{\#(properties)}}}"#
    }
    let one = #""file_path":{"type":"string"}"#
    let named =
      try count(.openAIChat, body("gpt-4o", tool(one))) - count(.openAIChat, body("gpt-4o", tool("")))
    #expect(
      named == 4 + TokenCounter.tokens(in: "file_path", by: .openAI) + TokenCounter.tokens(in: "string", by: .openAI))
    // Anthropic says something of tools to its own models, once.
    let more =
      try count(.anthropicMessages, body("claude-x", tool(""))) - count(.anthropicMessages, body("claude-x", ""))
    #expect((346 + 5...346 + 15).contains(more))
    let other = try count(.anthropicMessages, body("deepseek-chat", tool("")))
    #expect(other < 30)
  }

  @Test func theFormOfAnAnswerIsPartOfGeminisPrompt() throws {
    let target = "/v1beta/models/gemini-2.5-flash:generateContent"
    func body(_ more: String) -> String {
      #"{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":9,"stopSequences":["a b c d"]\#(more)}}"#
    }
    let plain = try count(.gemini, body(""), target: target)
    let schema =
      #","responseSchema":{"type":"object","properties":{"name":{"type":"string","description":"of whom it is"}}}"#
    #expect(plain < 10)
    #expect(try count(.gemini, body(schema), target: target) > plain + 8)
  }

  /// Of a batch of texts for embeddings only the texts are its prompt.
  @Test func aBatchCountsItsTexts() throws {
    func request(_ more: String) -> String { #"{\#(more)"content":{"parts":[{"text":"three names for a cat"}]}}"# }
    let full = request(
      #""model":"models/gemini-embedding-001","taskType":"RETRIEVAL_DOCUMENT","outputDimensionality":256,"#)
    let target = "/v1beta/models/gemini-embedding-001:batchEmbedContents"
    let counted = try count(.geminiEmbed, #"{"requests":[\#(full),\#(full)]}"#, target: target)
    #expect(counted == 2 * TokenCounter.tokens(in: "three names for a cat", by: .other))
    #expect(try counted == count(.geminiEmbed, #"{"requests":[\#(request("")),\#(request(""))]}"#, target: target))
  }

  /// What Ollama was told and said before comes as tokens. Elsewhere a `context` is none.
  @Test func whatOllamaSaidBeforeIsPartOfThePrompt() throws {
    let numbers = [String](repeating: "1", count: 1000).joined(separator: ",")
    func body(_ context: String) -> String { #"{"model":"l","prompt":"a"\#(context)}"# }
    let context = #","context":[\#(numbers)]"#
    let without = try count(.ollamaGenerate, body(""))
    #expect(try count(.ollamaGenerate, body(context)) == without + 1000)
    #expect(try count(.openAICompletions, body(context)) == without)
    #expect(try count(.ollamaGenerate, body(#","options":{"context":[1,2]}"#)) == without)
  }

  /// An answer that is told in advance is no part of the prompt: what of it is not in the answer is charged as output.
  @Test func anAnswerToldInAdvanceIsNoPartOfThePrompt() throws {
    let words = [String](repeating: "word", count: 1000).joined(separator: " ")
    let predicted = try count(.openAICompletions, #"{"model":"gpt-4o","prompt":"\#(words)"}"#)
    for content in [#""\#(words)""#, #"[{"type":"text","text":"\#(words)"}]"#] {
      let body =
        #"{"model":"gpt-4o","messages":[{"role":"user","content":"a"}],"prediction":{"type":"content","content":\#(content)}}"#
      let request = try ProviderRequest(.openAIChat, target: "/v1/x", body: Array(body.utf8))
      #expect(request.countedInputTokens < 20 && predicted >= 1000)
      #expect((predicted...predicted + 10).contains(request.predictedTokens), "\(request.predictedTokens)")
    }
  }
}
