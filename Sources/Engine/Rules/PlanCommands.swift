import AccountData
import MarketData
import Risk
import Trading
import Units

/// What the engine does with commands that begin an action of several steps or answer a proposal.
enum PlanCommands {
  /// Does what was asked; returns why not when it was not done.
  static func perform(
    _ command: Command, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    switch command {
    case .reverse(let key, let opening): return reverse(key, opening, source, &core)
    case .scaleIn(let key, let adding, let share):
      return scaleIn(key, adding, share, source, &core)
    case .breakEven(let key): return breakEven(key, source, &core)
    case .takeProfits(let key, let targets):
      return takeProfits(key, targets, entry: nil, source, &core)
    case .bracket(let intent, let targets): return bracket(intent, targets, source, &core)
    case .openOneOf(let first, let second): return openOneOf(first, second, source, &core)
    case .trail(let key, let distance, let activation):
      return trail(key, distance, activation, source, &core)
    case .amend(let id, let type, let contracts):
      return amend(id, type, contracts, source, &core)
    case .abandon(let id):
      return PlanRules.abandon(id, "on request", &core) ? nil : "no such action goes on"
    case .approve(let number): return approve(number, source, &core)
    case .dismiss(let number):
      core.proposals.removeAll { $0.id == number }
      return nil
    case .resetPeak: return resetPeak(source, &core)
    case .openBatch(let intents): return BatchCommands.open(intents, source, &core)
    case .cancelBatch(let references): return BatchCommands.cancel(references, &core)
    case .openAt(let intent, let trigger, let until):
      return openAt(intent, trigger, until, source, &core)
    case .open, .close, .cancel, .cancelTrigger, .cancelAll, .flatten, .protect, .moveTarget,
      .setLeverage,
      .setPositionMode, .setState, .setStrategy, .reconcile, .loadCandles, .setLimits, .note,
      .addAlert, .removeAlert, .acknowledge, .testAlert:
      preconditionFailure("a plain command is done where all commands are")
    }
  }

  /// Keeps an opening of a strategy for a person to decide on; a newer one takes the place of an
  /// older one of the same strategy.
  static func propose(
    _ intent: OpeningIntent, _ source: CommandSource, reasons: [String], _ core: inout EngineCore
  ) {
    core.proposals.removeAll { $0.until <= core.now }
    guard !core.proposals.contains(where: { $0.intent == intent }) else { return }
    if case .strategy = source { core.proposals.removeAll { $0.source == source } }
    guard core.proposals.count < EngineCore.proposalLimit else { return }
    core.proposalCount += 1
    core.proposals.append(
      Proposal(
        id: core.proposalCount, intent: intent, source: source, reasons: reasons, at: core.now,
        until: core.now + EngineCore.proposalLife))
    core.notify(
      .notice, "a strategy proposes: \(intent.side.rawValue) \(intent.instrument)",
      intent.instrument)
  }

  private static func approve(
    _ number: UInt64, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard source.isPerson else { return "only a person approves" }
    guard let proposal = core.proposals.first(where: { $0.id == number }),
      proposal.until > core.now
    else { return "no such proposal waits" }
    core.proposals.removeAll { $0.id == number }
    return CommandRules.open(
      proposal.intent, proposal.source, isApproved: true, reasons: proposal.reasons, &core)?.text
  }

  private static func resetPeak(
    _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard source.isPerson else { return "only a person resets the peak" }
    guard let balance = core.book.account.balance?.value,
      let equity = MarkedEquity.equity(core.book.account, core.markets)
    else { return Denial.missing(.balance).text }
    core.breakers.resetPeak(to: equity)
    core.unwrittenPeak = nil
    core.journal(
      .equity(EquityRecord(occasion: .peak, equity: equity, cash: balance.cash, at: core.now)))
    return nil
  }

  private static func reverse(
    _ key: PositionKey, _ opening: OpeningIntent, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> String? {
    guard let held = core.book.account.positions[key] else {
      return Denial.nothingToClose(key).text
    }
    guard opening.instrument == key.instrument, opening.side == held.report.side.opposite else {
      return "the other side of \(key.instrument) is \(held.report.side.opposite.rawValue)"
    }
    // Half a reversal is not what was asked for: nothing is closed for an opening that is denied.
    let context = core.context.closing(key)
    if let denial = core.gate.preview(opening, source: source, in: context).denial {
      CommandRules.deny(denial, .open(opening), source, &core)
      return "the position stays: \(denial.text)"
    }
    let plan = ReversePlan(
      key: key, side: held.report.side, opening: opening,
      deadline: core.now + PlanRules.openingLife)
    return begun(.reverse(plan), source, &core)
  }

  private static func scaleIn(
    _ key: PositionKey, _ adding: OpeningIntent, _ share: Rate, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> String? {
    guard let held = core.book.account.positions[key] else {
      return Denial.nothingToClose(key).text
    }
    guard share.isPositive, share < 1 else { return Denial.shareOutOfRange(share).text }
    guard adding.instrument == key.instrument, adding.side == held.report.side else {
      return "an addition is on the side that is held"
    }
    let plan = ScaleInPlan(
      key: key, side: held.report.side, closeShare: share,
      deadline: core.now + PlanRules.openingLife)
    guard PlanRules.begin(.scaleIn(plan), source, &core) else { return tooMany }
    // Refused or not, the steps that take risk off follow.
    return CommandRules.open(adding, source, &core)?.text
  }

  private static func breakEven(
    _ key: PositionKey, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard let held = core.book.account.positions[key], let price = core.breakEvenPrice(of: held)
    else { return Denial.nothingToClose(key).text }
    if let stop = core.book.account.coveringStop(of: held)?.order.stopLoss?.triggerPrice,
      held.report.side == .long ? stop >= price : stop <= price
    {
      return "the stop at \(stop) is better than break-even at \(price)"
    }
    let denial = ProtectionRules.place(
      key, stopLoss: Trigger(triggerPrice: price), takeProfit: nil, source: source,
      reasons: ["break-even"], &core)
    if let denial {
      let wanted = Intent.protect(key, stopLoss: price, takeProfit: nil)
      CommandRules.deny(denial, wanted, source, &core)
    }
    return denial?.text
  }

  private static func takeProfits(
    _ key: PositionKey, _ targets: [PartialTarget], entry: ClientOrderID?,
    side: PositionSide? = nil, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard let side = side ?? core.book.account.positions[key]?.report.side else {
      return Denial.nothingToClose(key).text
    }
    let sum = targets.reduce(Rate.zero) { $0 + $1.share }
    guard !targets.isEmpty, targets.count <= PartialTarget.limit,
      targets.allSatisfy({ $0.share.isPositive }), sum <= 1
    else { return Denial.shareOutOfRange(sum).text }
    guard let market = core.markets[key.instrument] else {
      return Denial.unknownInstrument(key.instrument).text
    }
    let wanted = Intent.protect(
      key, stopLoss: nil, takeProfit: targets.first?.trigger.triggerPrice)
    // What the engine divides anew is what rests already.
    if entry == nil, source != .engine, let held = core.book.account.positions[key],
      let denial = TargetRules.shareDenial(
        targets, whole: held.report.contracts, lot: market.instrument.lotSize)
    {
      CommandRules.deny(denial, wanted, source, &core)
      return denial.text
    }
    // As they will rest: a target is known again by its price.
    let tick = market.instrument.tickSize
    let targets = targets.map { target in
      PartialTarget(
        trigger: target.trigger.onTick(tick, side == .long ? .down : .up), share: target.share)
    }
    if entry == nil, let denial = TargetRules.denial(of: targets, key, source, core) {
      CommandRules.deny(denial, wanted, source, &core)
      return denial.text
    }
    let problem = begun(
      .targets(TargetsPlan(key: key, side: side, targets: targets, entry: entry)), source, &core)
    if problem == nil { TargetRules.abandon(key, for: core.plans.last?.id, &core) }
    return problem
  }

  private static func bracket(
    _ intent: OpeningIntent, _ targets: [PartialTarget], _ source: CommandSource,
    _ core: inout EngineCore
  ) -> String? {
    let preview = core.gate.preview(intent, source: source, in: core.context)
    if let contracts = preview.contracts,
      let lot = core.markets[intent.instrument]?.instrument.lotSize,
      let denial = TargetRules.shareDenial(targets, whole: contracts, lot: lot)
    {
      CommandRules.deny(denial, .open(intent), source, &core)
      return denial.text
    }
    let slot = core.context.slot(of: intent)
    let key = PositionKey(
      instrument: intent.instrument, slot: slot, marginMode: intent.marginMode)
    let count = core.ids.count
    if let denial = CommandRules.open(intent, source, &core) { return denial.text }
    return takeProfits(
      key, targets, entry: ClientOrderID(run: core.settings.run, sequence: count + 1),
      side: intent.side, source, &core)
  }

  private static func openOneOf(
    _ first: OpeningIntent, _ second: OpeningIntent, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> String? {
    guard first.instrument == second.instrument else { return "both orders trade one instrument" }
    let held = core.book.account.positions.held.first { $0.key.instrument == first.instrument }
    if let held { return Denial.oppositePosition(held.report.side, held.report.contracts).text }
    return begun(.oneOf(OneOfPlan(first: first, second: second)), source, &core)
  }

  private static func openAt(
    _ intent: OpeningIntent, _ trigger: Price, _ until: Timestamp?, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> String? {
    guard let market = core.markets[intent.instrument] else {
      return denied(.unknownInstrument(intent.instrument), .open(intent), source, &core)
    }
    guard let mark = market.markPrice else {
      return denied(.missing(.mark), .open(intent), source, &core)
    }
    let tick = market.instrument.tickSize
    if let denial = intent.denialOfWaiting(for: trigger, tickSize: tick) {
      return denied(denial, .open(intent), source, &core)
    }
    guard trigger != mark else { return "the mark price is there already" }
    guard core.trading.mode != .halted, core.trading.mode != .reducing else {
      return denied(.stateForbids(core.trading.mode), .open(intent), source, &core)
    }
    let plan = EntryPlan(
      opening: intent, triggerPrice: trigger, isAbove: trigger > mark, until: until,
      watchedBy: core.settings.run)
    return begun(.entry(plan), source, &core)
  }

  private static func trail(
    _ key: PositionKey, _ distance: TrailDistance, _ activation: Price?,
    _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    let wanted = Intent.trail(key, distance, activation: activation)
    guard let held = core.book.account.positions[key] else {
      return denied(.nothingToClose(key), wanted, source, &core)
    }
    if let denial = trailDenial(key, distance, activation, core) {
      return denied(denial, wanted, source, &core)
    }
    for plan in core.plans {
      if case .trail(let work) = plan.work, work.key == key {
        _ = PlanRules.abandon(plan.id, "replaced", &core)
      }
    }
    let plan = TrailPlan(
      key: key, side: held.report.side, distance: distance, activation: activation)
    let problem = begun(.trail(plan), source, &core)
    if problem == nil {
      let start = activation.map { ", from \($0) on" } ?? ""
      core.notify(.notice, "the stop trails by \(distance.text)\(start)", key.instrument)
    }
    return problem
  }

  /// Why a stop cannot follow so far behind: it would never move, or where it lies the next trade
  /// hits it.
  private static func trailDenial(
    _ key: PositionKey, _ distance: TrailDistance, _ activation: Price?, _ core: EngineCore
  ) -> Denial? {
    guard let market = core.markets[key.instrument] else {
      return .unknownInstrument(key.instrument)
    }
    guard let price = activation ?? market.markPrice else { return .missing(.mark) }
    let tick = market.instrument.tickSize
    var spread = Price.zero
    if let bid = market.bidPrice, let ask = market.askPrice { spread = max(.zero, ask - bid) }
    let least = spread + Price(tick.value.times(trailTicks))
    let behind = distance.price(at: price)
    guard behind >= least, behind < price else {
      return .trailOutOfRange(behind, least: least, price: price)
    }
    return nil
  }

  private static func amend(
    _ id: ClientOrderID, _ type: OrderType, _ contracts: Contracts, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> String? {
    guard let order = core.book.account.orders[id], order.isOwn, !order.state.isFinal else {
      return "no order \(id) of ours is open"
    }
    guard contracts.isPositive else { return Denial.sizeNotPositive.text }
    // The order that replaces it has another id: its fill would not cancel the other one.
    let isOneOfTwo = core.plans.contains { plan in
      if case .oneOf(let work) = plan.work { work.ids.contains(id) } else { false }
    }
    guard !isOneOfTwo else { return "it is one of two orders: cancel both and send them anew" }
    return begun(
      .amend(
        AmendPlan(instrument: order.instrument, order: id, type: type, contracts: contracts)),
      source, &core)
  }

  private static func denied(
    _ denial: Denial, _ intent: Intent, _ source: CommandSource, _ core: inout EngineCore
  ) -> String {
    CommandRules.deny(denial, intent, source, &core)
    return denial.text
  }

  private static func begun(
    _ work: PlanWork, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    PlanRules.begin(work, source, &core) ? nil : tooMany
  }

  private static let tooMany = "too many actions go on"
  /// How many ticks beside the spread a trailing stop stays behind at least.
  private static let trailTicks = 3
}
