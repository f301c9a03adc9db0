import AccountData
import Trading
import Units

/// What the engine does when it hears of the account.
enum AccountRules {
  static func take(_ event: AccountEvent, _ core: inout EngineCore) {
    core.links[LinkName.privateStream.position].messageAt = core.now
    react(to: core.book.apply(event, at: core.now), &core)
  }

  static func react(to changes: [AccountChange], _ core: inout EngineCore) {
    for change in changes {
      switch change {
      case .balance, .positionMode, .leverage: break
      case .positionOpened(let key), .positionChanged(let key):
        core.guards.opened(key, core.account)
        ProtectionRules.review(key, &core)
        journalCycle(key, &core)
      case .positionClosed(let cycle):
        core.journal(.positionCycle(cycle, at: core.now))
        ProtectionRules.closed(cycle.key, &core)
      case .order(let change): orderChanged(change, &core)
      case .trigger(let trigger): ProtectionRules.triggerChanged(trigger, &core)
      case .fill(let fill): core.journal(.fill(fill, at: core.now))
      case .funding(let payment): core.journal(.funding(payment))
      }
    }
  }

  /// An order is in a new state or filled further, by whatever proof.
  static func orderChanged(
    _ change: Orders.Change, cause: String = "", _ core: inout EngineCore
  ) {
    let order = change.order
    core.journal(.orderChanged(order.record(cause: cause, at: core.now)))
    if order.isOverfilled, change.filled.isPositive {
      core.setState(
        .halted, reason: "\(order.instrument): more filled than was asked for", source: .engine)
      core.notify(.alarm, "more filled than was asked for", order.instrument)
      StartupRules.readAccount(&core)
    }
    if change.filled.isPositive, !order.reduceOnly { core.guards.filled(order) }
    guard let id = order.clientOrderID, order.isOwn else { return }
    if order.state.isFinal || !order.isInDoubt, order.state != .pendingCancel {
      core.questions.resolve(id, &core.effects)
    }
    if order.state == .rejected, change.stateBefore != .rejected {
      core.notify(
        .warning, "order refused: \(order.problem ?? "no reason given")", order.instrument)
    }
    if change.stateBefore == .unknown, order.state != .unknown { StartupRules.settle(&core) }
  }

  private static func journalCycle(_ key: PositionKey, _ core: inout EngineCore) {
    guard let held = core.account.positions[key] else { return }
    core.journal(.positionCycle(held.cycle, at: core.now))
  }
}

extension TrackedOrder {
  /// The order as the journal keeps it.
  func record(cause: String, at now: Timestamp) -> OrderChange {
    OrderChange(
      clientOrderID: clientOrderID, exchangeOrderID: exchangeOrderID, instrument: instrument,
      side: side, state: state, filledContracts: progress.filledContracts,
      averagePrice: progress.averagePrice, cause: cause, at: now)
  }
}
