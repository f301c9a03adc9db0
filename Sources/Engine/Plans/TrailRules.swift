import AccountData
import MarketData
import Risk
import Trading
import Units

/// A stop that follows the mark price. It always rests at the exchange, so that it guards the
/// position while this program does not run; it never moves back (O26).
enum TrailRules {
  /// The stop moves when it gains at least this share of its distance.
  private static let leastGain: Rate = "0.1"
  /// The least time between two moves of one stop.
  private static let spacing = TimeSpan.seconds(1)
  /// How long after one at which more would be lost than may be it is not tried again.
  private static let deniedPause = TimeSpan.seconds(10)

  /// Whether it goes on; the following itself happens with the mark price.
  static func look(_ work: TrailPlan, _ plan: ActionPlan, _ core: EngineCore) -> PlanProgress {
    guard let held = core.book.account.positions[work.key], held.report.side == work.side else {
      return core.hasUnreported(work.key.instrument) ? .waiting : .done("the position is closed")
    }
    return DustRules.rest(of: held, since: plan.startedAt, core).map { .abandoned($0) } ?? .waiting
  }

  /// Follows a new mark price of an instrument.
  static func follow(_ instrument: InstrumentID, _ core: inout EngineCore) {
    guard core.step == .ready else { return }
    for index in core.plans.indices {
      guard case .trail(var work) = core.plans[index].work, work.key.instrument == instrument,
        let market = core.markets[instrument], let mark = market.markPrice,
        // The stop that rests stays where it is while nobody trades near the mark price (B08).
        market.pricesAgree,
        let held = core.book.account.positions[work.key], held.report.side == work.side,
        work.isActive(at: mark)
      else { continue }
      let isLong = work.side == .long
      let best = work.best.map { isLong ? max($0, mark) : min($0, mark) } ?? mark
      if best != work.best {
        work.best = best
        core.plans[index].work = .trail(work)
      }
      move(core.plans[index], work, held, market.instrument.tickSize, best, &core)
    }
  }

  /// The stop of a position that rests, nil where none covers it.
  static func restingStop(of key: PositionKey, _ core: EngineCore) -> Price? {
    guard let held = core.book.account.positions[key] else { return nil }
    return core.book.account.coveringStop(of: held)?.order.stopLoss?.triggerPrice
  }

  /// Someone moved the stop of a position: a better one is where the trail goes on from, with
  /// another one the trail has ended, which would take it back at once.
  static func stopWasMoved(
    _ key: PositionKey, to stop: Trigger, from before: Price?, _ core: inout EngineCore
  ) {
    PlanRules.abandonAll(key.instrument, "the stop was moved by hand", &core) { work in
      guard case .trail(let trail) = work, trail.key == key else { return false }
      // One that waits for its price has not taken the stop over yet.
      guard trail.activation == nil || trail.best != nil, let before else { return false }
      let price = stop.triggerPrice
      return trail.side == .long ? price < before : price > before
    }
  }

  private static func move(
    _ plan: ActionPlan, _ work: TrailPlan, _ held: HeldPosition, _ tick: Price, _ best: Price,
    _ core: inout EngineCore
  ) {
    if let actedAt = plan.actedAt, core.now - actedAt < spacing { return }
    guard core.guards[work.key]?.placing == nil else { return }
    let isLong = work.side == .long
    let distance = work.distance.price(at: best)
    let wanted = work.distance.stop(behind: best, work.side, tickSize: tick)
    let resting = core.book.account.coveringStop(of: held)?.order.stopLoss?.triggerPrice
    let planned = core.guards[work.key]?.plan?.trigger?.triggerPrice
    for known in [resting, planned] {
      guard let known else { continue }
      let gain = isLong ? wanted - known : known - wanted
      guard gain >= max(tick, distance.scaled(by: leastGain, .down)) else { return }
    }
    let now = core.now
    PlanRules.update(plan.id, &core) { $0.actedAt = now }
    // The price came back faster than the stop could follow: it has been hit.
    if let last = core.markets[work.key.instrument]?.lastPrice,
      isLong ? wanted >= last : wanted <= last
    {
      guard !core.isClosing(work.key), RefusedExits.mayLeave(for: held, core) else { return }
      core.notify(.notice, "the trailing stop at \(wanted) is reached", work.key.instrument)
      CommandRules.close(
        ClosingIntent(key: work.key), source: plan.source, reasons: ["trailing stop reached"],
        &core)
      return
    }
    PlanRules.write(plan, .open, "stop to \(wanted)", &core)
    let denial = ProtectionRules.place(
      work.key, stopLoss: Trigger(triggerPrice: wanted), takeProfit: nil, source: plan.source,
      reasons: ["trailing stop"], &core)
    guard let denial else { return }
    core.notify(.notice, "the stop stays: \(denial.text)", work.key.instrument)
    // Of several stops nearer ones are in force: not said every second until the price is there.
    if denial.losesMore { PlanRules.update(plan.id, &core) { $0.actedAt = now + deniedPause } }
  }
}

extension Denial {
  /// Whether a stop was denied because the position would lose more at it than it may.
  fileprivate var losesMore: Bool {
    if case .riskTooLarge = self { return true }
    if case .stopFarther = self { return true }
    return false
  }
}

extension TrailPlan {
  func isActive(at mark: Price) -> Bool {
    guard best == nil, let activation else { return true }
    return side == .long ? mark >= activation : mark <= activation
  }
}

extension TrailDistance {
  /// Returns how far behind a price the stop follows, in the currency of the price, rounded up.
  func price(at best: Price) -> Price {
    switch self {
    case .price(let price): price
    case .share(let share): best.scaled(by: share, .up)
    }
  }

  /// Returns where the stop of a position lies while a price is the best one, on the tick toward
  /// safety: nearer to the price.
  public func stop(behind best: Price, _ side: PositionSide, tickSize: Price) -> Price {
    let distance = price(at: best)
    return side == .long
      ? (best - distance).rounded(to: tickSize, .up)
      : (best + distance).rounded(to: tickSize, .down)
  }
}
