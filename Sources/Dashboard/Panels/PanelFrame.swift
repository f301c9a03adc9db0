import Screen

/// Draws the border of a panel with its title, and returns the room inside.
@discardableResult
func drawPanel(
  _ title: String, number: Int? = nil, in area: Rect, isFocused: Bool, _ glyphs: Glyphset,
  surface: Surface = .plain, into frame: inout Frame
) -> Rect {
  guard area.width >= 4, area.height >= 2 else {
    return Rect(x: area.x, y: area.y, width: 0, height: 0)
  }
  let borders = glyphs.borders(isFocused: isFocused)
  let style = Style(isFocused ? .focus : .border, on: surface)
  frame.fill(area, .blank(Style(.text, on: surface)))
  let top = Rect(x: area.x + 1, y: area.y, width: area.width - 2, height: 1)
  let bottom = Rect(x: area.x + 1, y: area.endY - 1, width: area.width - 2, height: 1)
  let left = Rect(x: area.x, y: area.y + 1, width: 1, height: area.height - 2)
  let right = Rect(x: area.endX - 1, y: area.y + 1, width: 1, height: area.height - 2)
  frame.fill(top, Cell(borders.horizontal, style))
  frame.fill(bottom, Cell(borders.horizontal, style))
  frame.fill(left, Cell(borders.vertical, style))
  frame.fill(right, Cell(borders.vertical, style))
  frame.put(Cell(borders.topLeft, style), at: area.origin)
  frame.put(Cell(borders.topRight, style), at: Point(x: area.endX - 1, y: area.y))
  frame.put(Cell(borders.bottomLeft, style), at: Point(x: area.x, y: area.endY - 1))
  frame.put(Cell(borders.bottomRight, style), at: Point(x: area.endX - 1, y: area.endY - 1))
  let label = number.map { " \($0) \(title) " } ?? " \(title) "
  frame.draw(label, at: Point(x: area.x + 2, y: area.y), style.bold, in: top)
  return area.inset(x: 1, y: 1)
}

/// One column of a table: its header, its width, where its text stands.
struct Column {
  let header: String
  let width: Int
  let align: Alignment

  init(_ header: String, _ width: Int, _ align: Alignment = .trailing) {
    self.header = header
    self.width = width
    self.align = align
  }
}

/// Draws columns with a header and rows of spans, as many columns as fit, in order of importance.
struct TableDrawing {
  let columns: [Column]
  let area: Rect
  let surface: Surface

  /// Keeps the columns that fit beside each other, one space between them.
  init(_ columns: [Column], in area: Rect, surface: Surface = .plain) {
    var used = 0
    self.columns = Array(
      columns.prefix { column in
        used += column.width + 1
        return used - 1 <= area.width
      })
    self.area = area
    self.surface = surface
  }

  func drawHeader(into frame: inout Frame) {
    place(columns.map { Span($0.header, Style(.heading, on: surface)) }, row: 0, .text, &frame)
  }

  /// Draws a row of cells; `row` 0 is the header.
  func drawRow(_ cells: [Span], row: Int, isSelected: Bool, into frame: inout Frame) {
    let surface = isSelected ? Surface.selection : self.surface
    frame.fill(area.row(row), .blank(Style(.text, on: surface)))
    place(
      cells.map { Span($0.text, $0.style.surface == .plain ? $0.style.on(surface) : $0.style) },
      row: row, .text, &frame)
  }

  private func place(_ cells: [Span], row: Int, _ ink: Ink, _ frame: inout Frame) {
    let line = area.row(row)
    guard !line.isEmpty else { return }
    var x = line.x
    for (column, cell) in zip(columns, cells) {
      frame.draw(
        cell.text, in: Rect(x: x, y: line.y, width: column.width, height: 1), cell.style,
        align: column.align, overflow: column.align == .trailing ? .hashes : .ellipsis)
      x += column.width + 1
    }
  }
}
