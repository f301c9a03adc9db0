import MarketData
import Strategies
import Trading
import Units

/// How candles of a stream reach the strategies: each closed one once and in order, none across a
/// hole (B11).
///
/// A strategy begins with as much of the past as a market keeps. Where the stream has missed a
/// candle the past is read again, and the strategy begins anew with all of it. It opens at nothing
/// but a candle that has just closed; what it would close at the newest one is closed late.
enum StrategyFeedRules {
  /// A candle of a stream has closed.
  static func candleClosed(
    _ position: Int, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    let market = core.markets.all[position]
    guard let series = market.series(timeFrame) else { return }
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == market.id
      && core.desk.slots[place].takes(timeFrame) && core.desk.slots[place].feed.isKnown
    {
      take(series, market, place, position, &core)
    }
    readPast(of: market.id, &core)
  }

  /// The stream has told of a candle for a part of its time only: it is read again before a
  /// strategy sees it.
  static func doubt(
    _ openTime: Timestamp, _ position: Int, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == core.markets.all[position].id
      && core.desk.slots[place].takes(timeFrame) && core.desk.slots[place].feed.awaited.isEmpty
    {
      core.desk.slots[place].feed.doubted = StrategyDesk.Doubt(
        timeFrame: timeFrame, openTime: openTime)
    }
  }

  /// A closed candle was corrected: what waited for it goes on, and what has seen it otherwise
  /// begins anew.
  static func candleRevised(
    _ candle: Candle, _ position: Int, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    let id = core.markets.all[position].id
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == id
      && core.desk.slots[place].feed.awaited.isEmpty
    {
      if settle([candle], place, position, timeFrame, &core) { continue }
      guard let at = core.desk.slots[place].plan.timeFrames.firstIndex(of: timeFrame),
        core.desk.slots[place].feed.taken[at].map({ candle.openTime <= $0 }) ?? false
      else { continue }
      guard core.desk.slots[place].feed.isKnown else {
        core.desk.slots[place].awaitPast()
        readPast(of: id, &core)
        continue
      }
      let waiting = core.desk.slots[place].waiting
      let wishes = beginAnew(place, position, &core)
      // A correction that leaves the reason leaves what waits for a close as well.
      if let waiting, wishes.hasOpening(waiting.side) { core.desk.slots[place].waiting = waiting }
    }
  }

  /// Goes on with a strategy whose doubted candle is among these, and says whether it is.
  private static func settle(
    _ candles: [Candle], _ place: Int, _ position: Int, _ timeFrame: TimeFrame,
    _ core: inout EngineCore
  ) -> Bool {
    guard let doubted = core.desk.slots[place].feed.doubted, doubted.timeFrame == timeFrame,
      candles.contains(where: { $0.isClosed && $0.openTime == doubted.openTime })
    else { return false }
    core.desk.slots[place].feed.doubted = nil
    let market = core.markets.all[position]
    for frame in core.desk.slots[place].plan.timeFrames {
      guard let series = market.series(frame) else { continue }
      take(series, market, place, position, &core)
    }
    if !core.desk.slots[place].feed.isKnown { retrySoon(market.id, &core) }
    return true
  }

  /// The past was read: where it did not tell of a candle that is in doubt, all of it is read.
  static func pastAnswered(
    _ instrument: InstrumentID, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == instrument
      && core.desk.slots[place].feed.doubted?.timeFrame == timeFrame
    {
      core.desk.slots[place].awaitPast()
      readPast(of: instrument, &core)
    }
  }

  /// Shows a strategy the closed candles that it has not seen.
  private static func take(
    _ series: CandleSeries, _ market: Market, _ place: Int, _ position: Int,
    _ core: inout EngineCore
  ) {
    let frame = series.timeFrame
    guard let at = core.desk.slots[place].plan.timeFrames.firstIndex(of: frame) else { return }
    let taken = core.desk.slots[place].feed.taken[at]
    let fresh = series.closed.filter { candle in taken.map { candle.openTime > $0 } ?? true }
    guard let oldest = fresh.first, let newest = fresh.last else { return }
    var expected = taken.map { $0 + frame.span } ?? oldest.openTime
    for candle in fresh {
      guard candle.openTime == expected else { return core.desk.slots[place].awaitPast() }
      expected = candle.openTime + frame.span
    }
    core.desk.slots[place].feed.taken[at] = newest.openTime
    // Candles carry the time of the exchange.
    let now = core.now + (core.clock.offset ?? .zero)
    for candle in fresh {
      let price = candle == newest ? market.lastPrice ?? candle.close : candle.close
      let wishes = StrategyRules.wishes(after: candle, price, place, position, frame, &core)
      guard candle == newest, !wishes.isEmpty else { continue }
      let isNew = now - candle.openTime <= frame.span + patience(frame)
      StrategyRules.take(isNew ? wishes : wishes.closes, place, &core)
    }
  }

  /// How long after its end a candle may be told of and still be acted on.
  private static func patience(_ frame: TimeFrame) -> TimeSpan {
    .milliseconds(max(frame.span.milliseconds / 2, 30_000))
  }

  /// Candles of the past are in a series.
  static func pastCame(
    _ position: Int, _ timeFrame: TimeFrame, _ candles: [Candle], _ core: inout EngineCore
  ) {
    let id = core.markets.all[position].id
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == id {
      guard core.desk.slots[place].feed.awaited.contains(timeFrame) else {
        _ = settle(candles, place, position, timeFrame, &core)
        continue
      }
      core.desk.slots[place].feed.awaited.removeAll { $0 == timeFrame }
      if core.desk.slots[place].feed.awaited.isEmpty { beginAnew(place, position, &core) }
    }
  }

  /// Lets a strategy see all closed candles that are there, in the order in which they closed. It
  /// opens at none of them; what it would close at the newest one is closed now. Returns what it
  /// wants at that.
  @discardableResult
  private static func beginAnew(
    _ place: Int, _ position: Int, _ core: inout EngineCore
  ) -> [Wish] {
    core.desk.slots[place].forget()
    let market = core.markets.all[position]
    var past: [(candle: Candle, frame: TimeFrame)] = []
    for (at, frame) in core.desk.slots[place].plan.timeFrames.enumerated() {
      guard let closed = market.series(frame)?.closed else { continue }
      core.desk.slots[place].feed.taken[at] = closed.last?.openTime
      past += closed.map { ($0, frame) }
    }
    if core.desk.slots[place].plan.timeFrames.count > 1 {
      // Of those that close together the finer one comes first.
      past.sort {
        ($0.candle.openTime + $0.frame.span, $0.frame.span)
          < ($1.candle.openTime + $1.frame.span, $1.frame.span)
      }
    }
    var newest: [Wish] = []
    for (candle, frame) in past {
      newest = StrategyRules.wishes(after: candle, candle.close, place, position, frame, &core)
    }
    // What is held is not known before the account was read.
    core.desk.slots[place].feed.beganBlind = core.step != .ready
    guard core.step == .ready, !newest.isEmpty else { return [] }
    StrategyRules.take(newest.closes, place, &core)
    return newest
  }

  /// The account is known: what has begun without it looks again at what is held.
  static func accountKnown(_ core: inout EngineCore) {
    for place in core.desk.slots.indices
    where core.desk.slots[place].feed.beganBlind && core.desk.slots[place].feed.awaited.isEmpty {
      guard let position = core.markets.position(of: core.desk.slots[place].plan.instrument) else {
        continue
      }
      beginAnew(place, position, &core)
    }
  }

  /// The stream is lost: what closes meanwhile is not told.
  static func lose(_ core: inout EngineCore) {
    for place in core.desk.slots.indices { core.desk.slots[place].awaitPast() }
  }

  /// Reads the candles that strategies wait for.
  static func readPast(_ core: inout EngineCore) {
    for place in core.desk.slots.indices {
      readPast(of: core.desk.slots[place].plan.instrument, &core)
    }
  }

  /// Reads the candles that strategies of an instrument wait for, unless that is under way.
  static func readPast(of instrument: InstrumentID, _ core: inout EngineCore) {
    guard core.markets[instrument] != nil else { return }
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == instrument
      && !core.desk.slots[place].feed.isStepped
    {
      let doubted = core.desk.slots[place].feed.doubted.map { [$0.timeFrame] } ?? []
      for frame in core.desk.slots[place].feed.awaited + doubted
      where !core.requests.isWaiting({ $0 == .candles(instrument, frame) }) {
        let count = core.settings.depth.candles
        core.send(.candles(instrument, frame)) {
          .candles($0, instrument, frame, before: nil, limit: count)
        }
      }
    }
  }

  /// The past was not read: it is asked for again where a strategy waits for it.
  static func retrySoon(_ instrument: InstrumentID, _ core: inout EngineCore) {
    let isAwaited = core.desk.slots.contains {
      $0.plan.instrument == instrument && !$0.feed.isKnown
    }
    guard isAwaited else { return }
    let first = core.settings.timing.startupRetry
    core.schedule(.candles(instrument), in: core.backoff(2, first: first, last: first + first))
  }
}
