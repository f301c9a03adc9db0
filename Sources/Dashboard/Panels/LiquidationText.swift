import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// Returns where a position of a side is liquidated, on the tick nearer to its entry by the rules
  /// of its instrument where they are known; the glyph of the unknown where there is no such price.
  func liquidation(_ price: Price?, _ side: PositionSide, _ rules: Instrument?) -> String {
    guard let price else { return labels.glyphs.unknown }
    guard let rules else { return NumberText.price(price) }
    return NumberText.price(
      Liquidation.onTick(price, side: side, tickSize: rules.tickSize), rules)
  }
}
