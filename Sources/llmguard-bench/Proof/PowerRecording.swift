import Posix
import TextFormats

/// What programs did to the ledger's files, in order.
struct PowerRecording {
  let home: ProofHome
  private let seed: Int64
  private let shim: String

  /// One thing that was done.
  struct Event {
    enum Kind: UInt64 {
      case opened = 1
      case written, truncated, synced, unlinked, renamed, folderSynced
    }

    var kind: Kind
    var name: String
    var offset: Int
    var length: Int
    /// Where its bytes stand in the record.
    var bytes: Range<Int>
  }

  /// The file of acknowledgements, which is among the ledger's files so that its lines stand in the record.
  static let acknowledged = "acknowledged"

  /// Builds what records.
  init(seed: Int64) throws(BenchFailure) {
    self.seed = seed
    home = try ProofHome(configuration: "[tier.default]\nbudgets = ['1000M tokens/1000h', '1M calls/day']\n")
    shim = home.path + "/record.so"
    guard let source = Self.shimSource else {
      throw BenchFailure("the shim's source was not found", hint: "run the binary that a checkout has built")
    }
    let built = try home.script(
      "cc=$(command -v cc clang | head -n 1); $cc -O1 -shared -fPIC '\(source)' -o '\(shim)' -ldl")
    if built.code != 0 {
      throw BenchFailure("the shim could not be built: \(built.error)", hint: "install a C compiler")
    }
    do throws(PosixError) { try Folder.makePrivate(folder) } catch { throw BenchFailure(error) }
  }

  /// The shim's source in the checkout that built this executable.
  private static var shimSource: String? {
    var folder = ProcessInfo.executablePath.map(File.parent(of:)) ?? "/"
    if let stated = Environment.value("LLMGUARD_CHECKOUT") { folder = stated }
    while folder != "/" {
      let path = "\(folder)/Sources/llmguard-bench/Shim/record.c"
      if File.exists(path) { return path }
      folder = File.parent(of: folder)
    }
    return nil
  }

  /// The ledger's folder.
  private var folder: String { File.parent(of: home.ledgerPath) }

  private var recorded: String {
    "export LD_PRELOAD='\(shim)' LLMGUARD_RECORD='\(home.path)/record' LLMGUARD_RECORD_FOLDER='\(folder)'"
  }

  /// From the first run on: callers together, real runs among them, one that is killed, a backup, a compaction.
  func recordLife() throws(BenchFailure) {
    guard let bench = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    let outcome = try home.script(
      """
      \(recorded)
      exec 9>>'\(folder)/\(Self.acknowledged)'
      caller() { '\(bench)' worker caller --seed "$1" --calls "$2" '\(home.ledgerPath)' '\(folder)/\(Self.acknowledged)'; }
      runs() { for n in $(seq "$1"); do "$llmguard" run -q --estimate "$((n * 7))" --receipt fd:9 -- true || exit 1; done; }
      runs 3 || exit 1
      "$llmguard" run -q --estimate 50 -- sh -c 'kill -9 $PPID' 2>/dev/null
      caller \(seed % 1_000_000 * 10 + 1) 60 & first=$!
      caller \(seed % 1_000_000 * 10 + 2) 60 & second=$!
      runs 20 || exit 1
      wait "$first" && wait "$second" || exit 1
      "$llmguard" ledger backup '\(home.path)/backup.sqlite3' >/dev/null || exit 1
      "$llmguard" ledger compact >/dev/null || exit 1
      "$llmguard" budget grant "$(id -un)" '5 calls/day' --reason proof >/dev/null || exit 1
      "$llmguard" run -q --estimate 50 -- sh -c 'kill -9 $PPID' 2>/dev/null
      caller \(seed % 1_000_000 * 10 + 3) 60 & first=$!
      caller \(seed % 1_000_000 * 10 + 4) 60 & second=$!
      runs 20 || exit 1
      wait "$first" && wait "$second" || exit 1
      """)
    if outcome.code != 0 { throw BenchFailure("the recording failed: \(outcome.error)") }
  }

  /// Charges that are taken and given back in transactions of their own.
  func recordNaiveReserves() throws(BenchFailure) {
    guard let bench = ProcessInfo.executablePath else { throw BenchFailure("/proc is not there") }
    let outcome = try home.script(
      """
      \(recorded)
      '\(bench)' worker caller --calls 5 '\(home.ledgerPath)' '\(folder)/\(Self.acknowledged)' &&
        '\(bench)' worker caller --naive --calls 100 '\(home.ledgerPath)' '\(folder)/\(Self.acknowledged)'
      """)
    if outcome.code != 0 { throw BenchFailure("the recording failed: \(outcome.error)") }
  }

  /// The record's bytes, and what they say.
  func events() throws(BenchFailure) -> (bytes: [UInt8], events: [Event]) {
    let bytes: [UInt8]
    do throws(PosixError) {
      bytes = try File.readAll(home.path + "/record", maximumBytes: 2 << 30)
    } catch { throw BenchFailure(error) }
    var events: [Event] = []
    var place = 0
    func number(_ index: Int) -> Int {
      (0..<8).reduce(0) { $0 | Int(bytes[place + 8 * index + $1]) << (8 * $1) }
    }
    while place + 48 <= bytes.count {
      let (nameLength, offset, length, count) = (number(1), number(2), number(3), number(4))
      guard let kind = Event.Kind(rawValue: UInt64(number(0))) else { throw BenchFailure("the record is garbled") }
      let name = String(decoding: bytes[place + 48..<place + 48 + nameLength], as: UTF8.self)
      let start = place + 48 + nameLength
      events.append(Event(kind: kind, name: name, offset: offset, length: length, bytes: start..<start + count))
      place = start + count
    }
    return (bytes, events)
  }

  /// What a text written to the file of acknowledgements acknowledges: a caller's line, or a run's receipt.
  static func acknowledgement(_ text: String) -> LedgerCaller.Acknowledgement? {
    if let line = LedgerCaller.Acknowledgement(text.dropLast(text.hasSuffix("\n") ? 1 : 0)) { return line }
    guard let receipt = try? JSONParser.parse(Array(text.utf8)), let settled = receipt["settlement"],
      let entry = settled["entry"]?.int64Value, let tokens = settled["charge_tokens"]?.int64Value,
      let run = receipt["run"]?.stringValue
    else { return nil }
    return LedgerCaller.Acknowledgement(entry: entry, run: run, tokens: tokens)
  }
}
