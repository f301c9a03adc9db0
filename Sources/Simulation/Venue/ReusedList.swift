/// A list that is filled and emptied all the time: emptied, it keeps its rows to be written over,
/// so that neither end costs anything; a long one gives its memory back.
struct ReusedList<Row> {
  private var rows = Table<Row>()
  /// How many rows it holds.
  private(set) var count = 0

  /// Whether it holds nothing.
  @inline(__always)
  var isEmpty: Bool { count == 0 }

  /// The most rows that are kept to be written over.
  private static var keptRows: Int { 1_024 }

  subscript(place: Int) -> Row {
    @inline(__always)
    _read { yield rows[place] }
  }

  /// Adds a row at the end.
  @inline(__always)
  mutating func append(_ row: Row) {
    if count < rows.count {
      rows.change(count) { $0 = row }
    } else {
      rows.append(row)
    }
    count += 1
  }

  /// Forgets all rows.
  @inline(__always)
  mutating func removeAll() {
    count = 0
    if rows.count > Self.keptRows { rows = Table() }
  }
}

extension ReusedList: Sendable where Row: Sendable {}
