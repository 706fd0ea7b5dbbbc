extension Scenario {
  /// Calls that were answered from the cache.
  static let cachedCalls = [
    Scenario(
      "an answer from the cache takes nothing and is counted beside the calls",
      """
      budget day = ana 1000 tokens/day
      budget calls = ana 2 calls/day
      2026-03-02 09:00 | reserve a ana 300 | held
      09:01 | settle a 250                 | posted
      09:02 | cached ana 250               | recorded
      09:03 | cached ana/review 70         | recorded
      09:03 | state day                    | used 250, held 0 of 1000, ok
      09:03 | state calls                  | used 1, held 0 of 2, ok
      09:03 | usage                        | ana 1 calls 250 tokens 2 cached 320 saved
      09:03 | entries                      | reserve settle cached cached
      """),
    Scenario(
      "who only ever had answers from the cache is known all the same",
      """
      2026-03-02 09:00 | cached ben 40     | recorded
      09:00 | users                        | ben -
      09:00 | usage ben                    | ben 0 calls 0 tokens 1 cached 40 saved
      """),
    Scenario(
      "a fraction is posted on every budget but those that count calls, or on none",
      """
      budget day = ana 1000 tokens/day
      budget hour = ana 100 tokens/1h
      budget calls = ana 1 calls/day
      2026-03-02 09:00 | cached ana 250 for 50 | recorded
      09:00 | state day                        | used 50, held 0 of 1000, ok
      09:00 | state hour                       | used 50, held 0 of 100, ok
      09:00 | window hour                      | 2026-03-02 09:00 to 2026-03-02 10:00
      09:00 | state calls                      | used 0, held 0 of 1, ok
      09:01 | cached ana 250 for 70            | recorded
      09:01 | state hour                       | used 120, held 0 of 100, soft
      09:02 | cached ana 250 for 1             | over budget
      09:02 | state day                        | used 120, held 0 of 1000, ok
      09:02 | cached ana 250                   | recorded
      09:02 | usage                            | ana 0 calls 120 tokens 3 cached 750 saved
      09:02 | close                            | nothing
      """),
  ]

  /// Requests that nobody can meter.
  static let unmeteredCalls = [
    Scenario(
      "a request that nobody can meter takes nothing and is counted beside the calls",
      """
      budget day = ana 1000 tokens/day
      budget calls = ana 2 calls/day
      2026-03-02 09:00 | reserve a ana 300 | held
      09:01 | settle a 250                 | posted
      09:02 | unmetered ana images         | done
      09:03 | unmetered ana/review audio   | done
      09:03 | state day                    | used 250, held 0 of 1000, ok
      09:03 | state calls                  | used 1, held 0 of 2, ok
      09:03 | usage                        | ana 1 calls 250 tokens 2 unmetered
      09:03 | calls                        | audio unmetered, images unmetered, a settled 250 of 300
      09:03 | entries                      | reserve settle unmetered unmetered
      """),
    Scenario(
      "who only ever made such requests is known all the same",
      """
      2026-03-02 09:00 | unmetered ben images | done
      09:00 | users                           | ben -
      09:20 | usage ben                       | ben 0 calls 0 tokens 1 unmetered
      """),
  ]
}
