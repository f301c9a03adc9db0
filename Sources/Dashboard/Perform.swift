import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// How long the screen stays armed.
  static let armedSpan = TimeSpan.minutes(1)

  /// Does what a key of the table means.
  mutating func perform(_ action: Action) -> [DashboardCommand] {
    switch action {
    case .focus(let pane): self.pane = pane
    case .nextPane: movePane(by: 1)
    case .previousPane: movePane(by: -1)
    case .selectNext: select(by: 1)
    case .selectPrevious: select(by: -1)
    case .help: sheet = .help
    case .back: if sheet == nil { armedUntil = nil } else { sheet = nil }
    case .quit: return quit()
    case .suspend: return [.suspend]
    case .arm: armedUntil = isArmed ? nil : now + Self.armedSpan
    case .ticketLong: openTicket(.long)
    case .ticketShort: openTicket(.short)
    case .partialClose: selectedPosition.map { sheet = .partialClose($0) }
    case .moveStop: openStopForm()
    case .nextField, .previousField, .chooseNext, .choosePrevious: edit(action)
    case .cancelSelected, .cancelInstrument, .cancelEverything: return cancel(action)
    case .closeShare(let quarters): return close(quarters)
    case .flatten: askToFlatten()
    case .halt: return [.engine(.setState(.halted, reason: "halted at the keyboard"))]
    case .resume: askToResume()
    case .send: return send()
    case .submitStop: return submitStop()
    case .confirm: return confirm()
    }
    return []
  }

  private mutating func movePane(by step: Int) {
    let all = Pane.allCases
    let position = all.firstIndex(of: pane) ?? 0
    pane = all[(position + step + all.count) % all.count]
  }

  private mutating func select(by step: Int) {
    switch pane {
    case .markets, .book:
      instrument = neighbor(of: instrument, in: snapshot.pairs.map(\.instrument), step)
    case .positions:
      selectedPosition = neighbor(
        of: selectedPosition, in: snapshot.account.positions.held.map(\.key), step)
      if let selectedPosition { instrument = selectedPosition.instrument }
    case .orders:
      selectedOrder = neighbor(of: selectedOrder, in: orderRows.map(\.id), step)
    }
  }

  private func neighbor<Item: Equatable>(of item: Item?, in list: [Item], _ step: Int) -> Item? {
    guard let item, let position = list.firstIndex(of: item) else { return list.first }
    return list[min(max(0, position + step), list.count - 1)]
  }

  private mutating func openTicket(_ side: PositionSide) {
    guard let instrument, let market = snapshot.markets[instrument] else { return }
    let plan = snapshot.pairs.first { $0.instrument == instrument }
    sheet = .ticket(
      TicketForm(
        market: market, side: side, marginMode: plan?.marginMode ?? .isolated, size: size,
        riskDefault: snapshot.limits.riskPerTradeDefault, at: now))
  }

  private mutating func openStopForm() {
    guard let key = selectedPosition else { return }
    let current = snapshot.account.stops(of: key).first?.order.stopLoss?.triggerPrice
    sheet = .stopForm(StopForm(key: key, openedAt: now, text: current?.description ?? ""))
  }

  private mutating func edit(_ action: Action) {
    guard case .ticket(var form) = sheet else { return }
    switch action {
    case .nextField: form.move(by: 1)
    case .previousField: form.move(by: -1)
    case .chooseNext: form.choose(by: 1)
    case .choosePrevious: form.choose(by: -1)
    default: return
    }
    size = form.size
    sheet = .ticket(form)
  }

  private func cancel(_ action: Action) -> [DashboardCommand] {
    switch action {
    case .cancelSelected:
      guard let row = orderRows.first(where: { $0.id == selectedOrder }) else { return [] }
      switch row.id {
      case .order(let reference): return [.engine(.cancel(row.instrument, reference))]
      case .trigger(let id): return [.engine(.cancelTrigger(row.instrument, id))]
      }
    case .cancelInstrument: return [.engine(.cancelAll(instrument))]
    default: return [.engine(.cancelAll(nil))]
    }
  }

  private mutating func close(_ quarters: Int) -> [DashboardCommand] {
    guard case .partialClose(let key) = sheet else { return [] }
    sheet = nil
    let share = Rate(Fixed(quarters).divided(by: 4, .towardZero))
    return [.engine(.close(ClosingIntent(key: key, share: share)))]
  }

  private mutating func send() -> [DashboardCommand] {
    guard case .ticket(let form) = sheet else { return [] }
    // The key that opened the ticket, held down, must not run into the one that sends.
    guard now - form.openedAt >= Confirmation.deafness else { return [] }
    do {
      let intent = try form.intent()
      if let denial = snapshot.preview(intent, at: snapshot.at).denial {
        say("not sent: \(denial.text)", .danger)
        return []
      }
      sheet = nil
      return [.engine(.open(intent))]
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  private mutating func submitStop() -> [DashboardCommand] {
    guard case .stopForm(let form) = sheet else { return [] }
    guard now - form.openedAt >= Confirmation.deafness else { return [] }
    do {
      let command = try form.command()
      sheet = nil
      return [.engine(command)]
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  private mutating func confirm() -> [DashboardCommand] {
    guard case .confirmation(let question) = sheet, question.hears(at: now) else { return [] }
    sheet = nil
    if question.commands.contains(.quit) { wantsToQuit = true }
    return question.commands
  }

  private mutating func askToFlatten() {
    let positions = snapshot.positions
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): close all \(positions.count) positions at market and "
          + "cancel all \(orderRows.count) orders?",
        details: positions.map {
          "\($0.side.rawValue) \($0.contracts) \($0.key.instrument) "
            + ($0.notional.map { NumberText.money($0) + " USDT" } ?? "—")
        }, commands: [.engine(.flatten(nil))], openedAt: now))
  }

  private mutating func askToResume() {
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): resume? The bot is \(snapshot.trading.mode.rawValue).",
        details: [snapshot.trading.reason],
        commands: [.engine(.setState(.running, reason: "resumed at the keyboard"))],
        openedAt: now))
  }

  private mutating func quit() -> [DashboardCommand] {
    let positions = snapshot.account.positions.held.count
    let orders = orderRows.count
    guard positions + orders > 0 else {
      wantsToQuit = true
      return [.quit]
    }
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): quit?",
        details: [
          "\(positions) positions and \(orders) orders stay open at the exchange.",
          "Stops that rest there go on to protect; nothing else watches them.",
        ], commands: [.quit], openedAt: now))
    return []
  }
}
