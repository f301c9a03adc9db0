/// Where text stands in the room it is given.
public enum Alignment: Sendable {
  /// At the left.
  case leading
  /// In the middle.
  case center
  /// At the right.
  case trailing
}

/// What happens to text that is longer than its room.
public enum Overflow: Sendable {
  /// What does not fit is not drawn.
  case clip
  /// The last column that fits shows `…`.
  case ellipsis
  /// The room is filled with `#`: a number of which a part is missing would be a wrong number.
  case hashes
}

extension Frame {
  /// Draws text from a place to the right, inside `clip` if one is given.
  ///
  /// A wide character of which only one half would be inside is drawn as a space.
  ///
  /// - Returns: the column after the text, whether or not all of it was inside.
  @discardableResult
  public mutating func draw(
    _ text: String, at point: Point, _ style: Style = .plain, in clip: Rect? = nil
  ) -> Int {
    let area = clip.map { $0.intersection(bounds) } ?? bounds
    guard point.y >= area.y, point.y < area.endY, point.x < area.endX, !area.isEmpty else {
      return point.x + TextWidth.columns(of: text)
    }
    if let end = drawASCII(text, at: point, style, area) { return end }
    separate(row: point.y, x: max(area.x, point.x))
    let start = point.y * size.width
    var x = point.x
    var glyphs = Glyphs(text)
    while let glyph = glyphs.next() {
      let end = x + glyph.columns
      if x >= area.x && end <= area.endX {
        separate(row: point.y, x: end)
        cells[start + x] = Cell(scalar: glyph.scalar, marks: glyph.marks, style: style)
        if glyph.columns == 2 { cells[start + x + 1] = Cell(scalar: 0, style: style) }
      } else if end > area.x && x < area.endX {
        let visible = x < area.x ? area.x : x
        separate(row: point.y, x: visible + 1)
        cells[start + visible] = .blank(style)
      }
      x = end
    }
    return x
  }

  /// Draws text that is all printable ASCII, which most is; nil if it is not.
  private mutating func drawASCII(
    _ text: String, at point: Point, _ style: Style, _ area: Rect
  ) -> Int? {
    let count = text.utf8.count
    let first = max(area.x, point.x)
    let last = min(area.endX, point.x + count)
    let start = point.y * size.width
    let isDone = text.utf8.withContiguousStorageIfAvailable { bytes in
      guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return false }
      guard first < last else { return true }
      separate(row: point.y, x: first)
      separate(row: point.y, x: last)
      cells.withUnsafeMutableBufferPointer { cells in
        for x in first..<last {
          cells[start + x] = Cell(scalar: UInt32(bytes[x - point.x]), style: style)
        }
      }
      return true
    }
    return isDone == true ? point.x + count : nil
  }

  /// Draws text in the first row of a rectangle.
  public mutating func draw(
    _ text: String, in rect: Rect, _ style: Style = .plain, align: Alignment = .leading,
    overflow: Overflow = .ellipsis
  ) {
    guard !rect.isEmpty else { return }
    let columns = TextWidth.columns(of: text)
    if columns > rect.width, overflow != .clip {
      drawOverflowing(text, in: rect, style, overflow)
      return
    }
    let room = max(0, rect.width - columns)
    let indent =
      switch align {
      case .leading: 0
      case .center: room / 2
      case .trailing: room
      }
    draw(text, at: Point(x: rect.x + indent, y: rect.y), style, in: rect)
  }

  private mutating func drawOverflowing(
    _ text: String, in rect: Rect, _ style: Style, _ overflow: Overflow
  ) {
    let line = rect.row(0)
    if overflow == .hashes {
      fill(line, Cell("#", style))
      return
    }
    let columns = OverflowCut.columns(of: text, in: line.width)
    let room = Rect(x: line.x, y: line.y, width: columns, height: 1)
    draw(text, at: line.origin, style, in: room)
    put(Cell("…", style), at: Point(x: room.endX, y: line.y))
  }
}

/// A piece of text in one style.
public struct Span: Equatable, Sendable {
  /// The text, trusted or not.
  public var text: String
  /// How it is drawn.
  public var style: Style

  /// Text in a style.
  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }
}

extension Frame {
  /// Draws pieces one after the other in the first row of a rectangle. Where they are longer, an
  /// ellipsis ends them, and a figure that would be cut is left out whole: cut, it would read as a
  /// smaller one.
  ///
  /// - Returns: the column after the last piece, whether or not all of it was inside.
  @discardableResult
  public mutating func draw(
    _ spans: [Span], in rect: Rect, align: Alignment = .leading
  ) -> Int {
    let columns = spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
    guard columns <= rect.width else {
      drawOverflowing(spans, in: rect.row(0))
      return rect.x + columns
    }
    let room = max(0, rect.width - columns)
    var x = rect.x
    switch align {
    case .leading: break
    case .center: x += room / 2
    case .trailing: x += room
    }
    for span in spans {
      x = draw(span.text, at: Point(x: x, y: rect.y), span.style, in: rect.row(0))
    }
    return x
  }

  private mutating func drawOverflowing(_ spans: [Span], in line: Rect) {
    guard !line.isEmpty else { return }
    let columns = OverflowCut.columns(of: spans.map(\.text).joined(), in: line.width)
    let room = Rect(x: line.x, y: line.y, width: columns, height: 1)
    var x = line.x
    var style = Style.plain
    for span in spans where x <= room.endX {
      style = span.style
      x = draw(span.text, at: Point(x: x, y: line.y), style, in: room)
    }
    put(Cell("…", style), at: Point(x: room.endX, y: line.y))
  }
}
