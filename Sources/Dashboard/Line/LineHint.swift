import AccountData
import Engine
import MarketData
import Risk
import Trading
import Units

extension DashboardModel {
  /// What Enter would do with a line that asks nothing first, in the numbers of the position that
  /// it is about; the line itself where there is no more to say.
  func hint(of line: Line, _ meaning: LineMeaning) -> String {
    switch meaning {
    case .exit(let exit, _): return text(of: exit)
    case .commands(let commands):
      guard commands.count == 1, case .engine(let command) = commands[0] else { return "\(line)" }
      return hint(of: command) ?? "\(line)"
    case .openings, .bracket, .waiting, .reversal, .oneOf, .amendment, .asked, .action, .cancel,
      .show:
      return "\(line)"
    }
  }

  private func hint(of command: Command) -> String? {
    switch command {
    case .close(let intent): return closing(intent)
    case .protect(let key, let stop?, _): return protection(of: key, "stop", stop.triggerPrice)
    case .protect(let key, nil, let target?):
      return protection(of: key, "target", target.triggerPrice)
    case .takeProfits(let key, let targets):
      return "\(key.instrument) \(Self.text(of: targets))"
    case .breakEven(let key):
      guard let price = position(key)?.breakEvenPrice else { return nil }
      return protection(of: key, "stop", price)
    case .trail(let key, let distance, let activation): return trail(key, distance, activation)
    case .flatten(let id?):
      let held = figures.positions.filter { $0.key.instrument == id }
      guard !held.isEmpty else { return "cancel every order of \(id); nothing is held" }
      let sizes = held.map {
        "\($0.side.rawValue) \($0.contracts), \(datedProfit(of: $0)) USDT"
      }
      return "close \(id) at market and cancel its orders: " + sizes.joined(separator: "; ")
    case .protect(_, nil, nil), .flatten(nil): return nil
    case .open, .cancel, .cancelTrigger, .cancelAll, .moveTarget, .reverse, .scaleIn, .bracket,
      .openOneOf, .openBatch, .cancelBatch, .openAt, .amend, .abandon, .approve, .dismiss,
      .resetPeak, .setLeverage, .setPositionMode, .setState, .setStrategy, .reconcile, .loadCandles,
      .setLimits, .note, .addAlert, .removeAlert, .acknowledge, .testAlert:
      return nil
    }
  }

  private func position(_ key: PositionKey) -> PositionFigures? {
    figures.positions.first { $0.key == key }
  }

  private func closing(_ intent: ClosingIntent) -> String? {
    guard let position = position(intent.key) else { return nil }
    switch snapshot.closing(intent, at: snapshot.at) {
    case .failure(let denial): return denial.text
    case .success(let contracts):
      let whole = snapshot.closableContracts(intent.key, at: snapshot.at)
      let result = outcome(position, contracts, at: position.markPrice)
      return "\(position.side.closingSide.rawValue) \(contracts) of \(whole) "
        + "\(intent.key.instrument) at market, reduce-only, near \(result)"
    }
  }

  private func protection(of key: PositionKey, _ name: String, _ price: Price) -> String? {
    guard let position = position(key) else { return nil }
    let shown = shown(price, of: key)
    return "\(name) of \(key.instrument) at \(shown), for all \(position.contracts): "
      + outcome(position, position.contracts, at: price)
  }

  private func trail(
    _ key: PositionKey, _ distance: TrailDistance, _ activation: Price?
  ) -> String? {
    guard let position = position(key) else { return nil }
    let best = activation ?? position.markPrice
    guard let rules = snapshot.markets[key.instrument]?.instrument else { return nil }
    let first = distance.stop(behind: best, position.side, tickSize: rules.tickSize)
    let start = activation.map { " from \(shown($0, of: key)) on" } ?? ""
    return "the stop of \(key.instrument) follows the mark\(start), at first near "
      + "\(shown(first, of: key)): \(outcome(position, position.contracts, at: first))"
  }

  /// What so many contracts of a position gain or lose where they close.
  private func outcome(
    _ position: PositionFigures, _ contracts: Contracts, at price: Price
  ) -> String {
    let amount = snapshot.markets[position.key.instrument]?.instrument.baseAmount(of: contracts)
    let result = amount.flatMap {
      position.side.gain(from: position.entryPrice, to: price)
        .notionalIfInRange(of: $0, .towardZero)
    }
    return "\(signed(result)) USDT before fees"
  }

  private func shown(_ price: Price, of key: PositionKey) -> String {
    guard let rules = snapshot.markets[key.instrument]?.instrument else {
      return NumberText.price(price)
    }
    return NumberText.price(price.rounded(to: rules.tickSize, .nearestOrEven), rules)
  }
}
