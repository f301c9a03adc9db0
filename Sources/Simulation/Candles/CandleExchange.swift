import Exchanges
import Trading
import Units

/// The simulated exchange over series of candles, without a loop: whoever owns it lets time pass
/// and takes what is said. The same venue and the same answers as ``SimulatedExchange``.
///
/// A turn has three parts: ``finishCandles()`` lets every candle that ends take its way,
/// ``openCandles()`` opens the next ones, ``step(of:)`` tells what closed. What the venue says
/// meanwhile is fetched with ``takeEvents(_:)``.
public struct CandleExchange: Sendable {
  /// The venue; reports read it.
  public private(set) var venue: SimulatedVenue
  /// The one account.
  public let account: VenueAccountID
  private var series: [Series]
  private let slippage: Rate
  private var subscriptions = VenueSubscriptions()
  /// The moment of the present turn.
  public private(set) var now: Timestamp
  /// When the next candles open, in milliseconds since 1970.
  private var upcoming: Int64

  private struct Series: Sendable {
    let feed: CandleFeed
    let market: MarketIndex
    let span: TimeSpan
    var place = 0
    /// Whether a candle has opened in the present turn.
    var isDue = false
    /// Whether its newest candle has gone its way.
    var isFinished = false
    /// Whether its last candle has closed, and whether it did with the present turn.
    var isOver = false
    var endsNow = false
    /// When the next one opens, in milliseconds since 1970.
    var nextTime: Int64
    let funding: [FundingPoint]
    var fundingPlace = 0
    /// What settlements inside its newest candle bring, until that has gone its way.
    var credits: [FundingCredit] = []

    /// Whether a moment falls into a candle that has not gone its way yet.
    func isInside(_ moment: Timestamp) -> Bool {
      place > 0 && !isFinished && moment.milliseconds > feed.table.rows[place - 1].openTime
    }
  }

  /// Opens an exchange with one account; at least one feed, each of another instrument.
  public init(
    _ feeds: [CandleFeed], rules: VenueRules, slippage: Rate, deposit: Money,
    funding: [InstrumentID: [FundingPoint]] = [:]
  ) {
    var rules = rules
    rules.candleSlippage = slippage
    let start = feeds.map(\.table.startTime).min() ?? Timestamp(milliseconds: 0)
    guard !feeds.isEmpty,
      var venue = SimulatedVenue(
        listings: feeds.map(\.listing), rules: rules, startingAt: start)
    else { preconditionFailure("feeds are of different instruments with sound steps") }
    account = venue.openAccount(deposit: deposit, at: start)
    venue.discardOutputs()
    series = feeds.map { feed in
      guard let market = venue.market(feed.listing.id) else {
        preconditionFailure("the venue lists what it was given")
      }
      // Funding settles when its file says so, and not by the venue's own hours.
      venue.setNextFundingTime(.latestPlausible, of: market)
      return Series(
        feed: feed, market: market, span: feed.table.timeFrame.span,
        nextTime: feed.table.rows[0].openTime,
        // Behind the last candle nothing is known of the market, and nobody is charged.
        funding: (funding[feed.listing.id] ?? []).filter {
          $0.time > start && $0.time < feed.table.endTime
        })
    }
    self.venue = venue
    self.slippage = slippage
    now = start
    upcoming = series.reduce(.max) { min($0, $1.nextTime) }
  }

  /// Makes the venue look at every price of a candle, also where nothing can follow from it.
  package mutating func lookAtEveryPrice() { venue.looksAtEveryPrice = true }

  /// How many candles the feeds have together.
  public var candleCount: Int { series.reduce(0) { $0 + $1.feed.table.rows.count } }

  /// When the next candles open; nil behind the last.
  public var nextTime: Timestamp? {
    upcoming == .max ? nil : Timestamp(milliseconds: upcoming)
  }

  /// When the last candle of all ends.
  public var endTime: Timestamp {
    series.reduce(now) { end, one in
      let rows = one.feed.table.rows
      return max(end, Timestamp(milliseconds: rows[rows.count - 1].openTime) + one.span)
    }
  }

  /// Lets the candles take their way that end with the coming turn.
  public mutating func finishCandles() {
    guard upcoming < .max else { return }
    settleFundingInside()
    for place in series.indices where finishes(place) { finish(place) }
  }

  /// Whether the newest candle of a series ends with the coming turn: another one opens then, or it
  /// was the last and its time is over.
  @inline(__always)
  private func finishes(_ place: Int) -> Bool {
    if series[place].nextTime < .max { return series[place].nextTime == upcoming }
    return !series[place].isFinished && series[place].feed.table.endTime.milliseconds <= upcoming
  }

  /// Lets the last candle of every series take its way.
  public mutating func finishLastCandles() {
    settleFundingInside()
    for place in series.indices where !series[place].isFinished { finish(place) }
    settleFunding(through: endTime - .milliseconds(1))
  }

  private mutating func finish(_ place: Int) {
    let done = series[place].place - 1
    guard done >= 0 else { return }
    series[place].isFinished = true
    let row = series[place].feed.table.rows[done]
    venue.runCandle(
      high: row.high, low: row.low, close: row.close, of: series[place].market,
      until: Timestamp(milliseconds: row.openTime) + series[place].span)
    guard !series[place].credits.isEmpty else { return }
    venue.credit(series[place].credits)
    series[place].credits = []
  }

  /// Opens the next candles.
  public mutating func openCandles() {
    guard let time = nextTime else { return }
    now = time
    settleFunding(through: time)
    var following = Int64.max
    for place in series.indices {
      let isDue = series[place].nextTime == time.milliseconds
      series[place].isDue = isDue
      guard isDue else {
        series[place].endsNow = series[place].isFinished && !series[place].isOver
        if series[place].endsNow { series[place].isOver = true }
        following = min(following, series[place].nextTime)
        continue
      }
      let at = series[place].place
      venue.openCandle(
        series[place].feed.table.rows[at].open, of: series[place].market, at: time)
      series[place].place = at + 1
      series[place].isFinished = false
      let count = series[place].feed.table.rows.count
      series[place].nextTime =
        at + 1 < count ? series[place].feed.table.rows[at + 1].openTime : .max
      following = min(following, series[place].nextTime)
    }
    upcoming = following
  }

  /// How many series there are.
  public var seriesCount: Int { series.count }

  /// Returns the candle of a series that closed with this turn, nil when none did.
  @inline(__always)
  public func closedRow(of place: Int) -> CandleTable.Row? {
    guard series[place].isDue, series[place].place > 1 else { return nil }
    return series[place].feed.table.rows[series[place].place - 2]
  }

  /// Returns the last candle of a series that ended with this turn, before others; nil else. It is
  /// no ``step(of:)``: its market does not go on.
  @inline(__always)
  public func lastRow(of place: Int) -> CandleTable.Row? {
    series[place].endsNow ? series[place].feed.table.rows[series[place].place - 1] : nil
  }

  /// Returns the newest candle of a series once it has gone its way to the end and before the next
  /// one opens; nil else.
  public func endingRow(of place: Int) -> CandleTable.Row? {
    guard series[place].isFinished, !series[place].isOver, series[place].place > 0 else {
      return nil
    }
    return series[place].feed.table.rows[series[place].place - 1]
  }

  /// Returns what is told of the candle that closed with this turn, with the price at which its
  /// market goes on.
  @inline(__always)
  public func step(of place: Int) -> CandleStep {
    let at = series[place].place
    let tick = series[place].feed.table.tick.value.raw
    let price = Price(
      Fixed(raw: tick &* Int128(series[place].feed.table.rows[at - 1].open)))
    return CandleStep(
      instrument: series[place].feed.listing.id,
      timeFrame: series[place].feed.table.timeFrame,
      candle: series[place].feed.table.candle(at - 2), price: price, slippage: slippage)
  }

  /// Returns the coming turns that bring nothing but prices, at most so many and only those before
  /// a moment in milliseconds since 1970; nil when the next one is none.
  ///
  /// Nothing waits at the exchange, no position can be liquidated on the way, and no funding is
  /// kept back for its end.
  public mutating func quietStretch(before due: Int64, limit: Int) -> CandleStretch? {
    let end = min(due, venue.nextDue.milliseconds, nextFundingPoint)
    guard series.count == 1, series[0].place > 0, upcoming < end, !venue.hasOutputs,
      !venue.isWaiting(series[0].market), series[0].credits.isEmpty
    else { return nil }
    let first = series[0].place - 1
    var last = min(series[0].feed.table.rows.count - 1, first + limit)
    while last > first, series[0].feed.table.rows[last].openTime >= end { last -= 1 }
    guard last > first else { return nil }
    let stretch = CandleStretch(
      instrument: series[0].feed.listing.id, timeFrame: series[0].feed.table.timeFrame,
      tick: series[0].feed.table.tick, slippage: slippage,
      rows: series[0].feed.table.rows[first...last])
    return venue.isSafe(series[0].market, from: stretch.low, through: stretch.high) ? stretch : nil
  }

  /// Takes so many turns of a ``quietStretch(before:limit:)`` at once.
  public mutating func pass(turns count: Int) {
    series[0].place += count - 1
    series[0].nextTime = series[0].feed.table.rows[series[0].place].openTime
    upcoming = series[0].nextTime
    // The price of the last opening is all that stays of the way to it.
    openCandles()
  }

  /// When the rate of the next settlement is stated, in milliseconds since 1970.
  private var nextFundingPoint: Int64 {
    let place = series[0].fundingPlace
    return place < series[0].funding.count ? series[0].funding[place].time.milliseconds : .max
  }

  /// Lets time pass between the turns, for a request that arrives there; every price goes so much
  /// of its way through its candle.
  private mutating func pass(to time: Timestamp) {
    guard time > venue.now else { return }
    venue.advance(to: time)
    for one in series where one.place > 0 && !one.isFinished {
      let row = one.feed.table.rows[one.place - 1]
      let span = one.feed.table.timeFrame.span.milliseconds
      let passed = time.milliseconds - row.openTime
      guard passed > 0, passed < span else { continue }
      let lowFirst = venue.meetsLowFirst(one.market, rises: row.close >= row.open)
      venue.move(
        to: row.price(after: passed, of: span, lowFirst: lowFirst), of: one.market)
    }
  }

  /// Whether the venue has said anything since the last time.
  @inline(__always)
  public var hasEvents: Bool { venue.hasOutputs }

  /// Hands over what the venue has said since the last time, oldest first.
  @inline(__always)
  public mutating func takeEvents(_ body: (consuming ExchangeEvent) -> Void) {
    if venue.hasOutputs { handOver(body) }
  }

  /// Carries out a request that arrives at a moment and hands over what follows.
  public mutating func perform(
    _ request: ExchangeRequest, as id: RequestID, at moment: Timestamp,
    _ body: (consuming ExchangeEvent) -> Void
  ) {
    settleFunding(through: moment)
    pass(to: moment)
    var answer = RequestAnswer()
    answer.carryOut(request, on: &venue, account, at: venue.now)
    takeEvents(body)
    for event in answer.events { body(event) }
    body(.outcome(id, answer.outcome))
  }

  private mutating func handOver(_ body: (consuming ExchangeEvent) -> Void) {
    for place in 0..<venue.outputs.count {
      // What accounts are told most stands in rows; it is read where it stands.
      if venue.outputs.isOrder(place, of: account) {
        body(.account(.order(Order(venue.outputs.order(at: place)))))
      } else if venue.outputs.isFill(place, of: account) {
        body(.account(.fill(Fill(venue.outputs.fill(at: place)))))
      } else {
        subscriptions.translate(venue.outputs[place], of: account, in: &venue, body)
      }
    }
    venue.outputs.removeAll()
  }

  /// Settles what falls into the candles that are about to take their way.
  ///
  /// The price on the way is not known before the candle has closed, so the mark is the last price,
  /// that of its opening. Nor is it known when the way meets a stop: whoever held then pays all the
  /// same, and gets what he receives only for what he still holds behind the way.
  private mutating func settleFundingInside() {
    var end = Int64.max
    for place in series.indices
    where finishes(place) && series[place].place > 0 {
      let row = series[place].feed.table.rows[series[place].place - 1]
      end = min(end, row.openTime + series[place].span.milliseconds)
    }
    if end < .max { settleFunding(through: Timestamp(milliseconds: end - 1)) }
  }

  /// Settles what the files of all series name up to a moment, each at its own time and rate and at
  /// the last price.
  private mutating func settleFunding(through time: Timestamp) {
    while let place = nextSettled(), let moment = nextSettlement(of: place), moment <= time {
      // Candles of other lengths may have taken the venue further.
      let at = max(moment, venue.now)
      var rate = Rate.zero
      // An account knows settlements by market and moment: those of one moment are one.
      while let next = nextSettlement(of: place), next <= at {
        rate += series[place].funding[series[place].fundingPlace].rate
        series[place].fundingPlace += 1
      }
      venue.applyFundingRate(rate, to: series[place].market, at: at)
      if series[place].isInside(moment) {
        series[place].credits += venue.chargeFunding(of: series[place].market, at: at)
      } else {
        venue.settleFunding(of: series[place].market, at: at)
      }
    }
  }

  /// Which series settles next; nil when none does any more.
  private func nextSettled() -> Int? {
    var found: (place: Int, moment: Timestamp)?
    for place in series.indices {
      guard let moment = nextSettlement(of: place) else { continue }
      if found.map({ moment < $0.moment }) ?? true { found = (place, moment) }
    }
    return found?.place
  }

  private func nextSettlement(of place: Int) -> Timestamp? {
    let at = series[place].fundingPlace
    return at < series[place].funding.count ? series[place].funding[at].time : nil
  }
}

extension CandleRow {
  /// Returns the price in ticks after a part of the candle, each leg of the path taking a third.
  func price(after passed: Int64, of span: Int64, lowFirst: Bool) -> Int32 {
    let corners = lowFirst ? [open, low, high, close] : [open, high, low, close]
    let leg = min(2, Int(passed * 3 / span))
    let rest = passed * 3 - Int64(leg) * span
    let from = Int64(corners[leg])
    return Int32(from + (Int64(corners[leg + 1]) - from) * rest / span)
  }
}
