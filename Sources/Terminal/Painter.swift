import CNCurses
import Glibc
import Screen

/// Works out the bytes that turn the frame a terminal shows into another one: only cells that
/// differ are written.
struct Painter {
  /// What a style means to the terminal.
  private struct Pen {
    let foreground: Int32
    let background: Int32
    let emphasis: Style.Emphasis
  }

  private let palette: Palette
  private let isUnicode: Bool
  /// The frame the terminal shows; nil when that is not known.
  private var shown: Frame?
  /// The pen of every style by ink and surface, filled on first use.
  private var pens: [Pen?]

  init(palette: Palette, isUnicode: Bool) {
    self.palette = palette
    self.isUnicode = isUnicode
    pens = Array(repeating: nil, count: Ink.allCases.count * Surface.allCases.count)
  }

  /// Forgets what the terminal shows.
  mutating func forget() {
    shown = nil
    cn_forget()
  }

  /// Brings a terminal of `size` up to date; false if nothing has changed.
  mutating func paint(_ frame: Frame, size: Size) -> Bool {
    let frame = isUnicode ? frame : frame.inASCII
    let known = shown?.size == frame.size ? shown : nil
    if known == nil { cn_clear() }
    let old = known ?? Frame(frame.size)
    let width = min(frame.size.width, size.width)
    frame.cells.withUnsafeBufferPointer { new in
      old.cells.withUnsafeBufferPointer { old in
        for y in 0..<min(frame.size.height, size.height) {
          let start = y * frame.size.width
          let range = start..<(start + frame.size.width)
          let (row, oldRow) = (new[range], old[range])
          guard !Self.isSame(row, oldRow) else { continue }
          paintRow(y, width, row, oldRow)
        }
      }
    }
    let cursor = frame.cursor.flatMap { $0.x < size.width && $0.y < size.height ? $0 : nil }
    cn_cursor(cursor.map { Int32($0.y) } ?? -1, cursor.map { Int32($0.x) } ?? 0)
    shown = frame
    return cn_waiting() > 0
  }

  private mutating func paintRow(
    _ y: Int, _ width: Int, _ row: Slice<UnsafeBufferPointer<Cell>>,
    _ old: Slice<UnsafeBufferPointer<Cell>>
  ) {
    let start = row.startIndex
    for x in 0..<width {
      let cell = row[start + x]
      if cell == old[start + x] || cell.isRightHalf { continue }
      let isWide = start + x + 1 < row.endIndex && row[start + x + 1].isRightHalf
      put(cell, row: y, column: x, columns: isWide && x + 1 < width ? 2 : 1)
    }
  }

  /// Whether two rows are the same, byte for byte.
  private static func isSame(
    _ row: Slice<UnsafeBufferPointer<Cell>>, _ other: Slice<UnsafeBufferPointer<Cell>>
  ) -> Bool {
    let (left, right) = (
      UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: row)),
      UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: other))
    )
    guard let one = left.baseAddress, let two = right.baseAddress else { return true }
    return memcmp(one, two, left.count) == 0
  }

  private mutating func put(_ cell: Cell, row: Int, column: Int, columns: Int) {
    let style = cell.style
    let index = Int(style.ink.rawValue) * Surface.allCases.count + Int(style.surface.rawValue)
    let pen = pens[index] ?? pen(of: style, index)
    cn_put(
      Int32(row), Int32(column), cell.scalar, cell.marks, Int32(columns),
      Int32(style.emphasis.union(pen.emphasis).rawValue), pen.foreground, pen.background)
  }

  private mutating func pen(of style: Style, _ index: Int) -> Pen {
    let drawn = palette.draw(Style(style.ink, on: style.surface))
    let pen = Pen(
      foreground: Self.number(drawn.foreground), background: Self.number(drawn.background),
      emphasis: drawn.emphasis)
    pens[index] = pen
    return pen
  }

  private static func number(_ color: TerminalColor) -> Int32 {
    switch color {
    case .standard: -1
    case .indexed(let index): Int32(index)
    case .rgb(let rgb): Int32(rgb.hex)
    }
  }
}
