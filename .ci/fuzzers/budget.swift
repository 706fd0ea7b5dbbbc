import GuardModel

/// The budget grammar: what is read is written so that it reads equal; what is refused is named.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: input(data, count), as: UTF8.self)
  do {
    let spec = try BudgetSpec(text)
    let written = spec.description
    require((try? BudgetSpec(written)) == spec, "'\(text)' is written as '\(written)', which reads otherwise")
    if case .limit(let limit) = spec { check(limit, text) }
  } catch {
    require(same(error.text, text), "the error quotes the text")
    require(!error.problem.isEmpty, "the error names a problem")
  }
  checkDecimal(text)
  return 0
}

private func check(_ limit: BudgetLimit, _ text: String) {
  require(limit.amount > 0 && limit.capacity > 0, "'\(text)': amounts are positive")
  require(
    BudgetLimit(unit: limit.unit, amount: limit.amount, rule: limit.rule) == limit, "'\(text)': its parts make it again"
  )
  for scope in [BudgetScope.user("ana"), .operation(user: "ana", operation: "sum")] {
    let key = BudgetKey(scope: scope, limit: limit)
    require(BudgetKey(storageText: key.storageText) == key, "'\(text)': its key comes back from the ledger")
  }
  // 1 January 2000: a window that is asked for can be opened.
  let window = Window.opening(limit.rule, at: 946_684_800_000, in: .utc)
  require(window.contains(946_684_800_000), "'\(text)': its window holds its first call")
}

private func checkDecimal(_ text: String) {
  guard let value = Decimal.parse(text, decimals: 6) else { return }
  require(Decimal.parse(Decimal.text(value, decimals: 6), decimals: 6) == value, "'\(text)' comes back")
}
