import AccountData
import MarketData
import Risk
import Trading
import Units

/// How the sizes of protecting orders follow a position that was closed in part. What is too large
/// does no harm meanwhile, for it only reduces; what ended the rest may be told a moment later, so
/// the whole account is read before anything is changed.
enum SizeRules {
  /// How long sizes may be too large before they are looked at.
  static let patience = TimeSpan.seconds(2)

  /// Looks whether orders of ours are larger than the position and makes them smaller.
  static func review(_ held: HeldPosition, _ core: inout EngineCore) {
    let key = held.key
    guard let entry = core.guards[key], core.step == .ready else { return }
    if entry.placing == nil, !entry.successors.isEmpty { LegRules.dropReplaced(held, &core) }
    guard let misfit = misfit(of: held, core) else {
      guard entry.oversizedSince != nil else { return }
      core.guards.update(key) {
        $0.oversizedSince = nil
        $0.isSizeVerified = false
      }
      core.effects.append(.unschedule(.protection(key)))
      return
    }
    guard let since = entry.oversizedSince else {
      core.guards.update(key) { $0.oversizedSince = core.now }
      core.schedule(.protection(key), in: patience)
      return
    }
    guard core.now - since >= patience else { return }
    guard entry.isSizeVerified else {
      StartupRules.readAccount(&core)
      core.schedule(.protection(key), in: patience)
      return
    }
    // A stop that came with an entry may grow with each fill; what takes its place would not.
    let isGrowing =
      misfit.hasStop ? core.isOpening(key) : EntryTargetRules.isGrowing(key, core)
    guard LegRules.isCalm(key, core), !isGrowing,
      !core.hasUnreported(key.instrument), !core.isClosing(key), !core.isReplacingTargets(of: key),
      !core.requests.isWaiting({ $0.isProtection(of: key) || $0.cancelsTrigger(key.instrument) })
    else {
      core.schedule(.protection(key), in: patience)
      return
    }
    core.schedule(.protection(key), in: LegRules.patience)
    mend(misfit, held, &core)
  }

  /// A position has another size: what a reading said of the one before counts no more.
  static func changed(_ key: PositionKey, _ core: inout EngineCore) {
    guard core.guards[key]?.oversizedSince != nil else { return }
    core.guards.update(key) {
      $0.oversizedSince = nil
      $0.isSizeVerified = false
    }
  }

  /// What does not fit.
  private enum Misfit {
    case one(TriggerOrder)
    case targets([TriggerOrder])
    /// A target beside another one at its price that covers the whole position.
    case needless(TriggerOrder)

    /// Whether a stop would be replaced.
    var hasStop: Bool {
      switch self {
      case .one(let order): order.stopLoss != nil
      case .targets(let orders): orders.contains { $0.stopLoss != nil }
      case .needless: false
      }
    }
  }

  private static func misfit(of held: HeldPosition, _ core: EngineCore) -> Misfit? {
    let contracts = core.covering(held.report.contracts, of: held.key)
    let own = core.book.account.ownProtection(of: held.key)
    // One that another one has taken the place of is on its way out.
    let targets = own.filter { $0.takeProfit != nil && LegRules.successor(of: $0, core) == nil }
    let sizes = targets.compactMap(\.size.part)
    let prices = Set(targets.compactMap(\.takeProfit?.triggerPrice))
    // Where one covers whatever is held, or all are at one price, there is nothing to divide.
    let isDivided =
      prices.count > 1 && targets.count <= PartialTarget.limit && sizes.count == targets.count
    if isDivided, sizes.reduce(Contracts.zero, +) > contracts { return .targets(targets) }
    let pure = targets.filter { $0.stopLoss == nil }
    let needless = pure.first { order in
      pure.contains {
        $0.exchangeOrderID != order.exchangeOrderID && $0.size.covers(held.report.contracts)
          && $0.takeProfit?.triggerPrice == order.takeProfit?.triggerPrice
      }
    }
    if let needless { return .needless(needless) }
    return own.first { order in order.size.part.map { $0 > contracts } ?? false }.map { .one($0) }
  }

  private static func mend(_ misfit: Misfit, _ held: HeldPosition, _ core: inout EngineCore) {
    let source = core.source(of: held.key)
    switch misfit {
    case .one(let order):
      _ = LegRules.replace(
        order, stopLoss: order.stopLoss, takeProfit: order.takeProfit,
        size: .contracts(core.covering(held.report.contracts, of: held.key)), source: source,
        reasons: ["the position is smaller"], &core)
    case .needless(let order): SweepRules.cancel(order, &core)
    case .targets(let orders):
      // Not at once again, however this goes.
      let moment = core.now + LegRules.patience
      core.guards.update(held.key) { $0.adjustsFrom = moment }
      let plan = TargetsPlan(
        key: held.key, side: held.report.side, targets: shares(orders, held.report.side),
        entry: nil)
      _ = PlanRules.begin(.targets(plan), source, &core)
    }
  }

  /// The same targets, the nearest first, each with its share of them all; several at one price are
  /// one.
  private static func shares(_ orders: [TriggerOrder], _ side: PositionSide) -> [PartialTarget] {
    let sum = orders.compactMap(\.size.part).reduce(Contracts.zero, +)
    var parts: [(trigger: Trigger, size: Contracts)] = []
    for order in orders {
      guard let target = order.takeProfit, let size = order.size.part else { continue }
      let place = parts.firstIndex { $0.trigger.triggerPrice == target.triggerPrice }
      if let place { parts[place].size += size } else { parts.append((target, size)) }
    }
    parts.sort {
      side == .long
        ? $0.trigger.triggerPrice < $1.trigger.triggerPrice
        : $0.trigger.triggerPrice > $1.trigger.triggerPrice
    }
    var rest: Rate = 1
    return parts.enumerated().map { place, part in
      let own = Rate(part.size.value.divided(by: sum.value, .towardZero))
      let share = place == parts.count - 1 ? rest : own
      rest -= own
      return PartialTarget(trigger: part.trigger, share: share)
    }
  }
}

extension TriggerSize {
  /// The contracts of a part; nil for whatever the position then holds.
  var part: Contracts? {
    switch self {
    case .wholePosition: nil
    case .contracts(let contracts): contracts
    }
  }
}

extension RequestSubject {
  /// Whether it takes back a trigger order of an instrument.
  fileprivate func cancelsTrigger(_ instrument: InstrumentID) -> Bool {
    if case .cancelTrigger(let id, _) = self { id == instrument } else { false }
  }
}

extension EngineCore {
  /// The least size in whole lots that covers so many contracts of a position.
  func covering(_ contracts: Contracts, of key: PositionKey) -> Contracts {
    guard let place = markets.position(of: key.instrument) else { return contracts }
    return markets.all[place].instrument.covering(contracts)
  }

  /// Whether targets of a position are being placed.
  func isReplacingTargets(of key: PositionKey) -> Bool {
    plans.contains {
      if case .targets(let work) = $0.work { work.key == key && !work.rests } else { false }
    }
  }
}
