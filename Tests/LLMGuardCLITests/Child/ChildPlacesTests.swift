import Posix
import SessionDriver
import Testing

/// The guard as the first process of a container.
@Suite(.enabled(if: Wrapping.mayContain)) struct ChildPlacesTests {
  /// Runs a script in which `$C` stands before what becomes process 1.
  private func run(_ script: String) throws -> Outcome {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    return try wrapping.run("C='\(Wrapping.container) llmguard run -q --'; \(script)", .guarded)
  }

  @Test func itReapsWhatOthersLeave() throws {
    let outcome = try run(
      """
      $C sh -c 'echo $PPID; for i in 1 2 3 4 5; do (sleep 0.0$i & exec true); done
        n=0; while [ $n -lt 1000 ] && [ "$(cat /proc/[0-9]*/stat | grep -c "^[0-9]* (sleep)")" != 0 ]; do sleep 0.02; n=$((n + 1)); done
        cat /proc/[0-9]*/stat | grep -c "^[0-9]* (sleep)"; exit 9'
      echo $?
      """)
    #expect(outcome.text == "1\n0\n9\n", "\(outcome.errorText)")
  }

  /// The control: a first process that does not reap is seen as such.
  @Test func aFirstProcessThatDoesNotReapIsFound() throws {
    let outcome = try run(
      """
      mkfifo over; ${C% llmguard run -q --} sh -c '(sleep 0.01 & exec true)
        (count() { cat /proc/[0-9]*/stat | grep -c "^[0-9]* (sleep) Z"; }
        n=0; until [ "$(count)" -ge 1 ] || [ $n -ge 1000 ]; do sleep 0.02; n=$((n+1)); done; count > zombies; echo > over) &
        exec head -n 1 over > none'
      cat zombies
      """)
    #expect(outcome.text == "1\n", "\(outcome.errorText)")
  }

  @Test(arguments: ["TERM", "HUP", "USR1", "USR2"]) func itPassesSignalsOn(_ name: String) throws {
    let outcome = try run(
      """
      $C sh -c 'trap "echo got \(name); exit 7" \(name); : > ready; while :; do sleep 0.05; done' & p=$!
      until [ -e ready ]; do sleep 0.02; done
      read -r first rest < /proc/$p/task/$p/children
      kill -\(name) $first; wait $p; echo $?
      """)
    #expect(outcome.text == "got \(name)\n7\n", "\(outcome.errorText)")
  }

  /// Process 1 cannot die of a signal as others do, so its status tells of it.
  @Test(arguments: [("TERM", 143), ("KILL", 137), ("INT", 130), ("SEGV", 139)])
  func aKilledCommandShowsInTheStatus(_ name: String, _ status: Int) throws {
    let outcome = try run("ulimit -c 0; $C sh -c 'kill -\(name) $$; sleep 5'; echo $?")
    #expect(outcome.text == "\(status)\n", "\(outcome.errorText)")
  }

  /// Each stream in a place of its own: of two that go to one place, the order is not llmguard's to keep.
  @Test func itsStreamsAreTheContainers() throws {
    let outcome = try run("printf 'in' | $C sh -c 'cat; echo; echo err >&2' 2>errors; cat errors; $C yes | head -n 1")
    #expect(outcome.text == "in\nerr\ny\n", "\(outcome.text)")
  }
}
