import Trading
import Units

/// The past of the built-in market, so that charts are full at once: candles of all bars, made
/// backward from the first price in steps that grow with age.
struct BuiltInHistory: Sendable {
  /// A stretch of the past in steps of one length.
  private struct Stretch {
    let begin: Timestamp
    let end: Timestamp
    let step: TimeSpan
  }

  /// A made-up candle of one step.
  private struct Step {
    let openTime: Timestamp
    let span: TimeSpan
    /// The market's own move, the same for all instruments.
    let market: Double
  }

  private let steps: [Step]

  /// Draws the market's moves from `time` back over two years.
  init(endingAt time: Timestamp, random: inout SeededRandom) {
    let end = time.start(of: .minutes(1))
    // Minutes for five days carry the short bars; each older stretch ends on a whole day.
    let ages: [(days: Int64, step: TimeSpan)] = [
      (6, .minutes(1)), (17, .minutes(15)), (65, .minutes(30)), (730, .hours(2)),
    ]
    var stretches: [Stretch] = []
    var newer = end
    for age in ages {
      let begin = (end - .days(age.days)).start(of: .days(1))
      stretches.append(Stretch(begin: begin, end: newer, step: age.step))
      newer = begin
    }
    var steps: [Step] = []
    var volatility = VolatilityState()
    for stretch in stretches.reversed() {
      var open = stretch.begin
      while open < stretch.end {
        let draw = random.fatNormal()
        steps.append(
          Step(openTime: open, span: stretch.step, market: draw * volatility.factor))
        volatility.absorb(draw, &random)
        open = open + stretch.step
      }
    }
    self.steps = steps
  }

  /// Fills the candles of one market, ending at the instrument's present price.
  func fill(
    _ instrument: BuiltInInstrument, into market: inout Market, _ random: inout SeededRandom
  ) {
    let candles = backward(instrument, &random)
    for bar in CandleBar.allCases {
      fill(bar, candles, &market.candles)
      fill(bar, candles.suffix(Self.plainReach), &market.markCandles)
      fill(bar, candles.suffix(Self.plainReach), &market.indexCandles)
    }
    fillFunding(&market, &random)
  }

  /// How many steps of the past mark and index candles are made of.
  private static let plainReach = 9_000

  private func backward(
    _ instrument: BuiltInInstrument, _ random: inout SeededRandom
  ) -> [TickCandle] {
    var candles: [TickCandle] = []
    candles.reserveCapacity(steps.count)
    var price = instrument.fair
    let shape = instrument.shape
    let rest = (1 - shape.correlation * shape.correlation).squareRoot()
    for step in steps.reversed() {
      let seconds = Double(step.span.milliseconds) / 1_000
      let deviation =
        shape.yearlyDeviation * (seconds / BuiltInShape.yearInSeconds).squareRoot()
      let draw = shape.correlation * step.market + rest * random.fatNormal()
      // The pull toward the middle of the range works backward as well.
      let pull = (price - instrument.fair) / instrument.fair * 0.002 * seconds / 86_400
      let change = max(-0.25, min(0.25, deviation * draw + pull))
      let close = price
      let open = max(2, close / (1 + change))
      let reach = deviation * close
      let high = max(open, close) + reach * 0.6 * abs(random.normal())
      let low = max(1, min(open, close) - reach * 0.6 * abs(random.normal()))
      candles.append(candle(step, open, high, low, close, instrument, draw, &random))
      price = open
    }
    candles.reverse()
    return candles
  }

  private func candle(
    _ step: Step, _ open: Double, _ high: Double, _ low: Double, _ close: Double,
    _ instrument: BuiltInInstrument, _ draw: Double, _ random: inout SeededRandom
  ) -> TickCandle {
    let seconds = Double(step.span.milliseconds) / 1_000
    let perSecond = instrument.tradeLots * BuiltInMarket.tradesPerSecond
    let busy = (0.5 + 0.5 * abs(draw)) * (0.6 + 0.8 * random.unit())
    let lots = max(1, Int64(perSecond * seconds * busy))
    func ticks(_ value: Double) -> Int32 {
      Int32(max(1, min(value, Double(PriceLadder.largestTicks))))
    }
    let middle = Int64(ticks((open + close) / 2))
    return TickCandle(
      openTime: step.openTime, open: ticks(open), high: ticks(high), low: ticks(low),
      close: ticks(close), lots: lots, tickLots: middle * lots)
  }

  /// Rolls steps up to one bar; steps longer than the bar are too old for it.
  private func fill(
    _ bar: CandleBar, _ candles: some Sequence<TickCandle>, _ store: inout CandleStore
  ) {
    var present: TickCandle?
    var presentEnd = Timestamp(milliseconds: .min)
    for candle in candles {
      let open = bar.openTime(of: candle.openTime)
      let isCoarse = spanLimit(bar) < spanOfStep(at: candle.openTime)
      if isCoarse { continue }
      if candle.openTime < presentEnd {
        present?.absorb(candle)
        continue
      }
      if let present { store.backfill(present, bar) }
      var first = candle
      first.openTime = open
      present = first
      presentEnd = bar.endTime(openTime: open)
    }
    guard let last = present else { return }
    if let end = steps.last.map({ $0.openTime + $0.span }), presentEnd > end {
      store.startForming(last, bar)
    } else {
      store.backfill(last, bar)
    }
  }

  private func spanLimit(_ bar: CandleBar) -> TimeSpan { bar.timeFrame?.span ?? .days(28) }

  /// The length of the step at a moment, from the stretches' own bounds.
  private func spanOfStep(at time: Timestamp) -> TimeSpan {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].openTime >= time { high = middle } else { low = middle + 1 }
    }
    return low < steps.count ? steps[low].span : .minutes(1)
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
