/// How an instrument of the built-in market moves and trades.
struct BuiltInShape: Sendable {
  /// The price near which it begins, in money.
  let price: Double
  /// Deviation of a year's returns.
  let yearlyDeviation: Double
  /// How much of its movement is the market's, zero through one.
  let correlation: Double
  /// Money resting at a level near the best price.
  let levelDepth: Double
  /// Money in a trade, on average.
  let tradeSize: Double
  /// Ticks between two levels, on average.
  let levelGap: Int
  /// Ticks between best bid and best ask, on average, at least one.
  let spread: Double

  /// The shapes of the built-in instruments by base currency; made up, of believable size.
  static func of(_ base: String) -> BuiltInShape {
    switch base {
    case "BTC": shape(61_500, 0.50, 0.85, 90_000, 5_200, gap: 4, spread: 1.6)
    case "ETH": shape(3_050, 0.66, 0.82, 60_000, 3_400, gap: 2, spread: 1.4)
    case "SOL": shape(152, 0.80, 0.72, 30_000, 1_700, gap: 1, spread: 1.3)
    case "XRP": shape(2.15, 0.85, 0.62, 24_000, 1_300, gap: 1, spread: 1.4)
    case "BNB": shape(585, 0.55, 0.66, 16_000, 900, gap: 3, spread: 2.6)
    case "DOGE": shape(0.162, 0.95, 0.66, 16_000, 900, gap: 1, spread: 1.5)
    case "ADA": shape(0.455, 0.88, 0.64, 10_000, 600, gap: 1, spread: 1.3)
    case "LTC": shape(84.2, 0.75, 0.62, 8_000, 450, gap: 1, spread: 1.5)
    case "SUI": shape(1.85, 1.10, 0.58, 9_000, 600, gap: 2, spread: 2.4)
    case "HYPE": shape(34.2, 1.20, 0.45, 9_000, 650, gap: 4, spread: 3.5)
    default: shape(100, 0.80, 0.60, 10_000, 800, gap: 2, spread: 2)
    }
  }

  private static func shape(
    _ price: Double, _ deviation: Double, _ correlation: Double, _ depth: Double, _ trade: Double,
    gap: Int, spread: Double
  ) -> BuiltInShape {
    BuiltInShape(
      price: price, yearlyDeviation: deviation, correlation: correlation, levelDepth: depth,
      tradeSize: trade, levelGap: gap, spread: spread)
  }

  /// Seconds in a year, for scaling deviations.
  static let yearInSeconds = 31_536_000.0
}
