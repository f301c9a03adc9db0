import MarketData
import Trading
import Units

/// What the engine does when a stream of candles has missed some, or the end of one: they are read,
/// once (B11).
enum CandleGapRules {
  /// A candle of a stream has closed: what is missing before it is read. Where the exchange has
  /// none either, the hole stays.
  static func candleClosed(
    _ position: Int, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    let id = core.markets.all[position].id
    guard let series = core.markets.all[position].series(timeFrame) else { return }
    let missing = missingCount(series)
    if missing > 0 {
      let frame = timeFrame.rawValue
      let what = missing == 1 ? "a candle of \(frame)" : "\(missing) candles of \(frame)"
      core.notify(.notice, "the stream has missed \(what): the past is read again", id)
    }
    let cut = cutShort(series, core)
    if let cut { StrategyFeedRules.doubt(cut, position, timeFrame, &core) }
    guard missing > 0 || cut != nil,
      !core.requests.isWaiting({ $0 == .candles(id, timeFrame) })
    else { return }
    // The open candle, the one that has just closed and the one before the hole come along: the
    // stream may have told of that for a part of its time only.
    let cutReach = cut.map { count(from: $0, through: series.last?.openTime ?? $0, series) } ?? 0
    let reach = min(max(missing + 3, cutReach + 1), core.settings.depth.candles)
    core.send(.candles(id, timeFrame)) {
      .candles($0, id, timeFrame, before: nil, limit: reach)
    }
  }

  /// How many candles are missing before the newest closed one.
  private static func missingCount(_ series: CandleSeries) -> Int {
    let closed = series.closed
    guard closed.count > 1 else { return 0 }
    return count(
      from: closed[closed.count - 2].openTime, through: closed[closed.count - 1].openTime, series)
      - 2
  }

  private static func count(
    from first: Timestamp, through last: Timestamp, _ series: CandleSeries
  ) -> Int {
    Int((last - first).milliseconds / series.timeFrame.span.milliseconds) + 1
  }

  /// When the candle opened that was closed by its successor, of whose end the stream said nothing;
  /// nil where the last word about it came near its end.
  private static func cutShort(_ series: CandleSeries, _ core: EngineCore) -> Timestamp? {
    guard let candle = series.unconfirmed else { return nil }
    guard let heardAt = candle.heardAt else { return candle.openTime }
    let end = candle.openTime + series.timeFrame.span
    // Candles carry the time of the exchange.
    return heardAt + (core.clock.offset ?? .zero) < end - lastWord ? candle.openTime : nil
  }

  /// How near its end a candle must have been told of: streams tell of a moving one every second.
  private static let lastWord = TimeSpan.seconds(5)
}
