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
  /// How many rows it is scrolled toward higher prices; zero has the middle in the middle.
  public var offset: Int

  /// A book.
  public init(asks: [Level], bids: [Level], middle: [Span], offset: Int = 0) {
    self.asks = asks
    self.bids = bids
    self.middle = middle
    self.offset = offset
  }

  /// Draws the levels in sight, the best next to the middle.
  ///
  /// The bar lies behind the text where there is color. Scrolling ends where one side ends. Two
  /// rows hold the best of each side and no middle.
  public func draw(into frame: inout Frame, in rect: Rect, _ glyphs: Glyphset) {
    guard rect.height > 0 else { return }
    let place = Self.middle(
      height: rect.height, asks: asks.count, bids: bids.count, offset: offset)
    for row in 0..<rect.height {
      let steps = rect.height == 2 ? (row == 0 ? -1 : 1) : row - place
      if steps == 0 {
        frame.draw(middle, in: rect.row(row), align: .center)
      } else if steps < 0, -steps <= asks.count {
        draw(asks[-steps - 1], .ask, into: &frame, in: rect.row(row))
      } else if steps > 0, steps <= bids.count {
        draw(bids[steps - 1], .bid, into: &frame, in: rect.row(row))
      }
    }
  }

  /// The row of the middle in a ladder of that height, with so many levels on each side.
  public static func middle(height: Int, asks: Int, bids: Int, offset: Int) -> Int {
    (height - 1) / 2 + max(-max(0, bids - 1), min(offset, max(0, asks - 1)))
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
