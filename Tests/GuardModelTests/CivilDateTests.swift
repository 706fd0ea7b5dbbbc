import Testing

@testable import GuardModel

@Suite struct CivilDateTests {
  @Test(
    arguments: [
      (0, "1970-01-01", 3), (-1, "1969-12-31", 2), (11_016, "2000-02-29", 1), (19_782, "2024-02-29", 3),
      (-719_162, "0001-01-01", 0), (2_932_896, "9999-12-31", 4), (-25_508, "1900-03-01", 3),
      (-719_528, "0000-01-01", 5),
      (-719_529, "-0001-12-31", 4), (20_781, "2026-11-24", 1),
    ] as [(Int64, String, Int64)])
  func knowsDates(_ dayNumber: Int64, _ text: String, _ daysSinceMonday: Int64) {
    let date = CivilDate(dayNumber: dayNumber)
    #expect(date.description == text)
    #expect(date.daysSinceMonday == daysSinceMonday)
    #expect(CivilDate(year: date.year, month: date.month, day: date.day).dayNumber == dayNumber)
  }

  @Test func everyDayOfThousandsOfYearsFollowsTheOneBefore() {
    var before = CivilDate(dayNumber: -1_000_001)
    var wrong = 0
    for dayNumber in Int64(-1_000_000)...1_000_000 {
      let date = CivilDate(dayNumber: dayNumber)
      let isLeap = before.year % 4 == 0 && (before.year % 100 != 0 || before.year % 400 == 0)
      let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      let isLast = before.day == lengths[Int(before.month) - 1]
      let expected =
        !isLast
        ? (before.year, before.month, before.day + 1)
        : before.month == 12 ? (before.year + 1, 1, 1) : (before.year, before.month + 1, 1)
      if (date.year, date.month, date.day) != expected || date.dayNumber != dayNumber { wrong += 1 }
      before = date
    }
    #expect(wrong == 0)
  }

  @Test func divisionRoundsDown() {
    for a in Int64(-20)...20 {
      let quotient = CivilDate.floorDivide(a, 7)
      #expect(quotient * 7 <= a && a < (quotient + 1) * 7)
      #expect(CivilDate.floorRemainder(a, 7) == a - quotient * 7)
    }
  }
}
