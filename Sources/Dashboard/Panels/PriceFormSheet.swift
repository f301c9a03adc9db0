import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// Where a stop, a target or an order goes, and what that comes to.
enum PriceFormSheet {
  static func draw(
    _ form: PriceForm, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let reason = reason(against: form, model).map { model.masked($0) }
    // A sentence that needs two rows makes the form so much higher.
    let rows = reason.map { wrapped($0, width: 48).count } ?? 1
    let size =
      form.hasSize
      ? Size(width: min(area.width, 76), height: min(area.height, 11))
      : Size(width: 50, height: min(area.height, 6 + rows))
    let inside = drawBox(form.title, size, model, over: area, into: &frame)
    frame.draw(about(form, model), in: inside.row(0), Style(.text, on: .overlay))
    drawField(form, .price, "price", in: inside.row(1), into: &frame)
    if form.hasSize { drawField(form, .size, "contracts", in: inside.row(2), into: &frame) }
    drawEffect(form, model, isClear: reason == nil, in: inside, into: &frame)
    if let reason {
      draw(reason, .warning, in: inside, from: form.hasSize ? 6 : 3, into: &frame)
    }
    drawKeys(model, in: inside.row(inside.height - 1), into: &frame)
  }

  private static func drawField(
    _ form: PriceForm, _ field: PriceForm.Field, _ name: String, in line: Rect,
    into frame: inout Frame
  ) {
    let isFocused = form.field == field
    let parts = line.columns([.fixed(form.hasSize ? 10 : 6), .rest])
    let text = field == .price ? form.text : form.sizeText
    frame.draw(name, in: parts[0], Style(.muted, on: .overlay))
    frame.draw(
      isFocused ? text + "_ " : text, in: parts[1],
      isFocused ? Style(.text, on: .selection).bold : Style(.text, on: .overlay))
  }

  private static func about(_ form: PriceForm, _ model: DashboardModel) -> String {
    switch form.purpose {
    case .stop(let key), .target(let key), .oneTarget(let key, _):
      guard let position = model.figures.positions.first(where: { $0.key == key }) else {
        return "the position is gone"
      }
      let instrument = model.snapshot.markets[key.instrument]?.instrument
      func text(_ price: Price) -> String {
        instrument.map { NumberText.price(price, $0) } ?? NumberText.price(price)
      }
      return "\(position.side.rawValue) \(position.contracts), entry "
        + "\(text(position.entryPrice)), mark \(text(position.markPrice))"
        + (model.isMarkOld(of: position) ? "?" : "")
    case .order(let id):
      guard let order = model.snapshot.account.orders[id], !order.state.isFinal else {
        return "the order is gone"
      }
      return "canceled first, then sent anew: it loses its place in the queue"
    }
  }

  private static func drawEffect(
    _ form: PriceForm, _ model: DashboardModel, isClear: Bool, in inside: Rect,
    into frame: inout Frame
  ) {
    switch form.purpose {
    case .stop(let key), .target(let key), .oneTarget(let key, _):
      let stops = form.purpose == .stop(key) ? model.replacedStops(of: key) : 0
      if stops > 1 {
        frame.draw(
          "for the whole position: replaces our \(stops) stops", in: inside.row(3),
          Style(.warning, on: .overlay))
      }
      guard let (text, ink) = effect(form, on: key, model) else { return }
      frame.draw(text, in: inside.row(2), Style(isClear ? ink : .muted, on: .overlay))
    case .order(let id):
      do throws(FormProblem) {
        let amendment = try model.amendment(of: id, by: form)
        for (row, line) in model.lines(about: amendment).enumerated() {
          frame.draw(line, in: inside.row(row + 4), Style(.text, on: .overlay))
        }
      } catch {
        // It is the reason, which is drawn below.
        return
      }
      if isClear {
        frame.draw("within every limit", in: inside.row(6), Style(.good, on: .overlay).bold)
      }
    }
  }

  /// Why what is typed would not be sent, nil where it would; what is wrong with the price of a
  /// stop or a target stands where its effect would.
  private static func reason(against form: PriceForm, _ model: DashboardModel) -> String? {
    do throws(FormProblem) {
      let command: Command
      switch form.purpose {
      case .order(let id):
        _ = try model.command(for: try model.amendment(of: id, by: form))
        return nil
      case .stop(let key):
        let stop = Trigger(triggerPrice: try model.price(of: form, on: key))
        command = .protect(key, stopLoss: stop, takeProfit: nil)
      case .target(let key), .oneTarget(let key, _):
        let target = Trigger(triggerPrice: try model.price(of: form, on: key))
        command = .protect(key, stopLoss: nil, takeProfit: target)
      }
      return model.refusal(of: command).map { "would be denied: \($0)" }
    } catch {
      return form.hasSize ? error.foreseen : nil
    }
  }

  private static func wrapped(_ text: String, width: Int) -> [[Span]] {
    WrappedSpans.rows([Span(text)], width: width)
  }

  /// Draws a sentence from a row on, in as many as it needs above the row of the keys.
  private static func draw(
    _ text: String, _ ink: Ink, in inside: Rect, from first: Int, into frame: inout Frame
  ) {
    let style = Style(ink, on: .overlay).bold
    let rows = WrappedSpans.rows(
      [Span(text, style)], width: inside.width, limit: max(1, inside.height - 1 - first))
    for (row, spans) in rows.enumerated() { frame.draw(spans, in: inside.row(first + row)) }
  }

  /// What one of several targets closes; nil for whatever the position holds.
  private static func amount(
    _ form: PriceForm, _ key: PositionKey, _ model: DashboardModel
  ) -> BaseAmount? {
    guard case .oneTarget(_, let id) = form.purpose,
      let order = model.snapshot.account.triggers.first(where: { $0.order.exchangeOrderID == id }),
      case .contracts(let part) = order.order.size,
      let instrument = model.snapshot.markets[key.instrument]?.instrument
    else { return nil }
    return part.baseAmount(contractValue: instrument.contractValue)
  }

  /// What the position gains or loses when the price is reached, with both fees and, for a stop,
  /// the slippage that an order is measured with as well.
  private static func effect(
    _ form: PriceForm, on key: PositionKey, _ model: DashboardModel
  ) -> (String, Ink)? {
    guard let position = model.figures.positions.first(where: { $0.key == key }),
      let whole = position.baseAmount
    else { return nil }
    do throws(FormProblem) {
      let price = try model.price(of: form, on: key)
      let amount = amount(form, key, model).map { min($0, whole) } ?? whole
      let way = position.side.gain(from: position.entryPrice, to: price)
      let slippage = form.purpose == .stop(key) ? model.snapshot.limits.slippageAllowance : .zero
      let fee = model.snapshot.fees.takerFeeRate
      guard let gross = way.notionalIfInRange(of: amount, .down),
        let atEntry = position.entryPrice.notionalIfInRange(of: amount, .up),
        let atExit = price.notionalIfInRange(of: amount, .up)
      else { return nil }
      let result = gross - atEntry.scaled(by: fee, .up) - atExit.scaled(by: fee + slippage, .up)
      let isReckoned = form.text.hasSuffix("%") || form.text.hasSuffix("r")
      let at = isReckoned ? "at \(price)" : "there"
      let costs = slippage.isZero ? "fees paid" : "fees and slippage in it"
      return ("\(model.signed(result)) USDT \(at), \(costs)", result.isNegative ? .loss : .gain)
    } catch {
      return (error.text, .warning)
    }
  }
}
