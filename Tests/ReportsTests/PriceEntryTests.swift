import Reports
import Testing

@Suite struct PriceEntryTests {
  @Test(
    arguments: [
      ("llama3.2", "[model.\"llama3.2\"] price = …"), ("vendor/model:free", "[model.\"vendor/model:free\"] price = …"),
      ("a\"b", "[model.\"NAME\"] price = …"), ("a\nb", "[model.\"NAME\"] price = …"),
      ("a\\b", "[model.\"NAME\"] price = …"),
      (nil, "[model.\"NAME\"] price = …"),
    ] as [(String?, String)]) func aPlainNameCanBePasted(model: String?, text: String)
  {
    #expect(PriceEntry.text(of: model) == text)
  }
}
