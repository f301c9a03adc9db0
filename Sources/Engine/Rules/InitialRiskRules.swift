import AccountData
import MarketData
import Risk
import Trading
import Units

/// What a position risks: noted with its first stop, and added to with all that is opened later.
///
/// A filled part of an entry and a further opening are risked alike, each from its entry to the
/// stop in force for it then; a stop that is moved afterwards changes nothing of it.
enum InitialRiskRules {
  /// Looks whether there is something of a position that its initial risk is not of yet.
  static func review(
    _ held: HeldPosition, coveredBy stop: TrackedTrigger?, _ core: inout EngineCore
  ) {
    let isFirst = held.cycle.initialStop == nil
    guard isFirst ? stop != nil : held.hasGrown,
      let instrument = core.markets[held.key.instrument]?.instrument,
      // What a contract was worth when the risk was noted is not what it is now.
      !core.rules.disturbed.contains(held.key.instrument)
    else { return }
    if isFirst {
      guard let price = stop?.order.stopLoss?.triggerPrice else { return }
      let risk = riskInAll(of: held, instrument, core)
      core.book.noteStop(held.key, stopPrice: price, initialRisk: risk)
    } else {
      let price = stopOfGrowth(of: held, coveredBy: stop, core)
      let risk = price.flatMap { riskOfGrowth(of: held, to: $0, instrument, core) }
      core.book.noteGrowth(held.key, risk: risk)
    }
    guard core.book.account.positions[held.key]?.cycle != held.cycle else { return }
    AccountRules.journalCycle(held.key, &core)
  }

  /// What a position that its stops cover loses at all of them, each with what it closes; nil when
  /// a product is out of range.
  private static func riskInAll(
    of held: HeldPosition, _ instrument: Instrument, _ core: EngineCore
  ) -> Money? {
    var rest = held.report.contracts
    var sum = Money.zero
    for stop in core.book.account.stopsByReach(of: held.key, held.report.side)
    where rest.isPositive {
      guard let price = stop.order.stopLoss?.triggerPrice else { continue }
      let part =
        switch stop.order.size {
        case .wholePosition: rest
        case .contracts(let own): min(own, rest)
        }
      rest -= part
      // A stop on the winning side risks nothing.
      guard held.report.side.gain(from: price, to: held.report.entryPrice).isPositive else {
        continue
      }
      let size = HeldSize(contracts: part, entryPrice: held.report.entryPrice)
      guard let risk = risk(of: size, held, to: price, instrument, core) else { return nil }
      sum += risk
    }
    return sum
  }

  /// The stop in force for what was opened last: the one that came with its order where that waits
  /// or nothing else covers the position, or else the one that covers it.
  private static func stopOfGrowth(
    of held: HeldPosition, coveredBy stop: TrackedTrigger?, _ core: EngineCore
  ) -> Price? {
    let account = core.book.account
    let waiting = account.stopsByReach(of: held.key, held.report.side)
      .compactMap(\.order.stopLoss?.triggerPrice)
    if let own = account.orders.lastOpening(of: held.report)?.stopLoss?.triggerPrice,
      stop == nil || waiting.contains(own)
    {
      return own
    }
    return stop?.order.stopLoss?.triggerPrice ?? waiting.last ?? held.cycle.initialStop
  }

  /// What was risked with all that was opened since the risk was noted last; nil when a product is
  /// out of range.
  private static func riskOfGrowth(
    of held: HeldPosition, to stop: Price, _ instrument: Instrument, _ core: EngineCore
  ) -> Money? {
    let now = HeldSize(
      contracts: held.report.contracts, entryPrice: held.report.entryPrice)
    // What the whole loses there, less what was held before: so that parts of one entry risk
    // exactly what the whole does.
    if let all = risk(of: now, held, to: stop, instrument, core),
      let former = risk(of: held.risked, held, to: stop, instrument, core)
    {
      return max(.zero, all - former)
    }
    // A stop that was moved past the entry of what was held before.
    guard let added = held.growth else { return nil }
    guard held.report.side.gain(from: stop, to: added.entryPrice).isPositive else { return .zero }
    return risk(of: added, held, to: stop, instrument, core)
  }

  private static func risk(
    of size: HeldSize, _ held: HeldPosition, to stop: Price, _ instrument: Instrument,
    _ core: EngineCore
  ) -> Money? {
    core.context.initialRisk(
      held.report.side, instrument.baseAmount(of: size.contracts), entry: size.entryPrice,
      stop: stop, limits: core.gate.limits)
  }
}
