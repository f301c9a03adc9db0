import Trading
import Units

/// One file of a recording and how far its replay has come.
struct RecordedSeries: Sendable {
  let file: CandleFile
  let listing: Listing
  private let units: MarketUnits
  private let ticks: [TickCandle]
  /// The candle that is being replayed.
  private var place: Int
  /// The points of that candle and how many of them are done.
  private var path: [Int32] = []
  private var done = 0

  init(
    _ instrument: InstrumentID, _ file: CandleFile, startingAt start: Timestamp
  ) throws(RecordingProblem) {
    self.file = file
    let listing = Self.listing(instrument, file)
    guard let units = MarketUnits(listing.instrument) else {
      throw .price(file: file.name, line: 2)
    }
    self.listing = listing
    self.units = units
    var ticks: [TickCandle] = []
    ticks.reserveCapacity(file.candles.count)
    for (row, candle) in file.candles.enumerated() {
      let volume = Contracts(
        candle.volume, contractValue: listing.instrument.contractValue, .down)
      guard let open = units.ticks(candle.open), let high = units.ticks(candle.high),
        let low = units.ticks(candle.low), let close = units.ticks(candle.close), low > 0,
        let lots = units.lots(volume.rounded(to: listing.instrument.lotSize, .down))
      else { throw .price(file: file.name, line: row + 2) }
      let middle = Int64(open / 2 + close / 2)
      ticks.append(
        TickCandle(
          openTime: candle.openTime, open: open, high: high, low: low, close: close, lots: lots,
          tickLots: middle * lots))
    }
    self.ticks = ticks
    place = ticks.firstIndex { $0.openTime >= start } ?? ticks.count
  }

  /// When the next point is due; nil behind the last candle.
  var nextTime: Timestamp? {
    guard place < ticks.count else { return nil }
    let open = ticks[place].openTime
    guard !path.isEmpty else { return open }
    let span = file.bar.endTime(openTime: open) - open
    return open + .milliseconds(span.milliseconds * Int64(done) / Int64(path.count))
  }

  mutating func start(
    in venue: inout SimulatedVenue, _ style: Recording.Style, at time: Timestamp
  ) {
    guard let market = venue.market(listing.id) else {
      preconditionFailure("the venue lists what its source states")
    }
    let past = Array(ticks[..<place])
    let end = place < ticks.count ? ticks[place].openTime : time
    let bar = file.bar
    venue.fillHistory(of: market) { state in
      for (longer, series) in CandleRoll.series(of: past, bar) {
        state.candles.backfill(series, longer, until: end)
        state.markCandles.backfill(series, longer, until: end)
        state.indexCandles.backfill(series, longer, until: end)
      }
    }
    venue.applyFundingRate(style.fundingRate, to: market, at: time)
    guard let first = place < ticks.count ? ticks[place].open : ticks.last?.close else { return }
    stateBook(first, market, &venue, style, at: time)
  }

  mutating func step(_ venue: inout SimulatedVenue, _ style: Recording.Style) {
    guard let time = nextTime, let market = venue.market(listing.id) else { return }
    let candle = ticks[place]
    if path.isEmpty {
      let lowFirst = venue.meetsLowFirst(market, rises: candle.close >= candle.open)
      path = Self.path(candle, lowFirst: lowFirst, points: style.points)
      done = 0
    }
    let target = path[done]
    // Between candles the price jumps; inside one it passes what lies between.
    if done > 0 {
      while let stop = venue.nextTrigger(market, before: target) {
        state(stop, lots: 0, market, &venue, style, at: time)
      }
    }
    let share = candle.lots / Int64(path.count)
    let rest = done == path.count - 1 ? candle.lots % Int64(path.count) : 0
    state(target, lots: share + rest, market, &venue, style, at: time)
    done += 1
    if done == path.count {
      place += 1
      path = []
    }
  }

  private func state(
    _ price: Int32, lots: Int64, _ market: MarketIndex, _ venue: inout SimulatedVenue,
    _ style: Recording.Style, at time: Timestamp
  ) {
    let rises = venue.lastTicks(of: market).map { $0 <= price } ?? true
    stateBook(price, market, &venue, style, at: time)
    venue.applyPrice(rises ? .buy : .sell, ticks: price, lots: lots, to: market, at: time)
  }

  private func stateBook(
    _ price: Int32, _ market: MarketIndex, _ venue: inout SimulatedVenue,
    _ style: Recording.Style, at time: Timestamp
  ) {
    let value = units.price(price)
    venue.applyMark(value, index: value, to: market, at: time)
    let half = value.scaled(by: style.halfSpread, .up)
    let distance = max(1, units.ticks(half, .up) ?? 1)
    let lots = Fixed(Int(ticks[min(place, ticks.count - 1)].lots))
    let share = lots.multiplied(by: style.levelShare.value, .down).raw / Int128(Fixed.unit)
    let level = max(1, Int64(truncatingIfNeeded: share))
    var changes: [DepthChange] = []
    changes.reserveCapacity(2 * style.depth)
    for rank in 0..<Int32(style.depth) {
      // Levels stand half a spread apart and grow a little with their distance.
      let away = distance * (rank + 1)
      let lots = level + level * Int64(rank) / 10
      if price > away {
        changes.append(DepthChange(side: .buy, ticks: price - away, lots: lots))
      }
      changes.append(DepthChange(side: .sell, ticks: price + away, lots: lots))
    }
    venue.apply(changes, replacing: true, to: market, at: time)
  }

  /// Returns the points of a candle: its four prices and, between them, even steps.
  static func path(_ candle: TickCandle, lowFirst: Bool, points: Int) -> [Int32] {
    let corners =
      lowFirst
      ? [candle.open, candle.low, candle.high, candle.close]
      : [candle.open, candle.high, candle.low, candle.close]
    let between = points - 4
    var path = [corners[0]]
    for leg in 0..<3 {
      let steps = 1 + between / 3 + (leg < between % 3 ? 1 : 0)
      let from = Int64(corners[leg])
      let way = Int64(corners[leg + 1]) - from
      for step in 1...steps { path.append(Int32(from + way * Int64(step) / Int64(steps))) }
    }
    return path
  }

  /// Returns the listing of an instrument with a tick fine enough for the file's prices.
  private static func listing(_ id: InstrumentID, _ file: CandleFile) -> Listing {
    let known = BuiltInListings.all.first { $0.id == id } ?? BuiltInListings.generic(id)
    let fine = Price(Fixed(raw: Int128(Fixed.powerOfTen(18 - min(18, file.pricePlaces)))))
    return known.withTick(min(known.instrument.tickSize, fine))
  }
}
