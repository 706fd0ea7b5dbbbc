import Posix

/// A home on a real disk that is full, where the machine permits namespaces.
extension ProgramHome {
  /// Whether the kernel lets anybody have a file system of their own; a test that needs one is skipped where it does not.
  static let mayMount = Shell.run("unshare --user --map-root-user --mount true 2>/dev/null") == 0

  /// Runs a script in a home on a small disk, which `fill` fills to the last byte and `empty` makes room on.
  func runOnSmallDisk(_ script: String) throws -> Outcome {
    try write("inner.sh", Self.prologue + script)
    return try run(
      "exec unshare --user --map-root-user --mount sh -c 'mount -t tmpfs -o size=2m none work && exec sh inner.sh'")
  }

  /// A few bytes at a time in the end: what is left of a page takes them, too.
  private static let prologue = """
    fill() { dd if=/dev/zero of="$HOME/fill" bs=4k 2>/dev/null; dd if=/dev/zero of="$HOME/fill" bs=1 oflag=append conv=notrunc 2>/dev/null; }
    empty() { rm "$HOME/fill"; }
    export HOME="$PWD/work"; cd work
    printf '#!/bin/sh\\necho ran "$@"\\n' > job.sh; chmod +x job.sh

    """
}
