import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The orders that one key sends while the screen is armed.
enum QuickOrder: Sendable {
  /// At market, one risk, with the usual stop and target.
  case bracket
  /// Post-only at the best price of the own side, with the working size and the usual stop.
  case join
  /// At market, with the working size and the usual stop.
  case market
}

extension DashboardModel {
  /// Opens the ticket with the working size; with a price, for a limit order there.
  mutating func openTicket(_ side: PositionSide, at price: Price? = nil) {
    guard let instrument, let market = snapshot.markets[instrument] else { return }
    let amount = working.amount(market.instrument, snapshot.limits)
    var form = TicketForm(
      market: market, side: side, marginMode: marginMode(of: instrument), unit: working.unit,
      amount: amount, at: now)
    if let price { form.rest(at: price) }
    sheet = .ticket(form)
  }

  /// Returns the wish that a ticket states at the prices of this moment.
  func intent(of form: TicketForm) throws(FormProblem) -> OpeningIntent {
    let market = snapshot.markets[form.instrument.id]
    return try form.intent(
      taken: market?.takenPrice(by: form.side.openingSide) ?? market?.lastPrice)
  }

  /// Shows what a strategy proposes and asks whether it may pass.
  mutating func askToApprove() {
    guard let proposal = selectedProposal else { return }
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): approve the order of \(proposal.source.words)?",
        orders: [asked(proposal.intent)], details: [],
        commands: [.engine(.approve(proposal.id))], openedAt: now))
  }

  /// Where the collateral of an instrument's positions comes from.
  func marginMode(of id: InstrumentID) -> MarginMode {
    snapshot.pairs.first { $0.instrument == id }?.marginMode ?? .isolated
  }

  mutating func edit(_ action: Action) {
    if action == .chooseNext, case .prompt(var prompt) = sheet {
      prompt.unit = prompt.unit?.moved(by: 1)
      sheet = .prompt(prompt)
      return
    }
    if action == .nextField, case .priceForm(var form) = sheet {
      form.field = form.field == .price ? .size : .price
      form.isUntouched = true
      sheet = .priceForm(form)
      return
    }
    guard case .ticket(var form) = sheet else { return }
    switch action {
    case .nextField: form.move(by: 1)
    case .previousField: form.move(by: -1)
    case .chooseNext: form.choose(by: 1)
    case .choosePrevious: form.choose(by: -1)
    default: return
    }
    sheet = .ticket(form)
  }

  /// Sends the ticket.
  mutating func send() -> [DashboardCommand] {
    guard case .ticket(var form) = sheet else { return [] }
    // The key that opened the ticket, held down, must not run into the one that sends.
    guard now - form.openedAt >= Confirmation.deafness else {
      sayTooSoon(.send, in: .ticket)
      return []
    }
    do {
      let intent = try intent(of: form)
      let figures = figures(of: intent, nil)
      if let shown = form.shown, shown.isExceeded(by: figures) {
        form.shown = figures
        sheet = .ticket(form)
        say("not sent: the order has grown since it was shown; look again", .danger)
        return []
      }
      // What the gate would deny is said where the form still stands.
      if let denial = snapshot.preview(intent, at: snapshot.at).denial {
        say("not sent: \(denial.text)", .danger)
        return []
      }
      sheet = nil
      working.unit = form.unit
      return [.engine(.open(intent))]
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  /// Sends an order by one key; the screen is armed. The gate decides and tells what it denies:
  /// nothing is lost by not asking it before.
  mutating func sendNow(_ side: PositionSide, _ order: QuickOrder) -> [DashboardCommand] {
    if order == .market { sheet = nil }
    do throws(FormProblem) {
      let intent = try intent(side, order)
      if let exit = exit(insteadOf: intent) {
        sheet = .confirmation(question(about: exit))
        return []
      }
      return [.engine(.open(intent))]
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  /// Returns what a one-key order would be now.
  func intent(_ side: PositionSide, _ order: QuickOrder) throws(FormProblem) -> OpeningIntent {
    guard let id = instrument, let market = snapshot.markets[id] else {
      throw FormProblem(text: "no instrument is known yet")
    }
    let joined = side == .long ? market.bidPrice : market.askPrice
    let taken = market.takenPrice(by: side.openingSide)
    guard let entry = order == .join ? joined : taken else {
      throw FormProblem(text: "\(id) has no price on that side")
    }
    let instrument = market.instrument
    let stop = Distance.price(
      Distance.usualStop, from: entry, side, isStop: true, instrument)
    let target = Distance.target(
      Distance.usualTarget, entry: entry, stop: stop, side, instrument)
    let size: SizeRequest =
      order == .bracket
      ? .riskShare(snapshot.limits.riskPerTradeDefault)
      : working.request(instrument, snapshot.limits)
    return OpeningIntent(
      instrument: id, side: side, marginMode: marginMode(of: id),
      type: order == .join ? .postOnly(entry) : .market, size: size,
      stop: .stop(Trigger(triggerPrice: stop)),
      takeProfit: order == .bracket ? Trigger(triggerPrice: target) : nil)
  }
}
