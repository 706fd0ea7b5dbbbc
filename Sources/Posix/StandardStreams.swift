import CPosix
import Glibc

/// Text for people and programs, on standard output and standard error.
public enum StandardStreams {
  /// Writes to standard output.
  ///
  /// - Throws: `PosixError`, such as a full disk. A reader that left ends the process by SIGPIPE, as it does any filter.
  public static func print(_ text: String) throws(PosixError) { try print(Array(text.utf8)) }

  /// Whether standard error leads to the journal of systemd, which dates each line itself.
  ///
  /// *Source:* systemd.exec(5), `JOURNAL_STREAM`: the device and the inode of the stream.
  public static var isJournal: Bool {
    let file = FileDescriptor.error.identity.map(String.init).joined(separator: ":")
    return !file.isEmpty && Environment.value("JOURNAL_STREAM") == file
  }

  /// Those of 0, 1 and 2 that were closed when the process began, each a bit. Something else stands in their place since; what
  /// is meant for standard output would be lost without a word.
  nonisolated(unsafe) static var closed: Int32 = 0

  /// Writes bytes to standard output, as `print` does a text.
  public static func print(_ bytes: [UInt8]) throws(PosixError) {
    if FileDescriptor.output.wasClosed { throw PosixError("write to standard output", code: EBADF) }
    do throws(PosixError) {
      try FileDescriptor.output.writeAll(bytes)
    } catch {
      if error.isBrokenPipe { endForWantOfReaders() }
      throw error
    }
  }

  /// Ends the process by SIGPIPE, as any filter ends whose reader left.
  public static func endForWantOfReaders() -> Never { ChildStatus.signaled(SIGPIPE).reproduce() }

  /// Waits, unless whoever reads standard output leaves meanwhile: then the process ends by SIGPIPE, as it would at its next
  /// word.
  public static func waitForReader(ms: Int64) {
    // Of a pipe without readers and of a terminal that is gone, poll tells although nothing is asked for.
    var output = pollfd(fd: FileDescriptor.output.number, events: 0, revents: 0)
    if poll(&output, 1, Int32(clamping: ms)) > 0 {
      if Int32(output.revents) & POLLERR != 0 { endForWantOfReaders() }
      Clock.sleep(ms: ms)
    }
  }

  /// Writes to standard error; where even that fails there is nobody left to tell.
  public static func complain(_ text: String) {
    try? FileDescriptor.error.writeAll(Array(text.utf8))
  }

  /// Columns of the terminal behind a descriptor; `nil` when there is none.
  public static func columns(of descriptor: FileDescriptor) -> Int? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard llmguard_window_size(descriptor.number, &columns, &rows) == 0, columns > 0 else { return nil }
    return Int(columns)
  }

  /// Lets a bus error end the process with words on standard error. It is how the kernel says that a disk has no room for
  /// what was stored into shared memory.
  public static func complainOfBusErrors(_ text: String, status: Int32) { llmguard_on_bus_error(text, status) }

  /// Lets a file that may not grow any further (`ulimit -f`) be an error, and not the end of the process.
  public static func outlastSizeErrors() { llmguard_on_size_error() }

  /// Lets writing to a closed pipe be an error instead of the end of the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
