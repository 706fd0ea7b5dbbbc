import GuardModel
import Posix

/// The prices that come with the program, as of a date. Prices change: an imported file and the configuration come first.
///
/// *Source:* the community price list that the LiteLLM package ships (`model_prices_and_context_window_backup.json`,
/// version 1.110.2, MIT licence), reduced to the text models of the main providers. One slip of it is mended:
/// `embed-multilingual-light-v3.0` stands there at a thousand times the price of its siblings, and has theirs here.
public enum BuiltInPrices {
  /// The day the list was read.
  public static let asOf = "2026-11-24"

  /// The price of a model by its whole name; `nil` where the list does not have it.
  ///
  /// Its own lines alone are read: a run asks for one model or two, and reading all would take a third of what a run does
  /// before its command starts.
  public static func price(of model: String) -> ModelPrice? {
    if let price = known.use({ $0[model] }) { return price }
    guard var price = PriceLines.read(table, { $0.goTo(model) ? read(&$0) : nil }) else { return nil }
    addVariants(of: model, to: &price)
    known.use { $0[model] = price }
    return price
  }

  /// What was asked for before: no more than the list has.
  private static let known = Locked<[String: ModelPrice]>([:])

  /// All prices by model name.
  public static var all: [String: ModelPrice] {
    var models: [String] = []
    PriceLines.read(table) { lines in
      repeat { if let model = lines.word() { models.append(model) } } while lines.next()
    }
    return Dictionary(uniqueKeysWithValues: models.compactMap { model in price(of: model).map { (model, $0) } })
  }

  /// The price that stands behind a name.
  private static func read(_ line: inout PriceLines) -> ModelPrice? {
    let own = line.amounts()
    guard let input = own.input, let output = own.output else { return nil }
    return ModelPrice(
      inputMicroUSDPerMillion: input, outputMicroUSDPerMillion: output,
      cachedInputMicroUSDPerMillion: own.cachedInput, cacheWriteMicroUSDPerMillion: own.cacheWrite,
      cacheWriteHourMicroUSDPerMillion: own.cacheWriteHour, reasoningMicroUSDPerMillion: own.reasoning,
      audioInputMicroUSDPerMillion: own.audioInput, audioOutputMicroUSDPerMillion: own.audioOutput,
      webSearchMicroUSD: own.webSearch, asOf: asOf, source: "built-in")
  }

  /// In the order of the names' bytes, as whoever looks for one goes to the middle first.
  ///
  /// Name; input, output, cached input and cache write in millionths of a dollar per million tokens. Then what has a price
  /// of its own: input cached for an hour, reasoning, sound in and out, and a search of the web of the size that is made when
  /// none is stated, in millionths of a dollar.
  static let table = """
    claude-haiku-4-5 1000000 5000000 100000 1250000 hour=2000000
    claude-haiku-4-5-20251001 1000000 5000000 100000 1250000 hour=2000000
    claude-haiku-5-5 100000 500000 10000 125000 hour=200000 search=10000
    claude-opus-4-5 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-4-5-20251101 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-4-6 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-4-6-20260205 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-4-7 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-4-7-20260416 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-4-8 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-5 5000000 25000000 500000 6250000 hour=10000000 search=10000
    claude-opus-5-5 4000000 20000000 200000 5000000 hour=8000000 search=10000
    claude-sonnet-4-5 3000000 15000000 300000 3750000 hour=6000000 search=10000
    claude-sonnet-4-5-20250929 3000000 15000000 300000 3750000 hour=6000000 search=10000
    claude-sonnet-4-6 3000000 15000000 300000 3750000 hour=6000000 search=10000
    claude-sonnet-5 2000000 10000000 200000 2500000 hour=4000000 search=10000
    claude-sonnet-5-5 2000000 10000000 100000 2500000 hour=4000000 search=10000
    codestral-2508 300000 900000 30000 -
    codestral-embed 150000 0 15000 -
    codestral-latest 300000 900000 30000 -
    codestral-mamba-latest 250000 250000 25000 -
    command-a-03-2025 2500000 10000000 - -
    command-nightly 1000000 2000000 - -
    command-r-08-2024 150000 600000 - -
    command-r-plus-08-2024 2500000 10000000 - -
    command-r7b-12-2024 37500 150000 - -
    deepseek-chat 280000 420000 28000 -
    deepseek-flash 300000 1200000 6000 0
    deepseek-reasoner 280000 420000 28000 -
    deepseek-v4-1-flash-1017 300000 1200000 7000 -
    deepseek-v4-flash 300000 1200000 6000 0
    deepseek-v4-pro 1320000 3960000 44000 0
    devstral-latest 400000 2000000 40000 -
    devstral-medium-latest 400000 2000000 40000 -
    devstral-small-latest 100000 300000 10000 -
    embed-english-light-v3.0 100000 0 - -
    embed-english-v3.0 100000 0 - -
    embed-multilingual-light-v3.0 100000 0 - -
    embed-multilingual-v3.0 100000 0 - -
    gemini-2.5-flash 300000 2500000 30000 - audio_in=1000000 search=35000
    gemini-2.5-flash-lite 100000 400000 10000 - audio_in=300000 search=35000
    gemini-2.5-pro 1250000 10000000 125000 - search=35000
    gemini-3.1-flash-lite 250000 1500000 25000 - audio_in=500000 search=14000
    gemini-3.5-flash 1500000 9000000 150000 - audio_in=1500000 search=14000
    gemini-3.5-flash-lite 300000 2500000 30000 - search=14000
    gemini-3.6-flash 750000 3750000 75000 - search=14000
    gemini-3.7-flash 750000 3750000 75000 - search=14000
    gemini-3.8-flash 750000 3750000 75000 - search=14000
    gemini-flash-latest 750000 3750000 75000 - search=14000
    gemini-flash-lite-latest 300000 2500000 30000 - search=14000
    gemini-pro-latest 2000000 12000000 200000 - search=14000
    glm-5-2 1400000 4400000 140000 -
    gpt-3.5-turbo 500000 1500000 - -
    gpt-3.5-turbo-0125 500000 1500000 - -
    gpt-3.5-turbo-1106 1000000 2000000 - -
    gpt-3.5-turbo-16k 3000000 4000000 - -
    gpt-4 30000000 60000000 - -
    gpt-4-0613 30000000 60000000 - -
    gpt-4-turbo 10000000 30000000 - -
    gpt-4-turbo-2024-04-09 10000000 30000000 - -
    gpt-4.1 2000000 8000000 500000 - search=25000
    gpt-4.1-2025-04-14 2000000 8000000 500000 - search=25000
    gpt-4.1-mini 400000 1600000 100000 - search=25000
    gpt-4.1-mini-2025-04-14 400000 1600000 100000 - search=25000
    gpt-4.1-nano 100000 400000 25000 -
    gpt-4.1-nano-2025-04-14 100000 400000 25000 -
    gpt-4o 2500000 10000000 1250000 -
    gpt-4o-2024-05-13 5000000 15000000 - -
    gpt-4o-2024-08-06 2500000 10000000 1250000 -
    gpt-4o-2024-11-20 2500000 10000000 1250000 -
    gpt-4o-mini 150000 600000 75000 - search=25000
    gpt-4o-mini-2024-07-18 150000 600000 75000 - search=25000
    gpt-5 1250000 10000000 125000 - search=10000
    gpt-5-2025-08-07 1250000 10000000 125000 - search=10000
    gpt-5-chat 1250000 10000000 125000 -
    gpt-5-codex 1250000 10000000 125000 -
    gpt-5-mini 250000 2000000 25000 - search=10000
    gpt-5-mini-2025-08-07 250000 2000000 25000 - search=10000
    gpt-5-nano 50000 400000 5000 - search=10000
    gpt-5-nano-2025-08-07 50000 400000 5000 - search=10000
    gpt-5-pro 15000000 120000000 - - search=10000
    gpt-5-pro-2025-10-06 15000000 120000000 - - search=10000
    gpt-5.1 1250000 10000000 125000 - search=10000
    gpt-5.1-2025-11-13 1250000 10000000 125000 - search=10000
    gpt-5.1-codex 1250000 10000000 125000 -
    gpt-5.1-codex-max 1250000 10000000 125000 -
    gpt-5.1-codex-mini 250000 2000000 25000 -
    gpt-5.2 1750000 14000000 175000 - search=10000
    gpt-5.2-2025-12-11 1750000 14000000 175000 - search=10000
    gpt-5.2-codex 1750000 14000000 175000 -
    gpt-5.2-pro 21000000 168000000 - - search=10000
    gpt-5.2-pro-2025-12-11 21000000 168000000 - - search=10000
    gpt-5.3-codex 1750000 14000000 175000 - search=10000
    gpt-5.4 2500000 15000000 250000 -
    gpt-5.4-2026-03-05 2500000 15000000 250000 -
    gpt-5.4-mini 750000 4500000 75000 - search=10000
    gpt-5.4-mini-2026-03-17 750000 4500000 75000 - search=10000
    gpt-5.4-nano 200000 1250000 20000 - search=10000
    gpt-5.4-nano-2026-03-17 200000 1250000 20000 - search=10000
    gpt-5.4-pro 30000000 180000000 - - search=10000
    gpt-5.4-pro-2026-03-05 30000000 180000000 - - search=10000
    gpt-5.5 5000000 30000000 500000 - search=10000
    gpt-5.5-2026-04-23 5000000 30000000 500000 - search=10000
    gpt-5.5-pro 30000000 180000000 - - search=10000
    gpt-5.5-pro-2026-04-23 30000000 180000000 - - search=10000
    gpt-5.6 4000000 20000000 400000 5000000 search=10000
    gpt-5.6-luna 200000 1200000 20000 250000 search=10000
    gpt-5.6-sol 4000000 20000000 400000 5000000 search=10000
    gpt-5.6-terra 2000000 12000000 200000 2500000 search=10000
    gpt-6-astra 10000000 50000000 1000000 12500000 search=10000
    gpt-6-luna 100000 500000 10000 125000 search=10000
    gpt-6-sol 2000000 10000000 200000 2500000 search=10000
    gpt-6.1-sol 2000000 10000000 100000 2500000 search=10000
    gpt-6.1-terra 1000000 5000000 50000 1250000 search=10000
    grok-4.20 1250000 2500000 200000 -
    grok-4.20-0309 1250000 2500000 200000 -
    grok-4.20-0309-non-reasoning 1250000 2500000 200000 -
    grok-4.20-0309-reasoning 1250000 2500000 200000 -
    grok-4.20-non-reasoning 1250000 2500000 200000 -
    grok-4.20-non-reasoning-latest 1250000 2500000 200000 -
    grok-4.20-reasoning 1250000 2500000 200000 -
    grok-4.20-reasoning-latest 1250000 2500000 200000 -
    grok-4.3 1250000 2500000 200000 -
    grok-4.3-latest 1250000 2500000 200000 -
    grok-4.5 2000000 6000000 300000 -
    grok-4.5-latest 2000000 6000000 300000 -
    grok-4.6 2000000 6000000 500000 -
    grok-4.7 2000000 6000000 500000 -
    grok-build-0.1 1000000 2000000 200000 -
    grok-build-latest 2000000 6000000 300000 -
    grok-code-fast 1000000 2000000 200000 -
    grok-code-fast-1 1000000 2000000 200000 -
    grok-code-fast-1-0825 1000000 2000000 200000 -
    magistral-medium-latest 1500000 7500000 150000 -
    magistral-small-latest 150000 600000 15000 -
    meta-llama/llama-prompt-guard-2-22m 30000 30000 - -
    meta-llama/llama-prompt-guard-2-86m 40000 40000 - -
    ministral-14b-2512 200000 200000 20000 -
    ministral-14b-latest 200000 200000 20000 -
    ministral-3-14b-2512 200000 200000 20000 -
    ministral-3-3b-2512 100000 100000 10000 -
    ministral-3-8b-2512 150000 150000 15000 -
    ministral-3b-2512 100000 100000 10000 -
    ministral-3b-latest 100000 100000 10000 -
    ministral-8b-2512 150000 150000 15000 -
    ministral-8b-latest 150000 150000 15000 -
    mistral-code-agent-latest 400000 2000000 40000 -
    mistral-code-latest 300000 900000 30000 -
    mistral-embed 100000 0 - -
    mistral-large-2512 500000 1500000 50000 -
    mistral-large-3 500000 1500000 50000 -
    mistral-large-4 700000 2100000 70000 -
    mistral-large-4-0 700000 2100000 70000 -
    mistral-large-latest 500000 1500000 50000 -
    mistral-medium 1500000 7500000 150000 -
    mistral-medium-2604 1500000 7500000 150000 -
    mistral-medium-3 1500000 7500000 150000 -
    mistral-medium-3-5 1500000 7500000 150000 -
    mistral-medium-3.5 1500000 7500000 150000 -
    mistral-medium-latest 1500000 7500000 150000 -
    mistral-small 100000 300000 10000 -
    mistral-small-2603 150000 600000 15000 -
    mistral-small-latest 150000 600000 15000 -
    mistral-tiny 250000 250000 25000 -
    o1 15000000 60000000 7500000 -
    o1-2024-12-17 15000000 60000000 7500000 -
    o1-pro 150000000 600000000 - -
    o1-pro-2025-03-19 150000000 600000000 - -
    o3 2000000 8000000 500000 - search=10000
    o3-2025-04-16 2000000 8000000 500000 - search=10000
    o3-mini 1100000 4400000 550000 -
    o3-mini-2025-01-31 1100000 4400000 550000 -
    o3-pro 20000000 80000000 - - search=10000
    o3-pro-2025-06-10 20000000 80000000 - - search=10000
    o4-mini 1100000 4400000 275000 - search=10000
    o4-mini-2025-04-16 1100000 4400000 275000 - search=10000
    open-mistral-nemo 300000 300000 30000 -
    openai/gpt-oss-120b 150000 600000 75000 - search=5000
    openai/gpt-oss-20b 75000 300000 37500 - search=5000
    openai/gpt-oss-safeguard-20b 75000 300000 37000 - search=5000
    pixtral-large-latest 2000000 6000000 200000 -
    qwen/qwen3.8-27b 800000 4000000 - -
    text-embedding-3-large 130000 0 - -
    text-embedding-3-small 20000 0 - -
    text-embedding-ada-002 100000 0 - -
    text-embedding-ada-002-v2 100000 0 - -
    voxtral-small-2507 100000 400000 10000 -
    voxtral-small-latest 100000 400000 10000 -
    zai-glm-5 1400000 4400000 140000 -
    zai-glm-5-2 1400000 4400000 140000 -
    zai-glm-5-3 1400000 4400000 140000 -
    zai-glm-5-3-flash 150000 500000 30000 -
    zai-glm-latest 1400000 4400000 140000 -

    """
}
