import Trading

extension RecentList<Candle> {
  /// Returns the swings that the newest candle confirms (``MarketStructure``): those of the candle
  /// `reach` before it; nil where it is no high, no low, or where there are too few candles.
  func confirmedSwings(
    reach: Int
  ) -> (high: MarketStructure.Swing?, low: MarketStructure.Swing?) {
    guard count >= 2 * reach + 1 else { return (nil, nil) }
    let place = count - 1 - reach
    let turn = self[place]
    let before = (place - reach)..<place
    let after = (place + 1)...(place + reach)
    let isHigh =
      before.allSatisfy { self[$0].high < turn.high }
      && after.allSatisfy { self[$0].high <= turn.high }
    let isLow =
      before.allSatisfy { self[$0].low > turn.low }
      && after.allSatisfy { self[$0].low >= turn.low }
    typealias Swing = MarketStructure.Swing
    return (
      isHigh ? Swing(isHigh: true, price: turn.high, openTime: turn.openTime) : nil,
      isLow ? Swing(isHigh: false, price: turn.low, openTime: turn.openTime) : nil
    )
  }
}
