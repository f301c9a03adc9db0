import AccountData
import Alerts
import MarketData
import Trading
import Units

/// What the engine does when it hears of a market.
enum MarketRules {
  static func take(_ event: MarketEvent, _ core: inout EngineCore) {
    core.links[LinkName.publicStream.position].messageAt = core.now
    let change = core.markets.apply(event, at: core.now)
    if !core.alerts.book.isEmpty { AlertRules.take(event, change, &core) }
    switch change {
    case .market:
      if case .mark(let mark) = event { marked(mark.instrument, &core) }
    case .nothing: break
    case .candleClosed(let position, let timeFrame):
      if case .step(let step) = event { marked(step.instrument, &core) }
      guard !core.desk.slots.isEmpty else { break }
      if case .step(let step) = event {
        StrategyRules.candleClosed(step.candle, step.price, position, timeFrame, &core)
      } else {
        StrategyRules.candleClosed(position, timeFrame, &core)
      }
    case .bookLost(let position):
      // Said once: while the book waits for its snapshot, further changes are lost as well.
      guard case .bookGap = event else { break }
      core.notify(.notice, "the order book lost a message", core.markets.all[position].id)
    case .instruments(let changed):
      for id in changed { tellOfSuspension(id, &core) }
      StartupRules.instrumentsCame(&core)
    }
  }

  /// The price of something that is held moved: what it is worth may cross a limit.
  private static func marked(_ instrument: InstrumentID, _ core: inout EngineCore) {
    let isHeld = core.book.account.positions.held.contains { $0.key.instrument == instrument }
    guard isHeld else { return }
    BreakerRules.review(&core)
    LiquidationRules.review(instrument, &core)
  }

  private static func tellOfSuspension(_ id: InstrumentID, _ core: inout EngineCore) {
    guard let market = core.markets[id], market.instrument.status != .live,
      core.settings.pairs.contains(where: { $0.instrument == id })
    else { return }
    core.notify(.warning, "\(id) takes no orders now", id)
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
