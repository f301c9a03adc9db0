import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// What the engine does when someone wants something.
enum CommandRules {
  static func take(_ command: Command, _ source: CommandSource, _ core: inout EngineCore) {
    let told = core.notices.appendedCount
    let answer = perform(command, source, &core)
    // Nothing is refused in silence: what no step told of is told here.
    if let answer, core.notices.appendedCount == told { tell(answer, command.instrument, &core) }
    // A chart reads candles again and again; that changes nothing that a journal is for.
    if case .loadCandles = command { return }
    core.journal(
      .command(CommandRecord(source: source, text: command.text, answer: answer, at: core.now)))
  }

  /// Does what was asked; returns why not when it was not done.
  private static func perform(
    _ command: Command, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard RunawayRules.mayCommand(command, source, &core) else { return core.trading.reason }
    switch command {
    case .open(let intent): return open(intent, source, &core)?.text
    case .reverse, .scaleIn, .breakEven, .takeProfits, .bracket, .openOneOf, .trail, .amend,
      .abandon, .approve, .dismiss, .resetPeak, .openBatch, .cancelBatch, .openAt:
      return PlanCommands.perform(command, source, &core)
    case .close(let intent): return close(intent, source: source, reasons: [], &core)?.text
    case .cancel(let instrument, let reference): cancel(instrument, reference, &core)
    case .cancelTrigger(let instrument, let id):
      EntryTargetRules.canceled(id, &core)
      core.send(.cancelTrigger(instrument, id)) { .cancelTrigger($0, instrument, id) }
    case .cancelAll(let instrument): cancelAll(instrument, &core)
    case .flatten(let instrument): flatten(instrument, source, &core)
    case .moveTarget(let key, let id, let target):
      return LegRules.move(target: id, of: key, to: target, source, &core)
    case .protect(let key, let stopLoss, let takeProfit):
      if let takeProfit, stopLoss == nil, LegRules.hasTargetsOfParts(key, core) {
        let whole = PartialTarget(trigger: takeProfit, share: 1)
        return PlanCommands.perform(.takeProfits(key, [whole]), source, &core)
      }
      let before = TrailRules.restingStop(of: key, core)
      let denial = ProtectionRules.place(
        key, stopLoss: stopLoss, takeProfit: takeProfit, source: source, reasons: [], &core)
      if denial == nil, takeProfit != nil { TargetRules.abandon(key, &core) }
      if denial == nil, let stopLoss {
        TrailRules.stopWasMoved(key, to: stopLoss, from: before, &core)
      }
      if let denial {
        let wanted = Intent.protect(
          key, stopLoss: stopLoss?.triggerPrice, takeProfit: takeProfit?.triggerPrice)
        deny(denial, wanted, source, &core)
      }
      return denial?.text
    case .setLeverage(let instrument, let mode, let leverage):
      return SettingRules.setLeverage(instrument, mode, leverage, source, &core)?.text
    case .setPositionMode(let mode):
      return SettingRules.setPositionMode(mode, source, &core)?.text
    case .setState(let state, let reason): return setState(state, reason, source, &core)
    case .setStrategy(let name, let state):
      return StrategyRules.setState(name, state, source, &core)
    case .reconcile: StartupRules.readAccount(&core)
    case .loadCandles(let instrument, let timeFrame, let before, let limit):
      core.send(.candles(instrument, timeFrame)) {
        .candles($0, instrument, timeFrame, before: before, limit: limit)
      }
    case .setLimits(let limits): return setLimits(limits, source, &core)
    case .addAlert, .removeAlert, .acknowledge, .testAlert:
      return AlertRules.perform(command, source, &core)
    case .note(let text, let instrument):
      core.note(.user, text, instrument)
    }
    return nil
  }

  /// Opens a position or adds to one, or says why not.
  @discardableResult
  static func open(
    _ intent: OpeningIntent, _ source: CommandSource, isApproved: Bool = false,
    replacing replaced: TrackedOrder? = nil, reasons: [String] = [], _ core: inout EngineCore
  ) -> Denial? {
    let denial = send(
      intent, source, isApproved: isApproved, replacing: replaced, reasons: reasons, &core)
    switch denial {
    case nil: break
    case .approvalNeeded:
      // Where only trades are kept nobody answers: it is one that was not made.
      if !core.journalsEverything {
        core.journal(.denial(record(of: .approvalNeeded, .open(intent), source, core)))
      }
      PlanCommands.propose(intent, source, reasons: reasons, &core)
    case let denial?: deny(denial, .open(intent), source, &core)
    }
    return denial
  }

  /// Sends an opening that the gate approves, or returns why not, which nobody is told yet.
  static func send(
    _ intent: OpeningIntent, _ source: CommandSource, isApproved: Bool = false,
    replacing replaced: TrackedOrder? = nil, reasons: [String], _ core: inout EngineCore
  ) -> Denial? {
    let result = core.gate.open(
      intent, source: source, isApproved: isApproved, replacing: replaced, reasons: reasons,
      ids: &core.ids, in: core.context)
    switch result {
    case .success(let order):
      core.noteAttached(order.request, source)
      submit(order, source, &core)
      return nil
    case .failure(let denial): return denial
    }
  }

  /// Closes a share of a position, or so many contracts of it.
  @discardableResult
  static func close(
    _ intent: ClosingIntent, contracts: Contracts? = nil, source: CommandSource,
    reasons: [String], _ core: inout EngineCore
  ) -> Denial? {
    let result = core.gate.close(
      intent, contracts: contracts, source: source, reasons: reasons, ids: &core.ids,
      in: core.context)
    switch result {
    case .success(let orders):
      for order in orders { submit(order, source, &core) }
      return nil
    case .failure(let denial):
      deny(denial, .close(intent), source, &core)
      return denial
    }
  }

  private static func submit(
    _ order: ApprovedOrder, _ source: CommandSource, _ core: inout EngineCore
  ) {
    core.book.add(order.request, source: source, at: core.now)
    core.send(.submit(order.request)) { .submit($0, order) }
  }

  static func deny(
    _ denial: Denial, _ intent: Intent, _ source: CommandSource, _ core: inout EngineCore
  ) {
    let record = record(of: denial, intent, source, core)
    core.denials.append(record)
    core.journal(.denial(record))
    tell(denial.text, intent.instrument, &core)
    core.alerts.book.happened(.denied, intent.instrument, "denied: \(denial.text)", at: core.now)
  }

  private static func record(
    of denial: Denial, _ intent: Intent, _ source: CommandSource, _ core: EngineCore
  ) -> DenialRecord {
    DenialRecord(
      code: denial.code, text: denial.text, intent: intent, source: source, at: core.now)
  }

  private static func tell(
    _ refusal: String, _ instrument: InstrumentID?, _ core: inout EngineCore
  ) {
    let notice = Notice(
      .denied, level: .warning, text: "denied: \(refusal)", instrument: instrument, at: core.now)
    core.notices.append(notice)
    core.effects.append(.notify(notice))
  }

  /// Cancels an order unless a cancel of it waits for its answer.
  static func cancel(
    _ instrument: InstrumentID, _ reference: OrderReference, _ core: inout EngineCore
  ) {
    let subject = RequestSubject.cancel(instrument, reference)
    let known = core.book.account.orders[reference]
    // One cancel can name it by our id and the next by the exchange's.
    let isOnItsWay = core.requests.isWaiting { waiting in
      waiting == subject || known.map(waiting.isCancel(of:)) ?? false
    }
    guard !isOnItsWay else { return }
    if let change = core.book.move(reference, .cancelSent, at: core.now),
      change.stateBefore != change.order.state
    {
      AccountRules.orderChanged(change, cause: "cancel sent", &core)
    }
    core.send(subject) { .cancel($0, instrument, reference) }
  }

  private static func cancelAll(_ instrument: InstrumentID?, _ core: inout EngineCore) {
    takeBack(instrument, &core)
    for order in core.account.orders.open {
      guard order.isOwn, instrument == nil || order.instrument == instrument,
        order.state != .lost, let reference = order.reference
      else { continue }
      cancel(order.instrument, reference, &core)
    }
  }

  /// Gives up what would place an order yet that is not there to be canceled.
  private static func takeBack(_ instrument: InstrumentID?, _ core: inout EngineCore) {
    PlanRules.abandonAll(instrument, "canceled", &core) { $0.placesLater }
    StrategyRules.forgetWaiting(instrument, &core)
  }

  /// Halts: sticky, and every opening order is canceled until that is proven.
  static func halt(_ reason: String, source: CommandSource, _ core: inout EngineCore) {
    core.setState(.halted, reason: reason, source: source)
    core.proposals = []
    PlanRules.abandonAll(nil, "halted", &core) { $0.waitsForPrice }
    StrategyRules.forgetWaiting(nil, &core)
    goOnHalting(&core)
  }

  /// Cancels every opening order of ours while the bot is halted, until each is proven (K11).
  static func goOnHalting(_ core: inout EngineCore) {
    guard core.trading.mode == .halted else { return }
    if cancelOpenings(&core, where: \.isOwn) {
      core.schedule(.flatten, in: PlanRules.spacing)
    }
  }

  /// Cancels the opening orders of ours of a position, those of both sides where the key names
  /// none; whether there was one.
  @discardableResult
  static func cancelOpening(of key: PositionKey, _ core: inout EngineCore) -> Bool {
    cancelOpenings(&core) { order in
      order.isOwn && order.instrument == key.instrument && order.marginMode == key.marginMode
        && (order.slot == key.slot || key.slot == .net)
    }
  }

  /// Cancels the opening orders that are meant, one cancel of each at a time; one that was answered
  /// and changed nothing is sent again. Whether there was one that is open yet.
  @discardableResult
  static func cancelOpenings(
    _ core: inout EngineCore, where isMeant: (TrackedOrder) -> Bool
  ) -> Bool {
    var hasAny = false
    for order in core.book.account.orders.open where order.addsExposure && isMeant(order) {
      hasAny = true
      guard core.mayCancel(order), let reference = order.reference else { continue }
      cancel(order.instrument, reference, &core)
    }
    return hasAny
  }

  private static func flatten(
    _ instrument: InstrumentID?, _ source: CommandSource, _ core: inout EngineCore
  ) {
    if !core.flattening.contains(instrument) {
      core.flattening.append(instrument)
      _ = PlanRules.begin(.flatten(instrument), source, &core)
    }
    // Exits leave before cancels: what the exchange lets pass in ten seconds is little.
    goOnFlattening(isAsked: true, &core)
    takeBack(instrument, &core)
  }

  /// Closes what is still open of what was to be flattened, until the exchange shows it flat (K12).
  /// What was refused waits for its turn, unless a person asks just now.
  static func goOnFlattening(isAsked: Bool = false, _ core: inout EngineCore) {
    guard !core.flattening.isEmpty else { return }
    let scope = core.flattening
    let isInScope = { (id: InstrumentID) in scope.contains(nil) || scope.contains(id) }
    var isFlat = true
    var dust: [HeldPosition] = []
    for held in core.account.positions.held where isInScope(held.key.instrument) {
      if DustRules.isLeft(held, core) {
        dust.append(held)
        continue
      }
      isFlat = false
      let patience = RiskContext.closingPatience
      guard !core.isClosing(held.key, since: core.now - patience),
        isAsked || RefusedExits.mayLeave(for: held, core)
      else { continue }
      close(ClosingIntent(key: held.key), source: .engine, reasons: ["flatten"], &core)
    }
    let isQuiet = !cancelOpenings(&core) { isInScope($0.instrument) }
    let isTold = !core.account.positions.unreported.contains { isInScope($0.instrument) }
    // Flat is what the exchange showed, not what was never told.
    if isFlat, isQuiet, isTold, core.step == .ready {
      core.flattening = []
      if dust.isEmpty { core.notify(.notice, "flat") } else { DustRules.tell(dust, &core) }
    } else {
      core.schedule(.flatten, in: .seconds(1))
    }
  }

  /// Tightening is for everyone and at once, loosening for a person; both are said (K14). What is
  /// looser among what is tighter waits, and keeps nothing that is tighter from being taken.
  private static func setLimits(
    _ limits: RiskLimits, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    let inForce = core.gate.limits
    let (tighter, looser) = limits.tightened(by: inForce)
    let names = looser.joined(separator: ", ")
    core.gate.replaceLimits(source.isPerson ? limits : tighter)
    core.markets.jumpLimit = core.gate.limits.priceDivergenceMaximum
    StrategyLimitRules.replaced(inForce, &core)
    guard !looser.isEmpty else { return nil }
    guard !source.isPerson else {
      core.notify(.warning, "looser limits: \(names)")
      return nil
    }
    // What to do comes first: a narrow screen cuts the end.
    if source == .engine {
      core.notify(.warning, "looser limits wait for :reload loosen or perpdeck reload: \(names)")
    }
    return "only a person loosens \(names)"
      + (tighter == inForce ? "" : "; what is tighter was taken")
  }

  private static func setState(
    _ state: BotState, _ reason: String, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    // Only a person lifts a halt.
    if core.trading.mode == .halted, state != .halted, !source.isPerson {
      let denial = Denial.stateForbids(.halted)
      return denial.text
    }
    if state == .halted {
      halt(reason, source: source, &core)
    } else {
      core.setState(state, reason: reason, source: source)
      if state == .running { core.breakers.forgiveStopOuts() }
    }
    core.notify(.notice, "\(state.rawValue)\(reason.isEmpty ? "" : ": \(reason)")")
    if state == .running || state == .approval { BreakerRules.tellOfStanding(&core) }
    return nil
  }
}
