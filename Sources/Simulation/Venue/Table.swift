/// Rows that are read and changed where they stand.
///
/// A row of the venue holds dozens of arrays. The subscript of a standard array hands out a copy
/// when a method of a row is called, with a reference counted up and down for each of them; this
/// one hands out the row's address for the time of the access. Otherwise it is an array.
struct Table<Row> {
  private var rows: ContiguousArray<Row>

  /// Makes an empty table.
  init() {
    rows = []
  }

  /// Adds a row at the end.
  mutating func append(_ row: Row) {
    rows.append(row)
  }

  /// Removes the last row.
  mutating func removeLast() {
    rows.removeLast()
  }

  /// Changes several things of a row in one access.
  @inline(__always)
  mutating func change<Result>(_ place: Int, _ body: (inout Row) -> Result) -> Result {
    body(&self[place])
  }

  /// How many rows there are.
  @inline(__always)
  var count: Int { rows.count }

  subscript(place: Int) -> Row {
    // The rows outlive the access: whoever reads or changes a row has access to the whole table.
    @inline(__always)
    unsafeAddress {
      precondition(rows.indices.contains(place), "a row is in the table")
      return rows.withUnsafeBufferPointer { $0.baseAddress.unsafelyUnwrapped + place }
    }
    @inline(__always)
    unsafeMutableAddress {
      precondition(rows.indices.contains(place), "a row is in the table")
      return rows.withUnsafeMutableBufferPointer { $0.baseAddress.unsafelyUnwrapped + place }
    }
  }
}

extension Table: Sendable where Row: Sendable {}

extension Table: RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { count }
}
