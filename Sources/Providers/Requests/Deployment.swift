import Posix

/// The deployment that a path names, as Azure's do: `/openai/deployments/NAME/chat/completions`.
///
/// The name is the customer's own; which model is behind it only the configuration tells. A model that the body names
/// means nothing there.
struct Deployment: Hashable {
  /// The name.
  let name: String
  private let place: Range<String.Index>

  /// Why a path cannot be read: servers could see another name in it.
  struct Ambiguous: Error {}

  /// Finds the deployment in a target; `nil` where none is named.
  init?(in target: String) throws(Ambiguous) {
    // Most paths name none, and say so at once: what is not escaped stands there as it is.
    if !ByteSearch.holds("%", in: target), !Self.mayBe(in: target) { return nil }
    let path = target.prefix { $0 != "?" }
    let seen = PathText.parts(path)
    let raw = path.split(separator: "/", omittingEmptySubsequences: false)
    let word = raw.dropLast().lastIndex { PathText.parts($0) == ["deployments"] }
    let known = seen.dropLast().lastIndex(of: "deployments").map { seen[$0 + 1] }
    guard let known else {
      if word != nil { throw Ambiguous() }
      return nil
    }
    guard let word, PathText.parts(raw[word + 1]) == [known] else { throw Ambiguous() }
    name = known
    place = raw[word + 1].startIndex..<raw[word + 1].endIndex
  }

  private static func mayBe(in target: String) -> Bool {
    var (target, word) = (target, "deployments")
    return target.withUTF8 { target in
      word.withUTF8 { word in
        target.count >= word.count
          && (0...(target.count - word.count)).contains { start in
            target[start] == word[0] && target[start..<(start + word.count)].elementsEqual(word)
          }
      }
    }
  }

  /// The target with another deployment in its place.
  func replaced(in target: String, by other: String) -> String {
    String(target[..<place.lowerBound]) + other + target[place.upperBound...]
  }
}
