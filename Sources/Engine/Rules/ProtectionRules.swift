import AccountData
import MarketData
import Risk
import Trading
import Units

/// How a position gets its stop and keeps it: proven by reading back, placed again when it is
/// missing, closed when it cannot be placed.
enum ProtectionRules {
  /// How often a stop is placed again before the position is closed instead.
  static let attemptLimit = 2
  /// How long a missing stop is looked for in an account that does not come before another one is
  /// placed: one too many does no harm.
  static let readingPatience = TimeSpan.milliseconds(1500)
  /// How long after an answer that was lost it goes for the next step.
  static let answerPatience = TimeSpan.seconds(2)

  static func reviewAll(_ core: inout EngineCore) {
    for held in core.account.positions.held { review(held.key, &core) }
    SweepRules.sweepAll(&core)
  }

  /// Looks whether a position has its stop and acts when it has not.
  static func review(_ key: PositionKey, _ core: inout EngineCore) {
    // Without a position there is nothing to guard yet: a stop can be told before its position.
    guard let held = core.book.account.positions[key] else { return }
    let stop = core.book.account.coveringStop(of: held)
    InitialRiskRules.review(held, coveredBy: stop, &core)
    if let stop {
      OwnStopRules.takeMove(of: stop, held, &core)
      covered(held, by: stop, &core)
      if !OwnStopRules.isPuttingBack(held, beside: stop, &core) { SizeRules.review(held, &core) }
      return
    }
    let entry = core.guards[key]
    if entry?.plan == .liquidation { return SizeRules.review(held, &core) }
    let grace = core.settings.timing.protectionGrace
    guard let since = entry?.uncoveredSince else {
      core.guards.update(key) { $0.uncoveredSince = core.now }
      core.schedule(.protection(key), in: grace)
      return
    }
    guard core.now - since >= grace else { return }
    // Before the first reading it is not known what there is; after that a link that is lost is no
    // reason to leave a position naked.
    guard core.accountReading.readAt != nil || core.accountReading.hasHoldings else {
      return core.schedule(.protection(key), in: grace)
    }
    guard let entry, entry.placing == nil else { return }
    if !entry.wasVerified {
      if !entry.wasAsked {
        core.guards.update(key) { $0.wasAsked = true }
        StartupRules.readAccountAnew(&core)
      }
      guard let patience = patienceUnread(entry), core.now - since >= patience else {
        core.schedule(.protection(key), in: grace)
        return
      }
    }
    found(naked: held, entry, &core)
  }

  /// How long an account that does not come is waited for before the next step is taken without
  /// it: another stop, and when none was taken, the close. Nil while the exchange's word stands
  /// that it took one.
  private static func patienceUnread(_ entry: PositionGuards.Guard) -> TimeSpan? {
    guard entry.attempts > 0 else { return readingPatience }
    return switch entry.lastAnswer {
    case .taken: nil
    case .lost: answerPatience
    case .notTaken, nil: .zero
    }
  }

  /// Every stop that is missing was looked for in the whole account.
  static func accountWasRead(askedAt: Timestamp, _ core: inout EngineCore) {
    for entry in core.guards.all {
      if let since = entry.oversizedSince, since <= askedAt {
        core.guards.update(entry.key) { $0.isSizeVerified = true }
      }
      if let since = entry.ownMissingSince, since <= askedAt {
        core.guards.update(entry.key) { $0.isOwnMissingVerified = true }
      }
      guard let since = entry.uncoveredSince, since <= askedAt else { continue }
      core.guards.update(entry.key) { $0.wasVerified = true }
    }
  }

  /// Forgets what was to protect positions that are not there and that nothing of ours can open:
  /// such as one that was opened and ended while no one was looking.
  static func forgetIdle(_ core: inout EngineCore) {
    for entry in core.guards.all {
      guard core.book.account.positions[entry.key] == nil, entry.placing == nil,
        !core.isOpening(entry.key), !core.hasUnreported(entry.key.instrument)
      else { continue }
      forget(entry.key, &core)
    }
  }

  /// Ends what was to protect a position.
  static func forget(_ key: PositionKey, _ core: inout EngineCore) {
    if core.journalsEverything, let entry = core.guards[key], let note = entry.written {
      let record = note.record(.done, as: entry.planID, source: .engine, at: core.now)
      core.endedGuards.append(record)
      core.journal(.plan(record))
    }
    core.guards.remove(key)
    core.effects.append(.unschedule(.protection(key)))
  }

  /// A trigger order is new or in a new state.
  static func triggerChanged(_ trigger: TriggerOrder, _ core: inout EngineCore) {
    core.journal(.triggerChanged(trigger.record(at: core.now)))
    let key = PositionKey(
      instrument: trigger.instrument, slot: trigger.slot, marginMode: trigger.marginMode)
    review(key, &core)
  }

  /// Writes down what is to protect a position, if that changed.
  static func write(_ key: PositionKey, _ core: inout EngineCore) {
    guard let place = core.guards.place(of: key), let note = GuardNote(core.guards.all[place]),
      note != core.guards.all[place].written
    else { return }
    core.guards.all[place].written = note
    guard core.journalsEverything else { return }
    core.journal(
      .plan(
        note.record(
          .open, as: core.guards.all[place].planID,
          source: core.guards.all[place].source ?? .engine, at: core.now)))
  }

  /// Places protection on behalf of someone; what it replaces goes when it is taken.
  ///
  /// A leg of a part of the position is not taken over: it keeps its part, and an order of its own
  /// later (``LegRules``).
  static func place(
    _ key: PositionKey, stopLoss: Trigger?, takeProfit: Trigger?, source: CommandSource,
    reasons: [String], _ core: inout EngineCore
  ) -> Denial? {
    let held = core.book.account.positions[key]?.report.contracts
    var old = core.book.account.ownProtection(of: key).filter {
      (stopLoss != nil && $0.stopLoss != nil) || (takeProfit != nil && $0.takeProfit != nil)
    }
    // An old order of the whole may carry the leg that is not replaced; the new one takes it over.
    // One whose place another has taken rests where its cancel was lost, and has no say (O26).
    let both = old.filter {
      $0.stopLoss != nil && $0.takeProfit != nil && LegRules.successor(of: $0, core) == nil
    }
    let sole = both.count == 1 && held.map { both[0].size.covers($0) } ?? false ? both[0] : nil
    let stop = stopLoss ?? sole?.stopLoss
    let target = takeProfit ?? sole?.takeProfit
    let leaving = stopLoss == nil ? [] : old.filter { target == nil && $0.takeProfit != nil }
    old.removeAll {
      (stop == nil && $0.stopLoss != nil) || (target == nil && $0.takeProfit != nil)
    }
    let result = core.gate.protect(
      key, stopLoss: stop, takeProfit: target, size: size(of: key, core), source: source,
      reasons: reasons, ids: &core.ids, in: core.context)
    switch result {
    case .failure(let denial): return denial
    case .success(let approved):
      core.guards.update(key) {
        if let stop = approved.request.stopLoss { $0.setPlan(.stop(stop), isOwn: true) }
        if let target = approved.request.takeProfit { $0.takeProfit = target }
        $0.placing = approved.request.clientOrderID
        $0.replaced = old.map(\.exchangeOrderID)
        $0.leaving = leaving.map(\.exchangeOrderID)
      }
      LegRules.noteSuccessor(approved.request, of: old, &core)
      send(approved, source, &core)
      return nil
    }
  }

  /// Writes down what guards the position and sends an order that the gate has approved.
  static func send(
    _ approved: ApprovedProtection, _ source: CommandSource, _ core: inout EngineCore
  ) {
    write(approved.request.key, &core)
    core.noteProtection(approved.request, source)
    core.send(.protect(approved.request)) { .protect($0, approved) }
  }

  /// What new protection covers: the whole position, or as many contracts as it has while
  /// protection of the whole rests, for an exchange keeps one of that kind and refuses a second.
  /// Source: BloFin REST, Place TPSL Order.
  static func size(of key: PositionKey, _ core: EngineCore) -> TriggerSize {
    let account = core.book.account
    let hasWhole = account.triggers.contains {
      $0.order.key == key && $0.order.reduceOnly && $0.order.state == .live
        && $0.order.size == .wholePosition
    }
    // The first was refused before the account was read: one may rest that was not shown yet.
    let isDoubted = core.guards[key].map { $0.attempts > 1 && !$0.wasVerified } ?? false
    guard hasWhole || isDoubted, let held = account.positions[key] else { return .wholePosition }
    return .contracts(core.covering(held.report.contracts, of: key))
  }

  /// Notes in the guard that nothing is being placed any more, and what the exchange said.
  private static func noteAnswer(
    to request: ProtectionRequest, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    core.guards.update(request.key) {
      $0.placing = nil
      $0.replaced = []
      $0.lastAnswer = PositionGuards.Answer(outcome)
      if OutcomeRules.failureText(outcome) != nil {
        $0.adjustsFrom = core.now + LegRules.patience
        $0.leaving = []
      }
      // What was not taken takes no place.
      if $0.lastAnswer == .notTaken {
        $0.successors.removeAll { $0.new == request.clientOrderID }
      }
    }
  }

  /// The answer to a request for protection.
  static func answered(
    _ request: ProtectionRequest, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    noteEnd(of: request, outcome, &core)
    guard let entry = core.guards[request.key], entry.placing == request.clientOrderID else {
      if let text = OutcomeRules.failureText(outcome) {
        core.notify(.warning, "\(request.legs) not placed: \(text)", request.key.instrument)
      }
      return
    }
    noteAnswer(to: request, outcome, &core)
    if case .confirmed = outcome {
      LegRules.tell(of: request, &core)
      for id in entry.replaced {
        let instrument = request.key.instrument
        core.send(.cancelTrigger(instrument, id)) { .cancelTrigger($0, instrument, id) }
      }
    } else if let text = OutcomeRules.failureText(outcome) {
      core.notify(.alarm, "protection was not placed: \(text)", request.key.instrument)
      // A lost answer leaves it open which stop rests; the wish stays the plan.
      if case .unknown = outcome {} else { takeBack(request, outcome, &core) }
    }
    guard entry.uncoveredSince != nil else {
      switch outcome {
      case .unknown: StartupRules.readAccountAnew(&core)
      // What it leaves beside it is looked at now.
      case .confirmed: review(request.key, &core)
      case .notSent:
        if entry.putBackAt != nil { core.schedule(.protection(request.key), in: answerPatience) }
      case .refused: break
      }
      return
    }
    if case .refused(let refusal) = outcome, refusal.advice == .fixRequest {
      if entry.wasVerified || entry.attempts >= attemptLimit {
        // The exchange's own word: the same stop is refused again (O23).
        giveUp(request.key, "the stop was refused: \(refusal.message)", &core)
        return
      }
      // One that was not shown yet may rest for the whole position: one for its contracts follows.
      if let held = core.book.account.positions[request.key], let noted = core.guards[request.key] {
        return found(naked: held, noted, &core)
      }
    }
    // The stop counts when it is read back, not when it is answered for.
    core.guards.update(request.key) {
      // What did not leave is tried again, though the account is not read yet.
      if case .notSent = outcome, !$0.wasVerified { $0.attempts = max(0, $0.attempts - 1) }
      $0.uncoveredSince = core.now
      $0.wasAsked = true
      $0.wasVerified = false
    }
    StartupRules.readAccountAnew(&core)
    core.schedule(.protection(request.key), in: core.settings.timing.protectionGrace)
  }

  /// A stop that was not taken is not the plan: what rests at the exchange is (O26).
  private static func takeBack(
    _ request: ProtectionRequest, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    guard let held = core.book.account.positions[request.key],
      let resting = core.book.account.coveringStop(of: held), let stop = resting.order.stopLoss
    else { return }
    if core.guards[request.key]?.putBackAt != nil, !core.book.account.isCoveredByOwn(held) {
      // What did not leave is tried again.
      if case .notSent = outcome {
        return core.guards.update(request.key) { $0.putBacks = max(0, $0.putBacks - 1) }
      }
      return OwnStopRules.keep(resting, held, "is not taken again", &core)
    }
    core.guards.update(request.key) {
      if request.stopLoss != nil { $0.setPlan(.stop(stop), isOwn: resting.isOwn) }
      $0.takeProfit = resting.order.takeProfit
    }
    write(request.key, &core)
  }

  private static func covered(
    _ held: HeldPosition, by stop: TrackedTrigger, _ core: inout EngineCore
  ) {
    guard let entry = core.guards[held.key] else { return }
    dropDoubles(held, stop, entry, &core)
    guard entry.uncoveredSince != nil else { return }
    core.guards.update(held.key) {
      $0.uncoveredSince = nil
      $0.wasAsked = false
      $0.wasVerified = false
      $0.isNaked = false
      $0.attempts = 0
      $0.lastAnswer = nil
      $0.closing = nil
    }
    core.effects.append(.unschedule(.protection(held.key)))
    if entry.isNaked {
      core.notify(.notice, "the position has its stop again", held.key.instrument)
    }
  }

  /// Cancels stops of ours beside the one that is planned and covers the whole position: an answer
  /// that was lost can leave two.
  private static func dropDoubles(
    _ held: HeldPosition, _ stop: TrackedTrigger, _ entry: PositionGuards.Guard,
    _ core: inout EngineCore
  ) {
    // A position that grows shows itself after its stops: each of them may be all that guards what
    // was added.
    let grows = core.isOpening(held.key) || core.hasUnreported(held.key.instrument)
    guard entry.placing == nil, let planned = entry.plan?.trigger?.triggerPrice,
      !grows || !entry.leaving.isEmpty
    else { return }
    let stops = core.book.account.stops(of: held.key)
    let fitting = stops.filter {
      $0.isOwn && $0.order.side == held.report.side.closingSide
        && $0.order.size.covers(held.report.contracts)
        && $0.order.stopLoss?.triggerPrice == planned
    }
    // One whose place another of them has taken is on its way out.
    let standing = fitting.filter { old in
      let new = LegRules.successor(of: old.order, core)?.exchangeOrderID
      return !fitting.contains { $0.order.exchangeOrderID == new }
    }
    // Two may have the planned stop where a target was moved: the one that was asked for last.
    let meant = standing.filter {
      $0.order.takeProfit?.triggerPrice == entry.takeProfit?.triggerPrice
    }
    guard stops.count > 1,
      let keep = (meant.isEmpty ? standing : meant).reversed()
        .max(by: { $0.order.createdAt < $1.order.createdAt })
    else { return }
    for other in stops
    where other.isOwn && other.order.exchangeOrderID != keep.order.exchangeOrderID
      && (!grows || entry.leaving.contains(other.order.exchangeOrderID))
    {
      LegRules.retire(stopOf: other.order, beside: keep.order, held, &core)
    }
  }

  private static func found(
    naked held: HeldPosition, _ entry: PositionGuards.Guard, _ core: inout EngineCore
  ) {
    let key = held.key
    if !entry.isNaked {
      core.guards.update(key) { $0.isNaked = true }
      core.notify(.alarm, OwnStopRules.nakedText(held, core), key.instrument)
    }
    guard case .stop(let stop)? = entry.plan else { return }
    // Liquidation has come before the planned one: another one there would guard no more.
    if OwnStopRules.rests(stop, held, core) { return SizeRules.review(held, &core) }
    guard entry.attempts < attemptLimit else {
      giveUp(key, "the stop could not be placed", &core)
      return
    }
    core.guards.update(key) { $0.attempts += 1 }
    if let denial = placeAgain(stop, entry, &core) { giveUp(key, denial.text, &core) }
  }

  /// Places the planned stop of a position again; returns why not when it is denied.
  static func placeAgain(
    _ stop: Trigger, _ entry: PositionGuards.Guard, _ core: inout EngineCore
  ) -> Denial? {
    // Targets of parts that rest are not to become one of the whole.
    let resting = core.book.account.ownProtection(of: entry.key)
      .compactMap(\.takeProfit?.triggerPrice)
    let isSame = resting.allSatisfy { $0 == entry.takeProfit?.triggerPrice }
    return place(
      entry.key, stopLoss: stop, takeProfit: isSame ? entry.takeProfit : nil, source: .engine,
      reasons: ["the stop of the position was missing"], &core)
  }
}

extension TriggerSize {
  /// Whether it is enough for a position of so many contracts.
  func covers(_ contracts: Contracts) -> Bool {
    switch self {
    case .wholePosition: true
    case .contracts(let own): own >= contracts
    }
  }
}
