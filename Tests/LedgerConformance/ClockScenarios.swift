extension Scenario {
  /// A clock that once ran ahead, and how it is set back.
  static let clocks = [
    Scenario(
      "a clock ahead stands windows still until it is repaired",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 700           | held
      09:00 | settle a 700                           | posted
      09:00 | repair clock                           | nothing
      # the clock is a year ahead for one call
      2027-03-02 10:00 | reserve b ana 500           | held
      2027-03-02 10:00 | settle b 500                | posted
      2026-03-02 10:00 | lead                        | 31536000 s
      10:00 | state day                              | used 500, held 0 of 1000, ok
      2026-03-09 10:00 | state day                   | used 500, held 0 of 1000, ok
      2026-03-02 10:00 | repair clock                | back by 31536000 s
      10:00 | lead                                   | 0 s
      10:00 | repair clock                           | nothing
      # today goes on where it stood, and what was used of a day to come counts when it comes
      10:00 | state day                              | used 700, held 0 of 1000, ok
      10:00 | reserve c ana 200                      | moved to warn
      2026-03-03 00:00 | state day                   | used 0, held 0 of 1000, ok
      2026-03-03 00:00 | entries                     | reserve settle reserve settle clock
      2027-03-02 09:00 | state day                   | used 500, held 0 of 1000, ok
      2027-03-02 09:00 | usage                       | ana 2 calls 1200 tokens
      """),
    Scenario(
      "what has ended by the ledger's clock has ended, whatever the machine's says",
      """
      budget day = ana 1000 tokens/day
      budget bens = ben 1000 tokens/day
      2026-03-02 09:00 | book day 60 of 100 until 2026-03-03 00:00 | done
      09:00 | reserve a ana 10                       | held
      09:00 | settle a 10                            | posted
      09:00 | booked day                             | 60
      09:00 | close                                  | nothing
      2026-03-04 09:00 | reserve b ben 10            | held
      2026-03-04 09:00 | settle b 10                 | posted
      2026-03-02 10:00 | booked day                  | 0
      2026-03-02 10:00 | close                       | day 10
      2026-03-02 10:00 | close                       | nothing
      """),
    Scenario(
      "a rolling window keeps the time it has left, after the one it followed",
      """
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | reserve a ana 700           | held
      09:00 | settle a 700                           | posted
      2026-03-03 09:00 | reserve b ana 500           | held
      2026-03-03 10:00 | settle b 500                | posted
      2026-03-02 10:00 | repair clock                | back by 86400 s
      10:00 | state six                              | used 700, held 0 of 1000, ok
      10:00 | window six                             | 2026-03-02 09:00 to 2026-03-02 15:00
      15:00 | window six                             | none
      """),
    Scenario(
      "of two open windows the one that ends first counts",
      """
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | reserve a ana 700           | held
      09:00 | settle a 700                           | posted
      2026-03-03 09:00 | reserve b ana 500           | held
      2026-03-03 09:00 | settle b 500                | posted
      2026-03-02 11:00 | repair clock                | back by 79200 s
      11:00 | window six                             | 2026-03-02 09:00 to 2026-03-02 15:00
      15:00 | state six                              | used 500, held 0 of 1000, ok
      15:00 | window six                             | 2026-03-02 11:00 to 2026-03-02 17:00
      17:00 | close                                  | six 700, six 500
      """),
    Scenario(
      "a call under way follows its window",
      """
      budget six = ana 1000 tokens/6h
      budget rate = ana 60 tokens/min burst 1000
      2027-03-02 09:00 | reserve a ana 400           | held
      2026-03-02 09:00 | repair clock                | back by 31536000 s
      09:01 | settle a 300                           | posted
      09:01 | state six                              | used 300, held 0 of 1000, ok
      09:01 | state rate                             | used 300, held 0 of 1000, ok
      09:06 | state rate                             | used 0, held 0 of 1000, ok
      09:06 | window rate                            | 2026-03-02 09:00 to ever
      """),
    Scenario(
      "a replenishing budget drains on from where it was",
      """
      budget rate = ana 60 tokens/min burst 1000
      2026-03-02 09:00 | reserve a ana 400           | held
      09:00 | settle a 400                           | posted
      2027-03-02 09:00 | reserve b ana 500           | held
      2027-03-02 09:00 | settle b 500                | posted
      2027-03-02 09:01 | reserve c ana 0             | held
      2027-03-02 09:01 | state rate                  | used 440, held 0 of 1000, ok
      2026-03-02 09:01 | repair clock                | back by 31536000 s
      09:01 | state rate                             | used 440, held 0 of 1000, ok
      09:02 | state rate                             | used 380, held 0 of 1000, ok
      """),
    Scenario(
      "top-ups keep the time they have left",
      """
      budget day = ana 1000 tokens/day
      2027-03-02 09:00 | grant day 500 until 2027-03-02 11:00 | done
      2027-03-02 09:00 | grant day 50 until 2027-03-02 09:30  | done
      2027-03-02 10:00 | reserve a ana 1             | held
      2026-03-02 09:00 | repair clock                | back by 31539600 s
      09:59 | state day                              | used 0, held 0 of 1500, ok
      10:00 | state day                              | used 0, held 0 of 1000, ok
      """),
    Scenario(
      "attempts are forgotten on time",
      """
      2027-03-02 09:00 | reserve a ana 10 try 1      | held
      2027-03-02 09:00 | reserve b ana 10 try 2      | held
      2026-03-02 09:00 | repair clock                | back by 31536000 s
      09:29 | reserve c ana 10 try 1                 | is try 3
      09:30 | reserve c ana 15 try 3                 | is try 1
      """),
    Scenario(
      "a window closed by a clock ahead is closed again when it ends",
      """
      budget hour = ana 100 tokens/hour
      2026-03-02 09:00 | reserve a ana 30            | held
      09:00 | settle a 30                            | posted
      2027-03-02 09:00 | close                       | hour 30
      2026-03-02 09:05 | repair clock                | back by 31535700 s
      09:05 | reserve b ana 20                       | held
      09:05 | settle b 20                            | posted
      10:00 | close                                  | hour 50
      """),
  ]
}
