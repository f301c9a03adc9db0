import AccountData
import Engine
import MarketData
import Risk
import Trading
import Units

/// What a line comes to once market and account are looked at.
enum LineMeaning: Equatable {
  /// New risk: shown as ghosts first, sent by another key.
  case openings([OpeningIntent])
  /// An order with several targets: shown and asked for like new risk.
  case bracket(OpeningIntent, [PartialTarget])
  /// An order that waits for the mark price: shown and asked for like new risk.
  case waiting(OpeningIntent, trigger: Price, until: Timestamp?)
  /// Closes a position and opens the other side: shown and asked for like new risk.
  case reversal(PositionKey, OpeningIntent)
  /// Two orders of which the first fill cancels the other: shown and asked for like new risk.
  case oneOf(OpeningIntent, OpeningIntent)
  /// An order that rests and only makes a position smaller: shown; asked for where it is not what
  /// a line says, or would take the book.
  case exit(RestingExit, asks: Bool)
  /// A resting order that is replaced: shown and asked for.
  case amendment(Amendment)
  /// Less risk, or none: done at once.
  case commands([DashboardCommand])
  /// Done when a question was answered with yes; the question begins with the mode word.
  case asked(String, details: [String], [DashboardCommand])
  /// The same as a key of the table.
  case action(Action)
  /// Cancels our orders of an instrument.
  case cancel(InstrumentID)
  /// Shows something else.
  case show(Shown)

  /// What can be shown.
  enum Shown: Equatable {
    case instrument(InstrumentID)
    case timeFrame(TimeFrame)
    case layout(Preset)
    case filter(String)
    case size(SizeUnit, Fixed)
  }
}

extension DashboardModel {
  /// Returns what a line comes to now, or why it cannot be done.
  func meaning(of line: Line) throws(LineProblem) -> LineMeaning {
    switch line {
    case .order(let order): return try meaning(of: order)
    case .scale(let scale): return .openings(try intents(scale))
    case .oneOf, .amend: return try restingMeaning(of: line)
    case .close(let close): return try meaning(of: close)
    case .stop(let meant, let distance):
      let position = try position(meant)
      let stop = try trigger(distance, isStop: true, of: position)
      return .commands([.engine(.protect(position.key, stopLoss: stop, takeProfit: nil))])
    case .target(let meant, let target):
      let position = try position(meant)
      let target = try trigger(target, of: position)
      let command = DashboardCommand.engine(
        .protect(position.key, stopLoss: nil, takeProfit: target))
      guard let question = replacingQuestion(position.key, by: target.triggerPrice) else {
        return .commands([command])
      }
      return .asked(question, details: targetTexts(of: position.key), [command])
    case .breakEven(let meant):
      return .commands([.engine(.breakEven(try position(meant).key))])
    case .reverse, .trail, .targets, .abandon: return try planMeaning(of: line)
    case .cancelAll: return try doing(.cancelEverything)
    case .cancelLast: return try doing(.cancelLast)
    case .cancelMarket(let market):
      return .cancel(try instrument(market).id)
    case .flatten(nil): return try doing(.flatten)
    case .flatten(let market?):
      return .commands([.engine(.flatten(try instrument(market).id))])
    case .leverage(let market, let leverage):
      return meaning(of: leverage, on: try instrument(market).id)
    case .positionMode(let mode): return try meaning(of: mode)
    case .resetPeak: return try resetPeakMeaning()
    case .state(let state): return try meaning(of: state)
    case .strategy(let name, let state): return try meaning(of: state, for: name)
    case .go(let market): return .show(.instrument(try instrument(market).id))
    case .timeFrame(let frame): return .show(.timeFrame(frame))
    case .layout(let preset): return .show(.layout(preset))
    case .size(let size):
      let (unit, amount) = try split(size, instrument.flatMap { snapshot.markets[$0]?.instrument })
      return .show(.size(unit, amount))
    case .template(let name, let market):
      return try meaning(of: self.line(ofTemplate: name, market: market))
    case .filter(let text): return .show(.filter(text))
    case .note(let text): return .commands([.engine(.note(text, instrument))])
    case .alert(let text, let at): return .commands([.engine(try alert(text, at: at))])
    case .alerts: return try doing(.alerts)
    case .removeAlert(let id): return .commands([.engine(try removal(of: id))])
    case .acknowledge(let id): return .commands([.engine(try acknowledgement(of: id))])
    case .arm: return isArmed ? .commands([]) : try doing(.arm)
    case .disarm: return isArmed ? try doing(.arm) : .commands([])
    case .help: return try doing(.help)
    case .quit: return try doing(.quit)
    case .reload(false): return .commands([.reload(loosens: false)])
    case .reload(true):
      return .asked(
        "read the settings again, looser limits as well?",
        details: ["Tighter limits need no question: reload alone takes those."],
        [.reload(loosens: true)])
    }
  }

  /// The same as a key; throws the reason why the key does nothing now.
  private func doing(_ action: Action) throws(LineProblem) -> LineMeaning {
    if let reason = disabledReason(of: action) { throw LineProblem(at: 0, text: reason) }
    return .action(action)
  }

  private func meaning(of state: BotState) throws(LineProblem) -> LineMeaning {
    if state == .running { return try doing(.resume) }
    let command = Command.setState(state, reason: "\(state.rawValue) at the keyboard")
    let present = snapshot.trading.mode
    guard state.letsOpen, !present.letsOpen else { return .commands([.engine(command)]) }
    if let reason = disabledReason(of: .send) { throw LineProblem(at: 0, text: reason) }
    return .asked(
      "\(state.rawValue)? The bot is \(present.rawValue); a person could open again.",
      details: [snapshot.trading.reason], [.engine(command)])
  }

  /// A strategy that is to do more is asked about, one that is to do less is not.
  private func meaning(
    of state: StrategyState, for name: String
  ) throws(LineProblem) -> LineMeaning {
    guard let strategy = snapshot.strategies.first(where: { $0.name == name }) else {
      let names = snapshot.strategies.map(\.name).joined(separator: ", ")
      throw LineProblem(
        at: 0,
        text: names.isEmpty
          ? "no strategy is set up: strategies.yaml names none"
          : "`\(name)` is none of the strategies: \(names)")
    }
    let command = DashboardCommand.engine(.setStrategy(name, state))
    guard state.isLooser(than: strategy.state) else { return .commands([command]) }
    let does = state == .running ? "open by itself" : "propose openings"
    return .asked(
      "let the strategy \(name) \(does)?",
      details: ["It trades \(strategy.instrument), now \(strategy.state.rawValue)."],
      [command])
  }

  /// Returns the market of a name: the whole name, the coin, or the beginning of exactly one.
  func market(_ name: String) throws(LineProblem) -> Market {
    let known = snapshot.pairs.compactMap { snapshot.markets[$0.instrument] }
    let exact = known.filter {
      $0.id.text.lowercased() == name || $0.instrument.baseCurrency.lowercased() == name
    }
    let found = exact.isEmpty ? known.filter { $0.id.text.lowercased().hasPrefix(name) } : exact
    guard let first = found.first else {
      let coins = known.map { $0.instrument.baseCurrency.lowercased() }.joined(separator: " ")
      throw LineProblem(at: 0, text: "`\(name)` is none of the markets: \(coins)")
    }
    guard found.count == 1 else {
      let names = found.map(\.id.text).joined(separator: ", ")
      throw LineProblem(at: 0, text: "`\(name)` may be \(names)")
    }
    return first
  }

  func instrument(_ name: String) throws(LineProblem) -> Instrument {
    try market(name).instrument
  }

  /// Where a target of a position goes.
  func trigger(
    _ target: LineTarget, of position: PositionFigures
  ) throws(LineProblem) -> Trigger {
    switch target {
    case .price(let price): return Trigger(triggerPrice: price)
    case .percent(let rate): return try trigger(.percent(rate), isStop: false, of: position)
    case .multiple(let count):
      do throws(FormProblem) {
        return Trigger(triggerPrice: try self.target(count, of: position))
      } catch {
        throw LineProblem(at: 0, text: "target: \(error.text)")
      }
    }
  }

  private func trigger(
    _ distance: LineDistance, isStop: Bool, of position: PositionFigures
  ) throws(LineProblem) -> Trigger {
    switch distance {
    case .price(let price): return Trigger(triggerPrice: price)
    case .percent(let rate):
      guard let instrument = snapshot.markets[position.key.instrument]?.instrument else {
        throw LineProblem(at: 0, text: "the tick size of \(position.key.instrument) is not known")
      }
      let price = Distance.price(
        rate, from: position.entryPrice, position.side, isStop: isStop, instrument)
      return Trigger(triggerPrice: try positive(price, rate))
    }
  }

  /// A price so far away from another one; throws where that is at nothing or below.
  private func positive(_ price: Price, _ distance: Rate) throws(LineProblem) -> Price {
    guard price.isPositive else {
      let share = NumberText.percent(distance, places: 2)
      throw LineProblem(at: 0, text: "\(share) away leaves no price: it takes less than 100%")
    }
    return price
  }

  private func intents(_ scale: ScaleLine) throws(LineProblem) -> [OpeningIntent] {
    let market = try market(scale.market)
    let instrument = market.instrument
    let worst =
      scale.side == .long ? min(scale.from, scale.to) : max(scale.from, scale.to)
    let size = try request(scale.size, instrument, parts: scale.count)
    var result: [OpeningIntent] = []
    for number in 0..<scale.count {
      let way = (scale.to - scale.from).value.times(number)
      let step = way.divided(by: Fixed(scale.count - 1), .towardZero)
      let price = Price(scale.from.value + step).rounded(
        to: instrument.tickSize, scale.side == .long ? .down : .up)
      let protection = try protection(
        scale.stop, scale.target, scale.side, entry: price, worst: worst, instrument)
      result.append(
        OpeningIntent(
          instrument: market.id, side: scale.side, marginMode: marginMode(of: market.id),
          type: scale.isPostOnly ? .postOnly(price) : .limit(price), size: size,
          stop: .stop(protection.stop), takeProfit: protection.target))
    }
    return result
  }

  /// Stop and target; a stop in percent is counted from the worst of several entries.
  func protection(
    _ stop: LineDistance?, _ target: LineTarget?, _ side: PositionSide, entry: Price,
    worst: Price, _ instrument: Instrument
  ) throws(LineProblem) -> (stop: Trigger, target: Trigger?) {
    let stopPrice: Price
    switch stop {
    case .price(let price): stopPrice = price
    case .percent(let rate):
      stopPrice = try positive(
        Distance.price(rate, from: worst, side, isStop: true, instrument), rate)
    case nil:
      stopPrice = Distance.price(
        Distance.usualStop, from: worst, side, isStop: true, instrument)
    }
    let targetPrice: Price?
    switch target {
    case nil: targetPrice = nil
    case .price(let price): targetPrice = price
    case .percent(let rate):
      targetPrice = try positive(
        Distance.price(rate, from: entry, side, isStop: false, instrument), rate)
    case .multiple(let count):
      guard count <= 1_000 else { throw LineProblem(at: 0, text: "\(count) R is too far") }
      targetPrice = Distance.target(count, entry: entry, stop: stopPrice, side, instrument)
    }
    return (Trigger(triggerPrice: stopPrice), targetPrice.map { Trigger(triggerPrice: $0) })
  }

  func request(
    _ size: LineSize?, _ instrument: Instrument, parts: Int
  ) throws(LineProblem) -> SizeRequest {
    let (unit, amount) =
      try size.map { (size) throws(LineProblem) in try split(size, instrument) }
      ?? (working.unit, working.amount(instrument, snapshot.limits))
    return WorkingSize.request(amount.divided(by: Fixed(parts), .towardZero), unit)
  }

  private func split(
    _ size: LineSize, _ instrument: Instrument?
  ) throws(LineProblem) -> (SizeUnit, Fixed) {
    switch size {
    case .contracts(let amount): return (.contracts, amount)
    case .notional(let amount): return (.notional, amount)
    case .marginPercent(let percent): return (.marginShare, percent)
    case .riskPercent(let percent): return (.riskShare, percent)
    case .coins(let amount, let coin):
      guard let base = instrument?.baseCurrency, base.lowercased() == coin else {
        throw LineProblem(at: 0, text: "`\(coin)` is not the coin of the market")
      }
      return (.coins, amount)
    }
  }
}
