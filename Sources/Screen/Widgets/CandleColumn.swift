/// One candle drawn in one column of cells, to half a cell.
public struct CandleColumn: Equatable, Sendable {
  /// The first price.
  public let open: Double
  /// The highest price.
  public let high: Double
  /// The lowest price.
  public let low: Double
  /// The last price.
  public let close: Double

  /// A candle; prices that are not finite are not drawn.
  public init(open: Double, high: Double, low: Double, close: Double) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }

  /// Whether it closed at or above its open.
  public var isRising: Bool { close >= open }

  /// Draws the part of the candle that lies within the scale into a column of cells.
  public func draw(
    into frame: inout Frame, in column: Rect, _ scale: ChartScale, _ glyphs: Glyphset
  ) {
    guard [open, high, low, close].allSatisfy(\.isFinite), !column.isEmpty else { return }
    let halves = column.height * 2
    let wick = Self.span(high, low, scale, halves)
    let body = Self.span(max(open, close), min(open, close), scale, halves)
    let style = Style(isRising ? .gain : .loss)
    guard let reach = wick ?? body else { return }
    for row in (reach.lowerBound / 2)...min(column.height - 1, reach.upperBound / 2) {
      let upper = Self.part(2 * row, wick, body)
      let lower = Self.part(2 * row + 1, wick, body)
      guard let sign = sign(upper, lower, glyphs) else { continue }
      let point = Point(x: column.x, y: column.y + row)
      guard frame.bounds.contains(point) else { continue }
      let surface = frame[point.x, point.y].style.surface
      frame.put(Cell(sign, style.on(surface)), at: point)
    }
  }

  private enum Part { case none, wick, body }

  /// The half cells between two prices, cut to the chart; nil if they lie outside.
  private static func span(
    _ top: Double, _ bottom: Double, _ scale: ChartScale, _ halves: Int
  ) -> ClosedRange<Int>? {
    guard top >= scale.low, bottom <= scale.high else { return nil }
    guard let first = scale.position(min(top, scale.high), height: halves),
      let last = scale.position(max(bottom, scale.low), height: halves)
    else { return nil }
    return first...max(first, last)
  }

  private static func part(
    _ half: Int, _ wick: ClosedRange<Int>?, _ body: ClosedRange<Int>?
  ) -> Part {
    if body?.contains(half) == true { return .body }
    return wick?.contains(half) == true ? .wick : .none
  }

  private func sign(_ upper: Part, _ lower: Part, _ glyphs: Glyphset) -> Unicode.Scalar? {
    if glyphs.isASCII {
      if upper == .body || lower == .body { return isRising ? "#" : "=" }
      return upper == .none && lower == .none ? nil : "|"
    }
    return switch (upper, lower) {
    case (.none, .none): nil
    case (.body, .body): "┃"
    case (.wick, .wick): "│"
    case (.wick, .body): "╽"
    case (.body, .wick): "╿"
    case (.wick, .none): "╵"
    case (.none, .wick): "╷"
    case (.body, .none): "╹"
    case (.none, .body): "╻"
    }
  }
}
