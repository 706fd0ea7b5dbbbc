/// The entries of the few holds that a ledger object has taken and not ended. Lists, for the reason that `OwnNumbers` is one.
struct OwnReservations {
  private var numbers: [Int64] = []
  private var records: [EntryRecord] = []

  /// The entry of a hold; setting `nil` takes it out.
  subscript(hold: Int64) -> EntryRecord? {
    get { numbers.lastIndex(of: hold).map { records[$0] } }
    set {
      let index = numbers.lastIndex(of: hold)
      switch (index, newValue) {
      case (let index?, let record?): records[index] = record
      case (nil, let record?):
        numbers.append(hold)
        records.append(record)
      case (let index?, nil):
        // The last one takes its place. To exchange them would copy both.
        let (number, record) = (numbers.removeLast(), records.removeLast())
        if index < numbers.count { (numbers[index], records[index]) = (number, record) }
      case (nil, nil): break
      }
    }
  }
}
