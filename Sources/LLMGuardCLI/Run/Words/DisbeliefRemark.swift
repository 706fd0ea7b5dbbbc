import Terminal

/// What is said of a provider that states more than a call can have taken.
enum DisbeliefRemark {
  static func parts(
    _ provider: String?, stated: Int64, charged: Int64
  ) -> (kind: Context.Notice, text: String, hint: String) {
    (
      .warning,
      "\(provider ?? "the provider") states \(HumanNumber.counted(stated, "token")) for a call that cannot have taken so many; "
        + "\(HumanNumber.counted(charged, "token")) \(charged == 1 ? "is" : "are") charged, as an estimate",
      "look at what it bills; 'llmguard usage list' shows the call"
    )
  }

  static func parts(
    _ provider: String?, statedMicroUSD: Int64
  ) -> (kind: Context.Notice, text: String, hint: String) {
    (
      .warning,
      "\(provider ?? "the provider") states a cost of \(HumanNumber.money(microUSD: statedMicroUSD)) for a call whose tokens cannot "
        + "have cost so much; their price is charged",
      "it may count in cents or in credits of its own; look at what it bills"
    )
  }

  static func parts(
    _ provider: String?, stated: Int64, most: Int64
  ) -> (kind: Context.Notice, text: String, hint: String) {
    (
      .warning,
      "\(provider ?? "the provider") states an output of \(HumanNumber.counted(stated, "token")) for a call that allows "
        + "\(HumanNumber.counted(most, "token")) at most; all of them are charged, as it counts them by name",
      "look at what it bills; 'llmguard usage list' shows the call"
    )
  }
}
