import Testing
import TextFormats

/// Members are set by path; every byte of other values stays.
@Suite struct JSONPathEditTests {
  private func set(_ path: [String], _ value: JSONValue, _ text: String) -> String? {
    JSONEdit.setting(path, to: value, in: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    (#"{"a":1}"#, ["a"], #"{"a":9}"#),
    (#"{ "b" : [1, {"a":2}] , "a"  : {"x": "}\""} }"#, ["a"], #"{ "b" : [1, {"a":2}] , "a"  : 9 }"#),
    (#"{"a":1,"a":2}"#, ["a"], #"{"a":9,"a":9}"#),
    (#"{}"#, ["a"], #"{"a":9}"#),
    (#" { "b":1.50e0 }"#, ["a"], #" {"a":9, "b":1.50e0 }"#),
    (#"{"a":{"b":1, "c" :[ ]}}"#, ["a", "b"], #"{"a":{"b":9, "c" :[ ]}}"#),
    (#"{"a":{"c":1}}"#, ["a", "b"], #"{"a":{"b":9,"c":1}}"#),
    (#"{"x":1}"#, ["a", "b"], #"{"a":{"b":9},"x":1}"#),
    // Null is as good as missing, so an object takes its place.
    (#"{"x":1, "a" : null}"#, ["a", "b"], #"{"x":1, "a" : {"b":9}}"#),
    (#"{"a":{"b":null}}"#, ["a", "b", "c"], #"{"a":{"b":{"c":9}}}"#),
    (#"{"\u0061":1}"#, ["a"], #"{"\u0061":9}"#),
    (#"{"x":"a\":","a":null}"#, ["a"], #"{"x":"a\":","a":9}"#),
  ])
  func membersAreSet(text: String, path: [String], expected: String) {
    #expect(set(path, 9, text) == expected)
  }

  @Test(arguments: [
    ("[1]", ["a"]), ("x", ["a"]), (#"{"a":1"#, ["a"]), (#"{"a":1}"#, ["a", "b"]), (#"{"a":[{}]}"#, ["a", "b"]),
    ("{}", []),
  ])
  func whatCannotBeSetIsNotTouched(text: String, path: [String]) { #expect(set(path, 9, text) == nil) }

  /// A body of some megabytes may say the same a million times. One by one, each would move all that stands behind it.
  @Test(.timeLimit(.minutes(1))) func aMemberThatIsThereOverAndOverIsSetInOneGo() {
    let count = 200_000
    func text(_ member: String) -> String { "{" + repeatElement(member, count: count).joined(separator: ",") + "}" }
    #expect(set(["a", "b"], 9, text(#""a":{}"#)) == text(#""a":{"b":9}"#))
    #expect(set(["a", "b"], 9, text(#""a":null"#)) == text(#""a":{"b":9}"#))
  }
}
