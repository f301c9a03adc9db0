/// What an alert is about, so that each channel can be told which of them it carries. The raw value
/// is the word of the settings.
public enum AlertTopic: String, Sendable, Hashable, CaseIterable {
  /// A fill of an order.
  case fill
  /// An order was placed, canceled or ended.
  case order
  /// The exchange refused an order.
  case refused
  /// Our own limits denied an order.
  case denied
  /// A stop closed a position.
  case stop
  /// A target closed a position.
  case target
  /// A position was liquidated or deleveraged by the exchange.
  case liquidation
  /// A position was opened.
  case opened
  /// A position was closed, whatever closed it.
  case closed
  /// A strategy wants something.
  case signal
  /// The bot was halted.
  case halt
  /// The program warns of something that no other event names.
  case trouble
  /// A price or another figure of a market.
  case market
  /// A position: its profit, its way to liquidation, its protection.
  case position
  /// The account: equity, the loss of the day, margin.
  case account
  /// A lost connection, a silent stream, a clock that is off.
  case connection
  /// A try of the channels.
  case test
}
