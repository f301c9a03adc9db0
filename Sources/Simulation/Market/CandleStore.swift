import Units

/// A candle in ticks and lots.
struct TickCandle: Sendable, Hashable {
  var openTime: Timestamp
  var open: Int32
  var high: Int32
  var low: Int32
  var close: Int32
  var lots: Int64
  /// Sum of ticks × lots, for the volume in money.
  var tickLots: Int64

  init(openTime: Timestamp, ticks: Int32) {
    self.openTime = openTime
    open = ticks
    high = ticks
    low = ticks
    close = ticks
    lots = 0
    tickLots = 0
  }

  init(
    openTime: Timestamp, open: Int32, high: Int32, low: Int32, close: Int32, lots: Int64,
    tickLots: Int64
  ) {
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.lots = lots
    self.tickLots = tickLots
  }

  @inline(__always)
  mutating func trade(_ ticks: Int32, _ lots: Int64) {
    if ticks > high { high = ticks }
    if ticks < low { low = ticks }
    close = ticks
    self.lots &+= lots
    tickLots &+= Int64(ticks) &* lots
  }

  mutating func absorb(_ later: TickCandle) {
    high = max(high, later.high)
    low = min(low, later.low)
    close = later.close
    lots &+= later.lots
    tickLots &+= later.tickLots
  }
}

/// The candles of one price in all bars: minutes are built from trades, longer bars from minutes.
struct CandleStore: Sendable {
  /// The minute that is forming; nil before the first price.
  private(set) var minute: TickCandle?
  /// Whether nothing has been traded in the forming minute yet; it then repeats the last price.
  private var minuteIsFlat = true
  /// When the forming minute ends.
  private(set) var minuteEnd = Timestamp(milliseconds: .min)
  /// What longer bars hold of closed minutes, by raw value of ``CandleBar``; the minute's is
  /// unused.
  private var forming: ContiguousArray<TickCandle?>
  private var formingEnds: ContiguousArray<Timestamp>
  private var closed: ContiguousArray<BoundedLog<TickCandle>>

  /// Makes an empty store that keeps so many closed candles of each bar.
  init(depth: Int) {
    let count = CandleBar.allCases.count
    forming = ContiguousArray(repeating: nil, count: count)
    formingEnds = ContiguousArray(repeating: Timestamp(milliseconds: .min), count: count)
    closed = ContiguousArray(repeating: BoundedLog(capacity: depth), count: count)
  }

  /// Takes in a price with what was traded at it; the time never goes back.
  @inline(__always)
  mutating func trade(_ ticks: Int32, _ lots: Int64, at time: Timestamp) {
    if time >= minuteEnd || minute == nil { roll(to: time, opening: ticks) }
    if minuteIsFlat {
      // The first trade opens the minute, not the last price of the one before.
      minuteIsFlat = false
      minute = TickCandle(openTime: minuteEnd - .minutes(1), ticks: ticks)
    }
    minute?.trade(ticks, lots)
  }

  /// Closes minutes that have ended by a moment; minutes without a trade repeat the last price.
  ///
  /// Returns whether one was closed.
  @discardableResult
  mutating func roll(to time: Timestamp) -> Bool {
    guard let present = minute, time >= minuteEnd else { return false }
    roll(to: time, opening: present.close)
    return true
  }

  /// Adds the past of one bar, oldest first and before any trade; the last candle can be one that
  /// is still forming, made of minutes before the first trade.
  mutating func backfill(_ candles: [TickCandle], _ bar: CandleBar, until end: Timestamp) {
    precondition(minute == nil, "history is filled before the first trade")
    var past = candles[...]
    if bar != .oneMinute, let last = past.last,
      bar.endTime(openTime: last.openTime) > end
    {
      forming[bar.rawValue] = last
      formingEnds[bar.rawValue] = bar.endTime(openTime: last.openTime)
      past.removeLast()
    }
    closed[bar.rawValue].fill(past)
  }

  /// Returns the closed candles of a bar.
  func closedCandles(_ bar: CandleBar) -> BoundedLog<TickCandle> { closed[bar.rawValue] }

  /// Returns the candle of a bar that is forming; nil before the first price.
  func formingCandle(_ bar: CandleBar) -> TickCandle? {
    guard let minute else { return nil }
    guard bar != .oneMinute else { return minute }
    guard var candle = forming[bar.rawValue], minute.openTime < formingEnds[bar.rawValue] else {
      var candle = minute
      candle.openTime = bar.openTime(of: minute.openTime)
      return candle
    }
    candle.absorb(minute)
    return candle
  }

  private mutating func roll(to time: Timestamp, opening ticks: Int32) {
    let target = CandleBar.oneMinute.openTime(of: time)
    if var present = minute {
      var open = present.openTime + .minutes(1)
      close(present)
      // A pause leaves flat minutes; of a long one only as many as are kept.
      let kept = TimeSpan.minutes(Int64(closed[0].capacity))
      if target - open > kept { open = target - kept }
      while open < target {
        present = TickCandle(openTime: open, ticks: present.close)
        close(present)
        open = open + .minutes(1)
      }
    }
    minute = TickCandle(openTime: target, ticks: ticks)
    minuteIsFlat = true
    minuteEnd = target + .minutes(1)
  }

  private mutating func close(_ candle: TickCandle) {
    closed[0].append(candle)
    for bar in CandleBar.allCases.dropFirst() {
      let place = bar.rawValue
      if forming[place] != nil, candle.openTime >= formingEnds[place] { finish(place) }
      if forming[place] == nil {
        var first = candle
        first.openTime = bar.openTime(of: candle.openTime)
        forming[place] = first
        formingEnds[place] = bar.endTime(openTime: first.openTime)
      } else {
        forming[place]?.absorb(candle)
      }
      if candle.openTime + .minutes(1) >= formingEnds[place] { finish(place) }
    }
  }

  private mutating func finish(_ place: Int) {
    if let done = forming[place] { closed[place].append(done) }
    forming[place] = nil
  }
}
