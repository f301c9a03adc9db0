import Trading
import Units

/// One row of a candle file.
public struct RecordedCandle: Sendable, Hashable {
  /// When it opened.
  public let openTime: Timestamp
  /// The first price.
  public let open: Price
  /// The highest price.
  public let high: Price
  /// The lowest price.
  public let low: Price
  /// The last price.
  public let close: Price
  /// Coins traded.
  public let volume: BaseAmount
}

/// A stretch that a candle file leaves out.
public struct RecordedGap: Sendable, Hashable {
  /// What the file is called.
  public let file: String
  /// The line of the first row behind it.
  public let line: Int
  /// When the first missing candle would have opened.
  public let from: Timestamp
  /// When the next recorded candle opened; behind the last, when the last missing one ended.
  public let until: Timestamp
  /// How many candles are missing.
  public let count: Int

  /// States a gap.
  public init(file: String, line: Int, from: Timestamp, until: Timestamp, count: Int) {
    self.file = file
    self.line = line
    self.from = from
    self.until = until
    self.count = count
  }
}

/// Candles of one instrument read from a file: CSV with the header
/// `timestamp_ms,open,high,low,close,volume`, plain or gzip.
///
/// Reading is strict: every row is checked, the first wrong one is named with its line. A gap is
/// not an error, for markets do stop; it is noted.
public struct CandleFile: Sendable {
  /// What the first line must be.
  public static let header = "timestamp_ms,open,high,low,close,volume"

  /// What the file is called, without its folder.
  public let name: String
  /// The length of the candles.
  public let bar: CandleBar
  /// The candles, oldest first; at least one.
  public let candles: [RecordedCandle]
  /// Where candles are missing.
  public let gaps: [RecordedGap]
  /// How many places the prices have at most; where a market cannot count the zeros at their ends,
  /// how many they need.
  public let pricePlaces: Int

  /// Reads a file.
  public init(path: String) throws(RecordingProblem) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    try self.init(plain: FileContent.read(path, named: name), name: name)
  }

  /// Reads the content of a file, plain or gzip; `name` is what problems call it.
  public init(content: [UInt8], name: String) throws(RecordingProblem) {
    try self.init(plain: FileContent.plain(content, named: name), name: name)
  }

  private init(plain: [UInt8], name: String) throws(RecordingProblem) {
    var reader = CandleReader(name: name)
    let result = plain.withUnsafeBytes { bytes in
      Result { () throws(RecordingProblem) in try reader.read(bytes) }
    }
    try result.get()
    guard let first = reader.candles.first else { throw .empty(file: name) }
    var step = Int64.max
    var stepLine = 2
    for (place, newer) in reader.candles.enumerated().dropFirst() {
      let distance = (newer.openTime - reader.candles[place - 1].openTime).milliseconds
      if distance < step { (step, stepLine) = (distance, reader.lines[place]) }
    }
    // One candle alone tells no length: a minute is the shortest that it can be.
    if reader.candles.count == 1 { step = 60_000 }
    guard
      let bar = CandleBar.allCases.first(where: { $0.timeFrame?.span.milliseconds == step })
    else { throw .noTimeFrame(file: name, line: stepLine, milliseconds: step) }
    var gaps: [RecordedGap] = []
    var expected = first.openTime
    for (place, candle) in reader.candles.enumerated() {
      guard bar.openTime(of: candle.openTime) == candle.openTime else {
        throw .misaligned(file: name, line: reader.lines[place], time: candle.openTime)
      }
      if candle.openTime > expected {
        let missing = (candle.openTime - expected).milliseconds / step
        gaps.append(
          RecordedGap(
            file: name, line: reader.lines[place], from: expected, until: candle.openTime,
            count: Int(missing)))
      }
      expected = candle.openTime + .milliseconds(step)
    }
    self.name = name
    self.bar = bar
    candles = reader.candles
    self.gaps = gaps
    let highest = reader.candles.reduce(Price.zero) { max($0, $1.high) }
    // The same bounds as those of the fast reader.
    let isCounted =
      reader.pricePlaces <= 9
      && highest.value.raw / Int128(Fixed.powerOfTen(18 - reader.pricePlaces))
        <= Int128(PriceLadder.largestTicks)
    pricePlaces = isCounted ? reader.pricePlaces : reader.neededPlaces
  }
}
