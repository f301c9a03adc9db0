import AccountData
import MarketData
import Risk
import Strategies
import Trading
import Units

/// How the engine takes steps of a market of which nothing follows but new prices: what it would do
/// at each of them is seen to be nothing before they are taken.
enum QuietRules {
  /// Takes the first steps of a stretch that are quiet, and returns how many.
  static func pass(_ stretch: CandleStretch, _ core: inout EngineCore) -> Int {
    guard core.plans.isEmpty, core.alerts.isIdle, core.effects.isEmpty, !core.wantsCheckpoint,
      let position = core.markets.position(of: stretch.instrument),
      core.markets.canApply(stretch, at: position), isQuiet(stretch, core)
    else { return 0 }
    var count = stretch.count
    var taker: Int?
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == stretch.instrument
      && core.desk.slots[place].takes(stretch.timeFrame)
    {
      // What waits is outdated by the next candle, and two strategies end at different ones.
      guard !core.desk.slots[place].isWaiting, taker == nil else { return 0 }
      taker = place
    }
    if let taker {
      let held = core.desk.slots[taker].held
      count = core.desk.slots[taker].plan.strategy.pass(stretch, held: held)
    }
    guard count > 0 else { return 0 }
    core.now = stretch.time(after: count - 1)
    core.links[LinkName.publicStream.position].messageAt = core.now
    core.markets.apply(stretch, count: count, at: position)
    return count
  }

  /// Whether no limit is crossed and nothing is told at any price of a stretch. What is looked at
  /// grows or falls with the price, so that its ends tell.
  private static func isQuiet(_ stretch: CandleStretch, _ core: EngineCore) -> Bool {
    guard let held = core.book.account.positions.held.first else { return true }
    guard core.book.account.positions.held.count == 1,
      held.key.instrument == stretch.instrument
    else { return false }
    let worst = held.report.side == .long ? stretch.low : stretch.high
    return BreakerRules.isQuiet(held, at: worst, core)
      && LiquidationRules.isQuiet(held, at: stretch.low, core)
      && LiquidationRules.isQuiet(held, at: stretch.high, core)
  }
}
