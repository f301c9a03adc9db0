/// One picture of the screen: a grid of cells, where the cursor stands, and the window's title.
///
/// A value: drawing into a frame has no effect until a terminal shows it, and two frames that look
/// alike are equal. Everything drawn is clipped to the grid and cleaned as `Glyphs` describes.
public struct Frame: Equatable, Sendable {
  /// Columns and rows.
  public let size: Size
  /// The cells, row after row.
  public internal(set) var cells: [Cell]
  /// Where the cursor is shown; nil hides it.
  public var cursor: Point?
  /// The title of the terminal's window; nil leaves it alone.
  public var title: String?

  /// A frame of empty cells.
  public init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.width * size.height)
  }

  /// All of the frame.
  public var bounds: Rect { Rect(origin: Point(x: 0, y: 0), size: size) }

  /// The cell at a place inside the frame.
  ///
  /// - Precondition: the place lies inside the frame.
  public subscript(x: Int, y: Int) -> Cell {
    precondition(bounds.contains(Point(x: x, y: y)), "a cell outside the frame was asked for")
    return cells[y * size.width + x]
  }

  /// Puts a cell of one column somewhere; outside the frame it is ignored.
  public mutating func put(_ cell: Cell, at point: Point) {
    guard bounds.contains(point), !cell.isRightHalf else { return }
    separate(row: point.y, x: point.x)
    separate(row: point.y, x: point.x + 1)
    cells[point.y * size.width + point.x] = cell
  }

  /// Fills a rectangle with a cell of one column.
  public mutating func fill(_ rect: Rect, _ cell: Cell) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty, !cell.isRightHalf else { return }
    for y in area.y..<area.endY {
      separate(row: y, x: area.x)
      separate(row: y, x: area.endX)
      let start = y * size.width
      cells.withUnsafeMutableBufferPointer { cells in
        cells[(start + area.x)..<(start + area.endX)].update(repeating: cell)
      }
    }
  }

  /// Empties a rectangle.
  public mutating func clear(_ rect: Rect, _ style: Style = .plain) {
    fill(rect, .blank(style))
  }

  /// Changes the style of what is already drawn in a rectangle.
  ///
  /// Both halves of a wide character have one style, that of its first half.
  public mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    for y in area.y..<area.endY {
      let start = y * size.width
      for index in (start + area.x)..<(start + area.endX) where !cells[index].isRightHalf {
        change(&cells[index].style)
        let isWide = index + 1 < start + size.width && cells[index + 1].isRightHalf
        if isWide { cells[index + 1].style = cells[index].style }
      }
    }
  }

  /// Copies all of `other` with its upper left corner at `point`, clipped to this frame.
  public mutating func draw(_ other: Frame, at point: Point) {
    let area = Rect(origin: point, size: other.size).intersection(bounds)
    guard !area.isEmpty else { return }
    for y in area.y..<area.endY {
      separate(row: y, x: area.x)
      separate(row: y, x: area.endX)
      let from = (y - point.y) * other.size.width + area.x - point.x
      let to = y * size.width + area.x
      for offset in 0..<area.width { cells[to + offset] = other.cells[from + offset] }
      if cells[to].isRightHalf { cells[to].blankOut() }
      let next = from + area.width
      let isCut = next % other.size.width != 0 && other.cells[next].isRightHalf
      if isCut { cells[to + area.width - 1].blankOut() }
    }
  }

  /// Makes column `x` of a row the start of a character: a wide one that spans `x - 1` and `x`
  /// loses its glyph, so that no half of it is left.
  mutating func separate(row: Int, x: Int) {
    guard x > 0, x < size.width else { return }
    let index = row * size.width + x
    guard cells[index].isRightHalf else { return }
    cells[index - 1].blankOut()
    cells[index].blankOut()
  }
}

extension Cell {
  /// Turns the cell into a space of the same style.
  mutating func blankOut() {
    scalar = 0x20
    marks = 0
  }
}
