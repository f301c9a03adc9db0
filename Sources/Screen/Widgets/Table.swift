/// Rows of columns with a header, of which the least important columns go when room is short.
public struct Table: Equatable, Sendable {
  /// One column.
  public struct Column: Equatable, Sendable {
    /// What the column shows.
    public var title: String
    /// The unit of its numbers, shown behind the title; nil for none.
    public var unit: String?
    /// Columns of the screen it needs.
    public var width: Int
    /// Whether it shares what room is left over.
    public var grows: Bool
    /// Where its text stands; numbers stand at the right.
    public var align: Alignment
    /// Zero for a column that never goes; the highest goes first.
    public var priority: Int

    /// A column; numbers overflow into `#`, text into an ellipsis.
    public init(
      _ title: String, unit: String? = nil, width: Int, grows: Bool = false,
      align: Alignment = .trailing, priority: Int = 0
    ) {
      self.title = title
      self.unit = unit
      self.width = width
      self.grows = grows
      self.align = align
      self.priority = priority
    }

    var overflow: Overflow { align == .trailing ? .hashes : .ellipsis }
  }

  /// Which column the rows are sorted by.
  public struct Sorting: Equatable, Sendable {
    /// Number of the column.
    public var column: Int
    /// Whether the smallest stands on top.
    public var isAscending: Bool

    /// Sorted by a column.
    public init(column: Int, isAscending: Bool) {
      self.column = column
      self.isAscending = isAscending
    }
  }

  /// All columns, from left to right.
  public var columns: [Column]
  /// How the rows are sorted; shown by an arrow in the header.
  public var sorting: Sorting?
  /// Whether the table has a header.
  public var hasHeader: Bool

  /// A table of columns.
  public init(_ columns: [Column], sorting: Sorting? = nil, hasHeader: Bool = true) {
    self.columns = columns
    self.sorting = sorting
    self.hasHeader = hasHeader
  }

  /// Draws the rows that are in sight.
  ///
  /// - Parameters:
  ///   - count: number of all rows.
  ///   - scroll: which are in sight and which is selected.
  ///   - isActive: whether the selected row is marked strongly, its panel having the keys.
  ///   - row: the cells of a row, one for each of `columns`; asked for rows in sight only.
  public func draw(
    into frame: inout Frame, in rect: Rect, _ glyphs: Glyphset, count: Int, scroll: Scroll,
    isActive: Bool = true, row: (Int) -> [Span]
  ) {
    var last: (row: Int, cells: [Span])?
    draw(into: &frame, in: rect, glyphs, count: count, scroll: scroll, isActive: isActive) {
      index, column in
      if let last, last.row == index { return last.cells[column] }
      let cells = row(index)
      precondition(cells.count == columns.count, "a table row has one cell for each column")
      last = (index, cells)
      return cells[column]
    }
  }

  /// Draws the rows that are in sight, asking for each cell on its own: those of columns that have
  /// no room are not asked for.
  ///
  /// - Parameters:
  ///   - count: number of all rows.
  ///   - scroll: which are in sight and which is selected.
  ///   - isActive: whether the selected row is marked strongly, its panel having the keys.
  ///   - cell: the cell of a row and a column.
  public func draw(
    into frame: inout Frame, in rect: Rect, _ glyphs: Glyphset, count: Int, scroll: Scroll,
    isActive: Bool = true, cell: (_ row: Int, _ column: Int) -> Span
  ) {
    let places = places(in: rect.width)
    if hasHeader { drawHeader(into: &frame, in: rect.row(0), places, glyphs) }
    let top = hasHeader ? 1 : 0
    let first = scroll.first(of: count, in: rect.height - top)
    for line in 0..<max(0, rect.height - top) where first + line < count {
      let area = rect.row(top + line)
      let isSelected = scroll.selected == first + line
      for place in places {
        let span = cell(first + line, place.column)
        let column = columns[place.column]
        frame.draw(
          span.text, in: Rect(x: rect.x + place.x, y: area.y, width: place.width, height: 1),
          span.style, align: column.align, overflow: column.overflow)
      }
      if isSelected { mark(area, in: &frame, glyphs, isActive: isActive) }
    }
  }

  private func mark(_ area: Rect, in frame: inout Frame, _ glyphs: Glyphset, isActive: Bool) {
    frame.restyle(area) { style in
      if style.surface == .plain { style.surface = isActive ? .selection : .header }
    }
    frame.draw(
      glyphs.pointer, at: area.origin, Style(.focus, on: isActive ? .selection : .header).bold,
      in: area)
  }

  private func drawHeader(
    into frame: inout Frame, in line: Rect, _ places: [Place], _ glyphs: Glyphset
  ) {
    frame.clear(line, Style(.heading, on: .header))
    for place in places {
      let column = columns[place.column]
      let area = Rect(x: line.x + place.x, y: line.y, width: place.width, height: line.height)
      var title = column.title
      if let sorting, sorting.column == place.column {
        title += sorting.isAscending ? glyphs.up : glyphs.down
      }
      var spans = [Span(title, Style(.heading, on: .header).bold)]
      if let unit = column.unit,
        TextWidth.columns(of: title) + TextWidth.columns(of: unit) + 1 <= place.width
      {
        spans.append(Span(" " + unit, Style(.muted, on: .header)))
      }
      if TextWidth.columns(of: title) > place.width {
        frame.draw(title, in: area, spans[0].style, align: column.align, overflow: .ellipsis)
      } else {
        frame.draw(spans, in: area, align: column.align)
      }
    }
  }

  struct Place: Equatable {
    let column: Int
    let x: Int
    let width: Int
  }

  /// Where the columns stand that fit into `width`: two columns at the left for the pointer, one
  /// between columns.
  func places(in width: Int) -> [Place] {
    let margin = 2
    var kept = Array(columns.indices)
    var needed = kept.reduce(margin - 1) { $0 + columns[$1].width + 1 }
    var dropped: [Int] = []
    while needed > width {
      // The least important goes first, of equals the rightmost.
      var victim: Int?
      for place in kept.indices where columns[kept[place]].priority > 0 {
        let priority = columns[kept[place]].priority
        if victim.map({ columns[kept[$0]].priority <= priority }) ?? true { victim = place }
      }
      guard let victim else { break }
      let left = kept.remove(at: victim)
      needed -= columns[left].width + 1
      dropped.append(left)
    }
    // What a wide column leaves over may be room for narrow ones that went before it.
    for column in dropped.reversed() where needed + columns[column].width + 1 <= width {
      needed += columns[column].width + 1
      kept.append(column)
    }
    kept.sort()
    let spare = max(0, width - needed)
    let growing = kept.filter { columns[$0].grows }
    var x = margin
    return kept.map { index in
      var extra = 0
      if let position = growing.firstIndex(of: index) {
        extra = spare / growing.count + (position < spare % growing.count ? 1 : 0)
      }
      let place = Place(
        column: index, x: x, width: max(0, min(columns[index].width + extra, width - x)))
      x += columns[index].width + extra + 1
      return place
    }
  }
}
