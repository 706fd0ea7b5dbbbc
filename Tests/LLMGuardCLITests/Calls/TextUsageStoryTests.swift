import Testing

/// What a command that is metered by its text says of itself is believed as far as it is through the gateway.
@Suite struct TextUsageStoryTests {
  private static let reply =
    #"{"choices":[{"message":{"content":"one two three four five six seven"}}],"usage":"#

  @Test(
    arguments: [
      // An answer that took nothing, and one that no call can have taken.
      (#"{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}"#, "7 estimated", false),
      (#"{"prompt_tokens":9,"completion_tokens":0,"total_tokens":9}"#, "7 estimated", false),
      (#"{"prompt_tokens":9,"completion_tokens":0,"total_tokens":900000000}"#, "7 estimated", true),
      (#"{"prompt_tokens":9,"completion_tokens":2,"total_tokens":9000000}"#, "100 estimated", true),
      (#"{"prompt_tokens":9,"completion_tokens":8,"total_tokens":17}"#, "8 exact", false),
    ] as [(String, String, Bool)])
  func itIsBelievedAsFar(usage: String, output: String, isTold: Bool) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("reply.json", Self.reply + usage + "}")
    try home.write("bin/curl", "#!/bin/sh\ncat reply.json\n")
    let outcome = try home.run(
      """
      chmod +x bin/curl; PATH=$PWD/bin:$PATH
      llmguard run --no-gateway -- curl -s https://api.openai.com/v1/chat/completions \\
        -d '{"model":"gpt-4o","max_tokens":100,"messages":[{"role":"user","content":"count to seven"}]}' > /dev/null
      llmguard usage export --format jsonl | sed 's/.*"output_tokens":\\([0-9]*\\).*"exactness":"\\([a-z]*\\)".*/\\1 \\2/'
      """)
    #expect(outcome.output == output + "\n", "\(outcome)")
    #expect(outcome.error.contains("for a call that cannot have taken so many") == isTold, "\(outcome.error)")
  }

  /// A curl that ends in the middle of what a model answers that thinks unseen has had what was held.
  @Test(arguments: [("o3", "100"), ("gpt-4o", "2")]) func whatIsThoughtUnseenIsCharged(model: String, output: String)
    throws
  {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("bin/curl", "#!/bin/sh\necho one; exit 18\n")
    let outcome = try home.run(
      """
      chmod +x bin/curl; PATH=$PWD/bin:$PATH
      llmguard run --no-gateway -- curl -s https://api.openai.com/v1/chat/completions \\
        -d '{"model":"\(model)","stream":true,"max_completion_tokens":100,"messages":[{"role":"user","content":"hi"}]}' > /dev/null
      llmguard usage export --format jsonl | sed 's/.*"output_tokens":\\([0-9]*\\).*/\\1/'
      """)
    #expect(outcome.output == output + "\n", "\(outcome)")
  }

  /// So has a command that ends well and says no usage; what is learned of such a model tells how much that was.
  @Test func whatIsThoughtUnseenIsChargedWithoutUsage() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let usage = #"{"prompt_tokens":5,"completion_tokens":8,"completion_tokens_details":{"reasoning_tokens":6}}"#
    try home.write("bin/curl", "#!/bin/sh\ncat reply.json\n")
    try home.write("teach.json", Self.reply + usage + "}")
    try home.write("plain.json", String((Self.reply + "null}").replacing(",\"usage\":null", with: "")))
    let outcome = try home.run(
      """
      chmod +x bin/curl; PATH=$PWD/bin:$PATH
      ask() {
        llmguard run --no-gateway --no-cache -q -- curl -s https://api.openai.com/v1/chat/completions \\
          -d '{"model":"'$1'","max_completion_tokens":100,"messages":[{"role":"user","content":"hi '$2'"}]}' > /dev/null
      }
      last() { llmguard usage export --format jsonl | tail -n 1 | sed 's/.*"output_tokens":\\([0-9]*\\).*"exactness":"\\([a-z]*\\)".*/\\1 \\2/'; }
      cp plain.json reply.json; ask o3 a; last; llmguard run -q -m o3 -n 50 -- echo one two three; last
      cp teach.json reply.json; for i in $(seq 20); do ask o3 "$i"; done
      cp plain.json reply.json; ask o3 b; last; ask gpt-4o b; last
      """)
    #expect(
      outcome.output == "100 estimated\none two three\n50 estimated\n64 estimated\n16 estimated\n", "\(outcome)")
  }

  /// More answers than `--max-tokens` has tokens are refused before anything is started.
  @Test(arguments: ["", "--no-gateway "]) func noMaximumIsExceededByManyAnswers(how: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("bin/curl", "#!/bin/sh\necho started\n")
    let outcome = try home.run(
      """
      chmod +x bin/curl; PATH=$PWD/bin:$PATH
      for n in 2 4; do
        llmguard run \(how)-n $n -- curl -s https://api.openai.com/v1/chat/completions \\
          -d '{"model":"gpt-4o","n":4,"messages":[{"role":"user","content":"hi"}]}'
        echo $?
      done
      """)
    #expect(outcome.output == "75\nstarted\n0\n", "\(outcome)")
    #expect(
      outcome.error.contains("refused: a call asks for 4 answers, and --max-tokens 2 has not a token for each of them"))
  }

  /// Nor is a command charged whose call the gateway refuses for that, though its own text did not show it.
  @Test func whatIsRefusedForItsAnswersIsNotCharged() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -n 2 -- sh -c 'curl -s https://api.openai.com/v1/chat/completions \
        -d "{\\"model\\":\\"gpt-4o\\",\\"n\\":4,\\"messages\\":[]}"' | grep -o 'refused":"[a-z_]*'
      llmguard budget show | cut -f 4
      """)
    #expect(outcome.output == "refused\":\"max_tokens\n0\n", "\(outcome)")
  }
}
