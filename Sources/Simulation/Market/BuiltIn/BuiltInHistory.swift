import Trading
import Units

/// The past of the built-in market, so that charts are full at once: candles of all bars, made
/// backward from the first price in steps that grow with age.
struct BuiltInHistory: Sendable {
  /// A step of the past.
  private struct Step {
    let openTime: Timestamp
    /// The market's own move, the same for all instruments.
    let market: Double
    /// How long it is in seconds.
    let seconds: Double
    /// The root of its share of a year, which scales a yearly deviation.
    let yearRoot: Double
  }

  private let steps: ContiguousArray<Step>
  /// Where in ``steps`` those of each length are.
  private let places: [CandleBar: Range<Int>]
  private let end: Timestamp

  /// How far back steps of each length reach, in days. A bar is as old as its own steps are.
  private static let ages: [(days: Int64, bar: CandleBar)] = [
    (2, .oneMinute), (6, .fiveMinutes), (17, .fifteenMinutes), (65, .thirtyMinutes),
    (130, .twoHours), (730, .twelveHours),
  ]

  /// Draws the market's moves from `time` back over two years.
  init(endingAt time: Timestamp, random: inout SeededRandom) {
    end = time.start(of: .minutes(1))
    var stretches: [(begin: Timestamp, end: Timestamp, bar: CandleBar)] = []
    var newer = end
    for age in Self.ages {
      // Each older stretch ends on a whole day, which every bar of steps divides.
      let begin = (end - .days(age.days)).start(of: .days(1))
      stretches.append((begin, newer, age.bar))
      newer = begin
    }
    var steps: ContiguousArray<Step> = []
    var places: [CandleBar: Range<Int>] = [:]
    var volatility = VolatilityState()
    for stretch in stretches.reversed() {
      // Stretches are of bars that all have the same length.
      let span = stretch.bar.endTime(openTime: stretch.begin) - stretch.begin
      let seconds = Double(span.milliseconds) / 1_000
      let yearRoot = (seconds / BuiltInShape.yearInSeconds).squareRoot()
      let first = steps.count
      var open = stretch.begin
      while open < stretch.end {
        let draw = random.fatNormal()
        steps.append(
          Step(
            openTime: open, market: draw * volatility.factor, seconds: seconds,
            yearRoot: yearRoot))
        volatility.absorb(draw, &random)
        open = open + span
      }
      places[stretch.bar] = first..<steps.count
    }
    self.steps = steps
    self.places = places
  }

  /// Fills the candles of one market, ending at the instrument's present price: of each bar first
  /// the steps of its own length, then shorter bars rolled up.
  func fill(
    _ instrument: BuiltInInstrument, into market: inout Market, _ random: inout SeededRandom
  ) {
    let candles = backward(instrument, &random)
    var rolled: [CandleBar: [TickCandle]] = [:]
    for bar in CandleBar.allCases {
      var series = places[bar].map { Array(candles[$0]) } ?? []
      if let shorter = Self.part(of: bar), let parts = rolled[shorter] {
        CandleRoll.roll(parts, into: bar, &series)
      }
      rolled[bar] = series
      market.candles.backfill(series, bar, until: end)
      market.markCandles.backfill(series, bar, until: end)
      market.indexCandles.backfill(series, bar, until: end)
    }
    fillFunding(&market, &random)
  }

  /// The longest bar that a bar is made of.
  private static func part(of bar: CandleBar) -> CandleBar? {
    switch bar {
    case .oneMinute: nil
    case .threeMinutes, .fiveMinutes: .oneMinute
    case .fifteenMinutes: .fiveMinutes
    case .thirtyMinutes: .fifteenMinutes
    case .oneHour: .thirtyMinutes
    case .twoHours: .oneHour
    case .fourHours, .sixHours: .twoHours
    case .eightHours: .fourHours
    case .twelveHours: .sixHours
    case .oneDay: .twelveHours
    case .threeDays, .oneWeek, .oneMonth: .oneDay
    }
  }

  private func backward(
    _ instrument: BuiltInInstrument, _ random: inout SeededRandom
  ) -> ContiguousArray<TickCandle> {
    var candles: ContiguousArray<TickCandle> = []
    candles.reserveCapacity(steps.count)
    var price = instrument.fair
    let shape = instrument.shape
    let rest = (1 - shape.correlation * shape.correlation).squareRoot()
    for step in steps.reversed() {
      let deviation = shape.yearlyDeviation * step.yearRoot
      let draw = shape.correlation * step.market + rest * random.fatNormal()
      // The pull toward the middle of the range works backward as well.
      let pull = (price - instrument.fair) / instrument.fair * 0.002 * step.seconds / 86_400
      let change = max(-0.25, min(0.25, deviation * draw + pull))
      let open = max(2, price / (1 + change))
      let reach = deviation * price
      let high = max(open, price) + reach * random.unit()
      let low = max(1, min(open, price) - reach * random.unit())
      let busy = (0.5 + 0.5 * abs(draw)) * (0.6 + 0.8 * random.unit())
      let lots = instrument.tradeLots * BuiltInMarket.tradesPerSecond * step.seconds * busy
      candles.append(
        Self.candle(step.openTime, open, high, low, close: price, lots: max(1, Int64(lots))))
      price = open
    }
    candles.reverse()
    return candles
  }

  private static func candle(
    _ openTime: Timestamp, _ open: Double, _ high: Double, _ low: Double, close: Double,
    lots: Int64
  ) -> TickCandle {
    func ticks(_ value: Double) -> Int32 {
      Int32(max(1, min(value, Double(PriceLadder.largestTicks))))
    }
    let middle = Int64(ticks((open + close) / 2))
    return TickCandle(
      openTime: openTime, open: ticks(open), high: ticks(high), low: ticks(low),
      close: ticks(close), lots: lots, tickLots: middle * lots)
  }

  private func fillFunding(_ market: inout Market, _ random: inout SeededRandom) {
    let interval = market.listing.fundingInterval
    var time = market.nextFundingTime - interval
    var points: [FundingPoint] = []
    for _ in 0..<Self.fundingPoints {
      let billionths = Int64(100_000 + random.normal() * 60_000)
      points.append(
        FundingPoint(rate: Rate(Fixed(raw: Int128(billionths) * 1_000_000_000)), time: time))
      time = time - interval
    }
    for point in points.reversed() { market.fundingHistory.append(point) }
  }

  /// How many settlements of the past are made up: a page of the exchange.
  private static let fundingPoints = 100
}
