import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// Does what reduces risk or moves what is there; none of this waits for arming.
  mutating func keep(_ action: Action) -> [DashboardCommand] {
    switch action {
    case .partialClose: selectedPosition.map { sheet = .partialClose($0) }
    case .closeShare(let quarters): return close(quarters)
    case .moveStop: selectedPosition.map { openPriceForm(.stop($0)) }
    case .moveTarget: selectedPosition.map { openPriceForm(.target($0)) }
    case .breakEven: return selectedPosition.map { [.engine(.breakEven($0))] } ?? []
    case .amend: openAmendForm()
    case .submitPrice: return submitPrice()
    case .cancelSelected: return cancelSelected()
    case .cancelLast: return cancelLast()
    case .cancelInstrument: return canceledInstrument.map { cancelAll($0) } ?? []
    case .cancelEverything: return cancelAll(nil)
    case .flatten: askToFlatten()
    default: break
    }
    return []
  }

  private mutating func close(_ quarters: Int) -> [DashboardCommand] {
    guard case .partialClose(let key) = sheet else { return [] }
    sheet = nil
    let share = Rate(Fixed(quarters).divided(by: 4, .towardZero))
    return [.engine(.close(ClosingIntent(key: key, share: share)))]
  }

  private mutating func cancelSelected() -> [DashboardCommand] {
    guard let row = orderRows.first(where: { $0.id == selectedOrder }) else { return [] }
    switch row.id {
    case .order(let reference): return [.engine(.cancel(row.instrument, reference))]
    case .trigger(let id):
      let command = DashboardCommand.engine(.cancelTrigger(row.instrument, id))
      guard let key = row.guarded, snapshot.account.positions[key] != nil else { return [command] }
      sheet = .confirmation(
        Confirmation(
          question: "\(snapshot.modeWord): cancel the \(row.kind) of \(row.instrument)?",
          details: ["It protects a position that is held: its loss may have no end then."],
          commands: [command], openedAt: now))
      return []
    case .waiting(let id): return [.engine(.abandon(id))]
    }
  }

  /// Cancels our orders of an instrument, or all; sent even where the screen knows of none, for it
  /// may know less than the engine.
  mutating func cancelAll(_ instrument: InstrumentID?) -> [DashboardCommand] {
    let rows = orderRows.filter { instrument == nil || $0.instrument == instrument }
    if !rows.contains(where: \.isCanceledTogether) {
      let place = instrument.map { " of \($0)" } ?? ""
      say(
        rows.isEmpty
          ? "no order\(place) is open"
          : "no order of ours\(place) to cancel: stops, targets and orders of others stay")
    } else if let count = elsewhere(rows) {
      say("\(count) made elsewhere \(count == 1 ? "stays" : "stay")")
    }
    return [.engine(.cancelAll(instrument))]
  }

  /// How many plain orders are not ours, nil for none.
  private func elsewhere(_ rows: [OrderRow]) -> Int? {
    let count = rows.count { row in
      if case .order = row.id { !row.isOwn } else { false }
    }
    return count == 0 ? nil : count
  }

  /// Cancels the newest of what rests at the exchange or waits here.
  private func cancelLast() -> [DashboardCommand] {
    let waiting = newestWaiting
    guard let order = newestOwnOrder, let reference = order.reference,
      order.createdAt >= waiting?.startedAt ?? order.createdAt
    else { return waiting.map { [.engine(.abandon($0.id))] } ?? [] }
    return [.engine(.cancel(order.instrument, reference))]
  }

  private mutating func openPriceForm(_ purpose: PriceForm.Purpose) {
    switch purpose {
    case .stop(let key):
      open(purpose, "Stop of \(key.instrument)", stopPrices(of: key).first)
    case .target(let key):
      let target = snapshot.account.triggers.lazy
        .filter { $0.order.isProtection(of: key) }.compactMap(\.order.takeProfit).first
      open(purpose, "Target of \(key.instrument)", target?.triggerPrice)
    case .oneTarget(let key, let id):
      guard let order = snapshot.account.triggers.first(where: { $0.order.exchangeOrderID == id })
      else { return }
      let size = if case .contracts(let part) = order.order.size { "\(part) " } else { "" }
      open(
        purpose, "Target \(size)of \(key.instrument)", order.order.takeProfit?.triggerPrice)
    case .order(let id):
      guard let order = snapshot.account.orders[id] else { return }
      let title = "Change \(order.side.rawValue) \(order.contracts) \(order.instrument)"
      open(purpose, title, order.type.limitPrice, size: order.contracts)
    }
  }

  private mutating func open(
    _ purpose: PriceForm.Purpose, _ title: String, _ price: Price?, size: Contracts? = nil
  ) {
    sheet = .priceForm(
      PriceForm(
        purpose: purpose, title: title, openedAt: now, text: price.map(\.description) ?? "",
        sizeText: size.map(\.description) ?? ""))
  }

  private mutating func openAmendForm() {
    guard let row = orderRows.first(where: { $0.id == selectedOrder }) else { return }
    if case .order(let reference) = row.id, let order = snapshot.account.orders[reference],
      let id = order.clientOrderID
    {
      openPriceForm(.order(id))
    } else if let key = row.position {
      guard case .trigger(let id) = row.id, row.kind == "target" else {
        return open(.stop(key), "Stop of \(key.instrument)", row.price)
      }
      openPriceForm(row.isOwn ? .oneTarget(key, id) : .target(key))
    }
  }

  private mutating func submitPrice() -> [DashboardCommand] {
    guard case .priceForm(let form) = sheet else { return [] }
    guard now - form.openedAt >= Confirmation.deafness else {
      sayTooSoon(.submitPrice, in: .priceForm)
      return []
    }
    do throws(FormProblem) {
      let commands: [DashboardCommand]
      switch form.purpose {
      case .stop(let key):
        let stop = Trigger(triggerPrice: try price(of: form, on: key))
        commands = [.engine(.protect(key, stopLoss: stop, takeProfit: nil))]
      case .target(let key):
        let target = Trigger(triggerPrice: try price(of: form, on: key))
        commands = [.engine(.protect(key, stopLoss: nil, takeProfit: target))]
        if let reason = refusal(of: commands) { throw FormProblem(text: reason) }
        if let question = replacingQuestion(key, by: target.triggerPrice) {
          sheet = .confirmation(
            Confirmation(
              question: "\(snapshot.modeWord): \(question)", details: targetTexts(of: key),
              commands: commands, openedAt: now))
          return []
        }
      case .oneTarget(let key, let id):
        commands = [
          .engine(.moveTarget(key, id, Trigger(triggerPrice: try price(of: form, on: key))))
        ]
      case .order(let id): commands = [try command(for: try amendment(of: id, by: form))]
      }
      if let reason = refusal(of: commands) { throw FormProblem(text: reason) }
      sheet = nil
      return commands
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  /// Where the stops of a position are, each price once, the one that is reached first before the
  /// others.
  func stopPrices(of key: PositionKey) -> [Price] {
    guard let side = figures.positions.first(where: { $0.key == key })?.side else { return [] }
    return snapshot.account.stopsByReach(of: key, side).compactMap(\.order.stopLoss?.triggerPrice)
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// How many stops of ours one for the whole position takes the place of.
  func replacedStops(of key: PositionKey) -> Int {
    snapshot.account.stops(of: key).count { $0.isOwn }
  }

  /// What is asked before one target takes the place of several; nil where it does not.
  func replacingQuestion(_ key: PositionKey, by price: Price) -> String? {
    let count = ownTargets(of: key).count
    guard count > 1 else { return nil }
    return "replace the \(count) targets of \(key.instrument) by one of the whole position at "
      + "\(NumberText.price(price))?"
  }

  /// The targets of ours on a position, a line each.
  func targetTexts(of key: PositionKey) -> [String] {
    ownTargets(of: key).compactMap { order in
      guard let target = order.takeProfit else { return nil }
      let size = if case .contracts(let part) = order.size { "\(part)" } else { "all" }
      return "target \(size) at \(NumberText.price(target.triggerPrice))"
    }
  }

  private func ownTargets(of key: PositionKey) -> [TriggerOrder] {
    snapshot.account.triggers.filter {
      $0.isOwn && $0.order.isProtection(of: key) && $0.order.takeProfit != nil
    }.map(\.order)
  }

  /// What the form makes of an order.
  func amendment(
    of id: ClientOrderID, by form: PriceForm
  ) throws(FormProblem) -> Amendment {
    guard let order = snapshot.account.orders[id], !order.state.isFinal else {
      throw FormProblem(text: "the order is gone")
    }
    return Amendment(
      order: order, type: order.type.moved(to: try form.price()), contracts: try form.contracts())
  }

  private static func all(_ count: Int, _ thing: String) -> String {
    (count == 1 ? "the " : "all ") + counted(count, thing)
  }

  private mutating func askToFlatten() {
    let positions = figures.positions
    let unknown = labels.glyphs.unknown
    // Who closes everything does not mean that a strategy opens anew a moment later.
    let running = snapshot.strategies.filter { $0.state == .running }.map(\.name)
    let pausing =
      running.isEmpty
      ? []
      : [
        "It pauses \(running.joined(separator: ", ")); strategy \(running[0]) running lets it "
          + "open again."
      ]
    sheet = .confirmation(
      Confirmation(
        question:
          "\(snapshot.modeWord): close \(Self.all(positions.count, "position")) at market and "
          + "cancel \(Self.all(orderRows.count, "order"))?",
        details: positions.map {
          "\($0.side.rawValue) \($0.contracts) \($0.key.instrument) "
            + ($0.notional == nil
              ? unknown : money($0.notional) + (isMarkOld(of: $0) ? "? USDT" : " USDT"))
        } + pausing,
        commands: [.engine(.flatten(nil))] + running.map { .engine(.setStrategy($0, .paused)) },
        openedAt: now))
  }
}

extension TriggerOrder {
  /// Whether it waits to close a position.
  func isProtection(of key: PositionKey) -> Bool {
    guard case .protection = kind, state == .live else { return false }
    return instrument == key.instrument && slot == key.slot && marginMode == key.marginMode
  }

  /// Where it takes profit; nil for a stop alone or another kind.
  var takeProfit: Trigger? {
    if case .protection(let target, _) = kind { target } else { nil }
  }
}
