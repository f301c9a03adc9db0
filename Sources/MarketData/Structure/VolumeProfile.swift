import Trading
import Units

/// How much was traded at which price: rows of equal height between the lowest and the highest
/// price of some candles.
///
/// A candle's volume is spread evenly over its range; one without a range goes into one row. The
/// *point of control* is the middle of the fullest row, of equal ones the lowest. The *value area*
/// grows from there by the fuller neighbor, of equal ones the upper, until it holds 70 % of
/// everything.
/// Source: J. P. Steidlmayer's market profile; TradingView, Volume Profile, value area (2026-03).
public struct VolumeProfile: Sendable, Hashable {
  /// One row.
  public struct Row: Sendable, Hashable {
    /// The lower end.
    public let bottom: Estimate
    /// The upper end.
    public let top: Estimate
    /// Coins traded in it.
    public internal(set) var volume: Estimate = 0

    /// The middle.
    public var price: Estimate { (bottom + top) / 2 }
  }

  /// The rows, the lowest first.
  public let rows: [Row]
  /// The place of the fullest row.
  public let control: Int
  /// The places of the rows of the value area.
  public let valueArea: ClosedRange<Int>
  /// Coins traded in all rows.
  public let total: Estimate

  /// The share of the volume that the value area holds at least.
  public static let valueShare: Estimate = 0.7

  /// Makes the profile of candles; nil without candles, without volume, without prices above zero,
  /// or for no rows.
  public init?(_ candles: some Collection<Candle>, rowCount: Int = 24) {
    self.init(bars: candles.map { Bar($0) }, rowCount: rowCount)
  }

  /// Makes the profile of candles in the numbers of indicators, as the one above does.
  public init?(bars: [Bar], rowCount: Int = 24) {
    guard let rows = VolumeRows(bars, rowCount: rowCount) else { return nil }
    self.init(rows)
  }

  /// Makes the profile of what rows hold; nil when that is nothing.
  init?(_ held: VolumeRows) {
    let rows = held.rows
    let total = rows.reduce(0) { $0 + $1.volume }
    guard total > 0 else { return nil }
    var control = 0
    for place in rows.indices where rows[place].volume > rows[control].volume { control = place }
    self.rows = rows
    self.total = total
    self.control = control
    valueArea = Self.valueArea(of: rows, around: control, total: total)
  }

  /// The price at which most was traded.
  public var pointOfControl: Estimate { rows[control].price }

  /// The upper end of the value area.
  public var valueHigh: Estimate { rows[valueArea.upperBound].top }

  /// The lower end of the value area.
  public var valueLow: Estimate { rows[valueArea.lowerBound].bottom }

  private static func valueArea(
    of rows: [Row], around control: Int, total: Estimate
  ) -> ClosedRange<Int> {
    var (low, high) = (control, control)
    var held = rows[control].volume
    while held < valueShare * total, low > 0 || high < rows.count - 1 {
      let above: Estimate? = high < rows.count - 1 ? rows[high + 1].volume : nil
      let below: Estimate? = low > 0 ? rows[low - 1].volume : nil
      if let above, below.map({ above >= $0 }) ?? true {
        high += 1
        held += above
      } else if let below {
        low -= 1
        held += below
      }
    }
    return low...high
  }
}
