import Trading
import Units

/// Longer candles made of shorter ones.
enum CandleRoll {
  /// Returns the series of every bar that candles of one bar make, its own first. The last candle
  /// of a series can be unfinished.
  static func series(of candles: [TickCandle], _ bar: CandleBar) -> [(CandleBar, [TickCandle])] {
    var all: [(CandleBar, [TickCandle])] = [(bar, candles)]
    guard let span = bar.timeFrame?.span.milliseconds else { return all }
    for longer in CandleBar.allCases where longer.rawValue > bar.rawValue {
      if let longerSpan = longer.timeFrame?.span.milliseconds,
        !longerSpan.isMultiple(of: span)
      {
        continue
      }
      var series: [TickCandle] = []
      roll(candles, into: longer, &series)
      all.append((longer, series))
    }
    return all
  }

  /// Adds longer candles made of shorter ones to a series, oldest first.
  static func roll(_ parts: [TickCandle], into bar: CandleBar, _ series: inout [TickCandle]) {
    var presentEnd = Timestamp(milliseconds: .min)
    for part in parts {
      if part.openTime < presentEnd {
        series[series.count - 1].absorb(part)
        continue
      }
      var first = part
      first.openTime = bar.openTime(of: part.openTime)
      presentEnd = bar.endTime(openTime: first.openTime)
      series.append(first)
    }
  }
}
