import CommandSpec
import GuardModel
import Posix
import Providers
import Reports
import Terminal
import TextFormats

/// `llmguard price`: what models cost.
enum PriceCommands {
  static let command = Command<CLIHandler>(
    "price", summary: "Show and import the prices of models",
    description: [
      "Prices come from the configuration, else from an imported list, else from the built-in one of "
        + "\(BuiltInPrices.asOf). An unknown price is unknown, never zero. The price that was used is recorded with each call.",
      "Where a provider takes other prices in a service tier (`flex`, `priority`, `batch`) or above a number of input tokens, "
        + "`price show` and the JSON have them. A call is held by what it asks for, and settled by what its reply says.",
    ],
    subcommands: [
      Command(
        "list", summary: "List all known prices", options: [SharedOptions.json.spec], handler: CLIHandler(run: list)),
      Command(
        "show", summary: "Show the price of a model", options: [SharedOptions.json.spec],
        operands: [OperandSpec("MODEL", summary: "its whole name", completion: .names(kind: "models"))],
        examples: [Example("llmguard price show gpt-4o", "What a million of its tokens costs, and as of when.")],
        handler: CLIHandler(run: show)),
      Command(
        "import", summary: "Import the price list that LiteLLM ships",
        description: [
          "The file is `model_prices_and_context_window_backup.json` of the LiteLLM package. It replaces what was imported before."
        ],
        options: [BudgetCommands.dryRun.spec, SharedOptions.json.spec],
        operands: [OperandSpec("FILE", summary: "the JSON file", completion: .file)],
        handler: CLIHandler(run: importList)),
    ])

  /// What has a price of its own beside the usual ones.
  private static let apart: [(title: String, key: String, price: @Sendable (ModelPrice) -> Int64?)] = [
    ("cached for 1 h", "cache_write_1h_micro_usd_per_million", { $0.cacheWriteHourMicroUSDPerMillion }),
    ("reasoning", "reasoning_micro_usd_per_million", { $0.reasoningMicroUSDPerMillion }),
    ("audio in", "audio_input_micro_usd_per_million", { $0.audioInputMicroUSDPerMillion }),
    ("audio out", "audio_output_micro_usd_per_million", { $0.audioOutputMicroUSDPerMillion }),
    ("a web search", "web_search_micro_usd", { $0.webSearchMicroUSD }),
  ]

  private static func dollars(_ microUSD: Int64) -> String { HumanNumber.exact(microUSD: microUSD) }

  private static func row(
    _ model: String, _ price: ModelPrice, _ variant: PriceVariant? = nil, isExact: Bool
  ) -> [Table.Cell] {
    func cell(_ microUSD: Int64?) -> Table.Cell {
      microUSD.map { Table.Cell(dollars($0), exact: String($0)) } ?? Table.Cell("", exact: "")
    }
    let more = apart.map { ($0.title, $0.price(price)) }
    let words = (more + [("a use of another tool", price.toolUseMicroUSD)]).compactMap { title, value in
      value.map { "\(title) \(dollars($0))" }
    }.joined(separator: ", ")
    let name = isExact ? model : variant.map { "  \($0.words)" } ?? model
    return [
      Table.Cell(name), cell(price.inputMicroUSDPerMillion), cell(price.outputMicroUSDPerMillion),
      cell(price.cachedInputMicroUSDPerMillion), cell(price.cacheWriteMicroUSDPerMillion),
      Table.Cell(price.stamp),
    ] + (isExact ? more.map { cell($0.1) } + [Table.Cell(variant?.words ?? "")] : [Table.Cell(words)])
  }

  private static func print(
    _ prices: [(model: String, price: ModelPrice)], _ context: Context, json: Bool, hasVariants: Bool = false
  ) throws(Failure) {
    if json {
      let known = Dictionary(uniqueKeysWithValues: prices.map { ($0.model, $0.price) })
      return try context.print(PriceImport.encode(known))
    }
    func column(_ title: String, _ key: String) -> Table.Column {
      Table.Column(title, key: key, isNumber: true, alignsPoints: true)
    }
    let isExact = !context.output.isTerminal
    let hasMore = prices.contains { _, price in apart.contains { $0.price(price) != nil } }
    let also = hasMore ? [Table.Column("Also", key: "also", canWrap: true)] : []
    let more =
      isExact ? apart.map { column($0.title, $0.key) } + [Table.Column("Variant", key: "variant")] : also
    var table = Table(
      [
        Table.Column("Model", key: "model", canShrink: true), column("In / 1M", "input_micro_usd_per_million"),
        column("Out / 1M", "output_micro_usd_per_million"), column("Cached", "cached_input_micro_usd_per_million"),
        column("Write", "cache_write_micro_usd_per_million"), Table.Column("From", key: "source", dispensability: 1),
      ] + more)
    for (model, price) in prices {
      table.add(Array(row(model, price, isExact: isExact).prefix(6 + more.count)))
      for variant in hasVariants ? price.variants : [] {
        table.add(Array(row(model, variant.price, variant, isExact: isExact).prefix(6 + more.count)))
      }
    }
    try context.print(table.text(context.output))
  }

  static func list(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    try print(try context.settings().priceTable.all, context, json: arguments[SharedOptions.json])
    return 0
  }

  static func show(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let model = arguments.operands[0]
    let table = try context.settings().priceTable
    guard let price = table.price(of: model) else {
      let nearest =
        NearestName.suggestion(for: model, among: table.all.map(\.model)).map { "did you mean '\($0)'? " } ?? ""
      throw Failure(
        "the price of '\(TerminalText.safe(model))' is unknown",
        hint: nearest + "state it in the configuration (\(PriceEntry.text(of: model))) or import a list",
        status: Failure.Status.unavailable)
    }
    try print([(model, price)], context, json: arguments[SharedOptions.json], hasVariants: true)
    return 0
  }

  static func importList(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let path = arguments.operands[0]
    let settings = try context.settings()
    if let place = settings.importLockPlace {
      throw Failure(
        "the prices of models are locked by \(place)", hint: "ask whoever keeps the system file",
        status: Failure.Status.configuration)
    }
    let target = try context.pricesPath()
    let bytes: [UInt8]
    do throws(PosixError) {
      bytes = try File.readSettled(path, maximumBytes: 64 << 20, waits: { context.sayWaiting(for: path) })
    } catch {
      throw Failure(reading: path, error, hint: "name LiteLLM's model_prices_and_context_window_backup.json")
    }
    let (prices, skipped): ([String: ModelPrice], Int)
    do {
      (prices, skipped) = try PriceImport.liteLLM(
        bytes, source: "imported \(File.name(of: path))",
        asOf: TimeText.date(context.nowUnixMs, in: context.zone(settings)))
    } catch {
      throw Failure(
        "cannot import '\(TerminalText.safe(path))': \(error)",
        hint: "it should be LiteLLM's model_prices_and_context_window_backup.json; nothing was changed",
        status: Failure.Status.data)
    }
    let isRehearsal = arguments[BudgetCommands.dryRun]
    do throws(PosixError) {
      if !isRehearsal {
        try Folder.makePrivate(File.parent(of: target))
        try File.replace(target, with: Array(PriceImport.encode(prices, isShort: true).utf8))
      }
    } catch {
      throw Failure(
        "cannot keep the prices: \(error)", hint: "they stand beside the ledger: make its folder writable for you",
        status: error.isOfPath ? Failure.Status.cannotCreate : Failure.Status.inputOutput)
    }
    let left = "\(skipped) \(skipped == 1 ? "entry" : "entries") without a price per token skipped"
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty([
        "schema": 1, "dry_run": .bool(isRehearsal), "imported": .int(Int64(prices.count)),
        "skipped": .int(Int64(skipped)),
        "path": .string(target),
      ])
      : "\(HumanNumber.counted(Int64(prices.count), "price"))\(isRehearsal ? " would be" : "") imported, \(left)\n"
    if isRehearsal {
      try context.print(text)
    } else {
      try context.confirm(text, that: "the prices are imported", shownBy: "price list")
    }
    return 0
  }
}
