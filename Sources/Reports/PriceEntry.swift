/// How a model's price is stated in the configuration, for hints that can be pasted.
public enum PriceEntry {
  /// `[model."llama3.2"] price = …`; with `NAME` where no single model is meant, or its name is none that is printed as it stands.
  public static func text(of model: String? = nil) -> String {
    guard let model, model.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
      return text(of: "NAME")
    }
    return "[model.\"\(model)\"] price = …"
  }
}
