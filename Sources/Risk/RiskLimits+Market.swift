import AccountData
import MarketData
import Trading
import Units

extension RiskLimits {
  /// Returns what is wrong with the prices of a market for opening something on them, nil if
  /// nothing: they are missing, older than allowed by when they came or by the exchange's own
  /// stamps, crossed or far from each other; or the instrument is not traded as it was.
  public func marketDenial(_ market: Market, in context: RiskContext) -> Denial? {
    guard market.instrument.status == .live else { return .instrumentNotLive(market.id) }
    if context.disturbed.contains(market.id) { return .instrumentChanged(market.id) }
    let limit = marketAgeMaximum
    if market.ticker == nil, let age = market.candlePriceAge(at: context.now) {
      // Candles alone tell neither book nor mark; their price and slippage are all there is.
      return age > limit ? .stale(.ticker, age: age, limit: limit) : nil
    }
    guard let ticker = market.ticker else { return .missing(.ticker) }
    guard let mark = market.mark else { return .missing(.mark) }
    let ages: [(Denial.Datum, TimeSpan?)] = [
      (.ticker, market.tickerAge(at: context.now, context.clock)),
      (.mark, market.markAge(at: context.now, context.clock)),
      (.book, market.bookAge(at: context.now, context.clock)),
    ]
    for (datum, age) in ages where age == nil { return .missing(datum) }
    for case (let datum, let age?) in ages where age > limit {
      return .stale(datum, age: age, limit: limit)
    }
    guard market.book.isSynced else { return .bookUnsynced }
    guard !market.book.isCrossed else { return .bookCrossed }
    guard market.book.bids.count > 0, market.book.asks.count > 0 else { return .bookEmpty }
    let last = ticker.value.lastPrice
    let markPrice = mark.value.markPrice
    guard markPrice.isNear(last, within: priceDivergenceMaximum) else {
      return .pricesDiverge(last: last, mark: markPrice, limit: priceDivergenceMaximum)
    }
    return nil
  }
}
