import Trading
import Units

/// Candle files as a market: replayed in the recording's own time.
///
/// What a candle does not tell is made up by named rules. Inside a candle the price goes from the
/// open over both extremes to the close on the **pessimistic path**: whoever is long meets the low
/// first, whoever is short the high; without a position, a resting buy meets the low last and a
/// resting sell the high last; else a rising candle meets its low first. It stops at every waiting
/// trigger on its way. A resting order fills only when the price goes through its own. The book is
/// made up around the price, its depth a share of the candle's volume. Mark and index are the
/// price. Candles before the start fill the charts.
public struct Recording: MarketSource {
  /// How a candle is replayed.
  public struct Style: Sendable, Hashable {
    /// Points per candle, at least four: open, two extremes, close and what lies between.
    public var points: Int
    /// Levels of the made-up book per side.
    public var depth: Int
    /// Half the spread of the made-up book, as a fraction of the price; at least one tick.
    public var halfSpread: Rate
    /// Share of a candle's volume at one level of the made-up book.
    public var levelShare: Rate
    /// The funding rate of every settlement.
    public var fundingRate: Rate

    /// States a style; the defaults suit a screen.
    public init(
      points: Int = 12, depth: Int = 30, halfSpread: Rate = "0.00002", levelShare: Rate = "0.05",
      fundingRate: Rate = "0.0001"
    ) {
      precondition(points >= 4 && depth > 0, "a candle has four points, a book has levels")
      self.points = points
      self.depth = depth
      self.halfSpread = halfSpread
      self.levelShare = levelShare
      self.fundingRate = fundingRate
    }
  }

  /// How candles are replayed.
  public let style: Style
  /// When the replay begins: what is older fills the charts.
  public let startTime: Timestamp
  /// When the last candle ends.
  public let endTime: Timestamp
  private var series: [RecordedSeries]

  /// Makes a market of files, one instrument each; `warmUp` candles of each are past at the start,
  /// at most half of them.
  public init(
    _ files: [(instrument: InstrumentID, file: CandleFile)], warmUp: Int = 500,
    style: Style = Style()
  ) throws(RecordingProblem) {
    precondition(!files.isEmpty, "a recording has a file")
    var start = Timestamp(milliseconds: .min)
    var end = Timestamp(milliseconds: .min)
    for (_, file) in files {
      let past = max(0, min(warmUp, file.candles.count / 2))
      start = max(start, file.candles[past].openTime)
      if let last = file.candles.last {
        end = max(end, file.bar.endTime(openTime: last.openTime))
      }
    }
    var series: [RecordedSeries] = []
    for (instrument, file) in files {
      series.append(try RecordedSeries(instrument, file, startingAt: start))
    }
    self.style = style
    self.series = series
    startTime = start
    endTime = end
  }

  public var label: String {
    "recording " + series.map(\.file.name).joined(separator: ", ") + ", pessimistic path"
  }

  public var listings: [Listing] { series.map(\.listing) }

  /// Where the files have no candles.
  public var gaps: [RecordedGap] { series.flatMap(\.file.gaps) }

  public var nextTime: Timestamp? { series.compactMap(\.nextTime).min() }

  public mutating func start(in venue: inout SimulatedVenue, at time: Timestamp) {
    for place in series.indices { series[place].start(in: &venue, style, at: time) }
  }

  public mutating func step(_ venue: inout SimulatedVenue) {
    guard let time = nextTime else { return }
    for place in series.indices where series[place].nextTime == time {
      series[place].step(&venue, style)
    }
  }

  /// Returns the instrument that a file's name begins with, such as `BTC-USDT` for
  /// `BTCUSDT_perp_1m.csv.gz`; nil when it begins with none that is known, or when behind the coin
  /// stands neither the quote nor a character that is no letter: `ETHFIUSDT` is no `ETH-USDT`.
  public static func instrument(ofFileNamed name: String) -> InstrumentID? {
    let letters = name.uppercased()
    return BuiltInListings.all.first { listing in
      guard letters.hasPrefix(listing.instrument.baseCurrency) else { return false }
      let rest = letters.dropFirst(listing.instrument.baseCurrency.count)
      let isQuote = rest.hasPrefix(listing.instrument.quoteCurrency)
      let behind = isQuote ? rest.dropFirst(listing.instrument.quoteCurrency.count) : rest
      return behind.first.map { !$0.isLetter && !$0.isNumber } ?? true
    }?.id
  }
}
