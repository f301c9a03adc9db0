import AccountData
import MarketData
import Trading
import Units

extension RiskContext {
  /// States an account that holds nothing but its equity, before one market of which nothing but
  /// its rules and a price is known: what a trade is sized on without a connection.
  ///
  /// An order that takes fills at that price with the slippage that sizing allows for, as in a
  /// market that is known by candles alone.
  public init(
    equity: Money, leverage: Leverage, instrument: Instrument, tiers: [PositionTier],
    price: Price, fees: FeeSchedule, at now: Timestamp
  ) {
    var markets = Markets(depth: MarketDepth(trades: 1, candles: 1), jumpLimit: nil)
    _ = markets.apply(.instruments([instrument]), at: now)
    _ = markets.apply(.tiers(instrument.id, .isolated, tiers), at: now)
    _ = markets.apply(
      CandleStep(
        instrument: instrument.id, timeFrame: .oneMinute,
        candle: Candle(
          openTime: now, open: price, high: price, low: price, close: price, volume: .zero,
          isClosed: true),
        price: price, slippage: .zero), at: now)
    var book = AccountBook(dayOffset: .zero, at: now)
    _ = book.apply(
      .balance(
        Balance(
          equity: equity, cash: equity, availableMargin: equity, orderMargin: .zero,
          isolatedEquity: .zero, exchangeTime: now)), at: now)
    _ = book.apply(.positionMode(.oneWay), at: now)
    _ = book.apply(.positions([]), at: now)
    _ = book.apply(.leverage(instrument.id, .isolated, .net, leverage), at: now)
    self.init(
      account: book.account, markets: markets, readiness: .ready, state: .running, fees: fees,
      breakers: CircuitBreakers(), flattening: [], meantLeverages: [], disturbed: [], now: now,
      clock: ExchangeClock(offset: .zero, tolerance: .zero))
  }
}
