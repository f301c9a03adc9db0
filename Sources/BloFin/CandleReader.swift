import Exchanges
import JSONText
import Trading
import Units

/// Reads candles backward, page by page, until there are enough or no more.
final class CandleReader {
  private let calls: RestCalls
  private let instrument: InstrumentID
  private let frame: TimeFrame
  private let bounds: InstrumentBounds
  private let limit: Int
  private let done: @MainActor (Result<[Candle], Unproven>) -> Void
  /// Newest first, as they come.
  private var candles: [Candle] = []

  /// The most candles that one request brings.
  static let maximum = 50_000

  /// Makes a reader of at most `limit` candles; `done` is called later, once, oldest first.
  init(
    _ calls: RestCalls, _ instrument: InstrumentID, _ frame: TimeFrame, bounds: InstrumentBounds,
    limit: Int, _ done: @escaping @MainActor (Result<[Candle], Unproven>) -> Void
  ) {
    self.calls = calls
    self.instrument = instrument
    self.frame = frame
    self.bounds = bounds
    self.limit = min(limit, Self.maximum)
    self.done = done
  }

  /// Starts to read what opened before a moment, nil for the newest.
  ///
  /// `after` is "older than", exclusive; the newest candle is usually still open. Source: BloFin
  /// REST, GET Candlesticks.
  func start(before: Timestamp?) {
    guard limit > 0 else {
      done(.success([]))
      return
    }
    var query = [
      QueryItem("instId", instrument.text), QueryItem("bar", Translation.word(frame)),
      QueryItem("limit", String(min(limit - candles.count, Endpoint.candlePageLimit))),
    ]
    if let before { query.append(QueryItem("after", String(before.milliseconds))) }
    calls.read(.candles, query, lane: .background) { verdict in self.took(verdict, before) }
  }

  private func took(_ verdict: AnswerPolicy.Verdict, _ before: Timestamp?) {
    guard case .success(let envelope) = verdict else {
      done(.failure(Unproven(verdict)))
      return
    }
    let page: [Candle]
    do throws(JSONProblem) {
      let bounds = bounds
      page = try envelope.candles(bounds)
    } catch {
      done(.failure(Unproven(.candles, error)))
      return
    }
    // Only what is older than all before it: the list promises its order, a server may not keep it.
    var oldest = candles.last?.openTime ?? before
    // One that opens in the future would be the newest until then (B15).
    let latest = calls.latestStamp
    for candle in page where candle.openTime <= latest {
      if let oldest, candle.openTime >= oldest { continue }
      candles.append(candle)
      oldest = candle.openTime
    }
    let isStuck = oldest == before || page.isEmpty
    if isStuck || candles.count >= limit {
      done(.success(candles.prefix(limit).reversed()))
    } else {
      start(before: oldest)
    }
  }
}

nonisolated extension Envelope {
  /// Reads rows that are arrays: the data is one array of them.
  func candles(_ bounds: InstrumentBounds) throws(JSONProblem) -> [Candle] {
    try rows { (json) throws(JSONProblem) in try MarketRows.candle(&json, bounds) }
  }
}
