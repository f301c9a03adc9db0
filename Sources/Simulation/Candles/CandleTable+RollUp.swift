import Trading
import Units

extension CandleTable {
  /// Returns the candles of a longer time frame that these make, as ``CandleRollUp`` does: only
  /// whole ones, and a gap wherever one between them lacks a part. These themselves where the
  /// frame is their own.
  ///
  /// Throws where the frame is no multiple of theirs, where no candle is whole, and where a volume
  /// is out of range. The lines of gaps are those of a file of which no row was left out.
  public func rolledUp(to coarse: TimeFrame) throws(RecordingProblem) -> CandleTable {
    guard coarse != timeFrame else { return self }
    guard coarse.span > timeFrame.span,
      coarse.span.milliseconds % timeFrame.span.milliseconds == 0
    else { throw .otherFrame(file: name, has: timeFrame, wanted: coarse) }
    let share = Int(coarse.span.milliseconds / timeFrame.span.milliseconds)
    var made: [Row] = []
    made.reserveCapacity(rows.count / share)
    var gaps: [RecordedGap] = []
    var first = 0
    while first < rows.count {
      let start = coarse.openTime(of: Timestamp(milliseconds: rows[first].openTime)).milliseconds
      let end = start + coarse.span.milliseconds
      var next = first + 1
      while next < rows.count, rows[next].openTime < end { next += 1 }
      defer { first = next }
      // Times are on the grid of the frame and go on, so that a count says that all are there.
      guard next - first == share else { continue }
      if let last = made.last, last.openTime + coarse.span.milliseconds < start {
        let from = last.openTime + coarse.span.milliseconds
        gaps.append(
          RecordedGap(
            file: name, line: first + 2, from: Timestamp(milliseconds: from),
            until: Timestamp(milliseconds: start),
            count: Int((start - from) / coarse.span.milliseconds)))
      }
      made.append(try whole(rows[first..<next], openTime: start, line: first + 2))
    }
    guard !made.isEmpty else { throw .nothingWhole(file: name, timeFrame: coarse) }
    return CandleTable(
      name: name, timeFrame: coarse, rows: made, gaps: gaps, tick: tick.value)
  }

  private func whole(
    _ parts: ArraySlice<Row>, openTime: Int64, line: Int
  ) throws(RecordingProblem) -> Row {
    let first = parts[parts.startIndex]
    var (high, low, volume) = (first.high, first.low, Int64(0))
    for part in parts {
      high = max(high, part.high)
      low = min(low, part.low)
      let (sum, overflow) = volume.addingReportingOverflow(part.volume)
      guard !overflow else { throw .price(file: name, line: line) }
      volume = sum
    }
    return Row(
      openTime: openTime, open: first.open, high: high, low: low,
      close: parts[parts.endIndex - 1].close, volume: volume)
  }
}
