import Engine
import MarketData
import Trading
import Units

/// Which candles were asked for, and when.
struct ChartRequests: Sendable, Equatable {
  /// The candles of one instrument and time frame.
  struct Topic: Sendable, Hashable {
    let instrument: InstrumentID
    let timeFrame: TimeFrame
  }

  /// How many candles a chart asks for.
  static let depth = 500
  /// How many are read again of a frame that is not streamed.
  static let refillDepth = 5
  /// The least time between two questions for the same candles that were not read yet.
  static let patience = TimeSpan.seconds(10)
  /// How often the newest candles of a frame that is not streamed are read again.
  static let refillInterval = TimeSpan.seconds(30)

  private var askedAt: [Topic: Timestamp] = [:]

  /// Returns how many candles to ask for now, nil for none; notes that they were asked for.
  mutating func question(
    _ topic: Topic, known count: Int, isStreamed: Bool, at now: Timestamp
  ) -> Int? {
    let age = askedAt[topic].map { now - $0 }
    let isFilled = count >= Self.depth / 10
    if isFilled, age != nil || isStreamed && count >= Self.depth / 2 {
      guard !isStreamed, age.map({ $0 >= Self.refillInterval }) ?? true else { return nil }
      askedAt[topic] = now
      return Self.refillDepth
    }
    guard age.map({ $0 >= Self.patience }) ?? true else { return nil }
    askedAt[topic] = now
    return Self.depth
  }
}

extension DashboardModel {
  /// Returns the question for the candles of the chart, nil while what is known will do.
  mutating func chartQuestion() -> DashboardCommand? {
    guard let instrument, snapshot.step == .ready,
      let market = snapshot.markets[instrument]
    else { return nil }
    let frame = chart.timeFrame
    let limit = chartRequests.question(
      ChartRequests.Topic(instrument: instrument, timeFrame: frame),
      known: market.series(frame)?.closed.count ?? 0,
      isStreamed: snapshot.timeFrames.contains(frame), at: now)
    return limit.map { .engine(.loadCandles(instrument, frame, before: nil, limit: $0)) }
  }
}
