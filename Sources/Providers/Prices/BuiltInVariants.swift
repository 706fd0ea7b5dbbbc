import GuardModel

/// What the models of the built-in list cost in other service tiers, and above a length of the input.
extension BuiltInPrices {
  /// Adds those of a model to its price.
  static func addVariants(of model: String, to price: inout ModelPrice) {
    PriceLines.read(variants) { lines in
      while lines.goToList(with: model) {
        var hasPrices = false
        while lines.next() {
          // More names of models stand before their prices, and those of others behind them.
          if lines.isList {
            if hasPrices { break }
            continue
          }
          guard let first = lines.word() else { continue }
          hasPrices = true
          if first == "times" {
            price.vary(fast: lines.number(), us: lines.number())
            continue
          }
          guard let tier = ServiceTier(rawValue: first), let above = lines.number() else { continue }
          let own = lines.amounts()
          price.vary(
            tier, above: above, input: own.input, output: own.output, cachedInput: own.cachedInput,
            cacheWrite: own.cacheWrite, cacheWriteHour: own.cacheWriteHour, reasoning: own.reasoning,
            audioInput: own.audioInput, audioOutput: own.audioOutput)
        }
      }
    }
  }

  /// Models, and then the tier, the number of input tokens that it holds above (0 for any), and the prices, as in the table of
  /// the standard ones. Behind `times`, and behind all standard ones, what the fast mode and the United States take of every
  /// price, in thousandths.
  static let variants = """
    = claude-haiku-4-5 claude-haiku-4-5-20251001
    batch 0 500000 2500000 50000 625000
    = claude-haiku-5-5
    standard 100000 500000 2500000 50000 625000 hour=1000000
    batch 0 50000 250000 5000 62500
    batch 100000 250000 1250000 25000 312500
    = claude-opus-4-5 claude-opus-4-5-20251101 claude-opus-4-6 claude-opus-4-6-20260205 claude-opus-4-7
    = claude-opus-4-7-20260416 claude-opus-4-8 claude-opus-5
    batch 0 2500000 12500000 250000 3125000
    = claude-opus-5-5
    batch 0 2000000 10000000 100000 2500000
    = claude-sonnet-4-5 claude-sonnet-4-5-20250929 claude-sonnet-4-6
    batch 0 1500000 7500000 150000 1875000
    = claude-sonnet-5
    batch 0 1000000 5000000 100000 1250000
    = claude-sonnet-5-5
    batch 0 1000000 5000000 50000 1250000
    = gemini-2.5-flash
    flex 0 150000 1250000 30000 - audio_in=500000
    priority 0 540000 4500000 54000 - audio_in=1800000
    batch 0 150000 1250000 - - audio_in=500000
    = gemini-2.5-flash-lite
    flex 0 50000 200000 10000 - audio_in=50000
    priority 0 180000 720000 18000 - audio_in=540000
    batch 0 50000 200000 - - audio_in=50000
    = gemini-2.5-pro
    standard 200000 2500000 15000000 250000 -
    flex 0 625000 5000000 125000 -
    flex 200000 1250000 7500000 - -
    priority 0 2250000 18000000 225000 -
    priority 200000 4500000 27000000 450000 -
    batch 0 625000 5000000 - -
    batch 200000 1250000 7500000 - -
    = gemini-3.1-flash-lite
    flex 0 125000 750000 12500 - audio_in=250000
    priority 0 450000 2700000 45000 - audio_in=900000
    batch 0 125000 750000 12500 - audio_in=250000
    = gemini-3.5-flash
    flex 0 750000 4500000 75000 -
    priority 0 2700000 16200000 270000 - audio_in=2700000
    batch 0 750000 4500000 75000 -
    = gemini-3.5-flash-lite
    flex 0 150000 1250000 15000 -
    priority 0 540000 4500000 54000 -
    batch 0 150000 1250000 15000 -
    = gemini-3.6-flash gemini-3.7-flash gemini-3.8-flash
    flex 0 375000 1875000 37500 -
    priority 0 1350000 6750000 135000 -
    batch 0 375000 1875000 37500 -
    = gemini-flash-latest
    flex 0 375000 1875000 37500 -
    priority 0 1350000 6750000 135000 -
    batch 0 375000 1875000 - -
    = gemini-flash-lite-latest
    flex 0 150000 1250000 20000 -
    priority 0 540000 4500000 50000 -
    batch 0 150000 1250000 - -
    = gemini-pro-latest
    standard 200000 4000000 18000000 400000 -
    flex 0 1000000 6000000 200000 -
    priority 0 3600000 21600000 360000 -
    priority 200000 7200000 32400000 720000 -
    batch 0 1000000 6000000 - -
    = gpt-3.5-turbo-0125
    batch 0 250000 750000 - -
    = gpt-3.5-turbo-1106
    batch 0 1000000 2000000 - -
    = gpt-4-0613
    batch 0 15000000 30000000 - -
    = gpt-4-turbo-2024-04-09
    batch 0 5000000 15000000 - -
    = gpt-4.1 gpt-4.1-2025-04-14
    priority 0 3500000 14000000 875000 -
    batch 0 1000000 4000000 - -
    = gpt-4.1-mini gpt-4.1-mini-2025-04-14
    priority 0 700000 2800000 175000 -
    batch 0 200000 800000 - -
    = gpt-4.1-nano gpt-4.1-nano-2025-04-14
    priority 0 200000 800000 50000 -
    batch 0 50000 200000 - -
    = gpt-4o gpt-4o-2024-08-06 gpt-4o-2024-11-20
    priority 0 4250000 17000000 2125000 -
    batch 0 1250000 5000000 - -
    = gpt-4o-2024-05-13
    priority 0 8750000 26250000 - -
    batch 0 2500000 7500000 - -
    = gpt-4o-mini gpt-4o-mini-2024-07-18
    priority 0 250000 1000000 125000 -
    batch 0 75000 300000 - -
    = gpt-5 gpt-5-2025-08-07 gpt-5.1 gpt-5.1-2025-11-13
    flex 0 625000 5000000 62500 -
    priority 0 2500000 20000000 250000 -
    batch 0 625000 5000000 62500 -
    = gpt-5-mini gpt-5-mini-2025-08-07
    flex 0 125000 1000000 12500 -
    priority 0 450000 3600000 45000 -
    batch 0 125000 1000000 12500 -
    = gpt-5-nano gpt-5-nano-2025-08-07
    flex 0 25000 200000 2500 -
    batch 0 25000 200000 2500 -
    = gpt-5-pro gpt-5-pro-2025-10-06
    batch 0 7500000 60000000 - -
    = gpt-5.2 gpt-5.2-2025-12-11
    flex 0 875000 7000000 87500 -
    priority 0 3500000 28000000 350000 -
    batch 0 875000 7000000 87500 -
    = gpt-5.2-pro gpt-5.2-pro-2025-12-11
    batch 0 10500000 84000000 - -
    = gpt-5.3-codex
    priority 0 3500000 28000000 350000 -
    = gpt-5.4 gpt-5.4-2026-03-05
    standard 272000 5000000 22500000 500000 -
    flex 0 1250000 7500000 130000 -
    flex 272000 2500000 11250000 250000 -
    priority 0 5000000 30000000 500000 -
    batch 0 1250000 7500000 130000 -
    batch 272000 2500000 11250000 250000 -
    = gpt-5.4-mini gpt-5.4-mini-2026-03-17
    flex 0 375000 2250000 37500 -
    priority 0 1500000 9000000 150000 -
    batch 0 375000 2250000 37500 -
    = gpt-5.4-nano gpt-5.4-nano-2026-03-17
    flex 0 100000 625000 10000 -
    batch 0 100000 625000 10000 -
    = gpt-5.4-pro gpt-5.4-pro-2026-03-05
    standard 272000 60000000 270000000 - -
    flex 0 15000000 90000000 - -
    flex 272000 30000000 135000000 - -
    batch 0 15000000 90000000 - -
    batch 272000 30000000 135000000 - -
    = gpt-5.5 gpt-5.5-2026-04-23
    standard 272000 10000000 45000000 1000000 -
    flex 0 2500000 15000000 250000 -
    flex 272000 5000000 22500000 500000 -
    priority 0 12500000 75000000 1250000 -
    batch 0 2500000 15000000 250000 -
    batch 272000 5000000 22500000 500000 -
    = gpt-5.5-pro gpt-5.5-pro-2026-04-23
    standard 272000 60000000 270000000 - -
    flex 0 15000000 90000000 - -
    batch 0 15000000 90000000 - -
    batch 272000 30000000 135000000 - -
    = gpt-5.6 gpt-5.6-sol
    standard 272000 8000000 30000000 800000 10000000
    flex 0 2000000 10000000 200000 2500000
    flex 272000 4000000 15000000 400000 5000000
    priority 0 8000000 40000000 800000 10000000
    priority 272000 16000000 60000000 1600000 20000000
    batch 0 2000000 10000000 200000 2500000
    batch 272000 4000000 15000000 400000 5000000
    = gpt-5.6-luna
    standard 272000 400000 1800000 40000 500000
    flex 0 100000 600000 10000 125000
    flex 272000 200000 900000 20000 250000
    priority 0 400000 2400000 40000 500000
    priority 272000 800000 3600000 80000 1000000
    batch 0 100000 600000 10000 125000
    batch 272000 200000 900000 20000 250000
    = gpt-5.6-terra
    standard 272000 4000000 18000000 400000 5000000
    flex 0 1000000 6000000 100000 1250000
    flex 272000 2000000 9000000 200000 2500000
    priority 0 4000000 24000000 400000 5000000
    priority 272000 8000000 36000000 800000 10000000
    batch 0 1000000 6000000 100000 1250000
    batch 272000 2000000 9000000 200000 2500000
    = gpt-6-astra
    standard 272000 20000000 75000000 2000000 25000000
    flex 0 5000000 25000000 500000 6250000
    flex 272000 10000000 37500000 1000000 12500000
    priority 0 20000000 100000000 2000000 25000000
    priority 272000 40000000 150000000 4000000 50000000
    ultrafast 0 60000000 300000000 6000000 75000000
    ultrafast 272000 120000000 450000000 12000000 150000000
    batch 0 5000000 25000000 500000 6250000
    batch 272000 10000000 37500000 1000000 12500000
    = gpt-6-luna
    standard 272000 200000 750000 20000 250000
    flex 0 50000 250000 5000 62500
    flex 272000 100000 375000 10000 125000
    priority 0 200000 1000000 20000 250000
    priority 272000 400000 1500000 40000 500000
    batch 0 50000 250000 5000 62500
    batch 272000 100000 375000 10000 125000
    = gpt-6-sol
    standard 272000 4000000 15000000 400000 5000000
    flex 0 1000000 5000000 100000 1250000
    flex 272000 2000000 7500000 200000 2500000
    priority 0 4000000 20000000 400000 5000000
    priority 272000 8000000 30000000 800000 10000000
    batch 0 1000000 5000000 100000 1250000
    batch 272000 2000000 7500000 200000 2500000
    = gpt-6.1-sol
    standard 272000 4000000 15000000 200000 5000000
    flex 0 1000000 5000000 50000 1250000
    flex 272000 2000000 7500000 100000 2500000
    priority 0 4000000 20000000 200000 5000000
    priority 272000 8000000 30000000 400000 10000000
    ultrafast 0 12000000 60000000 600000 15000000
    ultrafast 272000 24000000 90000000 1200000 30000000
    batch 0 1000000 5000000 50000 1250000
    batch 272000 2000000 7500000 100000 2500000
    = gpt-6.1-terra
    standard 272000 2000000 7500000 100000 2500000
    flex 0 500000 2500000 25000 625000
    flex 272000 1000000 3750000 50000 1250000
    priority 0 2000000 10000000 100000 2500000
    priority 272000 4000000 15000000 200000 5000000
    batch 0 500000 2500000 25000 625000
    batch 272000 1000000 3750000 50000 1250000
    = grok-4.20 grok-4.20-0309 grok-4.20-0309-non-reasoning grok-4.20-0309-reasoning grok-4.20-non-reasoning
    = grok-4.20-non-reasoning-latest grok-4.20-reasoning grok-4.20-reasoning-latest grok-4.3 grok-4.3-latest
    standard 200000 2500000 5000000 400000 -
    batch 0 1000000 2000000 160000 -
    batch 200000 2000000 4000000 320000 -
    = grok-4.5 grok-4.5-latest grok-build-latest
    standard 200000 4000000 12000000 600000 -
    = grok-4.6
    standard 200000 4000000 12000000 1000000 -
    = grok-4.7
    standard 200000 4000000 12000000 1000000 -
    batch 0 1600000 4800000 400000 -
    batch 200000 3200000 9600000 800000 -
    = grok-build-0.1 grok-code-fast grok-code-fast-1 grok-code-fast-1-0825
    standard 200000 2000000 4000000 400000 -
    = o1 o1-2024-12-17
    batch 0 7500000 30000000 - -
    = o1-pro o1-pro-2025-03-19
    batch 0 75000000 300000000 - -
    = o3 o3-2025-04-16
    flex 0 1000000 4000000 250000 -
    priority 0 3500000 14000000 875000 -
    batch 0 1000000 4000000 - -
    = o3-mini o3-mini-2025-01-31
    batch 0 550000 2200000 - -
    = o3-pro o3-pro-2025-06-10
    batch 0 10000000 40000000 - -
    = o4-mini o4-mini-2025-04-16
    flex 0 550000 2200000 138000 -
    priority 0 2000000 8000000 500000 -
    batch 0 550000 2200000 - -
    = text-embedding-3-large
    batch 0 65000 0 - -
    = text-embedding-3-small
    batch 0 10000 0 - -
    = text-embedding-ada-002-v2
    batch 0 50000 0 - -

    = claude-opus-4-8 claude-opus-5 claude-opus-5-5
    times 2000 1100
    = claude-haiku-5-5 claude-opus-4-6 claude-opus-4-6-20260205 claude-opus-4-7 claude-opus-4-7-20260416
    = claude-sonnet-4-6 claude-sonnet-5 claude-sonnet-5-5
    times - 1100
    """
}
