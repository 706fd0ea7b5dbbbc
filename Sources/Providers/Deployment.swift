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

  /// The target with another deployment in its place.
  func replaced(in target: String, by other: String) -> String {
    String(target[..<place.lowerBound]) + other + target[place.upperBound...]
  }
}
