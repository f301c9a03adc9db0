import AccountData
import Engine
import MarketData
import Risk
import Trading
import Units

extension DashboardModel {
  /// The price of a stop or a target that was typed: as it is, in percent from the entry, or for a
  /// target in times the distance from the entry to the stop.
  func price(of form: PriceForm, on key: PositionKey) throws(FormProblem) -> Price {
    guard let unit = form.text.last, unit == "%" || unit == "r" else { return try form.price() }
    guard let position = figures.positions.first(where: { $0.key == key }),
      let instrument = snapshot.markets[key.instrument]?.instrument
    else { throw FormProblem(text: "the position is gone") }
    guard unit == "r" else {
      let rate = try FormNumber.share(form.text, "price")
      let isStop = form.purpose == .stop(key)
      return Distance.price(
        rate, from: position.entryPrice, position.side, isStop: isStop, instrument)
    }
    let count = try FormNumber.parse(String(form.text.dropLast()), "price")
    do throws(FormProblem) {
      return try target(count, of: position)
    } catch {
      throw FormProblem(text: "price: \(error.text)")
    }
  }

  /// The target of a position so many times the distance from the entry to the stop away.
  func target(_ count: Fixed, of position: PositionFigures) throws(FormProblem) -> Price {
    guard let instrument = snapshot.markets[position.key.instrument]?.instrument else {
      throw FormProblem(text: "the tick size of \(position.key.instrument) is not known")
    }
    guard count <= 1_000 else { throw FormProblem(text: "\(count) R is too far") }
    guard let stop = losingStop(of: position) else {
      throw FormProblem(text: "in r it needs a stop on the losing side of the entry")
    }
    let price = Distance.target(
      count, entry: position.entryPrice, stop: stop, position.side, instrument)
    guard price.isPositive else { throw FormProblem(text: "\(count) R away leaves no price") }
    return price
  }

  /// The stop of the whole position while it still loses there: one that was moved past the entry
  /// no longer says what was risked.
  private func losingStop(of position: PositionFigures) -> Price? {
    guard let held = snapshot.account.positions[position.key],
      let stop = snapshot.account.coveringStop(of: held)?.order.stopLoss?.triggerPrice,
      position.side.gain(from: stop, to: position.entryPrice).isPositive
    else { return nil }
    return stop
  }

  /// Why the engine would not do what moves a stop or a target, nil where it would, or where it is
  /// about something else.
  func refusal(of commands: [DashboardCommand]) -> String? {
    for case .engine(let command) in commands {
      if let reason = refusal(of: command) { return reason }
    }
    return nil
  }

  /// Why the engine would not move a stop or a target so; nil where it would.
  func refusal(of command: Command) -> String? {
    switch command {
    case .protect(let key, let stop, let target):
      return snapshot.denial(
        ofProtecting: key, stopLoss: stop, takeProfit: target, at: snapshot.at)?.text
    case .moveTarget(let key, _, let target):
      return snapshot.denial(
        ofProtecting: key, stopLoss: nil, takeProfit: target, at: snapshot.at)?.text
    case .breakEven(let key):
      guard let position = figures.positions.first(where: { $0.key == key }),
        let price = position.breakEvenPrice
      else { return nil }
      return snapshot.denial(
        ofProtecting: key, stopLoss: Trigger(triggerPrice: price), takeProfit: nil,
        at: snapshot.at)?.text
    case .open, .close, .cancel, .cancelTrigger, .cancelAll, .flatten, .reverse, .scaleIn,
      .takeProfits, .bracket, .openOneOf, .openBatch, .cancelBatch, .openAt, .trail, .amend,
      .abandon, .approve, .dismiss, .resetPeak, .setLeverage, .setPositionMode, .setState,
      .setStrategy, .reconcile, .loadCandles, .setLimits, .note, .addAlert, .removeAlert,
      .acknowledge, .testAlert:
      return nil
    }
  }
}
