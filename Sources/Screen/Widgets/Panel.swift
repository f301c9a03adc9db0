/// A framed part of the screen with a title.
public struct Panel: Equatable, Sendable {
  /// What the panel shows.
  public var title: String
  /// The key that moves the focus here, shown before the title; nil for none.
  public var key: String?
  /// Short text at the right of the upper border: a count, an age, a data source.
  public var badge: Span?
  /// Whether the panel has the keys.
  public var isFocused: Bool
  /// What lies behind the whole panel.
  public var surface: Surface
  /// The color of the border; nil for that of an ordinary one.
  public var border: Ink?

  /// A panel; not focused unless said so.
  public init(
    _ title: String, key: String? = nil, badge: Span? = nil, isFocused: Bool = false,
    surface: Surface = .plain, border: Ink? = nil
  ) {
    self.title = title
    self.key = key
    self.badge = badge
    self.isFocused = isFocused
    self.surface = surface
    self.border = border
  }

  /// Draws the panel and empties its inside.
  ///
  /// - Returns: the inside; empty where the rectangle is smaller than 3x3.
  @discardableResult
  public func draw(into frame: inout Frame, in rect: Rect, _ glyphs: Glyphset) -> Rect {
    let inside = rect.inset(x: 1, y: 1)
    guard rect.width >= 2, rect.height >= 2 else { return Rect(origin: rect.origin, size: .zero) }
    let ink = border ?? (isFocused ? .focus : .border)
    let style = Style(ink, on: surface, isFocused ? .bold : [])
    frame.drawBorder(rect, glyphs.borders(isFocused: isFocused), style)
    frame.clear(inside, Style(.text, on: surface))
    drawTitle(into: &frame, in: Rect(x: rect.x + 2, y: rect.y, width: rect.width - 4, height: 1))
    return inside.isEmpty ? Rect(origin: rect.origin, size: .zero) : inside
  }

  private func drawTitle(into frame: inout Frame, in line: Rect) {
    var spans: [Span] = []
    if let key { spans.append(Span("\(key) ", Style(.accent, on: surface))) }
    spans.append(Span(title, Style(isFocused ? .focus : .heading, on: surface).bold))
    let width = spans.reduce(2) { $0 + TextWidth.columns(of: $1.text) }
    let pad = Span(" ", Style(.text, on: surface))
    frame.draw([pad] + spans + [pad], in: line)
    guard let badge else { return }
    let badgeWidth = TextWidth.columns(of: badge.text) + 2
    guard width + badgeWidth + 1 <= line.width else { return }
    frame.draw([pad, Span(badge.text, badge.style.on(surface)), pad], in: line, align: .trailing)
  }
}

extension Size {
  /// No cell.
  public static let zero = Size(width: 0, height: 0)
}

extension Frame {
  /// Draws lines along the edge of a rectangle of at least 2x2.
  public mutating func drawBorder(_ rect: Rect, _ borders: Borders, _ style: Style) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let (left, right, top, bottom) = (rect.x, rect.endX - 1, rect.y, rect.endY - 1)
    let across = Cell(borders.horizontal, style)
    let down = Cell(borders.vertical, style)
    fill(Rect(x: left, y: top, width: rect.width, height: 1), across)
    fill(Rect(x: left, y: bottom, width: rect.width, height: 1), across)
    fill(Rect(x: left, y: top, width: 1, height: rect.height), down)
    fill(Rect(x: right, y: top, width: 1, height: rect.height), down)
    put(Cell(borders.topLeft, style), at: Point(x: left, y: top))
    put(Cell(borders.topRight, style), at: Point(x: right, y: top))
    put(Cell(borders.bottomLeft, style), at: Point(x: left, y: bottom))
    put(Cell(borders.bottomRight, style), at: Point(x: right, y: bottom))
  }
}
