import Posix
import PretendProvider
import Testing

/// Variables that say where a provider is, and cannot be used: nothing goes to a server that nobody meant.
@Suite struct ClientBaseStoryTests {
  @Test(arguments: [
    ("127.0.0.1:9/v1", "it does not begin with http:// or https://"), ("ftp://x", "it does not begin with http"),
    ("http://127.0.0.1:9/v1#x", "it has a fragment"), ("http://me:secret@/v1?key=secret", "it names no host"),
  ])
  func aRunDoesNotStart(value: String, problem: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      export OPENAI_BASE_URL='\(value)'
      for how in "" --fail-open "-m gpt-4o" --dry-run --isolate; do
        llmguard run $how -- echo started; echo $?
      done
      llmguard doctor -- echo started; echo $?
      llmguard serve --listen 127.0.0.1:0 </dev/null; echo $?
      llmguard serve key add ann; echo $?
      llmguard serve key list
      llmguard doctor | grep addresses
      llmguard run --no-gateway -- echo started
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.prefix(8) == ["125", "125", "125", "125", "125", "78", "78", "78"], "\(outcome)")
    #expect(
      lines.dropFirst(8).first?.hasPrefix("check\taddresses\tproblem\tOPENAI_BASE_URL cannot be used: \(problem)")
        == true)
    #expect(lines.last == "started")
    #expect(outcome.error.contains("error: OPENAI_BASE_URL cannot be used: \(problem)"), "\(outcome.error)")
    #expect(outcome.error.contains("; the command was not started"))
    #expect(outcome.error.contains("or take it away: unset OPENAI_BASE_URL"))
    #expect(!(outcome.output + outcome.error).contains("secret"))
    #expect(outcome.error.contains("nobody has a key"))
  }

  /// A run sets what is not set, and takes a script's own default away by that: it is told.
  @Test func aServerThatAScriptNamesByItselfIsTold() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("job.sh", "#!/bin/sh\nunused() { curl ${OPENAI_BASE_URL:-http://corp.example/v1}/models; }\n")
    try home.write("public.sh", ": ${OPENAI_BASE_URL:=https://api.openai.com/v1}\n")
    try home.write("Makefile", "GROQ_BASE_URL ?= http://corp.example\nall: ; @true\n")
    let outcome = try home.run(
      """
      chmod +x job.sh
      mkdir d; cp job.sh d/; cp job.sh bin/
      for run in ./job.sh 'sh job.sh' 'env A=1 bash ./job.sh' 'make -s' d/job.sh 'nice -n 1 job.sh' 'sh public.sh' true; do
        llmguard run -- $run 2>said; grep -c 'names another server for' said
      done
      OPENAI_BASE_URL= llmguard run -- ./job.sh 2>said; grep -c 'names another server for' said
      llmguard doctor -- ./job.sh 2>said; grep -c 'names another server for' said
      llmguard run -- sh -c ': "${OLLAMA_HOST:=gpu.example:11434}"' 2>said; grep -c "the command line names another server for OLLAMA_HOST" said
      OPENAI_BASE_URL=http://corp.example/v1 llmguard run -- ./job.sh 2>said; grep -c names said
      llmguard run -q -- ./job.sh 2>said; wc -l <said; llmguard run --no-gateway -- ./job.sh 2>said; grep -c names said
      llmguard run -- llmguard run -- ./job.sh 2>said; grep -c names said
      printf 'ANTHROPIC_BASE_URL=http://corp.example\\n' >.env; llmguard run -- sh job.sh
      """)
    #expect(outcome.output == "1\n1\n1\n1\n1\n1\n0\n0\n1\n1\n1\n0\n0\n0\n0\n", "\(outcome)")
    #expect(
      outcome.error == """
        llmguard: warning: 'job.sh' names another server for OPENAI_BASE_URL, which is not set and which the run sets: calls that go by it go to openai (https://api.openai.com)
        hint: set OPENAI_BASE_URL before the run, or put that server into the configuration: base of [provider.openai]
        llmguard: warning: '.env' names another server for ANTHROPIC_BASE_URL, which is not set and which the run sets: calls that go by it go to anthropic (https://api.anthropic.com)
        hint: set ANTHROPIC_BASE_URL before the run, or put that server into the configuration: base of [provider.anthropic]

        """, "\(outcome)")
  }

  /// Where calls go on to is shown among the rules, without what may be a secret; also of a provider that nothing else names.
  @Test func theRulesShowWhereVariablesLead() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard config show | grep -c variables.OPENAI; llmguard config show | grep ^provider.azure
      export OPENAI_BASE_URL='http://me:secret@127.0.0.1:9/v1/?key=secret' AZURE_OPENAI_ENDPOINT=https://us.example/ GROQ_BASE_URL=
      export OLLAMA_HOST=ftp://x
      llmguard config show | grep -E 'openai|azure|groq|variables.OLL'
      llmguard config show --json | grep -A2 variables.AZURE_OPENAI
      """)
    #expect(
      outcome.output == """
        0
        provider.azure.variables\t["AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"]\tbuilt-in
        provider.openai.base\t"https://api.openai.com/v1"\tbuilt-in
        provider.openai.variables\t["OPENAI_BASE_URL", "OPENAI_API_BASE"]\tbuilt-in
        provider.openai.variables.OPENAI_BASE_URL\t"http://127.0.0.1:9/v1"\tenvironment (in part)
        provider.ollama.variables.OLLAMA_HOST\t""\tenvironment, cannot be used: it does not begin with http:// or https://
        provider.groq.base\t"https://api.groq.com/openai/v1"\tbuilt-in
        provider.groq.variables\t["GROQ_API_BASE", "GROQ_BASE_URL"]\tbuilt-in
        provider.azure.variables\t["AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"]\tbuilt-in
        provider.azure.variables.AZURE_OPENAI_ENDPOINT\t"https://us.example"\tenvironment
              "key": "provider.azure.variables.AZURE_OPENAI_ENDPOINT",
              "value": "\\"https://us.example\\"",
              "origin": "environment"

        """, "\(outcome)")
  }

  @Test func variablesThatSayNothingAndThoseOfOthersDoNotMatter() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "OPENAI_BASE_URL= ANTHROPIC_BASE_URL=' ' SOME_BASE_URL=ftp://x OLLAMA_HOST=0.0.0.0 llmguard run -- echo started")
    #expect(outcome.output == "started\n", "\(outcome.error)")
  }

  /// What can be used is used: white space is none, and what clients carry along they still carry.
  @Test func whatCanBeUsedLeadsThereThroughTheGateway() throws {
    let provider = try PretendProvider()
    let home = try ProgramHome()
    defer { home.remove() }
    let call = #"curl -sS -o /dev/null -w '%{http_code}\n' "$OPENAI_BASE_URL"#
    let body = #"-d '{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}'"#
    try home.write("in.sh", "\(call)/chat/completions\" \(body)\n")
    try home.write("query.sh", "\(call)\" \(body)\n")
    let base = "127.0.0.1:\(provider.port)/v1"
    let outcome = try home.run(
      """
      OPENAI_BASE_URL=' http://\(base) ' llmguard run --no-cache sh in.sh
      OPENAI_BASE_URL='http://me:secret@\(base)' llmguard run --no-cache sh in.sh
      OPENAI_BASE_URL='http://me:secret@\(base)' llmguard run llmguard run --no-cache sh in.sh
      curl -sS '\(provider.url)/__last' | grep -c 'Basic '
      OPENAI_BASE_URL='http://\(base)/chat/completions?api-version=1' llmguard run --no-cache sh query.sh
      curl -sS '\(provider.url)/__last' | grep -c 'Basic '
      OPENAI_BASE_URL='http://me:secret@\(base)' llmguard serve key add ann --print-env; echo $?
      llmguard usage report --json | grep '"calls"' | head -1
      grep -rl secret .local || echo no secret kept
      """)
    #expect(
      outcome.output.split { $0.isNewline }.map { $0.drop { $0 == " " } }.prefix(7) == [
        "200", "200", "200", "1", "200", "0", "78",
      ],
      "\(outcome)")
    #expect(outcome.output.contains("\"calls\": 4"), "\(outcome.output)")
    #expect(outcome.output.hasSuffix("no secret kept\n"))
    #expect(!outcome.error.contains("secret") && !outcome.error.contains("unmetered"), "\(outcome.error)")
  }

  /// Clients whose code leads them ask one variable, wherever the server is; to join it takes one of this machine.
  @Test func everyKeyTellsWhereItsServerIs() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      #"""
      for name in 127.0.0.1 proxy.example; do
        llmguard serve key add ann --name $name --print-env 2>told >env-$name
        sed -n "s/^export \(LLMGUARD_GATEWAY\)='\(http:..[^:/]*\).*/\1 \2/p; s/^export \(LLMGUARD_RUN\)=.*/\1/p" env-$name
      done
      """#)
    #expect(
      outcome.output == "LLMGUARD_GATEWAY http://127.0.0.1\nLLMGUARD_RUN\nLLMGUARD_GATEWAY http://proxy.example\n",
      "\(outcome)")
  }

  /// Where a shell's variables lead to the server of another machine, a run's calls go there, and none past it.
  @Test func aServerElsewhereIsTheProviderOfARun() throws {
    let provider = try PretendProvider()
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_GATEWAY=http://localhost:\(provider.port)/KEY OPENAI_BASE_URL=http://localhost:\(provider.port)/KEY/v1
      llmguard run --no-cache -- sh -c 'curl -sS -o /dev/null -w "%{http_code}\\n" "$OPENAI_BASE_URL/chat/completions" \
        -d "{\\"model\\":\\"gpt-4o\\",\\"max_tokens\\":9,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"hi\\"}]}"'
      curl -sS '\(provider.url)/__last' | grep -o '/KEY/v1/chat/completions'
      """)
    #expect(outcome.output == "200\n/KEY/v1/chat/completions\n", "\(outcome)")
  }
}
