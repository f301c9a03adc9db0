import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// What the engine does when it hears of a market.
enum MarketRules {
  static func take(_ event: MarketEvent, _ core: inout EngineCore) {
    if case .step(let step) = event { return take(step, &core) }
    core.links[LinkName.publicStream.position].messageAt = core.now
    if case .instruments = event { return InstrumentRules.came(event, &core) }
    let change = core.markets.apply(event, at: core.now)
    if !core.alerts.book.isEmpty { AlertRules.take(event, change, &core) }
    switch change {
    case .market(let position):
      if case .mark(let mark) = event {
        tellOfDoubt(position, &core)
        marked(mark.instrument, &core)
      }
      if case .candles(_, let timeFrame, let candles) = event, !core.desk.slots.isEmpty {
        StrategyFeedRules.pastCame(position, timeFrame, candles, &core)
      }
    case .markBelieved(let position):
      let id = core.markets.all[position].id
      marked(id, &core)
      PlanRules.follow(id, &core)
    case .nothing, .instruments: break
    case .candleRevised(let position, let timeFrame):
      guard case .candle(_, _, let candle) = event, !core.desk.slots.isEmpty else { break }
      StrategyFeedRules.candleRevised(candle, position, timeFrame, &core)
    case .candleClosed(let position, let timeFrame):
      CandleGapRules.candleClosed(position, timeFrame, &core)
      guard !core.desk.slots.isEmpty else { break }
      StrategyFeedRules.candleClosed(position, timeFrame, &core)
    case .bookLost(let position):
      // Said once: while the book waits for its snapshot, further changes are lost as well. Where
      // the stream itself is down that was said, and takes every book with it.
      guard case .bookGap = event, core.isUp(.publicStream) else { break }
      core.notify(.notice, "the order book lost a message", core.markets.all[position].id)
    }
  }

  /// A candle of a market that is known by candles alone has closed.
  static func take(_ step: CandleStep, _ core: inout EngineCore) {
    core.links[LinkName.publicStream.position].messageAt = core.now
    let change = core.markets.apply(step, at: core.now)
    if !core.alerts.book.isEmpty { AlertRules.take(.step(step), change, &core) }
    switch change {
    case .candleClosed(let position, let timeFrame):
      marked(step.instrument, &core)
      guard !core.desk.slots.isEmpty else { break }
      StrategyRules.candleClosed(step.candle, step.price, position, timeFrame, &core)
    case .market, .markBelieved, .nothing, .bookLost, .instruments, .candleRevised: break
    }
  }

  /// The price of something that is held moved: what it is worth may cross a limit.
  @inline(__always)
  private static func marked(_ instrument: InstrumentID, _ core: inout EngineCore) {
    for place in core.book.account.positions.held.indices
    where core.book.account.positions.held[place].report.key.instrument == instrument {
      BreakerRules.review(&core)
      return LiquidationRules.review(instrument, &core)
    }
  }

  /// Says once that a mark price is not believed; against one that comes before the first trade
  /// after a silence nothing speaks yet.
  private static func tellOfDoubt(_ position: Int, _ core: inout EngineCore) {
    guard core.markets.all[position].markDoubt?.count == 1,
      let mark = core.markets.all[position].mark?.value.markPrice,
      let ticker = core.markets.all[position].ticker,
      ticker.age(at: core.now) <= core.gate.limits.marketAgeMaximum
    else { return }
    core.notify(
      .alarm,
      "the mark price \(mark) is far from the last price \(ticker.value.lastPrice): "
        + "not believed yet, nothing opens meanwhile", core.markets.all[position].id)
  }
}

extension LinkName {
  /// Its place in the engine's list of connections.
  var position: Int {
    switch self {
    case .publicStream: 0
    case .privateStream: 1
    case .requests: 2
    }
  }
}
