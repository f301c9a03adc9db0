import Units

/// One step of a market that is known by candles alone: a candle has closed and the next one opens.
///
/// Nothing else is known of such a market: no book, no ticker. Exchanges never say this; recordings
/// of candles do.
public struct CandleStep: Sendable, Hashable {
  /// Of which instrument.
  public let instrument: InstrumentID
  /// The length of the candle.
  public let timeFrame: TimeFrame
  /// The candle that closed.
  public let candle: Candle
  /// The price at which the next one opens: what can be traded at now.
  public let price: Price
  /// How far from that price a taker must expect to fill, as a fraction of it.
  public let slippage: Rate

  /// States a step.
  @inlinable
  public init(
    instrument: InstrumentID, timeFrame: TimeFrame, candle: Candle, price: Price, slippage: Rate
  ) {
    self.instrument = instrument
    self.timeFrame = timeFrame
    self.candle = candle
    self.price = price
    self.slippage = slippage
  }
}

/// The price of a market that is known by candles alone.
public struct CandlePrice: Sendable, Hashable {
  /// What can be traded at.
  public let price: Price
  /// How far from it a taker must expect to fill, as a fraction of it.
  public let slippage: Rate

  /// States a price.
  @inlinable
  public init(price: Price, slippage: Rate) {
    self.price = price
    self.slippage = slippage
  }

  /// Returns the price that a taker must expect.
  public func taken(by side: OrderSide) -> Price {
    if slippage.isZero { return price }
    return switch side {
    case .buy: price.scaled(by: 1 + slippage, .up)
    case .sell: price.scaled(by: 1 - slippage, .down)
    }
  }
}
