/// A drawing of dots, two across and four down in every cell.
public struct BrailleCanvas: Equatable, Sendable {
  /// Cells it covers.
  public let size: Size
  private var dots: [UInt8]
  private var inks: [Ink]

  /// An empty canvas.
  public init(_ size: Size) {
    self.size = size
    dots = Array(repeating: 0, count: size.width * size.height)
    inks = Array(repeating: .text, count: size.width * size.height)
  }

  /// Number of dots across.
  public var width: Int { size.width * 2 }
  /// Number of dots down.
  public var height: Int { size.height * 4 }

  /// Sets a dot; outside the canvas it is ignored. The cell takes the color of its last dot.
  public mutating func set(x: Int, y: Int, _ ink: Ink) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let index = (y / 4) * size.width + x / 2
    dots[index] |= Self.bits[(y % 4) * 2 + x % 2]
    inks[index] = ink
  }

  /// Draws a straight line of dots.
  public mutating func line(from: Point, to: Point, _ ink: Ink) {
    let dx = abs(to.x - from.x)
    let dy = -abs(to.y - from.y)
    var point = from
    var error = dx + dy
    // As many dots as the longer side has; lines far outside are cut to a bound.
    for _ in 0...min(max(dx, -dy), 4 * (width + height)) {
      set(x: point.x, y: point.y, ink)
      if point == to { return }
      let doubled = 2 * error
      if doubled >= dy {
        error += dy
        point.x += from.x < to.x ? 1 : -1
      }
      if doubled <= dx {
        error += dx
        point.y += from.y < to.y ? 1 : -1
      }
    }
  }

  /// Draws the course of values over the whole width; gaps where nothing is known.
  ///
  /// - Parameter scale: which values lie at the lower and the upper edge.
  public mutating func plot(_ values: [Double?], scale: ChartScale, _ ink: Ink) {
    guard values.count > 1, width > 0 else { return }
    var last: Point?
    for (index, value) in values.enumerated() {
      guard let value, let y = scale.position(value, height: height) else {
        last = nil
        continue
      }
      let point = Point(x: index * (width - 1) / (values.count - 1), y: y)
      line(from: last ?? point, to: point, ink)
      last = point
    }
  }

  /// Draws the dots over what is in the frame; cells without a dot are left as they are.
  public func draw(into frame: inout Frame, at origin: Point, _ glyphs: Glyphset) {
    for index in dots.indices where dots[index] != 0 {
      let scalar = Unicode.Scalar(0x2800 + UInt32(dots[index])) ?? " "
      let sign: Unicode.Scalar = glyphs.isASCII ? "*" : scalar
      let point = Point(
        x: origin.x + index % size.width, y: origin.y + index / size.width)
      guard frame.bounds.contains(point) else { continue }
      let surface = frame[point.x, point.y].style.surface
      frame.put(Cell(sign, Style(inks[index], on: surface)), at: point)
    }
  }

  /// Bits of the dots by row and column. Source: Unicode block Braille Patterns.
  private static let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
}

/// Which values lie at the lower and the upper edge of a chart.
public struct ChartScale: Equatable, Sendable {
  /// The value at the lower edge.
  public let low: Double
  /// The value at the upper edge.
  public let high: Double

  /// A scale; a range of nothing is widened around its value.
  public init(low: Double, high: Double) {
    let isEmpty = !(high > low)
    self.low = isEmpty ? low - max(1, abs(low)) * 0.01 : low
    self.high = isEmpty ? low + max(1, abs(low)) * 0.01 : high
  }

  /// The scale that just holds all values, with a margin of so much of the range; nil for none.
  public init?(of values: some Sequence<Double>, margin: Double = 0.05) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    let room = (high - low) * margin
    self.init(low: low - room, high: high + room)
  }

  /// How many steps below the upper edge a value lies, of `height`; nil outside or if not finite.
  public func position(_ value: Double, height: Int) -> Int? {
    guard value.isFinite, value >= low, value <= high, height > 0 else { return nil }
    return min(height - 1, Int((high - value) / (high - low) * Double(height)))
  }

  /// The value at the middle of a step below the upper edge.
  public func value(at position: Int, height: Int) -> Double {
    high - (Double(position) + 0.5) / Double(max(1, height)) * (high - low)
  }
}
