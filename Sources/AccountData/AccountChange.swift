import Trading
import Units

/// What a message about an account changed.
public enum AccountChange: Sendable, Hashable {
  /// The money has changed to this.
  case balance(Balance)
  /// A position was opened.
  case positionOpened(PositionKey)
  /// A position has another size.
  case positionChanged(PositionKey)
  /// A position is gone, and it is not told yet what ended it.
  case positionGone(PositionKey)
  /// A position was opened and ended between two lists of positions, so that none showed it; its
  /// end is told next.
  indirect case positionPassed(PositionCycle)
  /// A position ended: its life, and the exchange's time of the last report that showed it, nil
  /// when it ended while no one was looking.
  indirect case positionClosed(PositionCycle, shownAt: Timestamp?)
  /// An order is in a new state or filled further.
  indirect case order(Orders.Change)
  /// A trigger order is new or in a new state.
  indirect case trigger(TriggerOrder)
  /// A fill, told for the first time.
  indirect case fill(Fill)
  /// The position mode was read.
  case positionMode(PositionMode)
  /// A leverage was told, by whatever word of the exchange.
  case leverage(LeverageSetting)
  /// Funding, told for the first time.
  case funding(FundingRecord)
}
