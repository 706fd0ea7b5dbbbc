extension Scenario {
  /// Grants, resets, closed windows and users.
  static let administration = [
    Scenario(
      "a grant adds to the limit until it expires",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | grant day 500 until 12:00 | done
      09:00 | grant day 100 until 2026-03-04 00:00 | done
      09:00 | state day                    | used 0, held 0 of 1600, ok
      11:00 | reserve a ana 1200           | held
      11:00 | settle a 1200                | posted
      11:59:59.999 | state day             | used 1200, held 0 of 1600, ok
      12:00 | state day                    | used 1200, held 0 of 1100, soft
      2026-03-03 12:00 | state day         | used 0, held 0 of 1100, ok
      2026-03-04 00:00 | state day         | used 0, held 0 of 1000, ok
      2026-03-04 00:00 | entries           | grant grant reserve settle
      """),
    Scenario(
      "a top-up of a rolling budget counts before the window opens, in it, and not beyond its end",
      """
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | grant six 500 until 15:00 | done
      10:00 | state six                    | used 0, held 0 of 1500, ok
      10:00 | reserve a ana 1100           | held
      10:00 | settle a 1100                | posted
      15:00 | state six                    | used 1100, held 0 of 1000, soft
      16:00 | state six                    | used 0, held 0 of 1000, ok
      16:00 | window six                   | none
      """),
    Scenario(
      "a top-up of a replenishing budget raises the burst, not the rate",
      """
      budget rate = ana 60 tokens/min burst 100
      2026-03-02 09:00 | grant rate 100 until 09:01 | done
      09:00 | reserve a ana 150            | held
      09:00 | settle a 150                 | posted
      09:00:30 | state rate                | used 120, held 0 of 200, ok
      09:01 | state rate                   | used 90, held 0 of 100, warn
      """),
    Scenario(
      "what a user books is held to a ceiling until it expires, and what others grant does not count",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | grant day 500 until 2026-03-03 00:00 | done
      09:00 | book day 60 of 100 until 2026-03-03 00:00 | done
      09:00 | booked day                   | 60
      09:01 | book day 41 of 100 until 2026-03-03 00:00 | over the ceiling: 60 booked
      09:01 | state day                    | used 0, held 0 of 1560, ok
      09:02 | book day 40 of 100 until 2026-03-03 00:00 | done
      09:02 | state day                    | used 0, held 0 of 1600, ok
      09:03 | book day 1 of 100 until 2026-03-03 00:00  | over the ceiling: 100 booked
      2026-03-02 23:59 | booked day        | 100
      2026-03-03 00:00 | booked day        | 0
      2026-03-03 09:00 | book day 100 of 100 until 2026-03-04 00:00 | done
      2026-03-03 09:00 | entries           | grant grant grant grant
      """),
    Scenario(
      "no call of a paused user goes out, however small, whatever is topped up or lowered, until it is resumed",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 10  | held
      09:00 | pause ana                    | recorded
      09:00 | pause ana                    | unchanged
      09:01 | users                        | ana - paused
      09:01 | reserve b ana 2              | moved to hard
      09:01 | reserve b ana 1              | moved to hard
      09:01 | reserve b ana 0              | moved to hard
      09:01 | reserve b ana 0 as soft      | moved to hard
      09:01 | envelope run ana 1           | does not fit: pause
      # What was under way ends as it would, and answers from the cache are given, also those that cost a share.
      09:02 | settle a 12                  | posted, overrun 2
      09:02 | cached ana 50                | recorded
      09:02 | cached ana 50 for 1          | recorded
      09:03 | grant day 500 until 2028-01-01 00:00 | done
      09:03 | lower ana 900 tokens/day     | recorded
      09:03 | lower ana -                  | recorded
      09:03 | reserve b ana 1              | moved to hard
      # A year later it is one still: its window never began.
      2027-02-25 09:00 | reserve b ana 1   | moved to hard
      2027-03-03 09:00 | users             | ana - paused
      2027-03-03 09:00 | reserve b ana 1   | moved to hard
      2027-03-03 09:01 | resume ana        | recorded
      2027-03-03 09:01 | reserve b ana 1   | held
      2027-03-03 09:01 | settle b 1        | posted
      """),
    Scenario(
      "a top-up is taken back, the latest first, all that is asked for or nothing",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | grant day 500 until 12:00 | done
      09:00 | book day 60 of 100 until 2026-03-03 00:00 | done
      09:00 | take-back day 561            | no more than 560 on top
      09:01 | reserve a ana 1200           | held
      09:01 | settle a 1200                | posted
      09:02 | take-back day 70             | done: 490 on top
      09:02 | booked day                   | 0
      09:02 | state day                    | used 1200, held 0 of 1490, warn
      09:03 | take-back day 490            | done: 0 on top
      09:03 | state day                    | used 1200, held 0 of 1000, soft
      09:04 | take-back day 1              | no more than 0 on top
      09:05 | grant day 5 until 09:10      | done
      09:10 | take-back day 5              | no more than 0 on top
      09:10 | entries                      | grant grant reserve settle grant grant grant
      """),
    Scenario(
      "a reset forgives what was used, not what is held",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reset day         | nothing
      09:00 | reserve a ana 300            | held
      09:00 | reset day                    | nothing
      09:01 | settle a 300                 | posted
      09:01 | reserve b ana 50             | held
      09:02 | reset day                    | forgave 300
      09:02 | state day                    | used 0, held 50 of 1000, ok
      09:03 | reset day                    | nothing
      09:04 | settle b 60                  | posted, overrun 10
      09:04 | state day                    | used 60, held 0 of 1000, ok
      09:05 | reset day                    | forgave 60
      09:05 | usage                        | ana 2 calls 360 tokens 10 over
      09:05 | entries                      | reserve settle reserve reset settle reset
      2026-03-03 09:00 | reset day         | nothing
      """),
    Scenario(
      "a reset of a replenishing budget forgives what had not drained",
      """
      budget rate = ana 60 tokens/min burst 100
      2026-03-02 09:00 | reserve a ana 70  | held
      09:00 | settle a 70                  | posted
      09:00:10 | reset rate                | forgave 60
      09:00:10 | reserve b ana 70          | held
      09:00:10 | settle b 70               | posted
      09:00:20 | state rate                | used 60, held 0 of 100, ok
      09:05 | reset rate                   | nothing
      """),
    Scenario(
      "a reset that is taken back lets what was used before count again, beside what was used since",
      """
      budget day = ana 1000 tokens/day
      budget six = ana 1000 tokens/6h
      2026-03-02 09:00 | undo-reset day    | nothing
      09:00 | reserve a ana 300            | held
      09:01 | settle a 300                 | posted
      09:01 | undo-reset day               | nothing
      09:02 | reset day                    | forgave 300
      09:03 | reserve b ana 50             | held
      09:03 | settle b 60                  | posted, overrun 10
      09:04 | reset day                    | forgave 60
      09:05 | reserve c ana 20             | held
      09:05 | undo-reset day               | 360 again
      09:05 | state day                    | used 360, held 20 of 1000, ok
      09:05 | state six                    | used 360, held 20 of 1000, ok
      09:06 | undo-reset day               | nothing
      09:06 | settle c 20                  | posted
      09:06 | entries                      | reserve settle reset reserve settle reset reserve user settle
      2026-03-03 00:00 | undo-reset day    | nothing
      2026-03-03 00:00 | close             | six 380, day 380
      2026-03-03 00:00 | undo-reset day    | nothing
      """),
    Scenario(
      "a replenishing budget is not brought back: it would have drained meanwhile",
      """
      budget rate = ana 60 tokens/min burst 100
      2026-03-02 09:00 | reserve a ana 70  | held
      09:00 | settle a 70                  | posted
      09:00:10 | reset rate                | forgave 60
      09:00:10 | undo-reset rate           | nothing
      09:00:10 | state rate                | used 0, held 0 of 100, ok
      """),
    Scenario(
      "each window that ended is closed once, oldest first",
      """
      budget hour = ana 100 tokens/hour
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 30  | held
      09:00 | settle a 30                  | posted
      10:00 | reserve b ana 40             | held
      10:00 | settle b 40                  | posted
      10:59:59.999 | close                 | hour 30
      # a window closes at its first millisecond outside
      11:00 | close                        | hour 40
      11:00 | close                        | nothing
      2026-03-03 00:00 | close             | day 70
      2026-03-05 00:00 | close             | nothing
      2026-03-05 00:00 | entries           | reserve settle reserve settle close close close
      """),
    Scenario(
      "windows end whether or not anybody closes them",
      """
      budget hour = ana 100 tokens/hour
      2026-03-02 09:00 | reserve a ana 70  | held
      09:00 | settle a 70                  | posted
      10:00 | reserve b ana 70             | held
      10:00 | settle b 70                  | posted
      13:00 | close                        | hour 70, hour 70
      """),
    Scenario(
      "a reset window closes with what was left",
      """
      budget hour = ana 100 tokens/hour
      2026-03-02 09:00 | reserve a ana 70  | held
      09:00 | settle a 70                  | posted
      09:01 | reset hour                   | forgave 70
      09:02 | reserve b ana 20             | held
      09:02 | settle b 20                  | posted
      10:00 | close                        | hour 20
      """),
    Scenario(
      "changes of users are recorded, unchanged values are not",
      """
      2026-03-02 09:00 | tier ana pro      | recorded
      09:00 | tier ana pro                 | unchanged
      09:00 | limit ana 100 tokens/day     | recorded
      09:00 | limit ana 100 tokens/day     | unchanged
      09:00 | users                        | ana pro 100 tokens/day
      09:00 | limit ana $0.5/6h            | recorded
      09:00 | tier ana -                   | recorded
      09:00 | users                        | ana - $0.50/6h
      09:00 | limit ana 1.5k tokens/min burst 3k | recorded
      09:00 | users                        | ana - 1.5k tokens/min burst 3k
      # nothing is given to people nobody knows
      09:00 | tier ben -                   | unchanged
      09:00 | limit ben -                  | unchanged
      09:00 | remove ben                   | unchanged
      09:00 | users                        | ana - 1.5k tokens/min burst 3k
      """),
    Scenario(
      "a removed user is not listed, and what they did stays",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | tier ana pro      | recorded
      09:00 | reserve a ana 70             | held
      09:00 | settle a 70                  | posted
      09:01 | remove ana                   | recorded
      09:01 | remove ana                   | unchanged
      09:01 | users                        | nothing
      09:01 | usage                        | ana 1 calls 70 tokens
      09:01 | state day                    | used 70, held 0 of 1000, ok
      09:01 | entries                      | user reserve settle user
      # whoever calls again is listed again, without what they were given
      09:02 | reserve b ana 1              | held
      09:02 | settle b 1                   | posted
      09:02 | users                        | ana -
      """),
    Scenario(
      "users are listed by name",
      """
      2026-03-02 09:00 | tier zoe pro      | recorded
      09:00 | reserve a ana 70             | held
      09:00 | settle a 70                  | posted
      09:00 | tier Max free                | recorded
      09:00 | users                        | Max free, ana -, zoe pro
      """),
    Scenario(
      "calls are read newest first, those that were refused or given back among them",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 40  | held
      09:00 | calls                        | nothing
      09:01 | settle a 30                  | posted
      09:02 | reserve b ana 50             | held
      09:03 | refuse ben 5                 | done
      09:04 | void b                       | done
      09:04 | calls                        | b given back 50, refused 5, a settled 30 of 40
      09:04 | calls ana                    | b given back 50, a settled 30 of 40
      09:04 | calls eve                    | nothing
      """),
  ]
}
