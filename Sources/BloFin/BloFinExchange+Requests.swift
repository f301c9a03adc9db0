import EventLoop
import Exchanges
import JSONText
import Trading
import Transport
import Units

extension BloFinExchange {
  typealias Done = @MainActor (Outcome) -> Void

  /// Starts a request; `done` is called later, once.
  func begin(_ request: ExchangeRequest, _ done: @escaping Done) {
    switch request {
    case .submit(let order): submit(order, done)
    case .cancel(let instrument, let reference):
      calls.write(
        .cancelOrder, bodies.cancelOrder(instrument, reference), lane: .riskReducing
      ) { done(AnswerPolicy.canceled($0)) }
    case .protect(let protection): protect(protection, done)
    case .cancelTrigger(let instrument, let id): cancelTrigger(instrument, id, done)
    case .closePosition(let key, let id):
      calls.write(.closePosition, bodies.closePosition(key, id), lane: .riskReducing) {
        // The answer names no order; it is found by our id.
        done(AnswerPolicy.done($0, .order(nil)))
      }
    case .setLeverage(let instrument, let mode, let slot, let leverage):
      setLeverage(instrument, mode, slot, leverage, done)
    case .setPositionMode(let mode): setPositionMode(mode, done)
    case .accountSnapshot(let places): readAccount(leveragesOf: places, done)
    case .orderStatus(let instrument, let reference):
      look(OrderSearch.Question(instrument: instrument, reference: reference, done: done))
    case .instruments: readInstruments(done)
    case .candles(let instrument, let frame, let before, let limit):
      readCandles(instrument, frame, before: before, limit: limit, done)
    case .tiers(let instrument, let mode): readTiers(instrument, mode, done)
    case .subscribe(let subscriptions): subscribe(subscriptions, done)
    }
  }

  /// Looks for an order, together with the others that are asked for in the same turn.
  private func look(_ question: OrderSearch.Question) {
    questions.append(question)
    guard questions.count == 1 else { return }
    loop.post { [weak self] in
      guard let self else { return }
      let asked = questions
      questions = []
      guard asked.count < OrderSearch.leastQuestions else {
        return OrderSearch(calls, catalog, asked).start()
      }
      for question in asked {
        OrderLookup(calls, catalog, question.instrument, question.reference, question.done)
          .start()
      }
    }
  }

  private func submit(_ order: OrderRequest, _ done: @escaping Done) {
    guard order.clientOrderID.isAcceptable else {
      refuseLocally("The client order id is not one that BloFin takes.", done)
      return
    }
    calls.write(
      .placeOrder, bodies.order(order), lane: order.reduceOnly ? .riskReducing : .ordinary
    ) { done(AnswerPolicy.placed($0, clientID: order.clientOrderID)) }
  }

  private func protect(_ protection: ProtectionRequest, _ done: @escaping Done) {
    guard protection.takeProfit != nil || protection.stopLoss != nil else {
      refuseLocally("Protection needs a stop loss or a take profit.", done)
      return
    }
    calls.write(.placeProtection, bodies.protection(protection), lane: .riskReducing) {
      [weak self] verdict in
      let outcome = AnswerPolicy.placed(verdict, clientID: protection.clientOrderID)
      if case .confirmed(.order(let id?)) = outcome {
        self?.triggerKinds.note(id, .protection)
      }
      done(outcome)
    }
  }

  /// Cancels by the call of the order's kind; of an unknown kind, by one call after the other.
  ///
  /// Neither call takes the other's ids, so asking the wrong one does nothing.
  private func cancelTrigger(
    _ instrument: InstrumentID, _ id: ExchangeOrderID, _ done: @escaping Done
  ) {
    let kind = triggerKinds.kind(of: id)
    if kind == .trigger {
      cancelEntryTrigger(instrument, id, done)
      return
    }
    calls.write(
      .cancelProtection, bodies.cancelProtection(instrument, id), lane: .riskReducing
    ) { [weak self] verdict in
      let outcome = AnswerPolicy.canceled(verdict)
      if kind == nil, let self, case .refused(let refusal) = outcome,
        refusal.advice == .queryState
      {
        cancelEntryTrigger(instrument, id, done)
      } else {
        done(outcome)
      }
    }
  }

  private func cancelEntryTrigger(
    _ instrument: InstrumentID, _ id: ExchangeOrderID, _ done: @escaping Done
  ) {
    calls.write(.cancelTrigger, bodies.cancelTrigger(instrument, id), lane: .riskReducing) {
      done(AnswerPolicy.canceled($0))
    }
  }

  private func setLeverage(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot, _ leverage: Leverage,
    _ done: @escaping Done
  ) {
    calls.write(
      .setLeverage, bodies.setLeverage(instrument, mode, slot, leverage), lane: .ordinary
    ) { [weak self] verdict in
      let answer = RestCalls.one(.setLeverage, verdict, AccountModes.leverage)
      switch answer {
      case .success(let inForce):
        self?.deliver(.account(.leverage(instrument, mode, slot, inForce)))
        done(.confirmed(.done))
      case .failure(let unproven): done(unproven.outcome)
      }
    }
  }

  private func setPositionMode(_ mode: PositionMode, _ done: @escaping Done) {
    calls.write(.setPositionMode, bodies.setPositionMode(mode), lane: .ordinary) {
      [weak self] verdict in
      let answer = RestCalls.one(.setPositionMode, verdict, AccountModes.positionMode)
      switch answer {
      case .success(let inForce):
        self?.deliver(.account(.positionMode(inForce)))
        done(.confirmed(.done))
      case .failure(let unproven): done(unproven.outcome)
      }
    }
  }

  /// Tells what only we can see wrong; nothing is sent.
  private func refuseLocally(_ reason: String, _ done: @escaping Done) {
    loop.post { done(.notSent(reason)) }
  }
}

extension BloFinExchange {
  /// How long rules that were doubted are not read again.
  private static let rulesPatience = TimeSpan.minutes(1)

  /// Reads the rules of the instruments again, now and then: something did not fit them (B06, B12).
  func readDoubtedRules() {
    if let last = rulesDoubtedAt, now - last < Self.rulesPatience { return }
    rulesDoubtedAt = now
    readInstruments { _ in }
  }

  private func readInstruments(_ done: @escaping Done) {
    calls.read(.instruments, lane: .ordinary) { [weak self] verdict in
      guard let self else { return }
      guard case .success(let envelope) = verdict else {
        done(Unproven(verdict).outcome)
        return
      }
      do throws(JSONProblem) {
        let (instruments, problems) = try envelope.goodRows(InstrumentRows.instrument)
        take(instruments, problems, done)
      } catch {
        done(Unproven(.instruments, error).outcome)
      }
    }
  }

  private func take(
    _ instruments: [Instrument], _ problems: [JSONProblem], _ done: @escaping Done
  ) {
    let refused = Set(setInstruments(instruments))
    let usable = instruments.filter { !refused.contains($0.id) }
    for problem in problems.prefix(5) {
      deliver(.protocolProblem("BloFin's rules of an instrument cannot be used: \(problem)."))
    }
    for instrument in refused.sorted().prefix(5) {
      deliver(
        .protocolProblem(
          "BloFin's rules of \(PlainText.clean(instrument.text)) are out of all bounds."))
    }
    guard !usable.isEmpty else {
      done(.unknown("BloFin lists no instrument that can be used."))
      return
    }
    deliver(.market(.instruments(usable)))
    done(.confirmed(.done))
  }

  private func readCandles(
    _ instrument: InstrumentID, _ frame: TimeFrame, before: Timestamp?, limit: Int,
    _ done: @escaping Done
  ) {
    let reader = CandleReader(
      calls, instrument, frame, bounds: catalog.bounds(of: instrument), limit: limit
    ) { [weak self] result in
      switch result {
      case .success(let candles):
        self?.deliver(.market(.candles(instrument, frame, candles)))
        done(.confirmed(.done))
      case .failure(let unproven): done(unproven.outcome)
      }
    }
    // What is told at once for nothing asked must not come from within the caller's call.
    loop.post { reader.start(before: before) }
  }

  private func readTiers(
    _ instrument: InstrumentID, _ mode: MarginMode, _ done: @escaping Done
  ) {
    let query = [
      QueryItem("instId", instrument.text), QueryItem("marginMode", Translation.word(mode)),
    ]
    calls.read(.positionTiers, query, lane: .background) { [weak self] verdict in
      guard case .success(let envelope) = verdict else {
        done(Unproven(verdict).outcome)
        return
      }
      do throws(JSONProblem) {
        let tiers = try envelope.rows(InstrumentRows.tier)
        self?.deliver(
          .market(
            .tiers(
              instrument, mode, tiers.sorted { $0.minimumContracts < $1.minimumContracts })))
        done(.confirmed(.done))
      } catch {
        done(Unproven(.positionTiers, error).outcome)
      }
    }
  }

  private func subscribe(_ subscriptions: [MarketSubscription], _ done: @escaping Done) {
    // Deferred, because it can be asked for from within an event that a stream delivers.
    loop.post { [weak self] in
      guard let self else { return }
      for topic in streams.setPublicTopics(subscriptions.map { BloFinTopic($0) }) {
        deliver(
          .protocolProblem("There is no connection left that could carry \(topic)."))
      }
      done(.confirmed(.done))
    }
  }
}
