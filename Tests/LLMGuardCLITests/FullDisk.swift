import Posix

/// A home on a real disk that is full, where the machine permits namespaces.
extension ProgramHome {
  /// Runs a script in a home on a small disk, which `fill` fills to the last byte and `empty` makes room on.
  ///
  /// - Returns: `nil` where no such disk can be had.
  func runOnSmallDisk(_ script: String) throws -> Outcome? {
    try write("inner.sh", Self.prologue + script)
    let outcome = try run(
      """
      unshare --user --map-root-user --mount true 2>/dev/null || exit 99
      exec unshare --user --map-root-user --mount sh -c 'mount -t tmpfs -o size=2m none work && exec sh inner.sh'
      """)
    if outcome.status != 99 { return outcome }
    print("namespaces are not permitted: a full disk was not tried")
    return nil
  }

  /// A few bytes at a time in the end: what is left of a page takes them, too.
  private static let prologue = """
    fill() { dd if=/dev/zero of="$HOME/fill" bs=4k 2>/dev/null; dd if=/dev/zero of="$HOME/fill" bs=1 oflag=append conv=notrunc 2>/dev/null; }
    empty() { rm "$HOME/fill"; }
    export HOME="$PWD/work"; cd work
    printf '#!/bin/sh\\necho ran "$@"\\n' > job.sh; chmod +x job.sh

    """
}
