import AccountData
import MarketData
import Risk
import Trading
import Units

/// Add to a position, close a share of it, put the stop where nothing is lost net of costs.
///
/// An addition that is refused ends that step only: the share is closed and the stop moved all the
/// same (X07).
enum ScaleInRules {
  /// How often the stop is asked for before the old one is left where it is.
  private static let stopAttempts = 3

  static func look(
    _ work: ScaleInPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    let account = core.book.account
    guard let held = account.positions[work.key], held.report.side == work.side else {
      return core.isOpening(work.key) || core.hasUnreported(work.key.instrument)
        ? .waiting : .abandoned("the position is gone")
    }
    switch work.step {
    case .adding: return adding(work, held, plan, &core)
    case .reducing: return reducing(work, held, plan, &core)
    case .securing: return securing(work, held, plan, &core)
    }
  }

  private static func adding(
    _ work: ScaleInPlan, _ held: HeldPosition, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    if core.isOpening(work.key) {
      guard core.now > work.deadline, plan.mayAct(core.now) else { return .waiting }
      CommandRules.cancelOpening(of: work.key, &core)
      return .acted
    }
    guard !core.hasUnreported(work.key.instrument),
      let lot = core.markets[work.key.instrument]?.instrument.lotSize
    else { return .waiting }
    var next = work
    let whole = held.report.contracts
    next.keep = whole - whole.share(work.closeShare, lotSize: lot)
    next.step = .reducing
    return .moved(.scaleIn(next))
  }

  /// Closes the share. What is less than can be closed stays, and the stop is moved all the same.
  private static func reducing(
    _ work: ScaleInPlan, _ held: HeldPosition, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    var next = work
    next.step = .securing
    let share = held.report.contracts - work.keep
    guard share.isPositive else { return .moved(.scaleIn(next)) }
    guard !core.isClosing(work.key), !core.hasUnreported(work.key.instrument) else {
      return .waiting
    }
    if let rest = rest(share, of: held, plan, core) {
      core.notify(.warning, "scale in: \(rest)", work.key.instrument)
      return .moved(.scaleIn(next))
    }
    guard plan.mayAct(core.now), RefusedExits.mayLeave(for: held, contracts: share, core)
    else { return .waiting }
    CommandRules.close(
      ClosingIntent(key: work.key), contracts: share, source: plan.source,
      reasons: ["scale in: close a share"], &core)
    return .acted
  }

  /// What is to be said of a share that no order can close; nil where one may.
  private static func rest(
    _ share: Contracts, of held: HeldPosition, _ plan: ActionPlan, _ core: EngineCore
  ) -> String? {
    if let lot = core.markets[held.key.instrument]?.instrument.lotSize, share < lot {
      return "\(share) contracts of the share stay: the lot is \(lot)"
    }
    return DustRules.rest(of: held, contracts: share, since: plan.startedAt, core)
  }

  private static func securing(
    _ work: ScaleInPlan, _ held: HeldPosition, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    guard let price = core.breakEvenPrice(of: held) else {
      return .abandoned("there is no break-even price")
    }
    if let stop = core.book.account.coveringStop(of: held)?.order.stopLoss?.triggerPrice,
      work.side == .long ? stop >= price : stop <= price
    {
      return .done("the stop is at \(stop)")
    }
    guard core.guards[work.key]?.placing == nil, plan.mayAct(core.now) else { return .waiting }
    guard plan.attempts < stopAttempts else { return .abandoned("the stop stays where it is") }
    let denial = ProtectionRules.place(
      work.key, stopLoss: Trigger(triggerPrice: price), takeProfit: nil, source: plan.source,
      reasons: ["scale in: stop to break-even"], &core)
    return denial.map { .abandoned("the stop stays where it is: \($0.text)") } ?? .acted
  }
}

extension EngineCore {
  /// The price on a tick at which closing pays back fees and funding; nil without the rules.
  func breakEvenPrice(of held: HeldPosition) -> Price? {
    markets[held.key.instrument].flatMap {
      held.breakEvenPrice(by: $0.instrument, takerFeeRate: settings.fees.takerFeeRate)
    }
  }
}

extension HeldPosition {
  /// The price on a tick at which closing pays back fees and funding; nil for a size of zero.
  ///
  /// What was realized before is left out: half a position that was closed with a profit does not
  /// make the other half free of risk.
  func breakEvenPrice(by instrument: Instrument, takerFeeRate: Rate) -> Price? {
    ProfitAndLoss.breakEvenPrice(
      side: report.side, amount: instrument.baseAmount(of: report.contracts),
      entryPrice: report.entryPrice, takerFeeRate: takerFeeRate, funding: cycle.funding
    )?.rounded(to: instrument.tickSize, report.side == .long ? .up : .down)
  }
}
