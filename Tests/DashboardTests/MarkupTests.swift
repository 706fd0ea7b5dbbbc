import Testing

@testable import Dashboard

/// No text ends the attribute, or the element, that it stands in.
@Suite struct MarkupTests {
  @Test(
    arguments: [
      ("a\"b", "a&quot;b"), ("a'b", "a&#39;b"), ("<i>&amp;", "&lt;i&gt;&amp;amp;"), ("`x`", "&#96;x&#96;"),
      ("\"\u{301}x", "&quot;\u{301}x"), ("a\nb", "a\\nb"), ("\u{202E}x", "\\u{202E}x"),
    ] as [(String, String)])
  func whatStandsInAnAttributeStaysThere(text: String, written: String) {
    let element = Markup.element("b", [("title", text)], Markup.text(text))
    #expect(element.unicodeScalars.elementsEqual("<b title=\"\(written)\">\(written)</b>".unicodeScalars))
  }
}
