import AccountData
import Engine
import MarketData
import Risk
import Trading
import Units

/// Someone who wants everything at once: opens, closes, moves stops, reverses, changes his mind.
struct StormTrader {
  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  /// What he wants now.
  mutating func commands(_ snapshot: EngineSnapshot) -> [(Command, CommandSource)] {
    var wishes: [(Command, CommandSource)] = []
    for _ in 0...random.below(3) {
      if let wish = command(snapshot) { wishes.append((wish, source())) }
    }
    return wishes
  }

  private mutating func source() -> CommandSource {
    random.oneIn(3) ? .strategy("storm") : .keyboard
  }

  private mutating func command(_ snapshot: EngineSnapshot) -> Command? {
    let held = snapshot.account.positions.held
    let own = snapshot.account.orders.open.filter(\.isOwn)
    switch random.below(27) {
    case 0...8: return opening(snapshot, side: nil).map { .open($0) }
    case 9, 10:
      guard let position = pick(held) else { return nil }
      let share: Rate = random.oneIn(2) ? 1 : "0.5"
      return .close(ClosingIntent(key: position.key, share: share))
    case 11:
      guard let order = pick(own), let reference = order.reference else { return nil }
      return .cancel(order.instrument, reference)
    case 12: return .cancelAll(nil)
    case 13:
      guard let position = pick(held), let stop = stop(position, snapshot) else { return nil }
      return .protect(position.key, stopLoss: stop, takeProfit: nil)
    case 14: return pick(held).map { .breakEven($0.key) }
    case 15: return pick(held).map { .trail($0.key, .share("0.002"), activation: nil) }
    case 16:
      guard let position = pick(held),
        let opening = opening(
          snapshot, position.key.instrument, side: position.report.side.opposite)
      else { return nil }
      return .reverse(position.key, opening)
    case 17:
      guard let position = pick(held),
        let adding = opening(snapshot, position.key.instrument, side: position.report.side)
      else { return nil }
      return .scaleIn(position.key, adding, closeShare: "0.5")
    case 18: return bracket(snapshot)
    case 19: return oneOf(snapshot)
    case 20:
      guard let order = pick(own), let id = order.clientOrderID,
        let price = order.type.limitPrice
      else { return nil }
      return .amend(id, .limit(price), contracts: order.contracts)
    case 21: return random.oneIn(6) ? .flatten(nil) : .reconcile
    case 22: return state()
    case 23: return batch(snapshot)
    case 24:
      let references = own.prefix(5).compactMap(\.reference)
      return references.isEmpty ? nil : .cancelBatch(references)
    case 25: return stopEntry(snapshot)
    default: return .setState(.running, reason: "go on")
    }
  }

  private mutating func state() -> Command? {
    switch random.below(8) {
    case 0: .setState(.halted, reason: "storm")
    case 1: .setState(.reducing, reason: "storm")
    case 2: .setState(.paused, reason: "storm")
    default: .setState(.running, reason: "storm")
    }
  }

  private mutating func bracket(_ snapshot: EngineSnapshot) -> Command? {
    guard let opening = opening(snapshot, side: nil), case .stop(let stop) = opening.stop,
      let market = snapshot.markets[opening.instrument], let last = market.lastPrice
    else { return nil }
    let distance = (last - stop.triggerPrice).magnitude
    let targets = (1...2).map { number -> PartialTarget in
      let far = Price(distance.value.times(number + 1))
      let price = opening.side == .long ? last + far : last - far
      return PartialTarget(
        trigger: Trigger(
          triggerPrice: price.rounded(to: market.instrument.tickSize, .nearestOrEven)),
        share: "0.5")
    }
    return .bracket(opening, targets)
  }

  private mutating func batch(_ snapshot: EngineSnapshot) -> Command? {
    guard let instrument = pick(Storm.instruments) else { return nil }
    let side: PositionSide = random.oneIn(2) ? .long : .short
    let openings = (0...random.below(4)).compactMap { _ in
      opening(snapshot, instrument, side: side, isResting: true)
    }
    return .openBatch(openings)
  }

  private mutating func stopEntry(_ snapshot: EngineSnapshot) -> Command? {
    guard let opening = opening(snapshot, side: nil),
      let market = snapshot.markets[opening.instrument], let mark = market.markPrice
    else { return nil }
    let away = mark.scaled(by: random.oneIn(2) ? "0.0002" : "-0.0002", .up)
    let trigger = (mark + away).rounded(to: market.instrument.tickSize, .nearestOrEven)
    return .openAt(opening, trigger: trigger, until: snapshot.at + .minutes(1))
  }

  private mutating func oneOf(_ snapshot: EngineSnapshot) -> Command? {
    guard let instrument = pick(Storm.instruments),
      let first = opening(snapshot, instrument, side: .long, isResting: true),
      let second = opening(snapshot, instrument, side: .short, isResting: true)
    else { return nil }
    return .openOneOf(first, second)
  }

  private mutating func opening(
    _ snapshot: EngineSnapshot, _ wanted: InstrumentID? = nil, side: PositionSide?,
    isResting: Bool = false
  ) -> OpeningIntent? {
    guard let instrument = wanted ?? pick(Storm.instruments),
      let market = snapshot.markets[instrument], let last = market.lastPrice
    else { return nil }
    let side = side ?? (random.oneIn(2) ? .long : .short)
    let tick = market.instrument.tickSize
    func price(_ share: Int) -> Price {
      let away = last.scaled(by: Rate(Fixed(share).dividedIfPossible(by: 100_000, .up) ?? 0), .up)
      return (side == .long ? last - away : last + away).rounded(to: tick, .nearestOrEven)
    }
    let limit = price(random.within(1...60))
    var type: OrderType = .market
    switch random.below(isResting ? 2 : 6) {
    case 0: type = .limit(limit)
    case 1: type = .postOnly(limit)
    case 2: type = .immediateOrCancel(price(-20))
    default: type = .market
    }
    // Some stops are so near that they are hit within the storm.
    let stop = price(random.oneIn(3) ? random.within(12...60) : random.within(100...600))
    let target = price(-random.within(600...2_000))
    let sizes: [SizeRequest] = [
      .riskShare("0.01"), .riskShare("0.001"), .riskShare("0.0005"), .notional(800),
      .notional(1_500), .marginShare("0.02"),
    ]
    return OpeningIntent(
      instrument: instrument, side: side, marginMode: .isolated, type: type,
      size: sizes[random.below(sizes.count)], stop: .stop(Trigger(triggerPrice: stop)),
      takeProfit: random.oneIn(2) ? Trigger(triggerPrice: target) : nil)
  }

  private mutating func stop(_ held: HeldPosition, _ snapshot: EngineSnapshot) -> Trigger? {
    guard let market = snapshot.markets[held.key.instrument], let last = market.lastPrice else {
      return nil
    }
    let away = last.scaled(by: random.oneIn(2) ? "0.002" : "0.01", .up)
    let price = held.report.side == .long ? last - away : last + away
    return Trigger(triggerPrice: price.rounded(to: market.instrument.tickSize, .nearestOrEven))
  }

  private mutating func pick<Element>(_ list: [Element]) -> Element? {
    list.isEmpty ? nil : list[random.below(list.count)]
  }
}
