import Trading
import Units

/// Plausible values to build tests from: rules as BloFin's, prices round, times near
/// `Sample.start`.
public enum Sample {
  /// A Wednesday noon: 2026-03-04 12:00 UTC.
  public static let start = Timestamp(year: 2026, month: 3, day: 4, hour: 12)

  /// Bitcoin: 0.001 coins a contract, tick and lot 0.1.
  public static let bitcoin = instrument(
    "BTC-USDT", value: "0.001", tick: "0.1", lot: "0.1", largest: 100_000, leverage: 150)

  /// Ether: 0.01 coins a contract, tick 0.01, lot 0.1.
  public static let ether = instrument(
    "ETH-USDT", value: "0.01", tick: "0.01", lot: "0.1", largest: 200_000, leverage: 150)

  /// The name of Bitcoin.
  public static let btc = InstrumentID("BTC-USDT")
  /// The name of Ether.
  public static let eth = InstrumentID("ETH-USDT")

  /// One-way isolated position of Bitcoin.
  public static let btcKey = PositionKey(instrument: btc, slot: .net, marginMode: .isolated)

  /// Returns an instrument; the largest market order is a tenth of the largest limit order.
  public static func instrument(
    _ name: String, value: BaseAmount, tick: Price, lot: Contracts, largest: Contracts,
    leverage: Leverage, status: Instrument.Status = .live
  ) -> Instrument {
    Instrument(
      id: InstrumentID(trusted: name), baseCurrency: InstrumentID(trusted: name).baseText,
      quoteCurrency: "USDT",
      contractValue: value, tickSize: tick, lotSize: lot, minimumContracts: lot,
      maximumLimitContracts: Contracts(largest.value.times(10)), maximumMarketContracts: largest,
      maximumLeverage: leverage, status: status)!
  }

  /// Returns a ticker with a spread of two ticks around `last`.
  public static func ticker(
    _ instrument: Instrument = bitcoin, last: Price = 60_000, at time: Timestamp = start
  ) -> Ticker {
    Ticker(
      instrument: instrument.id, lastPrice: last, lastContracts: 1,
      bidPrice: last - instrument.tickSize, bidContracts: 10, askPrice: last + instrument.tickSize,
      askContracts: 10, openPrice24h: last, highPrice24h: last, lowPrice24h: last,
      baseVolume24h: 1_000, exchangeTime: time)
  }

  /// Returns a mark price.
  public static func mark(
    _ instrument: Instrument = bitcoin, _ price: Price = 60_000, at time: Timestamp = start
  ) -> MarkPrice {
    MarkPrice(instrument: instrument.id, markPrice: price, indexPrice: price, exchangeTime: time)
  }

  /// Returns a snapshot with so many levels a side, one tick apart, around `middle`.
  public static func book(
    _ instrument: Instrument = bitcoin, middle: Price = 60_000, levels: Int = 20,
    contracts: Contracts = 1_000, sequence: UInt64 = 100, at time: Timestamp = start
  ) -> BookUpdate {
    let tick = instrument.tickSize.value
    func level(_ steps: Int) -> BookLevel {
      BookLevel(price: Price(middle.value + tick.times(steps)), contracts: contracts)
    }
    return BookUpdate(
      instrument: instrument.id, kind: .snapshot, bids: (1...levels).map { level(-$0) },
      asks: (1...levels).map { level($0) }, sequence: sequence, previousSequence: 0,
      exchangeTime: time)
  }

  /// Returns a change of a book.
  public static func delta(
    _ instrument: Instrument = bitcoin, bids: [(Price, Contracts)] = [],
    asks: [(Price, Contracts)] = [], previous: UInt64, sequence: UInt64,
    at time: Timestamp = start
  ) -> BookUpdate {
    BookUpdate(
      instrument: instrument.id, kind: .delta,
      bids: bids.map { BookLevel(price: $0.0, contracts: $0.1) },
      asks: asks.map { BookLevel(price: $0.0, contracts: $0.1) }, sequence: sequence,
      previousSequence: previous, exchangeTime: time)
  }

  /// Returns a balance of which everything is available.
  public static func balance(_ equity: Money = 10_000, at time: Timestamp = start) -> Balance {
    Balance(
      equity: equity, cash: equity, availableMargin: equity, orderMargin: 0, isolatedEquity: 0,
      exchangeTime: time)
  }

  /// Returns a candle; closed unless said otherwise.
  public static func candle(
    _ openTime: Timestamp, _ open: Price, high: Price? = nil, low: Price? = nil,
    close: Price? = nil, volume: BaseAmount = 1, isClosed: Bool = true
  ) -> Candle {
    let last = close ?? open
    return Candle(
      openTime: openTime, open: open, high: high ?? max(open, last), low: low ?? min(open, last),
      close: last, volume: volume, isClosed: isClosed)
  }

  /// Returns an order as the exchange reports it.
  public static func order(
    _ id: String = "1000", client: ClientOrderID? = nil, _ instrument: Instrument = bitcoin,
    side: OrderSide = .buy, type: OrderType = .market, contracts: Contracts = 10,
    filled: Contracts = 0, price: Price = 60_000, state: OrderState = .live, fee: Money = 0,
    realized: Money = 0, reduceOnly: Bool = false, category: OrderCategory = .normal,
    stopLoss: Trigger? = nil, mode: MarginMode = .isolated, at time: Timestamp = start
  ) -> Order {
    Order(
      exchangeOrderID: ExchangeOrderID(trusted: id), clientOrderID: client,
      instrument: instrument.id,
      side: side, slot: .net, marginMode: mode, type: type, contracts: contracts,
      reduceOnly: reduceOnly, leverage: 10, state: state, filledContracts: filled,
      averagePrice: filled.isPositive ? price : nil, fee: fee, realizedPnL: realized,
      category: category, takeProfit: nil, stopLoss: stopLoss, createdAt: time, updatedAt: time)
  }

  /// Returns a fill.
  public static func fill(
    _ id: String, order: String = "1000", client: ClientOrderID? = nil,
    _ instrument: Instrument = bitcoin, side: OrderSide = .buy, price: Price = 60_000,
    contracts: Contracts = 1, fee: Money = "0.036", realized: Money = 0,
    at time: Timestamp = start
  ) -> Fill {
    Fill(
      tradeID: TradeID(trusted: id), exchangeOrderID: ExchangeOrderID(trusted: order),
      clientOrderID: client,
      instrument: instrument.id, side: side, slot: .net, price: price, contracts: contracts,
      fee: fee, realizedPnL: realized, exchangeTime: time)
  }

  /// Returns a position as the exchange reports it, marked at its entry unless said otherwise.
  public static func position(
    _ id: String = "7", _ instrument: Instrument = bitcoin, side: PositionSide = .long,
    contracts: Contracts = 10, entry: Price = 60_000, mark: Price? = nil,
    leverage: Leverage = 10, liquidation: Price? = nil, mode: MarginMode = .isolated,
    slot: PositionSlot = .net, opened: Timestamp = start, updated: Timestamp = start
  ) -> Position {
    let amount = instrument.baseAmount(of: contracts)
    let value = mark ?? entry
    let move = side == .long ? value - entry : entry - value
    return Position(
      positionID: PositionID(trusted: id),
      key: PositionKey(instrument: instrument.id, slot: slot, marginMode: mode), side: side,
      contracts: contracts, availableContracts: contracts, entryPrice: entry, markPrice: value,
      margin: entry.notional(of: amount).margin(at: leverage, .towardZero), maintenanceMargin: 1,
      marginRatio: nil, liquidationPrice: liquidation, unrealizedPnL: move.notional(of: amount),
      leverage: leverage, createdAt: opened, updatedAt: updated)
  }

  /// Returns a stop loss that waits for the whole of a position.
  public static func stop(
    _ id: String = "900", client: ClientOrderID? = nil, _ instrument: Instrument = bitcoin,
    side: OrderSide = .sell, at price: Price = 59_000, target: Price? = nil,
    size: TriggerSize = .wholePosition, state: TriggerOrder.State = .live,
    created: Timestamp = start
  ) -> TriggerOrder {
    TriggerOrder(
      exchangeOrderID: ExchangeOrderID(trusted: id), clientOrderID: client,
      instrument: instrument.id,
      side: side, slot: .net, marginMode: .isolated, size: size,
      kind: .protection(
        takeProfit: target.map { Trigger(triggerPrice: $0) },
        stopLoss: Trigger(triggerPrice: price)),
      reduceOnly: true, state: state, createdAt: created)
  }

  /// A margin table of one row: 0.4 % up to a million contracts, leverage up to 100.
  public static let tiers = [
    PositionTier(
      minimumContracts: 0, maximumContracts: 1_000_000, maintenanceMarginRate: "0.004",
      maximumLeverage: 100)
  ]
}
