/// Files of curl's arguments that name others: curl reads each of them where it is named. *Source:* curl 7.88.1, as it behaves.
public struct CurlFiles {
  /// How many files one may lead to. One that names itself would lead to no end.
  private static let most = 64

  private let read: (String) -> String?
  private var count = 0
  /// Files that are left out, as they name themselves, or are too many.
  public private(set) var leftOut: [String] = []

  /// Makes one.
  ///
  /// - Parameter read: a file's text by its name; `nil` for one that cannot be read, which is curl's to complain about.
  public init(_ read: @escaping (String) -> String?) { self.read = read }

  /// A file's text with those of the others that it names in their places.
  public mutating func whole(_ text: String, of name: String) -> String { whole(text, within: [name]) }

  private mutating func whole(_ text: String, within names: [String]) -> String {
    let lines = CurlSetting.lines(text)
    let named = lines.map { CurlSetting($0).file }
    if named.allSatisfy({ $0 == nil }) { return text }
    var result: [String] = []
    for (line, file) in zip(lines, named) {
      guard let file else {
        result.append(String(line))
        continue
      }
      if !file.letters.isEmpty { result.append(file.letters) }
      if names.contains(file.name) || count == Self.most {
        leftOut.append(file.name)
        continue
      }
      count += 1
      if let text = read(file.name) {
        result.append(whole(text, within: names + [file.name]))
      } else {
        result.append(String(line))
      }
    }
    return result.joined(separator: "\n")
  }

  /// Whether curl may make more requests by a file than without it.
  public static func mayAskMore(_ text: String) -> Bool {
    CurlSetting.lines(text).contains { CurlSetting($0).mayAskMore }
  }
}
