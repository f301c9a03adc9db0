import Trading
import Units

/// Candles of one instrument in a form that millions fit into: prices in whole ticks.
public struct CandleTable: Sendable {
  /// One candle.
  public typealias Row = CandleRow

  /// What the file is called, without its folder.
  public let name: String
  /// The length of the candles.
  public let timeFrame: TimeFrame
  /// The candles, oldest first; at least one.
  public private(set) var rows: [Row]
  /// Where candles are missing.
  public let gaps: [RecordedGap]
  /// The price step: one in the last place that any price of the file has.
  public let tick: Price

  /// Reads a candle file, plain or gzip: CSV with the header of ``CandleFile``.
  public init(path: String) throws(RecordingProblem) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    try self.init(plain: FileContent.read(path, named: name), name: name)
  }

  /// Reads the content of a file, plain or gzip; `name` is what problems call it.
  public init(content: [UInt8], name: String) throws(RecordingProblem) {
    try self.init(plain: FileContent.plain(content, named: name), name: name)
  }

  private init(plain: [UInt8], name: String) throws(RecordingProblem) {
    if let reader = CandleTableReader(plain) ?? CandleTableReader(plain, countsZeros: false),
      let table = CandleTable(reader, name: name)
    {
      self = table
      return
    }
    // The fast reader does not say what it stumbled on; the strict one does, or copes.
    try self.init(CandleFile(content: plain, name: name))
  }

  /// Takes over a file that was read strictly.
  public init(_ file: CandleFile) throws(RecordingProblem) {
    guard let timeFrame = file.bar.timeFrame else { throw .empty(file: file.name) }
    let tick = Fixed(raw: Int128(Fixed.powerOfTen(18 - min(18, file.pricePlaces))))
    func ticks(_ price: Price) -> Int32? {
      Int32(exactly: price.value.raw / tick.raw).flatMap {
        $0 > 0 && $0 <= PriceLadder.largestTicks ? $0 : nil
      }
    }
    var rows: [Row] = []
    rows.reserveCapacity(file.candles.count)
    for (place, candle) in file.candles.enumerated() {
      guard let open = ticks(candle.open), let high = ticks(candle.high),
        let low = ticks(candle.low), let close = ticks(candle.close)
      else { throw .places(file: file.name, line: place + 2, price: candle.high) }
      guard let volume = Int64(exactly: candle.volume.value.raw / 1_000_000_000_000) else {
        throw .price(file: file.name, line: place + 2)
      }
      rows.append(
        Row(
          openTime: candle.openTime.milliseconds, open: open, high: high, low: low, close: close,
          volume: volume))
    }
    self.init(name: file.name, timeFrame: timeFrame, rows: rows, gaps: file.gaps, tick: tick)
  }

  /// Takes over what the fast reader read; nil when it is no sound series.
  private init?(_ reader: CandleTableReader, name: String) {
    let rows = reader.rows
    guard rows.count > 1, let first = rows.first else { return nil }
    var step = Int64.max
    var last = first.openTime
    for place in 1..<rows.count {
      let time = rows[place].openTime
      let distance = time &- last
      if distance < step { step = distance }
      last = time
    }
    guard let timeFrame = TimeFrame.allCases.first(where: { $0.span.milliseconds == step }) else {
      return nil
    }
    var gaps: [RecordedGap] = []
    var expected = first.openTime
    guard timeFrame.openTime(of: Timestamp(milliseconds: expected)).milliseconds == expected else {
      return nil
    }
    for (place, row) in rows.enumerated() {
      if row.openTime != expected {
        let missing = (row.openTime - expected) / step
        guard missing * step == row.openTime - expected else { return nil }
        gaps.append(
          RecordedGap(
            file: name, line: place + 2, from: Timestamp(milliseconds: expected),
            until: Timestamp(milliseconds: row.openTime), count: Int(missing)))
      }
      expected = row.openTime &+ step
    }
    self.init(
      name: name, timeFrame: timeFrame, rows: rows, gaps: gaps,
      tick: Fixed(raw: Int128(Fixed.powerOfTen(18 - reader.pricePlaces))))
  }

  /// States a series: at least one row, times on the grid of the frame, oldest first.
  init(
    name: String, timeFrame: TimeFrame, rows: [Row], gaps: [RecordedGap], tick: Fixed
  ) {
    self.name = name
    self.timeFrame = timeFrame
    self.rows = rows
    self.gaps = gaps
    self.tick = Price(tick)
  }

  /// Returns the candles that open in a stretch of time; nil when there are none.
  public func limited(from: Timestamp?, until: Timestamp?) -> CandleTable? {
    let start = from?.milliseconds ?? .min
    let end = until?.milliseconds ?? .max
    let kept = rows.filter { $0.openTime >= start && $0.openTime < end }
    guard !kept.isEmpty else { return nil }
    let keptGaps = gaps.compactMap { gap -> RecordedGap? in
      let step = timeFrame.span.milliseconds
      let (first, last) = (gap.from.milliseconds, gap.until.milliseconds)
      let skipped = start > first ? (start - first + step - 1) / step : 0
      let from = first + skipped * step
      let until = min(last, end)
      guard from < until else { return nil }
      return RecordedGap(
        file: gap.file, line: gap.line, from: Timestamp(milliseconds: from),
        until: Timestamp(milliseconds: until), count: Int((until - from + step - 1) / step))
    }
    return CandleTable(
      name: name, timeFrame: timeFrame, rows: kept, gaps: keptGaps, tick: tick.value)
  }

  /// Returns the first so many candles.
  public func prefix(_ count: Int) -> CandleTable {
    var copy = self
    copy.rows = Array(rows.prefix(max(1, count)))
    return copy
  }

  /// Returns the series with as many other candles at the same times.
  public func replacing(rows: [Row]) -> CandleTable {
    precondition(rows.count == self.rows.count, "each candle is replaced by one")
    var copy = self
    copy.rows = rows
    return copy
  }

  /// When the first candle opened.
  public var startTime: Timestamp { Timestamp(milliseconds: rows[0].openTime) }

  /// When the last candle ends.
  public var endTime: Timestamp {
    Timestamp(milliseconds: rows[rows.count - 1].openTime) + timeFrame.span
  }

  /// Returns a row as a closed candle.
  @inline(__always)
  public func candle(_ place: Int) -> Candle { rows[place].candle(tick: tick) }
}

extension CandleRow {
  /// Makes the same candle at another time, its prices scaled: to whole ticks, at least one.
  public init(openTime: Int64, scaling row: CandleRow, by scale: Double) {
    func ticks(_ price: Int32) -> Int32 {
      let scaled = (Double(price) * scale).rounded()
      return Int32(max(1, min(Double(PriceLadder.largestTicks), scaled)))
    }
    self.init(
      openTime: openTime, open: ticks(row.open), high: ticks(row.high), low: ticks(row.low),
      close: ticks(row.close), volume: row.volume)
  }
}
