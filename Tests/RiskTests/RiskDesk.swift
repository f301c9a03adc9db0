import AccountData
import MarketData
import Risk
import TestSupport
import Trading
import Units

/// Markets, an account and limits in which a plain order is approved; tests change one thing.
struct RiskDesk {
  var markets = Markets(depth: MarketDepth(trades: 10, candles: 50), jumpLimit: nil)
  var book = AccountBook(dayOffset: .zero, at: Sample.start)
  var readiness = Readiness.ready
  var state = BotState.running
  var now = Sample.start
  var clock = ExchangeClock(offset: .zero, tolerance: .seconds(1))
  var limits = RiskDesk.limits
  var breakers = CircuitBreakers()
  var ids = ClientOrderIDSequence(run: RunID("p"))

  static let fees = FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002")

  static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 2,
    notionalPerPairMaximum: 3, notionalTotalMaximum: 5, marginUsedMaximum: "0.5",
    leverageMaximum: 10, openPositionsMaximum: 3, ordersPerMinuteMaximum: 20, priceCollar: "0.02",
    priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
    liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
    marketAgeMaximum: .seconds(10), balanceAgeMaximum: .minutes(2),
    clockOffsetMaximum: .seconds(1),
    marginPerTrade: "0.1", duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: "0.03", lossMoneyMaximum: nil, drawdownMaximum: "0.1",
      stopOutsInARowMaximum: 3, afterStopOuts: .approval, tradesPerDayMaximum: 20,
      cooldownAfterStop: .minutes(15), cooldownAfterWin: .zero, tradingHours: .always),
    size: .off, pace: .off, strategies: [])

  /// A long of Bitcoin at market: 10 contracts, stop 1 000 below, target 3 000 above.
  static let long = OpeningIntent(
    instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
    size: .contracts(10), stop: .stop(Trigger(triggerPrice: 59_000)),
    takeProfit: Trigger(triggerPrice: 63_000))

  init() {
    _ = markets.apply(.instruments([Sample.bitcoin, Sample.ether]), at: now)
    for (instrument, price) in [(Sample.bitcoin, 60_000), (Sample.ether, 3_000)]
      as [(
        Instrument, Price
      )]
    {
      quote(instrument, price)
      _ = markets.apply(.tiers(instrument.id, .isolated, Sample.tiers), at: now)
      _ = book.apply(.leverage(instrument.id, .isolated, .net, 10), at: now)
    }
    _ = book.apply(.balance(Sample.balance(10_000)), at: now)
    _ = book.apply(.positionMode(.oneWay), at: now)
    _ = book.apply(.positions([]), at: now)
  }

  /// Puts ticker, mark and book of an instrument at a price.
  mutating func quote(_ instrument: Instrument, _ price: Price) {
    _ = markets.apply(.ticker(Sample.ticker(instrument, last: price, at: now)), at: now)
    _ = markets.apply(.mark(Sample.mark(instrument, price, at: now)), at: now)
    _ = markets.apply(.book(Sample.book(instrument, middle: price, at: now)), at: now)
  }

  mutating func take(_ event: MarketEvent) {
    _ = markets.apply(event, at: now)
  }

  mutating func take(_ event: AccountEvent) {
    _ = book.apply(event, at: now)
  }

  /// Tracks an order that was sent now.
  mutating func send(
    _ id: String, _ instrument: Instrument = Sample.bitcoin, side: OrderSide = .buy,
    contracts: Contracts, type: OrderType = .limit(60_000), reduceOnly: Bool = false
  ) {
    book.add(
      OrderRequest(
        clientOrderID: ClientOrderID(trusted: id), instrument: instrument.id, side: side,
        marginMode: .isolated, type: type, contracts: contracts, reduceOnly: reduceOnly),
      source: .keyboard, at: now)
  }

  var context: RiskContext {
    RiskContext(
      account: book.account, markets: markets, readiness: readiness, state: state,
      fees: Self.fees, breakers: breakers, flattening: [], meantLeverages: [], disturbed: [],
      now: now, clock: clock)
  }

  func preview(_ intent: OpeningIntent, from source: CommandSource = .keyboard) -> OrderPreview {
    RiskGate(limits: limits).preview(intent, source: source, in: context)
  }

  func denial(_ intent: OpeningIntent, from source: CommandSource = .keyboard) -> Denial? {
    preview(intent, from: source).denial
  }
}

extension OpeningIntent {
  /// The same wish with one thing changed.
  func with(_ change: (inout OpeningIntent) -> Void) -> OpeningIntent {
    var copy = self
    change(&copy)
    return copy
  }
}
