import Trading
import Units

extension Fill: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(tradeID)
    writer.put(exchangeOrderID)
    writer.put(clientOrderID)
    writer.put(instrument)
    writer.put(side)
    writer.put(slot)
    writer.put(price)
    writer.put(contracts)
    writer.put(fee)
    writer.put(realizedPnL)
    writer.put(exchangeTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      tradeID: try reader.get(), exchangeOrderID: try reader.get(),
      clientOrderID: try reader.get(), instrument: try reader.get(), side: try reader.get(),
      slot: try reader.get(), price: try reader.get(), contracts: try reader.get(),
      fee: try reader.get(), realizedPnL: try reader.get(), exchangeTime: try reader.get())
  }
}

extension PositionKey: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(slot)
    writer.put(marginMode)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), slot: try reader.get(), marginMode: try reader.get())
  }
}

extension Position: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(positionID)
    writer.put(key)
    writer.put(side)
    writer.put(contracts)
    writer.put(availableContracts)
    writer.put(entryPrice)
    writer.put(markPrice)
    writer.put(margin)
    writer.put(maintenanceMargin)
    writer.put(marginRatio)
    writer.put(liquidationPrice)
    writer.put(unrealizedPnL)
    writer.put(leverage)
    writer.put(createdAt)
    writer.put(updatedAt)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      positionID: try reader.get(), key: try reader.get(), side: try reader.get(),
      contracts: try reader.get(), availableContracts: try reader.get(),
      entryPrice: try reader.get(), markPrice: try reader.get(), margin: try reader.get(),
      maintenanceMargin: try reader.get(), marginRatio: try reader.get(),
      liquidationPrice: try reader.get(), unrealizedPnL: try reader.get(),
      leverage: try reader.get(), createdAt: try reader.get(), updatedAt: try reader.get())
  }
}

extension Balance: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(equity)
    writer.put(cash)
    writer.put(availableMargin)
    writer.put(orderMargin)
    writer.put(isolatedEquity)
    writer.put(exchangeTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      equity: try reader.get(), cash: try reader.get(), availableMargin: try reader.get(),
      orderMargin: try reader.get(), isolatedEquity: try reader.get(),
      exchangeTime: try reader.get())
  }
}

extension AccountSnapshot: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(balance)
    writer.put(positions)
    writer.put(orders)
    writer.put(triggerOrders)
    writer.put(fills)
    writer.put(positionMode)
    writer.put(leverages)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      balance: try reader.get(), positions: try reader.get(), orders: try reader.get(),
      triggerOrders: try reader.get(), fills: try reader.get(), positionMode: try reader.get(),
      leverages: try reader.get())
  }
}

extension LeverageSetting: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(marginMode)
    writer.put(slot)
    writer.put(leverage)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), marginMode: try reader.get(), slot: try reader.get(),
      leverage: try reader.get())
  }
}

extension AccountEvent: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .balance(let balance):
      writer.putByte(0)
      writer.put(balance)
    case .positions(let positions):
      writer.putByte(1)
      writer.put(positions)
    case .order(let order):
      writer.putByte(2)
      writer.put(order)
    case .triggerOrder(let trigger):
      writer.putByte(3)
      writer.put(trigger)
    case .fill(let fill):
      writer.putByte(4)
      writer.put(fill)
    case .positionMode(let mode):
      writer.putByte(5)
      writer.put(mode)
    case .leverage(let instrument, let mode, let slot, let leverage):
      writer.putByte(6)
      writer.put(instrument)
      writer.put(mode)
      writer.put(slot)
      writer.put(leverage)
    case .funding(let instrument, let amount, let settledAt):
      writer.putByte(7)
      writer.put(instrument)
      writer.put(amount)
      writer.put(settledAt)
    case .holdings(let positions, let triggers, let askedAt):
      writer.putByte(8)
      writer.put(positions)
      writer.put(triggers)
      writer.put(askedAt)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .balance(try reader.get())
    case 1: self = .positions(try reader.get())
    case 2: self = .order(try reader.get())
    case 3: self = .triggerOrder(try reader.get())
    case 4: self = .fill(try reader.get())
    case 5: self = .positionMode(try reader.get())
    case 6:
      self = .leverage(try reader.get(), try reader.get(), try reader.get(), try reader.get())
    case 7: self = .funding(try reader.get(), try reader.get(), at: try reader.get())
    case 8:
      self = .holdings(try reader.get(), try reader.get(), askedAt: try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Refusal.Advice: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .fixRequest: writer.putByte(0)
    case .queryState: writer.putByte(1)
    case .waitAndRetry: writer.putByte(2)
    case .stopTrading: writer.putByte(3)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .fixRequest
    case 1: self = .queryState
    case 2: self = .waitAndRetry
    case 3: self = .stopTrading
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Confirmation: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .order(let id):
      writer.putByte(0)
      writer.put(id)
    case .cancel: writer.putByte(1)
    case .batch(let outcomes):
      writer.putByte(2)
      writer.put(outcomes)
    case .orderStatus(let order):
      writer.putByte(3)
      writer.put(order)
    case .account(let snapshot):
      writer.putByte(4)
      writer.put(snapshot)
    case .done: writer.putByte(5)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .order(try reader.get())
    case 1: self = .cancel
    case 2:
      try reader.enter()
      self = .batch(try reader.get())
      reader.leave()
    case 3: self = .orderStatus(try reader.get())
    case 4: self = .account(try reader.get())
    case 5: self = .done
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Outcome: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .confirmed(let confirmation):
      writer.putByte(0)
      writer.put(confirmation)
    case .refused(let refusal):
      writer.putByte(1)
      writer.put(refusal.code)
      writer.put(refusal.message)
      writer.put(refusal.advice)
    case .unknown(let reason):
      writer.putByte(2)
      writer.put(reason)
    case .notSent(let reason):
      writer.putByte(3)
      writer.put(reason)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .confirmed(try reader.get())
    case 1:
      self = .refused(
        Refusal(code: try reader.get(), message: try reader.get(), advice: try reader.get()))
    case 2: self = .unknown(try reader.get())
    case 3: self = .notSent(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension LinkState: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .connecting: writer.putByte(0)
    case .up: writer.putByte(1)
    case .down(let reason):
      writer.putByte(2)
      writer.put(reason)
    case .refused(let reason):
      writer.putByte(3)
      writer.put(reason)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .connecting
    case 1: self = .up
    case 2: self = .down(try reader.get())
    case 3: self = .refused(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}
