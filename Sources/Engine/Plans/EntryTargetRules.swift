import AccountData
import MarketData
import Trading
import Units

/// The targets of an entry that rests and has filled in part: they are placed for what is held, and
/// divided anew when it has grown.
enum EntryTargetRules {
  /// How long an entry has to be without news before what it has filled is divided.
  private static let quietTime = TimeSpan.seconds(2)
  /// By what share of the entry a position has to grow before it is divided anew while the entry
  /// may still fill: each time every target is placed again.
  private static let leastGrowth: Rate = "0.1"
  /// How long after the last news of an entry its position may not be shown yet.
  private static let showingTime = TimeSpan.seconds(5)

  /// Whether an entry has filled in part and nothing is on its way to it or from it.
  static func isQuiet(_ entry: TrackedOrder, _ core: EngineCore) -> Bool {
    guard entry.state == .partiallyFilled, entry.type.mayRest else { return false }
    return core.now - entry.changedAt >= quietTime
  }

  /// Whether an opening may change a position any moment: the rest of a quiet entry whose targets
  /// are there may wait for days.
  static func isGrowing(_ key: PositionKey, _ core: EngineCore) -> Bool {
    core.book.account.orders.open.contains { order in
      guard order.isOwn, order.addsExposure, order.positionKey == key else { return false }
      let hasTargets = core.plans.contains {
        guard case .targets(let work) = $0.work, let entry = work.entry else { return false }
        return work.rests && entry == order.clientOrderID
      }
      return !hasTargets || !isQuiet(order, core)
    }
  }

  /// Whether the entry of targets may still fill.
  static func isOpen(_ work: TargetsPlan, _ core: EngineCore) -> Bool {
    guard let order = work.entry.flatMap({ core.book.account.orders[$0] }) else { return false }
    return !order.state.isFinal
  }

  /// The same targets, which rest until the entry fills more.
  static func resting(_ work: TargetsPlan) -> TargetsPlan {
    var next = work
    next.next = 0
    next.sizes = []
    return next
  }

  /// What becomes of targets that rest for a part of their entry; nil when the position has grown
  /// and is to be divided anew.
  static func rest(
    _ work: TargetsPlan, _ held: HeldPosition, _ core: EngineCore
  ) -> PlanProgress? {
    let contracts = held.report.contracts
    if contracts < work.divided {
      // What is closed meanwhile, by one of the targets or by hand, is not to fill again.
      var next = work
      next.divided = contracts
      return .moved(.targets(next))
    }
    let isOpen = isOpen(work, core)
    let isGrown = contracts > work.divided
    guard isGrown || isOpen else {
      return .done(work.targets.count == 1 ? "1 target" : "\(work.targets.count) targets")
    }
    let whole = work.entry.flatMap { core.book.account.orders[$0] }?.contracts ?? .zero
    let least =
      core.markets[work.key.instrument].map {
        whole.share(leastGrowth, lotSize: $0.instrument.lotSize)
      }
      ?? .zero
    guard isGrown, !isOpen || contracts - work.divided >= least else { return .waiting }
    // Others that divide what is held, such as a part that was closed, come to their end first.
    let hasOthers = core.plans.contains {
      guard case .targets(let other) = $0.work else { return false }
      return other.key == work.key && other.next > 0
    }
    return hasOthers ? .waiting : nil
  }

  /// What becomes of targets whose position is not there.
  static func withoutPosition(_ work: TargetsPlan, _ core: inout EngineCore) -> PlanProgress {
    let isOpen = isOpen(work, core)
    if work.next > 0 || work.divided.isPositive {
      guard isOpen else { return .abandoned("there is no position") }
      // What the entry fills from here on opens another one.
      var next = resting(work)
      next.divided = .zero
      return .moved(.targets(next))
    }
    if isOpen || core.hasUnreported(work.key.instrument) { return .waiting }
    guard let entry = work.entry.flatMap({ core.book.account.orders[$0] }),
      entry.progress.filledContracts.isPositive
    else { return .abandoned("there is no position") }
    // What it filled may be shown late. Where a reading of later shows none it has come and ended,
    // and the next position is another one.
    let latest = entry.changedAt + showingTime
    if let readAt = core.accountReading.readAt, readAt > latest {
      return .abandoned("there is no position")
    }
    // One that failed is repeated without this.
    if core.now > latest, core.accountReading.failures == 0 { StartupRules.readAccount(&core) }
    return .waiting
  }

  /// What of the account ``takeMoves(since:_:)`` is to be told; nothing where no targets rest for
  /// an entry.
  static func shown(_ core: EngineCore) -> [TriggerOrder] {
    let mayMove = core.plans.contains {
      if case .targets(let work) = $0.work { work.rests } else { false }
    }
    return mayMove ? core.book.account.triggers.filter(\.isOwn).map(\.order) : []
  }

  /// Takes over the moves of targets at the exchange, for this program changes no order: somebody
  /// wished them.
  static func takeMoves(since before: [TriggerOrder], _ core: inout EngineCore) {
    for old in before {
      guard let price = old.takeProfit?.triggerPrice,
        let target = core.book.account.triggers.first(where: {
          $0.order.exchangeOrderID == old.exchangeOrderID
        })?.order.takeProfit, target.triggerPrice != price
      else { continue }
      moved(old.key, from: price, to: target, &core)
    }
  }

  /// A target is canceled by hand: what is divided anew later is divided without it.
  static func canceled(_ id: ExchangeOrderID, _ core: inout EngineCore) {
    guard
      let old = core.book.account.triggers.first(where: {
        $0.isOwn && $0.order.exchangeOrderID == id
      })?.order, let price = old.takeProfit?.triggerPrice
    else { return }
    let isBesideOther = core.book.account.ownProtection(of: old.key).contains {
      $0.exchangeOrderID != id && $0.takeProfit?.triggerPrice == price
    }
    guard !isBesideOther else { return }
    for plan in core.plans {
      guard case .targets(var work) = plan.work, work.key == old.key, work.rests,
        work.targets.contains(where: { $0.trigger.triggerPrice == price })
      else { continue }
      work.targets.removeAll { $0.trigger.triggerPrice == price }
      if work.targets.isEmpty {
        _ = PlanRules.abandon(plan.id, "canceled", &core)
        continue
      }
      var changed = plan
      changed.work = .targets(work)
      PlanRules.update(plan.id, &core) { $0 = changed }
      PlanRules.write(changed, .open, changed.work.step, &core)
    }
  }

  /// A target was moved by hand, here or at the exchange: what is divided anew later is divided
  /// with it there.
  static func moved(
    _ key: PositionKey, from old: Price, to new: Trigger, _ core: inout EngineCore
  ) {
    for plan in core.plans {
      guard case .targets(var work) = plan.work, work.key == key, work.rests,
        let place = work.targets.firstIndex(where: { $0.trigger.triggerPrice == old })
      else { continue }
      work.targets[place] = PartialTarget(trigger: new, share: work.targets[place].share)
      var changed = plan
      changed.work = .targets(work)
      PlanRules.update(plan.id, &core) { $0 = changed }
      PlanRules.write(changed, .open, changed.work.step, &core)
    }
  }
}
