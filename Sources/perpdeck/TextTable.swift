/// Rows of words in columns, for people; numbers stand at the right.
struct TextTable {
  /// How the words of a column stand.
  enum Side {
    case left
    case right
  }

  private let sides: [Side]
  private var rows: [[String]]

  /// Begins with the names of the columns.
  init(_ columns: [(name: String, side: Side)]) {
    sides = columns.map(\.side)
    rows = [columns.map(\.name)]
  }

  /// Adds a row, one word a column.
  mutating func add(_ row: [String]) {
    precondition(row.count == sides.count, "a row has a word for each column")
    rows.append(row)
  }

  /// The lines, without spaces at their ends.
  var text: String {
    let widths = sides.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, word) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - word.count)
        let isLast = column == row.count - 1
        if sides[column] == .right { line += space }
        line += word
        if sides[column] == .left, !isLast { line += space }
        if !isLast { line += "  " }
      }
      return line
    }.joined(separator: "\n")
  }
}
