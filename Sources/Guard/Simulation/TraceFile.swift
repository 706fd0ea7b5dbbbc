import GuardModel

/// Reads a trace of calls: lines of comma-separated values under a head line that names them.
///
/// `TIMESTAMP,ContextTokens,GeneratedTokens` must be there; `user`, `operation`, `model` and `max_tokens` may be. A time
/// without a zone is UTC. Fields are not quoted.
public enum TraceFile {
  /// Why a trace cannot be read.
  public struct Fault: Error, Hashable, CustomStringConvertible {
    /// The line, from 1 on.
    public let line: Int
    /// What is wrong there.
    public let problem: String
    /// Where and what.
    public var description: String { "line \(line): \(problem)" }
  }

  /// The names of the columns, in lower case.
  private static let columns = [
    "timestamp", "contexttokens", "generatedtokens", "user", "operation", "model", "max_tokens",
  ]

  /// Reads a trace.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - user: whose calls are that do not say.
  ///   - operation: what they are for.
  ///   - model: the model they ask for; `nil` leaves it unknown.
  public static func read(
    _ bytes: [UInt8], user: String, operation: String, model: String?
  ) throws(Fault) -> Trace {
    var trace = Trace()
    var places: [Int?] = []
    var number = 0
    // Spreadsheets begin a file with the mark of its byte order.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? bytes[3...] : bytes[...]
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty { continue }
      let fields = line.split(separator: 0x2C, omittingEmptySubsequences: false)
      if places.isEmpty {
        places = try head(fields, number)
        continue
      }
      func field(_ column: Int) -> ArraySlice<UInt8>? {
        places[column].flatMap { $0 < fields.count ? trimmed(fields[$0]) : nil }
      }
      func tokens(_ column: Int, _ name: String) throws(Fault) -> Int64 {
        let text = field(column) ?? []
        if let value = Int64(String(decoding: text, as: UTF8.self)), (0...Int64(Int32.max)).contains(value) {
          return value
        }
        throw Fault(line: number, problem: "\(name) is not a number of tokens")
      }
      func named(_ column: Int, _ kind: String) throws(Fault) -> String? {
        guard let text = field(column), !text.isEmpty else { return nil }
        let name = String(decoding: text, as: UTF8.self)
        do throws(NameError) { try Name.check(kind, name) } catch {
          throw Fault(line: number, problem: error.description)
        }
        return name
      }
      guard let at = instant(field(0) ?? []) else {
        throw Fault(line: number, problem: "TIMESTAMP is not a time such as 2023-11-16 18:17:03.979")
      }
      let asked = try named(5, "model") ?? model
      var call = TracedCall(
        atUnixMs: at, user: trace.users.place(of: try named(3, "user") ?? user),
        operation: trace.operations.place(of: try named(4, "operation") ?? operation),
        model: asked.map { trace.models.place(of: $0) } ?? -1, input: try tokens(1, "ContextTokens"),
        output: try tokens(2, "GeneratedTokens"))
      // A maximum of nothing is none, as it is where a call is made.
      if field(6)?.isEmpty == false, case let maximum = try tokens(6, "max_tokens"), maximum > 0 {
        call.maximum = Int32(clamping: maximum)
        call.output = min(call.output, call.maximum)
      }
      trace.calls.append(call)
    }
    if places.isEmpty { throw Fault(line: 1, problem: "the file is empty") }
    trace.calls = trace.calls.enumerated()
      .sorted { ($0.element.atUnixMs, $0.offset) < ($1.element.atUnixMs, $1.offset) }.map(\.element)
    return trace
  }

  private static func head(_ fields: [ArraySlice<UInt8>], _ line: Int) throws(Fault) -> [Int?] {
    let names = fields.map { String(decoding: trimmed($0), as: UTF8.self).lowercased() }
    let places = columns.map { names.firstIndex(of: $0) }
    if let missing = places.prefix(3).firstIndex(of: nil) {
      let expected = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"][missing]
      throw Fault(line: line, problem: "the head line names no column '\(expected)'")
    }
    return places
  }

  private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var field = field
    while let first = field.first, first == 0x20 || first == 0x09 { field.removeFirst() }
    while let last = field.last, last == 0x20 || last == 0x09 { field.removeLast() }
    return field
  }

  /// `2023-11-16 18:17:03.9799600`, also with `T` and `Z`.
  static func instant(_ text: ArraySlice<UInt8>) -> Int64? {
    let text = text.last == UInt8(ascii: "Z") ? text.dropLast() : text
    let bytes = Array(text)
    guard bytes.count >= 19 else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] == 0x20 || bytes[10] == 0x54, bytes[13] == 0x3A,
      bytes[16] == 0x3A, let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19), year >= 1970, hour < 24,
      minute < 60, second < 61
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    guard CivilDate(dayNumber: date.dayNumber) == date else { return nil }
    var milliseconds: Int64 = 0
    if bytes.count > 19 {
      guard bytes[19] == 0x2E, bytes.count > 20, number(20..<min(bytes.count, 38)) != nil else { return nil }
      for index in 20..<23 { milliseconds = milliseconds * 10 + (index < bytes.count ? Int64(bytes[index] - 0x30) : 0) }
    }
    return ((date.dayNumber * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milliseconds
  }
}
