import GuardModel
import Posix
import Providers

/// The prompt of a call that is metered by its text: counted, never kept.
struct PromptText {
  /// Where the prompt comes from.
  enum Source: Equatable {
    /// Arguments, and standard input where it is a pipe.
    case automatic
    /// Standard input alone.
    case input
    /// The arguments alone.
    case arguments
    /// A file.
    case file(String)
  }

  /// Its tokens as counted.
  var tokens: Int64
  /// Bytes of standard input that were read ahead and belong to the command.
  var readAhead: [UInt8]?
  /// Whether standard input may hold more than was counted.
  var isOpenEnded = false

  /// The largest input that is read ahead when a pipe is too small to hold it.
  private static let maximumReadAhead = 8 << 20

  /// Counts the prompt of a command.
  ///
  /// Standard input is only looked at while it waits in its pipe, so a command that does not read it takes nothing from
  /// whoever comes next. Where it must be known to its end (a known client reads it, or it was asked for) and the pipe is
  /// too small, it is read ahead and passed on.
  static func gather(
    _ source: Source, call: ClientCall, readsInput: Bool?, arguments: [String]
  ) throws(PosixError) -> PromptText {
    var counter = TokenCounter()
    var prompt = PromptText(tokens: 0)
    if case .file(let path) = source {
      counter.consume(try File.readAll(path))
      prompt.tokens = counter.tokens
      return prompt
    }
    if source != .input {
      for text in call.promptTexts {
        counter.consume(text.utf8)
        counter.consume([0x0A])
      }
      for path in call.promptFiles where path != "-" {
        // A file that cannot be read is the command's to complain about.
        if let bytes = try? File.readAll(path) { counter.consume(bytes) }
      }
    }
    if source != .arguments { prompt.readInput(isAsked: source == .input, readsInput, &counter) }
    prompt.tokens = counter.tokens
    return prompt
  }

  private mutating func readInput(isAsked: Bool, _ readsInput: Bool?, _ counter: inout TokenCounter) {
    let isWanted = isAsked || readsInput == true
    switch FileDescriptor.input.kind {
    case .pipe:
      if readsInput == false, !isAsked { return }
      let view = PipePeek.standardInput(patienceMs: isWanted ? nil : 100)
      counter.consume(view.bytes)
      if view.isComplete { return }
      isOpenEnded = true
      if isWanted { readAheadToEnd(alreadyCounted: view.bytes.count, &counter) }
    case .regular where isWanted: countFile(&counter)
    default: break
    }
  }

  /// Reads the rest of a pipe that was too small to look into, up to a limit.
  private mutating func readAheadToEnd(alreadyCounted: Int, _ counter: inout TokenCounter) {
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    while bytes.count < Self.maximumReadAhead {
      guard let count = try? FileDescriptor.input.read(into: chunk), count > 0 else {
        isOpenEnded = false
        break
      }
      bytes.append(contentsOf: chunk[..<count])
    }
    if bytes.count > alreadyCounted { counter.consume(bytes[alreadyCounted...]) }
    readAhead = bytes
  }

  /// Counts a redirected file from where it stands, without moving it.
  private func countFile(_ counter: inout TokenCounter) {
    guard var offset = FileDescriptor.input.offset else { return }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    while let count = try? FileDescriptor.input.read(into: chunk, at: offset), count > 0 {
      counter.consume(chunk[..<count])
      offset += Int64(count)
    }
  }
}
