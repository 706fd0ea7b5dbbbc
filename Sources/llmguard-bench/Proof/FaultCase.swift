import Posix

/// One thing that is broken.
///
/// Its script runs in a fresh home whose ledger has had three calls. `try_ COMMAND…` runs what is in trouble and notes
/// its exit status and its words; any other command that fails fails the case.
struct FaultCase {
  let name: String
  /// The exit statuses that are right.
  let statuses: Set<Int32>
  /// What must be said.
  var says: [String] = []
  /// Programs it needs.
  var needs: [String] = []
  var needsRoot = false
  var configuration = "lock_wait = \"500ms\"\n"
  let script: String

  static let prelude = #"""
    set -e
    ledger=$HOME/.local/state/llmguard/ledger.sqlite3
    run() { "$llmguard" run -q --estimate 10 "$@"; }
    # What is in trouble: its status and its words are noted, and it may fail.
    try_() { set +e; "$@" >>"$home/said" 2>&1; echo "$?" >>"$home/status"; set -e; }
    used() { "$llmguard" budget show | cut -f 4 | head -n 1; }
    is() { [ "$1" = "$2" ] || { echo "expected '$2', found '$1'"; exit 1; }; }
    verified() { is "$("$llmguard" ledger verify 2>&1)" ok; }
    # Overwrites bytes of a file.
    poke() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null; }
    # Somebody without rights, whose home this then is.
    as_nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; else "$@"; fi; }
    home=$PWD
    : > said; : > status; chmod 666 said status
    for n in 1 2 3; do run -- true; done
    backup() { "$llmguard" ledger backup "$home/backup.sqlite3" >/dev/null; }
    # The README's recovery, word for word.
    restore() {
      ledger=$("$llmguard" ledger path)
      mkdir damaged
      mv "$ledger"* damaged/
      cp backup.sqlite3 "$ledger"
      "$llmguard" ledger verify
    }
    in_order() { run -- true; verified; }

    """#

  /// What it needs and this machine has not; `nil` when nothing is missing.
  func missing() throws(BenchFailure) -> String? {
    if needsRoot {
      if !CurrentUser.isRoot { return "needs root" }
      let mounting =
        needs.contains("mkfs.ext4")
        ? "truncate -s 1M i; mkfs.ext4 -q -F i; mount -o loop i m" : "mount -t tmpfs none m"
      let home = try ProofHome()
      defer { home.remove() }
      if try home.script("mkdir m; \(mounting) && umount m").code != 0 { return "mounting is not permitted here" }
    }
    for program in needs where !Self.isInstalled(program) { return "'\(program)' is not installed" }
    return nil
  }

  static func isInstalled(_ program: String) -> Bool {
    (Environment.value("PATH") ?? "/usr/bin:/bin").split(separator: ":").contains { File.exists("\($0)/\(program)") }
  }

  static let all = permissions + damages + clocks + others
}
