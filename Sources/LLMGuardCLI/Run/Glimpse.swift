import GuardModel
import Posix
import Providers
import Terminal

/// What was looked at of a standard input of which nobody knows whether the command reads it: nothing was taken out, so that
/// whoever comes next finds all that the command leaves.
enum Glimpse {
  /// A redirected file, from where it stood; and what had been counted before it.
  case file(from: Int64, before: TokenCounter)
  /// The first bytes of a pipe or a socket whose writers had not left.
  case stream(seen: Int)
}

extension Glimpse {
  /// What the command had of it, once it has ended.
  ///
  /// - Parameters:
  ///   - counted: what was counted, with all of the input.
  ///   - family: the model's tokenizer.
  /// - Returns: the tokens that were counted and not read; and what there is to say about the rest.
  func outcome(counted: TokenCounter, by family: TokenizerFamily) -> (
    unread: Int64, remark: (text: String, hint: String)?
  ) {
    switch self {
    case .stream(let seen):
      let state = PipePeek.inputState
      // As much waits as before, and somebody may still write: nothing has passed.
      if !state.isFinished, state.waiting == seen { return (0, nil) }
      return (
        0,
        (
          "of standard input \(seen) bytes were counted, which had come when the command started; it may have read more",
          "--prompt-from stdin counts all of it, --prompt-from args none"
        )
      )
    case .file(let start, var read):
      guard let end = FileDescriptor.input.offset else { return (0, nil) }
      var offset = start
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
      defer { chunk.deallocate() }
      while offset < end, let count = try? FileDescriptor.input.read(into: chunk, at: offset), count > 0 {
        let taken = min(count, Int(end - offset))
        read.consume(UnsafeRawBufferPointer(rebasing: chunk[..<taken]))
        offset += Int64(taken)
      }
      let unread = max(0, counted.tokens(by: family) - read.tokens(by: family))
      guard unread > 0, offset == start else { return (unread, nil) }
      return (
        unread,
        (
          "the command has not read the file on its standard input, so that is not counted",
          "--prompt-from stdin counts it all the same, --prompt-from args does not look at it"
        )
      )
    }
  }
}

extension PromptText {
  /// What the command had of its standard input, once it has ended; `nil` where all of it was counted.
  func inputOutcome(for model: String?) -> (unread: Int64, remark: (text: String, hint: String)?)? {
    glimpse?.outcome(counted: counter, by: TokenizerFamily(model: model))
  }
}

extension GuardedRun {
  /// Says what a rehearsal does not count of a call: its figures are all that there is to go by.
  func tellOfUncounted(_ prompt: PromptText) {
    if arguments[RunCommand.quiet] { return }
    for (file, why) in prompt.uncounted {
      context.say(
        .warning, "'\(file)' is not counted: \(why)", hint: "what it would hold comes on top of these figures")
    }
    if let count = prompt.countedOfMore {
      context.say(
        .note,
        "of standard input \(HumanNumber.exact(Int64(count))) bytes were counted, as far as a run looks ahead; what follows is not",
        hint: "a file is counted to its end: < FILE, or --file FILE")
    }
    guard client?.bodyOptions.isEmpty == false else { return }
    let transfers = CurlRequest(commandLine).transfers
    if transfers > 1 {
      context.say(
        .note, "this command line makes \(transfers) transfers (--next), and is estimated as one call",
        hint: "estimate each of them by itself, without --next")
    }
  }
}
