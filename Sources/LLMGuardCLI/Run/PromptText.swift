import Digest
import Guard
import GuardModel
import IntentCache
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

  /// Bytes of standard input that were read ahead and belong to the command.
  private(set) var readAhead: [UInt8]?
  /// Whether standard input may hold more than was counted.
  private(set) var isOpenEnded = false
  /// What is asked for.
  private(set) var question = Question()
  /// A request body that came on standard input, as far as it was seen.
  private(set) var body: [UInt8] = []
  /// Request bodies that did not stand on the command line.
  private(set) var bodies: [[UInt8]] = []
  /// Whether every file of the prompt could be read without taking it from the command.
  private(set) var isWholeSeen = true
  /// A hash of what is asked about: every byte of the files and of standard input.
  var payload: [UInt8] {
    var files = files
    var input = inputHash
    files.add(input.finish())
    return files.hash
  }
  /// Whether there is any such byte.
  var isAboutText: Bool { !head.isEmpty }
  private var files = CacheQuestion.Surroundings()
  private var inputHash = SHA256()
  /// The beginning of what is not on the command line.
  private var head: [UInt8] = []
  private(set) var counter = TokenCounter()
  private let bodyIsInput: Bool
  /// The files that are not counted, and why.
  private(set) var uncounted: [(file: String, why: String)] = []
  /// How many bytes of standard input were counted, where more may follow; `nil` where it was counted to its end.
  var countedOfMore: Int? {
    if case .stream(let seen)? = glimpse, isOpenEnded, seen > 0 { return seen }
    return isOpenEnded ? readAhead?.count : nil
  }
  /// What was looked at of a standard input that nobody knows to be read.
  private(set) var glimpse: Glimpse?

  /// The largest input that is read ahead when a pipe is too small to hold it.
  private static let maximumReadAhead = 4 << 20
  /// How long the end of one that is just as large is waited for.
  private static let endPatienceMs: Int64 = 200

  /// No prompt at all.
  static var nothing: PromptText { PromptText() }

  private init() { bodyIsInput = false }

  /// Its tokens as counted for a model.
  func tokens(for model: String?) -> Int64 { counter.tokens(by: TokenizerFamily(model: model)) }

  /// Counts the prompt of a command.
  ///
  /// Standard input is only looked at while it waits in its pipe, or from where a redirected file stands, so a command that
  /// does not read it takes nothing from whoever comes next; `inputOutcome` then tells what became of it. Where it must be known to its end (a known client reads it, or it was asked for) and the pipe is
  /// too small, it is read ahead and passed on.
  ///
  /// - Parameters:
  ///   - source: where the prompt comes from.
  ///   - call: what the command line says.
  ///   - client: what the command is; `nil` when nobody knows.
  ///   - arguments: the command line.
  ///   - waits: told of a file that is a pipe out of which nothing comes.
  init(
    _ source: Source, call: ClientCall, client: Client?, arguments: [String], waits: @escaping (String) -> Void
  ) throws(PosixError) {
    let holdsBody = client?.bodyOptions.isEmpty == false
    let namesInput = call.promptFiles.contains("-")
    bodyIsInput = holdsBody && namesInput
    // Of a command that nobody knows, every word may change what is asked.
    if client == nil { for word in arguments { question.add(part: word) } } else { add(call.questions, holdsBody) }
    if case .file(let path) = source {
      let bytes = try File.readAll(path, waits: { waits(path) })
      counter.consume(bytes)
      question.add(part: bytes)
      look(at: bytes)
      files.add(bytes)
      return
    }
    if source != .input {
      for text in call.promptTexts {
        counter.consume(text.utf8)
        counter.consume([0x0A])
      }
      for path in call.promptFiles where path != "-" {
        // A file that cannot be read is the command's to complain about; what a pipe holds is the command's alone.
        guard let bytes = read(path) else {
          isWholeSeen = false
          continue
        }
        files.add(bytes)
        if holdsBody { bodies.append(bytes) }
        counter.consume(bytes)
        look(at: bytes)
        if holdsBody { add(questionIn: bytes) } else { question.add(part: bytes) }
      }
    }
    if source != .arguments {
      let isDialogue = client?.opensDialogue(arguments) == true
      readInput(
        isAsked: source == .input || namesInput, isDialogue ? nil : client?.readsInput,
        asksTerminal: !call.hasOperand)
      // What is typed or sent later is asked, too.
      if isDialogue, !FileDescriptor.input.isNull { isOpenEnded = true }
      if bodyIsInput {
        add(questionIn: body)
        bodies.append(body)
      }
    }
  }

  /// Reads a file of the prompt; `nil` where that cannot be done, or what it holds would be taken from the command.
  private mutating func read(_ path: String) -> [UInt8]? {
    do throws(PosixError) {
      if File.isRegular(path) || !File.exists(path) { return try File.readAll(path) }
      uncounted.append((path, File.isFolder(path) ? "it is a folder" : "what it holds is the command's alone"))
    } catch { uncounted.append((path, "it cannot be read: \(error.reason)")) }
    return nil
  }

  /// Adds what a command line asks for. Where the prompt is a body, what stands beside it says where it goes.
  private mutating func add(_ questions: [RequestBody.Question], _ holdsBody: Bool) {
    for asked in questions {
      if holdsBody, asked.surroundings.isEmpty {
        question.add(part: asked.asked ?? "")
      } else {
        question.add(asked)
      }
    }
  }

  private mutating func add(questionIn body: [UInt8]) {
    question.add(RequestBody.question(in: String(decoding: body, as: UTF8.self)))
  }

  /// What is asked for, as rules look at it: the last message of a request body; else the words on the command line; else
  /// how the text begins.
  func instruction(of call: ClientCall, isBody: Bool) -> String? {
    let beginning = head.isEmpty ? nil : String(decoding: head, as: UTF8.self)
    if isBody {
      let texts =
        call.promptTexts + [body.isEmpty ? nil : String(decoding: body, as: UTF8.self), beginning].compactMap { $0 }
      return texts.lazy.compactMap(RequestBody.instruction).first.map(Self.cut)
    }
    // Joined here: the library's own way puts types together for the first text that it joins.
    var words = call.promptTexts.first ?? ""
    for text in call.promptTexts.dropFirst() { words += "\n" + text }
    return words.isEmpty ? beginning : Self.cut(words)
  }

  private static func cut(_ text: String) -> String {
    String(decoding: text.utf8.prefix(CallTraits.maximumInstructionBytes), as: UTF8.self)
  }

  private mutating func look(at bytes: some Collection<UInt8>) {
    head += bytes.prefix(max(0, CallTraits.maximumInstructionBytes - head.count))
  }

  private mutating func take(_ bytes: some Collection<UInt8>) {
    counter.consume(bytes)
    look(at: bytes)
    inputHash.update(bytes)
    if bodyIsInput { body += bytes } else { question.add(Array(bytes)) }
  }

  /// Takes in what standard input brings, or knows that it may bring what is not seen.
  ///
  /// - Parameters:
  ///   - isAsked: whether it was asked for, or the command line names it.
  ///   - readsInput: whether the client reads what is no terminal; `nil` when nobody knows.
  ///   - asksTerminal: whether the client reads a terminal, too.
  private mutating func readInput(isAsked: Bool, _ readsInput: Bool?, asksTerminal: Bool) {
    if readsInput == false, !isAsked { return }
    let isWanted = isAsked || readsInput == true
    switch FileDescriptor.input.kind {
    case .pipe: take(PipePeek.standardInput(patienceMs: isWanted ? nil : 100), isWanted)
    case .socket:
      if let view = PipePeek.socketInput(patienceMs: isWanted ? nil : 100) {
        take(view, isWanted)
      } else {
        isOpenEnded = true
      }
    case .regular:
      // What a command that nobody knows has read of it is known at its end.
      let before = counter
      let start = FileDescriptor.input.offset
      if isWanted || readsInput == nil { takeFile() }
      if !isWanted, let start { glimpse = .file(from: start, before: before) }
    case .terminal: isOpenEnded = isAsked || asksTerminal
    case .device, .other: isOpenEnded = !FileDescriptor.input.isNull
    case .closed: break
    }
  }

  /// Takes in what waits, and the rest where it is wanted.
  private mutating func take(_ view: PipePeek.View, _ isWanted: Bool) {
    take(view.bytes)
    if view.isComplete { return }
    isOpenEnded = true
    if isWanted { readAheadToEnd(alreadyTaken: view.bytes.count) } else { glimpse = .stream(seen: view.bytes.count) }
  }

  /// Reads the rest of what was too much to be looked into, up to a limit.
  private mutating func readAheadToEnd(alreadyTaken: Int) {
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    // Asked for at once, only what is filled takes memory; growing would copy, and take twice as much.
    bytes.reserveCapacity(Self.maximumReadAhead + chunk.count)
    while bytes.count < Self.maximumReadAhead {
      let read: Int?
      do throws(PosixError) { read = try FileDescriptor.input.read(into: chunk) } catch { break }
      guard let count = read else {
        // Whoever shares the descriptor has it not wait.
        FileDescriptor.input.waitUntilReadable()
        continue
      }
      if count == 0 {
        isOpenEnded = false
        break
      }
      let unseen = max(bytes.count, alreadyTaken)
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > unseen { take(bytes[unseen...]) }
    }
    // Exactly as much may be all there is.
    if isOpenEnded, FileDescriptor.input.waitUntilReadable(atMostMs: Self.endPatienceMs) {
      let state = PipePeek.inputState
      if state.isFinished, state.waiting == 0 { isOpenEnded = false }
    }
    readAhead = bytes
  }

  /// Takes a redirected file from where it stands, without moving it.
  private mutating func takeFile() {
    isOpenEnded = true
    guard var offset = FileDescriptor.input.offset else { return }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    while let count = try? FileDescriptor.input.read(into: chunk, at: offset) {
      if count == 0 {
        isOpenEnded = false
        return
      }
      take(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
      offset += Int64(count)
    }
  }
}
