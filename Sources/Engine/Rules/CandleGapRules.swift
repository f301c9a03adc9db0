import MarketData
import Trading
import Units

/// What the engine does when a stream of candles has missed some: they are read, once (B11).
enum CandleGapRules {
  /// A candle of a stream has closed: what is missing before it is read. Where the exchange has
  /// none either, the hole stays.
  static func candleClosed(
    _ position: Int, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    let id = core.markets.all[position].id
    guard let closed = core.markets.all[position].series(timeFrame)?.closed, closed.count > 1 else {
      return
    }
    let distance = closed[closed.count - 1].openTime - closed[closed.count - 2].openTime
    let missing = Int(distance.milliseconds / timeFrame.span.milliseconds) - 1
    guard missing > 0 else { return }
    let frame = timeFrame.rawValue
    let what = missing == 1 ? "a candle of \(frame)" : "\(missing) candles of \(frame)"
    core.notify(.notice, "the stream has missed \(what): the past is read again", id)
    guard !core.requests.isWaiting({ $0 == .candles(id, timeFrame) }) else { return }
    // The open candle and the one that has just closed come along.
    let count = min(missing + 2, core.settings.depth.candles)
    core.send(.candles(id, timeFrame)) {
      .candles($0, id, timeFrame, before: nil, limit: count)
    }
  }
}
