/// The levels of an order book around its middle: asks above, bids below, bars as long as the size.
public struct DepthLadder: Equatable, Sendable {
  /// One price level.
  public struct Level: Equatable, Sendable {
    /// The price as text.
    public var price: String
    /// The size as text.
    public var size: String
    /// Length of the bar, 0 to 1.
    public var fraction: Double
    /// A sign of the own orders at this price; empty for none.
    public var own: String

    /// A level.
    public init(price: String, size: String, fraction: Double, own: String = "") {
      self.price = price
      self.size = size
      self.fraction = fraction
      self.own = own
    }
  }

  /// Offers to sell, the best first.
  public var asks: [Level]
  /// Offers to buy, the best first.
  public var bids: [Level]
  /// What stands between them: spread, last price.
  public var middle: [Span]

  /// A book.
  public init(asks: [Level], bids: [Level], middle: [Span]) {
    self.asks = asks
    self.bids = bids
    self.middle = middle
  }

  /// Draws as many levels as fit, the same number on both sides, the best next to the middle.
  ///
  /// The bar lies behind the text where there is color, and is drawn as signs in ASCII.
  public func draw(into frame: inout Frame, in rect: Rect, _ glyphs: Glyphset) {
    guard rect.height > 0 else { return }
    let above = (rect.height - 1) / 2
    let below = rect.height - 1 - above
    for index in 0..<min(above, asks.count) {
      draw(asks[index], .ask, into: &frame, in: rect.row(above - 1 - index))
    }
    frame.draw(middle, in: rect.row(above), align: .center)
    for index in 0..<min(below, bids.count) {
      draw(bids[index], .bid, into: &frame, in: rect.row(above + 1 + index))
    }
  }

  private func draw(_ level: Level, _ ink: Ink, into frame: inout Frame, in line: Rect) {
    guard !line.isEmpty else { return }
    let parts = line.columns([.rest, .rest, .fixed(4)], gap: 1)
    frame.draw(level.price, in: parts[0], Style(ink), align: .trailing, overflow: .hashes)
    frame.draw(level.size, in: parts[1], .plain, align: .trailing, overflow: .hashes)
    frame.draw(level.own, in: parts[2], Style(.focus).bold, overflow: .clip)
    let cells = (Gauge.eighths(level.fraction, width: line.width) + 7) / 8
    let bar = Rect(x: line.endX - cells, y: line.y, width: cells, height: 1)
    frame.restyle(bar) { $0.surface = ink == .ask ? .askDepth : .bidDepth }
  }
}
