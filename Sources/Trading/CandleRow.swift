import Units

/// A candle in whole price steps, a form that millions fit into.
@frozen
public struct CandleRow: Sendable, Hashable {
  /// When it opened, in milliseconds since 1970.
  public let openTime: Int64
  /// The first price in steps.
  public var open: Int32
  /// The highest price in steps.
  public var high: Int32
  /// The lowest price in steps.
  public var low: Int32
  /// The last price in steps.
  public var close: Int32
  /// Millionths of a coin traded, cut toward zero.
  public let volume: Int64

  /// States a candle.
  @inlinable
  public init(
    openTime: Int64, open: Int32, high: Int32, low: Int32, close: Int32, volume: Int64
  ) {
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// Returns the candle in exact numbers, closed.
  @inlinable
  public func candle(tick: Price) -> Candle {
    let unit = tick.value.raw
    return Candle(
      openTime: Timestamp(milliseconds: openTime), open: Price(Fixed(raw: unit &* Int128(open))),
      high: Price(Fixed(raw: unit &* Int128(high))), low: Price(Fixed(raw: unit &* Int128(low))),
      close: Price(Fixed(raw: unit &* Int128(close))),
      volume: BaseAmount(Fixed(raw: 1_000_000_000_000 &* Int128(volume))), isClosed: true)
  }
}

/// Steps of one market that come one after the other: what ``CandleStep`` says once, for many.
///
/// The rows are those of the candles that close, and behind them the one that opens last; each step
/// is told when the next row opens.
public struct CandleStretch: Sendable {
  /// Of which instrument.
  public let instrument: InstrumentID
  /// The length of the candles.
  public let timeFrame: TimeFrame
  /// The price step that the rows count in.
  public let tick: Price
  /// How far from the price a taker must expect to fill, as a fraction of it.
  public let slippage: Rate
  /// The rows, one more than there are steps.
  public let rows: ArraySlice<CandleRow>
  /// The least price of all rows.
  public let low: Price
  /// The greatest price of all rows.
  public let high: Price
  /// Whether each row encloses its prices, all above zero, and opens so many time frames behind the
  /// one before.
  public let isSound: Bool

  /// States a stretch of at least one step.
  public init(
    instrument: InstrumentID, timeFrame: TimeFrame, tick: Price, slippage: Rate,
    rows: ArraySlice<CandleRow>
  ) {
    precondition(rows.count > 1, "a step has a candle that closes and one that opens")
    self.instrument = instrument
    self.timeFrame = timeFrame
    self.tick = tick
    self.slippage = slippage
    self.rows = rows
    var (least, greatest) = (Int32.max, Int32.min)
    var isSound = true
    let span = timeFrame.span.milliseconds
    var time = rows[rows.startIndex].openTime - span
    for place in rows.indices {
      let row = rows[place]
      least = min(least, row.low)
      greatest = max(greatest, row.high)
      let isNext =
        row.openTime - time == span || row.openTime > time && (row.openTime - time) % span == 0
      isSound =
        isSound && isNext && row.low > 0 && row.low <= min(row.open, row.close)
        && row.high >= max(row.open, row.close) && row.volume >= 0
      time = row.openTime
    }
    low = Price(Fixed(raw: tick.value.raw &* Int128(least)))
    high = Price(Fixed(raw: tick.value.raw &* Int128(greatest)))
    self.isSound = isSound
  }

  /// How many steps there are.
  @inlinable
  public var count: Int { rows.count - 1 }

  /// Returns a candle that closes.
  @inlinable
  public func candle(_ place: Int) -> Candle {
    rows[rows.startIndex &+ place].candle(tick: tick)
  }

  /// Returns the price at which the market goes on behind a step.
  @inlinable
  public func price(after place: Int) -> Price {
    Price(Fixed(raw: tick.value.raw &* Int128(rows[rows.startIndex &+ place &+ 1].open)))
  }

  /// Returns when a step is told.
  @inlinable
  public func time(after place: Int) -> Timestamp {
    Timestamp(milliseconds: rows[rows.startIndex &+ place &+ 1].openTime)
  }
}
