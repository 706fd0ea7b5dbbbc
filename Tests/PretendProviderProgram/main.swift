import Posix
import PretendProvider

FileDescriptor.ensureStandardOpen()
let help = """
  Usage: pretend-provider [--port N]

  Answers on 127.0.0.1 as OpenAI, Anthropic, Gemini, Cohere and Ollama do, and counts for itself: a token is a word, an answer
  repeats what was asked. It prints its address, and serves until it is ended, or until its standard input ends where that is a
  pipe. No key is looked at, and nothing leaves this machine.

    --port N   the port; without it any that is free
    --help     this

  While it serves:

    curl ADDRESS/__count            what it has counted: calls and tokens, by its own count
    curl -X POST ADDRESS/__reset    count anew
    curl ADDRESS/__last             the last request as it came

  In front of llmguard:

    OPENAI_BASE_URL=ADDRESS/v1 llmguard run ./nightly.sh

  or, for clients that call the provider by its own address, in llmguard.toml:

    [provider.openai]
    base = "ADDRESS/v1"

  """
var arguments = CommandLine.arguments.dropFirst()
var port: UInt16 = 0
while let word = arguments.popFirst() {
  switch word {
  case "--help", "-h":
    try StandardStreams.print(help)
    ChildStatus.exited(0).reproduce()
  case "--port":
    guard let text = arguments.popFirst(), let number = UInt16(text) else {
      StandardStreams.complain(
        "pretend-provider: error: --port needs a number from 0 to 65535\nhint: --help says more\n")
      ChildStatus.exited(64).reproduce()
    }
    port = number
  default:
    StandardStreams.complain("pretend-provider: error: unknown argument '\(word)'\nhint: --help says more\n")
    ChildStatus.exited(64).reproduce()
  }
}
let provider: PretendProvider
do { provider = try PretendProvider(port: port) } catch {
  StandardStreams.complain("pretend-provider: error: \(error)\nhint: --port 0 takes any port that is free\n")
  ChildStatus.exited(73).reproduce()
}
try StandardStreams.print(provider.url + "\n")
// Whoever started it with a pipe holds its other end, and it cannot outlive them. In the background of a script its input is
// at its end from the beginning.
if [.pipe, .socket].contains(FileDescriptor.input.kind) {
  var buffer = [UInt8](repeating: 0, count: 4096)
  while let count = try? buffer.withUnsafeMutableBytes({ try FileDescriptor.input.read(into: $0) }), count > 0 {}
} else {
  while true { Clock.sleep(ms: 60_000) }
}
