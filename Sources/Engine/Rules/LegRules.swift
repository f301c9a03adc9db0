import AccountData
import MarketData
import Risk
import Trading
import Units

/// How one protecting order takes the place of another: the new one is taken before the old one
/// goes, so that no leg is absent in between and a crash leaves at most one too many.
enum LegRules {
  /// How long after a try that failed orders are left as they are.
  static let patience = TimeSpan.seconds(30)

  /// Whether nothing about the protection of a position is on its way.
  static func isCalm(_ key: PositionKey, _ core: EngineCore) -> Bool {
    guard let entry = core.guards[key], entry.placing == nil else { return false }
    return entry.adjustsFrom.map { core.now >= $0 } ?? true
  }

  /// Puts an order in the place of another one of ours.
  static func replace(
    _ old: TriggerOrder, stopLoss: Trigger?, takeProfit: Trigger?, size: TriggerSize,
    source: CommandSource, reasons: [String], _ core: inout EngineCore
  ) -> Denial? {
    let key = old.key
    let result = core.gate.protect(
      key, stopLoss: stopLoss, takeProfit: takeProfit, size: size, source: source,
      reasons: reasons, ids: &core.ids, in: core.context)
    switch result {
    case .failure(let denial):
      let moment = core.now + patience
      core.guards.update(key) { $0.adjustsFrom = moment }
      return denial
    case .success(let approved):
      core.guards.update(key) {
        $0.placing = approved.request.clientOrderID
        $0.replaced = [old.exchangeOrderID]
        if let target = approved.request.takeProfit, $0.takeProfit == old.takeProfit {
          $0.takeProfit = target
        }
      }
      noteSuccessor(approved.request, of: [old], &core)
      ProtectionRules.send(approved, source, &core)
      return nil
    }
  }

  /// Notes what takes the place of orders of ours, and forgets those that rest no more.
  static func noteSuccessor(
    _ new: ProtectionRequest, of old: [TriggerOrder], _ core: inout EngineCore
  ) {
    let resting = core.book.account.triggers.map(\.order.exchangeOrderID)
    let ids = old.map(\.exchangeOrderID)
    core.guards.update(new.key) {
      $0.successors.removeAll { ids.contains($0.old) || !resting.contains($0.old) }
      $0.successors += ids.map { LegSuccessor(old: $0, new: new.clientOrderID) }
    }
  }

  /// Says what an order that was taken changes: the cancel of the one before it is no news.
  static func tell(of request: ProtectionRequest, _ core: inout EngineCore) {
    let own = core.book.account.ownProtection(of: request.key).filter {
      $0.clientOrderID != request.clientOrderID
    }
    var news: [String] = []
    func note(_ name: String, _ new: Trigger?, _ old: [Trigger]) {
      guard let price = new?.triggerPrice, !old.contains(where: { $0.triggerPrice == price })
      else { return }
      news.append("\(name) \(old.isEmpty ? "placed at" : "moved to") \(price)")
    }
    note("stop", request.stopLoss, own.compactMap(\.stopLoss))
    note("target", request.takeProfit, own.compactMap(\.takeProfit))
    if news.isEmpty {
      let size = request.size.part.map { "\($0) contracts" } ?? "the whole position"
      let legs = [request.stopLoss.map { _ in "stop" }, request.takeProfit.map { _ in "target" }]
      news = ["\(legs.compactMap(\.self).joined(separator: " and ")) placed for \(size)"]
    }
    core.notify(.notice, news.joined(separator: ", "), request.key.instrument)
  }

  /// Moves one target and keeps its size; returns why not when it is not done.
  static func move(
    target id: ExchangeOrderID, of key: PositionKey, to target: Trigger,
    _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard let held = core.book.account.positions[key] else {
      return Denial.nothingToClose(key).text
    }
    let own = core.book.account.ownProtection(of: key)
    guard let old = own.first(where: { $0.exchangeOrderID == id && $0.takeProfit != nil }) else {
      return refuse("that target is gone, or it is not ours: nothing was changed", key, &core)
    }
    guard core.guards[key]?.placing == nil else {
      return refuse("a change of the protection is on its way: try again", key, &core)
    }
    let denial = replace(
      old, stopLoss: old.stopLoss, takeProfit: target, size: old.size.asPart(of: held, core),
      source: source, reasons: ["target moved"], &core)
    if let denial {
      CommandRules.deny(
        denial, .protect(key, stopLoss: nil, takeProfit: target.triggerPrice), source, &core)
    } else {
      if let before = old.takeProfit?.triggerPrice,
        let tick = core.markets[key.instrument]?.instrument.tickSize
      {
        let resting = target.onTick(tick, held.report.side == .long ? .down : .up)
        EntryTargetRules.moved(key, from: before, to: resting, &core)
      }
      TargetRules.abandon(key, evenWaiting: false, &core)
    }
    return denial?.text
  }

  /// Cancels a stop of ours that another one makes needless; a target in the same order gets an
  /// order of its own first, with its own size.
  static func retire(
    stopOf old: TriggerOrder, beside keep: TriggerOrder, _ held: HeldPosition,
    _ core: inout EngineCore
  ) {
    guard let target = old.takeProfit, !keep.isAnew(old, held.report.contracts),
      !hasWholeTarget(target, held, core)
    else {
      SweepRules.cancel(old, &core)
      return
    }
    guard !SweepRules.isGoing(old, core), !core.isReplacingTargets(of: held.key) else { return }
    let size = old.size.asPart(of: held, core)
    if let new = successor(of: old, core), new.stopLoss == nil, new.size == size,
      new.takeProfit?.triggerPrice == target.triggerPrice
    {
      return SweepRules.cancel(old, &core)
    }
    guard isCalm(held.key, core) else { return }
    _ = replace(
      old, stopLoss: nil, takeProfit: target, size: size, source: core.source(of: held.key),
      reasons: ["the target keeps its size"], &core)
  }

  /// Whether targets without a stop rest at a price that are enough for the whole position: one
  /// more would close what is added later (O26). While it grows that is not known.
  private static func hasWholeTarget(
    _ target: Trigger, _ held: HeldPosition, _ core: EngineCore
  ) -> Bool {
    guard !core.isOpening(held.key), !core.hasUnreported(held.key.instrument) else { return false }
    var sum = Contracts.zero
    for order in core.book.account.ownProtection(of: held.key)
    where order.stopLoss == nil && order.takeProfit?.triggerPrice == target.triggerPrice {
      guard let part = order.size.part else { return true }
      sum += part
    }
    return sum >= held.report.contracts
  }

  /// Takes the target out of an order of ours; its stop gets an order of its own first.
  static func retire(
    targetOf old: TriggerOrder, _ held: HeldPosition, _ core: inout EngineCore
  ) {
    guard let stop = old.stopLoss else { return SweepRules.cancel(old, &core) }
    let size = TriggerSize.contracts(
      core.covering(
        min(old.size.part ?? held.report.contracts, held.report.contracts), of: held.key))
    if let new = successor(of: old, core), new.takeProfit == nil, new.size == size,
      new.stopLoss?.triggerPrice == stop.triggerPrice
    {
      return SweepRules.cancel(old, &core)
    }
    _ = replace(
      old, stopLoss: stop, takeProfit: nil, size: size, source: core.source(of: held.key),
      reasons: ["the stop keeps its size"], &core)
  }

  /// Returns the order that took the place of another one of ours, once it rests: another one of
  /// the same price and size may be there for an order of its own.
  static func successor(of old: TriggerOrder, _ core: EngineCore) -> TriggerOrder? {
    guard
      let new = core.guards[old.key]?.successors.last(where: { $0.old == old.exchangeOrderID })
    else { return nil }
    return core.book.account.ownProtection(of: old.key).first { $0.clientOrderID == new.new }
  }

  /// Cancels orders whose place another one has taken: a crash or a lost answer can leave both.
  static func dropReplaced(_ held: HeldPosition, _ core: inout EngineCore) {
    for old in core.book.account.ownProtection(of: held.key) {
      guard let new = successor(of: old, core), new.does(allOf: old, held.report.contracts) else {
        continue
      }
      SweepRules.cancel(old, &core)
    }
  }

  /// Whether a new target of the whole takes the place of several, or of one of a part whose order
  /// carries a stop.
  static func hasTargetsOfParts(_ key: PositionKey, _ core: EngineCore) -> Bool {
    guard let held = core.book.account.positions[key] else { return false }
    let targets = core.book.account.ownProtection(of: key).filter { $0.takeProfit != nil }
    guard let first = targets.first else { return false }
    return targets.count > 1
      || (first.stopLoss != nil && !first.size.covers(held.report.contracts))
  }

  private static func refuse(
    _ text: String, _ key: PositionKey, _ core: inout EngineCore
  ) -> String {
    core.notify(.warning, text, key.instrument)
    return text
  }
}

extension TriggerSize {
  /// The same size in contracts: an exchange keeps one order of a whole position and refuses a
  /// second. Source: BloFin REST, Place TPSL Order.
  fileprivate func asPart(of held: HeldPosition, _ core: EngineCore) -> TriggerSize {
    .contracts(core.covering(part ?? held.report.contracts, of: held.key))
  }
}

extension TriggerOrder {
  /// Whether it has the legs of another one, for as many contracts of a position of this size.
  fileprivate func does(allOf old: TriggerOrder, _ contracts: Contracts) -> Bool {
    (stopLoss != nil || old.stopLoss == nil) && (takeProfit != nil || old.takeProfit == nil)
      && size.covers(min(old.size.part ?? contracts, contracts))
  }

  /// Whether it is another order of a whole position anew, with its stop or its target moved.
  fileprivate func isAnew(_ old: TriggerOrder, _ contracts: Contracts) -> Bool {
    guard let takeProfit else { return false }
    if old.takeProfit?.triggerPrice == takeProfit.triggerPrice { return old.size.covers(contracts) }
    return old.stopLoss?.triggerPrice == stopLoss?.triggerPrice && old.size.covers(contracts)
  }
}

extension Account {
  /// The orders of ours that wait to protect a position.
  func ownProtection(of key: PositionKey) -> [TriggerOrder] {
    triggers.compactMap { trigger in
      let order = trigger.order
      let protects = order.stopLoss != nil || order.takeProfit != nil
      return trigger.isOwn && order.key == key && order.state == .live && order.reduceOnly
        && protects ? order : nil
    }
  }
}

extension EngineCore {
  /// In whose name the protection of a position is changed.
  func source(of key: PositionKey) -> CommandSource { guards[key]?.source ?? .engine }
}
