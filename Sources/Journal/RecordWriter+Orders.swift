import Trading
import Units

/// What a change of an order or a trigger order has in common.
struct OrderRow {
  let kind: String
  let clientOrderID: ClientOrderID?
  let exchangeOrderID: ExchangeOrderID?
  let instrument: InstrumentID
  let side: OrderSide
  let state: String
  let isFinal: Bool
  let filledContracts: Contracts
  let averagePrice: Price?
  let takeProfitPrice: Price?
  let stopPrice: Price?
  let cause: String
  let at: Timestamp

  init(_ change: OrderChange) {
    kind = "order"
    clientOrderID = change.clientOrderID
    exchangeOrderID = change.exchangeOrderID
    instrument = change.instrument
    side = change.side
    state = change.state.rawValue
    isFinal = change.state.isFinal
    filledContracts = change.filledContracts
    averagePrice = change.averagePrice
    takeProfitPrice = nil
    stopPrice = nil
    cause = change.cause
    at = change.at
  }

  init(_ change: TriggerChange) {
    kind = "trigger"
    clientOrderID = change.clientOrderID
    exchangeOrderID = change.exchangeOrderID
    instrument = change.instrument
    side = change.side
    state = change.state.rawValue
    isFinal = change.state.isFinal
    filledContracts = .zero
    averagePrice = nil
    takeProfitPrice = change.takeProfit?.triggerPrice
    stopPrice = change.stopLoss?.triggerPrice
    cause = change.cause
    at = change.at
  }
}

extension RecordWriter {
  /// Writes the new state over the old one and adds the change to the history.
  mutating func write(_ order: OrderRow) throws(JournalProblem) {
    let number = try currentRow(of: order)
    row.clear()
    row.add(number)
    row.add(order.state)
    row.add(order.filledContracts)
    row.add(order.averagePrice)
    row.add(order.cause)
    row.add(order.at)
    try run(.orderChange)
  }

  /// Updates or inserts the order's current row and returns its number.
  private mutating func currentRow(of order: OrderRow) throws(JournalProblem) -> Int64? {
    if order.clientOrderID != nil, let number = try updateByClientID(order) { return number }
    if order.exchangeOrderID != nil {
      row.clear()
      addCurrent(order)
      row.add(order.instrument)
      row.add(order.kind)
      row.add(order.exchangeOrderID)
      if let number = try run(.updateOrderByExchangeID) { return number }
    }
    row.clear()
    row.add(order.kind)
    row.add(order.instrument)
    row.add(order.side)
    row.add(order.at)
    addCurrent(order)
    return try run(.insertOrder)
  }

  private mutating func updateByClientID(_ order: OrderRow) throws(JournalProblem) -> Int64? {
    row.clear()
    addCurrent(order)
    row.add(order.clientOrderID)
    do throws(JournalProblem) {
      return try run(.updateOrderByClientID)
    } catch .recordRefused {
      // The exchange's id stands in a row that was adopted as external before the id was known to
      // be ours: its history becomes ours, and the row goes.
      try adoptExternalRow(order)
      row.clear()
      addCurrent(order)
      row.add(order.clientOrderID)
      return try run(.updateOrderByClientID)
    }
  }

  private mutating func adoptExternalRow(_ order: OrderRow) throws(JournalProblem) {
    row.clear()
    row.add(order.clientOrderID)
    row.add(order.instrument)
    row.add(order.kind)
    row.add(order.exchangeOrderID)
    try run(.moveHistory)
    row.clear()
    row.add(order.instrument)
    row.add(order.kind)
    row.add(order.exchangeOrderID)
    try run(.deleteExternalOrder)
  }

  /// Adds the columns that every statement on `orders` sets, in their order.
  private mutating func addCurrent(_ order: OrderRow) {
    row.add(order.clientOrderID)
    row.add(order.exchangeOrderID)
    row.add(order.state)
    row.add(order.isFinal)
    row.add(order.filledContracts)
    row.add(order.averagePrice)
    row.add(order.takeProfitPrice)
    row.add(order.stopPrice)
    row.add(order.at)
  }
}
