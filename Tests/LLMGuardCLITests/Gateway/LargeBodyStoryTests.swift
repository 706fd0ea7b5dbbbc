import Posix
import PretendProvider
import Testing

/// Bodies that are larger than anybody would keep: they pass in the memory that a small call takes.
@Suite struct LargeBodyStoryTests {
  /// How large; `LLMGUARD_STREAM_BYTES` and `LLMGUARD_FILE_BYTES` make them larger where the program is a fast one.
  private static let streamBytes = Environment.value("LLMGUARD_STREAM_BYTES").flatMap { Int64($0) } ?? 16_777_216
  private static let fileBytes = Environment.value("LLMGUARD_FILE_BYTES").flatMap { Int64($0) } ?? 100_000_000
  /// The most by which the peak may grow, in kilobytes: a hundredth of what passes, and no more.
  private static let mostGrowth = 8192

  @Test func theyPassInLittleMemory() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let provider = try PretendProvider()
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(provider.url)/v1'\n")
    let outcome = try home.run(
      """
      mkfifo ready
      llmguard serve --listen 127.0.0.1:0 --ready-fd 3 --print-env >env 2>log 3>ready & server=$!
      read -r word address <ready; . ./env
      peak() { sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$server/status; }
      ask() { curl -sSN "$OPENAI_BASE_URL/chat/completions" -d '{"model":"'"$1"'","stream":true,"messages":[]}'; }
      files() { head -c $1 /dev/zero | curl -sS -X POST -T - "$OPENAI_BASE_URL/files"; echo
        curl -sS "$OPENAI_BASE_URL/files/$1/content" | wc -c; }
      ask m--huge-1000000 | tail -c 14; files 1000000 >/dev/null; before=$(peak)
      ask m--huge-\(Self.streamBytes) | tail -c 14
      files \(Self.fileBytes); after=$(peak)
      kill -TERM $server; wait $server; echo "ended $?"
      [ $((after - before)) -lt \(Self.mostGrowth) ] && echo small || echo "grew from $before to $after kB"
      echo "peak $before, then $after kB" >&2
      llmguard usage report --by model | cut -f 1,2,4; llmguard ledger verify
      """, limitSeconds: 300)
    let line = try #require(provider.tally.lines["m--huge-\(Self.streamBytes)"])
    #expect(line.outputTokens == Self.streamBytes / 1024 * 128 && line.cuts == 0)
    for part in [
      "data: [DONE]\n\ndata: [DONE]\n\n", "\"bytes\":\(Self.fileBytes),", "}\n\(Self.fileBytes)\n", "ended 0\nsmall\n",
      "\nm--huge-\(Self.streamBytes)\t1\t", "ok\n",
    ] { #expect(outcome.output.contains(part), "'\(part)' in \(outcome.output) \(outcome.error)") }
    // More than a call can take is not believed; what can be is exact.
    if Self.streamBytes < 300_000_000 {
      #expect(outcome.output.contains("\t1\t\(line.outputTokens)\n"), "\(outcome.output)")
    }
    print("large bodies: \(outcome.error.split(separator: "\n").last ?? "")")
  }
}
