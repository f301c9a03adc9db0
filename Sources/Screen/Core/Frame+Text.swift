extension Frame {
  /// The characters of each row, without spaces at its end.
  public var rows: [String] {
    (0..<size.height).map { y in
      var row = ""
      row.reserveCapacity(size.width)
      for x in 0..<size.width { cells[y * size.width + x].append(to: &row) }
      while row.last == " " { row.removeLast() }
      return row
    }
  }

  /// The characters of all rows, one line each.
  public var text: String { rows.joined(separator: "\n") }

  /// The frame as golden files keep it: text, cursor and title, and below it a map of the styles.
  ///
  /// In the map a letter stands for each style in order of first use, a dot for the plain one; the
  /// legend is below.
  public var snapshot: String {
    var letters: [Style: Character] = [.plain: "."]
    var legend: [String] = []
    var map: [String] = []
    for y in 0..<size.height {
      var line = ""
      for x in 0..<size.width {
        let style = cells[y * size.width + x].style
        if let letter = letters[style] {
          line.append(letter)
        } else {
          let letter = Self.letter(legend.count)
          letters[style] = letter
          legend.append("\(letter) \(style)")
          line.append(letter)
        }
      }
      while line.last == "." { line.removeLast() }
      map.append(line)
    }
    let cursorLine = cursor.map { "cursor \($0.x),\($0.y)" } ?? "cursor hidden"
    let titleLine = title.map { "title \($0)" } ?? "no title"
    let header = "\(size.width)x\(size.height), \(cursorLine), \(titleLine)"
    return ([header] + rows + ["--- styles"] + map + ["---"] + legend).joined(separator: "\n")
      + "\n"
  }

  private static func letter(_ index: Int) -> Character {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!$%&*+=?@^~"
    let position = letters.index(letters.startIndex, offsetBy: index % letters.count)
    return letters[position]
  }
}

extension Frame: CustomStringConvertible {
  /// The characters of all rows.
  public var description: String { text }
}
