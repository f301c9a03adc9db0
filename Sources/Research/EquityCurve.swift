/// The equity over time in at most so many points, with its deepest fall, which misses no candle.
public struct EquityCurve: Sendable {
  /// One point.
  public struct Point: Sendable, Hashable {
    /// When, in milliseconds since 1970.
    public let time: Int64
    /// The equity in money.
    public let equity: Double
  }

  /// The points, oldest first.
  public private(set) var points: [Point] = []
  /// The deepest fall from a peak, as a fraction of the peak.
  public private(set) var drawdown = 0.0
  /// When the deepest fall reached its bottom, in milliseconds since 1970; nil when there is none.
  public private(set) var drawdownTime: Int64?
  /// The equity last noted.
  public private(set) var last: Double
  private var lastTime = Int64.min
  private var peak: Double
  private var peakTime = Int64.min
  /// The peak and the bottom of the deepest fall.
  private var fallStart: Point?
  private var fallEnd: Point?
  private var stride = 1
  private var skipped = 0

  /// The most points that are kept.
  public static let capacity = 2_048

  init(start: Double) {
    peak = start
    last = start
  }

  @inline(__always)
  mutating func note(_ equity: Double, at time: Int64) {
    last = equity
    lastTime = time
    if equity > peak {
      peak = equity
      peakTime = time
    }
    let fall = peak - equity
    if fall > drawdown * peak {
      drawdown = fall / peak
      drawdownTime = time
      fallStart = Point(time: peakTime, equity: peak)
      fallEnd = Point(time: time, equity: equity)
    }
    skipped &+= 1
    if skipped >= stride { keep(equity, time) }
  }

  /// The points with the highest one and both ends of the deepest fall, which the steps may have
  /// passed over: what is to be drawn, oldest first.
  public var drawn: [Point] {
    var all = points
    let extremes = [Point(time: peakTime, equity: peak), fallStart, fallEnd]
    for case let point? in extremes where point.time > .min {
      let place = all.firstIndex { $0.time >= point.time } ?? all.endIndex
      // All candles of a moment have one point.
      if place == all.endIndex || all[place].time != point.time { all.insert(point, at: place) }
    }
    return all
  }

  /// Keeps the last point, however long the steps are.
  public mutating func end() {
    guard lastTime > .min, skipped > 0 || points.last?.time != lastTime else { return }
    skipped = 0
    points.append(Point(time: lastTime, equity: last))
  }

  /// Keeps a point; when there is no room, every second one goes and the steps get longer.
  private mutating func keep(_ equity: Double, _ time: Int64) {
    skipped = 0
    points.append(Point(time: time, equity: equity))
    guard points.count == Self.capacity else { return }
    points = points.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
    stride *= 2
  }
}
