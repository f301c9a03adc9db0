import Units

/// What an exchange can tell about its markets.
public enum MarketEvent: Sendable, Hashable {
  /// The instruments and their rules, all of them.
  case instruments([Instrument])
  /// The maintenance-margin table of an instrument, by margin mode.
  case tiers(InstrumentID, MarginMode, [PositionTier])
  /// Last, bid, ask and the day's figures.
  case ticker(Ticker)
  /// A book or a change to it.
  case book(BookUpdate)
  /// The book lost a message, or the connection that carried it; it must not be used until the next
  /// snapshot.
  case bookGap(InstrumentID)
  /// A public trade.
  case trade(MarketTrade)
  /// A candle, new or changed.
  case candle(InstrumentID, TimeFrame, Candle)
  /// A step of a market that is known by candles alone.
  case step(CandleStep)
  /// Candles of the past, oldest first.
  case candles(InstrumentID, TimeFrame, [Candle])
  /// The mark price.
  case mark(MarkPrice)
  /// The funding rate.
  case funding(FundingRate)
}

/// What an exchange can tell about an account.
public enum AccountEvent: Sendable, Hashable {
  /// The money of the account as it is now.
  case balance(Balance)
  /// Every open position; one that is missing is closed.
  case positions([Position])
  /// An order, new or changed.
  indirect case order(Order)
  /// A trigger order, new or changed.
  indirect case triggerOrder(TriggerOrder)
  /// A fill.
  indirect case fill(Fill)
  /// The position mode of the account.
  case positionMode(PositionMode)
  /// The leverage of an instrument.
  case leverage(InstrumentID, MarginMode, PositionSlot, Leverage)
  /// Funding was paid (negative) or received (positive).
  case funding(InstrumentID, Money, at: Timestamp)
  /// Every open position and every waiting trigger order, asked for at a moment of our clock: the
  /// part of a reading of the account that guards what is held, told ahead of the rest.
  case holdings([Position], [TriggerOrder], askedAt: Timestamp)
}
