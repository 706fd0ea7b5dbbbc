import Intent
import Testing

@Suite struct GuardsTests {
  @Test(arguments: [
    ("Wait 5 minutes", "Wait 5 hours", "units"), ("Wait 5 minutes", "Wait 6 minutes", "numbers"),
    ("3 + 4", "3 * 4", "operators"),
    ("Say \"yes\"", "Say \"no\"", "quotes"), ("Rename userId", "Rename userName", "names"),
    ("Write to Ann", "Write to Ben", "names"),
    ("in German", "in Dutch", "language"), ("as JSON", "as YAML", "format"), ("with pytest", "with jest", "tool"),
    ("Do it", "Do not do it", "says no"), ("Enable it", "Disable it", "enable"), ("Should I go", "I go", "should"),
    ("from Rome", "to Rome", "direction"), ("List all", "List only", "only"),
    ("Print 1 a and 2 b", "Print 2 a and 1 b", "order"),
    ("before lunch", "before dinner", "before"), ("Rows above", "Rows below", "above"),
  ])
  func forbid(a: String, b: String, reason: String) {
    let found = Guards.disagreement(a, b)
    #expect(found?.contains(reason) == true, "\(found ?? "nothing")")
    #expect(Guards.disagreement(b, a) != nil)
  }

  @Test(arguments: [
    ("Summarise this", "Please give me a summary of this"), ("in three days", "in 3 days"), ("100MB", "100 megabytes"),
    ("the latest file", "the newest file"), ("What is Ann's age?", "How old is Ann?"),
  ])
  func allow(a: String, b: String) {
    #expect(Guards.disagreement(a, b) == nil, "\(Guards.disagreement(a, b) ?? "")")
  }

  /// The first name in the order of the texts, and not whichever a set gives first.
  @Test func theSameNameIsToldEveryTime() {
    for _ in 0..<8 {
      #expect(Guards.disagreement("rename a_b c_d e_f", "rename g_h i_j k_l") == "only one of them names a_b")
    }
  }

  /// Capitals are looked for where they stand in the text, marks and all.
  @Test(arguments: [
    ("Write about the Turkey.", "Write about the turkey.", "capital"),
    ("Ask (Turkey) about it", "Ask (turkey) about it", "capital"),
    ("Hello! Turkey is a country", "hello! turkey is a country", nil),
    ("Ask what's in Swift", "Ask what's in swift", nil), ("Tell O'Brien a joke", "Tell O'Hara a joke", "O'Brien"),
  ])
  func capitalsInside(a: String, b: String, reason: String?) {
    let found = Guards.disagreement(a, b)
    if let reason {
      #expect(found?.contains(reason) == true, "\(found ?? "nothing")")
    } else {
      #expect(found == nil, "\(found ?? "")")
    }
    #expect((Guards.disagreement(b, a) == nil) == (reason == nil))
  }
}
