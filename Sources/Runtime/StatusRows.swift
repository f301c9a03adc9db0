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
  private let unrealizedPnL: Money
  private let margin: Money
  private let liquidationPrice: Price?
  /// The order whose stop covers it, nil where none does.
  private let stop: TriggerOrder?
  /// When that was last read back, nil where there is none or the exchange itself was asked.
  private let stopSeenAt: Timestamp?
  /// Whether it was opened elsewhere, nil where nobody knows.
  private let isExternal: Bool?

  /// Takes what a running program computed at the newest mark price.
  public init(_ position: PositionFigures) {
    instrument = position.key.instrument
    side = position.side
    contracts = position.contracts
    entryPrice = position.entryPrice
    markPrice = position.markPrice
    unrealizedPnL = position.unrealizedPnL
    margin = position.margin
    liquidationPrice = position.liquidationPrice
    isExternal = position.source == nil
    if case .proven(let trigger) = position.protection {
      stop = trigger.order
      stopSeenAt = trigger.confirmedAt
    } else {
      stop = nil
      stopSeenAt = nil
    }
    protection =
      switch position.protection {
      case .proven(let trigger): Self.words(forStop: trigger.order)
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
    stop = position.coveringStop(among: triggers)
    protection = stop.map { Self.words(forStop: $0) } ?? Self.naked
  }

  /// Writes it as an object: exact decimal text, sizes in contracts, amounts in USDT.
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
    if let price = stop?.stopLoss?.triggerPrice { writer.quoted(price) } else { writer.null() }
    writer.key("stopContracts")
    if case .contracts(let count)? = stop?.size { writer.quoted(count) } else { writer.null() }
    if let isExternal {
      writer.key("stopSeenAt")
      if let stopSeenAt { writer.integer(stopSeenAt.milliseconds) } else { writer.null() }
      writer.member("external", isExternal)
    }
    writer.endObject()
  }

  private static let naked = "NAKED: no stop"

  private static func words(forStop trigger: TriggerOrder) -> String {
    trigger.stopLoss.map { "stop \($0.triggerPrice)" } ?? "stop"
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
