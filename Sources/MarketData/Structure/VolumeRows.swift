/// Rows of equal height between the lowest and the highest price of some candles, and what was
/// traded in each (``VolumeProfile``).
///
/// A candle that stays within those prices can be added later: the numbers are then those of rows
/// that were made of it too.
struct VolumeRows: Sendable, Hashable {
  /// The rows, the lowest first.
  private(set) var rows: [VolumeProfile.Row]
  private let bottom: Estimate
  private let top: Estimate
  private let height: Estimate

  /// Makes rows of candles; nil without candles, without prices above zero, or for no rows.
  init?(_ bars: some Collection<Bar>, rowCount: Int) {
    guard rowCount > 0, let first = bars.first else { return nil }
    var (bottom, top) = (first.low, first.high)
    for bar in bars {
      bottom = min(bottom, bar.low)
      top = max(top, bar.high)
    }
    let height = max(top - bottom, bottom * 1e-9) / Estimate(rowCount)
    guard height > 0 else { return nil }
    self.bottom = bottom
    self.top = top
    self.height = height
    rows = (0..<rowCount).map { place in
      VolumeProfile.Row(
        bottom: bottom + Estimate(place) * height, top: bottom + Estimate(place + 1) * height)
    }
    for bar in bars { add(bar) }
  }

  /// Whether a candle stays within the lowest and the highest price.
  func spans(_ bar: Bar) -> Bool { bar.low >= bottom && bar.high <= top }

  /// Spreads the volume of a candle that they span evenly over its range.
  mutating func add(_ bar: Bar) {
    let (first, last) = (place(of: bar.low), place(of: bar.high))
    let span = bar.high - bar.low
    guard first < last, span > 0 else {
      rows[first].volume += bar.volume
      return
    }
    for at in first...last {
      let part = min(bar.high, rows[at].top) - max(bar.low, rows[at].bottom)
      rows[at].volume += bar.volume * max(0, part) / span
    }
  }

  private func place(of price: Estimate) -> Int {
    max(0, min(rows.count - 1, Int((price - bottom) / height)))
  }
}
