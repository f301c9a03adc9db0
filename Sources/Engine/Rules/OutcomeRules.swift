import AccountData
import Risk
import Trading
import Units

/// What the engine does with the answer to a request. Only the exchange's own word is a refusal; a
/// lost answer proves nothing.
enum OutcomeRules {
  /// How long it counts that the answer to a cancel of an order without a question was lost.
  private static let lostCancelMemory = TimeSpan.minutes(5)

  static func take(_ id: RequestID, _ outcome: Outcome, _ core: inout EngineCore) {
    guard let line = core.requests.answer(id, outcome, at: core.now) else { return }
    core.links[LinkName.requests.position].messageAt = core.now
    if core.journalsEverything, let answer = line.answer {
      core.journal(.requestAnswered(answer))
    }
    switch line.subject {
    case .submit(let request), .resend(let request): submitted(request, outcome, &core)
    case .protect(let request): ProtectionRules.answered(request, outcome, &core)
    case .cancel(_, let reference): canceled(reference, outcome, &core)
    case .cancelTrigger(let instrument, _):
      // It is gone by the exchange's own word; the next reading of the account shows what became of
      // it.
      if case .refused(let refusal) = outcome, refusal.advice == .queryState { break }
      tellOfFailure("the trigger order was not canceled", outcome, instrument, &core)
      // One that rests yet beside what took its place is found, and canceled again, before long.
      switch outcome {
      case .unknown, .notSent:
        core.schedule(.reconcile, in: core.settings.timing.silentReconcileInterval)
      case .confirmed, .refused: break
      }
    case .setLeverage(let instrument, let mode, let slot, let leverage):
      tellOfFailure("the leverage was not set", outcome, instrument, &core)
      LeverageRules.answered(
        LeverageSetting(instrument: instrument, marginMode: mode, slot: slot, leverage: leverage),
        outcome, &core)
    case .setPositionMode(let mode):
      tellOfFailure("the position mode was not set", outcome, nil, &core)
      // It is read back: nothing is opened before the account shows it.
      if case .confirmed = outcome { core.positionModeMeant = mode }
      StartupRules.readAccountAnew(&core)
    case .accountSnapshot:
      accountRead(outcome, askedAt: line.sentAt, &core)
      if core.accountReading.isWantedAgain { StartupRules.readAccount(&core) }
    case .orderStatus(_, let reference): orderRead(reference, outcome, &core)
    case .instruments: InstrumentRules.answered(outcome, &core)
    case .tiers(let instrument, _):
      tellOfFailure("the margin table was not read", outcome, instrument, &core)
      if mayAgain(outcome) { retrySoon(.tiers(instrument), &core) }
    case .candles(let instrument, let timeFrame):
      tellOfFailure("the candles were not read", outcome, instrument, &core)
      if case .confirmed = outcome { StrategyFeedRules.pastAnswered(instrument, timeFrame, &core) }
      if mayAgain(outcome) { StrategyFeedRules.retrySoon(instrument, &core) }
    case .subscribe:
      tellOfFailure("the subscription failed", outcome, nil, &core)
      if mayAgain(outcome) { retrySoon(.subscribe, &core) }
    }
    if line.subject.isSigned { stopIfAdvised(outcome, &core) }
  }

  private static func submitted(
    _ request: OrderRequest, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    let id = request.clientOrderID
    let reference = OrderReference.client(id)
    switch outcome {
    case .confirmed(let confirmation):
      if case .order(let exchangeID?) = confirmation { core.book.name(id, exchangeID) }
      move(reference, .accepted, "taken", &core)
    case .refused(let refusal):
      let wasResent = core.book.account.orders[id]?.wasResent ?? false
      if refusal.advice == .queryState, !request.reduceOnly || wasResent {
        // "Already there" after a lost answer: ask what it became (O06).
        move(reference, .answerLost, refusal.message, &core)
        QuestionRules.ask(reference, &core)
      } else {
        move(reference, .refused, refusal.message, &core)
        // Nothing to reduce any more, or a rule that we do not know: look at the account (O21).
        if request.reduceOnly { StartupRules.readAccount(&core) }
      }
    case .unknown(let reason):
      move(reference, .answerLost, reason, &core)
      if core.account.orders[id]?.state == .unknown {
        core.notify(.warning, "order \(id) has an unknown outcome: \(reason)", request.instrument)
        QuestionRules.askSoon(id, &core)
      }
    case .notSent(let reason):
      guard let order = core.book.account.orders[id] else { return }
      // Of an order that left twice only the second sending is known not to have arrived.
      if order.wasResent { return QuestionRules.askSoon(id, &core) }
      // A cancel that overtook it has canceled it.
      let ending: OrderTransition = order.state == .pendingCancel ? .wasCanceled : .refused
      move(reference, ending, "not sent: \(reason)", &core)
    }
  }

  private static func canceled(
    _ reference: OrderReference, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    guard let order = core.account.orders[reference] else { return }
    switch outcome {
    case .confirmed:
      // The answer says "taken", the stream says "done"; ask when the stream stays silent.
      if let id = order.clientOrderID, order.isOwn, !order.state.isFinal {
        QuestionRules.askSoon(id, &core)
      } else if !order.state.isFinal {
        QuestionRules.ask(reference, &core)
      }
    case .refused(let refusal):
      // "Filled, canceled or unknown" is three things at once: never taken for canceled (O12).
      if refusal.advice != .queryState { move(reference, .cancelRefused, refusal.message, &core) }
      QuestionRules.ask(reference, &core)
      if let id = order.clientOrderID {
        let isPointless = refusal.advice == .queryState || refusal.advice == .stopTrading
        let refusedAt = isPointless ? core.now : nil
        core.questions.update(id) { $0.cancelRefusedAt = refusedAt }
      }
    case .unknown(let reason) where !order.isOwn:
      // It has no question whose delay grows: the next reading of the account asks for it.
      core.schedule(.reconcile, in: core.settings.timing.silentReconcileInterval)
      if lostCancels(of: order, core) <= 1 { tellOfLostCancel(order, reason, &core) }
    case .unknown(let reason):
      if let id = order.clientOrderID, core.questions[id]?.isLostCancelTold == true {
        // An exchange that answers questions alone would get one cancel after the other.
        QuestionRules.goOn(id, &core)
      } else {
        QuestionRules.ask(reference, &core)
        tellOfLostCancel(order, reason, &core)
      }
    case .notSent(let reason):
      move(reference, .cancelRefused, "cancel not sent: \(reason)", &core)
      core.notify(.warning, "the cancel was not sent: \(reason)", order.instrument)
    }
  }

  /// How many cancels of an order nobody knows the outcome of, of late.
  private static func lostCancels(of order: TrackedOrder, _ core: EngineCore) -> Int {
    core.requests.answered.count { line in
      guard line.subject.isCancel(of: order), let answer = line.answer else { return false }
      return answer.result == .unknown && core.now - answer.at < lostCancelMemory
    }
  }

  /// Tells that nobody knows whether a cancel took, once for each question about the order.
  private static func tellOfLostCancel(
    _ order: TrackedOrder, _ reason: String, _ core: inout EngineCore
  ) {
    guard !order.state.isFinal else { return }
    let name = order.clientOrderID?.text ?? order.exchangeOrderID?.text ?? "at the exchange"
    if let id = order.clientOrderID, let question = core.questions[id] {
      guard !question.isLostCancelTold else { return }
      core.questions.update(id) { $0.isLostCancelTold = true }
    }
    core.notify(
      .warning,
      "the cancel of order \(name) has an unknown outcome: \(reason); it is sent again if the "
        + "order lives", order.instrument)
  }

  private static func orderRead(
    _ reference: OrderReference, _ outcome: Outcome, _ core: inout EngineCore
  ) {
    // A failed question proves nothing; its timer asks again.
    guard case .confirmed(.orderStatus(let report)) = outcome else { return }
    if let id = core.account.orders[reference]?.clientOrderID {
      core.questions.update(id) { $0.cancelRefusedAt = nil }
    }
    guard let report else {
      QuestionRules.absent(reference, &core)
      return
    }
    AccountRules.noteState(of: report, &core)
    AccountRules.react(to: core.book.apply(.order(report), at: core.now), &core)
    let order = core.account.orders[reference]
    if let order, order.state == .pendingCancel {
      // Alive after a cancel: it did not take. A cancel can be repeated without harm (K11).
      CommandRules.cancel(order.instrument, order.reference ?? reference, &core)
      if let id = order.clientOrderID, order.isOwn { QuestionRules.goOn(id, &core) }
    }
  }

  private static func accountRead(
    _ outcome: Outcome, askedAt: Timestamp, _ core: inout EngineCore
  ) {
    guard case .confirmed(.account(let snapshot)) = outcome else {
      // A failed reading is never "flat" (R10).
      if let text = failureText(outcome) {
        core.notify(.warning, "the account was not read: \(text)")
      }
      core.accountReading.failures += 1
      let usual = core.settings.timing.reconcileInterval
      let wait = core.backoff(
        core.accountReading.failures, first: core.settings.timing.startupRetry, last: usual)
      // Only a person makes a refused key good: it is not tried in a hurry (H07).
      let isForPerson = advisesToStop(outcome)
      core.schedule(.reconcile, in: isForPerson ? usual : wait)
      StartupRules.failed(&core, wait: isForPerson ? usual : nil)
      return
    }
    core.accountReading.failures = 0
    core.accountReading.readAt = core.now
    core.questions.accountWasRead()
    StartupRules.accountCame(snapshot, askedAt: askedAt, &core)
  }

  private static func move(
    _ reference: OrderReference, _ transition: OrderTransition, _ cause: String,
    _ core: inout EngineCore
  ) {
    let problem: String? = transition == .refused || transition == .answerLost ? cause : nil
    guard let change = core.book.move(reference, transition, at: core.now, problem: problem),
      change.stateBefore != change.order.state
    else { return }
    AccountRules.orderChanged(change, cause: cause, &core)
  }

  /// A key, an account or a region that is refused halts, whatever was asked (H07): also what was
  /// only read.
  private static func stopIfAdvised(_ outcome: Outcome, _ core: inout EngineCore) {
    guard case .refused(let refusal) = outcome, refusal.advice == .stopTrading,
      core.trading.mode != .halted
    else { return }
    CommandRules.halt("the exchange refused: \(refusal.message)", source: .engine, &core)
    core.notify(.alarm, "halted: \(refusal.message)")
  }

  private static func advisesToStop(_ outcome: Outcome) -> Bool {
    if case .refused(let refusal) = outcome { refusal.advice == .stopTrading } else { false }
  }

  /// Whether a reading may be tried again: not when the exchange's word was no.
  private static func mayAgain(_ outcome: Outcome) -> Bool {
    switch outcome {
    case .unknown, .notSent: true
    case .refused(let refusal): refusal.advice == .waitAndRetry
    case .confirmed: false
    }
  }

  private static func retrySoon(_ timer: TimerID, _ core: inout EngineCore) {
    let first = core.settings.timing.startupRetry
    core.schedule(timer, in: core.backoff(2, first: first, last: first + first))
  }

  private static func tellOfFailure(
    _ what: String, _ outcome: Outcome, _ instrument: InstrumentID?, _ core: inout EngineCore
  ) {
    guard let text = failureText(outcome) else { return }
    core.notify(.warning, "\(what): \(text)", instrument)
  }

  /// What went wrong, nil when nothing did.
  static func failureText(_ outcome: Outcome) -> String? {
    switch outcome {
    case .confirmed: nil
    case .refused(let refusal): refusal.message
    case .unknown(let reason): reason
    case .notSent(let reason): "not sent: \(reason)"
    }
  }
}
