import Units

/// What an order does.
public enum OrderSide: String, Sendable, Hashable, CaseIterable {
  /// Buys.
  case buy
  /// Sells.
  case sell

  /// The other side.
  @inlinable
  public var opposite: OrderSide { self == .buy ? .sell : .buy }
}

/// What a position is.
public enum PositionSide: String, Sendable, Hashable, CaseIterable {
  /// Gains when the price rises.
  case long
  /// Gains when the price falls.
  case short

  /// The other side.
  @inlinable
  public var opposite: PositionSide { self == .long ? .short : .long }

  /// The side of an order that opens or adds to such a position.
  @inlinable
  public var openingSide: OrderSide { self == .long ? .buy : .sell }

  /// The side of an order that reduces such a position.
  @inlinable
  public var closingSide: OrderSide { self == .long ? .sell : .buy }

  /// Returns what a coin of such a position gains, in quote currency, when the price goes from one
  /// to another; negative when it loses.
  @inlinable
  public func gain(from start: Price, to end: Price) -> Price {
    self == .long ? end - start : start - end
  }
}

/// Which position of an instrument an order works on.
public enum PositionSlot: String, Sendable, Hashable, CaseIterable {
  /// The one position of one-way mode.
  case net
  /// The long position of hedge mode.
  case long
  /// The short position of hedge mode.
  case short
}

/// Whether an account holds one position per instrument or a long and a short one.
public enum PositionMode: String, Sendable, Hashable, CaseIterable {
  /// One netted position per instrument and margin mode.
  case oneWay
  /// Long and short positions side by side.
  case hedge
}

/// Where the collateral of a position comes from.
public enum MarginMode: String, Sendable, Hashable, CaseIterable {
  /// A fixed sum per position; nothing more can be lost.
  case isolated
  /// The whole balance.
  case cross
}
