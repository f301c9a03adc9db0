import CNCurses
import Glibc
import Screen

/// Hands the cells that changed to ncurses, which works out the shortest way to write them.
struct Painter {
  private let palette: Palette
  private let isUnicode: Bool
  /// The frame the terminal shows; nil when that is not known.
  private var shown: Frame?
  /// Color pair and emphasis of every style by ink and surface, filled on first use.
  private var pairs: [Int32]

  init(palette: Palette, isUnicode: Bool) {
    self.palette = palette
    self.isUnicode = isUnicode
    pairs = Array(repeating: -1, count: Ink.allCases.count * Surface.allCases.count)
  }

  /// Forgets what the terminal shows.
  mutating func forget() {
    shown = nil
    cn_repaint()
  }

  /// Brings ncurses' picture of a terminal of `size` up to date; false if nothing has changed.
  mutating func paint(_ frame: Frame, size: Size) -> Bool {
    let frame = isUnicode ? frame : frame.inASCII
    if let shown, shown == frame { return false }
    let known = shown?.size == frame.size ? shown : nil
    if known == nil { cn_erase() }
    let width = min(frame.size.width, size.width)
    for y in 0..<min(frame.size.height, size.height) {
      paintRow(y, width, frame, known)
    }
    let cursor = frame.cursor.flatMap { $0.x < size.width && $0.y < size.height ? $0 : nil }
    cn_cursor(cursor.map { Int32($0.y) } ?? -1, cursor.map { Int32($0.x) } ?? 0)
    cn_update()
    shown = frame
    return true
  }

  private mutating func paintRow(_ y: Int, _ width: Int, _ frame: Frame, _ known: Frame?) {
    let start = y * frame.size.width
    if let known, Self.isSame(frame, known, start, frame.size.width) { return }
    for x in 0..<width {
      let cell = frame.cells[start + x]
      if let known, known.cells[start + x] == cell { continue }
      if cell.isRightHalf { continue }
      let isWide = x + 1 < frame.size.width && frame.cells[start + x + 1].isRightHalf
      put(cell, row: y, column: x, columns: isWide && x + 1 < width ? 2 : 1)
    }
  }

  /// Whether a row is the same in both frames, byte for byte.
  private static func isSame(_ frame: Frame, _ other: Frame, _ start: Int, _ count: Int) -> Bool {
    frame.cells.withUnsafeBytes { one in
      other.cells.withUnsafeBytes { two in
        let stride = MemoryLayout<Cell>.stride
        guard let left = one.baseAddress, let right = two.baseAddress else { return true }
        return memcmp(left + start * stride, right + start * stride, count * stride) == 0
      }
    }
  }

  private mutating func put(_ cell: Cell, row: Int, column: Int, columns: Int) {
    let style = cell.style
    let index = Int(style.ink.rawValue) * Surface.allCases.count + Int(style.surface.rawValue)
    if pairs[index] < 0 {
      pairs[index] = Self.allocate(palette.draw(Style(style.ink, on: style.surface)))
    }
    let packed = pairs[index]
    let emphasis = style.emphasis.union(Style.Emphasis(rawValue: UInt16(packed & 0xFF)))
    cn_put(
      Int32(row), Int32(column), cell.scalar, cell.marks, Int32(columns),
      Int32(emphasis.rawValue), packed >> 8)
  }

  /// The pair of a style in the upper bits, the emphasis that goes with it in the lower eight.
  private static func allocate(_ drawn: Palette.Drawn) -> Int32 {
    let pair = cn_pair(number(drawn.foreground), number(drawn.background))
    return pair << 8 | Int32(drawn.emphasis.rawValue & 0xFF)
  }

  private static func number(_ color: TerminalColor) -> Int32 {
    switch color {
    case .standard: -1
    case .indexed(let index): Int32(index)
    case .rgb(let rgb): Int32(rgb.hex)
    }
  }
}
