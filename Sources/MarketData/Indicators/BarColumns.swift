/// A series of bars that stands column by column, as data frames and TA-Lib keep it.
///
/// An indicator over a whole series reads the columns that it looks at and no others: three of five
/// for a true range. As a collection it is the same bars, oldest first.
public struct BarColumns: Sendable, Hashable {
  /// The first price of each bar.
  public private(set) var opens: [Double] = []
  /// The highest price of each bar.
  public private(set) var highs: [Double] = []
  /// The lowest price of each bar.
  public private(set) var lows: [Double] = []
  /// The last price of each bar.
  public private(set) var closes: [Double] = []
  /// The coins traded in each bar.
  public private(set) var volumes: [Double] = []

  /// Takes bars apart.
  public init(_ bars: some Sequence<Bar>) {
    for bar in bars { append(bar) }
  }

  /// Adds a bar as the newest.
  public mutating func append(_ bar: Bar) {
    opens.append(bar.open)
    highs.append(bar.high)
    lows.append(bar.low)
    closes.append(bar.close)
    volumes.append(bar.volume)
  }
}

extension BarColumns: RandomAccessCollection {
  @inlinable
  public var startIndex: Int { 0 }

  @inlinable
  public var endIndex: Int { closes.count }

  @inlinable
  public subscript(position: Int) -> Bar {
    Bar(
      open: opens[position], high: highs[position], low: lows[position], close: closes[position],
      volume: volumes[position])
  }
}
