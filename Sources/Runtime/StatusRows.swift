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
    protection =
      position.coveringStop(among: triggers).map { Self.words(forStop: $0) } ?? Self.naked
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
    writer.endObject()
  }
}
