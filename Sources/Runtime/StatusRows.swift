import AccountData
import Engine
import JSONText
import Trading
import Units

/// A position as programs read it, from a running program's figures or from the exchange itself.
nonisolated public struct PositionRow: Sendable, Hashable {
  /// What protects it, in words.
  public let protection: String

  private let instrument: InstrumentID
  private let side: PositionSide
  private let contracts: Contracts
  private let entryPrice: Price
  private let markPrice: Price
  /// When that was so, nil where nobody knows.
  private let pricedAt: Timestamp?
  private let unrealizedPnL: Money
  private let margin: Money
  private let liquidationPrice: Price?
  /// Whether stops that wait cover it wholly.
  private let isCovered: Bool
  /// The stops that wait for it, the one that is reached first before the others.
  private let stops: [TriggerOrder]
  /// When that was last read back, nil where there is none or the exchange itself was asked.
  private let stopSeenAt: Timestamp?
  /// Whether it was opened elsewhere, nil where nobody knows.
  private let isExternal: Bool?

  /// Takes what a running program computed at the newest mark price, with its account and when
  /// that price was so.
  public init(_ position: PositionFigures, in account: Account, pricedAt: Timestamp?) {
    self.pricedAt = pricedAt
    instrument = position.key.instrument
    side = position.side
    contracts = position.contracts
    entryPrice = position.entryPrice
    markPrice = position.markPrice
    unrealizedPnL = position.unrealizedPnL
    margin = position.margin
    liquidationPrice = position.liquidationPrice
    isExternal = position.source == nil
    let stops = account.stopsByReach(of: position.key, position.side).map(\.order)
    self.stops = stops
    if case .proven(let trigger) = position.protection {
      isCovered = true
      stopSeenAt = trigger.confirmedAt
    } else {
      isCovered = false
      stopSeenAt = nil
    }
    protection =
      switch position.protection {
      case .proven: Self.words(for: stops)
      case .waiting: "stop not confirmed yet"
      case .naked: Self.naked
      case .liquidation: "liquidation is the stop"
      }
  }

  /// Takes what the exchange reports, with the trigger orders that wait there.
  public init(_ position: Position, among triggers: [TriggerOrder]) {
    instrument = position.key.instrument
    side = position.side
    contracts = position.contracts
    entryPrice = position.entryPrice
    markPrice = position.markPrice
    unrealizedPnL = position.unrealizedPnL
    margin = position.margin
    liquidationPrice = position.liquidationPrice
    isExternal = nil
    stopSeenAt = nil
    pricedAt = nil
    stops = position.stopsByReach(among: triggers)
    isCovered = position.coveringStop(among: triggers) != nil
    protection = isCovered ? Self.words(for: stops) : Self.naked
  }

  /// Writes it as an object: exact decimal text, sizes in contracts, amounts in USDT.
  ///
  /// The stop is the one that is reached first, its contracts those that all stops cover together:
  /// null where one of them is for the whole position. Both are null unless the position is covered
  /// wholly; the stops themselves are listed always.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("instrument", instrument.text)
    writer.member("side", side.rawValue)
    writer.member("contracts", quoted: contracts)
    writer.member("entryPrice", quoted: entryPrice)
    writer.member("markPrice", quoted: markPrice)
    writer.member("unrealizedPnL", quoted: unrealizedPnL)
    writer.member("margin", quoted: margin)
    writer.key("liquidationPrice")
    if let liquidationPrice { writer.quoted(liquidationPrice) } else { writer.null() }
    writer.member("protection", protection)
    writer.key("stopPrice")
    let price = isCovered ? stops.first?.stopLoss?.triggerPrice : nil
    if let price { writer.quoted(price) } else { writer.null() }
    writer.key("stopContracts")
    if let covered { writer.quoted(covered) } else { writer.null() }
    writer.key("stops")
    writer.beginArray()
    for stop in stops { Self.write(stop, to: &writer) }
    writer.endArray()
    if let isExternal {
      writer.key("stopSeenAt")
      if let stopSeenAt { writer.integer(stopSeenAt.milliseconds) } else { writer.null() }
      writer.member("external", isExternal)
      writer.key("markAt")
      if let pricedAt { writer.integer(pricedAt.milliseconds) } else { writer.null() }
    }
    writer.endObject()
  }

  private static let naked = "NAKED: no stop"

  /// What all stops cover together, nil for the whole position or for less than that.
  private var covered: Contracts? {
    guard isCovered else { return nil }
    return stops.reduce(Contracts?.some(.zero)) { sum, stop in
      guard case .contracts(let count) = stop.size else { return nil }
      return sum.map { $0 + count }
    }
  }

  private static func write(_ stop: TriggerOrder, to writer: inout JSONWriter) {
    guard let price = stop.stopLoss?.triggerPrice else { return }
    writer.beginObject()
    writer.member("price", quoted: price)
    writer.key("contracts")
    if case .contracts(let count) = stop.size { writer.quoted(count) } else { writer.null() }
    writer.endObject()
  }

  private static func words(for stops: [TriggerOrder]) -> String {
    let prices = stops.compactMap { $0.stopLoss.map { "\($0.triggerPrice)" } }
    return (prices.count > 1 ? "stops " : "stop ") + prices.joined(separator: ", ")
  }
}

/// An order as programs read it, from a running program or from the exchange itself.
nonisolated public struct OrderRow: Sendable, Hashable {
  private let instrument: InstrumentID
  private let clientOrderID: ClientOrderID?
  private let exchangeOrderID: ExchangeOrderID?
  private let side: OrderSide
  private let contracts: Contracts
  private let filled: Contracts
  private let reduceOnly: Bool
  private let state: OrderState
  private let type: OrderType
  /// Whether it was made elsewhere, nil where nobody knows.
  private let isExternal: Bool?

  /// Takes an order as a running program knows it.
  public init(_ order: TrackedOrder) {
    instrument = order.instrument
    clientOrderID = order.clientOrderID
    exchangeOrderID = order.exchangeOrderID
    side = order.side
    contracts = order.contracts
    filled = order.progress.filledContracts
    reduceOnly = order.reduceOnly
    state = order.state
    type = order.type
    isExternal = !order.isOwn
  }

  /// Takes an order as the exchange reports it.
  public init(_ order: Order) {
    instrument = order.instrument
    clientOrderID = order.clientOrderID
    exchangeOrderID = order.exchangeOrderID
    side = order.side
    contracts = order.contracts
    filled = order.filledContracts
    reduceOnly = order.reduceOnly
    state = order.state
    type = order.type
    isExternal = nil
  }

  /// Writes it as an object: sizes in contracts as exact decimal text, an id nobody knows as null.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("instrument", instrument.text)
    writer.key("clientOrderID")
    if let clientOrderID { writer.string(clientOrderID.text) } else { writer.null() }
    writer.key("exchangeOrderID")
    if let exchangeOrderID { writer.string(exchangeOrderID.text) } else { writer.null() }
    writer.member("side", side.rawValue)
    writer.member("contracts", quoted: contracts)
    writer.member("filled", quoted: filled)
    writer.member("reduceOnly", reduceOnly)
    writer.member("state", state.rawValue)
    writer.member("type", type.code)
    writer.key("price")
    if let price = type.limitPrice { writer.quoted(price) } else { writer.null() }
    if let isExternal { writer.member("external", isExternal) }
    writer.endObject()
  }
}
