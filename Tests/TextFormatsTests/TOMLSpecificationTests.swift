import Testing
import TextFormats

/// The examples of the TOML 1.0.0 specification, section by section, as its text gives and judges them.
@Suite struct TOMLSpecificationTests {
  static let valid: [(String, String)] = [
    (
      "# This is a full-line comment\nkey = \"value\"  # This is a comment at the end of a line\nanother = \"# This is not a comment\"",
      ##"{ key = "value", another = "# This is not a comment" }"##
    ),
    (
      "key = 1\nbare_key = 2\nbare-key = 3\n1234 = 4\n\"127.0.0.1\" = 5\n\"character encoding\" = 6\n\"ʎǝʞ\" = 7\n'quoted \"value\"' = 8",
      #"{ key = 1, bare_key = 2, bare-key = 3, 1234 = 4, "127.0.0.1" = 5, "character encoding" = 6, "ʎǝʞ" = 7, "quoted \"value\"" = 8 }"#
    ),
    (
      "name = \"Orange\"\nphysical.color = \"orange\"\nphysical.shape = \"round\"\nsite.\"google.com\" = true",
      #"{ name = "Orange", physical = { color = "orange", shape = "round" }, site = { "google.com" = true } }"#
    ),
    (
      "fruit.name = 1\nfruit. color = 2\nfruit . flavor = 3", "{ fruit = { name = 1, color = 2, flavor = 3 } }"
    ),
    (
      "fruit.apple.smooth = true\nfruit.orange = 2", "{ fruit = { apple = { smooth = true }, orange = 2 } }"
    ),
    (
      "apple.type = 1\norange.type = 2\napple.skin = 3\norange.skin = 4",
      "{ apple = { type = 1, skin = 3 }, orange = { type = 2, skin = 4 } }"
    ),
    ("3.14159 = \"pi\"", #"{ 3 = { 14159 = "pi" } }"#),
    (
      #"str = "I'm a string. \"You can quote me\". Name\tJos\u00E9\nLocation\tSF.""#,
      #"{ str = "I'm a string. \"You can quote me\". Name\tJosé\nLocation\tSF." }"#
    ),
    (
      "str2 = \"\"\"\nThe quick brown \\\n\n\n  fox jumps over \\\n    the lazy dog.\"\"\"\nstr3 = \"\"\"\\\n       The quick brown \\\n       fox jumps over \\\n       the lazy dog.\\\n       \"\"\"",
      #"{ str2 = "The quick brown fox jumps over the lazy dog.", str3 = "The quick brown fox jumps over the lazy dog." }"#
    ),
    (
      #"str4 = """Here are two quotation marks: "". Simple enough.""""# + "\n"
        + #"str6 = """Here are fifteen quotation marks: ""\"""\"""\"""\"""\"."""\#nstr7 = """"This," she said, "is just a pointless statement.""""#
        + "\"",
      #"{ str4 = "Here are two quotation marks: \"\". Simple enough.", str6 = "Here are fifteen quotation marks: \"\"\"\"\"\"\"\"\"\"\"\"\"\"\".", str7 = "\"This,\" she said, \"is just a pointless statement.\"" }"#
    ),
    (
      #"winpath  = 'C:\Users\nodejs\templates'"# + "\n" + #"winpath2 = '\\ServerX\admin$\system32\'"# + "\n"
        + #"quoted   = 'Tom "Dubs" Preston-Werner'"# + "\n" + #"regex    = '<\i\c*\s*>'"#,
      #"{ winpath = "C:\\Users\\nodejs\\templates", winpath2 = "\\\\ServerX\\admin$\\system32\\", quoted = "Tom \"Dubs\" Preston-Werner", regex = "<\\i\\c*\\s*>" }"#
    ),
    (
      "regex2 = '''I [dw]on't need \\d{2} apples'''\nquot15 = '''Here are fifteen quotation marks: \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"'''\nstr = ''''That,' she said, 'is still pointless.''''",
      #"{ regex2 = "I [dw]on't need \\d{2} apples", quot15 = "Here are fifteen quotation marks: \"\"\"\"\"\"\"\"\"\"\"\"\"\"\"", str = "'That,' she said, 'is still pointless.'" }"#
    ),
    (
      "i = [+99, 42, 0, -17, 1_000, 5_349_221, 53_49_221, 1_2_3_4_5]\nh = [0xDEADBEEF, 0xdeadbeef, 0xdead_beef]\no = [0o01234567, 0o755]\nb = 0b11010110",
      "{ i = [99, 42, 0, -17, 1000, 5349221, 5349221, 12345], h = [3735928559, 3735928559, 3735928559], o = [342391, 493], b = 214 }"
    ),
    (
      "f = [+1.0, 3.1415, -0.01, 5e+22, 1e06, -2E-2, 6.626e-34, 224_617.445_991_228]\ns = [inf, +inf, -inf, nan, +nan, -nan]",
      "{ f = [1.0, 3.1415, -0.01, 5e+22, 1000000.0, -0.02, 6.626e-34, 224617.445991228], s = [inf, inf, -inf, nan, nan, nan] }"
    ),
    (
      "odt = [1979-05-27T07:32:00Z, 1979-05-27T00:32:00-07:00, 1979-05-27T00:32:00.999999-07:00, 1979-05-27 07:32:00Z]\nldt = [1979-05-27T07:32:00, 1979-05-27T00:32:00.999999]\nld = 1979-05-27\nlt = [07:32:00, 00:32:00.999999]",
      "{ odt = [1979-05-27T07:32:00Z, 1979-05-27T00:32:00-07:00, 1979-05-27T00:32:00.999999-07:00, 1979-05-27T07:32:00Z], ldt = [1979-05-27T07:32:00, 1979-05-27T00:32:00.999999], ld = 1979-05-27, lt = [07:32:00, 00:32:00.999999] }"
    ),
    (
      "a = [ [ 1, 2 ], [\"a\", \"b\", \"c\"] ]\nn = [ 0.1, 0.2, 1, 2 ]\nc = [\n  \"Foo <foo@example.com>\",\n  { name = \"Baz\", url = \"https://example.com\" }\n]\ni = [\n  1,\n  2, # this is ok\n]",
      #"{ a = [[1, 2], ["a", "b", "c"]], n = [0.1, 0.2, 1, 2], c = ["Foo <foo@example.com>", { name = "Baz", url = "https://example.com" }], i = [1, 2] }"#
    ),
    (
      "[table-1]\nkey1 = 1\n\n[table-2]\nkey1 = 2\n[dog.\"tater.man\"]\ntype.name = \"pug\"",
      #"{ table-1 = { key1 = 1 }, table-2 = { key1 = 2 }, dog = { "tater.man" = { type = { name = "pug" } } } }"#
    ),
    (
      "[a.b.c]\n[ d.e.f ]\n[ g .  h  . i ]\n[ j . \"ʞ\" . 'l' ]\n[x.y.z.w]\n[x]",
      #"{ a = { b = { c = {} } }, d = { e = { f = {} } }, g = { h = { i = {} } }, j = { "ʞ" = { l = {} } }, x = { y = { z = { w = {} } } } }"#
    ),
    ("[fruit.apple]\n[animal]\n[fruit.orange]", "{ fruit = { apple = {}, orange = {} }, animal = {} }"),
    (
      "name = \"Fido\"\nbreed = \"pug\"\n\n[owner]\nname = \"Regina Dogman\"\nmember_since = 1999-08-04",
      #"{ name = "Fido", breed = "pug", owner = { name = "Regina Dogman", member_since = 1999-08-04 } }"#
    ),
    (
      "[fruit]\napple.color = \"red\"\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true",
      #"{ fruit = { apple = { color = "red", taste = { sweet = true }, texture = { smooth = true } } } }"#
    ),
    (
      "name = { first = \"Tom\", last = \"Preston-Werner\" }\npoint = { x = 1, y = 2 }\nanimal = { type.name = \"pug\" }",
      #"{ name = { first = "Tom", last = "Preston-Werner" }, point = { x = 1, y = 2 }, animal = { type = { name = "pug" } } }"#
    ),
    (
      "[[products]]\nname = \"Hammer\"\nsku = 738594937\n\n[[products]]  # empty table within the array\n\n[[products]]\ncolor = \"gray\"",
      #"{ products = [{ name = "Hammer", sku = 738594937 }, {}, { color = "gray" }] }"#
    ),
    (
      "[[fruits]]\nname = \"apple\"\n[fruits.physical]\ncolor = \"red\"\n[[fruits.varieties]]\nname = \"red delicious\"\n[[fruits.varieties]]\nname = \"granny smith\"\n[[fruits]]\nname = \"banana\"\n[[fruits.varieties]]\nname = \"plantain\"",
      #"{ fruits = [{ name = "apple", physical = { color = "red" }, varieties = [{ name = "red delicious" }, { name = "granny smith" }] }, { name = "banana", varieties = [{ name = "plantain" }] }] }"#
    ),
    (
      "points = [ { x = 1, y = 2, z = 3 },\n           { x = 7, y = 8, z = 9 },\n           { x = 2, y = 4, z = 8 } ]",
      "{ points = [{ x = 1, y = 2, z = 3 }, { x = 7, y = 8, z = 9 }, { x = 2, y = 4, z = 8 }] }"
    ),
  ]

  @Test(arguments: valid) func reads(_ text: String, _ expected: String) throws {
    for document in [text, text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")] {
      let written = TOMLWriter.inline(.table(try TOMLParser.parse(document)))
      #expect(written == expected)
    }
  }

  /// What the text marks as invalid, and the line on which it is.
  static let invalid: [(String, Int)] = [
    ("key = # INVALID", 1), ("first = \"Tom\" last = \"Preston-Werner\" # INVALID", 1),
    ("= \"no key name\"  # INVALID", 1),
    ("\"\" = \"blank\"\n'' = 'blank'", 2), ("name = \"Tom\"\nname = \"Pradyun\"", 2),
    ("spelling = \"favorite\"\n\"spelling\" = \"favourite\"", 2),
    (
      "# THE FOLLOWING IS INVALID\n\n# This defines the value of fruit.apple to be an integer.\nfruit.apple = 1\n\nfruit.apple.smooth = true",
      6
    ),
    ("str5 = \"\"\"Here are three quotation marks: \"\"\".\"\"\"  # INVALID", 1),
    ("apos15 = '''Here are fifteen apostrophes: ''''''''''''''''''  # INVALID", 1),
    ("invalid_float_1 = .7", 1), ("a = 1\ninvalid_float_2 = 7.", 2), ("invalid_float_3 = 3.e+20", 1),
    ("[fruit]\napple = \"red\"\n\n[fruit]\norange = \"orange\"", 4),
    ("[fruit]\napple = \"red\"\n\n[fruit.apple]\ntexture = \"smooth\"", 4),
    ("[fruit]\napple.color = \"red\"\napple.taste.sweet = true\n\n[fruit.apple]", 5),
    ("[fruit]\napple.color = \"red\"\napple.taste.sweet = true\n\n[fruit.apple.taste]", 5),
    ("[product]\ntype = { name = \"Nail\" }\ntype.edible = false  # INVALID", 3),
    ("[product]\ntype.name = \"Nail\"\ntype = { edible = false }  # INVALID", 3),
    ("[fruit.physical]\ncolor = \"red\"\nshape = \"round\"\n\n[[fruit]]\nname = \"apple\"", 5),
    ("fruits = []\n\n[[fruits]] # Not allowed", 3),
    (
      "[[fruits]]\nname = \"apple\"\n\n[[fruits.varieties]]\nname = \"red delicious\"\n\n[fruits.varieties]\nname = \"granny smith\"",
      7
    ),
    ("[[fruits]]\nname = \"apple\"\n\n[fruits.physical]\ncolor = \"red\"\n\n[[fruits.physical]]\ncolor = \"green\"", 7),
    // Rules that the text states without an example.
    ("a = \"\u{1}\"", 1), ("# \u{1F}", 1), ("a = 1\n\na = \"\\uD800\"", 3), ("a = \"\\xE9\"", 1), ("a = 0_1", 1),
    ("a = [ 1, 2\n3 ]", 2), ("a = { b = 1,\n c = 2 }", 1), ("a = { b = 1, }", 1), ("[table] key = 1", 1),
    ("a = 2021-02-30T00:00:00Z", 1), ("a = 1_000_", 1), ("a = tRUE", 1), ("a = \"x\ny\"", 1), ("a = 0b2", 1),
  ]

  @Test(arguments: invalid) func refuses(_ text: String, _ line: Int) {
    for document in [
      text, "\u{FEFF}" + text, text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
    ] {
      do {
        _ = try TOMLParser.parse(document)
        Issue.record("was read")
      } catch { #expect(error.position.line == line, "\(error)") }
    }
  }
}
