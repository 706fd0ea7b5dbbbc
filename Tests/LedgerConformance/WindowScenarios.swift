import GuardModel

extension Scenario {
  /// Windows of every kind, and the clock.
  static let windows = [
    Scenario(
      "a rolling window opens with the first call and ends on time",
      """
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | window six        | none
      09:10 | reserve a ana 700            | held
      09:10 | window six                   | 2026-03-02 09:10 to 2026-03-02 15:10
      09:11 | settle a 700                 | posted
      15:09:59.999 | state six             | used 700, held 0 of 1000, ok
      15:10 | state six                    | used 0, held 0 of 1000, ok
      15:10 | window six                   | none
      16:00 | reserve b ana 1              | held
      16:00 | window six                   | 2026-03-02 16:00 to 2026-03-02 22:00
      """),
    Scenario(
      "reading opens nothing",
      """
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | state six         | used 0, held 0 of 1000, ok
      10:00 | reserve a ana 1              | held
      10:00 | window six                   | 2026-03-02 10:00 to 2026-03-02 16:00
      """),
    Scenario(
      "a settlement posts to the window that reserved",
      """
      budget hour = ana 100 tokens/hour
      2026-03-02 09:59 | reserve a ana 60  | held
      10:00 | state hour                   | used 0, held 0 of 100, ok
      10:00 | reserve b ana 10             | held
      10:01 | settle a 90                  | posted, overrun 30
      10:01 | state hour                   | used 0, held 10 of 100, ok
      # the hour before is closed with what was posted to it late
      10:02 | close                        | hour 90
      """),
    Scenario(
      "a window with a call under way closes after it, even when it held nothing",
      """
      budget money = ana $1/hour
      2026-03-02 09:10 | reserve a ana 5   | held
      09:20 | state money                  | used 0, held 0 of 1000000, ok
      10:30 | close                        | nothing
      10:31 | settle a 5 cost 400          | posted
      10:32 | close                        | money 400
      10:33 | close                        | nothing
      """),
    Scenario(
      "calendar windows partition the days of a zone", zone: .berlin,
      """
      budget day = ana 100 tokens/day
      2026-03-27 22:30 | window day        | 2026-03-26 23:00 to 2026-03-27 23:00
      2026-03-28 12:00 | window day        | 2026-03-27 23:00 to 2026-03-28 23:00
      # clocks go forward: 23 hours
      2026-03-29 12:00 | window day        | 2026-03-28 23:00 to 2026-03-29 22:00
      # clocks go back: 25 hours
      2026-10-25 12:00 | window day        | 2026-10-24 22:00 to 2026-10-25 23:00
      """),
    Scenario(
      "a day of 23 hours counts to its end", zone: .berlin,
      """
      budget day = ana 100 tokens/day
      2026-03-28 23:00 | reserve a ana 50  | held
      23:00 | settle a 50                  | posted
      2026-03-29 21:59:59.999 | state day  | used 50, held 0 of 100, ok
      22:00 | state day                    | used 0, held 0 of 100, ok
      """),
    Scenario(
      "the hour that comes twice is two windows", zone: .berlin,
      """
      budget hour = ana 100 tokens/hour
      2026-10-25 00:30 | reserve a ana 60  | held
      00:30 | window hour                  | 2026-10-25 00:00 to 2026-10-25 01:00
      01:30 | reserve b ana 60             | held
      01:30 | window hour                  | 2026-10-25 01:00 to 2026-10-25 02:00
      """),
    Scenario(
      "a date without a midnight begins when its clock does", zone: .saoPaulo,
      """
      budget day = ana 100 tokens/day
      2018-11-03 12:00 | window day        | 2018-11-03 03:00 to 2018-11-04 03:00
      2018-11-04 12:00 | window day        | 2018-11-04 03:00 to 2018-11-05 02:00
      """),
    Scenario(
      "weeks begin on Monday, months on their first", zone: .berlin,
      """
      budget week = ana 100 tokens/week
      budget month = ana 100 tokens/month
      2026-03-26 12:00 | window week       | 2026-03-22 23:00 to 2026-03-29 22:00
      2026-03-26 12:00 | window month      | 2026-02-28 23:00 to 2026-03-31 22:00
      2024-02-29 12:00 | window month      | 2024-01-31 23:00 to 2024-02-29 23:00
      """),
    Scenario(
      "hours follow the zone's minutes", zone: ZoneOffsets(name: "Kathmandu") { _ in 20_700 },
      """
      budget hour = ana 100 tokens/hour
      2026-03-02 09:20 | window hour       | 2026-03-02 09:15 to 2026-03-02 10:15
      """),
    Scenario(
      "a replenishing budget drains steadily and saves nothing up",
      """
      budget rate = ana 60 tokens/min burst 100
      2026-03-02 09:00 | window rate       | none
      09:00 | reserve a ana 70             | held
      09:00 | window rate                  | 2026-03-02 09:00 to ever
      09:00 | settle a 70                  | posted
      09:00:00.999 | state rate            | used 70, held 0 of 100, ok
      09:00:01 | state rate                | used 69, held 0 of 100, ok
      09:00:30 | state rate                | used 40, held 0 of 100, ok
      09:00:30 | reserve b ana 30          | held
      # what is held does not drain
      09:00:50 | state rate                | used 20, held 30 of 100, ok
      09:00:50 | settle b 30               | posted
      09:00:50 | state rate                | used 50, held 0 of 100, ok
      09:01:40 | state rate                | used 0, held 0 of 100, ok
      12:00 | reserve c ana 79             | held
      12:00 | settle c 79                  | posted
      12:00 | state rate                   | used 79, held 0 of 100, ok
      """),
    Scenario(
      "a changed rate keeps what has drained",
      """
      budget rate = ana 60 tokens/min burst 100
      2026-03-02 09:00 | reserve a ana 70  | held
      09:00 | settle a 70                  | posted
      budget rate = ana 6 tokens/min burst 100
      09:00:10 | reserve b ana 0           | held
      09:00:10 | state rate                | used 60, held 0 of 100, ok
      09:00:20 | state rate                | used 59, held 0 of 100, ok
      """),
    Scenario(
      "a changed limit keeps the window and what was used",
      """
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | reserve a ana 300 | held
      09:00 | settle a 300                 | posted
      budget six = ana 350 tokens/6h
      09:30 | state six                    | used 300, held 0 of 350, warn
      09:30 | reserve b ana 200 as soft    | moved to hard
      09:30 | window six                   | 2026-03-02 09:00 to 2026-03-02 15:00
      """),
    Scenario(
      "a clock set back gives nothing free",
      """
      budget hour = ana 100 tokens/hour
      budget one = ana 100 tokens/1h
      2026-03-02 09:30 | reserve a ana 70  | held
      09:31 | settle a 70                  | posted
      08:00 | state hour                   | used 70, held 0 of 100, ok
      08:00 | reserve b ana 20             | moved to warn
      08:00 | reserve b ana 5              | held
      08:00 | window one                   | 2026-03-02 09:30 to 2026-03-02 10:30
      10:00 | state hour                   | used 0, held 0 of 100, ok
      """),
  ]
}

extension ZoneOffsets {
  /// Berlin in 2026: an hour ahead of UTC, two between the last Sundays of March and October at 01:00 UTC.
  static let berlin = ZoneOffsets(name: "Berlin 2026") { seconds in
    (1_774_746_000..<1_792_890_000).contains(seconds) ? 7200 : 3600
  }

  /// São Paulo in the spring of 2018: clocks jumped from midnight of 4 November to one o'clock.
  static let saoPaulo = ZoneOffsets(name: "São Paulo 2018") { seconds in seconds < 1_541_300_400 ? -10_800 : -7200 }
}
