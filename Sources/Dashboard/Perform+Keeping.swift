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
    case .breakEven: return moveToBreakEven()
    case .amend: openAmendForm()
    case .submitPrice: return submitPrice()
    case .cancelSelected: return cancelSelected()
    case .cancelLast: return cancelLast()
    case .cancelInstrument: return [.engine(.cancelAll(instrument))]
    case .cancelEverything: return [.engine(.cancelAll(nil))]
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

  private func cancelSelected() -> [DashboardCommand] {
    guard let row = orderRows.first(where: { $0.id == selectedOrder }) else { return [] }
    switch row.id {
    case .order(let reference): return [.engine(.cancel(row.instrument, reference))]
    case .trigger(let id): return [.engine(.cancelTrigger(row.instrument, id))]
    }
  }

  private func cancelLast() -> [DashboardCommand] {
    guard let order = newestOwnOrder, let reference = order.reference else { return [] }
    return [.engine(.cancel(order.instrument, reference))]
  }

  private mutating func openPriceForm(_ purpose: PriceForm.Purpose) {
    switch purpose {
    case .stop(let key):
      let stop = snapshot.account.stops(of: key).first?.order.stopLoss?.triggerPrice
      open(purpose, "Stop of \(key.instrument)", stop)
    case .target(let key):
      let target = snapshot.account.triggers.lazy
        .filter { $0.order.isProtection(of: key) }.compactMap(\.order.takeProfit).first
      open(purpose, "Target of \(key.instrument)", target?.triggerPrice)
    case .order(let reference):
      guard let order = snapshot.account.orders[reference] else { return }
      let title = "Move \(order.side.rawValue) \(order.remainingContracts) \(order.instrument)"
      open(purpose, title, order.type.limitPrice)
    }
  }

  private mutating func open(_ purpose: PriceForm.Purpose, _ title: String, _ price: Price?) {
    sheet = .priceForm(
      PriceForm(
        purpose: purpose, title: title, openedAt: now, text: price.map(\.description) ?? ""))
  }

  private mutating func openAmendForm() {
    guard let row = orderRows.first(where: { $0.id == selectedOrder }) else { return }
    switch row.id {
    case .order(let reference): openPriceForm(.order(reference))
    case .trigger:
      guard let key = row.position else { return }
      openPriceForm(row.kind == "target" ? .target(key) : .stop(key))
    }
  }

  private mutating func submitPrice() -> [DashboardCommand] {
    guard case .priceForm(let form) = sheet else { return [] }
    guard now - form.openedAt >= Confirmation.deafness else { return [] }
    do throws(FormProblem) {
      let price = try form.price()
      let commands: [DashboardCommand]
      switch form.purpose {
      case .stop(let key):
        let stop = Trigger(triggerPrice: price)
        commands = [.engine(.protect(key, stopLoss: stop, takeProfit: nil))]
      case .target(let key):
        let target = Trigger(triggerPrice: price)
        commands = [.engine(.protect(key, stopLoss: nil, takeProfit: target))]
      case .order(let reference): commands = try amend(reference, to: price)
      }
      sheet = nil
      return commands
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  private mutating func amend(
    _ reference: OrderReference, to price: Price
  ) throws(FormProblem) -> [DashboardCommand] {
    guard let order = snapshot.account.orders[reference], !order.state.isFinal else {
      throw FormProblem(text: "the order is gone")
    }
    if let denial = snapshot.preview(order.moved(to: price), at: snapshot.at).denial {
      throw FormProblem(text: denial.text)
    }
    pendingAmend = PendingAmend(reference: reference, price: price, since: now)
    return [.engine(.cancel(order.instrument, reference))]
  }

  /// Sends the moved order once the old one is proven gone.
  mutating func goOnAmending() -> [DashboardCommand] {
    guard let pending = pendingAmend else { return [] }
    guard let order = snapshot.account.orders[pending.reference] else {
      pendingAmend = nil
      say("the order was not moved: it is not known any more", .danger)
      return []
    }
    if order.state == .canceled {
      pendingAmend = nil
      guard order.remainingContracts.isPositive else { return [] }
      return [.engine(.open(order.moved(to: pending.price)))]
    }
    if order.state.isFinal {
      pendingAmend = nil
      say("the order was not moved: it is \(order.state.rawValue)", .danger)
    } else if now - pending.since > PendingAmend.patience {
      pendingAmend = nil
      say("the order was not moved: its cancel is not confirmed", .danger)
    }
    return []
  }

  private mutating func moveToBreakEven() -> [DashboardCommand] {
    guard let position = snapshot.positions.first(where: { $0.key == selectedPosition }) else {
      return []
    }
    do throws(LineProblem) {
      return [try breakEven(position)]
    } catch {
      say("not sent: \(error.text)", .danger)
      return []
    }
  }

  /// Returns the command that puts the stop where fees and funding are paid.
  func breakEven(_ position: PositionFigures) throws(LineProblem) -> DashboardCommand {
    guard let instrument = snapshot.markets[position.key.instrument]?.instrument,
      let exact = position.breakEvenPrice
    else { throw LineProblem(at: 0, text: "break-even is not known yet") }
    let isLong = position.side == .long
    let price = exact.rounded(to: instrument.tickSize, isLong ? .up : .down)
    guard isLong ? position.markPrice > price : position.markPrice < price else {
      throw LineProblem(
        at: 0, text: "break-even is \(price); the mark price \(position.markPrice) is not past it")
    }
    let stop = Trigger(triggerPrice: price)
    return .engine(.protect(position.key, stopLoss: stop, takeProfit: nil))
  }

  private mutating func askToFlatten() {
    let positions = snapshot.positions
    let unknown = labels.glyphs.unknown
    sheet = .confirmation(
      Confirmation(
        question: "\(snapshot.modeWord): close all \(positions.count) positions at market and "
          + "cancel all \(orderRows.count) orders?",
        details: positions.map {
          "\($0.side.rawValue) \($0.contracts) \($0.key.instrument) "
            + ($0.notional.map { NumberText.money($0) + " USDT" } ?? unknown)
        }, commands: [.engine(.flatten(nil))], openedAt: now))
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
