/// The parts of the screen that can have the keys, in the order of their numbers.
public enum Pane: Int, Sendable, Hashable, CaseIterable {
  /// The instruments.
  case markets = 1
  /// The order book of the chosen instrument.
  case book
  /// The open positions.
  case positions
  /// The open orders.
  case orders
  /// The candles of the chosen instrument.
  case chart
  /// The money, the limits and how much of them is used.
  case account
  /// What was asked for, what became of it, and what people should know.
  case log
  /// The strategies, what they propose, the plans that go on, and the zones.
  case zones
  /// What the closed positions of the session came to.
  case performance

  /// The title of the panel.
  var title: String {
    switch self {
    case .markets: "Markets"
    case .book: "Book"
    case .positions: "Positions"
    case .orders: "Orders"
    case .chart: "Chart"
    case .account: "Account"
    case .log: "Log"
    case .zones: "Strategies and zones"
    case .performance: "Performance"
    }
  }
}

/// An arrangement of the panels.
enum Preset: String, Sendable, Hashable, CaseIterable {
  /// A bit of everything.
  case overview
  /// The book and the chart, for quick trades.
  case scalp
  /// The positions with all their figures.
  case positions
  /// The chart, large, and the markets.
  case research
}
