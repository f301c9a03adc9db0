import Trading
import Units

/// A ticker with the volume in contracts beside the one in coins.
public struct VenueTicker: Sendable, Hashable {
  /// What the trading vocabulary knows of it.
  public let ticker: Ticker
  /// Contracts traded in 24 hours.
  public let contractVolume24h: Contracts
}

/// What can be read of a market.
extension SimulatedVenue {
  /// Every listing, in its order.
  public var listings: [Listing] { markets.map(\.listing) }

  /// Returns a listing; nil when there is none.
  public func listing(_ instrument: InstrumentID) -> Listing? {
    marketPlaces[instrument].map { markets[$0].listing }
  }

  /// Suspends an instrument, or lets it trade again: then what waits for its last price is looked
  /// at, for that may have been reached meanwhile.
  public mutating func setStatus(_ status: Instrument.Status, of market: MarketIndex) {
    if changeStatus(status, of: market) { lookAtTriggers(of: market) }
  }

  /// Sets the status and leaves alone what waits; returns whether the instrument trades again.
  mutating func changeStatus(_ status: Instrument.Status, of market: MarketIndex) -> Bool {
    let wasLive = markets[market.index].listing.instrument.status == .live
    markets[market.index].listing.instrument.status = status
    return status == .live && !wasLive
  }

  /// Fires what waits for the last price and is due.
  mutating func lookAtTriggers(of market: MarketIndex) {
    noteMove(market.index)
    finishOperation()
  }

  /// Changes the rules of an instrument while it trades; false unless coin, contract and leverage
  /// stay what they are and the new steps are whole multiples of those that the market counts in.
  ///
  /// New orders must keep the new rules; resting orders and the book stay as they are. An
  /// instrument that trades again is treated as by ``setStatus(_:of:)``.
  public mutating func setRules(_ changed: Instrument, of market: MarketIndex) -> Bool {
    let state = markets[market.index]
    let old = state.listing.instrument
    guard changed.id == old.id, changed.contractValue == old.contractValue,
      changed.maximumLeverage == old.maximumLeverage,
      changed.tickSize.value.isMultiple(of: state.units.tick),
      changed.lotSize.value.isMultiple(of: state.units.lot)
    else { return false }
    markets[market.index].listing.instrument = changed
    markets[market.index].hasCoarserTick = changed.tickSize.value != state.units.tick
    if changed.status == .live, old.status != .live { lookAtTriggers(of: market) }
    return true
  }

  /// Returns a ticker; nil before the first trade. Source: BloFin reference 3.1.2.
  public mutating func ticker(of market: MarketIndex) -> VenueTicker? {
    let place = market.index
    markets[place].dayFigures.refresh(markets[place].candles)
    let state = markets[place]
    guard let last = state.lastTrade, let minute = state.candles.minute else { return nil }
    let units = state.units
    let day = state.dayFigures
    let lots = day.lots + minute.lots
    let bid = state.book.best(.bids)
    let ask = state.book.best(.asks)
    let ticker = Ticker(
      instrument: state.listing.id, lastPrice: units.price(last.ticks),
      lastContracts: units.contracts(last.lots), bidPrice: bid.map(units.price),
      bidContracts: bid.map { units.contracts(state.book.lots(at: $0)) } ?? .zero,
      askPrice: ask.map(units.price),
      askContracts: ask.map { units.contracts(state.book.lots(at: $0)) } ?? .zero,
      openPrice24h: units.price(day.openTicks ?? minute.open),
      highPrice24h: units.price(max(day.highTicks, minute.high)),
      lowPrice24h: units.price(min(day.lowTicks, minute.low)), baseVolume24h: units.coins(lots),
      exchangeTime: max(last.time, state.markTime))
    return VenueTicker(ticker: ticker, contractVolume24h: units.contracts(lots))
  }

  /// Returns the book as it is now, best levels first; its number is the one that the next
  /// published change names as its predecessor. Source: BloFin reference 3.1.3, 4.4.
  public func book(of market: MarketIndex, depth: Int) -> BookUpdate {
    let state = markets[market.index]
    func levels(_ side: BookSide) -> [BookLevel] {
      BookPublisher.visible(side, of: state.book, depth).map { level in
        BookLevel(
          price: state.units.price(level.ticks), contracts: state.units.contracts(level.lots))
      }
    }
    return BookUpdate(
      instrument: state.listing.id, kind: .snapshot, bids: levels(.bids), asks: levels(.asks),
      sequence: state.publisher.sequence, previousSequence: 0, exchangeTime: now)
  }

  /// Returns the newest public trades, newest first. Source: BloFin reference 3.1.4.
  public func trades(of market: MarketIndex, limit: Int) -> [MarketTrade] {
    markets[market.index].tape.newest(limit) { _ in true }
      .map { marketTrade($0, market.index) }
  }

  /// Returns the mark and index price; nil before the first. Source: BloFin reference 3.1.5.
  public func mark(of market: MarketIndex) -> MarkPrice? {
    let state = markets[market.index]
    guard state.mark.isPositive else { return nil }
    return MarkPrice(
      instrument: state.listing.id, markPrice: Price(state.mark), indexPrice: Price(state.index),
      exchangeTime: state.markTime)
  }

  /// Returns the estimate for the coming settlement. Source: BloFin reference 3.1.6.
  public func fundingRate(of market: MarketIndex) -> FundingRate {
    let state = markets[market.index]
    return FundingRate(
      instrument: state.listing.id, rate: state.fundingRate,
      nextFundingTime: state.nextFundingTime)
  }

  /// Returns settled rates between two moments, both excluded, newest first.
  ///
  /// Source: BloFin reference 3.1.7.
  public func fundingHistory(
    of market: MarketIndex, olderThan: Timestamp? = nil, newerThan: Timestamp? = nil, limit: Int
  ) -> [FundingPoint] {
    markets[market.index].fundingHistory.newest(limit) { point in
      olderThan.map { point.time < $0 } ?? true && newerThan.map { point.time > $0 } ?? true
    }
  }

  /// Returns candles between two open times, both excluded, newest first and beginning with the one
  /// that is forming. Source: BloFin reference 3.1.8.
  public func candles(
    of market: MarketIndex, _ source: CandleSource, _ bar: CandleBar,
    olderThan: Timestamp? = nil, newerThan: Timestamp? = nil, limit: Int
  ) -> [VenueCandle] {
    let state = markets[market.index]
    let store: CandleStore
    switch source {
    case .last: store = state.candles
    case .mark: store = state.markCandles
    case .index: store = state.indexCandles
    }
    var found: [VenueCandle] = []
    func takes(_ candle: TickCandle) -> Bool {
      olderThan.map { candle.openTime < $0 } ?? true
        && newerThan.map { candle.openTime > $0 } ?? true
    }
    if limit > 0, let forming = store.formingCandle(bar), takes(forming) {
      found.append(shown(forming, state.units, isClosed: false))
    }
    let closed = store.closedCandles(bar)
    var place = olderThan.map { moment in closed.partition { $0.openTime >= moment } }
    var next = place ?? closed.count
    place = nil
    while next > 0, found.count < limit {
      next -= 1
      let candle = closed[next]
      if let newerThan, candle.openTime <= newerThan { break }
      found.append(shown(candle, state.units, isClosed: true))
    }
    return found
  }

  /// Returns the range that a limit price of a side may have now; nil before the first index price.
  ///
  /// Source: BloFin reference 3.4.8.
  public func priceRange(
    of market: MarketIndex, _ side: OrderSide
  ) -> (minimum: Price, maximum: Price)? {
    priceBand(market.index, side).map { band in
      (
        markets[market.index].units.price(band.lowest),
        markets[market.index].units.price(band.highest)
      )
    }
  }

  private func shown(
    _ candle: TickCandle, _ units: MarketUnits, isClosed: Bool
  ) -> VenueCandle {
    VenueCandle(
      openTime: candle.openTime, open: units.price(candle.open), high: units.price(candle.high),
      low: units.price(candle.low), close: units.price(candle.close),
      contracts: units.contracts(candle.lots), baseVolume: units.coins(candle.lots),
      quoteVolume: Money(units.value(tickLots: candle.tickLots)), isClosed: isClosed)
  }
}

extension SimulatedVenue {
  /// Returns the book as it was last published, which is what the next published change is a change
  /// of: where a listener must begin. Books must be among the market's feeds.
  ///
  /// Source: BloFin reference 4.4.
  public func publishedBook(of market: MarketIndex, depth: Int) -> BookUpdate {
    let state = markets[market.index]
    func level(_ level: BookPublisher.Level) -> BookLevel {
      BookLevel(
        price: state.units.price(level.ticks), contracts: state.units.contracts(level.lots))
    }
    return BookUpdate(
      instrument: state.listing.id, kind: .snapshot,
      bids: state.publisher.bids.prefix(depth).map(level),
      asks: state.publisher.asks.prefix(depth).map(level), sequence: state.publisher.sequence,
      previousSequence: 0, exchangeTime: now)
  }
}
