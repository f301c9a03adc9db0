import AccountData
import MarketData
import Risk
import Trading
import Units

/// What becomes of a stop of ours that somebody changes at the exchange.
///
/// One that was moved there stays where it is, for that was somebody's wish, and is the plan from
/// then on. One that is gone is placed again, also where another one covers the position farther
/// away (O24); when that was taken away twice of late the other one is the plan.
enum OwnStopRules {
  /// How often ours is placed again beside another one before that one is kept.
  private static let putBackLimit = 2
  /// How long it counts that ours was placed again.
  private static let memory = TimeSpan.minutes(10)

  /// Takes a stop of ours that was moved at the exchange for the plan.
  static func takeMove(of stop: TrackedTrigger, _ held: HeldPosition, _ core: inout EngineCore) {
    let key = held.key
    let id = stop.order.exchangeOrderID
    guard stop.isOwn, let before = stop.stopMovedFrom, let entry = core.guards[key],
      entry.placing == nil, let planned = entry.plan?.trigger
    else { return }
    // Once only: the plan can come back to where the stop was.
    core.book.forgetMove(of: id)
    guard planned.triggerPrice == before, let moved = stop.order.stopLoss,
      moved.triggerPrice != before,
      // One whose place another one takes is on its way out, wherever it rests until then.
      !entry.successors.contains(where: { $0.old == id }), !SweepRules.isGoing(stop.order, core)
    else { return }
    core.guards.update(key) { $0.setPlan(.stop(moved), isOwn: true) }
    ProtectionRules.write(key, &core)
    TrailRules.stopWasMoved(key, to: moved, from: before, &core)
    let isFarther = held.report.side.gain(from: moved.triggerPrice, to: before).isPositive
    core.notify(
      isFarther ? .warning : .notice,
      "the stop was moved from \(before) to \(moved.triggerPrice) at the exchange and is kept "
        + "there: \(loss(of: held, at: moved.triggerPrice, core))",
      key.instrument)
  }

  /// Places our stop again where it is gone and what covers the position is farther away than it
  /// was; whether that is being looked into or done.
  static func isPuttingBack(
    _ held: HeldPosition, beside stop: TrackedTrigger, _ core: inout EngineCore
  ) -> Bool {
    let key = held.key
    guard let entry = core.guards[key] else { return false }
    guard let planned = entry.plan?.trigger, let price = stop.order.stopLoss?.triggerPrice,
      held.report.side.gain(from: price, to: planned.triggerPrice).isPositive,
      !core.book.account.isCoveredByOwn(held)
    else {
      if entry.ownMissingSince != nil { clear(key, &core) }
      return false
    }
    guard entry.placing == nil, !core.hasUnreported(key.instrument), !core.isClosing(key) else {
      return false
    }
    guard entry.isPlanOwn else {
      // It came with an order from elsewhere: whoever sent that may move it as well.
      if let farther = stop.order.stopLoss {
        core.guards.update(key) { $0.setPlan(.stop(farther), isOwn: stop.isOwn) }
        ProtectionRules.write(key, &core)
      }
      return false
    }
    let grace = core.settings.timing.protectionGrace
    guard let since = entry.ownMissingSince else {
      core.guards.update(key) { $0.ownMissingSince = core.now }
      core.schedule(.protection(key), in: grace)
      return true
    }
    guard core.now - since >= grace else { return true }
    guard entry.isOwnMissingVerified else {
      StartupRules.readAccount(&core)
      core.schedule(.protection(key), in: ProtectionRules.readingPatience)
      return true
    }
    clear(key, &core)
    return putBack(planned, entry, held, beside: stop, &core)
  }

  private static func putBack(
    _ planned: Trigger, _ entry: PositionGuards.Guard, _ held: HeldPosition,
    beside stop: TrackedTrigger, _ core: inout EngineCore
  ) -> Bool {
    let isLate = entry.putBackAt.map { core.now - $0 < memory } ?? false
    let count = isLate ? entry.putBacks : 0
    guard count < putBackLimit else {
      keep(stop, held, "was taken away again", &core)
      return false
    }
    let now = core.now
    core.guards.update(held.key) {
      $0.putBacks = count + 1
      $0.putBackAt = now
    }
    if let denial = ProtectionRules.placeAgain(planned, entry, &core) {
      keep(stop, held, "is gone and cannot be placed again (\(denial.text))", &core)
      return false
    }
    core.schedule(.protection(held.key), in: ProtectionRules.answerPatience)
    let price = stop.order.stopLoss?.triggerPrice ?? planned.triggerPrice
    core.notify(
      .alarm,
      "our stop at \(planned.triggerPrice) is gone and is placed again: with the one at \(price) "
        + "alone \(loss(of: held, at: price, core))",
      held.key.instrument)
    return true
  }

  /// Takes what covers a position for the plan where ours is not to be had.
  static func keep(
    _ stop: TrackedTrigger, _ held: HeldPosition, _ why: String, _ core: inout EngineCore
  ) {
    guard let kept = stop.order.stopLoss else { return }
    let planned = core.guards[held.key]?.plan?.trigger?.triggerPrice
    core.guards.update(held.key) {
      $0.setPlan(.stop(kept), isOwn: stop.isOwn)
      $0.putBacks = 0
      $0.putBackAt = nil
    }
    ProtectionRules.write(held.key, &core)
    core.notify(
      .alarm,
      "our stop\(planned.map { " at \($0)" } ?? "") \(why): the one at \(kept.triggerPrice) is "
        + "kept, \(loss(of: held, at: kept.triggerPrice, core))",
      held.key.instrument)
  }

  /// Whether a planned stop rests that liquidation comes before.
  static func rests(_ planned: Trigger, _ held: HeldPosition, _ core: EngineCore) -> Bool {
    held.report.isLiquidated(before: planned.triggerPrice)
      && core.book.account.stops(of: held.key).contains {
        $0.isOwn && $0.order.side == held.report.side.closingSide
          && $0.order.size.covers(held.report.contracts)
          && $0.order.stopLoss?.triggerPrice == planned.triggerPrice
      }
  }

  /// What is told of a position that no stop covers.
  static func nakedText(_ held: HeldPosition, _ core: EngineCore) -> String {
    let stops = core.book.account.stopsByReach(of: held.key, held.report.side)
    guard let price = stops.last?.order.stopLoss?.triggerPrice,
      held.report.isLiquidated(before: price)
    else { return "the position has no stop" }
    return "the position has no stop before liquidation: the one at \(price) lies behind it and "
      + "guards nothing"
  }

  private static func clear(_ key: PositionKey, _ core: inout EngineCore) {
    core.guards.update(key) {
      $0.ownMissingSince = nil
      $0.isOwnMissingVerified = false
    }
  }

  /// What a position loses at a stop, as the end of a sentence; rounded up to the cent.
  private static func loss(
    of held: HeldPosition, at stop: Price, _ core: EngineCore
  ) -> String {
    let report = held.report
    guard report.side.gain(from: stop, to: report.entryPrice).isPositive else {
      return "nothing is lost there"
    }
    let loss = core.markets[held.key.instrument].flatMap { market in
      core.context.initialRisk(
        report.side, market.instrument.baseAmount(of: report.contracts), entry: report.entryPrice,
        stop: stop, limits: core.gate.limits)
    }
    return loss.map { "\($0.value.costText()) USDT are at risk" }
      ?? "what is at risk is not known"
  }
}
