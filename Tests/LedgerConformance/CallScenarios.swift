extension Scenario {
  /// The life of a call.
  static let calls = [
    Scenario(
      "a call is held, then posted",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 300 | held
      09:00 | state day                    | used 0, held 300 of 1000, ok
      09:01 | settle a 250                 | posted
      09:01 | state day                    | used 250, held 0 of 1000, ok
      09:01 | usage                        | ana 1 calls 250 tokens
      09:01 | entries                      | reserve settle
      """),
    Scenario(
      "a hold in whose place another entry tells of the call is no call",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 300 | held
      09:00 | void a calls                 | done
      09:00 | reserve b ana 200            | held
      09:00 | void b cache                 | done
      09:00 | reserve c ana 100            | held
      09:00 | void c refusal               | done
      09:00 | calls                        | nothing
      09:01 | reserve d ana 40             | held
      09:01 | void d                       | done
      09:01 | calls                        | d given back 40
      09:01 | state day                    | used 0, held 0 of 1000, ok
      09:01 | entries                      | reserve void reserve void reserve void reserve void
      """),
    Scenario(
      "two calls under way both count",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 400 | held
      09:00 | reserve b ana 390            | held
      # 400 and 390 are held: one more of 10 stands at 80 %
      09:00 | reserve c ana 10             | moved to warn
      09:00 | holds                        | a, b
      09:01 | settle b 390                 | posted
      09:01 | void a                       | done
      09:01 | reserve c ana 10             | held
      09:01 | state day                    | used 390, held 10 of 1000, ok
      """),
    Scenario(
      "phases begin at their percent and hard only above it",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 799 | held
      09:00 | reserve b ana 1              | moved to warn
      09:00 | reserve b ana 1 as warn      | held
      09:00 | reserve c ana 200 as warn    | moved to soft
      09:00 | reserve c ana 199 as warn    | held
      09:00 | reserve d ana 202 as soft    | moved to hard
      09:00 | reserve d ana 201 as soft    | held
      09:00 | state day                    | used 0, held 1200 of 1000, soft
      09:00 | reserve e ana 1 as soft      | moved to hard
      09:00 | reserve e ana 0 as soft      | held
      """),
    Scenario(
      "a call that moved holds nothing, on no budget",
      """
      budget day = ana 1000 tokens/day
      budget hour = ana 100 tokens/1h
      2026-03-02 09:00 | reserve a ana 150 | moved to hard
      09:00 | state day                    | used 0, held 0 of 1000, ok
      09:00 | window hour                  | none
      09:00 | entries                      |
      09:00 | usage                        | nothing
      """),
    Scenario(
      "a repeated key is the first reservation, and none after that has ended",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 300 | held
      09:01 | reserve a ana 300            | held again
      09:01 | state day                    | used 0, held 300 of 1000, ok
      09:02 | settle a 300                 | posted
      09:03 | reserve a ana 900            | unknown hold
      09:03 | state day                    | used 300, held 0 of 1000, ok
      09:03 | reserve b ana 10             | held
      09:03 | void b                       | done
      09:03 | reserve b ana 10             | unknown hold
      09:03 | state day                    | used 300, held 0 of 1000, ok
      """),
    Scenario(
      "settling and voiding again change nothing",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 300 | held
      09:01 | settle a 300                 | posted
      09:02 | settle a 900                 | posted again
      09:02 | void a                       | unknown hold
      09:02 | state day                    | used 300, held 0 of 1000, ok
      09:03 | reserve b ana 300            | held
      09:04 | void b                       | done
      09:04 | void b                       | done
      09:05 | settle b 300                 | unknown hold
      09:05 | entries                      | reserve settle reserve void
      """),
    Scenario(
      "more than was held is posted in full",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 100 | held
      09:01 | settle a 1500                | posted, overrun 1400
      09:01 | state day                    | used 1500, held 0 of 1000, hard
      09:01 | settle a 5                   | posted again, overrun 1400
      09:01 | usage                        | ana 1 calls 1500 tokens 1400 over
      """),
    Scenario(
      "every budget of a call holds its own unit",
      """
      budget tokens = ana 1000 tokens/day
      budget money = ana $0.01/day
      budget calls = ana 5 calls/day
      budget review = ana/review 100 tokens/day
      2026-03-02 09:00 | reserve a ana 200 cost 700 | held
      09:00 | reserve b ana/review 50               | held
      09:00 | state tokens                          | used 0, held 250 of 1000, ok
      09:00 | state money                           | used 0, held 700 of 10000, ok
      09:00 | state calls                           | used 0, held 2 of 5, ok
      09:00 | state review                          | used 0, held 50 of 100, ok
      09:01 | settle a 100 cost 350                 | posted
      09:01 | settle b 100 cost 20                  | posted, overrun 50
      09:01 | state money                           | used 370, held 0 of 10000, ok
      09:01 | state calls                           | used 2, held 0 of 5, ok
      09:01 | state review                          | used 100, held 0 of 100, soft
      """),
    Scenario(
      "budgets that share a balance hold the charge once, and the tighter decides",
      """
      budget loose = ana 1000 tokens/24h
      budget tight = ana 500 tokens/1d
      2026-03-02 09:00 | reserve a ana 300 | held
      09:00 | state loose                  | used 0, held 300 of 1000, ok
      09:00 | state tight                  | used 0, held 300 of 500, ok
      09:00 | reserve b ana 100            | moved to warn
      09:00 | settle a 310                 | posted, overrun 10
      09:00 | state loose                  | used 310, held 0 of 1000, ok
      """),
    Scenario(
      "refusals are recorded and counted apart",
      """
      2026-03-02 09:00 | refuse ana 500    | done
      09:00 | reserve a ana 10             | held
      09:00 | settle a 10 failed           | posted
      09:00 | usage                        | ana 1 calls 10 tokens 1 refused 1 failed
      09:00 | usage ben                    | nothing
      09:00 | entries                      | refuse reserve settle
      09:00 | users                        | ana -
      """),
    Scenario(
      "holds of the dead are charged or voided, once",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 100 | held
      09:00 | reserve b ana 200 or void    | held
      09:00 | reserve c ana 300            | held
      09:05 | recover                      | nothing
      09:05 | abandon a                    | done
      09:05 | abandon b                    | done
      09:06 | recover                      | a charged, b voided
      09:06 | recover                      | nothing
      09:06 | state day                    | used 100, held 300 of 1000, ok
      09:06 | usage                        | ana 1 calls 100 tokens 1 failed
      # an owner that comes back too late must be told: its own numbers were not posted
      09:07 | settle a 50                  | unknown hold
      09:07 | settle b 50                  | unknown hold
      09:07 | settle c 300                 | posted
      """),
    Scenario(
      "an attempt goes out at its own price, and one that was voided did not happen",
      """
      2026-03-02 09:00 | reserve a ana 10 try 1 | held
      # the second costs what the first does, the third does not
      09:00 | reserve b ana 10 try 1            | held
      09:00 | reserve c ana 10 try 1            | is try 3
      09:00 | reserve c ana 15 try 3            | held
      09:00 | void c                            | done
      09:01 | reserve d ana 20 try 4            | is try 3
      09:01 | reserve d ben 10 try 1            | held
      # after half an hour nobody remembers
      09:29:59.999 | reserve e ana 15 try 1     | is try 3
      09:30 | reserve e ana 15 try 3            | is try 1
      """),
    Scenario(
      "an attempt without an answer is charged, and is none",
      """
      2026-03-02 09:00 | reserve a ana 10 try 1 | held
      09:00 | reserve b ana 10 try 2            | held
      09:00 | settle a 10 failed                | posted
      09:00 | reserve c ana 15 try 3            | held
      09:01 | settle b 10 failed unanswered     | posted
      09:01 | settle c 15 failed unanswered     | posted
      09:01 | reserve d ana 15 try 3            | is try 2
      09:01 | reserve d ana 10 try 2            | held
      09:01 | usage                             | ana 3 calls 35 tokens 3 failed
      """),
    Scenario(
      "another wording is the same attempt where it is near enough",
      """
      2026-03-02 09:00 | reserve a ana 10 try 1 asking 0 | held
      09:00 | reserve b ana 10 try 2 asking 1            | held
      # the third is near the second, and not the first
      09:00 | reserve c ana 15 try 3 asking 2            | is try 2
      09:00 | reserve c ana 10 try 2 asking 2            | held
      # near to all three
      09:00 | reserve d ana 10 try 1 asking 1            | is try 4
      09:00 | reserve d ana 20 try 4 asking 1            | held
      09:00 | reserve e ana 15 try 3 asking 7            | is try 1
      09:00 | reserve e ben 10 try 1 asking 1            | held
      09:00 | reserve f ana 10 try 1                     | held
      """),
    Scenario(
      "what does not fit is refused and leaves no trace",
      """
      budget day = ana 1000 tokens/day
      2026-03-02 09:00 | reserve a ana 10  | held
      09:00 | reserve b ana 10             | held
      09:01 | settle a max                 | overflow
      09:01 | state day                    | used 0, held 20 of 1000, ok
      09:01 | entries                      | reserve reserve
      09:01 | settle a 10                  | posted
      09:01 | grant day max until 2026-03-09 00:00 | done
      09:01 | grant day 1 until 2026-03-09 00:00   | overflow
      """),
    Scenario(
      "a call is recorded where the sums of many like it fit, whether a budget applies or not",
      """
      2026-03-02 09:00 | reserve a ana 17592186044416  | held
      09:00 | reserve b ana 17592186044417  | overflow
      09:01 | settle a 17592186044417       | overflow
      09:01 | settle a 17592186044416       | posted
      09:01 | reserve c ana 17592186044416  | held
      09:02 | settle c 17592186044416       | posted
      09:02 | usage                         | ana 2 calls 35184372088832 tokens
      09:02 | entries                       | reserve settle reserve settle
      """),
  ]
}
