extension Scenario {
  /// Envelopes of runs.
  static let envelopes = [
    Scenario(
      "a run draws from its envelope, and others see what is held for it",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | envelope night ana 600 | held
      09:00 | state day                         | used 0, held 600 of 1000, ok
      09:01 | reserve a ana 500                 | moved to soft
      09:01 | reserve b ana 500 in night        | held
      09:01 | state day                         | used 0, held 600 of 1000, ok
      09:02 | settle b 200                      | posted
      09:02 | state day                         | used 200, held 400 of 1000, ok
      09:03 | reserve c ana 700 as warn in night | held
      09:03 | state day                         | used 200, held 700 of 1000, warn
      09:04 | void c                            | done
      09:04 | state day                         | used 200, held 400 of 1000, ok
      09:05 | release night                     | done
      09:05 | release night                     | done
      09:05 | state day                         | used 200, held 0 of 1000, ok
      09:05 | entries                           | reserve settle reserve void
      """),
    Scenario(
      "of two that would starve each other one is let in",
      """
      budget day = ana 1000 tokens/day
      budget calls = ana 900 calls/day
      2026-03-02 01:00 | envelope one ana 700   | held
      01:00 | envelope one ana 700              | held already
      01:00 | envelope two ana 300              | does not fit: day
      01:00 | envelope two ana 201              | does not fit: calls
      01:00 | state day                         | used 0, held 700 of 1000, ok
      01:00 | envelope two ana 199              | held
      01:00 | state calls                       | used 0, held 899 of 900, warn
      01:01 | reserve a ana 700 as warn in one  | held
      01:01 | state calls                       | used 0, held 899 of 900, warn
      01:02 | settle a 800                      | posted, overrun 100
      01:02 | release one                       | done
      01:03 | state day                         | used 800, held 199 of 1000, warn
      01:03 | state calls                       | used 1, held 199 of 900, ok
      """),
    Scenario(
      "an envelope reaches no further than its window, which closes after it",
      """
      budget hour = ana 100 tokens/hour
      2026-03-02 09:59 | envelope night ana 90  | held
      10:01 | state hour                        | used 0, held 0 of 100, ok
      10:01 | reserve a ana 30 in night         | held
      10:01 | state hour                        | used 0, held 30 of 100, ok
      10:02 | close                             | nothing
      10:02 | release night                     | done
      10:03 | close                             | hour 0
      10:04 | settle a 30                       | posted
      10:04 | state hour                        | used 30, held 0 of 100, ok
      """),
    Scenario(
      "what a call drew goes nowhere once its envelope is gone",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | envelope night ana 600 | held
      09:00 | reserve a ana 500 in night        | held
      09:01 | release night                     | done
      09:01 | state day                         | used 0, held 500 of 1000, ok
      09:02 | settle a 100                      | posted
      09:02 | state day                         | used 100, held 0 of 1000, ok
      """),
  ]
}
