import Trading
import Units

extension CandleTable {
  /// Returns the candles of a longer time frame that these make, as ``CandleRollUp`` does: only
  /// whole ones, and a gap wherever one lacks a part that the file leaves out. These themselves
  /// where the frame is their own.
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
    guard let firstMade = made.first, let lastMade = made.last else {
      throw .nothingWhole(file: name, timeFrame: coarse)
    }
    gaps =
      missing(coarse, from: .min, until: firstMade.openTime) + gaps
      + missing(coarse, from: lastMade.openTime + coarse.span.milliseconds, until: .max)
    return CandleTable(
      name: name, timeFrame: coarse, rows: made, gaps: gaps, tick: tick.value)
  }

  /// Where candles of a longer time frame are missing before the first whole one, or behind the
  /// last, because the file leaves a part of them out. One that the file only begins or ends in is
  /// none of these.
  private func missing(
    _ coarse: TimeFrame, from start: Int64, until end: Int64
  ) -> [RecordedGap] {
    let span = coarse.span.milliseconds
    var found: [RecordedGap] = []
    var next = start
    for gap in gaps where gap.until.milliseconds > start && gap.from.milliseconds < end {
      let from = max(next, coarse.openTime(of: gap.from).milliseconds)
      let last = coarse.openTime(of: gap.until - .milliseconds(1)).milliseconds
      let until = min(end, last + span)
      guard from < until else { continue }
      found.append(
        RecordedGap(
          file: name, line: gap.line, from: Timestamp(milliseconds: from),
          until: Timestamp(milliseconds: until), count: Int((until - from) / span)))
      next = until
    }
    return found
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
