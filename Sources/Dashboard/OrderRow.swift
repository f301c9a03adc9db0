import AccountData
import Engine
import Risk
import Trading
import Units

/// One line of the orders panel: a plain order, a waiting trigger order, or an entry that waits for
/// the mark price here and not at the exchange.
struct OrderRow: Sendable, Equatable {
  /// What names the line, so that a selection stays on it while the list changes.
  enum Identity: Sendable, Hashable {
    case order(OrderReference)
    case trigger(ExchangeOrderID)
    case waiting(PlanID)
  }

  let id: Identity
  let instrument: InstrumentID
  let side: OrderSide
  /// What it is: `limit`, `stop`, `target`, ...
  let kind: String
  /// Its size in contracts; nil when it takes the whole position or is not known yet.
  let contracts: Contracts?
  let filled: Contracts
  /// Its limit or trigger price, of a stop with a target that of the stop; nil for a market order.
  let price: Price?
  let state: String
  let isInDoubt: Bool
  let isOwn: Bool
  let createdAt: Timestamp
  /// The position that it protects; nil for any other order.
  let position: PositionKey?
  /// The position whose loss it limits; nil for any other order.
  let guarded: PositionKey?

  /// Returns all lines: orders of unknown outcome first, then plain orders, then trigger orders,
  /// then what waits here.
  static func all(of snapshot: EngineSnapshot) -> [OrderRow] {
    snapshot.orders.compactMap(OrderRow.init)
      + snapshot.account.triggers.filter { $0.order.state == .live }.map(OrderRow.init)
      + snapshot.plans.compactMap { OrderRow($0, snapshot) }
  }

  /// Whether it waits here: the exchange knows nothing of it.
  var isWaiting: Bool { if case .waiting = id { true } else { false } }

  /// Whether it goes when all of our orders are canceled: what protects a position stays.
  var isCanceledTogether: Bool {
    switch id {
    case .order: isOwn
    case .waiting: true
    case .trigger: false
    }
  }

  private init?(_ plan: PlanLine, _ snapshot: EngineSnapshot) {
    guard let entry = plan.waiting else { return nil }
    let opening = entry.opening
    id = .waiting(plan.id)
    instrument = opening.instrument
    side = opening.side.openingSide
    kind = "stop entry"
    contracts =
      snapshot.ghost(
        opening, filledAt: opening.type.limitPrice ?? entry.triggerPrice, at: snapshot.at
      ).contracts
    filled = .zero
    price = entry.triggerPrice
    state = "waits here"
    isInDoubt = false
    isOwn = true
    createdAt = plan.startedAt
    position = nil
    guarded = nil
  }

  private init?(_ order: TrackedOrder) {
    guard let reference = order.reference else { return nil }
    id = .order(reference)
    instrument = order.instrument
    side = order.side
    kind = order.type.word + (order.reduceOnly ? " reduce" : "")
    contracts = order.contracts
    filled = order.progress.filledContracts
    price = order.type.limitPrice
    state = order.isInDoubt ? order.state.rawValue.uppercased() : order.state.rawValue
    isInDoubt = order.isInDoubt
    isOwn = order.isOwn
    createdAt = order.createdAt
    position = nil
    guarded = nil
  }

  private init(_ tracked: TrackedTrigger) {
    let trigger = tracked.order
    id = .trigger(trigger.exchangeOrderID)
    instrument = trigger.instrument
    side = trigger.side
    let key = PositionKey(
      instrument: trigger.instrument, slot: trigger.slot, marginMode: trigger.marginMode)
    position = trigger.isProtection(of: key) ? key : nil
    guarded = trigger.limitsLoss ? key : nil
    switch trigger.kind {
    case .protection(let target, let stop):
      kind = stop == nil ? "target" : target == nil ? "stop" : "stop+target"
      price = stop?.triggerPrice ?? target?.triggerPrice
    case .entry(let entry):
      kind = "trigger"
      price = entry.triggerPrice
    case .trailing(_, _, let activation):
      kind = "trailing"
      price = activation
    }
    switch trigger.size {
    case .wholePosition: contracts = nil
    case .contracts(let count): contracts = count
    }
    filled = .zero
    if case .protection(let target?, .some) = trigger.kind {
      state = "tp \(NumberText.price(target.triggerPrice))"
    } else {
      state = trigger.state.rawValue
    }
    isInDoubt = false
    isOwn = tracked.isOwn
    createdAt = trigger.createdAt
  }
}

extension TriggerOrder {
  /// Whether it closes a position that loses.
  fileprivate var limitsLoss: Bool {
    switch kind {
    case .protection(_, let stop): stop != nil
    case .trailing: true
    case .entry: false
    }
  }
}

extension OrderType {
  /// The type in one word.
  var word: String {
    switch self {
    case .market: "market"
    case .limit: "limit"
    case .postOnly: "post-only"
    case .fillOrKill: "fok"
    case .immediateOrCancel: "ioc"
    }
  }
}
