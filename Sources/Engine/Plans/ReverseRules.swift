import AccountData
import Risk
import Trading
import Units

/// Close a position, then open the other side once the exchange shows it flat.
enum ReverseRules {
  static func look(
    _ work: ReversePlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    var work = work
    switch work.step {
    case .closing:
      let held = core.book.account.positions[work.key]
      if let held, held.report.side == work.side {
        if let rest = DustRules.rest(of: held, since: plan.startedAt, core) {
          return .abandoned(rest)
        }
        // One whose answer is lost is sent again, or found nowhere, soon enough: another one beside
        // it would keep it in doubt, and the other side closed.
        guard !core.isClosing(work.key), plan.mayAct(core.now),
          RefusedExits.mayLeave(for: held, core)
        else { return .waiting }
        CommandRules.close(
          ClosingIntent(key: work.key), source: plan.source, reasons: ["reverse"], &core)
        return .acted
      }
      guard held == nil, !core.hasUnreported(work.key.instrument) else {
        return held == nil ? .waiting : .abandoned("the other side is held already")
      }
      guard core.now <= work.deadline else { return .abandoned("too late for the other side") }
      work.step = .opening
      return .moved(.reverse(work))
    case .opening:
      // Entered in the very look that wrote it down, or found so after a restart.
      guard plan.startedAt + PlanRules.openingLife >= core.now, plan.id.isOf(core.settings.run)
      else { return .abandoned("ended before the other side was opened") }
      let denial = CommandRules.open(work.opening, plan.source, &core)
      return denial.map { .abandoned($0.text) } ?? .done("the other side is on its way")
    }
  }
}

/// Replace an order: cancel it, and place what had not filled anew once that is proven.
enum AmendRules {
  static func look(
    _ work: AmendPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    var work = work
    guard let order = core.book.account.orders[work.order] else {
      return .abandoned("the order is not known any more")
    }
    switch work.step {
    case .canceling:
      if order.state == .lost { return .abandoned("the order was found nowhere") }
      if order.state.isFinal {
        guard order.state != .filled else { return .done("it filled before") }
        guard work.contracts > order.progress.filledContracts else {
          return .done("as much as wanted had filled")
        }
        work.step = .placing
        return .moved(.amend(work))
      }
      guard core.mayCancel(order), plan.mayAct(core.now), let reference = order.reference
      else { return .waiting }
      CommandRules.cancel(order.instrument, reference, &core)
      return .acted
    case .placing:
      guard plan.startedAt + PlanRules.openingLife >= core.now, plan.id.isOf(core.settings.run)
      else { return .abandoned("ended before it was placed anew") }
      let rest = work.contracts - order.progress.filledContracts
      let denial = place(order, work.type, rest, plan.source, &core)
      return denial.map { .abandoned($0.text) } ?? .done("placed anew with \(rest) contracts")
    }
  }

  private static func place(
    _ order: TrackedOrder, _ type: OrderType, _ contracts: Contracts, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> Denial? {
    let key = PositionKey(
      instrument: order.instrument, slot: order.slot, marginMode: order.marginMode)
    if order.reduceOnly {
      return CommandRules.close(
        ClosingIntent(key: key, type: type), contracts: contracts, source: source,
        reasons: ["amend"], &core)
    }
    let intent = OpeningIntent(
      instrument: order.instrument, side: order.side == .buy ? .long : .short,
      marginMode: order.marginMode, type: type, size: .contracts(contracts),
      stop: order.stopLoss.map(StopPlan.stop) ?? .liquidation, takeProfit: order.takeProfit)
    guard let old = order.clientOrderID else {
      return CommandRules.open(intent, source, replacing: order, &core)
    }
    // Written before the order leaves: what the next start finds waits for the right one.
    let new = ClientOrderID(run: core.settings.run, sequence: core.ids.count + 1)
    TargetRules.entryIsReplaced(old, by: new, &core)
    let denial = CommandRules.open(intent, source, replacing: order, &core)
    if denial != nil { TargetRules.entryIsReplaced(new, by: old, &core) }
    return denial
  }
}

extension EngineCore {
  /// Whether an order is being replaced by another one.
  func isAmending(_ id: ClientOrderID) -> Bool {
    plans.contains { if case .amend(let work) = $0.work { work.order == id } else { false } }
  }
}

extension PlanID {
  /// Whether an action began in this run: what an earlier one was about to open is not opened
  /// later.
  func isOf(_ run: RunID) -> Bool { text.hasPrefix(run.text + "-") }
}
